// How print and template strings show a value.
#pragma once

#include <string>
#include <vector>

#include "engine/builtins/builtin.h"

namespace writ {

// Strings as they are, everything else as Rego text.
std::string print_text(BuiltinCall& call, const Value& value);

// The texts of one argument that the compiler wrapped into a set comprehension, so that it may be undefined or have
// several values: one text for each element, and "<undefined>" for the empty set. A scalar has one text.
std::vector<std::string> print_alternatives(BuiltinCall& call, const Value& argument);

}  // namespace writ
