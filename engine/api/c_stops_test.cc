// Deadlines and cancellation through the C library.
#include <atomic>
#include <thread>

#include "engine/api/c_test_library.h"

namespace writ {
namespace {

// A decision that would take minutes, and one that takes no time.
constexpr const char* kPolicy =
    "package p\n"
    "slow if count([1 | some x in numbers.range(1, 100000); some y in numbers.range(1, 100000); x == y]) < 0\n"
    "quick := true\n";

struct SlowLibrary : TestLibrary {
  SlowLibrary() {
    REQUIRE(writ_options_set_limit(options, WRIT_LIMIT_FUEL, UINT64_MAX) == WRIT_OK);
    load(kPolicy, "{}");
  }
};

TEST_CASE("C: a deadline ends a decision") {
  SlowLibrary library;
  writ_decide_options options{};
  options.struct_size = sizeof(options);
  options.deadline_ns = 2'000'000;
  const writ_result* result = nullptr;
  CHECK(writ_decide(library.context, "p/slow", WRIT_NUL, nullptr, 0, &options, &result, library.error) == WRIT_ERROR_LIMIT);
  REQUIRE(result != nullptr);
  CHECK(writ_result_verdict(result) == WRIT_VERDICT_ERROR);
  CHECK(text(writ_error_code_name(library.error)) == "E_DEADLINE");
  options.deadline_ns = 0;
  CHECK(writ_decide(library.context, "p/quick", WRIT_NUL, nullptr, 0, &options, &result, library.error) == WRIT_OK);
}

TEST_CASE("C: another thread cancels the decision that runs, and none that comes later", "[threads]") {
  SlowLibrary library;
  writ_context_cancel(nullptr);
  writ_context_cancel(library.context);  // nothing is running
  CHECK(library.decide("p/quick", nullptr) == WRIT_OK);
  for (bool verdict_alone : {false, true}) {
    std::atomic<bool> ended = false;
    std::thread canceller([&] {
      while (!ended) writ_context_cancel(library.context);
    });
    if (verdict_alone) {
      CHECK(writ_decide_verdict(library.context, "p/slow", WRIT_NUL, nullptr, 0) == WRIT_VERDICT_ERROR);
    } else {
      CHECK(library.decide("p/slow", nullptr) == WRIT_ERROR_LIMIT);
      CHECK(text(writ_error_code_name(library.error)) == "E_CANCEL");
    }
    ended = true;
    canceller.join();
    CHECK(library.decide("p/quick", nullptr) == WRIT_OK);
  }
}

}  // namespace
}  // namespace writ
