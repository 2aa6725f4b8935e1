// What policies require of whoever runs them, as `opa inspect` lists it.
#pragma once

#include <string>
#include <vector>

#include "engine/api/policy.h"
#include "lang/required.h"

namespace writ {

// What policies require, or why that cannot be said. Calls of functions that do not exist are passed over.
lang::Required required_capabilities(const std::vector<lang::Source>& sources, const EngineOptions& options = {});

// As `opa inspect` prints it: functions of the host included, without names of arguments, and without lists that are empty. It
// is a capabilities document like the others.
std::string required_json(const Capabilities& required);

}  // namespace writ
