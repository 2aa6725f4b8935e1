// Core tree to plan.
#pragma once

#include "lang/check/check.h"
#include "lang/compile.h"
#include "lang/plan/plan.h"

namespace writ::lang {

// `query` may be null; its function number goes to *query_function.
std::unique_ptr<Plan> lower(const CheckedModules& modules, const CheckedQuery* query,
                            const std::vector<HostFunction>& host_functions, uint32_t* query_function);

// The passes, in order. Each is a file of its own.
void fold_constants(Plan& plan);
void fuse_guards(Plan& plan);
void hoist_conditions(Plan& plan);  // no optimisation: always, and before all others
void index_rules(Plan& plan);

// Plan to bytecode. Null and a diagnostic if a function needs more registers than an instruction can name.
std::unique_ptr<Program> emit(Plan& plan, std::vector<Diagnostic>& diagnostics);

}  // namespace writ::lang
