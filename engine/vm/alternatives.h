// The alternatives that a rule index leaves, as a register holds them between kSelect and kNextAlternative: the leaf
// that was found, and how many of its alternatives were taken. Packed into an integer that only those two instructions
// see; verify() proves that they see no other.
#pragma once

#include "engine/program/program.h"

namespace writ {

class AlternativeCursor {
 public:
  static Value at_leaf(uint32_t leaf) { return Value::of(static_cast<int64_t>(uint64_t{leaf} << 32)); }
  // The next alternative's first instruction; kNone32 after the last.
  static uint32_t next(const RuleIndex& index, Value& cursor) {
    const RuleIndex::Node& leaf = index.nodes[static_cast<uint64_t>(cursor.integer) >> 32];
    auto taken = static_cast<uint32_t>(cursor.integer);
    if (taken >= leaf.alternatives.size()) return kNone32;
    ++cursor.integer;
    return leaf.alternatives[taken];
  }
};

// The leaf of the index for these values: the root, and on from each test to the child for the value it finds.
uint32_t find_leaf(const Program& program, const RuleIndex& index, const Value* input_slots, const Value* registers);

}  // namespace writ
