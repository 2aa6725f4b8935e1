// Any template over variables of every kind: it ends, charges for what it does, and gives text or an error. A second run, with the
// parsed template kept, gives the same and costs the same.
#include <string>

#include "engine/base/fuzz_bytes.h"
#include "engine/builtins/call_support.h"

namespace {

using namespace writ;

constexpr std::string_view kVariables[] = {
    R"({"a": 1, "b": "text", "c": [1, "x", null, {"k": 2}], "d": {"e": {"f": true}}, "n": null})",
    R"({"a": [[], {}, [1]], "b": 1.5e300, "c": -0.25, "d": "é\"<&>'\\", "e": 12345678901234567890})",
    R"({"a": {"$set": [1]}})",
    "{}",
};

std::string render(Arena& arena, test::FakeServices& services, std::string_view text, std::string_view variables) {
  Value args[] = {make_string(arena, text), test::ValueReader(arena).read(variables)};
  BuiltinCall call{"strings.render_template", args, arena, services};
  try {
    Value answer = call_builtin(*find_builtin("strings.render_template"), call);
    demand(call.faulted || (answer.is_string() && answer.size <= 1u << 24));
    return call.faulted ? call.message : std::string(answer.text());
  } catch (const Failure& failure) {
    return std::string(error_code_name(failure.error().code));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 2048) return 0;
  FuzzBytes bytes(data, size);
  std::string_view variables = kVariables[bytes.below(std::size(kVariables))];
  std::string text(bytes.rest());
  Arena arena;
  test::FakeServices services(arena);
  services.fuel = 1'000'000;
  std::string first = render(arena, services, text, variables);
  if (first.starts_with("E_")) return 0;
  uint64_t used = services.used;
  services.patterns().begin();
  std::string second = render(arena, services, text, variables);
  demand(second == "E_FUEL" || (second == first && services.used == 2 * used));
  return 0;
}
