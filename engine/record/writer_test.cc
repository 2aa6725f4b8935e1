#include "engine/record/writer.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>
#include <set>

#include "engine/value/json.h"
#include "engine/record/worked_example.h"

namespace {
// Counts calls of operator new in this program. What libraries take from malloc is not seen here.
uint64_t g_allocations = 0;
}  // namespace

void* operator new(size_t size) {
  ++g_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++g_allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace writ {
namespace {

using namespace worked_example;
using evidence::vector_text;

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

Salt salt_of(uint8_t byte) {
  Salt salt;
  salt.bytes.fill(byte);
  return salt;
}

struct Example {
  PolicyIdentity policy;
  RecordInputs question;
  RecordOutcome answer;
  HostCallLog nd;
  RecordWriter writer;

  Example() {
    PolicyModule modules[] = {{"authz.rego", authz_rego()}, {"lib/limits.rego", limits_rego()}};
    PolicyData data[] = {{"cap", "100.5"}, {"expiry", expiry_data()}};
    policy = identify_policy(modules, data, config_text());
    question.policy = &policy;
    question.entry_text = "authz/allow";
    question.input = kInput;
    question.input_jcs = false;
    question.time_ns = 1767225600123456789u;
    question.random = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23};
    question.salts = RecordSalts{salt_of(0xa0), salt_of(0xa1), salt_of(0xa2), salt_of(0xa3)};
    Hasher hasher;
    nd.append(hasher, {"time.now_ns", "[]", HostCallResult::kValue, "1767225600123456789"});
    answer.outcome = {Status::kDefined, ErrorCode::kNone, Verdict::kAllow};
    answer.result = "true";
    answer.fuel = 57;
    answer.fuel_model = 1;
    answer.nd = &nd;
    DecisionRecord& record = writer.record();
    record.labels.text = R"({"app":"billing","id":"node-7"})";
    record.bundles.text = R"({"main":{"revision":"7"}})";
    record.metrics.text = R"({"timer_rego_query_eval_ns":41250})";
    record.requested_by = "10.0.0.9";
    record.engine_name = "writ";
    record.engine_version = "0.1.0";
    record.engine_build = Digest{};
    writer.set_trace_context("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", std::nullopt);
  }

  std::string line() {
    std::string out;
    writer.begin(question);
    writer.finish(answer, out);
    return out;
  }
};

TEST_CASE("the record of the worked example, byte for byte") {
  Example example;
  std::string line = example.line();
  CHECK(line.size() == static_cast<uint64_t>(evidence::vector_at("record/size").integer));
  CHECK(hex(sha256(line)) == vector_text("record/sha256"));
  CHECK(line == vector_text("record/line"));

  const RecordDigests& digests = example.writer.digests();
  CHECK(hex(digests.entry) == vector_text("digests/entry"));
  CHECK(hex(digests.input) == vector_text("digests/input"));
  CHECK(hex(digests.nd) == vector_text("digests/nd"));
  CHECK(hex(digests.outcome) == vector_text("digests/outcome"));
  CHECK(hex(digests.decision) == vector_text("digests/decision"));
  CHECK(hex(digests.meta) == vector_text("record/meta_digest"));
  CHECK(hex(*example.writer.record().salt_digest) == vector_text("record/salt_digest"));
  Commitments commitments = example.writer.commitments();
  CHECK(hex(commitments.input) == vector_text("commitments/input"));
  CHECK(hex(commitments.nd) == vector_text("commitments/nd"));
  CHECK(hex(commitments.outcome) == vector_text("commitments/outcome"));
  CHECK(hex(commitments.meta) == vector_text("commitments/meta"));
  std::string meta;
  append_record_meta(meta, example.writer.record());
  CHECK(meta == vector_text("record/meta"));
}

TEST_CASE("what an evaluation costs is in the meta digest and in no other") {
  Example example;
  example.line();
  RecordDigests before = example.writer.digests();
  Commitments sealed = example.writer.commitments();
  auto check = [&] {
    example.line();
    RecordDigests after = example.writer.digests();
    CHECK(after.meta != before.meta);
    CHECK(example.writer.commitments().meta != sealed.meta);
    CHECK(after.entry == before.entry);
    CHECK(after.input == before.input);
    CHECK(after.nd == before.nd);
    CHECK(after.outcome == before.outcome);
    CHECK(after.decision == before.decision);
  };
  example.answer.fuel = 58;
  check();
  CHECK(hex(example.writer.digests().meta) == vector_text("record/meta_digest_with_fuel_58"));
  example.answer.fuel = 57;
  example.answer.fuel_model = 0;
  check();
}

TEST_CASE("decision digest with another verdict") {
  Example example;
  example.answer.outcome.verdict = Verdict::kDeny;
  example.line();
  CHECK(hex(example.writer.digests().decision) == vector_text("digests/decision_verdict_2"));
}

TEST_CASE("the record of a rejected input, byte for byte") {
  Example example;
  Digest build = *example.writer.record().engine_build;
  example.writer = RecordWriter();
  DecisionRecord& record = example.writer.record();
  record.engine_name = "writ";
  record.engine_version = "0.1.0";
  record.engine_build = build;
  std::string bytes = evidence::vector_bytes("rejected/bytes");
  example.question.random = {0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10, 0xfe, 0xdc};
  example.question.salts = RecordSalts{salt_of(0xb0), salt_of(0xb1), salt_of(0xb2), salt_of(0xb3)};
  example.question.input.reset();
  example.question.rejected = RecordInputs::Rejected{sha256(bytes), bytes.size(), bytes};
  example.answer = {};
  example.answer.fuel_model = 1;
  example.answer.outcome = derive_outcome(VerdictMode::kBoolean, Value::undefined(), ErrorCode::E_DUP_KEY);
  std::string line = example.line();
  CHECK(line == vector_text("rejected/line"));
  CHECK(hex(sha256(line)) == vector_text("rejected/sha256"));
  CHECK(hex(example.writer.digests().meta) == vector_text("rejected/meta_digest"));
  // The bytes may be taken out: no digest holds them.
  RecordDigests kept = example.writer.digests();
  example.question.rejected->kept.reset();
  example.line();
  CHECK(example.writer.digests().input == kept.input);
  CHECK(example.writer.digests().meta == kept.meta);
}

TEST_CASE("input digests") {
  Hasher h;
  auto check = [&](std::optional<std::string_view> input, std::string_view name) {
    CAPTURE(name);
    CHECK(hex(input_digest(h, input)) == vector_text("digests/" + std::string(name)));
  };
  check(std::nullopt, "input_absent");
  check("null", "input_null");
  check("{}", "input_empty_object");
  check("{\"x\":1}", "input_x_1");
  check("{\"x\":1}", "input_x_1.0");
  check("{\"x\":9007199254740992}", "input_x_2^53");
  check("{\"x\":9007199254740993}", "input_x_2^53+1");
  std::string rejected = evidence::vector_bytes("rejected/bytes");
  CHECK(hex(raw_input_digest(h, rejected.size(), sha256(rejected))) == vector_text("digests/input_rejected"));
  CHECK(raw_input_digest(h, 14, sha256(rejected)) != raw_input_digest(h, 13, sha256(rejected)));
}

TEST_CASE("outcome digests") {
  Hasher h;
  CHECK(hex(outcome_digest(h, Status::kUndefined, "")) == vector_text("digests/outcome_undefined"));
  CHECK(hex(outcome_digest(h, Status::kError, "E_FUEL")) == vector_text("digests/outcome_E_FUEL"));
}

TEST_CASE("each argument of the decision digest matters") {
  Hasher h;
  std::vector<Digest> d;
  for (int i = 0; i < 6; ++i) d.push_back(sha256(std::to_string(i)));
  std::set<Digest> seen;
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[3], d[4], Verdict::kAllow));
  seen.insert(decision_digest(h, d[5], d[1], d[2], d[3], d[4], Verdict::kAllow));
  seen.insert(decision_digest(h, d[0], d[5], d[2], d[3], d[4], Verdict::kAllow));
  seen.insert(decision_digest(h, d[0], d[1], d[5], d[3], d[4], Verdict::kAllow));
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[5], d[4], Verdict::kAllow));
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[3], d[5], Verdict::kAllow));
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[3], d[4], Verdict::kDeny));
  CHECK(seen.size() == 7);
  seen.insert(entry_digest(h, EntryKind::kPath, "a", "{}"));
  seen.insert(entry_digest(h, EntryKind::kQuery, "a", "{}"));
  seen.insert(entry_digest(h, EntryKind::kPath, "b", "{}"));
  seen.insert(entry_digest(h, EntryKind::kPath, "a", "{\"fuel\":1}"));
  seen.insert(commitment(h, "input", "s", d[0]));
  seen.insert(commitment(h, "nd", "s", d[0]));
  seen.insert(commitment(h, "input", "", d[0]));
  seen.insert(commitment(h, "input", "s", d[1]));
  CHECK(seen.size() == 15);
}

TEST_CASE("errors, undefined and rejected inputs read back as they were") {
  Example example;
  example.answer.outcome = derive_outcome(VerdictMode::kBoolean, Value::undefined(), ErrorCode::E_DUP_KEY);
  example.answer.error_message = "line 1: \"a\" twice\n";
  example.answer.nd = nullptr;
  example.question.input.reset();
  example.question.rejected = RecordInputs::Rejected{sha256("{\"a\":1,\"a\":2}"), 13, std::nullopt};
  std::string line = example.line();
  Arena arena;
  DecisionRecord record = decode_record(line, arena);
  CHECK(record.error_code == "E_DUP_KEY");
  CHECK(record.error_message == "line 1: \"a\" twice\n");
  CHECK(record.status == Status::kError);
  CHECK(record.verdict == Verdict::kError);
  CHECK(record.input.text.empty());
  CHECK(record.result.text.empty());
  CHECK(record.nd.text.empty());
  CHECK(record.raw_size == record_field::Count(13));
  CHECK(hex(*record.input_digest) == vector_text("digests/input_rejected"));
  CHECK(hex(*record.nd_digest) == vector_text("digests/nd_none"));

  // The same writer afterwards: nothing of that decision is left in the next record.
  Example fresh;
  example.question = fresh.question;
  example.question.policy = &example.policy;
  example.answer = fresh.answer;
  example.answer.nd = &example.nd;
  CHECK(example.line() == fresh.line());
}

TEST_CASE("a query, an absent input and open commitments") {
  Example example;
  example.question.entry_kind = EntryKind::kQuery;
  example.question.entry_text = "x := data.authz.allow";
  example.question.entry_call = "{\"fuel\":500}";
  example.question.input.reset();
  example.question.salts.reset();
  example.answer.outcome = derive_outcome(VerdictMode::kBoolean, Value::undefined());
  std::string line = example.line();
  Arena arena;
  DecisionRecord record = decode_record(line, arena);
  CHECK(record.query == "x := data.authz.allow");
  CHECK_FALSE(record.path.has_value());
  CHECK(record.entry_call.text == "{\"fuel\":500}");
  CHECK_FALSE(record.input_salt.has_value());
  CHECK_FALSE(record.salt_digest.has_value());
  CHECK(line.find("\"salt\"") == std::string::npos);
  CHECK(record.jcs == false);  // the non-deterministic value is 2^53 and more
  CHECK(hex(*record.input_digest) == vector_text("digests/input_absent"));
  CHECK(hex(*record.outcome_digest) == vector_text("digests/outcome_undefined"));
}

TEST_CASE("the same decision made twice has two ids and one decision digest") {
  Example example;
  TraceIds trace = example.writer.begin(example.question);
  example.line();
  Digest first = example.writer.digests().decision;
  example.question.random[9] ^= 1;
  CHECK_FALSE(example.writer.begin(example.question) == trace);
  example.line();
  CHECK(example.writer.digests().decision == first);
}

TEST_CASE("trace headers that cannot be kept are dropped and noted") {
  Example example;
  example.writer.set_trace_context("\xff", "a=b");
  std::string line = example.line();
  Arena arena;
  DecisionRecord record = decode_record(line, arena);
  CHECK_FALSE(record.traceparent.has_value());
  CHECK(record.tracestate == "a=b");
  CHECK(record.bad_trace == true);
}

TEST_CASE("commitments to single fields") {
  Example example;
  Arena arena;
  Value input = read_json(kInput, arena);
  example.question.input_value = &input;
  example.question.field_key.emplace();
  example.question.field_key->fill(0xf0);
  std::string line = example.line();
  Commitments commitments = example.writer.commitments();
  CHECK(hex(commitments.input) == vector_text("fields/input_commit"));
  CHECK(hex(commitments.nd) == vector_text("fields/nd_commit"));
  DecisionRecord record = decode_record(line, arena);
  CHECK(record.field_key == example.question.field_key);
  CHECK_FALSE(record.input_salt.has_value());
}

TEST_CASE("a record that is too large is refused and leaves nothing behind") {
  Example example;
  std::string big = "\"" + std::string(kMaxRecordLine, 'a') + "\"";
  example.question.input = big;
  std::string out = "before";
  example.writer.begin(example.question);
  CHECK_THROWS_AS(example.writer.finish(example.answer, out), Failure);
  CHECK(out == "before");
}

TEST_CASE("in steady state a record is made without operator new") {
  Example example;
  std::string out;
  out.reserve(8192);
  for (int i = 0; i < 3; ++i) {
    out.clear();
    example.writer.begin(example.question);
    example.writer.finish(example.answer, out);
  }
  uint64_t before = g_allocations;
  for (int i = 0; i < 10; ++i) {
    out.clear();
    example.question.time_ns += 1000000;
    example.writer.begin(example.question);
    example.writer.finish(example.answer, out);
  }
  CHECK(g_allocations == before);
}

TEST_CASE("verdicts") {
  Arena arena;
  auto outcome = [&](VerdictMode mode, std::string_view json) {
    return derive_outcome(mode, json.empty() ? Value::undefined() : read_json(json, arena));
  };
  using enum VerdictMode;
  CHECK(outcome(kNone, "false").verdict == Verdict::kValue);
  CHECK(outcome(kNone, "").verdict == Verdict::kUndefined);
  CHECK(outcome(kBoolean, "true").verdict == Verdict::kAllow);
  CHECK(outcome(kBoolean, "false").verdict == Verdict::kDeny);
  CHECK(outcome(kBoolean, "").verdict == Verdict::kUndefined);
  CHECK(outcome(kObject, "{\"verdict\":\"allow\"}").verdict == Verdict::kAllow);
  CHECK(outcome(kObject, "{\"reason\":1,\"verdict\":\"deny\"}").verdict == Verdict::kDeny);
  for (std::string_view bad : {"1", "null", "\"true\"", "[true]", "{\"verdict\":\"allow\"}"}) {
    CAPTURE(bad);
    CHECK(outcome(kBoolean, bad).status == Status::kError);
    CHECK(outcome(kBoolean, bad).code == ErrorCode::E_VERDICT_SHAPE);
    CHECK(outcome(kBoolean, bad).verdict == Verdict::kError);
  }
  for (std::string_view bad : {"true", "{}", "{\"verdict\":true}", "{\"verdict\":\"Allow\"}", "{\"verdict\":\"none\"}",
                               "{\"verdict\":\"error\"}", "{\"verdict\":\"value\"}", "\"allow\""}) {
    CAPTURE(bad);
    CHECK(outcome(kObject, bad).code == ErrorCode::E_VERDICT_SHAPE);
  }
  CHECK(derive_outcome(kNone, Value::of(true), ErrorCode::E_FUEL).verdict == Verdict::kError);
  for (int i = 0; i <= 8; ++i) {
    Verdict verdict = static_cast<Verdict>(i);
    CHECK(verdict_from_name(verdict_name(verdict)) == verdict);
  }
  CHECK_FALSE(verdict_from_name(""));
  CHECK_FALSE(status_from_name(""));
}

}  // namespace
}  // namespace writ
