// A decision that ended for lack of memory is recorded as such, and replay ends at the same place.
#include <catch2/catch.hpp>

#include "engine/api/alloc/allocation.h"
#include "engine/host/system_host.h"
#include "replay/engine_executor.h"

namespace writ {
namespace {

TEST_CASE("what ended for lack of memory ends in replay at the same fuel") {
  CompileResult compiled = Policy::compile(
      {{"p.rego",
        "package p\n"
        "allow if count(names) > 0\n"
        "names := [y | some x in numbers.range(1, 300); y := sprintf(\"%d-%s\", [x, input.name]); time.now_ns() > x]"}});
  REQUIRE(compiled.policy != nullptr);
  auto bound_policy = BoundPolicy::make(compiled.policy, nullptr);
  StoredPolicy stored;
  stored.identity = *bound_policy->identity();
  for (const PolicyModule& module : compiled.policy->modules()) {
    stored.modules.emplace_back(std::string(module.path), std::string(module.source));
  }
  stored.config = compiled.policy->config_text();
  EngineExecutor executor;
  SystemHost host;
  DecideOptions options;
  options.record = true;
  int replayed = 0;
  for (uint64_t n = 1;; n = Allocation::next(n)) {
    Context context;
    context.bind(bound_policy, host);
    Allocation::fail_at(n, false);
    const Decision& decision = context.decide("p/allow", R"({"name":"ann"})", options);
    bool failed = Allocation::has_failed();
    Allocation::fail_never();
    if (!failed) break;
    if (decision.code != ErrorCode::E_MEMORY || decision.record.empty()) continue;
    Arena arena;
    DecisionRecord record = decode_record(decision.record, arena);
    Hasher hasher;
    RecordedCalls calls;
    calls.log = HostCallLog::from_record_text(record.nd.text, hasher);
    HostCallReplay nd(calls);
    auto policy = executor.prepare(stored, compiled.policy->config());
    ExecutionRequest request{.policy_digest = stored.identity.policy, .policy = *policy,
                             .entry_kind = EntryKind::kPath, .entry_text = "p/allow", .entry_call = "{}",
                             .input = record.input.text, .withheld = nullptr, .time_ns = *record.time_ns,
                             .fuel_limit = std::nullopt, .recorded_fuel = *record.fuel, .nd = nd, .limits = {},
                             .varied = false};
    ExecutionResult again = executor.execute(request);
    CAPTURE(n, nd.detail());
    CHECK(nd.finish() == HostCallMismatch::kNone);
    CHECK(again.outcome.code == ErrorCode::E_MEMORY);
    CHECK(again.outcome.verdict == Verdict::kError);
    CHECK(again.fuel == *record.fuel);
    ++replayed;
  }
  CHECK(replayed > 0);
}

}  // namespace
}  // namespace writ
