// What is looked up in a program, and what follows from its parts: the paths of nodes, entry points and how they are written, and at
// load what the machine wants at hand (finish_program): children of nodes, which functions keep their values, hash tables.
//
// Tables by instruction (spans, reads at keys) are sorted by it, and searched.
#include "engine/program/program.h"

#include <algorithm>

#include "engine/builtins/builtin.h"
#include "engine/value/order.h"
#include "engine/value/segment.h"

namespace writ {

const OpcodeInfo kOpcodes[] = {
#define OPCODE(enumerator, name, a, b, c, jump, x, flow, work, each, text) \
  {name, Field::a, Field::b, Field::c, Field::jump, Field::x, Flow::flow, work, each, text},
#include "engine/program/opcodes.def"
#undef OPCODE
};
const uint32_t kOpcodeCount = sizeof(kOpcodes) / sizeof(kOpcodes[0]);

uint32_t Program::entry_index(std::string_view text) const {
  auto found = std::lower_bound(entries.begin(), entries.end(), text,
                                [](const EntryPoint& entry, std::string_view wanted) { return entry.text < wanted; });
  if (found == entries.end() || found->text != text) return kNone32;
  return static_cast<uint32_t>(found - entries.begin());
}

uint32_t Program::entry_function(std::string_view text) const {
  uint32_t index = entry_index(text);
  return index == kNone32 ? kNone32 : entries[index].function;
}

std::span<const KeyedRead> Program::keyed_reads_of(uint32_t begin, uint32_t end) const {
  auto place = [&](uint32_t pc) {
    return std::lower_bound(keyed_reads.begin(), keyed_reads.end(), pc,
                            [](const KeyedRead& read, uint32_t wanted) { return read.pc < wanted; });
  };
  return {place(begin), place(end)};
}

const KeyedRead* Program::keyed_read(uint32_t pc, uint32_t whole) const {
  for (const KeyedRead& read : keyed_reads_of(pc, pc + 1)) {
    if (functions[read.function].whole == whole) return &read;
  }
  return nullptr;
}

Span Program::span_at(uint32_t pc) const {
  auto after =
      std::upper_bound(spans.begin(), spans.end(), pc, [](uint32_t at, const SpanEntry& e) { return at < e.pc; });
  return after == spans.begin() ? Span{} : std::prev(after)->span;
}

namespace {

void finish_node(const Program& program, RuleIndex::Node& node) {
  uint32_t size = 4;
  while (size < node.branches.size() * 2) size *= 2;
  node.mask = size - 1;
  node.table.assign(size, kNone32);
  for (uint32_t i = 0; i < node.branches.size(); ++i) {
    auto at = static_cast<uint32_t>(hash(program.constants[node.branches[i].first]));
    while (node.table[at & node.mask] != kNone32) ++at;
    node.table[at & node.mask] = i;
  }
}

}  // namespace

std::vector<std::string> path_of(const Program& program, uint32_t node) {
  std::vector<std::string> path;
  for (; node != 0 && node != kNone32; node = program.nodes[node].parent) path.push_back(program.nodes[node].key);
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<EntryPoint> list_entry_points(const Program& program) {
  std::vector<EntryPoint> entries;
  for (uint32_t number = 0; number < program.nodes.size(); ++number) {
    const DocumentNode& node = program.nodes[number];
    uint32_t function = node.extent != kNone32 ? node.extent : node.rule;
    if (function == kNone32) continue;
    std::vector<std::string> path = path_of(program, number);
    if (std::any_of(path.begin(), path.end(), is_scalar_segment)) continue;  // no request can name it
    EntryPoint& entry = entries.emplace_back(EntryPoint{std::move(path), "", number, function});
    for (size_t i = 0; i < entry.segments.size(); ++i) entry.text.append(i == 0 ? "" : "/").append(entry.segments[i]);
  }
  std::sort(entries.begin(), entries.end(), [](const EntryPoint& a, const EntryPoint& b) {
    return a.text != b.text ? a.text < b.text : a.node < b.node;
  });
  return entries;
}

std::string entry_path(std::string_view written) {
  if (written.starts_with('/')) written.remove_prefix(1);
  bool reference = written == "data" || written.starts_with("data.") || written.starts_with("data[");
  if (!reference && !written.starts_with("data/")) return std::string(written);
  std::string_view rest = written.substr(std::min<size_t>(written.size(), 4));
  if (!reference) return std::string(rest.substr(1));
  std::string text;
  auto separate = [&text, first = true]() mutable {
    if (!first) text += '/';
    first = false;
  };
  while (!rest.empty()) {
    size_t end = rest.find("\"]", 2);
    if (rest.starts_with("[\"") && end != std::string_view::npos) {
      separate();
      text += rest.substr(2, end - 2);
      rest.remove_prefix(end + 2);
    } else {
      if (rest.front() == '.') rest.remove_prefix(1);
      end = std::min(rest.find('.'), std::min(rest.find("[\""), rest.size()));
      separate();
      text += rest.substr(0, end);
      rest.remove_prefix(end);
    }
  }
  return text;
}

namespace {

void finish_nodes(Program& program) {
  for (DocumentNode& node : program.nodes) node.children.clear();
  for (uint32_t number = 1; number < program.nodes.size(); ++number) {
    program.nodes[program.nodes[number].parent].children.push_back(number);
  }
  for (DocumentNode& node : program.nodes) {
    std::sort(node.children.begin(), node.children.end(),
              [&](uint32_t a, uint32_t b) { return program.nodes[a].key < program.nodes[b].key; });
  }
}

// A function that calls others is evaluated once for equal arguments: functions that call each other twice, ten deep, would
// otherwise be evaluated a thousand times. So is one that prints, since it prints once.
bool keeps_values(const Program& program, const Function& function) {
  static const Builtin* const print = find_builtin("internal.print");
  if (function.kind != FunctionKind::kFunction) return false;
  return std::any_of(program.code.begin() + function.entry, program.code.begin() + function.end, [&](const Instruction& at) {
    if (at.op == Opcode::kCall || at.op == Opcode::kCallReplaceable) return true;
    return at.op == Opcode::kCallBuiltin && program.builtins[at.x] == print;
  });
}

}  // namespace

void finish_program(Program& program) {
  finish_nodes(program);
  for (Function& function : program.functions) function.keeps_values = keeps_values(program, function);
  program.entries = list_entry_points(program);
  for (RuleIndex& index : program.indexes) {
    for (RuleIndex::Node& node : index.nodes) {
      if (!node.branches.empty()) finish_node(program, node);
    }
  }
}

}  // namespace writ
