// The options of a decision as C callers give them.
#pragma once

#include "engine/api/decision.h"
#include "writ/writ.h"

namespace writ::c {

// NULL: the defaults. The texts are the caller's. Throws ArgumentError.
DecideOptions decide_options_of(const writ_decide_options* given);

}  // namespace writ::c
