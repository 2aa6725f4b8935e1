// The engine never writes a line that replay would fault: whatever inputs, limits, hosts, clocks and headers it meets, each
// record that it leaves is judged, and nothing may fail. Only a rejected input whose bytes were not kept is open.
#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "engine/api/test_policy.h"
#include "engine/host/test_host.h"
#include "replay/engine_executor.h"
#include "replay/replay.h"
#include "store/policy_store.h"
#include "store/test_directory.h"

namespace writ {
namespace {

constexpr const char* kPolicy = R"(package p

default allow := false

allow if {
	input.user == "ann"
	time.now_ns() >= 0
	rand.intn("coin", 10) >= 0
}

called := [acme.each(input), acme.once(input), acme.each(input), acme.once(input)]

clash := x if some x in [1, 2]

slow if {
	some i in numbers.range(1, 300)
	i == input.never
}

large := concat("", [s | some i in numbers.range(1, 200); s := sprintf("%d,", [i])])

keys := {1: 1, "1": 2}

verdict := {"verdict": "defer"}

echo := input
)";

const std::vector<std::optional<std::string>>& inputs() {
  static const std::vector<std::optional<std::string>> texts = {
      std::nullopt, "", "null", "{}", " { \"user\" : \"ann\" } ", R"({"user":"ann","n":9007199254740993})", R"({"never":0})",
      R"({"a":1,"a":2})", "not json", "[1,]", "\"\\ud800\"", "\xEF\xBB\xBF{}", "\"\xFF\"", "1e99999", "1e6144", "-0", "1 2",
      std::string(600, '[') + std::string(600, ']'), std::string(100, '[') + std::string(100, ']'), std::string("\"\0\"", 3),
      "[\"" + std::string(3000, 'x') + "\"]", "0.1e-6143", R"({"$set":[1]})", R"([{"$obj":[]}])"};
  return texts;
}

class Judge {
 public:
  Judge() {
    host.on_call = [this](std::string_view, std::span<const Value> args, Arena& arena) -> Value {
      if (fails_with != ErrorCode::kNone) throw Failure(fails_with, "as told");
      return answer ? read_json(*answer, arena) : args[0];
    };
  }

  std::shared_ptr<const BoundPolicy> policy_of(const EngineOptions& given, std::string_view data = "{}") {
    EngineOptions options = given;
    options.language.functions = {{"acme.each", 1, false}, {"acme.once", 1, true}};
    auto policy = bound_policy_of(kPolicy, options, data);
    store.put(*policy);
    return policy;
  }

  void decide(const std::shared_ptr<const BoundPolicy>& policy, std::string_view entry,
              const std::optional<std::string>& input, DecideOptions options = {}) {
    options.record = true;
    context.bind(policy, host);
    const Decision& decision =
        context.decide(entry, input ? std::optional<std::string_view>(*input) : std::nullopt, options);
    if (decision.record.empty()) {
      CHECK(decision.verdict == Verdict::kError);  // none was made, so nothing is permitted
      return;
    }
    ReplayReport report = Replayer(policies, executor).judge(decision.record.substr(0, decision.record.size() - 1), 1).findings.conclude();
    ++judged;
    bool open = decision.rejected && options.keep_rejected == 0;
    CAPTURE(entry, input.value_or("none").substr(0, 100), std::string(error_code_name(decision.code)), report.details);
    CHECK(replay_class_row(report.replay_class).code == (open ? "INCOMPLETE" : "UNSEALED"));
  }

  TestDirectory directory;
  PolicyStore store{directory.file("store")};
  PolicyCache policies{store};
  EngineExecutor executor;
  TestHost host;
  Context context;
  ErrorCode fails_with = ErrorCode::kNone;
  std::optional<std::string> answer;
  size_t judged = 0;
};

constexpr std::string_view kEntries[] = {"p/allow", "p/called", "p/clash", "p/slow",    "p/large", "p/keys",
                                         "p/echo",  "p/verdict", "p",      "p/nothing", "",        "/p/allow/"};

TEST_CASE("no record of the engine is faulted: inputs, entry points, verdict modes, salts and kept bytes") {
  Judge judge;
  for (VerdictMode mode : {VerdictMode::kNone, VerdictMode::kBoolean, VerdictMode::kObject}) {
    EngineOptions options;
    options.verdict = mode;
    auto policy = judge.policy_of(options);
    for (std::string_view entry : kEntries) {
      for (const auto& input : inputs()) {
        DecideOptions decide;
        decide.keep_rejected = (judge.judged % 2) * 10000;
        decide.open_commitments = judge.judged % 3 == 0;
        judge.decide(policy, entry, input, decide);
      }
    }
  }
  CHECK(judge.judged > 800);
}

TEST_CASE("no record of the engine is faulted: limits of every size") {
  Judge judge;
  for (uint64_t limit : {1, 2, 3, 5, 17, 100, 600, 1000, 5000, 20000, 100000}) {
    EngineOptions fuel, memory, output, bytes, depth, calls;
    fuel.limits.fuel = memory.limits.memory_bytes = output.limits.output_bytes = bytes.limits.input_bytes = limit;
    depth.limits.input_depth = static_cast<uint32_t>(std::min<uint64_t>(limit, 500));
    calls.limits.call_depth = static_cast<uint32_t>(limit);
    for (const EngineOptions& options : {fuel, memory, output, bytes, depth, calls}) {
      auto policy = judge.policy_of(options);
      for (std::string_view entry : kEntries) {
        for (size_t i : {3, 5, 6, 7, 17, 18, 20}) {
          DecideOptions decide;
          decide.keep_rejected = 10000;
          if (judge.judged % 4 == 0) decide.fuel = limit;  // no lower than that of the policy, or lower
          judge.decide(policy, entry, inputs()[i], decide);
        }
      }
    }
  }
  CHECK(judge.judged > 3000);
}

TEST_CASE("no record of the engine is faulted: hosts that fail, answer oddly, or tell odd times") {
  Judge judge;
  for (bool strict : {true, false}) {
    EngineOptions options;
    options.strict_builtin_errors = strict;
    auto policy = judge.policy_of(options);
    for (uint16_t code = 1; code <= 90; ++code) {
      if (error_code_name(static_cast<ErrorCode>(code)).empty()) continue;
      judge.fails_with = static_cast<ErrorCode>(code);
      judge.decide(policy, "p/called", "{}");
    }
    judge.fails_with = ErrorCode::kNone;
    for (const char* answer : {"null", "1.50", "1e400", "{\"$set\":[2,1]}", "[[],{}]", "9007199254740993", "\"\\u0000\""}) {
      judge.answer = answer;
      judge.decide(policy, "p/called", "{\"a\":1.0}");
    }
    judge.answer.reset();
    for (uint64_t time : {uint64_t{0}, uint64_t{1}, uint64_t{999'999}, uint64_t{1'000'000}, uint64_t{INT64_MAX}, uint64_t{INT64_MAX} + 1}) {
      judge.host.time = time;
      judge.decide(policy, "p/allow", R"({"user":"ann"})");
    }
    judge.host.time = 1767225600123456789u;
    for (const std::string& header : {std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), std::string(),
                                      std::string("nonsense"), std::string(8192, 'x'), std::string(8193, 'x'), std::string("\xFF")}) {
      for (bool both : {true, false}) {
        DecideOptions decide;
        decide.traceparent = header;
        if (both) decide.tracestate = "a=b";
        judge.decide(policy, "p/allow", R"({"user":"ann"})", decide);
        decide.tracestate = header;
        judge.decide(policy, "p/allow", R"({"user":"bob"})", decide);
      }
    }
  }
  CHECK(judge.judged > 100);
}

}  // namespace
}  // namespace writ
