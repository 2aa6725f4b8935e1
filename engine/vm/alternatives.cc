#include "engine/vm/alternatives.h"

#include "engine/value/order.h"

namespace writ {

uint32_t find_leaf(const Program& program, const RuleIndex& index, const Value* input_slots, const Value* registers) {
  uint32_t at = 0;
  for (;;) {
    const RuleIndex::Node& node = index.nodes[at];
    if (node.branches.empty()) return at;
    const Value& value = node.slot != kNone32 ? input_slots[node.slot] : registers[node.reg];
    at = node.otherwise;
    if (!value.is_defined() || value.kind == Kind::kDocument) continue;
    auto probe = static_cast<uint32_t>(hash(value));
    for (; node.table[probe & node.mask] != kNone32; ++probe) {
      const auto& [constant, child] = node.branches[node.table[probe & node.mask]];
      if (equal(program.constants[constant], value)) {
        at = child;
        break;
      }
    }
  }
}

}  // namespace writ
