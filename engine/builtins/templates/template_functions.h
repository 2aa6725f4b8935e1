// The functions that every Go template has, one row each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/builtins/builtin.h"
#include "engine/builtins/templates/template_value.h"

namespace writ {

// What a function takes as an argument, and what it then sees of it.
enum class TemplateParameter : uint8_t {
  kAny,      // any value, out of its interface
  kReflect,  // any value as it is: boxed or not, or none at all
  kString,   // a string, which json.Number is not
};

// An error inside a function, in Go's words: the execution fails with "error calling f: …".
struct TemplateCallFault {
  std::string text;
};

// The answer; or a TemplateCallFault is thrown.
using TemplateFunctionBody = GoValue (*)(BuiltinCall& call, std::span<const GoValue> arguments);

struct TemplateFunction {
  std::string_view name;
  uint8_t fixed;            // parameters before the variadic one
  bool variadic;
  TemplateParameter first;  // of the fixed ones
  TemplateParameter rest;   // of the variadic one
  TemplateFunctionBody body;  // null: `and` and `or`, whose arguments are evaluated one by one, and `call`, which needs their text
};

// Null if there is none of that name.
const TemplateFunction* find_template_function(std::string_view name);

}  // namespace writ
