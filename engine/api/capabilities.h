// What policies can use, as OPA's capabilities files describe it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/program/capabilities.h"

namespace writ {

// `decl` of a built-in: {"args": […], "result": …, "type": "function"} on one line. The signature is text in OPA's
// notation (engine/builtins/signature.h). Throws Failure(E_INTERNAL) for anything else.
std::string signature_json(std::string_view signature, bool variadic);

// What people want to know about a built-in: its name and signature, a line on what it does, and whether it can be
// used. Nothing if there is none of that name.
std::optional<std::string> describe_builtin(std::string_view name);

// The whole document of this version, indented, with a line feed. `v0`: keywords and features as they are where modules are
// read as v0.
std::string capabilities_json(bool v0 = false);
// The same of what these capabilities allow, of the built-ins of this version.
std::string capabilities_json(const Capabilities& capabilities);

}  // namespace writ
