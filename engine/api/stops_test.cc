// What ends a decision from outside: a deadline and a cancellation, recorded and repeated.
#include <catch2/catch.hpp>

#include <atomic>
#include <string>

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
