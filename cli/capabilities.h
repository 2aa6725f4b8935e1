// The built-in functions as OPA's capabilities file lists them.
#pragma once

#include <string>
#include <string_view>

#include "engine/builtins/builtin.h"

namespace writ::cli {

// `decl` of a built-in: {"args": […], "result": …, "type": "function"}, as canonical JSON on one line. The signature is
// text in OPA's notation, "(x: number, y: array[any]) -> any<string, number>". Throws Failure(E_INTERNAL) for anything
// else.
std::string signature_json(std::string_view signature, bool variadic);

// The whole document, indented, with a line feed.
std::string capabilities_json();

}  // namespace writ::cli
