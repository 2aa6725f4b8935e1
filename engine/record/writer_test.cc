#include "engine/record/writer.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>
#include <set>

#include "engine/record/worked_example.h"
#include "engine/value/json.h"

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

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

Salt salt_of(uint8_t byte) {
  Salt salt;
  salt.size = 16;
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
    PolicyModule modules[] = {{"authz.rego", kAuthzRego}, {"lib/limits.rego", kLimitsRego}};
    PolicyData data[] = {{"cap", "100.5"}, {"expiry", kExpiry}};
    policy = identify_policy(modules, data, kConfig);
    question.policy = &policy;
    question.entry_text = "authz/allow";
    question.input = kInput;
    question.input_jcs = false;
    question.time_ns = 1767225600123456789u;
    question.random = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23};
    question.salts = {salt_of(0xa0), salt_of(0xa1), salt_of(0xa2), salt_of(0xa3)};
    Hasher hasher;
    nd.append(hasher, {"time.now_ns", "[]", HostCallResult::kValue, "1767225600123456789"});
    answer.outcome = {Status::kDefined, ErrorCode::kNone, Verdict::kAllow};
    answer.result = "true";
    answer.fuel = 57;
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
  CHECK(line.size() == 1751);
  CHECK(hex(sha256(line)) == "a57c42fb50bfe50bf0f0a21dd5453cbfc2052fd49b70b10b91e18a63e589fecd");
  CHECK(line == std::string(kLine) + "\n");

  const RecordDigests& digests = example.writer.digests();
  CHECK(hex(digests.entry) == "237320bff3c8fc43c25270ede7fd56225232b0c3b8883deb5ee91361490336e4");
  CHECK(hex(digests.input) == "75326e0252a0ac300c1705b7bc453dc15a5f59d47066846a14463b5b664d5fde");
  CHECK(hex(digests.nd) == "49193347a8d4cbd90cbf0f2db7682e5462384c6849ab35637512f40e12fea176");
  CHECK(hex(digests.outcome) == "3fe7e70d9d5fa8fd73015a81a0ec63180216250992f7a1817549eff3d3eb29f1");
  CHECK(hex(digests.decision) == "cac164405e446fb605c1e7e183d0f18d6f813b0e5498e5039115f127659cc51c");
  Commitments commitments = example.writer.commitments();
  CHECK(hex(commitments.input) == "46213e7f90c2f059b7789e33eb044754806ac6c435afcb01f43cde4e0f7e4a87");
  CHECK(hex(commitments.nd) == "96eeae18b50b07c68cec41c0ebb475a1423606b2680022649015bebdc6282544");
  CHECK(hex(commitments.outcome) == "5f805b74ead66332e2b0574e71690526fab1aab2e0b59db1eb0379b84311c0c2");
  CHECK(hex(commitments.meta) == "09fa3037ff471af0e1c1e4adf770f9ba31b1d2948ab6029576f12b35e421f60b");
  Hasher hasher;
  CHECK(hex(meta_digest(hasher, example.writer.record())) ==
        "5d47bf19400b5b0c11bad891a168e6f4656553d0ea0649996a039817655cac1e");
}

TEST_CASE("decision digest with other fuel and verdict") {
  Example example;
  example.answer.fuel = 58;
  example.line();
  CHECK(hex(example.writer.digests().decision) == "213985e0a86a5b585590d9077853fa6584c5176784700c893792bf70cb847cb3");
  example.answer.fuel = 57;
  example.answer.outcome.verdict = Verdict::kDeny;
  example.line();
  CHECK(hex(example.writer.digests().decision) == "ab695dbf464769ca62dcec6828bd2e16dfbf70bd7537788bd58d2a5f867e9606");
}

TEST_CASE("input digests") {
  Hasher h;
  CHECK(hex(input_digest(h, std::nullopt)) == "8609b8af30290ae69b73e8b263ef4b932ff212f0930655e5760fce9b0b3c6240");
  CHECK(hex(input_digest(h, "null")) == "b96ad86b92a4a198fed3212bb9b3c5f8bf1bb9d2cef77ba62b4fcc346389333f");
  CHECK(hex(input_digest(h, "{}")) == "e2d680541254b956815c76f74ddaede8ed9b8a9297655ad5652d35f3cd19f310");
  CHECK(hex(input_digest(h, "{\"x\":1}")) == "8a605709bdd362bb871f51ab8d0cc0dfcae7a23945e3e638ec7de65fb479d7ce");
  CHECK(hex(input_digest(h, "{\"x\":9007199254740992}")) ==
        "0fc8ea1d8b805535b5b06c97d719275cf71fc1788ba75964a08243c3b1150ffe");
  CHECK(hex(input_digest(h, "{\"x\":9007199254740993}")) ==
        "8cb2d17757df28b377b02a79a1e662e60a7a04397bcc38433f1149ca794c0c33");
  CHECK(hex(raw_input_digest(h, sha256("{\"a\":1,\"a\":2}"))) ==
        "76d884b52a426db1ec21b9dc88ee18956efe471d47d9d8c8be9e026cf2bb7306");
}

TEST_CASE("outcome digests") {
  Hasher h;
  CHECK(hex(outcome_digest(h, Status::kUndefined, "")) ==
        "5ec976ec11d0e48cc24fd77e3c77222c142ec14109c5d945bb9b0fd66ebb2ebf");
  CHECK(hex(outcome_digest(h, Status::kError, "E_FUEL")) ==
        "3f3981b53daf2e5d198212d748a7ef69d27de39e779af3dedd759d5212e3477d");
}

TEST_CASE("each argument of the decision digest matters") {
  Hasher h;
  std::vector<Digest> d;
  for (int i = 0; i < 6; ++i) d.push_back(sha256(std::to_string(i)));
  std::set<Digest> seen;
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[3], d[4], Verdict::kAllow, 1));
  seen.insert(decision_digest(h, d[5], d[1], d[2], d[3], d[4], Verdict::kAllow, 1));
  seen.insert(decision_digest(h, d[0], d[5], d[2], d[3], d[4], Verdict::kAllow, 1));
  seen.insert(decision_digest(h, d[0], d[1], d[5], d[3], d[4], Verdict::kAllow, 1));
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[5], d[4], Verdict::kAllow, 1));
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[3], d[5], Verdict::kAllow, 1));
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[3], d[4], Verdict::kDeny, 1));
  seen.insert(decision_digest(h, d[0], d[1], d[2], d[3], d[4], Verdict::kAllow, 2));
  CHECK(seen.size() == 8);
  seen.insert(entry_digest(h, EntryKind::kPath, "a", "{}"));
  seen.insert(entry_digest(h, EntryKind::kQuery, "a", "{}"));
  seen.insert(entry_digest(h, EntryKind::kPath, "b", "{}"));
  seen.insert(entry_digest(h, EntryKind::kPath, "a", "{\"fuel\":1}"));
  seen.insert(commitment(h, "input", "s", d[0]));
  seen.insert(commitment(h, "nd", "s", d[0]));
  seen.insert(commitment(h, "input", "", d[0]));
  seen.insert(commitment(h, "input", "s", d[1]));
  CHECK(seen.size() == 16);
}

TEST_CASE("errors, undefined and rejected inputs read back as they were") {
  Example example;
  example.answer.outcome = derive_outcome(VerdictMode::kBoolean, Value::undefined(), ErrorCode::E_DUP_KEY);
  example.answer.error_message = "line 1: \"a\" twice\n";
  example.answer.nd = nullptr;
  example.question.input.reset();
  example.question.rejected = {sha256("{\"a\":1,\"a\":2}"), 13};
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
  CHECK(hex(*record.input_digest) == "76d884b52a426db1ec21b9dc88ee18956efe471d47d9d8c8be9e026cf2bb7306");
  CHECK(hex(*record.nd_digest) == "52ae7cd3fb4712846be0254cde2a34e6af5617f2ac8a948d8e67a5290aeacaf3");

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
  example.question.salts = {};
  example.answer.outcome = derive_outcome(VerdictMode::kBoolean, Value::undefined());
  std::string line = example.line();
  Arena arena;
  DecisionRecord record = decode_record(line, arena);
  CHECK(record.query == "x := data.authz.allow");
  CHECK_FALSE(record.path.has_value());
  CHECK(record.entry_call.text == "{\"fuel\":500}");
  CHECK(record.input_salt->size == 0);
  CHECK(record.jcs == false);  // the outside value is 2^53 and more
  CHECK(hex(*record.input_digest) == "8609b8af30290ae69b73e8b263ef4b932ff212f0930655e5760fce9b0b3c6240");
  CHECK(hex(*record.outcome_digest) == "5ec976ec11d0e48cc24fd77e3c77222c142ec14109c5d945bb9b0fd66ebb2ebf");
}

TEST_CASE("the same question asked twice has two ids and one decision digest") {
  Example example;
  example.line();
  Digest first = example.writer.digests().decision;
  TraceIds trace = example.writer.trace_ids();
  example.question.random[9] ^= 1;
  example.line();
  CHECK(example.writer.digests().decision == first);
  CHECK_FALSE(example.writer.trace_ids() == trace);
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
  CHECK(hex(commitments.input) == "cf7c6dd4946cc0814f6c46ce5dfab20ea3bd9b9ead03c0ef67cccf391beb8231");
  CHECK(hex(commitments.nd) == "6fa55cb75b577c348eb79d0b91f46aa39429603c4fddb541ef052fc311148d45");
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
