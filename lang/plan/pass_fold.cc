// Folds what is known before any input: rules whose only definition is a constant are read as constants, and constants
// flow into comparisons. A rule that a `with` of the program may replace is left alone, and so is everything that could
// fail or cost in proportion to its arguments.
#include <unordered_map>

#include "lang/plan/passes.h"
#include "lang/plan/plan.h"
#include "lang/plan/uses.h"

namespace writ::lang {

namespace {

constexpr uint32_t kNotConstant = UINT32_MAX;

// reset r; alternatives { r = constant; exit }; return r
uint32_t constant_of(const PlanFunction& function) {
  const std::vector<Stmt>& stmts = function.body.stmts;
  if (function.kind != FunctionKind::kRule || function.may_be_shadowed || stmts.size() != 3) return kNotConstant;
  const Stmt& alternatives = stmts[1];
  if (stmts[0].op != PlanOp::kReset || alternatives.op != PlanOp::kAlternatives || stmts[2].op != PlanOp::kReturn) {
    return kNotConstant;
  }
  if (alternatives.blocks.size() != 1) return kNotConstant;
  const std::vector<Stmt>& definition = alternatives.blocks[0]->stmts;
  bool constant = definition.size() == 2 && definition[0].op == PlanOp::kAssignOnce && definition[0].a.is_constant() &&
                  definition[1].op == PlanOp::kExit;
  return constant ? definition[0].a.index : kNotConstant;
}

class Folder {
 public:
  Folder(const std::vector<uint32_t>& constants, const Block& body) : constants_(constants), uses_(body) {}

  void fold(Block& block) {
    if (block.stmts.empty()) return;
    std::vector<uint32_t> made_here;
    uint32_t begin = position_;
    uint32_t end = uses_.end_of(begin);
    for (Stmt& stmt : block.stmts) {
      ++position_;
      replace(stmt.a);
      replace(stmt.b);
      for (Operand& operand : stmt.list) replace(operand);
      if (stmt.op == PlanOp::kCallRule && constants_[stmt.function()] != kNotConstant) {
        uint32_t constant = constants_[stmt.function()];
        stmt.become(PlanOp::kMove);
        stmt.a = Operand::constant(constant);
      }
      // Result registers of rules are written by several statements; those of expressions by one.
      if (stmt.op == PlanOp::kMove && stmt.a.is_constant() && uses_.writes(stmt.dst, begin, end) == 1) {
        known_[stmt.dst] = stmt.a.index;
        made_here.push_back(stmt.dst);
      }
      for (auto& nested : stmt.blocks) fold(*nested);
    }
    for (uint32_t reg : made_here) known_.erase(reg);
  }

 private:
  void replace(Operand& operand) {
    if (!operand.is_register()) return;
    if (auto found = known_.find(operand.index); found != known_.end()) operand = Operand::constant(found->second);
  }

  const std::vector<uint32_t>& constants_;
  RegisterUses uses_;
  uint32_t position_ = 0;  // of the next statement
  std::unordered_map<uint32_t, uint32_t> known_;
};

}  // namespace

void fold_constants(Plan& plan) {
  std::vector<uint32_t> constants;
  for (const PlanFunction& function : plan.functions) constants.push_back(constant_of(function));
  for (PlanFunction& function : plan.functions) Folder(constants, function.body).fold(function.body);
}

}  // namespace writ::lang
