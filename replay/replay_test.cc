#include "replay/replay.h"

#include <catch2/catch.hpp>
#include <functional>
#include <new>
#include <sstream>

#include "engine/record/field_commitment.h"
#include "engine/record/worked_example.h"
#include "engine/record/writer.h"
#include "engine/value/json.h"
#include "replay/command.h"
#include "store/test_directory.h"

namespace writ {
namespace {

using namespace worked_example;

// A stand-in for the engine: reads the clock once and returns a result. Each member injects one deviation.
class FakeEngine : public Executor {
 public:
  EngineSemantics engine;
  ExecutionResult answer{{Status::kDefined, ErrorCode::kNone, Verdict::kAllow}, "true", "", 57};
  std::vector<std::pair<std::string, std::string>> calls = {{"time.now_ns", "[]"}};
  bool reads_input = true;
  std::function<void(const ExecutionRequest&, ExecutionResult&)> twist;
  int executions = 0;
  std::optional<uint64_t> fuel_limit;

  FakeEngine() { engine.builtins = {{"equal", 1}, {"lt", 1}, {"lte", 1}, {"time.now_ns", 1}, {"unused", 9}}; }
  const EngineSemantics& semantics() const override { return engine; }
  ExecutionResult execute(const ExecutionRequest& request) override {
    ++executions;
    fuel_limit = request.fuel_limit;
    ExecutionResult result = answer;
    for (const auto& [function, args] : calls) {
      if (!request.nd.answer(function, args)) {
        return {{Status::kError, ErrorCode::E_OUTSIDE, Verdict::kError}, "", "", 1};
      }
    }
    if (reads_input && !request.withheld.empty()) {
      return {{Status::kError, ErrorCode::E_REDACTED_READ, Verdict::kError}, "", "", 3};
    }
    if (twist) twist(request, result);
    return result;
  }
};

Salt salt_of(uint8_t byte) {
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
    Replayer replayer(store, engine);
    return replayer.replay(text, 1, sealed);
  }
  // "CLASS/sub-verdict".
  std::string result(const std::string& text, const Commitments* sealed = nullptr) {
    ReplayReport report = replay(text, sealed);
    std::string text_of_class(replay_class_row(report.replay_class).code);
    if (!report.sub_verdict.empty()) text_of_class += "/" + std::string(report.sub_verdict);
    // A failure says why, and its own check is marked.
    const ReplayClassRow& row = replay_class_row(report.replay_class);
    if (row.failure) {
      CHECK_FALSE(report.details.empty());
      if (row.step != ReplayStep::kNone) CHECK(report.step(row.step) == StepResult::kFail);
    } else {
      CHECK(report.details.empty());
    }
    return text_of_class;
  }
};

TEST_CASE("an untouched record is reproduced") {
  Bench bench;
  ReplayReport report = bench.replay(bench.line());
  CHECK(report.replay_class == ReplayClass::kIncomplete);
  CHECK(report.sub_verdict == "reproduced");
  CHECK(bench.engine.executions == 2);
  CHECK(bench.engine.fuel_limit == 1000000u);
  CHECK(report.json() ==
        R"({"class":"INCOMPLETE","decision_id":"019b76da-a87b-7000-8000-000000000001","line":"1","steps":{"1":"partial",)"
        R"("10":"pass","11":"pass","12":"pass","13":"pass","2":"partial","3":"not run","4":"not run","5":"not run",)"
        R"("6":"pass","7":"pass","8":"pass","9":"pass"},"sub_verdict":"reproduced"})");
}

TEST_CASE("undefined, errors, absent and null input are reproduced") {
  Bench bench;
  bench.answer.outcome = bench.engine.answer.outcome = derive_outcome(VerdictMode::kBoolean, Value::undefined());
  CHECK(bench.result(bench.line()) == "INCOMPLETE/reproduced");
  bench.answer.outcome = bench.engine.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_FUEL);
  bench.answer.error_message = "here";
  bench.engine.answer.error_message = "there";  // words are not compared
  CHECK(bench.result(bench.line()) == "INCOMPLETE/reproduced");
  bench.question.input = "null";
  bench.engine.twist = [](const ExecutionRequest& request, ExecutionResult&) { CHECK(request.input == "null"); };
  CHECK(bench.result(bench.line()) == "INCOMPLETE/reproduced");
  bench.question.input.reset();
  bench.engine.twist = [](const ExecutionRequest& request, ExecutionResult&) { CHECK_FALSE(request.input); };
  CHECK(bench.result(bench.line()) == "INCOMPLETE/reproduced");
}

TEST_CASE("a caller's lower fuel limit is handed on, a higher one is not") {
  Bench bench;
  bench.question.entry_call = "{\"fuel\":500}";
  CHECK(bench.result(bench.line()) == "INCOMPLETE/reproduced");
  CHECK(bench.engine.fuel_limit == 500u);
  bench.question.entry_call = "{\"fuel\":5000000}";
  CHECK(bench.result(bench.line()) == "INCOMPLETE/reproduced");
  CHECK(bench.engine.fuel_limit == 1000000u);
}

TEST_CASE("FORMAT") {
  Bench bench;
  std::string line = bench.line();
  CHECK(bench.result("") == "FORMAT");
  CHECK(bench.result(line + " ") == "FORMAT");
  CHECK(bench.result(line.substr(1)) == "FORMAT");
  CHECK(bench.result("{\"a\":\"\xff\"}") == "FORMAT");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.fields.text = "[]"; })) == "FORMAT");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.nd.text = "[7]"; })) == "FORMAT");
  // What only records of other engines hold.
  line.insert(line.find("\"nd\":["), "\"import\":{},");
  CHECK(bench.result(line) == "FORMAT");
  CHECK(bench.engine.executions == 0);
}

TEST_CASE("DUPLICATE_ID") {
  Bench bench;
  Replayer replayer(bench.store, bench.engine);
  std::string line = bench.line();
  CHECK(replayer.replay(line, 1).sub_verdict == "reproduced");
  ReplayReport again = replayer.replay(line, 2);
  CHECK(again.replay_class == ReplayClass::kDuplicateId);
  CHECK(again.step(ReplayStep::kOutcome) == StepResult::kPass);  // later checks ran all the same
  std::string other = bench.line();
  CHECK(replayer.replay(other, 3).sub_verdict == "reproduced");
}

TEST_CASE("POLICY_MISSING and POLICY_MISMATCH") {
  Bench bench;
  std::string line = bench.line();
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.policy_digest = Digest{}; })) == "POLICY_MISSING");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.policy_data = Digest{}; })) == "POLICY_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.policy_modules = Digest{}; })) == "POLICY_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.policy_config = Digest{}; })) == "POLICY_MISMATCH");
  std::string hex = to_hex(sha256(limits_rego()).view());
  std::string object = bench.store.root() + "/" + hex.substr(0, 2) + "/" + hex;
  set_bytes(object, "package limits\n");
  CHECK(bench.result(line) == "POLICY_MISMATCH");
  std::filesystem::remove(object);
  CHECK(bench.result(line) == "POLICY_MISSING");
  // What cannot be run is not run, and the other checks are.
  ReplayReport report = bench.replay(line);
  CHECK(report.step(ReplayStep::kCauses) == StepResult::kPass);
  CHECK(report.step(ReplayStep::kIds) == StepResult::kPass);
  CHECK(report.step(ReplayStep::kOutcome) == StepResult::kNotRun);
}

TEST_CASE("a stored configuration that is not ours is POLICY_MISMATCH") {
  Bench bench;
  bench.policy = bench.store.put({}, {}, "{\"future\":true}");
  CHECK(bench.result(bench.line()) == "POLICY_MISMATCH");
}

TEST_CASE("INPUT_MISSING and INPUT_MISMATCH") {
  Bench bench;
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.input.text = {}; })) == "INPUT_MISSING");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.input.text = "{}"; })) == "INPUT_MISMATCH");
  bench.question.input.reset();
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.input.text = "null"; })) == "INPUT_MISMATCH");
}

TEST_CASE("ND_MISMATCH") {
  Bench bench;
  CHECK(bench.result(bench.forged([](DecisionRecord& r) {
    r.nd.text = R"([{"args":[],"fn":"time.now_ns","value":1}])";
  })) == "ND_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.nd.text = {}; })) == "ND_MISMATCH");
}

TEST_CASE("META_MISMATCH") {
  Bench bench;
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.timestamp = "2026-01-01T00:00:00.123456788Z"; })) ==
        "META_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.path = "authz/deny"; })) == "META_MISMATCH");
  // What only a ledger can tell.
  std::string line = bench.line();
  Commitments sealed = bench.writer.commitments();
  CHECK(bench.result(line, &sealed) == "INCOMPLETE/reproduced");
  std::string relabelled = line;
  relabelled.replace(relabelled.find("\"labels\":{}"), 11, "\"labels\":{\"app\":\"x\"}");
  CHECK(bench.result(relabelled) == "META_MISMATCH");
  std::string remade = bench.forged([](DecisionRecord& r) { r.labels.text = "{\"app\":\"x\"}"; });
  CHECK(bench.result(remade) == "INCOMPLETE/reproduced");
  sealed = bench.writer.commitments();
  CHECK(bench.result(remade, &sealed) == "META_MISMATCH");
  std::string salted = bench.line();
  salted.replace(salted.find("\"outcome\":\"0303"), 15, "\"outcome\":\"0304");
  CHECK(bench.result(salted) == "META_MISMATCH");
}

TEST_CASE("a record whose digests all fit is still held against the leaf") {
  Bench bench;
  std::string line = bench.line();
  Commitments sealed = bench.writer.commitments();
  auto with = [&](Digest Commitments::*part) {
    Commitments other = sealed;
    other.*part = Digest{};
    return bench.result(line, &other);
  };
  CHECK(with(&Commitments::input) == "INPUT_MISMATCH");
  CHECK(with(&Commitments::nd) == "ND_MISMATCH");
  CHECK(with(&Commitments::outcome) == "OUTPUT_MISMATCH");
  CHECK(with(&Commitments::meta) == "META_MISMATCH");
}

TEST_CASE("TRACE_MISMATCH") {
  Bench bench;
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.decision_id = "nonsense"; })) == "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.decision_id = "019b76da-a87c-7000-8000-000000000001"; })) ==
        "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.decision_id = "019b76da-a87b-7000-8000-0000000000ff"; })) ==
        "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.trace_id = "74a323ef6a155cdd05c655156a33a45b"; })) ==
        "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.span_id = "7fd5592bef1c44af"; })) == "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.decision_digest = Digest{}; })) == "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.input_salt = salt_of(9); })) == "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.verdict = Verdict::kDeny; })) == "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.path = r.entry_text = "authz/deny"; })) == "TRACE_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) {
    r.time_ns.emplace(*r.time_ns + 1);
    r.timestamp = "2026-01-01T00:00:00.123456790Z";
  })) == "INCOMPLETE/reproduced");  // within the millisecond only meta can tell, and meta needs a ledger
}

TEST_CASE("ENGINE_DRIFT, with the same and with a different answer") {
  using Change = std::function<void(EngineSemantics&)>;
  for (const Change& change : {Change([](EngineSemantics& e) { e.semantics = "writ/3"; }),
                               Change([](EngineSemantics& e) { e.numbers = "bf64/2"; }),
                               Change([](EngineSemantics& e) { e.language = "rego.v2"; }),
                               Change([](EngineSemantics& e) { e.builtins[0].second = 2; }),
                               Change([](EngineSemantics& e) { e.builtins.erase(e.builtins.begin()); })}) {
    Bench bench;
    change(bench.engine.engine);
    std::string line = bench.line();
    CHECK(bench.result(line) == "ENGINE_DRIFT/same");
    bench.engine.answer.outcome.verdict = Verdict::kDeny;
    bench.engine.answer.result = "false";
    CHECK(bench.result(line) == "ENGINE_DRIFT/different");
  }
  Bench bench;
  bench.engine.engine.tzdb = "2030a";  // not named by the configuration
  CHECK(bench.result(bench.line()) == "INCOMPLETE/reproduced");
}

TEST_CASE("ND_MISSING, ND_EXTRA and ND_ARGUMENT") {
  Bench bench;
  std::string line = bench.line();
  bench.engine.calls = {{"time.now_ns", "[]"}, {"rand.intn", "[\"a\",2]"}};
  CHECK(bench.result(line) == "ND_MISSING");
  bench.engine.calls = {};
  CHECK(bench.result(line) == "ND_EXTRA");
  bench.engine.calls = {{"time.now_ns", "[1]"}};
  CHECK(bench.result(line) == "ND_ARGUMENT");
  bench.engine.calls = {{"rand.intn", "[]"}};
  CHECK(bench.result(line) == "ND_MISSING");
}

TEST_CASE("OUTPUT_MISMATCH") {
  Bench bench;
  std::string line = bench.line();
  auto with = [&](ExecutionResult result) {
    result.fuel = 57;
    bench.engine.answer = result;
    return bench.result(line);
  };
  CHECK(with({{Status::kDefined, ErrorCode::kNone, Verdict::kDeny}, "false", "", 0}) == "OUTPUT_MISMATCH");
  CHECK(with({{Status::kDefined, ErrorCode::kNone, Verdict::kAllow}, "[]", "", 0}) == "OUTPUT_MISMATCH");
  CHECK(with({{Status::kDefined, ErrorCode::kNone, Verdict::kValue}, "true", "", 0}) == "OUTPUT_MISMATCH");
  CHECK(with({{Status::kUndefined, ErrorCode::kNone, Verdict::kUndefined}, "", "", 0}) == "OUTPUT_MISMATCH");
  CHECK(with({{Status::kError, ErrorCode::E_FUEL, Verdict::kError}, "", "", 0}) == "OUTPUT_MISMATCH");
  CHECK(with({{Status::kDefined, ErrorCode::kNone, Verdict::kAllow}, "true", "", 0}) == "INCOMPLETE/reproduced");
  // The record itself changed.
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.result.text = "1"; })) == "OUTPUT_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.verdict = Verdict::kDeny; }, true)) == "OUTPUT_MISMATCH");
  Bench failing;
  failing.answer.outcome = derive_outcome(VerdictMode::kNone, {}, ErrorCode::E_FUEL);
  failing.engine.answer.outcome = derive_outcome(VerdictMode::kNone, {}, ErrorCode::E_MEMORY);
  CHECK(failing.result(failing.line()) == "OUTPUT_MISMATCH");
}

TEST_CASE("an engine that fails by exception") {
  Bench bench;
  std::string line = bench.line();
  bench.engine.twist = [](const ExecutionRequest&, ExecutionResult&) { throw Failure(ErrorCode::E_POLICY, "old"); };
  CHECK(bench.result(line) == "OUTPUT_MISMATCH");
  bench.engine.twist = [](const ExecutionRequest&, ExecutionResult&) { throw std::bad_alloc(); };
  CHECK(bench.result(line) == "INTERNAL");
}

TEST_CASE("NONDETERMINISM goes before OUTPUT_MISMATCH") {
  Bench bench;
  std::string line = bench.line();
  bench.engine.twist = [](const ExecutionRequest& r, ExecutionResult& result) { if (r.varied) result.result = "1"; };
  CHECK(bench.result(line) == "NONDETERMINISM");
  bench.engine.twist = [](const ExecutionRequest& r, ExecutionResult& result) { if (!r.varied) result.result = "1"; };
  CHECK(bench.result(line) == "NONDETERMINISM");
}

TEST_CASE("COST_MISMATCH") {
  Bench bench;
  std::string line = bench.line();
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.fuel.emplace(58); }, true)) == "COST_MISMATCH");
  bench.engine.twist = [](const ExecutionRequest& r, ExecutionResult& result) { if (r.varied) result.fuel = 58; };
  CHECK(bench.result(line) == "COST_MISMATCH");
  // A count in another unit is not compared, and everything else is.
  bench.engine.twist = nullptr;
  for (auto [recorded, here] : {std::pair<uint16_t, uint16_t>{0, 1}, {1, 2}, {0, 0}}) {
    bench.answer.fuel_model = recorded;
    bench.answer.fuel = 58;
    bench.engine.engine.fuel_model = here;
    ReplayReport report = bench.replay(bench.line());
    bool comparable = recorded == here;
    CHECK(report.step(ReplayStep::kCost) == (comparable ? StepResult::kFail : StepResult::kNotCompared));
    CHECK(report.sub_verdict == (comparable ? "" : "reproduced"));
  }
}

TEST_CASE("REDACTED if a withheld value was read, and not if it was not") {
  Bench bench;
  auto without_input = [](DecisionRecord& r) {  // whole value, R6
    r.input.text = {};
    r.input_digest.reset();
    r.input_salt.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    r.erased.text = "[\"/input\"]";
  };
  std::string line = bench.forged(without_input);
  CHECK(bench.result(line) == "REDACTED");
  bench.engine.reads_input = false;
  CHECK(bench.result(line) == "INCOMPLETE");  // ids cannot be re-derived without the input's digest
  auto without_nd = [](DecisionRecord& r) {
    r.nd.text = {};
    r.nd_digest.reset();
    r.nd_salt.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    r.erased.text = "[\"/writ/nd\"]";
  };
  CHECK(bench.result(bench.forged(without_nd)) == "REDACTED");
  bench.engine.calls = {};
  CHECK(bench.result(bench.forged(without_nd)) == "INCOMPLETE");
}

TEST_CASE("an input disclosed field by field still gives the ids") {
  Bench bench;
  Arena arena;
  Value input = read_json(kInput, arena);
  bench.question.input_value = &input;
  bench.question.field_key.emplace();
  CHECK(bench.result(bench.line()) == "INCOMPLETE/reproduced");
  std::string fields = "[";
  uint64_t index = 0;
  for (const InputField& field : list_input_fields(input)) {
    Salt path_salt = field_salt(*bench.question.field_key, index, FieldSalt::kPath);
    Salt value_salt = field_salt(*bench.question.field_key, index, FieldSalt::kValue);
    if (index++ > 0) fields += ',';
    fields += "[" + field.path + ",\"" + to_hex(path_salt.view()) + "\",\"" + to_hex(value_salt.view()) + "\"," +
              field.value + "]";
  }
  fields += "]";
  Salt call_salt = field_salt(*bench.question.field_key, 0, FieldSalt::kCall);
  std::string call_salts = "[\"" + to_hex(call_salt.view()) + "\"]";
  auto redact = [&](DecisionRecord& r) {
    r.input.text = {};
    r.input_digest.reset();
    r.field_key.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    r.fields.text = fields;
    r.call_salts.text = call_salts;
  };
  CHECK(bench.result(bench.forged(redact)) == "REDACTED");
  bench.engine.reads_input = false;
  CHECK(bench.replay(bench.forged(redact)).step(ReplayStep::kIds) == StepResult::kWithheld);
  fields.replace(fields.find("alice"), 5, "mallo");
  CHECK(bench.result(bench.forged(redact)) == "TRACE_MISMATCH");
  fields = "[1]";
  CHECK(bench.result(bench.forged(redact)) == "INPUT_MISMATCH");
}

TEST_CASE("a rejected input cannot be decided again, but must fit together") {
  Bench bench;
  bench.question.input.reset();
  bench.question.rejected = RecordInputs::Rejected{sha256("{\"a\":1,\"a\":2}"), 13, std::nullopt};
  bench.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_DUP_KEY);
  bench.answer.nd = nullptr;
  bench.answer.fuel = 0;
  ReplayReport report = bench.replay(bench.line());
  CHECK(report.sub_verdict == "reproduced");
  CHECK(report.step(ReplayStep::kOutcome) == StepResult::kNotApplicable);
  CHECK(bench.engine.executions == 0);
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.raw_sha256 = Digest{}; })) == "INPUT_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.error_code = "E_FUEL"; })) == "OUTPUT_MISMATCH");
  CHECK(bench.result(bench.forged([](DecisionRecord& r) { r.error_code = "E_JSON_BOM"; })) == "OUTPUT_MISMATCH");
  bench.answer.fuel = 1;
  CHECK(bench.result(bench.line()) == "OUTPUT_MISMATCH");
  bench.answer.fuel = 0;
  bench.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_ENTRY);
  CHECK(bench.replay(bench.line()).sub_verdict == "reproduced");
}

TEST_CASE("without the second execution nothing is called reproduced") {
  Bench bench;
  Replayer replayer(bench.store, bench.engine, {.second_execution = false});
  ReplayReport report = replayer.replay(bench.line(), 1);
  CHECK(report.replay_class == ReplayClass::kIncomplete);
  CHECK(report.sub_verdict.empty());
  CHECK(report.step(ReplayStep::kRepetition) == StepResult::kNotRun);
  CHECK(report.step(ReplayStep::kCost) == StepResult::kPartial);
  CHECK(bench.engine.executions == 1);
}

TEST_CASE("policies that leave the cache are loaded again") {
  Bench bench;
  Replayer replayer(bench.store, bench.engine, {.cached_policies = 1});
  PolicyIdentity first = bench.policy;
  PolicyIdentity second = bench.store.put({}, {}, config_text());
  for (int i = 0; i < 3; ++i) {
    bench.policy = first;
    CHECK(replayer.replay(bench.line(), 1).sub_verdict == "reproduced");
    bench.policy = second;
    CHECK(replayer.replay(bench.line(), 1).sub_verdict == "reproduced");
  }
}

TEST_CASE("the topmost class gives the exit status") {
  auto report = [](ReplayClass replay_class, std::string_view sub = "") {
    ReplayReport report;
    report.replay_class = replay_class;
    report.sub_verdict = sub;
    return report;
  };
  ReplaySummary summary;
  CHECK(summary.exit_code() == 0);
  summary.add(report(ReplayClass::kIncomplete, "reproduced"));
  CHECK(summary.exit_code() == 40);
  CHECK(summary.exit_code(true) == 0);
  summary.add(report(ReplayClass::kIncomplete));
  CHECK(summary.exit_code(true) == 40);
  summary.add(report(ReplayClass::kUnsealed));
  CHECK(summary.exit_code(true) == 41);
  summary.add(report(ReplayClass::kRedacted));
  CHECK(summary.exit_code() == 27);
  summary.add(report(ReplayClass::kCostMismatch));
  CHECK(summary.exit_code() == 36);
  summary.add(report(ReplayClass::kOutputMismatch));
  CHECK(summary.exit_code() == 34);
  summary.add(report(ReplayClass::kNondeterminism));
  CHECK(summary.exit_code() == 35);
  summary.add(report(ReplayClass::kTraceMismatch));
  CHECK(summary.exit_code() == 26);
  summary.add(report(ReplayClass::kFormat));
  CHECK(summary.exit_code() == 10);
  CHECK(summary.count(ReplayClass::kIncomplete) == 2);
}

TEST_CASE("the command") {
  Bench bench;
  std::string path = bench.directory.file("records.jsonl");
  ReplayCommandOptions options;
  options.records = path;
  options.store = bench.store.root();
  auto run = [&] {
    std::ostringstream out, err;
    int code = run_replay(options, bench.engine, out, err);
    return std::to_string(code) + "\n" + out.str() + err.str();
  };
  set_bytes(path, bench.line() + "\n" + bench.line() + "\n");
  CHECK(run() ==
        "40\nreplayed 2 records\n  INCOMPLETE  2  nothing failed, but some check could not run\n"
        "  reproduced  2  policy, input, ids and both executions agree with the record\n");
  options.expect_reproduced = true;
  CHECK_THAT(run(), Catch::StartsWith("0\n"));
  options.all = true;
  CHECK_THAT(run(), Catch::StartsWith("0\nline 1: INCOMPLETE (reproduced)  019b76da-"));

  std::string forged = bench.forged([](DecisionRecord& r) { r.result.text = "1"; });
  set_bytes(path, bench.line() + "\n" + forged + "\n{\"cut");
  options.all = false;
  CHECK_THAT(run(), Catch::StartsWith("10\nline 2: OUTPUT_MISMATCH  019b76da-") &&
                        Catch::Contains("  result is not the recorded one\nline 3: FORMAT\n  the file ends in the"));
  options.format = ReplayCommandOptions::Format::kJson;
  CHECK_THAT(run(), Catch::EndsWith("{\"summary\":{\"classes\":{\"FORMAT\":1,\"INCOMPLETE\":1,\"OUTPUT_MISMATCH\":1},"
                                    "\"records\":3,\"reproduced\":1,\"steps_without_ledger\":"
                                    "[\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\"]}}\n"));
  std::string once = run();
  CHECK(run() == once);

  options.records = bench.directory.file("none");
  CHECK_THAT(run(), Catch::StartsWith("64\nwrit replay: cannot open "));
  options.records = "";
  CHECK_THAT(run(), Catch::StartsWith("64\n"));
}

}  // namespace
}  // namespace writ
