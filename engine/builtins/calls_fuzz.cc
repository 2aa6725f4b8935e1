// Any pure built-in with any arguments: it answers or fails as built-ins do, and a second call answers the same.
//
// The first two bytes choose the built-in. If the rest is JSON, it is the array of arguments (call_support.h); otherwise
// its parts, divided by zero bytes, are arguments that are strings.
#include <vector>

#include "engine/base/fuzz_bytes.h"
#include "engine/builtins/call_support.h"
#include "engine/value/text.h"

namespace {

using namespace writ;

constexpr uint64_t kFuel = 200'000;

std::vector<const Builtin*> pure_builtins() {
  std::vector<const Builtin*> found;
  for (const Builtin& builtin : builtins()) {
    if (builtin.effect == Effect::kPure && builtin.function != nullptr) found.push_back(&builtin);
  }
  return found;
}

std::string strings_of(FuzzBytes bytes, size_t count) {
  Arena arena;
  std::vector<Value> strings;
  for (size_t i = 0; i < count; ++i) strings.push_back(make_string(arena, bytes.text()));
  return to_json(make_array(arena, strings), {JsonEscape::kText});
}

std::string answer(const Builtin& builtin, std::string_view args) {
  test::Bench bench;
  bench.services.fuel = kFuel;
  return bench.run(builtin.name, args);
}

bool is_arguments(std::string_view text, size_t arity) {
  Arena arena;
  try {
    Value value = read_json(text, arena, {1 << 16, 64});
    return value.is_array() && value.size == arity;
  } catch (const Failure&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<const Builtin*> all = pure_builtins();
  if (size > 4096) return 0;
  FuzzBytes bytes(data, size);
  const Builtin& builtin = *all[bytes.below(all.size())];
  std::string args(FuzzBytes(bytes).rest());
  if (!is_arguments(args, builtin.arity)) args = strings_of(bytes, builtin.arity);
  std::string first = answer(builtin, args);
  demand(answer(builtin, args) == first);
  return 0;
}
