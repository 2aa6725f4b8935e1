#include "engine/vm/key_conflict.h"

#include "engine/base/error.h"

namespace writ {

void KeyConflict::step(const Step& step) {
  if (step.depth != depth_) return;
  const Instruction& in = step.instruction();
  bool builds = in.op == Opcode::kBuild || in.op == Opcode::kYield || in.op == Opcode::kYieldPath;
  if (!builds || in.a != builder_) return;
  if (in.op == Opcode::kBuild) {
    kind_ = static_cast<BuildKind>(in.x);
    rows_.clear();
    values_.clear();
    return;
  }
  auto begin = static_cast<uint32_t>(values_.size());
  if (in.op == Opcode::kYield) {
    values_.push_back(step.read(in.b));
    values_.push_back(step.read(in.c));
    rows_.push_back({step.pc, LeafKind::kValue, begin, 2});
  } else {
    values_.insert(values_.end(), step.registers + in.b, step.registers + in.b + in.c);
    rows_.push_back({step.pc, static_cast<LeafKind>(in.x), begin, in.c});
  }
}

// Whoever contradicts some rows contradicts them among more rows, too.
uint32_t KeyConflict::find(Arena& arena) const {
  if (!is_conflict(rows_.size(), arena)) return kNone32;
  size_t without = 0;
  size_t with = rows_.size();
  while (with - without > 1) {
    size_t middle = without + (with - without) / 2;
    (is_conflict(middle, arena) ? with : without) = middle;
  }
  return rows_[with - 1].pc;
}

bool KeyConflict::is_conflict(size_t rows, Arena& arena) const {
  Builder* builder = Builder::make(kind_, arena);
  for (size_t i = 0; i < rows; ++i) {
    const Value* values = values_.data() + rows_[i].begin;
    if (kind_ == BuildKind::kTree) {
      builder->add_row(values, rows_[i].size, rows_[i].leaf);
    } else {
      builder->add(values[0], values[1]);
    }
  }
  try {
    builder->finish();
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::E_CONFLICT) throw;
    return true;
  }
  return false;
}

}  // namespace writ
