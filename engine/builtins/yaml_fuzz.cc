// Any bytes as YAML: reading fails or gives a value, and what is written from that value reads as the same value.
#include <string>
#include <string_view>

#include "engine/base/fuzz_bytes.h"
#include "engine/builtins/call_support.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace {

using namespace writ;

Value call(std::string_view name, const Value& argument, Arena& arena, test::FakeServices& services) {
  BuiltinCall call{name, {&argument, 1}, arena, services};
  Value answer = call_builtin(*find_builtin(name), call);
  return call.faulted ? Value::undefined() : answer;
}

// As in OPA a text may not come back: its reader of YAML takes some control characters for breaks and others not at all, and
// does not read a block whose first line begins with a tab.
bool may_be_lost(std::string_view json) {
  return json.find_first_of("\x7F\xC2") != json.npos || json.find("\xEF\xBF") != json.npos ||
         json.find("\"\\t") != json.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  Arena arena;
  test::FakeServices services(arena);
  try {
    Value text = make_string(arena, FuzzBytes(data, size).rest());
    Value valid = call("yaml.is_valid", text, arena, services);
    Value value = call("yaml.unmarshal", text, arena, services);
    demand(valid.is_true() == value.is_defined());
    if (!value.is_defined()) return 0;
    Value written = call("yaml.marshal", value, arena, services);
    if (may_be_lost(to_json(value, {JsonEscape::kText}))) return 0;
    demand(written.is_string());
    Value again = call("yaml.unmarshal", written, arena, services);
    demand(again.is_defined() && equal(again, value));
  } catch (const Failure&) {
  }
  return 0;
}
