// Built-ins that talk to the host: notes (print, trace, test cases), the clock, the runtime's description; and template
// strings, which are put together the way print puts its operands together.
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kUndefinedText = "<undefined>";

// Strings as they are, everything else as Rego text.
std::string note_text(BuiltinCall& call, const Value& value) {
  charge_value(call, value);
  return value.is_string() ? std::string(value.text()) : to_rego(value);
}

// What one operand can say: a scalar says itself; a set says each of its elements, and an empty one that the operand is
// undefined [T75].
std::vector<std::string> alternatives(BuiltinCall& call, const Value& operand) {
  if (operand.is_array() || operand.is_object()) {
    throw Failure(ErrorCode::E_INTERNAL, "illegal argument type: " + std::string(kind_name(operand.kind)));
  }
  if (!operand.is_set()) return {note_text(call, operand)};
  if (operand.size == 0) return {std::string(kUndefinedText)};
  std::vector<std::string> texts;
  for (const Value& element : operand.items()) texts.push_back(note_text(call, element));
  return texts;
}

// Says every combination of what the operands can say, the last operand changing fastest.
void print_all(BuiltinCall& call, std::span<const Value> operands) {
  std::vector<std::vector<std::string>> choices;
  for (const Value& operand : operands) choices.push_back(alternatives(call, operand));
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

// --- Notes -----------------------------------------------------------------------------------------------------------

// The compiler wraps each operand of print into a set comprehension, so that undefined ones do not stop the body.
Value builtin_internal_print(BuiltinCall& call) {
  print_all(call, call[0].items());
  return Value::of(true);
}

Value builtin_print(BuiltinCall& call) {
  ChargedText line(call);
  for (size_t i = 0; i < call.args.size(); i++) {
    if (i > 0) line.append(" ");
    line.append(note_text(call, call[i]));
  }
  call.services.note("print", line.text());
  return Value::of(true);
}

Value builtin_trace(BuiltinCall& call) {
  call.services.note(call.name, call[0].text());
  return Value::of(true);
}

// The test runner learns from these notes which case of a table-driven test is running.
Value builtin_internal_test_case(BuiltinCall& call) {
  charge_value(call, call[0]);
  call.services.note(call.name, to_rego(call[0]));
  return Value::of(true);
}

// --- Template strings ------------------------------------------------------------------------------------------------

Value builtin_internal_template_string(BuiltinCall& call) {
  ChargedText text(call);
  for (const Value& part : call[0].items()) {
    std::vector<std::string> texts = alternatives(call, part);
    if (texts.size() > 1) {
      Error error;
      error.code = ErrorCode::E_CONFLICT;
      error.detail = "template-strings must not produce multiple outputs";
      error.opa_code = "eval_conflict_error";
      throw Failure(std::move(error));
    }
    text.append(texts[0]);
  }
  return text.finish();
}

// --- What the host knows ---------------------------------------------------------------------------------------------

Value builtin_time_now_ns(BuiltinCall& call) { return Value::of(call.services.now_ns()); }

// A host that has nothing to say about itself is described by the empty object [T37].
Value builtin_opa_runtime(BuiltinCall& call) {
  Value runtime = call.services.outside(call.name, call.args);
  return runtime.is_object() ? runtime : Value::sorted_object(nullptr, 0);
}

}  // namespace writ
