// Notes to the host: print [S-12.6], trace, and the cases of the test runner.
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/print_text.h"
#include "engine/builtins/support.h"
#include "engine/value/text.h"

namespace writ {

std::string print_text(BuiltinCall& call, const Value& value) {
  charge_value(call, value);
  return value.is_string() ? std::string(value.text()) : to_rego(value);
}

std::vector<std::string> print_alternatives(BuiltinCall& call, const Value& argument) {
  if (argument.is_array() || argument.is_object()) {
    throw Failure(ErrorCode::E_INTERNAL, "illegal argument type: " + std::string(kind_name(argument.kind)));
  }
  if (!argument.is_set()) return {print_text(call, argument)};
  if (argument.size == 0) return {"<undefined>"};
  std::vector<std::string> texts;
  for (const Value& element : argument.items()) texts.push_back(print_text(call, element));
  return texts;
}

namespace {

// Prints every combination of the texts of the arguments, the last argument changing fastest.
void print_all(BuiltinCall& call, std::span<const Value> arguments) {
  std::vector<std::vector<std::string>> choices;
  for (const Value& argument : arguments) choices.push_back(print_alternatives(call, argument));
  std::vector<size_t> chosen(choices.size(), 0);
  for (;;) {
    ChargedText line(call);
    for (size_t i = 0; i < choices.size(); i++) {
      if (i > 0) line.append(" ");
      line.append(choices[i][chosen[i]]);
    }
    call.services.charge(1);
    call.services.note("print", line.text());
    size_t i = choices.size();
    while (i > 0 && ++chosen[i - 1] == choices[i - 1].size()) chosen[--i] = 0;
    if (i == 0) return;
  }
}

}  // namespace

// The compiler wraps each argument of print into a set comprehension, so that undefined ones do not stop the body.
Value builtin_internal_print(BuiltinCall& call) {
  print_all(call, call[0].items());
  return Value::of(true);
}

Value builtin_print(BuiltinCall& call) {
  ChargedText line(call);
  for (size_t i = 0; i < call.args.size(); i++) {
    if (i > 0) line.append(" ");
    line.append(print_text(call, call[i]));
  }
  call.services.note("print", line.text());
  return Value::of(true);
}

Value builtin_trace(BuiltinCall& call) {
  call.services.note(call.name, call[0].text());
  return Value::of(true);
}

// The test runner learns from these notes which case of a table-driven test is running: they are JSON, sets as arrays.
Value builtin_internal_test_case(BuiltinCall& call) {
  charge_value(call, call[0]);
  call.services.note(call.name, to_json(call[0]));
  return Value::of(true);
}

}  // namespace writ
