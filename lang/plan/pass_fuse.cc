// Fuses the reading of an input slot with the guard that follows it into one instruction: `input.user == "alice"` touches
// no register.
#include "lang/plan/passes.h"
#include "lang/plan/plan.h"

namespace writ::lang {

namespace {

// A register made in a block is read there or in blocks within, nowhere else.
bool read_later(const Block& block, size_t from, uint32_t reg) {
  for (size_t i = from; i < block.stmts.size(); ++i) {
    if (reads(block.stmts[i], reg)) return true;
  }
  return false;
}

bool fuse_pair(Stmt& input, const Stmt& guard) {
  uint32_t reg = input.dst;
  bool equality = guard.op == PlanOp::kGuard && guard.compare() == CompareKind::kEqual;
  if (guard.op == PlanOp::kTruthy && reads(guard.a, reg)) {
    input.op = PlanOp::kInputTruthy;
  } else if (equality && reads(guard.a, reg) && !reads(guard.b, reg)) {
    input.op = PlanOp::kInputEqual;
    input.a = guard.b;
  } else if (equality && reads(guard.b, reg) && !reads(guard.a, reg)) {
    input.op = PlanOp::kInputEqual;
    input.a = guard.a;
  } else {
    return false;
  }
  input.dst = kNoReg;
  input.span = guard.span;
  return true;
}

void fuse(Block& block) {
  std::vector<Stmt> out;
  out.reserve(block.stmts.size());
  for (size_t i = 0; i < block.stmts.size(); ++i) {
    Stmt& stmt = block.stmts[i];
    for (auto& nested : stmt.blocks) fuse(*nested);
    bool pair = stmt.op == PlanOp::kInput && i + 1 < block.stmts.size();
    if (pair && !read_later(block, i + 2, stmt.dst) && fuse_pair(stmt, block.stmts[i + 1])) ++i;
    out.push_back(std::move(stmt));
  }
  block.stmts = std::move(out);
}

}  // namespace

void fuse_guards(Plan& plan) {
  for (PlanFunction& function : plan.functions) fuse(function.body);
}

}  // namespace writ::lang
