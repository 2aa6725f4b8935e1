#include "lang/plan/plan.h"

namespace writ::lang {

namespace {

#define PLAN(op, text, dst, dst2, a, b, list, number, mode, blocks, opcode, other, fails, effect)                \
  {text,                        PlanInfo::Writes::dst,    PlanInfo::Writes::dst2, PlanInfo::Reads::a,            \
   PlanInfo::Reads::b,          PlanInfo::Reads::list,    PlanInfo::Number::number, PlanInfo::Mode::mode,        \
   PlanInfo::Blocks::blocks,    Opcode::opcode,           Opcode::other,          PlanInfo::Fails::fails,        \
   PlanInfo::Effect::effect},
constexpr PlanInfo kPlan[] = {
#include "lang/plan/plan.def"
};
#undef PLAN

template <class Test>
bool any_below(const Stmt& stmt, Test test) {
  for (const auto& block : stmt.blocks) {
    for (const Stmt& inner : block->stmts) {
      if (test(inner)) return true;
    }
  }
  return false;
}

}  // namespace

const PlanInfo& plan_info(PlanOp op) { return kPlan[static_cast<size_t>(op)]; }

bool reads(const Operand& operand, uint32_t reg) { return operand.is_register() && operand.index == reg; }

bool reads(const Stmt& stmt, uint32_t reg) {
  if (reads(stmt.a, reg) || reads(stmt.b, reg)) return true;
  if (stmt.dst == reg && stmt.info().dst == PlanInfo::Writes::kUpdated) return true;
  for (const Operand& operand : stmt.list) {
    if (reads(operand, reg)) return true;
  }
  return any_below(stmt, [&](const Stmt& inner) { return reads(inner, reg); });
}

bool writes(const Stmt& stmt, uint32_t reg) {
  if (stmt.dst == reg || stmt.dst2 == reg) return true;
  return any_below(stmt, [&](const Stmt& inner) { return writes(inner, reg); });
}

bool is_harmless(const Stmt& stmt) {
  return stmt.info().effect == PlanInfo::Effect::kNone && stmt.info().blocks == PlanInfo::Blocks::kNone;
}

}  // namespace writ::lang
