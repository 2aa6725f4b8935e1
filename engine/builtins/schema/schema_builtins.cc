// json.match_schema and json.verify_schema. Either argument is a JSON text or a value, which then stands for its JSON text:
// sets are arrays, keys are strings [S-12.11].
#include "engine/base/utf8.h"
#include "engine/builtins/go_json.h"
#include "engine/builtins/schema/schema.h"
#include "engine/builtins/schema/validator.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kWrongKind = "wrong type, expected string or object";
constexpr std::string_view kNoJson = "invalid JSON string";
constexpr std::string_view kFamily = "schema:";

bool stands_for_json(const Value& value) { return value.is_string() || value.is_object() || value.is_array(); }

// Whether a value is its own JSON: no sets, no keys but strings, no broken characters.
bool is_plain(const Value& value, uint32_t depth) {
  if (depth > kMaxValueDepth) return false;
  if (value.is_string()) return is_utf8(value.text());
  if (value.is_set()) return false;
  if (value.is_array()) {
    for (const Value& item : value.items()) {
      if (!is_plain(item, depth + 1)) return false;
    }
  } else if (value.is_object()) {
    for (const Entry& member : value.members()) {
      if (!member.key.is_string() || !is_plain(member.key, depth + 1) || !is_plain(member.value, depth + 1)) return false;
    }
  }
  return true;
}

// The JSON value that an argument stands for; false, with the call faulted, if there is none.
bool read_document(BuiltinCall& call, const Value& argument, Value* document) {
  if (!stands_for_json(argument)) {
    call.fault(std::string(kWrongKind));
    return false;
  }
  charge_value(call, argument);
  *document = argument;
  if (!argument.is_string() && is_plain(argument, 1)) return true;
  std::string_view text = argument.is_string() ? argument.text() : call.arena.copy(to_json(argument));
  charge_elements(call, text.size() / 4);
  if (read_go_json(text, call.arena, document)) return true;
  call.fault(std::string(kNoJson));
  return false;
}

// The schema that an argument is, compiled or found; null and `*fault` set if it is none.
const Schema* read_schema(BuiltinCall& call, const Value& argument, std::string* fault) {
  if (!stands_for_json(argument)) {
    *fault = kWrongKind;
    return nullptr;
  }
  charge_value(call, argument);
  std::string key(kFamily);
  if (argument.is_string()) key.append(argument.text());
  else append_json(key, argument);
  charge_bytes(call, key.size());
  const CompiledArgument* compiled = call.services.patterns().compiled_on_bill(key, [&](Bill& bill) {
    return Schema::compile(std::string_view(key).substr(kFamily.size()), Schema::Patterns::kChecked, bill, fault);
  });
  return static_cast<const Schema*>(compiled);
}

Value pair_of(BuiltinCall& call, bool good, const Value& rest) {
  const Value pair[] = {Value::of(good), rest};
  return make_array(call.arena, pair);
}

}  // namespace

Value builtin_json_match_schema(BuiltinCall& call) {
  Value document;
  if (!read_document(call, call[0], &document)) return Value::undefined();
  std::string fault;
  const Schema* schema = read_schema(call, call[1], &fault);
  if (schema == nullptr) return call.fault(fault);
  Value errors = SchemaValidator(call).run(*schema, document);
  return errors.is_defined() ? pair_of(call, errors.size == 0, errors) : errors;
}

Value builtin_json_verify_schema(BuiltinCall& call) {
  std::string fault;
  if (read_schema(call, call[0], &fault) != nullptr) return pair_of(call, true, Value::null());
  return pair_of(call, false, text_value(call, "jsonschema: " + fault));
}

}  // namespace writ
