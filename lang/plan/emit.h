// Plan to bytecode: structure becomes jumps.
#pragma once

#include <memory>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/program/program.h"
#include "lang/plan/plan.h"

namespace writ::lang {

// Takes the tables of the plan with it. Null and a diagnostic if a function needs more registers than an instruction can
// name.
std::unique_ptr<Program> emit(Plan& plan, std::vector<Diagnostic>& diagnostics);

}  // namespace writ::lang
