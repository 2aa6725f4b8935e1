// Fuses the reading of an input slot with the guard that follows it into one instruction: `input.user == "alice"` touches
// no register.
#include "lang/plan/passes.h"
#include "lang/plan/plan.h"
#include "lang/plan/uses.h"

namespace writ::lang {

namespace {

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

class Fuser {
 public:
  explicit Fuser(const Block& body) : uses_(body) {}

  void fuse(Block& block) {
    if (block.stmts.empty()) return;
    // A register made in a block is read there or in blocks within, nowhere else.
    uint32_t end = uses_.end_of(position_);
    std::vector<Stmt> out;
    out.reserve(block.stmts.size());
    for (size_t i = 0; i < block.stmts.size(); ++i) {
      Stmt& stmt = block.stmts[i];
      ++position_;
      for (auto& nested : stmt.blocks) fuse(*nested);
      bool pair = stmt.op == PlanOp::kInput && i + 1 < block.stmts.size();
      if (pair && uses_.reads(stmt.dst, position_ + 1, end) == 0 && fuse_pair(stmt, block.stmts[i + 1])) {
        ++i;
        ++position_;
      }
      out.push_back(std::move(stmt));
    }
    block.stmts = std::move(out);
  }

 private:
  RegisterUses uses_;
  uint32_t position_ = 0;  // of the next statement
};

}  // namespace

void fuse_guards(Plan& plan) {
  for (PlanFunction& function : plan.functions) Fuser(function.body).fuse(function.body);
}

}  // namespace writ::lang
