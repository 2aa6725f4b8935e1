// Any format over arguments of every kind: it ends, charges for what it writes, and gives text.
#include <string>

#include "engine/base/fuzz_bytes.h"
#include "engine/builtins/call_support.h"

namespace {

using namespace writ;

constexpr std::string_view kArguments[] = {
    "1", "-7", "0.5", "1e300", "123456789012345678901234567890", "\"text\"", "\"é\\u0000\"", "true", "null", "[1,\"a\"]",
    "{\"a\":[]}", "{\"$set\":[1,2]}", "1.0", "1e2", "\"\"",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 512) return 0;
  FuzzBytes bytes(data, size);
  Arena arena;
  test::FakeServices services(arena);
  services.fuel = 1'000'000;
  std::vector<Value> values;
  for (size_t count = bytes.below(5); count > 0; --count) {
    values.push_back(test::ValueReader(arena).read(kArguments[bytes.below(std::size(kArguments))]));
  }
  Value args[] = {make_string(arena, bytes.rest()), make_array(arena, values)};
  BuiltinCall call{"sprintf", args, arena, services};
  try {
    Value answer = call_builtin(*find_builtin("sprintf"), call);
    demand(call.faulted || (answer.is_string() && answer.size <= 1u << 24));
  } catch (const Failure&) {
  }
  return 0;
}
