// A parsed template run with variables.
#pragma once

#include <string>

#include "engine/builtins/support.h"
#include "engine/builtins/templates/template.h"

namespace writ {

// Appends what the template gives. False and `*fault` set to Go's words if it fails. `variables` is an object whose parts JSON can
// hold. Pays for each step and for what is written; throws Failure(E_DEPTH) if templates and pipelines are nested too deeply.
bool run_template(BuiltinCall& call, const Template& parsed, const Value& variables, ChargedText& out, std::string* fault);

}  // namespace writ
