// Any layout and any text as a time: parsing fails or gives nanoseconds, and RFC 3339 written from these reads as the
// same ones; any time zone and calendar arithmetic end.
#include <string>

#include "engine/base/fuzz_bytes.h"
#include "engine/builtins/call_support.h"
#include "engine/value/order.h"

namespace {

using namespace writ;

class Clock {
 public:
  Value call(std::string_view name, std::initializer_list<Value> args) {
    std::vector<Value> values(args);
    BuiltinCall call{name, values, arena, services_};
    Value answer = call_builtin(*find_builtin(name), call);
    return call.faulted ? Value::undefined() : answer;
  }
  Value text(std::string_view text) { return make_string(arena, text); }

  Arena arena;

 private:
  test::FakeServices services_{arena};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 512) return 0;
  FuzzBytes bytes(data, size);
  Clock clock;
  try {
    Value days = Value::of(int64_t{bytes.byte()} - 128);
    Value layout = clock.text(bytes.text());
    Value zone = clock.text(bytes.text());
    Value text = clock.text(bytes.rest());
    clock.call("time.parse_duration_ns", {text});
    Value ns = clock.call("time.parse_ns", {layout, text});
    Value same = clock.call("time.parse_rfc3339_ns", {text});
    if (!ns.is_defined()) ns = same;
    if (!ns.is_defined()) return 0;
    Value written = clock.call("time.format", {ns});
    demand(written.is_string());
    demand(equal(clock.call("time.parse_rfc3339_ns", {written}), ns));
    Value with_layout[] = {ns, zone, layout};
    clock.call("time.format", {make_array(clock.arena, with_layout)});
    Value in_zone[] = {ns, zone};
    Value placed = make_array(clock.arena, in_zone);
    for (std::string_view name : {"time.date", "time.clock", "time.weekday"}) clock.call(name, {placed});
    clock.call("time.add_date", {ns, days, days, days});
    clock.call("time.diff", {placed, ns});
  } catch (const Failure&) {
  }
  return 0;
}
