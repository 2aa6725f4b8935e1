// What a rule that may depend on itself is told: which reference would close the cycle, and which values its steps would
// have to have. Reference: OPA dynamicCause, varOrigins.
#pragma once

#include <string>

#include "lang/check/dependencies.h"

namespace writ::lang {

// " (REF[ in RULE] refers to TARGET if TERM is VALUE (NOTE))" for a reference of the branch that is not certain to name the
// target. `first`: the branch is the rule that the error is about, so it is not named again.
std::string cause_of(Checker& checker, const Branch& branch, const Dependency& dependency, const Rule& target, bool first,
                     Arena& arena);

}  // namespace writ::lang
