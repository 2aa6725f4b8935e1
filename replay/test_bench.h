// A record made by hand, a store that holds its policy, and a stand-in for the engine, for tests of replay.
#pragma once

#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/record/worked_example.h"
#include "engine/record/writer.h"
#include "replay/policy_cache.h"
#include "replay/replay.h"
#include "store/test_directory.h"

namespace writ {

using namespace worked_example;

class FakePolicy : public PreparedPolicy {
 public:
  bool has_entry(std::string_view path) const override { return path == "authz/allow"; }
};

// A stand-in for the engine: reads the clock once and returns a result. Each member injects one deviation.
class FakeEngine : public Executor {
 public:
  EngineSemantics engine;
  ExecutionResult answer{{Status::kDefined, ErrorCode::kNone, Verdict::kAllow}, "true", "", 57};
  std::vector<std::pair<std::string, std::string>> calls = {{"time.now_ns", "[]"}};
  bool reads_input = true;
  std::function<void(const ExecutionRequest&, ExecutionResult&)> twist;
  bool load_failure = false;
  std::optional<VerifierLimit> load_limit;
  int executions = 0;
  std::optional<uint64_t> fuel_limit;

  FakeEngine() { engine.builtins = {{"equal", 1}, {"lt", 1}, {"lte", 1}, {"time.now_ns", 1}, {"unused", 9}}; }
  const EngineSemantics& semantics() const override { return engine; }
  void check_limits(const PolicyConfig&) const override {}
  uint64_t usual_fuel() const override { return 100'000'000; }
  uint64_t usual_input_bytes() const override { return 4u << 20; }
  bool asks_once(std::string_view function, const PolicyConfig*) const override { return function != "each"; }
  std::shared_ptr<const PreparedPolicy> prepare(const StoredPolicy&, const PolicyConfig&) override {
    if (load_failure) throw Failure(ErrorCode::E_POLICY, "a.rego:1: no");
    if (load_limit) throw VerifierLimitReached(*load_limit);
    return std::make_shared<FakePolicy>();
  }
  ExecutionResult execute(const ExecutionRequest& request) override {
    ++executions;
    fuel_limit = request.fuel_limit;
    ExecutionResult result = answer;
    if (request.withheld && reads_input) {
      return {{Status::kError, ErrorCode::E_REDACTED_READ, Verdict::kError}, "", "it reads it", 3, false, {}};
    }
    for (const auto& [function, args] : calls) {
      if (!request.nd.answer(function, args)) {
        result = {{Status::kError, ErrorCode::E_OUTSIDE, Verdict::kError}, "", "", 1, false, {}};
        if (auto stopped = request.nd.stopped()) result.outcome.code = *stopped;
        return result;
      }
    }
    if (twist) twist(request, result);
    return result;
  }
};

inline Salt salt_of(uint8_t byte) {
  Salt salt;
  salt.bytes.fill(byte);
  return salt;
}

struct Bench {
  TestDirectory directory;
  PolicyStore store{directory.file("store")};
  PolicyIdentity policy;
  FakeEngine engine;
  RecordWriter writer;
  RecordInputs question;
  RecordOutcome answer;
  Hasher hasher;
  HostCallLog nd;
  ReplayOptions options;

  Bench() {
    PolicyModule modules[] = {{"authz.rego", authz_rego()}, {"lib/limits.rego", limits_rego()}};
    PolicyData data[] = {{"cap", "100.5"}, {"expiry", expiry_data()}};
    policy = store.put(modules, data, config_text());
    question.policy = &policy;
    question.entry_text = "authz/allow";
    question.input = kInput;
    question.time_ns = 1767225600123456789u;
    question.salts = RecordSalts{salt_of(1), salt_of(2), salt_of(3), salt_of(4)};
    nd.append(hasher, {"time.now_ns", "[]", HostCallResult::kValue, "1767225600123456789"});
    answer.outcome = {Status::kDefined, ErrorCode::kNone, Verdict::kAllow};
    answer.result = "true";
    answer.fuel = 57;
    answer.nd = &nd;
  }

  std::string line() {
    std::string out;
    question.random[9]++;
    writer.begin(question);
    writer.finish(answer, out);
    out.pop_back();
    return out;
  }
  // The record changed by hand. The digests of meta and salts are recomputed, as anyone who writes a file can; that of
  // the decision where `refit` is set.
  std::string forged(const std::function<void(DecisionRecord&)>& change, bool refit = false) {
    std::string original = line();
    Arena arena;
    DecisionRecord record = decode_record(original, arena);
    change(record);
    if (refit) {
      Digest entry = entry_digest(hasher, *record.entry_kind, *record.entry_text, record.entry_call.text);
      record.decision_digest = decision_digest(hasher, *record.policy_digest, entry, *record.input_digest,
                                               *record.nd_digest, *record.outcome_digest, *record.verdict);
    }
    record.meta_digest = meta_digest(hasher, record);
    record.salt_digest = salt_digest(hasher, record);
    std::string out = encode_record(record);
    out.pop_back();
    return out;
  }
  ReplayReport replay(const std::string& text, const Commitments* sealed = nullptr) {
    PolicyCache policies(store);
    return Replayer(policies, engine, options).judge(text, 1, sealed).findings.conclude();
  }
  // "CLASS/sub-verdict".
  std::string result(const std::string& text, const Commitments* sealed = nullptr) {
    ReplayReport report = replay(text, sealed);
    std::string text_of_class(replay_class_row(report.replay_class).code);
    if (!report.sub_verdict.empty()) text_of_class += "/" + std::string(report.sub_verdict);
    // A failure says why, and its own check is marked.
    const ReplayClassRow& row = replay_class_row(report.replay_class);
    if (row.kind == ReplayClassKind::kFailure) {
      CHECK_FALSE(report.details.empty());
      if (row.step != ReplayStep::kNone && report.sub_verdict.empty()) CHECK(report.step(row.step) == StepResult::kFail);
    } else {
      CHECK(report.details.empty() == (row.kind == ReplayClassKind::kReproduced));
    }
    return text_of_class;
  }
};

}  // namespace writ
