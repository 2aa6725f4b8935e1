#include "replay/replay.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <functional>
#include <new>

#include "engine/record/field_commitment.h"
#include "engine/value/json.h"
#include "replay/test_bench.h"

namespace writ {
namespace {

TEST_CASE("an untouched record is reproduced") {
  Bench bench;
  ReplayReport report = bench.replay(bench.line());
  CHECK(report.replay_class == ReplayClass::kUnsealed);
  CHECK(report.reproduced());
  CHECK(bench.engine.executions == 2);
  CHECK(bench.engine.fuel_limit == 1000000u);
  CHECK(report.json() ==
        R"({"class":"UNSEALED","decision_id":"019b76da-a87b-7000-8000-000000000001","line":"1","reproduced":true,)"
        R"("steps":{"1":"partial","10":"pass","11":"pass","12":"pass","13":"pass","2":"partial","3":"not run",)"
        R"("4":"not run","5":"not run","6":"pass","7":"pass","8":"pass","9":"pass"}})");
}

TEST_CASE("undefined, errors, absent and null input are reproduced") {
  Bench bench;
  bench.answer.outcome = bench.engine.answer.outcome = derive_outcome(VerdictMode::kBoolean, Value::undefined());
  CHECK(bench.result(bench.line()) == "UNSEALED");
  bench.answer.outcome = bench.engine.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_CONFLICT);
  bench.answer.error_message = "here";
  bench.engine.answer.error_message = "there";  // words are not compared
  CHECK(bench.result(bench.line()) == "UNSEALED");
  bench.question.input = "null";
  bench.engine.twist = [](const ExecutionRequest& request, ExecutionResult&) { CHECK(request.input == "null"); };
  CHECK(bench.result(bench.line()) == "UNSEALED");
  bench.question.input.reset();
  bench.engine.twist = [](const ExecutionRequest& request, ExecutionResult&) { CHECK_FALSE(request.input); };
  CHECK(bench.result(bench.line()) == "UNSEALED");
}

TEST_CASE("a caller's lower fuel limit is handed on, a higher one is no record") {
  Bench bench;
  bench.question.entry_call = "{\"fuel\":500}";
  CHECK(bench.result(bench.line()) == "UNSEALED");
  CHECK(bench.engine.fuel_limit == 500u);
  for (const char* call : {"{\"fuel\":1000000}", "{\"fuel\":5000000}"}) {
    bench.question.entry_call = call;
    ReplayReport report = bench.replay(bench.line());
    CHECK(report.replay_class == ReplayClass::kFormat);
    CHECK(report.step(ReplayStep::kPolicy) == StepResult::kFail);
    CHECK(bench.engine.fuel_limit == 1000000u);
  }
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
  PolicyCache policies(bench.store);
  Replayer replayer(policies, bench.engine);
  DuplicateCheck duplicates;
  std::string line = bench.line();
  CHECK(duplicates.conclude(replayer.judge(line, 1)).reproduced());
  ReplayReport again = duplicates.conclude(replayer.judge(line, 2));
  CHECK(again.replay_class == ReplayClass::kDuplicateId);
  CHECK(again.step(ReplayStep::kOutcome) == StepResult::kPass);  // later checks ran all the same
  CHECK(duplicates.conclude(replayer.judge(bench.line(), 3)).reproduced());
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
  // A file that is none is named as such.
  std::filesystem::remove(object);
  std::filesystem::create_directory(object);
  CHECK(bench.result(line) == "UNREADABLE");
  CHECK_THAT(bench.replay(line).details[0], Catch::EndsWith("cannot be read: it is a directory"));
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

TEST_CASE("a policy that does not load is POLICY_MISMATCH, unless the engine is another one") {
  Bench bench;
  bench.engine.load_failure = true;
  CHECK(bench.result(bench.line()) == "POLICY_MISMATCH");
  bench.engine.engine.semantics = "writ/9";
  CHECK(bench.result(bench.line()) == "ENGINE_DRIFT");
  CHECK(bench.engine.executions == 0);
}

TEST_CASE("what meets a limit of the verifier has no outcome") {
  Bench bench;
  for (bool loading : {true, false}) {
    for (VerifierLimit limit : {VerifierLimit::kTime, VerifierLimit::kFuel, VerifierLimit::kMemory}) {
      if (loading) {
        bench.engine.load_limit = limit;
      } else {
        bench.engine.twist = [limit](const ExecutionRequest&, ExecutionResult& result) { result.limit = limit; };
      }
      ReplayReport report = bench.replay(bench.line());
      CHECK(report.replay_class == ReplayClass::kIncomplete);
      CHECK(report.reasons[static_cast<size_t>(IncompleteReason::kVerifierLimit)]);
      CHECK(report.step(ReplayStep::kHostCalls) == StepResult::kNotRun);
      CHECK_THAT(report.details[0], Catch::Contains(std::string(kVerifierLimits[static_cast<size_t>(limit)].flag)));
    }
    bench.engine.load_limit.reset();
  }
  bench.engine.twist = [](const ExecutionRequest& request, ExecutionResult& result) {
    if (request.varied) result.limit = VerifierLimit::kTime;
  };
  ReplayReport report = bench.replay(bench.line());
  CHECK(report.replay_class == ReplayClass::kIncomplete);
  CHECK(report.step(ReplayStep::kOutcome) == StepResult::kPass);
  CHECK(report.step(ReplayStep::kRepetition) == StepResult::kNotRun);
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
  CHECK(bench.result(line, &sealed) == "UNSEALED");
  std::string relabelled = line;
  relabelled.replace(relabelled.find("\"labels\":{}"), 11, "\"labels\":{\"app\":\"x\"}");
  CHECK(bench.result(relabelled) == "META_MISMATCH");
  std::string remade = bench.forged([](DecisionRecord& r) { r.labels.text = "{\"app\":\"x\"}"; });
  CHECK(bench.result(remade) == "UNSEALED");
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
  })) == "ND_MISMATCH");  // the evaluation saw another time
}

TEST_CASE("ENGINE_DRIFT, with the same and with a different answer") {
  using Change = std::function<void(EngineSemantics&)>;
  for (const Change& change : {Change([](EngineSemantics& e) { e.semantics = "writ/3"; }),
                               Change([](EngineSemantics& e) { e.numbers = "bf64/2"; }),
                               Change([](EngineSemantics& e) { e.language = "rego.v3"; }),
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
  CHECK(bench.result(bench.line()) == "UNSEALED");
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
  CHECK(with({{Status::kDefined, ErrorCode::kNone, Verdict::kAllow}, "true", "", 0}) == "UNSEALED");
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
    bool comparable = recorded == here && recorded != 0;
    CHECK(report.step(ReplayStep::kCost) == (comparable ? StepResult::kFail : StepResult::kNotCompared));
    CHECK(report.reproduced() != comparable);
  }
}

TEST_CASE("COST_MISMATCH of the record with its own limit, under any fuel model") {
  Bench bench;
  bench.answer.fuel_model = 0;
  bench.answer.fuel = 1000001;
  CHECK(bench.result(bench.line()) == "COST_MISMATCH");
  bench.answer.fuel = 1000000;
  CHECK(bench.result(bench.line()) == "UNSEALED");
  bench.answer.outcome = bench.engine.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_FUEL);
  CHECK(bench.result(bench.line()) == "UNSEALED");
  bench.answer.fuel = 999999;
  CHECK(bench.result(bench.line()) == "COST_MISMATCH");
}

TEST_CASE("a limit that only one of two fuel models meets is ENGINE_DRIFT") {
  auto outcome = [](ErrorCode code) { return derive_outcome(VerdictMode::kBoolean, {}, code); };
  for (ErrorCode code : {ErrorCode::E_FUEL, ErrorCode::E_MEMORY, ErrorCode::E_DEPTH}) {
    Bench recorded;
    recorded.answer.fuel_model = 0;
    recorded.answer.outcome = outcome(code);
    recorded.answer.fuel = 1000000;
    CHECK(recorded.result(recorded.line()) == "ENGINE_DRIFT/different");
    Bench here;
    here.answer.fuel_model = 0;
    here.engine.answer.outcome = outcome(code);
    CHECK(here.result(here.line()) == "ENGINE_DRIFT/different");
    // Met before the calls that were recorded.
    here.engine.calls = {};
    CHECK(here.result(here.line()) == "ENGINE_DRIFT/different");
    here.answer.fuel_model = kFuelModel;
    CHECK(here.result(here.line()) == "ND_EXTRA");
  }
  Bench other;
  other.answer.fuel_model = 0;
  other.engine.answer.outcome = outcome(ErrorCode::E_CONFLICT);
  CHECK(other.result(other.line()) == "OUTPUT_MISMATCH");
}

TEST_CASE("a stop of another fuel model is reproduced only if the evaluation went on") {
  Bench bench;
  bench.nd.append_stop(bench.hasher, ErrorCode::E_CANCEL);
  bench.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_CANCEL);
  bench.answer.fuel_model = 0;
  bench.engine.calls.push_back({"rand.intn", "[\"a\",2]"});
  CHECK(bench.result(bench.line()) == "UNSEALED");
  bench.engine.calls.pop_back();
  ReplayReport report = bench.replay(bench.line());
  CHECK(report.replay_class == ReplayClass::kIncomplete);
  CHECK(report.reasons[static_cast<size_t>(IncompleteReason::kStopOfAnotherModel)]);
  CHECK(report.step(ReplayStep::kHostCalls) == StepResult::kNotCompared);
  CHECK(report.step(ReplayStep::kOutcome) == StepResult::kNotRun);
  bench.engine.calls.clear();
  CHECK(bench.result(bench.line()) == "ND_EXTRA");
}

TEST_CASE("REDACTED if a withheld value was needed, and not if it was not") {
  Bench bench;
  auto without_input = [](DecisionRecord& r) {  // whole value
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
  ReplayReport report = bench.replay(line);
  CHECK(report.replay_class == ReplayClass::kIncomplete);  // ids cannot be derived again without the input's digest
  CHECK(report.reasons[static_cast<size_t>(IncompleteReason::kTraceId)]);
  CHECK(report.step(ReplayStep::kIds) == StepResult::kPartial);
  auto without_nd = [](DecisionRecord& r) {
    r.nd.text = {};
    r.nd_digest.reset();
    r.nd_salt.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    r.erased.text = "[\"/writ/nd\"]";
  };
  CHECK(bench.result(bench.forged(without_nd)) == "REDACTED");
  bench.engine.calls = {};  // nothing shows that there were none
  CHECK(bench.result(bench.forged(without_nd)) == "REDACTED");
}

TEST_CASE("what a withheld part may explain is no mismatch") {
  Bench bench;
  bench.engine.reads_input = false;
  bench.nd.clear();
  bench.engine.calls = {};
  bench.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_DUP_KEY);
  CHECK(bench.result(bench.forged([](DecisionRecord& r) {  // it may have been rejected
    r.input.text = {};
    r.input_digest.reset();
    r.input_salt.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    r.erased.text = "[\"/input\"]";
  })) == "REDACTED");
  bench.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_DEADLINE);
  bench.nd.append_stop(bench.hasher, ErrorCode::E_DEADLINE);
  CHECK(bench.result(bench.forged([](DecisionRecord& r) {  // the stop is in the log
    r.nd.text = {};
    r.nd_digest.reset();
    r.nd_salt.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    r.erased.text = "[\"/writ/nd\"]";
  })) == "REDACTED");
}

TEST_CASE("an input disclosed field by field still gives the ids") {
  Bench bench;
  Arena arena;
  Value input = read_json(kInput, arena);
  bench.question.input_value = &input;
  bench.question.field_key.emplace();
  CHECK(bench.result(bench.line()) == "UNSEALED");
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
  CHECK(bench.result(bench.forged(redact)) == "UNSEALED");
  fields.replace(fields.find("alice"), 5, "mallo");
  CHECK(bench.result(bench.forged(redact)) == "TRACE_MISMATCH");
  fields = "[1]";
  CHECK(bench.result(bench.forged(redact)) == "INPUT_MISMATCH");
}

TEST_CASE("a rejected input is read again where its bytes are at hand") {
  Bench bench;
  const std::string bytes = "{\"a\":1,\"a\":2}";
  bench.question.input.reset();
  bench.question.rejected = RecordInputs::Rejected{sha256(bytes), bytes.size(), std::nullopt};
  bench.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_DUP_KEY);
  bench.answer.nd = nullptr;
  bench.answer.fuel = 0;
  bench.engine.calls = {};
  bench.engine.answer = {bench.answer.outcome, "", "", 0, true, {}};
  ReplayReport report = bench.replay(bench.line());
  CHECK(report.replay_class == ReplayClass::kIncomplete);
  CHECK(report.reasons[static_cast<size_t>(IncompleteReason::kRejectedInput)]);
  CHECK(report.step(ReplayStep::kOutcome) == StepResult::kNotRun);
  CHECK(report.step(ReplayStep::kCost) == StepResult::kPass);
  CHECK(bench.engine.executions == 0);

  // In the record.
  bench.question.rejected->kept = bytes;
  CHECK(bench.result(bench.line()) == "UNSEALED");
  CHECK(bench.engine.executions == 2);
  // In a folder.
  bench.question.rejected->kept.reset();
  EvidenceFolder folder(bench.directory.file("raw"));
  bench.options.rejected_inputs = &folder;
  CHECK(bench.result(bench.line()) == "INCOMPLETE");
  std::filesystem::create_directory(folder.root());
  std::string file = folder.root() + "/" + to_hex(sha256(bytes).view());
  set_bytes(file, bytes);
  CHECK(bench.result(bench.line()) == "UNSEALED");
  set_bytes(file, "{\"a\":1,\"a\":3}");
  CHECK(bench.result(bench.line()) == "INPUT_MISMATCH");
  std::filesystem::remove(file);
  std::filesystem::create_symlink(bench.directory.file("elsewhere"), file);
  CHECK(bench.result(bench.line()) == "UNREADABLE");

  bench.options.rejected_inputs = nullptr;
  bench.question.rejected->kept = bytes;
  bench.engine.answer.outcome.code = ErrorCode::E_UTF8;
  CHECK(bench.result(bench.line()) == "OUTPUT_MISMATCH");
  bench.engine.answer.input_rejected = false;
  CHECK(bench.result(bench.line()) == "OUTPUT_MISMATCH");
}

TEST_CASE("what a record says of a rejected input must fit together, with or without its bytes") {
  Bench bench;
  bench.question.input.reset();
  bench.question.rejected = RecordInputs::Rejected{sha256("x"), 13, std::nullopt};
  bench.answer.nd = nullptr;
  bench.answer.fuel = 0;
  auto with = [&](ErrorCode code) {
    bench.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, code);
    return bench.result(bench.line());
  };
  CHECK(with(ErrorCode::E_DUP_KEY) == "INCOMPLETE");
  CHECK(with(ErrorCode::E_FUEL) == "OUTPUT_MISMATCH");
  CHECK(with(ErrorCode::E_KEY_COLLISION) == "OUTPUT_MISMATCH");
  CHECK(with(ErrorCode::E_ENTRY) == "OUTPUT_MISMATCH");  // the policy has it
  CHECK(with(ErrorCode::E_SIZE) == "OUTPUT_MISMATCH");   // 13 bytes
  bench.question.rejected->size = 5u << 20;
  CHECK(with(ErrorCode::E_SIZE) == "INCOMPLETE");
  CHECK(with(ErrorCode::E_DUP_KEY) == "OUTPUT_MISMATCH");
  bench.question.entry_text = "authz/none";
  CHECK(with(ErrorCode::E_ENTRY) == "INCOMPLETE");
  CHECK(with(ErrorCode::E_SIZE) == "OUTPUT_MISMATCH");
  bench.answer.fuel = 1;
  CHECK(with(ErrorCode::E_ENTRY) == "COST_MISMATCH");
}

TEST_CASE("an input that the reader would refuse is not one that was present") {
  Bench bench;
  bench.answer.outcome = derive_outcome(VerdictMode::kBoolean, {}, ErrorCode::E_DEPTH);
  bench.engine.answer = {bench.answer.outcome, "", "", 57, true, {}};
  CHECK(bench.result(bench.line()) == "OUTPUT_MISMATCH");
}

TEST_CASE("without the second execution nothing is called reproduced") {
  Bench bench;
  bench.options.execution.repeat = false;
  ReplayReport report = bench.replay(bench.line());
  CHECK(report.replay_class == ReplayClass::kIncomplete);
  CHECK(report.reasons[static_cast<size_t>(IncompleteReason::kSwitchedOff)]);
  CHECK(report.step(ReplayStep::kRepetition) == StepResult::kNotRun);
  CHECK(report.step(ReplayStep::kCost) == StepResult::kPartial);
  CHECK(bench.engine.executions == 1);
}

TEST_CASE("policies that leave the cache are loaded again") {
  Bench bench;
  PolicyCache policies(bench.store, 1);
  Replayer replayer(policies, bench.engine);
  PolicyIdentity first = bench.policy;
  PolicyIdentity second = bench.store.put({}, {}, config_text());
  for (int i = 0; i < 3; ++i) {
    bench.policy = first;
    CHECK(replayer.judge(bench.line(), 1).findings.conclude().reproduced());
    bench.policy = second;
    CHECK(replayer.judge(bench.line(), 1).findings.conclude().reproduced());
  }
}

}  // namespace
}  // namespace writ
