// The last stage with a view of the source: core tree to plan.
//
// lang/plan is a pipeline of its own: lower() makes a plan of what the check left (plan.h says what a plan is), the passes
// rewrite it (passes.h), and emit() makes the program (emit.h).
#pragma once

#include <memory>
#include <vector>

#include "engine/program/language.h"
#include "lang/check/check.h"
#include "lang/plan/plan.h"

namespace writ::lang {

// `query` may be null.
std::unique_ptr<Plan> lower(const CheckedModules& modules, const CheckedQuery* query,
                            const std::vector<HostFunction>& host_functions);

}  // namespace writ::lang
