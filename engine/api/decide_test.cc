#include <pthread.h>

#include <catch2/catch.hpp>
#include <thread>

#include "engine/api/engine.h"
#include "engine/api/test_policy.h"
#include "engine/bundle/data_merger.h"
#include "engine/host/test_host.h"
#include "engine/base/json_writer.h"
#include "engine/record/worked_example.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {
namespace {

using namespace worked_example;
using evidence::vector_text;

constexpr const char* kSimple =
    "package authz\n"
    "default allow := false\n"
    "allow if input.user.role == \"admin\"\n"
    "reasons contains \"no role\" if not input.user.role\n"
    "echo := input\n";

struct Fixture {
  TestHost host;
  Context context;

  explicit Fixture(std::shared_ptr<const BoundPolicy> bound_policy) { context.bind(std::move(bound_policy), host); }
  explicit Fixture(std::string text, const EngineOptions& options = {}, std::string_view data = "{}")
      : Fixture(bound_policy_of(std::move(text), options, data)) {}

  const Decision& ask(std::string_view entry, std::optional<std::string_view> input = std::nullopt) {
    return context.decide(entry, input);
  }
  const Decision& record(std::string_view entry, std::optional<std::string_view> input = std::nullopt) {
    DecideOptions options;
    options.record = true;
    return context.decide(entry, input, options);
  }
};

// Sanitizers, and compilers that do not optimise, make frames several times as large: what is promised is promised of
// the library as it is shipped.
constexpr size_t kSmallStack = WRIT_SHIPPED ? 128u << 10 : 2u << 20;

EngineOptions value_options() {
  EngineOptions options;
  options.verdict = VerdictMode::kNone;
  return options;
}

// --- Verdicts --------------------------------------------------------------------------------------------------------

TEST_CASE("a decision is an allow, a deny, undefined or an error") {
  Fixture f(kSimple);
  CHECK(f.ask("authz/allow", R"({"user":{"role":"admin"}})").verdict == Verdict::kAllow);
  CHECK(f.ask("authz/allow", R"({"user":{"role":"guest"}})").verdict == Verdict::kDeny);
  CHECK(f.ask("authz/allow").verdict == Verdict::kDeny);
  CHECK(f.ask("authz/echo").verdict == Verdict::kUndefined);
  CHECK(f.ask("authz/echo", "1").verdict == Verdict::kError);
  CHECK(f.ask("authz/echo", "1").code == ErrorCode::E_VERDICT_SHAPE);
  CHECK(f.ask("authz/echo", "true").verdict == Verdict::kAllow);
}

TEST_CASE("values, and the forms of an entry point") {
  Fixture f(kSimple, value_options());
  for (std::string_view entry : {"authz/reasons", "data.authz.reasons", "/authz/reasons", "data/authz/reasons"}) {
    const Decision& decision = f.ask(entry, "{}");
    CAPTURE(entry);
    REQUIRE(decision.verdict == Verdict::kValue);
    CHECK(to_json(decision.value) == R"(["no role"])");
  }
  CHECK(to_json(f.ask("authz", "[1.50]").value) == R"({"allow":false,"echo":[1.5],"reasons":["no role"]})");
  CHECK(f.context.decide(f.context.bound_policy()->policy().entry_index("authz/allow"), "{}").value.is_false());
}

TEST_CASE("an invalid request is an error and never a result") {
  Fixture f(kSimple);
  CHECK(f.ask("authz/nothing").code == ErrorCode::E_ENTRY);
  CHECK(f.ask("authz/nothing", "{\"a\":1,\"a\":2}").code == ErrorCode::E_ENTRY);
  CHECK(f.ask("").code == ErrorCode::E_VERDICT_SHAPE);  // the whole of data
  CHECK(f.context.decide(kNone32, "{}").code == ErrorCode::E_ENTRY);
  CHECK(f.context.decide(12345, "{}").code == ErrorCode::E_ENTRY);
  CHECK(f.context.query("{}").code == ErrorCode::E_ENTRY);
  Context unbound;
  CHECK(unbound.decide("authz/allow", "{}").code == ErrorCode::E_POLICY);
  CHECK(unbound.decide("authz/allow", "{}").verdict == Verdict::kError);
}

TEST_CASE("only listed entry points may be evaluated, if some are listed") {
  EngineOptions options;
  options.entrypoints = {"authz/allow"};
  Fixture f(kSimple, options);
  CHECK(f.ask("authz/allow", R"({"user":{"role":"admin"}})").verdict == Verdict::kAllow);
  CHECK(f.ask("authz/echo", "true").code == ErrorCode::E_ENTRY);
  CHECK(f.context.bound_policy()->policy().entries() == std::vector<std::string_view>{"authz/allow"});
  EngineOptions dotted = options;
  dotted.entrypoints = {"data.authz.allow", "/authz/allow"};
  CHECK(bound_policy_of(kSimple, dotted)->identity() == f.context.bound_policy()->identity());
  options.entrypoints = {"authz/alow"};
  CHECK_THROWS_AS(bound_policy_of(kSimple, options), Failure);
}

TEST_CASE("rejected inputs deny with the reader's code and leave a record") {
  Fixture f(kSimple);
  struct Row {
    const char* input;
    ErrorCode code;
  };
  for (Row row : {Row{"", ErrorCode::E_JSON_SYNTAX}, Row{"{\"a\":1,\"a\":2}", ErrorCode::E_DUP_KEY},
                  Row{"{\"a\":01}", ErrorCode::E_JSON_NUMBER}, Row{"\"\xff\"", ErrorCode::E_UTF8},
                  Row{"true false", ErrorCode::E_JSON_SYNTAX}}) {
    const Decision& decision = f.record("authz/allow", row.input);
    CAPTURE(row.input);
    CHECK(decision.verdict == Verdict::kError);
    CHECK(decision.code == row.code);
    CHECK_FALSE(decision.value.is_defined());
    REQUIRE_FALSE(decision.record.empty());
    Arena arena;
    DecisionRecord record = decode_record(decision.record, arena);
    CHECK(record.raw_sha256 == sha256(row.input));
    CHECK(record.raw_size == record_field::Count(std::string_view(row.input).size()));
    CHECK(record.error_code == error_code_name(row.code));
    CHECK(record.input.text.empty());
  }
  // The context is as good as before.
  CHECK(f.ask("authz/allow", R"({"user":{"role":"admin"}})").verdict == Verdict::kAllow);
}

TEST_CASE("every limit: at it, and one past it") {
  auto code_with = [](Limits limits, std::string text, std::string_view input) {
    EngineOptions options = value_options();
    options.limits = limits;
    Fixture f("package p\n" + text, options);
    return f.ask("p/r", input).code;
  };
  Limits limits;
  limits.input_bytes = 7;
  CHECK(code_with(limits, "r := 1", "[1,2,3]") == ErrorCode::kNone);
  CHECK(code_with(limits, "r := 1", "[1,2,3] ") == ErrorCode::E_SIZE);
  limits = {};
  limits.input_depth = 3;
  CHECK(code_with(limits, "r := 1", "[[[1]]]") == ErrorCode::kNone);
  CHECK(code_with(limits, "r := 1", "[[[[1]]]]") == ErrorCode::E_DEPTH);
  limits = {};
  limits.output_bytes = 9;
  CHECK(code_with(limits, "r := input", R"(["1234"])") == ErrorCode::kNone);
  CHECK(code_with(limits, "r := input", R"(["12345"])") == ErrorCode::kNone);
  CHECK(code_with(limits, "r := input", R"(["123456"])") == ErrorCode::E_OUTPUT);
  CHECK(code_with(limits, "r := input", R"("12345678")") == ErrorCode::E_OUTPUT);
  CHECK(code_with(limits, "r := input", R"("1234567")") == ErrorCode::kNone);
  limits = {};
  limits.call_depth = 2;
  CHECK(code_with(limits, "r := f(1)\nf(x) := x + input", "1") == ErrorCode::kNone);
  CHECK(code_with(limits, "r := f(1)\nf(x) := g(x)\ng(x) := x + input", "1") == ErrorCode::E_DEPTH);
  limits = {};
  limits.memory_bytes = 1 << 20;
  std::string_view grow = "r := count(s)\ns := {x | some i in numbers.range(1, input); x := sprintf(\"%d\", [i])}";
  CHECK(code_with(limits, std::string(grow), "100") == ErrorCode::kNone);
  CHECK(code_with(limits, std::string(grow), "100000") == ErrorCode::E_MEMORY);
}

TEST_CASE("fuel: what was needed is enough, one less is not, and it cannot become an answer") {
  constexpr std::string_view kText =
      "package p\n"
      "allow if not deny\n"
      "deny if { some i in numbers.range(1, 50); i == input.n }\n";
  Fixture f{std::string(kText)};
  const Decision& free = f.ask("p/allow", R"({"n":99})");
  REQUIRE(free.verdict == Verdict::kAllow);
  uint64_t needed = free.fuel;
  REQUIRE(needed > 50);
  DecideOptions options;
  for (uint64_t fuel = 0; fuel < needed; ++fuel) {
    options.fuel = fuel;
    const Decision& decision = f.context.decide("p/allow", R"({"n":99})", options);
    REQUIRE(decision.verdict == Verdict::kError);
    REQUIRE(decision.code == ErrorCode::E_FUEL);
    REQUIRE(decision.fuel <= fuel);
  }
  options.fuel = needed;
  CHECK(f.context.decide("p/allow", R"({"n":99})", options).verdict == Verdict::kAllow);
  // A call never raises the limit of the policy.
  EngineOptions low;
  low.limits.fuel = needed - 1;
  Fixture g(std::string(kText), low);
  options.fuel = needed * 2;
  CHECK(g.context.decide("p/allow", R"({"n":99})", options).code == ErrorCode::E_FUEL);
}

TEST_CASE("keys that coincide as JSON are an error with a record and without") {
  Fixture f("package p\nr := {1: \"a\", \"1\": \"b\"}\n", value_options());
  CHECK(f.ask("p/r").code == ErrorCode::E_KEY_COLLISION);
  CHECK(f.record("p/r").code == ErrorCode::E_KEY_COLLISION);
}

// --- Records ---------------------------------------------------------------------------------------------------------

TEST_CASE("the worked example, decided: every digest but that of the configuration") {
  EngineOptions options;
  options.entrypoints = {"authz/allow"};
  auto policy = compile_or_throw(
      {{"authz.rego", std::string(authz_rego())}, {"lib/limits.rego", std::string(limits_rego())}}, options);
  auto data = DataSet::from_json("{\"cap\":100.50,\"expiry\":" + std::string(expiry_data()) + "}");
  Fixture f(BoundPolicy::make(policy, data));
  DecideOptions decide;
  decide.record = true;
  const Decision& decision = f.context.decide("authz/allow", kInput, decide);
  REQUIRE(decision.verdict == Verdict::kAllow);
  auto hex = [](const Digest& digest) { return to_hex(digest.view()); };
  const PolicyIdentity& identity = *f.context.bound_policy()->identity();
  CHECK(hex(identity.modules) == vector_text("policy/modules_digest"));
  CHECK(hex(identity.data) == vector_text("policy/dataset_digest"));
  CHECK(hex(decision.digests.entry) == vector_text("digests/entry"));
  CHECK(hex(decision.digests.input) == vector_text("digests/input"));
  CHECK(hex(decision.digests.nd) == vector_text("digests/nd"));
  CHECK(hex(decision.digests.outcome) == vector_text("digests/outcome"));
  CHECK(f.host.clock_readings == 1);
  Arena arena;
  DecisionRecord record = decode_record(decision.record, arena);
  CHECK(record.input.text == kInput);
  CHECK(record.result.text == "true");
  CHECK(record.time_ns == record_field::U64(f.host.time));
  CHECK(record.decision_id == decision.decision_id);
  CHECK(policy->config().text() == policy->config_text());
  CHECK(PolicyConfig::from_text(policy->config_text()).entrypoints == options.entrypoints);
}

TEST_CASE("an input in any form has the digest of its canonical form") {
  Fixture f(kSimple);
  std::string_view canonical = R"({"user":{"id":1,"role":"admin"}})";
  Digest first = f.record("authz/allow", canonical).digests.input;
  const Decision& other = f.record("authz/allow", " {\"user\" : {\"role\":\"\\u0061dmin\", \"id\":1.0}}\n");
  CHECK(other.verdict == Verdict::kAllow);
  CHECK(other.digests.input == first);
  Arena arena;
  CHECK(decode_record(other.record, arena).input.text == canonical);
}

TEST_CASE("no input, null and an empty object are three questions") {
  Fixture f("package p\nabsent if not input\nabsent := false if input == null\nabsent := false if input == {}\n");
  auto digest = [&](std::optional<std::string_view> input) { return f.record("p/absent", input).digests.input; };
  CHECK_FALSE(digest(std::nullopt) == digest("null"));
  CHECK_FALSE(digest("{}") == digest("null"));
  CHECK(f.ask("p/absent").verdict == Verdict::kAllow);
  CHECK(f.ask("p/absent", "{}").verdict == Verdict::kDeny);
}

TEST_CASE("members of a record come from the context and the call") {
  Fixture f(kSimple);
  RecordMembers members;
  members.labels = R"({ "id": "node-7", "app": "billing" })";
  members.bundles = R"({"main": {"revision": "7"}})";
  f.context.set_record_members(members);
  DecideOptions options;
  options.record = true;
  options.commitments = true;
  options.fuel = 5000;
  options.requested_by = "10.0.0.9";
  options.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  options.action = sha256("act");
  const Decision& decision = f.context.decide("authz/allow", "{}", options);
  REQUIRE_FALSE(decision.record.empty());
  CHECK_FALSE(decision.commitments.meta == Digest{});
  Arena arena;
  DecisionRecord record = decode_record(decision.record, arena);
  CHECK(record.labels.text == R"({"app":"billing","id":"node-7"})");
  CHECK(record.bundles.text == R"({"main":{"revision":"7"}})");
  CHECK(record.entry_call.text == R"({"fuel":5000})");
  CHECK(record.requested_by == "10.0.0.9");
  CHECK(record.traceparent == options.traceparent);
  CHECK(record.action == options.action);
  CHECK(record.engine_name == "writ");
  // The next record has none of the call's own members.
  const Decision& next = f.record("authz/allow", "{}");
  DecisionRecord plain = decode_record(next.record, arena);
  CHECK_FALSE(plain.requested_by.has_value());
  CHECK_FALSE(plain.traceparent.has_value());
  CHECK_FALSE(plain.action.has_value());
  CHECK(plain.entry_call.text == "{}");
  for (const char* labels : {"[]", R"({"app":1})"}) {
    members.labels = labels;
    CHECK_THROWS_AS(f.context.set_record_members(members), Failure);
  }
  // A limit of fuel that only an unsigned number holds.
  EngineOptions engine_options;
  engine_options.limits.fuel = UINT64_MAX;
  Fixture wide(kSimple, engine_options);
  DecideOptions lower;
  lower.record = true;
  lower.fuel = UINT64_MAX - 1;
  DecisionRecord record_of_wide = decode_record(wide.context.decide("authz/allow", "{}", lower).record, arena);
  CHECK(record_of_wide.entry_call.text == R"({"fuel":18446744073709551614})");
}

TEST_CASE("a decision that should be recorded and cannot be is never an allow") {
  constexpr std::string_view kInputText = R"({"user":{"role":"admin"}})";
  Fixture f(kSimple);
  REQUIRE(f.record("authz/allow", kInputText).verdict == Verdict::kAllow);
  f.host.entropy_fails = true;
  CHECK(f.record("authz/allow", kInputText).code == ErrorCode::E_ENTROPY);
  f.host.entropy_fails = false;
  f.host.clock_fails = true;
  const Decision& decision = f.record("authz/allow", kInputText);
  CHECK(decision.verdict == Verdict::kError);
  CHECK(decision.code == ErrorCode::E_CLOCK);
  CHECK(decision.record.empty());
  f.host.clock_fails = false;
  f.host.time = UINT64_MAX;
  CHECK(f.record("authz/allow", kInputText).code == ErrorCode::E_CLOCK);
  CHECK(f.ask("authz/allow", kInputText).verdict == Verdict::kAllow);  // needs no clock

  auto unready = BoundPolicy::make(f.context.bound_policy()->shared_policy(), nullptr, BoundPolicy::Digests::kNone);
  Fixture g(unready);
  CHECK(g.ask("authz/allow", kInputText).verdict == Verdict::kAllow);
  CHECK(g.record("authz/allow", kInputText).code == ErrorCode::E_POLICY);

  // Input, and result once more: together beyond what a line may hold.
  EngineOptions options;
  options.limits.input_bytes = 32u << 20;
  options.verdict = VerdictMode::kNone;
  Fixture h(kSimple, options);
  std::string big = "\"" + std::string(9u << 20, 'a') + "\"";
  CHECK(h.ask("authz/echo", big).verdict == Verdict::kValue);
  const Decision& too_large = h.record("authz/echo", big);
  CHECK(too_large.code == ErrorCode::E_RECORD_SIZE);
  CHECK(too_large.verdict == Verdict::kError);
  CHECK(too_large.record.empty());
}

// --- Host calls ------------------------------------------------------------------------------------------------------

TEST_CASE("the clock is read once and time.now_ns is that reading") {
  Fixture f("package p\nr := [time.now_ns(), time.now_ns()]\n", value_options());
  const Decision& plain = f.ask("p/r");
  CHECK(to_json(plain.value) == "[1767225600123456789,1767225600123456789]");
  CHECK(f.host.clock_readings == 1);
  const Decision& recorded = f.record("p/r");
  CHECK(f.host.clock_readings == 2);
  Arena arena;
  CHECK(decode_record(recorded.record, arena).nd.text ==
        R"([{"args":[],"fn":"time.now_ns","value":1767225600123456789}])");
}

TEST_CASE("randomness: once per key and bound, inside the bound, from the host") {
  Fixture f(
      "package p\n"
      "r := [rand.intn(\"a\", 10), rand.intn(\"a\", 10), rand.intn(\"a\", -10), rand.intn(\"b\", 10),\n"
      "      rand.intn(\"a\", 0)]\n"
      "u := [uuid.rfc4122(\"x\"), uuid.rfc4122(\"x\"), uuid.rfc4122(\"y\")]\n",
      value_options());
  const Decision& decision = f.ask("p/r");
  REQUIRE(decision.status == Status::kDefined);
  const Value* drawn = decision.value.elements;
  for (int i = 0; i < 5; ++i) {
    CHECK(drawn[i].integer >= 0);
    CHECK(drawn[i].integer < 10);
  }
  CHECK(drawn[0].integer == drawn[1].integer);
  CHECK(drawn[0].integer == drawn[2].integer);
  CHECK(drawn[4].integer == 0);
  CHECK(f.host.entropy_draws == 2);
  const Decision& ids = f.ask("p/u");
  REQUIRE(ids.status == Status::kDefined);
  const Value* texts = ids.value.elements;
  CHECK(texts[0].text() == texts[1].text());
  CHECK(texts[0].text() != texts[2].text());
  CHECK(texts[0].text()[14] == '4');
  CHECK(f.host.entropy_draws == 4);
  CHECK(f.context.host_calls().size() == 2);
  f.host.entropy_fails = true;
  CHECK(f.ask("p/u").code == ErrorCode::E_ENTROPY);
}

TEST_CASE("functions of the host: once or each, values, undefined and failures, all in the record") {
  EngineOptions options = value_options();
  options.language.functions = {{"acme.limit", 2, true}, {"acme.next", 0, false}, {"acme.fail", 0, false}};
  Fixture f(
      "package p\n"
      "limits := [acme.limit(\"a\", {1}), acme.limit(\"a\", {1}), acme.limit(\"b\", {1})]\n"
      "numbers := [acme.next(), acme.next(), acme.next()]\n"
      "undef if not acme.limit(\"none\", {1})\n"
      "failed if not acme.fail()\n",
      options);
  int64_t next = 0;
  f.host.on_call = [&](std::string_view function, std::span<const Value> args, Arena& arena) -> Value {
    if (function == "acme.next") return Value::of(++next);
    if (function == "acme.fail") throw std::runtime_error("socket");
    if (args[0].text() == "none") return Value::undefined();
    Value items[] = {Value::of(2), args[0]};
    return make_set(arena, items);
  };
  const Decision& limits = f.record("p/limits");
  REQUIRE(limits.status == Status::kDefined);
  CHECK(to_json(limits.value) == R"([[2,"a"],[2,"a"],[2,"b"]])");
  CHECK(limits.value.elements[0].is_set());
  CHECK(f.host.calls.size() == 2);
  Arena arena;
  CHECK(decode_record(limits.record, arena).nd.text ==
        R"([{"args":["a",{"$set":[1]}],"fn":"acme.limit","value":{"$set":[2,"a"]}},)"
        R"({"args":["b",{"$set":[1]}],"fn":"acme.limit","value":{"$set":[2,"b"]}}])");
  CHECK(to_json(f.ask("p/numbers").value) == "[1,2,3]");
  CHECK(f.ask("p/undef").value.is_true());
  // A host call that fails is fatal: `not` does not turn it into a result.
  const Decision& failed = f.record("p/failed");
  CHECK(failed.code == ErrorCode::E_OUTSIDE);
  CHECK(decode_record(failed.record, arena).nd.text == R"([{"args":[],"error":"E_OUTSIDE","fn":"acme.fail"}])");
}

TEST_CASE("a host fails with the codes of host calls and of the reader; any other is E_OUTSIDE [S-17.3]") {
  EngineOptions options = value_options();
  options.language.functions = {{"acme.fail", 0, false}};
  Fixture f("package p\nfailed if not acme.fail()\n", options);
  auto code_for = [&](ErrorCode thrown) {
    f.host.on_call = [=](std::string_view, std::span<const Value>, Arena&) -> Value { throw Failure(thrown, "no"); };
    const Decision& decision = f.record("p/failed");
    CHECK(decision.verdict == Verdict::kError);
    Arena arena;
    std::string entry = R"([{"args":[],"error":")" + std::string(error_code_name(decision.code)) + R"(","fn":"acme.fail"}])";
    CHECK(decode_record(decision.record, arena).nd.text == entry);
    return decision.code;
  };
  for (ErrorCode code : {ErrorCode::E_OUTSIDE, ErrorCode::E_BUILTIN, ErrorCode::E_ENTROPY, ErrorCode::E_JSON_SYNTAX,
                         ErrorCode::E_NUM_RANGE}) {
    CHECK(code_for(code) == code);
  }
  for (ErrorCode code : {ErrorCode::kNone, ErrorCode::E_KEY_COLLISION, ErrorCode::E_FUEL, ErrorCode::E_DEADLINE,
                         ErrorCode::E_POLICY, ErrorCode::E_CLOCK, ErrorCode::E_INTERNAL}) {
    CHECK(code_for(code) == ErrorCode::E_OUTSIDE);
  }
}

TEST_CASE("what the host did not offer does not compile") {
  CHECK_THROWS_AS(bound_policy_of("package p\nr := acme.limit(1)\n"), Failure);
  EngineOptions options;
  for (const char* name : {"", "a..b", "count", "data.x", "a b", "1a"}) {
    options.language.functions = {{name, 1, false}};
    CAPTURE(name);
    CHECK_THROWS_AS(bound_policy_of("package p\nr := 1\n", options), Failure);
  }
  options.language.functions = {{"acme.f", 7, false}};
  CHECK_THROWS_AS(bound_policy_of("package p\nr := 1\n", options), Failure);
}

TEST_CASE("print reaches the host if it is kept, and changes the policy's identity") {
  EngineOptions options;
  constexpr const char* kText = "package p\nallow if { print(\"seen\", input.x); true }\n";
  Fixture silent(kText, options);
  options.language.keep_print = true;
  Fixture loud(kText, options);
  silent.ask("p/allow", R"({"x":[1]})");
  loud.ask("p/allow", R"({"x":[1]})");
  CHECK(silent.host.notes.empty());
  CHECK(loud.host.notes == std::vector<std::string>{"print: seen [1]"});
  CHECK_FALSE(silent.context.bound_policy()->identity()->policy == loud.context.bound_policy()->identity()->policy);
}

// --- Queries, data, programs -----------------------------------------------------------------------------------------

TEST_CASE("a policy names the tables its answers depend on, and no others") {
  auto config = [](std::string_view call) {
    return bound_policy_of("package p\nr := " + std::string(call), value_options(), "{}")->policy().config();
  };
  CHECK(config("time.parse_duration_ns(\"1h\")").tzdb.empty());
  CHECK(config("time.parse_rfc3339_ns(input)").tzdb.empty());
  CHECK(config("trim_space(input)").unicode.empty());
  CHECK(config("regex.globs_match(\"a*\", input)").regex.empty());
  CHECK_FALSE(config("time.clock(input)").tzdb.empty());
  CHECK_FALSE(config("upper(input)").unicode.empty());
  CHECK_FALSE(config("sprintf(\"%v\", [input])").unicode.empty());
  CHECK_FALSE(config("regex.match(\"a\", input)").regex.empty());
  CHECK(config("regex.match(\"a\", input)").unicode.empty());
}

TEST_CASE("queries on top of a policy") {
  auto base = bound_policy_of("package p\nxs := [1, 2]\n");
  auto make = [&](QueryOptions query) {
    CompiledQuery result = Query::compile(base->shared_policy(), query);
    INFO(render_opa(result.diagnostics, result.sources));
    REQUIRE(result.query != nullptr);
    return BoundPolicy::make(result.query, base->shared_data());
  };
  QueryOptions query;
  query.text = "x = data.p.xs[i]";
  Fixture f(make(query));
  DecideOptions options;
  options.record = true;
  const Decision& decision = f.context.query(std::nullopt, options);
  CHECK(decision.verdict == Verdict::kValue);
  CHECK(to_json(decision.value) == R"([{"i":0,"x":1},{"i":1,"x":2}])");
  Arena arena;
  DecisionRecord record = decode_record(decision.record, arena);
  CHECK(record.query == query.text);
  CHECK(f.context.bound_policy()->identity() == base->identity());
  query.text = "x := input; x > 2";
  Fixture g(make(query));
  CHECK(g.context.query("1").verdict == Verdict::kUndefined);
  CHECK(to_json(g.context.query("3").value) == R"([{"x":3}])");
  query.text = "xs[0]";
  query.package = "p";
  query.capture = true;
  Fixture h(make(query));
  CHECK(to_json(h.context.query(std::nullopt).rows) == "[[[],[1]]]");
  query.text = "x = ";
  CompiledQuery broken = Query::compile(base->shared_policy(), query);
  CHECK(broken.query == nullptr);
  CHECK_FALSE(broken.diagnostics.empty());
}

TEST_CASE("a rule cannot be where data is") {
  constexpr const char* kText = "package a.b\nc := 1\n";
  CHECK_THROWS_AS(bound_policy_of(kText, {}, R"({"a":{"b":{"c":2}}})"), Failure);
  CHECK_THROWS_AS(bound_policy_of(kText, {}, R"({"a":{"b":2}})"), Failure);
  CHECK_NOTHROW(bound_policy_of(kText, {}, R"({"a":{"b":{"d":2}}})"));
  try {
    bound_policy_of(kText, {}, R"({"a":{"b":{"c":2}}})");
  } catch (const Failure& failure) {
    CHECK(failure.error().detail == "conflicting rule for data path a/b/c found");
    CHECK(failure.error().opa_code == "rego_compile_error");
    CHECK(failure.error().file == "policy.rego");
    CHECK(failure.error().row == 2);
    CHECK(failure.error().column == 1);
  }
}

TEST_CASE("data is read, merged and named by its top-level keys") {
  DataMerger merger;
  merger.add_json({}, R"({"a":{"x":1}})", "one.json");
  merger.add_json({"a", "y"}, R"([1])", "two.json");
  merger.add_json({}, R"({"b":{}})", "three.json");
  auto merged = DataSet::from_value(merger.root());
  CHECK(to_json(merged->root()) == R"({"a":{"x":1,"y":[1]},"b":{}})");
  CHECK_THROWS_AS(merger.add_json({"a"}, R"({"x":2})", "four.json"), Failure);
  CHECK_THROWS_AS(merger.add_json({}, "[]", "five.json"), Failure);
  auto whole = DataSet::from_json(R"( {"b":{}, "a":{"y":[1.0],"x":1}} )");
  REQUIRE(whole->parts().size() == 2);
  CHECK(whole->parts()[0].name == "a");
  CHECK(whole->parts()[0].content == merged->parts()[0].content);
  CHECK(whole->parts()[0].content == sha256(R"({"x":1,"y":[1]})"));
  CHECK_THROWS_AS(DataSet::from_json("[]"), Failure);
  CHECK_THROWS_AS(DataSet::from_json("{"), Failure);
  CHECK(DataSet::from_json("")->root().size == 0);
}

TEST_CASE("a program in a file decides as the policy it came from") {
  auto policy = compile_or_throw({{"policy.rego", kSimple}});
  auto loaded = Policy::load(policy->serialise());
  Fixture a(BoundPolicy::make(policy, nullptr));
  Fixture b(BoundPolicy::make(loaded, nullptr));
  CHECK(a.context.bound_policy()->identity() == b.context.bound_policy()->identity());
  for (std::string_view input : {R"({"user":{"role":"admin"}})", "{}", "1"}) {
    const Decision& x = a.ask("authz/allow", input);
    const Decision& y = b.ask("authz/allow", input);
    CHECK(x.verdict == y.verdict);
    CHECK(x.fuel == y.fuel);
  }
  CHECK(Query::compile(loaded, {"data.authz.allow", {}, {}, false}).query != nullptr);
  std::string bytes = policy->serialise();
  bytes[bytes.size() / 2] ^= 1;
  CHECK_THROWS_AS(Policy::load(bytes), Failure);
  EngineOptions options;
  options.language.functions = {{"acme.f", 0, false}};
  auto hosted = compile_or_throw({{"p.rego", "package p\nr := acme.f()\n"}}, options);
  CHECK_THROWS_AS(Policy::load(hosted->serialise()), Failure);
  CHECK_NOTHROW(Policy::load(hosted->serialise(), options));
}

TEST_CASE("a program in a file keeps its fuel model, whatever the options of its loading are") {
  Arena arena;
  auto fuel_model_of = [&](std::shared_ptr<const Policy> policy) {
    Fixture f(BoundPolicy::make(std::move(policy), nullptr));
    return *decode_record(f.record("authz/allow", "{}").record, arena).fuel_model;
  };
  EngineOptions without;
  without.switches.index = false;
  std::string bytes = compile_or_throw({{"policy.rego", kSimple}})->serialise();
  CHECK(fuel_model_of(Policy::load(bytes)) == kFuelModel);
  CHECK(fuel_model_of(Policy::load(bytes, without)) == kFuelModel);
  std::string slow = compile_or_throw({{"policy.rego", kSimple}}, without)->serialise();
  CHECK(fuel_model_of(Policy::load(slow)) == kNoFuelModel);
  CHECK(fuel_model_of(Policy::load(slow, without)) == kNoFuelModel);
  // The model is after magic, form and language, which ends with an empty list and two things that are not there. This engine
  // counts in no other one.
  bytes[8 + 4 + 3 + 4 + 2 + 1] ^= 2;
  bytes.replace(bytes.size() - 32, 32, sha256(bytes.substr(0, bytes.size() - 32)).view());
  CHECK(fuel_model_of(Policy::load(bytes)) == kNoFuelModel);
}

TEST_CASE("entry points beside a query are those of the names they have, also where a file's program is another's") {
  auto policy = compile_or_throw({{"p.rego", "package p\na := 1\nb := 2\n"}}, value_options());
  Fixture f(BoundPolicy::make(Query::compile(policy, {"x := data.p.b", {}, {}, false}).query, nullptr));
  CHECK(to_json(f.ask("p/a").value) == "1");
  CHECK(to_json(f.ask("p/b").value) == "2");
  // As long a text without the rules: the query's program has one entry point less than the file's.
  std::string bytes = policy->serialise();
  size_t at = bytes.find("a := 1");
  bytes.replace(at, 6, "#a = 1");
  bytes.replace(bytes.size() - 32, 32, sha256(bytes.substr(0, bytes.size() - 32)).view());
  auto forged = Policy::load(bytes, value_options());
  Fixture g(BoundPolicy::make(Query::compile(forged, {"x := data.p.b", {}, {}, false}).query, nullptr));
  CHECK(to_json(g.ask("p/b").value) == "2");
  CHECK(g.ask("p/a").code == ErrorCode::E_ENTRY);
}

TEST_CASE("a context can be given newer data between decisions") {
  auto policy = compile_or_throw({{"p.rego", "package p\nallow if input.user in data.users\n"}});
  TestHost host;
  Context context;
  context.bind(BoundPolicy::make(policy, DataSet::from_json(R"({"users":["a"]})")), host);
  CHECK(context.decide("p/allow", R"({"user":"b"})").verdict == Verdict::kUndefined);
  context.bind(BoundPolicy::make(policy, DataSet::from_json(R"({"users":["a","b"]})")), host);
  CHECK(context.decide("p/allow", R"({"user":"b"})").verdict == Verdict::kAllow);
  context.bind(nullptr, host);
  CHECK(context.decide("p/allow", R"({"user":"b"})").code == ErrorCode::E_POLICY);
}

TEST_CASE("threads share a policy and its data", "[threads]") {
  auto bound_policy = bound_policy_of(
      "package p\nimport data.roles\nallow if roles[input.user] == \"admin\"\n", {},
      R"({"roles":{"u0":"admin","u2":"admin"}})");
  std::vector<std::thread> threads;
  std::vector<int> allowed(4, 0);
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      TestHost host;
      Context context;
      context.bind(bound_policy, host);
      std::string input = "{\"user\":\"u" + std::to_string(t) + "\"}";
      DecideOptions options;
      for (int i = 0; i < 2000; ++i) {
        options.record = i % 2 == 0;
        if (context.decide("p/allow", input, options).verdict == Verdict::kAllow) ++allowed[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(allowed == std::vector<int>{2000, 0, 2000, 0});
}

// No native stack in proportion to input or policy: the deepest input, its copies and texts, on 128 KiB.
TEST_CASE("decisions need little stack") {
  EngineOptions options = value_options();
  auto bound_policy = bound_policy_of(
      "package p\n"
      "echo := input\n"
      "again := json.unmarshal(json.marshal(input))\n"
      "compare if input == json.unmarshal(json.marshal(input))\n"
      "walked := count([x | walk(input, [_, x])])\n"
      "text := sprintf(\"%v\", [input])\n"
      "nested if f0(0)\n" +
          [] {
            std::string chain;
            for (int i = 0; i < 1000; ++i) {
              chain += "f" + std::to_string(i) + "(x) if f" + std::to_string(i + 1) + "(x)\n";
            }
            return chain + "f1000(x) if x == 0\n";
          }(),
      options);
  std::string deep = std::string(512, '[') + std::string(512, ']');
  struct Job {
    std::shared_ptr<const BoundPolicy> bound_policy;
    std::string input;
    std::vector<std::string> faults;
  } job{bound_policy, deep, {}};
  auto run = [](void* argument) -> void* {
    Job& job = *static_cast<Job*>(argument);
    TestHost host;
    Context context;
    context.bind(job.bound_policy, host);
    DecideOptions record;
    record.record = true;
    for (const char* entry : {"p/echo", "p/again", "p/compare", "p/walked", "p/text", "p/nested"}) {
      const Decision& decision = context.decide(entry, job.input, record);
      if (decision.status != Status::kDefined) job.faults.push_back(std::string(entry) + ": " + decision.error.detail);
    }
    return nullptr;
  };
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, kSmallStack) == 0);
  pthread_t thread;
  REQUIRE(pthread_create(&thread, &attributes, run, &job) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  CHECK(job.faults == std::vector<std::string>{});
}

}  // namespace
}  // namespace writ
