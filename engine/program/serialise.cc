// The file form of a program.
//
//   magic, version, the parts of a Program in the order of Form<Program>, and last the SHA-256 of everything before it
//
// Integers are big-endian, texts and lists have a 32-bit length in front. What a thing consists of is described once,
// in its Form: a list of its members, in order. Three archives walk that description: the Writer appends the members,
// the Reader fills them, and Smallest counts the bytes the least of them takes, which bounds how long a list can be. So
// a member that is added to a Form is written, read and bounded, and the version has to be raised.
//
// Built-ins go by name and arity, so a file survives a change of the table's order. What can be computed from the rest
// (entry points, children of nodes, hash tables) is not in the file; finish_program makes it. A file is trusted no
// further than its bytes: every length is checked against what is left, and the result passes verify() like any other
// program.
#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "engine/base/magic.h"
#include "engine/program/program.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr uint32_t kVersion = 5;
constexpr size_t kChecksumSize = sizeof(Digest);
constexpr uint32_t kMaxConstantDepth = 200;

[[noreturn]] void reject(const std::string& why) {
  throw Failure(ErrorCode::E_POLICY, "not a valid program file: " + why);
}

// --- what things consist of ------------------------------------------------------------------------------------------

// Form<T>::describe(archive, value) hands the members of a T to the archive, in order.
template <typename T>
struct Form;

template <>
struct Form<Instruction> {
  static void describe(auto& archive, auto& in) { archive(in.op, in.a, in.b, in.c, in.jump, in.x); }
};

template <>
struct Form<Function> {
  static void describe(auto& archive, auto& f) {
    archive(f.kind, f.path, f.node, f.entry, f.end, f.argument_count, f.register_count, f.iterator_count,
            f.builder_count, f.may_be_shadowed, f.whole);
  }
};

template <>
struct Form<DocumentNode> {
  static void describe(auto& archive, auto& node) {
    archive(node.key, node.parent, node.rule, node.extent, node.data_slot);
  }
};

template <>
struct Form<WithTarget> {
  static void describe(auto& archive, auto& target) {
    archive(target.kind, target.by, target.path, target.node, target.target, target.replacement);
  }
};

template <>
struct Form<WithScope> {
  static void describe(auto& archive, auto& scope) { archive(scope.targets); }
};

template <>
struct Form<std::pair<uint32_t, uint32_t>> {
  static void describe(auto& archive, auto& branch) { archive(branch.first, branch.second); }
};

template <>
struct Form<RuleIndex::Node> {
  static void describe(auto& archive, auto& node) {
    archive(node.slot, node.reg, node.otherwise, node.branches, node.alternatives);
  }
};

template <>
struct Form<RuleIndex> {
  static void describe(auto& archive, auto& index) { archive(index.nodes); }
};

template <>
struct Form<KeyedRead> {
  static void describe(auto& archive, auto& read) { archive(read.pc, read.function, read.keys); }
};

template <>
struct Form<SourceFile> {
  static void describe(auto& archive, auto& file) { archive(file.name, file.text); }
};

template <>
struct Form<SpanEntry> {
  static void describe(auto& archive, auto& entry) {
    archive(entry.pc, entry.span.file, entry.span.begin, entry.span.end);
  }
};

template <>
struct Form<ModuleVersion> {
  static void describe(auto& archive, auto& module) { archive(module.module, module.version); }
};

template <typename T>
struct Form<std::optional<T>> {
  template <typename Archive>
  static void describe(Archive& archive, auto& value) {
    bool is_there = value.has_value();
    archive(is_there);
    if (!is_there) return;
    if constexpr (Archive::kReads) value.emplace();
    archive(*value);
  }
};

template <>
struct Form<Language> {
  static void describe(auto& archive, auto& language) {
    archive(language.version, language.experimental_keywords, language.keep_print, language.module_versions, language.words,
            language.allow_net);
  }
};

// What follows has another shape in memory: it is taken apart, the parts pass the archive, and a reader puts the thing
// together again.

template <>
struct Form<Value> {
  template <typename Archive>
  static void describe(Archive& archive, auto& value) {
    typename Archive::Nesting nesting(archive);
    Kind kind = value.kind;
    archive(kind);
    switch (kind) {
      case Kind::kNull:
        if constexpr (Archive::kReads) value = Value::null();
        break;
      case Kind::kBoolean: {
        bool truth = value.is_true();
        archive(truth);
        if constexpr (Archive::kReads) value = Value::of(truth);
        break;
      }
      case Kind::kNumber: {
        std::string text;
        if constexpr (!Archive::kReads) append_number(text, value);
        archive(text);
        if constexpr (Archive::kReads) value = number_from_text(archive.arena(), text);
        break;
      }
      case Kind::kString: {
        std::string text;
        if constexpr (!Archive::kReads) text = value.text();
        archive(text);
        if constexpr (Archive::kReads) value = make_string(archive.arena(), text);
        break;
      }
      case Kind::kArray:
      case Kind::kSet: {
        std::vector<Value> items;
        if constexpr (!Archive::kReads) items.assign(value.items().begin(), value.items().end());
        archive(items);
        if constexpr (Archive::kReads) {
          value = kind == Kind::kArray ? make_array(archive.arena(), items) : make_set(archive.arena(), items);
        }
        break;
      }
      case Kind::kObject: {
        std::vector<Entry> entries;
        if constexpr (!Archive::kReads) entries.assign(value.members().begin(), value.members().end());
        archive(entries);
        if constexpr (Archive::kReads) value = make_object(archive.arena(), entries);
        break;
      }
      default:
        if constexpr (Archive::kReads) reject("unknown constant kind");
    }
  }
};

template <>
struct Form<Entry> {
  static void describe(auto& archive, auto& entry) { archive(entry.key, entry.value); }
};

template <>
struct Form<const Builtin*> {
  template <typename Archive>
  static void describe(Archive& archive, auto& builtin) {
    std::string name;
    uint8_t arity = 0;
    bool of_host = false;
    if (builtin != nullptr) {
      name = builtin->name;
      arity = builtin->arity;
      of_host = builtin->category == kHostCategory;
    }
    archive(name, arity, of_host);
    if constexpr (Archive::kReads) {
      builtin = of_host ? archive.program().host_function({name, arity}) : find_builtin(name);
      if (builtin == nullptr || builtin->arity != arity || builtin->function == nullptr) {
        reject("it calls the built-in `" + name + "`, which this version does not have");
      }
    }
  }
};

// The paths by slot: adding them in that order makes the trie again.
template <>
struct Form<PathTrie> {
  template <typename Archive>
  static void describe(Archive& archive, auto& paths) {
    std::vector<std::vector<std::string>> by_slot = list(paths);
    archive(by_slot);
    if constexpr (Archive::kReads) {
      for (uint32_t slot = 0; slot < by_slot.size(); ++slot) {
        if (paths.add(by_slot[slot]) != slot) reject("duplicate path");
      }
    }
  }

  static std::vector<std::vector<std::string>> list(const PathTrie& paths) {
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
    return by_slot;
  }
};

template <>
struct Form<SourceMap> {
  template <typename Archive>
  static void describe(Archive& archive, auto& sources) {
    std::vector<SourceFile> files;
    for (uint32_t i = 0; i < sources.size(); ++i) files.push_back(sources.file(i));
    archive(files);
    if constexpr (Archive::kReads) {
      for (SourceFile& file : files) sources.add(std::move(file.name), std::move(file.text));
    }
  }
};

template <>
struct Form<Program> {
  static void describe(auto& archive, auto& program) {
    archive(program.language, program.fuel_model, program.code, program.functions, program.constants, program.builtins,
            program.input_paths, program.data_paths, program.nodes, program.withs, program.indexes,
            program.keyed_reads, program.sources, program.spans);
  }
};

constexpr RegoVersion last_of(RegoVersion) {
  return RegoVersion::kV2;
}
constexpr Kind last_of(Kind) {
  return Kind::kSet;
}
constexpr FunctionKind last_of(FunctionKind) {
  return FunctionKind::kKeyed;
}
constexpr WithTarget::Kind last_of(WithTarget::Kind) {
  return WithTarget::Kind::kBuiltin;
}
constexpr WithTarget::By last_of(WithTarget::By) {
  return WithTarget::By::kBuiltin;
}
Opcode last_of(Opcode) {
  return static_cast<Opcode>(kOpcodeCount - 1);
}

// --- archives --------------------------------------------------------------------------------------------------------

class Writer {
 public:
  static constexpr bool kReads = false;
  struct Nesting {
    explicit Nesting(Writer&) {}
  };

  template <typename... Parts>
  void operator()(const Parts&... parts) {
    (put(parts), ...);
  }
  void raw(std::string_view bytes) { out_ += bytes; }
  std::string& out() { return out_; }

 private:
  template <typename T>
  void put(const T& part) {
    if constexpr (std::is_enum_v<T>) {
      number(static_cast<std::underlying_type_t<T>>(part));
    } else if constexpr (std::is_integral_v<T>) {
      number(part);
    } else {
      Form<T>::describe(*this, part);
    }
  }
  void put(const std::string& text) {
    number(static_cast<uint32_t>(text.size()));
    out_ += text;
  }
  template <typename T>
  void put(const std::vector<T>& list) {
    number(static_cast<uint32_t>(list.size()));
    for (const T& item : list) put(item);
  }
  template <typename T>
  void number(T value) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
      out_.push_back(static_cast<char>(value >> shift));
    }
  }

  std::string out_;
};

// The bytes of an empty T: no T takes fewer.
class Smallest {
 public:
  static constexpr bool kReads = false;
  struct Nesting {
    explicit Nesting(Smallest&) {}
  };

  template <typename... Parts>
  void operator()(const Parts&... parts) {
    (count(parts), ...);
  }

  template <typename T>
  static size_t of() {
    Smallest smallest;
    smallest.count(T{});
    return smallest.size_;
  }

 private:
  template <typename T>
  void count(const T& part) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      size_ += sizeof(T);
    } else {
      Form<T>::describe(*this, part);
    }
  }
  void count(const std::string&) { size_ += sizeof(uint32_t); }
  template <typename T>
  void count(const std::vector<T>&) {
    size_ += sizeof(uint32_t);
  }

  size_t size_ = 0;
};

class Reader {
 public:
  static constexpr bool kReads = true;
  struct Nesting {
    explicit Nesting(Reader& reader) : depth(reader.depth_) {
      if (++depth > kMaxConstantDepth) reject("constants nested too deeply");
    }
    ~Nesting() { --depth; }
    uint32_t& depth;
  };

  Reader(std::string_view bytes, Program& program) : rest_(bytes), program_(program) {}
  Program& program() { return program_; }
  Arena& arena() { return program_.arena; }
  bool at_end() const { return rest_.empty(); }

  template <typename... Parts>
  void operator()(Parts&... parts) {
    (get(parts), ...);
  }

 private:
  template <typename T>
  void get(T& part) {
    if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> value = 0;
      get(value);
      if (value > static_cast<std::underlying_type_t<T>>(last_of(T{}))) reject("unknown kind");
      part = static_cast<T>(value);
    } else if constexpr (std::is_integral_v<T>) {
      uint64_t value = 0;
      for (char c : take(sizeof(T))) value = value << 8 | static_cast<uint8_t>(c);
      if (std::is_same_v<T, bool> && value > 1) reject("unknown kind");
      part = static_cast<T>(value);
    } else {
      Form<T>::describe(*this, part);
    }
  }
  void get(std::string& text) {
    uint32_t size = 0;
    get(size);
    text = take(size);
  }
  template <typename T>
  void get(std::vector<T>& list) {
    uint32_t count = 0;
    get(count);
    if (count > rest_.size() / Smallest::of<T>()) reject("list longer than the file");
    // One by one: lists in lists claim the rest of the file again and again.
    for (uint32_t i = 0; i < count; ++i) get(list.emplace_back());
  }
  std::string_view take(size_t count) {
    if (count > rest_.size()) reject("truncated");
    std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
  Program& program_;
  uint32_t depth_ = 0;
};

// --- what the archives cannot know -----------------------------------------------------------------------------------

void check_spans(Program& program) {
  auto not_before = [](const SpanEntry& a, const SpanEntry& b) { return a.pc >= b.pc; };
  if (std::adjacent_find(program.spans.begin(), program.spans.end(), not_before) != program.spans.end()) {
    reject("positions out of order");
  }
  for (SpanEntry& entry : program.spans) {
    const Span& span = entry.span;
    bool inside = span.file < program.sources.size() && span.begin <= span.end &&
                  span.end <= program.sources.file(span.file).text.size();
    if (!inside) entry.span = Span{UINT32_MAX, 0, 0};
  }
}

void check_entries(const Program& program) {
  auto same = [](const EntryPoint& a, const EntryPoint& b) { return a.text == b.text; };
  if (std::adjacent_find(program.entries.begin(), program.entries.end(), same) != program.entries.end()) {
    reject("two entry points of one name");
  }
}

// The parts of a file: what is described, after the checksum and the version are found right.
std::string_view content_of(std::string_view bytes) {
  if (!bytes.starts_with(kProgramMagic)) reject("it does not start with " + std::string(kProgramMagic));
  if (bytes.size() < kProgramMagic.size() + sizeof(kVersion) + kChecksumSize) reject("truncated");
  std::string_view content = bytes.substr(0, bytes.size() - kChecksumSize);
  if (sha256(content).view() != bytes.substr(content.size())) reject("checksum mismatch, altered or truncated");
  return content.substr(kProgramMagic.size());
}

}  // namespace

std::string serialise(const Program& program) {
  Writer writer;
  writer.raw(kProgramMagic);
  writer(kVersion, program);
  writer.raw(sha256(writer.out()).view());
  return std::move(writer.out());
}

std::unique_ptr<Program> load_program(std::string_view bytes) {
  auto program = std::make_unique<Program>();
  Reader reader(content_of(bytes), *program);
  uint32_t version = 0;
  reader(version);
  if (version != kVersion) {
    reject("file form " + std::to_string(version) + ", this engine reads form " + std::to_string(kVersion) +
           "; build it again from its modules");
  }
  reader(*program);
  if (!reader.at_end()) reject("trailing bytes");
  for (Value& constant : program->constants) constant = deep_copy(program->arena, constant, true);
  check_spans(*program);
  std::string fault = verify(*program);
  if (!fault.empty()) reject(fault);
  finish_program(*program);
  check_entries(*program);
  return program;
}

}  // namespace writ
