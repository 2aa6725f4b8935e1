// What modules require of whoever runs them, as OPA lists it: the functions that are called, also where a pass makes or takes
// away the call, those of bodies of `every`, `not`, `and` and `or` left out; keywords and features.
#pragma once

#include <optional>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/program/capabilities.h"
#include "lang/check/check.h"

namespace writ::lang {

class Checker;

// Nothing if the modules are wrong; calls of functions that do not exist are none of its business. The tree is of no use to anybody afterwards.
std::optional<Capabilities> find_required(Ast& ast, const SourceMap& sources, std::vector<Module*> modules,
                                          const LanguageOptions& language, std::vector<Diagnostic>& diagnostics);

// --- of the passes: `==` is noted before it becomes `=`, and when all is checked the whole is said

void require_equal(Checker& checker);
Capabilities required_capabilities(const Checker& checker);

}  // namespace writ::lang
