#include "lang/plan/uses.h"

#include <algorithm>

namespace writ::lang {

size_t RegisterUses::count(const Positions& positions, uint32_t reg, uint32_t begin, uint32_t end) {
  auto found = positions.find(reg);
  if (found == positions.end()) return 0;
  auto from = std::lower_bound(found->second.begin(), found->second.end(), begin);
  return static_cast<size_t>(std::lower_bound(from, found->second.end(), end) - from);
}

// Returns the position behind the block.
uint32_t RegisterUses::add(const Block& block, uint32_t position) {
  uint32_t first = position;
  for (const Stmt& stmt : block.stmts) {
    auto note = [&](Positions& positions, uint32_t reg) {
      std::vector<uint32_t>& list = positions[reg];
      if (list.empty() || list.back() != position) list.push_back(position);
    };
    for (const Operand* operand : {&stmt.a, &stmt.b}) {
      if (operand->is_register()) note(reads_, operand->index);
    }
    for (const Operand& operand : stmt.list) {
      if (operand.is_register()) note(reads_, operand.index);
    }
    if (stmt.dst != kNoReg && stmt.info().dst == PlanInfo::Writes::kUpdated) note(reads_, stmt.dst);
    for (uint32_t reg : {stmt.dst, stmt.dst2}) {
      if (reg != kNoReg) note(writes_, reg);
    }
    ++position;
    for (const auto& nested : stmt.blocks) position = add(*nested, position);
  }
  // A block that is empty shares its position with what follows, and nothing asks of it.
  if (!block.stmts.empty()) ends_[first] = position;
  return position;
}

}  // namespace writ::lang
