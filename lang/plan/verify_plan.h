// Whether a plan is well-formed: what lowering and every pass promise to each other and to the emitter.
//
//   * Every statement has the registers, operands and blocks that its row of plan.def names, and no others.
//   * Registers, constants, builders and entries of tables exist; calls have as many arguments as what they call takes.
//   * A register is written before it is read: by a statement in front of it in its block or in a block around it. What is
//     written inside a block is not read behind it, except behind kWith, which runs its block exactly once.
//   * kExit is inside a region that may be exited; nothing follows kExit or kReturn in their block.
//   * kYield and kYieldPath are inside the kCollect that has their builder.
#pragma once

#include <string>

#include "lang/plan/plan.h"

namespace writ::lang {

// Empty if it is; otherwise what is wrong and where, as in "data.a.p: get: register 7 is read before it is written".
std::string verify_plan(const Plan& plan);

}  // namespace writ::lang
