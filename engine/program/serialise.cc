// The file form of a program.
//
//   magic "WRITPRG1", then sections in the order of `write_program`, integers big-endian, texts with a 32-bit length in
//   front, and last the SHA-256 of everything before it.
//
// Built-ins go by name and arity, so a file survives a change of the table's order. A file is trusted no further than its
// bytes: every length is checked against what is left, and the result passes verify() like any other program.
#include <algorithm>
#include <map>

#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "engine/program/program.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kMagic = "WRITPRG1";
constexpr uint32_t kVersion = 1;
constexpr uint32_t kMaxConstantDepth = 200;
constexpr auto kLastVersion = static_cast<uint8_t>(RegoVersion::kV0CompatV1);

[[noreturn]] void reject(const std::string& why) {
  throw Failure(ErrorCode::E_POLICY, "this is no usable program file: " + why);
}

// --- writing ---------------------------------------------------------------------------------------------------------

class Writer {
 public:
  void u8(uint8_t v) { out_.push_back(static_cast<char>(v)); }
  void u16(uint16_t v) { bytes(v, 2); }
  void u32(uint32_t v) { bytes(v, 4); }
  void u64(uint64_t v) { bytes(v, 8); }
  void text(std::string_view v) {
    u32(static_cast<uint32_t>(v.size()));
    out_ += v;
  }
  void raw(std::string_view v) { out_ += v; }
  void texts(const std::vector<std::string>& list) {
    u32(static_cast<uint32_t>(list.size()));
    for (const std::string& item : list) text(item);
  }
  std::string& out() { return out_; }

 private:
  void bytes(uint64_t v, int count) {
    for (int shift = (count - 1) * 8; shift >= 0; shift -= 8) out_.push_back(static_cast<char>(v >> shift));
  }
  std::string out_;
};

void write_value(Writer& w, const Value& value) {
  w.u8(static_cast<uint8_t>(value.kind));
  switch (value.kind) {
    case Kind::kBoolean: w.u8(value.is_true() ? 1 : 0); break;
    case Kind::kNumber: {
      std::string text;
      append_number(text, value);
      w.text(text);
      break;
    }
    case Kind::kString: w.text(value.text()); break;
    case Kind::kArray:
    case Kind::kSet:
      w.u32(value.size);
      for (const Value& item : value.items()) write_value(w, item);
      break;
    case Kind::kObject:
      w.u32(value.size);
      for (const Entry& entry : value.members()) {
        write_value(w, entry.key);
        write_value(w, entry.value);
      }
      break;
    default: break;
  }
}

void write_paths(Writer& w, const PathTrie& paths) {
  std::vector<std::vector<std::string>> by_slot(paths.slot_count());
  std::vector<std::vector<std::string>> at(paths.nodes().size());
  for (size_t i = 0; i < paths.nodes().size(); ++i) {
    const PathTrie::Node& node = paths.nodes()[i];
    if (node.slot != PathTrie::kNoSlot) by_slot[node.slot] = at[i];
    for (uint32_t child : node.children) {
      at[child] = at[i];
      at[child].push_back(paths.nodes()[child].key);
    }
  }
  w.u32(static_cast<uint32_t>(by_slot.size()));
  for (const auto& path : by_slot) w.texts(path);
}

void write_code(Writer& w, const Program& program) {
  w.u32(static_cast<uint32_t>(program.code.size()));
  for (const Instruction& in : program.code) {
    w.u16(static_cast<uint16_t>(in.op));
    w.u16(in.a);
    w.u16(in.b);
    w.u16(in.c);
    w.u32(in.jump);
    w.u32(in.x);
  }
  w.u32(static_cast<uint32_t>(program.functions.size()));
  for (const Function& f : program.functions) {
    w.u8(static_cast<uint8_t>(f.kind));
    w.text(f.path);
    w.u32(f.entry);
    w.u32(f.end);
    w.u16(f.operand_count);
    w.u16(f.register_count);
    w.u16(f.iterator_count);
    w.u16(f.builder_count);
    w.u32(f.mask_slot);
  }
}

void write_tables(Writer& w, const Program& program) {
  w.u32(static_cast<uint32_t>(program.nodes.size()));
  for (const DocumentNode& node : program.nodes) {
    w.text(node.key);
    w.u32(node.parent);
    w.u32(static_cast<uint32_t>(node.children.size()));
    for (uint32_t child : node.children) w.u32(child);
    w.u32(node.rule);
    w.u32(node.extent);
    w.u32(node.data_slot);
  }
  w.u32(static_cast<uint32_t>(program.withs.size()));
  for (const WithScope& scope : program.withs) {
    w.u32(static_cast<uint32_t>(scope.targets.size()));
    for (const WithTarget& target : scope.targets) {
      w.u8(static_cast<uint8_t>(target.kind));
      w.u8(static_cast<uint8_t>(target.by));
      w.texts(target.path);
      w.u32(target.target);
      w.u32(target.replacement);
    }
  }
  w.u32(static_cast<uint32_t>(program.indexes.size()));
  for (const RuleIndex& index : program.indexes) {
    w.u32(static_cast<uint32_t>(index.nodes.size()));
    for (const RuleIndex::Node& node : index.nodes) {
      w.u32(node.slot);
      w.u32(node.reg);
      w.u32(node.otherwise);
      w.u32(static_cast<uint32_t>(node.branches.size()));
      for (const auto& [constant, child] : node.branches) {
        w.u32(constant);
        w.u32(child);
      }
      w.u32(static_cast<uint32_t>(node.alternatives.size()));
      for (uint32_t target : node.alternatives) w.u32(target);
    }
  }
  w.u32(static_cast<uint32_t>(program.entries.size()));
  for (const EntryPoint& entry : program.entries) {
    w.text(entry.path);
    w.u32(entry.function);
  }
}

void write_sources(Writer& w, const Program& program) {
  w.u32(program.sources.size());
  for (uint32_t i = 0; i < program.sources.size(); ++i) {
    w.text(program.sources.file(i).name);
    w.text(program.sources.file(i).text);
  }
  w.u32(static_cast<uint32_t>(program.spans.size()));
  for (const SpanEntry& entry : program.spans) {
    w.u32(entry.pc);
    w.u32(entry.span.file);
    w.u32(entry.span.begin);
    w.u32(entry.span.end);
  }
}

// --- reading ---------------------------------------------------------------------------------------------------------

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool at_end() const { return rest_.empty(); }

  uint8_t u8() { return static_cast<uint8_t>(bytes(1)); }
  uint16_t u16() { return static_cast<uint16_t>(bytes(2)); }
  uint32_t u32() { return static_cast<uint32_t>(bytes(4)); }
  std::string_view text() { return take(u32()); }
  // The length of a list whose items take at least `smallest` bytes: never more than the file can hold.
  uint32_t length(size_t smallest) {
    uint32_t count = u32();
    if (count > rest_.size() / smallest) reject("a list is longer than the file");
    return count;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> list(length(4));
    for (std::string& item : list) item = text();
    return list;
  }
  template <typename E>
  E enumerator(E last) {
    uint8_t value = u8();
    if (value > static_cast<uint8_t>(last)) reject("a kind is unknown");
    return static_cast<E>(value);
  }

 private:
  std::string_view take(size_t count) {
    if (count > rest_.size()) reject("it is cut short");
    std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  uint64_t bytes(size_t count) {
    uint64_t value = 0;
    for (char c : take(count)) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }
  std::string_view rest_;
};

Value read_value(Reader& r, Arena& arena, uint32_t depth) {
  if (depth > kMaxConstantDepth) reject("a constant is nested too deeply");
  Kind kind = r.enumerator(Kind::kSet);
  switch (kind) {
    case Kind::kNull: return Value::null();
    case Kind::kBoolean: return Value::of(r.u8() != 0);
    case Kind::kNumber: return number_from_text(arena, r.text());
    case Kind::kString: return make_string(arena, r.text());
    case Kind::kArray:
    case Kind::kSet: {
      std::vector<Value> items(r.length(1));
      for (Value& item : items) item = read_value(r, arena, depth + 1);
      return kind == Kind::kArray ? make_array(arena, items) : make_set(arena, items);
    }
    case Kind::kObject: {
      std::vector<Entry> entries(r.length(2));
      for (Entry& entry : entries) {
        entry.key = read_value(r, arena, depth + 1);
        entry.value = read_value(r, arena, depth + 1);
      }
      return make_object(arena, entries);
    }
    default: reject("a constant is of no kind");
  }
}

void read_paths(Reader& r, PathTrie& paths) {
  uint32_t count = r.length(4);
  for (uint32_t slot = 0; slot < count; ++slot) {
    if (paths.add(r.texts()) != slot) reject("a path stands twice");
  }
}

void read_language(Reader& r, Language& language) {
  uint8_t version = r.u8();
  language.version = static_cast<RegoVersion>(version);
  if (version > kLastVersion) reject("it was written in an unknown version of Rego");
  language.experimental_keywords = r.u8() != 0;
  language.keep_print = r.u8() != 0;
}

void read_code(Reader& r, Program& program) {
  program.code.resize(r.length(16));
  for (Instruction& in : program.code) {
    in.op = static_cast<Opcode>(r.u16());
    in.a = r.u16();
    in.b = r.u16();
    in.c = r.u16();
    in.jump = r.u32();
    in.x = r.u32();
  }
  program.functions.resize(r.length(25));
  for (Function& f : program.functions) {
    f.kind = r.enumerator(FunctionKind::kQuery);
    f.path = r.text();
    f.entry = r.u32();
    f.end = r.u32();
    f.operand_count = r.u16();
    f.register_count = r.u16();
    f.iterator_count = r.u16();
    f.builder_count = r.u16();
    f.mask_slot = r.u32();
  }
}

void read_constants(Reader& r, Program& program) {
  program.constants.resize(r.length(1));
  for (Value& constant : program.constants) constant = deep_copy(program.arena, read_value(r, program.arena, 0), true);
  uint32_t count = r.length(6);
  for (uint32_t i = 0; i < count; ++i) {
    std::string name(r.text());
    uint8_t arity = r.u8();
    bool is_host = r.u8() != 0;
    const Builtin* builtin = is_host ? program.host_function({std::string(name), arity}) : find_builtin(name);
    if (builtin == nullptr || builtin->arity != arity || builtin->function == nullptr) {
      reject("it calls the built-in `" + name + "`, which this version does not have");
    }
    program.builtins.push_back(builtin);
  }
}

void read_tables(Reader& r, Program& program) {
  program.nodes.resize(r.length(24));
  for (DocumentNode& node : program.nodes) {
    node.key = r.text();
    node.parent = r.u32();
    node.children.resize(r.length(4));
    for (uint32_t& child : node.children) child = r.u32();
    node.rule = r.u32();
    node.extent = r.u32();
    node.data_slot = r.u32();
  }
  program.withs.resize(r.length(4));
  for (WithScope& scope : program.withs) {
    scope.targets.resize(r.length(14));
    for (WithTarget& target : scope.targets) {
      target.kind = r.enumerator(WithTarget::Kind::kBuiltin);
      target.by = r.enumerator(WithTarget::By::kBuiltin);
      target.path = r.texts();
      target.target = r.u32();
      target.replacement = r.u32();
    }
  }
  program.indexes.resize(r.length(4));
  for (RuleIndex& index : program.indexes) {
    index.nodes.resize(r.length(20));
    for (RuleIndex::Node& node : index.nodes) {
      node.slot = r.u32();
      node.reg = r.u32();
      node.otherwise = r.u32();
      node.branches.resize(r.length(8));
      for (auto& [constant, child] : node.branches) {
        constant = r.u32();
        child = r.u32();
      }
      node.alternatives.resize(r.length(4));
      for (uint32_t& target : node.alternatives) target = r.u32();
    }
  }
  program.entries.resize(r.length(8));
  for (EntryPoint& entry : program.entries) {
    entry.path = r.text();
    entry.function = r.u32();
  }
}

void read_sources(Reader& r, Program& program) {
  uint32_t files = r.length(8);
  for (uint32_t i = 0; i < files; ++i) {
    std::string name(r.text());
    program.sources.add(std::move(name), std::string(r.text()));
  }
  program.spans.resize(r.length(16));
  for (SpanEntry& entry : program.spans) {
    entry.pc = r.u32();
    entry.span.file = r.u32();
    entry.span.begin = r.u32();
    entry.span.end = r.u32();
    bool inside = entry.span.file < program.sources.size() && entry.span.begin <= entry.span.end &&
                  entry.span.end <= program.sources.file(entry.span.file).text.size();
    if (!inside) entry.span = Span{UINT32_MAX, 0, 0};
  }
}

bool is_sorted(const Program& program) {
  auto by_path = [](const EntryPoint& a, const EntryPoint& b) { return a.path < b.path; };
  auto by_pc = [](const SpanEntry& a, const SpanEntry& b) { return a.pc < b.pc; };
  if (!std::is_sorted(program.entries.begin(), program.entries.end(), by_path)) return false;
  if (!std::is_sorted(program.spans.begin(), program.spans.end(), by_pc)) return false;
  return std::all_of(program.nodes.begin(), program.nodes.end(), [&](const DocumentNode& node) {
    return std::is_sorted(node.children.begin(), node.children.end(), [&](uint32_t a, uint32_t b) {
      return a < program.nodes.size() && b < program.nodes.size() && program.nodes[a].key < program.nodes[b].key;
    });
  });
}

}  // namespace

std::string serialise(const Program& program) {
  Writer w;
  w.raw(kMagic);
  w.u32(kVersion);
  w.u8(static_cast<uint8_t>(program.language.version));
  w.u8(program.language.experimental_keywords ? 1 : 0);
  w.u8(program.language.keep_print ? 1 : 0);
  write_code(w, program);
  w.u32(static_cast<uint32_t>(program.constants.size()));
  for (const Value& constant : program.constants) write_value(w, constant);
  w.u32(static_cast<uint32_t>(program.builtins.size()));
  for (const Builtin* builtin : program.builtins) {
    w.text(builtin->name);
    w.u8(builtin->arity);
    w.u8(builtin->category == "host" ? 1 : 0);
  }
  write_paths(w, program.input_paths);
  write_paths(w, program.data_paths);
  write_tables(w, program);
  write_sources(w, program);
  w.raw(sha256(w.out()).view());
  return std::move(w.out());
}

std::unique_ptr<Program> load_program(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) reject("it does not start with " + std::string(kMagic));
  if (bytes.size() < kMagic.size() + 4 + 32) reject("it is cut short");
  std::string_view content = bytes.substr(0, bytes.size() - 32);
  if (sha256(content).view() != bytes.substr(content.size())) reject("its checksum does not match: it was altered or cut");
  Reader r(content.substr(kMagic.size()));
  if (uint32_t version = r.u32(); version != kVersion) {
    reject("it has version " + std::to_string(version) + ", this engine reads version " + std::to_string(kVersion));
  }
  auto program = std::make_unique<Program>();
  read_language(r, program->language);
  read_code(r, *program);
  read_constants(r, *program);
  read_paths(r, program->input_paths);
  read_paths(r, program->data_paths);
  read_tables(r, *program);
  read_sources(r, *program);
  if (!r.at_end()) reject("something follows its end");
  if (!is_sorted(*program)) reject("a table is out of order");
  std::string fault = verify(*program);
  if (!fault.empty()) reject(fault);
  finish_program(*program);
  return program;
}

}  // namespace writ
