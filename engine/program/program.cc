#include "engine/program/program.h"

#include <algorithm>

#include "engine/value/order.h"

namespace writ {

const OpcodeInfo kOpcodes[] = {
#define OPCODE(enumerator, name, a, b, c, jump, x, flow, text) \
  {name, Field::a, Field::b, Field::c, Field::jump, Field::x, Flow::flow, text},
#include "engine/program/opcodes.def"
#undef OPCODE
};
const uint32_t kOpcodeCount = sizeof(kOpcodes) / sizeof(kOpcodes[0]);

uint32_t Program::find_entry(std::string_view path) const {
  auto found = std::lower_bound(entries.begin(), entries.end(), path,
                                [](const EntryPoint& entry, std::string_view wanted) { return entry.path < wanted; });
  return found != entries.end() && found->path == path ? found->function : kNone32;
}

Span Program::span_at(uint32_t pc) const {
  auto after = std::upper_bound(spans.begin(), spans.end(), pc, [](uint32_t at, const SpanEntry& e) { return at < e.pc; });
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

void finish_program(Program& program) {
  for (RuleIndex& index : program.indexes) {
    for (RuleIndex::Node& node : index.nodes) {
      if (!node.branches.empty()) finish_node(program, node);
    }
  }
  program.memo_count = static_cast<uint32_t>(program.functions.size());
}

}  // namespace writ
