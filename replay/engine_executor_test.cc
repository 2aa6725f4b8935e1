#include "replay/engine_executor.h"

#include <catch2/catch.hpp>

#include "engine/api/test_policy.h"
#include "engine/host/test_host.h"
#include "replay/replay.h"
#include "store/policy_store.h"
#include "store/test_directory.h"

namespace writ {
namespace {

constexpr const char* kPolicy =
    "package p\n"
    "import data.limits\n"
    "allow if { input.amount <= limits.amount; time.now_ns() > 0; acme.ok(input.user) }\n"
    "lottery := rand.intn(\"x\", 1000)\n"
    "kinds contains k if some k in input.kinds\n"
    "id := uuid.rfc4122(input.user)\n"
    "broken := acme.broken()\n"
    "slow if { some i in numbers.range(1, 1000); i == input.never }\n"
    "big := {x: s | some x in numbers.range(1, 50); s := {y | y := x * input.amount}}\n";

struct Bench {
  TestDirectory directory;
  PolicyStore store{directory.file("store")};
  TestHost host;
  std::shared_ptr<const BoundPolicy> bound_policy;
  Context context;
  EngineExecutor executor;

  explicit Bench(VerdictMode mode = VerdictMode::kNone) {
    EngineOptions options;
    options.verdict = mode;
    options.language.functions = {{"acme.ok", 1, true}, {"acme.broken", 0, false}};
    options.language.keep_print = true;
    bound_policy = bound_policy_of(kPolicy, options, R"({"limits":{"amount":10.50}})");
    host.on_call = [](std::string_view function, std::span<const Value> args, Arena& arena) -> Value {
      if (function == "acme.broken") throw Failure(ErrorCode::E_OUTSIDE, "broken");
      (void)arena;
      return Value::of(args[0].is_string() && args[0].text() == "alice");
    };
    context.bind(bound_policy, host);
    REQUIRE(store.put(*bound_policy) == *bound_policy->identity());
  }

  std::string record(std::string_view entry, std::optional<std::string_view> input, DecideOptions options = {}) {
    options.record = true;
    const Decision& decision = context.decide(entry, input, options);
    REQUIRE_FALSE(decision.record.empty());
    return std::string(decision.record.substr(0, decision.record.size() - 1));
  }

  // The class, the sub-verdict, and what failed.
  std::string replay(std::string_view line) {
    PolicyCache policies(store);
    ReplayReport report = Replayer(policies, executor).judge(line, 1).findings.conclude();
    std::string text(replay_class_row(report.replay_class).code);
    if (!report.sub_verdict.empty()) text += "/" + std::string(report.sub_verdict);
    for (const std::string& detail : report.details) text += "; " + detail;
    return text;
  }
};

constexpr const char* kReproduced = "UNSEALED";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("what the engine recorded it decides again: values, non-deterministic values, errors, odd inputs") {
  Bench bench;
  for (auto [entry, input] : std::initializer_list<std::pair<const char*, std::optional<std::string_view>>>{
           {"p/allow", R"({"amount":1.50,"user":"alice"})"},
           {"p/allow", R"({"amount":1.50,"user":"bob"})"},
           {"p/allow", R"({"amount":99999999999999999999.5,"user":"alice"})"},
           {"p/allow", R"( { "user" : "\u0061lice", "amount":1e0 } )"},
           {"p/allow", "null"},
           {"p/allow", std::nullopt},
           {"p/lottery", std::nullopt},
           {"p/kinds", R"({"kinds":["b","a",{"c":[1.0]}]})"},
           {"p/id", R"({"user":"alice"})"},
           {"p/broken", "{}"},
           {"p/big", R"({"amount":3})"},
           {"p", R"({"amount":1,"user":"alice","kinds":[]})"},
           {"p/missing", "{}"},
       }) {
    CAPTURE(entry, input.value_or("none"));
    CHECK(bench.replay(bench.record(entry, input)) == kReproduced);
  }
}

TEST_CASE("a decision that ran out of fuel runs out at the same place") {
  Bench bench;
  for (uint64_t fuel : {0, 1, 17, 500, 1000}) {
    DecideOptions options;
    options.fuel = fuel;
    std::string line = bench.record("p/slow", R"({"never":0})", options);
    CHECK(line.find("E_FUEL") != std::string::npos);
    CHECK(bench.replay(line) == kReproduced);
  }
}

TEST_CASE("every verdict mode is replayed in its own") {
  Bench boolean(VerdictMode::kBoolean);
  CHECK(boolean.replay(boolean.record("p/allow", R"({"amount":1,"user":"alice"})")) == kReproduced);
  CHECK(boolean.replay(boolean.record("p/kinds", R"({"kinds":[1]})")) == kReproduced);
  Bench object(VerdictMode::kObject);
  CHECK(object.replay(object.record("p/allow", R"({"amount":1,"user":"alice"})")) == kReproduced);
}

TEST_CASE("queries are replayed as they were recorded") {
  Bench bench;
  for (QueryOptions query : {QueryOptions{"x = data.p.big[k]", "", {}, false}, QueryOptions{"1 == 2", "", {}, true},
                             QueryOptions{"y := big[3]; lottery < 1000", "p", {"data.limits as l"}, true}}) {
    CompiledQuery compiled = Query::compile(bench.bound_policy->shared_policy(), query);
    REQUIRE(compiled.query != nullptr);
    bench.context.bind(BoundPolicy::make(compiled.query, bench.bound_policy->shared_data()), bench.host);
    DecideOptions options;
    options.record = true;
    options.fuel = 100000;
    const Decision& decision = bench.context.query(R"({"amount":2})", options);
    REQUIRE_FALSE(decision.record.empty());
    CAPTURE(query.text);
    CHECK(bench.replay(decision.record.substr(0, decision.record.size() - 1)) == kReproduced);
  }
}

TEST_CASE("a withheld input is refused only where the policy may read it") {
  Bench bench;
  RecordedCalls none;
  StoredPolicy stored = bench.store.load(bench.bound_policy->identity()->policy);
  auto policy = bench.executor.prepare(stored, PolicyConfig::from_text(stored.config));
  WithheldInput withheld;
  auto run = [&](std::string_view entry) {
    HostCallReplay nd(none);
    ExecutionRequest request{.policy_digest = stored.identity.policy, .policy = *policy,
                             .entry_kind = EntryKind::kPath, .entry_text = entry, .entry_call = "{}", .input = "null",
                             .withheld = &withheld, .time_ns = 1, .fuel_limit = std::nullopt,
                             .recorded_fuel = 0, .nd = nd, .limits = {}, .varied = false};
    return bench.executor.execute(request).outcome;
  };
  auto execute = [&](std::string_view entry, std::vector<std::string> paths) {
    withheld.paths = std::move(paths);
    return run(entry);
  };
  CHECK(execute("p/slow", {"[]"}).code == ErrorCode::E_REDACTED_READ);
  CHECK(execute("p/slow", {R"(["never"])"}).code == ErrorCode::E_REDACTED_READ);
  CHECK(execute("p/slow", {R"(["never",0,"x"])"}).code == ErrorCode::E_REDACTED_READ);
  CHECK(execute("p/slow", {R"(["user"])", R"(["kinds",1])"}).status == Status::kUndefined);
  CHECK(execute("p/kinds", {R"(["kinds",1])"}).code == ErrorCode::E_REDACTED_READ);
  CHECK(execute("p", {R"(["kinds",1])"}).code == ErrorCode::E_REDACTED_READ);
  // Where paths are not listed, only what is shown may be read.
  withheld.some_unlisted = true;
  withheld.shown = {R"(["user"])"};
  CHECK(execute("p/slow", {}).code == ErrorCode::E_REDACTED_READ);
  withheld.shown = {R"(["never"])"};
  CHECK(execute("p/slow", {}).status == Status::kUndefined);
}

TEST_CASE("an engine that does not speak the language of a policy says so") {
  EngineExecutor executor;
  CHECK(executor.supports_language("rego.v1"));
  CHECK(executor.supports_language("rego.v0+print"));
  CHECK(executor.supports_language("rego.v1+host:acme.ok/1:once+print"));
  CHECK(executor.supports_language("rego.v2"));
  CHECK(executor.supports_language("rego.v1+module:a%2Bb/p.rego=rego.v0+module:q=r.rego=rego.v2"));
  CHECK_FALSE(executor.supports_language("rego.v3"));
  CHECK_FALSE(executor.supports_language("rego.v1+module:p.rego"));
  CHECK_FALSE(executor.supports_language("rego.v1+module:p.rego=rego.v3"));
  CHECK_FALSE(executor.supports_language("rego.v1+module:p%20q.rego=rego.v0"));
  CHECK_FALSE(executor.supports_language("rego.v1+magic"));
  CHECK_FALSE(executor.supports_language("rego.v1+host:acme.ok"));
}

TEST_CASE("a changed non-deterministic value is detected") {
  Bench bench;
  std::string line = bench.record("p/allow", R"({"amount":1,"user":"bob"})");
  std::string changed = replaced(line, R"("fn":"acme.ok","value":false)", R"("fn":"acme.ok","value":true)");
  CHECK(bench.replay(changed) != kReproduced);
}

TEST_CASE("a query is built in the verifier's time") {
  Bench bench;
  QueryOptions query{"x := 1", "", {}, false};
  CompiledQuery compiled = Query::compile(bench.bound_policy->shared_policy(), query);
  REQUIRE(compiled.query != nullptr);
  bench.context.bind(BoundPolicy::make(compiled.query, bench.bound_policy->shared_data()), bench.host);
  DecideOptions options;
  options.record = true;
  std::string line(bench.context.query(std::nullopt, options).record);
  line.pop_back();
  std::string large = "x := 1";
  for (int i = 0; i < 20'000; ++i) large += "; x" + std::to_string(i) + " := " + std::to_string(i);
  line = replaced(replaced(line, "x := 1", large), "\"text\":\"x := 1\"", "\"text\":\"" + large + "\"");
  VerifierLimits limits;
  limits.time_ms = 10;  // the policy takes less
  EngineExecutor executor(limits);
  PolicyCache policies(bench.store);
  ReplayReport report = Replayer(policies, executor).judge(line, 1).findings.conclude();
  std::string details;
  for (const std::string& detail : report.details) details += detail;
  CHECK_THAT(details, Catch::Contains("--time"));
}

}  // namespace
}  // namespace writ
