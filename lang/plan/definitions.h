// The definitions of rules in a plan: what the rule index and the hoisting of its conditions work on.
#pragma once

#include <vector>

#include "lang/plan/plan.h"

namespace writ::lang {

// Calls `f(function, alternatives)` for the definitions of every rule and function; with `chains` for the branches of `else` as
// well.
template <class F>
void for_definitions(Plan& plan, bool chains, F f) {
  for (PlanFunction& function : plan.functions) {
    if (function.kind == FunctionKind::kQuery) continue;
    // Only what the whole rule runs through first: below a region the alternatives are few.
    std::vector<Block*> blocks = {&function.body};
    for (size_t i = 0; i < blocks.size(); ++i) {
      for (Stmt& stmt : blocks[i]->stmts) {
        if (stmt.op == PlanOp::kCollect) blocks.push_back(stmt.blocks[0].get());
        if (stmt.op != PlanOp::kAlternatives) continue;
        f(function, stmt);
        for (size_t k = 0; chains && k < stmt.blocks.size(); ++k) blocks.push_back(stmt.blocks[k].get());
      }
    }
  }
}

}  // namespace writ::lang
