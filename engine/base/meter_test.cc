#include "engine/base/meter.h"

#include <catch2/catch.hpp>

namespace writ {
namespace {

class Watch : public Checkpoint {
 public:
  void reached() override {
    ++times;
    if (times > allowed) throw Failure(ErrorCode::E_CANCEL, "enough");
  }
  uint64_t times = 0;
  uint64_t allowed = UINT64_MAX;
};

// Charges single units until the meter ends it, or `most` times.
ErrorCode spend(Meter& meter, uint64_t most) {
  try {
    for (uint64_t i = 0; i < most; ++i) meter.charge(1);
    return ErrorCode::kNone;
  } catch (const Failure& failure) {
    return failure.error().code;
  }
}

TEST_CASE("needing exactly the limit succeeds, one more ends with the limit used") {
  for (bool watched : {false, true}) {
    Watch watch;
    Meter meter;
    meter.begin(10'000);
    if (watched) meter.watch(watch, false);
    CHECK(spend(meter, 10'000) == ErrorCode::kNone);
    CHECK(meter.used() == 10'000);
    CHECK(spend(meter, 1) == ErrorCode::E_FUEL);
    CHECK(meter.used() == 10'000);
    meter.begin(100);
    CHECK_THROWS_AS(meter.charge(101), Failure);
    CHECK(meter.used() == 100);
  }
}

TEST_CASE("a checkpoint is reached every interval, at once if that is wanted, and ends the work before the charge") {
  Watch watch;
  Meter meter;
  meter.begin(1'000'000);
  meter.watch(watch, false);
  CHECK(spend(meter, Meter::kInterval) == ErrorCode::kNone);
  CHECK(watch.times == 0);
  CHECK(spend(meter, 1) == ErrorCode::kNone);
  CHECK(watch.times == 1);
  meter.charge(100'000);
  CHECK(watch.times == 2);
  watch.allowed = 2;
  uint64_t before = meter.used();
  CHECK_THROWS_AS(meter.charge(200'000), Failure);
  CHECK(meter.used() == before);

  watch = Watch();
  meter.begin(1'000'000);
  meter.watch(watch, true);
  CHECK(spend(meter, 1) == ErrorCode::kNone);
  CHECK(watch.times == 1);
}

TEST_CASE("a recorded stop is reached at its count and nowhere else") {
  for (uint64_t at : {0u, 1u, 4095u, 4096u, 4097u, 9999u}) {
    for (bool watched : {false, true}) {
      Watch watch;
      Meter meter;
      meter.begin(10'000);
      if (watched) meter.watch(watch, false);
      meter.stop_at(at, ErrorCode::E_DEADLINE);
      CHECK(spend(meter, 20'000) == ErrorCode::E_DEADLINE);
      CHECK(meter.used() == at);
    }
  }
  Meter meter;
  meter.begin(10'000);
  meter.stop_at(50, ErrorCode::E_DEADLINE);
  meter.charge(40);
  CHECK_THROWS_AS(meter.charge(11), Failure);
  CHECK(meter.used() == 40);
  meter.begin(10'000);
  meter.stop_at(500, ErrorCode::E_DEADLINE);
  CHECK(spend(meter, 500) == ErrorCode::kNone);
}

TEST_CASE("charges without an evaluation are nobody's, and scopes nest") {
  CHECK(Meter::current() == nullptr);
  charge_work(1'000'000);
  Meter outer, inner;
  outer.begin(10);
  inner.begin(10);
  Meter::Scope a(&outer);
  {
    Meter::Scope b(&inner);
    CHECK(b.outer() == &outer);
    charge_work(3);
    Meter::Scope none(nullptr);
    charge_work(100);
  }
  charge_work(1);
  CHECK(outer.used() == 1);
  CHECK(inner.used() == 3);
}

}  // namespace
}  // namespace writ
