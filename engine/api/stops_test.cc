// What ends a decision from outside: a deadline and a cancellation, recorded and repeated.
#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "engine/api/test_policy.h"
#include "engine/base/meter.h"
#include "engine/host/test_host.h"

namespace writ {
namespace {

constexpr std::string_view kPolicy =
    "package p\n"
    "default allow := true\n"
    "allow := false if deny\n"
    "deny if count([1 | some x in numbers.range(1, input.n); some y in numbers.range(1, 100); x == y]) > 1000\n";

std::shared_ptr<const BoundPolicy> bound() {
  EngineOptions options;
  options.verdict = VerdictMode::kBoolean;
  return bound_policy_of(std::string(kPolicy), options);
}

TEST_CASE("without a stop a decision is the same, watched or not") {
  TestHost host;
  Context context;
  context.bind(bound(), host);
  uint64_t fuel = context.decide("p/allow", R"({"n": 300})").fuel;
  CHECK(fuel > 4 * Meter::kInterval);
  std::atomic<bool> cancel = false;
  DecideOptions options;
  options.cancel = &cancel;
  options.deadline_ns = 1;  // on a clock that stands still
  const Decision& decision = context.decide("p/allow", R"({"n": 300})", options);
  CHECK(decision.verdict == Verdict::kAllow);
  CHECK(decision.fuel == fuel);
}

TEST_CASE("a deadline ends a decision where it is seen, and again at the same count") {
  TestHost host;
  Context context;
  context.bind(bound(), host);
  host.monotonic_step = 10;
  for (uint64_t deadline : {1, 25, 45, 65}) {
    DecideOptions options;
    options.record = true;
    options.deadline_ns = deadline;
    const Decision& decision = context.decide("p/allow", R"({"n": 300})", options);
    CHECK(decision.verdict == Verdict::kError);
    CHECK(decision.code == ErrorCode::E_DEADLINE);
    CHECK(decision.record.find(R"({"args":[],"error":"E_DEADLINE","fn":"$deadline"})") != std::string_view::npos);
    uint64_t fuel = decision.fuel;
    CHECK((fuel == 0) == (deadline == 1));

    DecideOptions again;
    again.recorded_stop = RecordedStop{ErrorCode::E_DEADLINE, fuel};
    const Decision& repeated = context.decide("p/allow", R"({"n": 300})", again);
    CHECK(repeated.verdict == Verdict::kError);
    CHECK(repeated.code == ErrorCode::E_DEADLINE);
    CHECK(repeated.fuel == fuel);
  }
}

TEST_CASE("a deadline is seen at the end of a decision that does next to nothing") {
  TestHost host;
  host.monotonic_step = 10;
  Context context;
  context.bind(bound(), host);
  DecideOptions options;
  options.deadline_ns = 1;
  CHECK(context.decide("p/allow", R"({"n": 1})", options).code == ErrorCode::E_DEADLINE);
}

TEST_CASE("a cancellation ends the decision and is recorded") {
  TestHost host;
  std::atomic<bool> cancel = false;
  Context context;
  context.bind(bound(), host);
  DecideOptions options;
  options.record = true;
  options.cancel = &cancel;
  cancel = true;
  const Decision& decision = context.decide("p/allow", R"({"n": 300})", options);
  CHECK(decision.verdict == Verdict::kError);
  CHECK(decision.code == ErrorCode::E_CANCEL);
  CHECK(decision.record.find(R"({"args":[],"error":"E_CANCEL","fn":"$cancel"})") != std::string_view::npos);
  cancel = false;
  CHECK(context.decide("p/allow", R"({"n": 300})", options).verdict == Verdict::kAllow);
}

TEST_CASE("a stop while the values of a conflict are listed ends the decision and leaves nothing behind") {
  TestHost host;
  Context context;
  EngineOptions boolean;
  boolean.verdict = VerdictMode::kBoolean;
  context.bind(bound_policy_of("package p\n"
                               "n := count([1 | some x in numbers.range(1, input.n); x > 0])\n"
                               "wide := [x | some x in numbers.range(1, input.n)]\n"
                               "allow := n > 0\n"
                               "allow := false if count([1 | some x in numbers.range(1, input.n); x > 0]) > 0\n"
                               "f(x) := y if { y := count([1 | some z in numbers.range(1, x); z > 0]) }\n"
                               "f(x) := y if { y := 1 + count([1 | some z in numbers.range(1, x); z > 0]) }\n"
                               "text := wide\n"
                               "text := array.concat(wide, [0])\n"
                               "called if f(input.n)\n",
                               boolean),
               host);
  for (const char* entry : {"p/allow", "p/called", "p/text"}) {
    CAPTURE(entry);
    DecideOptions usual;
    usual.record = true;
    const Decision& whole = context.decide(entry, R"({"n": 9000})", usual);
    REQUIRE(whole.code == ErrorCode::E_CONFLICT);
    std::string message = whole.error.detail;
    uint64_t fuel = whole.fuel;
    host.monotonic_step = 1;
    uint64_t readings = fuel / Meter::kInterval + 4;
    uint64_t last = 0;  // where one of them ended
    for (uint64_t deadline = 1; deadline <= readings; ++deadline) {
      host.monotonic = 0;
      DecideOptions options;
      options.record = true;
      options.deadline_ns = deadline;
      const Decision& stopped = context.decide(entry, R"({"n": 9000})", options);
      // Never half of both: a conflict with a shorter list, or of less fuel.
      if (stopped.code == ErrorCode::E_CONFLICT) {
        CHECK(stopped.fuel == fuel);
        CHECK(stopped.error.detail == message);
      } else {
        CHECK(stopped.code == ErrorCode::E_DEADLINE);
        last = stopped.fuel;
      }
      CHECK(stopped.verdict == Verdict::kError);
      const Decision& next = context.decide(entry, R"({"n": 3})");
      CHECK(next.code == ErrorCode::E_CONFLICT);
      CHECK(next.verdict == Verdict::kError);
    }
    host.monotonic_step = 0;
    REQUIRE(last > fuel / 2);
    for (ErrorCode code : {ErrorCode::E_DEADLINE, ErrorCode::E_MEMORY}) {
      DecideOptions again;
      again.recorded_stop = RecordedStop{code, last};
      CHECK(context.decide(entry, R"({"n": 9000})", again).code == code);
      CHECK(context.decide(entry, R"({"n": 3})").code == ErrorCode::E_CONFLICT);
    }
  }
}

TEST_CASE("a recorded stop that the evaluation does not reach changes nothing") {
  TestHost host;
  Context context;
  context.bind(bound(), host);
  uint64_t fuel = context.decide("p/allow", R"({"n": 3})").fuel;
  DecideOptions options;
  options.recorded_stop = RecordedStop{ErrorCode::E_CANCEL, fuel};
  CHECK(context.decide("p/allow", R"({"n": 3})", options).verdict == Verdict::kAllow);
  options.recorded_stop = RecordedStop{ErrorCode::E_CANCEL, fuel - 1};
  CHECK(context.decide("p/allow", R"({"n": 3})", options).code == ErrorCode::E_CANCEL);
}

TEST_CASE("whoever evaluates within limits of their own is asked at checkpoints, too") {
  class Watch : public Checkpoint {
   public:
    void reached() override {
      if (++times > 2) throw Failure(ErrorCode::E_CANCEL, "enough");
    }
    uint64_t times = 0;
  };
  TestHost host;
  Context context;
  context.bind(bound(), host);
  Watch watch;
  Meter meter;
  meter.begin(UINT64_MAX);
  meter.watch(watch, false);
  Meter::Scope scope(&meter);
  CHECK(context.decide("p/allow", R"({"n": 300})").code == ErrorCode::E_CANCEL);
  CHECK(watch.times == 3);
}

// A host that decides with another context whenever it is told something.
class NestedHost : public TestHost {
 public:
  void note(std::string_view, std::string_view) override {
    if (context == nullptr) return;
    DecideOptions options;
    options.record = true;
    const Decision& decision = context->decide("p/allow", input, options);
    codes.push_back(decision.code);
    fuel.push_back(decision.fuel);
  }
  Context* context = nullptr;
  std::string input;
  std::vector<ErrorCode> codes;
  std::vector<uint64_t> fuel;
};

TEST_CASE("what a host decides while it is told something is no work of the decision that tells it") {
  TestHost inner_host;
  Context inner;
  inner.bind(bound(), inner_host);
  NestedHost host;
  Context outer;
  EngineOptions boolean;
  boolean.verdict = VerdictMode::kBoolean;
  boolean.limits.memory_bytes = 100'000;
  outer.bind(bound_policy_of("package p\nallow if { trace(\"x\"); count(numbers.range(1, 10)) == 10 }\n", boolean), host);
  host.input = R"({"n": 3, "more": [)" + std::string(400'000, ' ') + "0";
  for (int i = 0; i < 20'000; ++i) host.input += R"(, "abcdefghijklmnop")";
  host.input += "]}";
  uint64_t inner_fuel = inner.decide("p/allow", host.input).fuel;
  std::atomic<bool> cancel = false;
  for (const std::atomic<bool>* watched : {static_cast<const std::atomic<bool>*>(nullptr),
                                           static_cast<const std::atomic<bool>*>(&cancel)}) {
    DecideOptions options;
    options.cancel = watched;
    options.fuel = 1000;
    host.context = nullptr;
    uint64_t fuel = outer.decide("p/allow", std::nullopt, options).fuel;
    host.context = &inner;
    const Decision& decision = outer.decide("p/allow", std::nullopt, options);
    CHECK(decision.verdict == Verdict::kAllow);
    CHECK(decision.fuel == fuel);
    REQUIRE(!host.codes.empty());
    CHECK(host.codes.back() == ErrorCode::kNone);
    CHECK(host.fuel.back() == inner_fuel);
  }
}

TEST_CASE("scopes within scopes take memory of the evaluation, in a warm context as in a new one") {
  constexpr int kRules = 400;
  std::string policy = "package p\n";
  for (int i = 0; i < kRules; ++i) {
    policy += "r" + std::to_string(i) + " := y if { y := r" + std::to_string(i + 1) + " with input.a as " + std::to_string(i) + " }\n";
  }
  policy += "r" + std::to_string(kRules) + " := input.a\n";
  for (uint64_t memory : {uint64_t{1} << 20, uint64_t{1} << 30}) {
    EngineOptions options;
    options.verdict = VerdictMode::kNone;
    options.limits.memory_bytes = memory;
    TestHost host;
    Context context;
    context.bind(bound_policy_of(policy, options), host);
    ErrorCode expected = memory == uint64_t{1} << 20 ? ErrorCode::E_MEMORY : ErrorCode::kNone;
    for (int times = 0; times < 2; ++times) CHECK(context.decide("p/r0", R"({"a": 1})").code == expected);
    CHECK(context.decide("p/r395", R"({"a": 1})").code == ErrorCode::kNone);
  }
}

TEST_CASE("compiling is work for whoever limits it") {
  Meter meter;
  meter.begin(10);
  {
    Meter::Scope scope(&meter);
    CHECK_THROWS_AS(compile_or_throw({{"p.rego", std::string(kPolicy)}}), Failure);
  }
  meter.begin(1'000'000);
  Meter::Scope scope(&meter);
  CHECK(compile_or_throw({{"p.rego", std::string(kPolicy)}}) != nullptr);
  CHECK(meter.used() > 100);
}

}  // namespace
}  // namespace writ
