// What writ.h promises of calls that go wrong: nothing of an earlier call is left, whatever the error; a context that
// is at work refuses; what no host answered fails; every option of a decision arrives in the record.
#include <atomic>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/api/c_test_library.h"
#include "writ/writ.h"

namespace {

using writ::text;

constexpr const char* kPolicy = "package p\ndefault allow := false\nallow if input.ok\n";
constexpr const char* kYes = R"({"ok":true})";

// Handles with a decision that allowed.
struct Allowed : writ::TestLibrary {
  Allowed() {
    load(kPolicy, "{}");
    again();
  }
  void again() {
    REQUIRE(decide("p/allow", kYes, WRIT_RECORD) == WRIT_OK);
    REQUIRE(writ_result_verdict(result) == WRIT_VERDICT_ALLOW);
    REQUIRE_FALSE(text(writ_result_record(result)).empty());
    REQUIRE_FALSE(text(writ_result_traceparent(result)).empty());
  }
  // Nothing of the decision before can be read anywhere.
  void check_forgotten(writ_verdict verdict) {
    const writ_result* seen = writ_context_result(context);
    CHECK(writ_result_verdict(seen) == verdict);
    CHECK(writ_result_code(seen) == 0);
    CHECK(writ_value_kind(writ_result_value(seen)) == WRIT_KIND_UNDEFINED);
    CHECK(writ_result_fuel(seen) == 0);
    writ_text json{"left", 4};
    CHECK(writ_result_json(seen, &json, nullptr) == WRIT_OK);
    CHECK(json.size == 0);
    CHECK(writ_result_record(seen).size == 0);
    CHECK(writ_result_decision_id(seen).size == 0);
    CHECK(writ_result_decision_digest(seen).size == 0);
    CHECK(writ_result_traceparent(seen).size == 0);
  }
};

TEST_CASE("C: whatever is wrong with a call, nothing of the decision before it is left") {
  Allowed l;
  writ_decide_options wrong{};
  auto options = [&wrong](auto set) -> const writ_decide_options* {
    wrong = writ_decide_options{};
    wrong.struct_size = sizeof(wrong);
    set(wrong);
    return &wrong;
  };
  auto decide = [&](const char* entry, const char* input, size_t size, const writ_decide_options* given) {
    return writ_decide(l.context, entry, WRIT_NUL, input, size, given, &l.result, l.error);
  };
  using Options = writ_decide_options;
  const std::vector<std::function<writ_status()>> calls = {
      [&] { return decide(nullptr, kYes, WRIT_NUL, nullptr); },
      [&] { return decide("p/allow", nullptr, 5, nullptr); },
      [&] { return decide("p/allow", kYes, WRIT_NUL, options([](Options& o) { o.struct_size = 0; })); },
      [&] { return decide("p/allow", kYes, WRIT_NUL, options([](Options& o) { o.struct_size = 4097; })); },
      [&] { return decide("p/allow", kYes, WRIT_NUL, options([](Options& o) { o.struct_size = 13; })); },
      [&] { return decide("p/allow", kYes, WRIT_NUL, options([](Options& o) { o.flags = 1u << 30; })); },
      [&] { return writ_query(l.context, nullptr, 3, nullptr, &l.result, l.error); },
      [&] { return writ_query(l.context, kYes, 3, options([](Options& o) { o.flags = 8; }), &l.result, l.error); },
  };
  for (size_t i = 0; i < calls.size(); ++i) {
    CAPTURE(i);
    l.again();
    CHECK(calls[i]() == WRIT_ERROR_ARGUMENT);
    CHECK(l.result == writ_context_result(l.context));
    CHECK(writ_error_status(l.error) == WRIT_ERROR_ARGUMENT);
    CHECK(writ_error_message(l.error).size > 0);
    l.check_forgotten(WRIT_VERDICT_ERROR);
  }
  l.again();
  CHECK(writ_decide_verdict(l.context, "p/allow", WRIT_NUL, nullptr, 5) == WRIT_VERDICT_ERROR);
  l.check_forgotten(WRIT_VERDICT_ERROR);
  l.again();
  CHECK(writ_decide_verdict_at(l.context, 0, nullptr, 5) == WRIT_VERDICT_ERROR);
  l.check_forgotten(WRIT_VERDICT_ERROR);
  // Calls that change a context, whether they succeed or not.
  l.again();
  CHECK(writ_context_set_program(l.context, nullptr, nullptr, l.error) == WRIT_ERROR_ARGUMENT);
  l.check_forgotten(WRIT_VERDICT_NONE);
  l.again();
  CHECK(writ_context_set_program(l.context, l.program, l.data, l.error) == WRIT_OK);
  l.check_forgotten(WRIT_VERDICT_NONE);
  l.again();
  CHECK(writ_context_set_labels(l.context, "{\"a\":1}", WRIT_NUL, l.error) == WRIT_ERROR_DOCUMENT);
  l.check_forgotten(WRIT_VERDICT_NONE);
  l.again();
  CHECK(writ_context_set_labels(l.context, nullptr, 3, l.error) == WRIT_ERROR_ARGUMENT);
  l.check_forgotten(WRIT_VERDICT_NONE);
}

TEST_CASE("C: output parameters of a call that fails hold nothing") {
  Allowed l;
  auto* junk = reinterpret_cast<char*>(&l);
  writ_source source{"p.rego", WRIT_NUL, "package", WRIT_NUL};
  auto* program = reinterpret_cast<writ_program*>(junk);
  CHECK(writ_program_compile(&source, 1, nullptr, &program, l.error) == WRIT_ERROR_POLICY);
  CHECK(program == nullptr);
  program = reinterpret_cast<writ_program*>(junk);
  CHECK(writ_program_compile(nullptr, 1, nullptr, &program, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(program == nullptr);
  program = reinterpret_cast<writ_program*>(junk);
  CHECK(writ_program_load("x", 1, nullptr, &program, l.error) == WRIT_ERROR_POLICY);
  CHECK(program == nullptr);
  program = reinterpret_cast<writ_program*>(junk);
  CHECK(writ_program_query(l.program, "x := ", WRIT_NUL, &program, l.error) == WRIT_ERROR_POLICY);
  CHECK(program == nullptr);
  void* bytes = junk;
  size_t size = 7;
  CHECK(writ_program_save(nullptr, &bytes, &size, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(bytes == nullptr);
  CHECK(size == 0);
  auto* data = reinterpret_cast<writ_data*>(junk);
  CHECK(writ_data_from_json("[]", WRIT_NUL, &data, l.error) == WRIT_ERROR_DOCUMENT);
  CHECK(data == nullptr);
  auto* context = reinterpret_cast<writ_context*>(junk);
  CHECK(writ_context_create(nullptr, nullptr, nullptr, &context, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(context == nullptr);
  char* json = junk;
  size = 7;
  CHECK(writ_value_to_json(writ_value{}, &json, &size, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(json == nullptr);
  CHECK(size == 0);
  int64_t number = 7;
  CHECK(writ_value_int64(writ_result_value(l.result), &number) == 0);
  CHECK(number == 0);
  writ_text view{"left", 4};
  CHECK(writ_result_json(nullptr, &view, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(view.size == 0);
  uint8_t digest[32];
  std::memset(digest, 7, sizeof(digest));
  CHECK(writ_context_policy_digest(nullptr, digest, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(std::string(reinterpret_cast<char*>(digest), 32) == std::string(32, '\0'));
  const writ_result* result = l.result;
  CHECK(writ_decide(nullptr, "p/allow", 7, kYes, 11, nullptr, &result, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(result == nullptr);
}

// --- Options ---------------------------------------------------------------------------------------------------------

TEST_CASE("C: every option of a decision is in its record") {
  Allowed l;
  uint8_t action[32];
  std::memset(action, 0xab, sizeof(action));
  std::string custom = R"({ "b": [1.50, "x"], "a": {} })";
  writ_decide_options options{};
  options.struct_size = sizeof(options);
  options.flags = WRIT_RECORD | WRIT_OPEN_COMMITMENTS | WRIT_NOT_ENFORCED;
  options.fuel = 999;
  options.keep_rejected = 100;
  options.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  options.traceparent_size = WRIT_NUL;
  options.tracestate = "vendor=1!";
  options.tracestate_size = 8;
  options.requested_by = "10.0.0.7";
  options.requested_by_size = WRIT_NUL;
  options.batch_decision_id = "batch-7";
  options.batch_decision_id_size = WRIT_NUL;
  options.custom = custom.data();
  options.custom_size = custom.size();
  options.action_digest = action;
  REQUIRE(writ_decide(l.context, "p/allow", 7, kYes, 11, &options, &l.result, l.error) == WRIT_OK);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ALLOW);
  std::string record = text(writ_result_record(l.result));
  CAPTURE(record);
  auto has = [&record](std::string_view member) { return record.find(member) != std::string::npos; };
  CHECK(has(R"("call":{"fuel":999})"));
  CHECK(has(R"("traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")"));
  CHECK(has(R"("tracestate":"vendor=1")"));
  CHECK(has(R"("requested_by":"10.0.0.7")"));
  CHECK(has(R"("batch_decision_id":"batch-7")"));
  CHECK(has(R"("custom":{"a":{},"b":[1.5,"x"]})"));
  CHECK(has(R"("enforced":false)"));
  CHECK_FALSE(has(R"("salt":{)"));
  CHECK(has("\"action\":\"sha256:abababab"));
  CHECK(writ_decide(l.context, "p/allow", 7, "{", 1, &options, &l.result, l.error) == WRIT_ERROR_DOCUMENT);
  record = text(writ_result_record(l.result));
  CHECK(has(R"("text":"ew==")"));

  // None of them stays for the decision after it.
  l.again();
  record = text(writ_result_record(l.result));
  for (const char* member : {"traceparent", "tracestate", "requested_by", "batch_decision_id", "custom", "enforced",
                             "\"action\"", "\"fuel\":999", "raw"}) {
    CAPTURE(member);
    CHECK_FALSE(has(member));
  }
  CHECK(has(R"("salt":{)"));
}

TEST_CASE("C: options that are not what they must be") {
  Allowed l;
  struct Row {
    const char* custom;
    size_t size;
    const char* code;
  };
  std::string huge = "{\"a\":\"" + std::string(4u << 20, 'x') + "\"}";
  std::string deep = "{\"a\":" + std::string(512, '[') + std::string(512, ']') + "}";
  const Row rows[] = {{"", 0, "E_JSON_SYNTAX"},
                      {"[]", 2, "E_JSON_SYNTAX"},
                      {"null", 4, "E_JSON_SYNTAX"},
                      {"{", 1, "E_JSON_SYNTAX"},
                      {"{\"a\":1,\"a\":2}", WRIT_NUL, "E_DUP_KEY"},
                      {"{\"a\":\"\xff\"}", WRIT_NUL, "E_UTF8"},
                      {huge.data(), huge.size(), "E_SIZE"},
                      {deep.data(), deep.size(), "E_DEPTH"}};
  for (uint32_t flags : {0u, static_cast<uint32_t>(WRIT_RECORD)}) {
    for (const Row& row : rows) {
      CAPTURE(row.code, flags);
      l.again();
      writ_decide_options options{};
      options.struct_size = sizeof(options);
      options.flags = flags;
      options.custom = row.custom;
      options.custom_size = row.size;
      CHECK(writ_decide(l.context, "p/allow", 7, kYes, 11, &options, &l.result, l.error) == WRIT_ERROR_DOCUMENT);
      CHECK(text(writ_error_code_name(l.error)) == row.code);
      CHECK(text(writ_error_message(l.error)).find("the option `custom`") == 0);
      CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
      CHECK(writ_result_code(l.result) == writ_error_code(l.error));
      CHECK(writ_result_record(l.result).size == 0);
      CHECK(writ_result_fuel(l.result) == 0);
    }
    writ_decide_options options{};
    options.struct_size = sizeof(options);
    options.flags = flags;
    options.requested_by = "\xff";
    options.requested_by_size = 1;
    CHECK(writ_decide(l.context, "p/allow", 7, kYes, 11, &options, &l.result, l.error) == WRIT_ERROR_DOCUMENT);
    CHECK(text(writ_error_message(l.error)) == "the option `requested_by` is not UTF-8");
    CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
    options.requested_by = nullptr;
    options.batch_decision_id = "\xc0\x80";
    options.batch_decision_id_size = 2;
    CHECK(writ_decide(l.context, "p/allow", 7, kYes, 11, &options, &l.result, l.error) == WRIT_ERROR_DOCUMENT);
    CHECK(text(writ_error_message(l.error)) == "the option `batch_decision_id` is not UTF-8");
  }
}

TEST_CASE("C: structs of older and newer headers") {
  Allowed l;
  struct Newer {
    writ_decide_options known;
    const char* unknown;
  } newer{};
  newer.known.struct_size = sizeof(newer);
  auto decide = [&] { return writ_decide(l.context, "p/allow", 7, kYes, 11, &newer.known, &l.result, l.error); };
  CHECK(decide() == WRIT_OK);
  newer.unknown = "on";
  CHECK(decide() == WRIT_ERROR_ARGUMENT);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
  // An older one ends before members that are set here.
  newer.known.struct_size = offsetof(writ_decide_options, custom);
  newer.known.custom = "no JSON";
  newer.known.custom_size = 7;
  CHECK(decide() == WRIT_OK);
  writ_host host{};
  host.struct_size = offsetof(writ_host, call);
  host.call = reinterpret_cast<decltype(host.call)>(&l);
  writ_context* context = nullptr;
  CHECK(writ_context_create(l.program, nullptr, &host, &context, l.error) == WRIT_OK);
  writ_context_free(context);
}

// --- Hosts -----------------------------------------------------------------------------------------------------------

// Each rule would allow if the call were undefined, empty or anything else that nobody answered.
constexpr const char* kWorld =
    "package p\n"
    "runtime if not opa.runtime().env.LOCKED\n"
    "runtime_object if is_object(opa.runtime())\n"
    "send if not http.send({\"method\": \"get\", \"url\": \"http://example.org\"}).body.locked\n"
    "lookup if not net.lookup_ip_addr(\"example.org\")[\"192.0.2.1\"]\n"
    "own if not acme.locked(1)\n"
    "collected if count([x | x := acme.locked(1)]) == 0\n"
    "otherwise := acme.locked(1) if false else := true if not acme.locked(2)\n"
    "every_one if { every x in [1, 2] { not acme.locked(x) } }\n"
    "now if time.now_ns() > 1700000000000000000\n"
    "drawn if rand.intn(\"x\", 5) in {0, 1, 2, 3, 4}\n"
    "named if count(uuid.rfc4122(\"x\")) == 36\n";

TEST_CASE("C: what no host answers fails, strict and not") {
  for (int strict : {0, 1}) {
    writ_host silent{};  // answers no call
    silent.struct_size = sizeof(silent);
    writ_host no_call = silent;
    silent.call = [](void*, const char*, size_t, const writ_value*, size_t, writ_reply*) {};
    writ_host broken = silent;
    broken.call = [](void*, const char*, size_t, const writ_value*, size_t, writ_reply* reply) {
      writ_reply_json(reply, "{", 1);  // not JSON: the reply that counts
    };
    const writ_host* const hosts[] = {nullptr, &no_call, &silent, &broken};
    for (const writ_host* host : hosts) {
      writ::TestLibrary l;
      REQUIRE(writ_options_set_strict_builtin_errors(l.options, strict) == WRIT_OK);
      REQUIRE(writ_options_add_function(l.options, "acme.locked", WRIT_NUL, 1, WRIT_CALL_EACH) == WRIT_OK);
      l.load(kWorld, "{}", host);
      for (const char* rule : {"p/runtime", "p/runtime_object", "p/send", "p/lookup", "p/own", "p/collected",
                               "p/otherwise", "p/every_one"}) {
        CAPTURE(rule, strict);
        CHECK(writ_decide_verdict(l.context, rule, WRIT_NUL, "{}", 2) == WRIT_VERDICT_ERROR);
        CHECK(l.decide(rule, "{}", WRIT_RECORD) == WRIT_ERROR_OUTSIDE);
        CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
        CHECK(text(writ_result_record(l.result)).find("\"verdict\":\"error\"") != std::string::npos);
      }
      // The clock and the randomness that a host leaves out are the system's, and recorded.
      for (const char* rule : {"p/now", "p/drawn", "p/named"}) {
        CAPTURE(rule, strict);
        CHECK(l.decide(rule, "{}", WRIT_RECORD) == WRIT_OK);
        CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ALLOW);
        CHECK(text(writ_result_record(l.result)).find("\"nd\":[{") != std::string::npos);
      }
    }
  }
}

TEST_CASE("C: the last reply of a host counts, also if it is refused") {
  using Answer = void (*)(writ_reply*);
  struct Row {
    Answer answer;
    const char* message;  // null: it allows
  };
  const Row rows[] = {
      {[](writ_reply* r) { writ_reply_json(r, "false", 5), writ_reply_json(r, "true", 4); }, nullptr},
      {[](writ_reply* r) { writ_reply_error(r, "no", 2), writ_reply_json(r, "true", 4); }, nullptr},
      {[](writ_reply*) {}, "`acme.f` was not answered by the host"},
      {[](writ_reply* r) { writ_reply_json(r, "true", 4), writ_reply_json(r, "tru", 3); },
       "`acme.f` was answered with what is not acceptable JSON"},
      {[](writ_reply* r) { writ_reply_json(r, "true", 4), writ_reply_json(r, nullptr, 4); },
       "`acme.f` was answered with what is not acceptable JSON"},
      {[](writ_reply* r) { writ_reply_json(r, "true", 4), writ_reply_error(r, "no", 2); }, "no"},
      {[](writ_reply* r) { writ_reply_json(r, "true", 4), writ_reply_error(r, "", 0); }, "`acme.f` failed"},
      {[](writ_reply* r) { writ_reply_json(r, "true", 4), writ_reply_error(r, nullptr, 2); },
       "`acme.f` was answered with what is not acceptable JSON"}};
  for (const Row& row : rows) {
    CAPTURE(&row - rows);
    writ_host host{};
    host.struct_size = sizeof(host);
    host.user = const_cast<Row*>(&row);
    host.call = [](void* user, const char*, size_t, const writ_value*, size_t, writ_reply* reply) {
      static_cast<Row*>(user)->answer(reply);
    };
    writ::TestLibrary l;
    REQUIRE(writ_options_add_function(l.options, "acme.f", WRIT_NUL, 0, WRIT_CALL_EACH) == WRIT_OK);
    l.load("package p\nallow if acme.f()\n", "{}", &host);
    CHECK(l.decide("p/allow", "{}") == (row.message == nullptr ? WRIT_OK : WRIT_ERROR_OUTSIDE));
    CHECK(writ_result_verdict(l.result) == (row.message == nullptr ? WRIT_VERDICT_ALLOW : WRIT_VERDICT_ERROR));
    if (row.message != nullptr) CHECK(text(writ_error_message(l.error)) == row.message);
  }
}

TEST_CASE("C: a clock or a randomness that fails") {
  for (int strict : {0, 1}) {
    writ_host host{};
    host.struct_size = sizeof(host);
    host.now_ns = [](void*, uint64_t*) { return 1; };
    host.entropy = [](void*, uint8_t*, size_t) { return 1; };
    writ::TestLibrary l;
    REQUIRE(writ_options_set_strict_builtin_errors(l.options, strict) == WRIT_OK);
    l.load(
        "package p\nnow if not time.now_ns() < 0\ndrawn if not rand.intn(\"x\", 5) < 0\n"
        "named if not uuid.rfc4122(\"x\") == \"\"\n",
        "{}", &host);
    for (const char* rule : {"p/now", "p/drawn", "p/named"}) {
      for (uint32_t flags : {0u, static_cast<uint32_t>(WRIT_RECORD)}) {
        CAPTURE(rule, strict, flags);
        CHECK(l.decide(rule, "{}", flags) == WRIT_ERROR_OUTSIDE);
        CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
        CHECK(writ_result_record(l.result).size == 0);
      }
    }
    // What ended the decision is the clock, not the input that was refused before the record could be begun.
    CHECK(l.decide("p/now", "{", WRIT_RECORD) == WRIT_ERROR_OUTSIDE);
    CHECK(l.decide("p/now", "{") == WRIT_ERROR_DOCUMENT);
  }
}

// --- At work ---------------------------------------------------------------------------------------------------------

// Every function that is given a context or its result, from a callback of that context.
TEST_CASE("C: a context that is at work refuses every call") {
  Allowed outer;
  struct Inside {
    writ_context* context = nullptr;
    const writ_result* result = nullptr;
    writ_error* error = nullptr;
    const writ_program* program = nullptr;
    int calls = 0;
  } inside;
  writ_host host{};
  host.struct_size = sizeof(host);
  host.user = &inside;
  host.call = [](void* user, const char*, size_t, const writ_value*, size_t, writ_reply* reply) {
    Inside& in = *static_cast<Inside*>(user);
    ++in.calls;
    const writ_result* result = in.result;
    CHECK(writ_decide(in.context, "p/own", 5, "{}", 2, nullptr, &result, in.error) == WRIT_ERROR_ARGUMENT);
    CHECK(result == nullptr);
    CHECK(text(writ_error_message(in.error)) == "the context is in use");
    CHECK(writ_query(in.context, "{}", 2, nullptr, nullptr, nullptr) == WRIT_ERROR_ARGUMENT);
    CHECK(writ_decide_verdict(in.context, "p/own", 5, "{}", 2) == WRIT_VERDICT_ERROR);
    CHECK(writ_decide_verdict_at(in.context, 0, "{}", 2) == WRIT_VERDICT_ERROR);
    CHECK(writ_context_set_program(in.context, in.program, nullptr, nullptr) == WRIT_ERROR_ARGUMENT);
    CHECK(writ_context_set_labels(in.context, "{}", 2, nullptr) == WRIT_ERROR_ARGUMENT);
    uint8_t digest[32];
    CHECK(writ_context_policy_digest(in.context, digest, nullptr) == WRIT_ERROR_ARGUMENT);
    CHECK(writ_context_result(in.context) == nullptr);
    CHECK(writ_result_verdict(in.result) == WRIT_VERDICT_NONE);
    CHECK(writ_result_code(in.result) == 0);
    CHECK(writ_result_fuel(in.result) == 0);
    CHECK(writ_value_kind(writ_result_value(in.result)) == WRIT_KIND_UNDEFINED);
    writ_text view;
    CHECK(writ_result_json(in.result, &view, nullptr) == WRIT_ERROR_ARGUMENT);
    CHECK(writ_result_record(in.result).size == 0);
    CHECK(writ_result_decision_id(in.result).size == 0);
    CHECK(writ_result_decision_digest(in.result).size == 0);
    CHECK(writ_result_traceparent(in.result).size == 0);
    writ_context_free(in.context);
    writ_reply_json(reply, "true", 4);
  };
  writ::TestLibrary l;
  REQUIRE(writ_options_add_function(l.options, "acme.own", WRIT_NUL, 0, WRIT_CALL_EACH) == WRIT_OK);
  l.load("package p\nown if acme.own()\n", "{}", &host);
  inside = {l.context, writ_context_result(l.context), l.error, l.program, 0};
  REQUIRE(l.decide("p/own", "{}", WRIT_RECORD) == WRIT_OK);
  // What the callback did with the error is not what the outer call says.
  CHECK(writ_error_status(l.error) == WRIT_OK);
  CHECK(writ_error_code(l.error) == 0);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ALLOW);
  CHECK(inside.calls == 1);
  outer.again();
}

// Run with the thread sanitizer too. Whoever is refused is told so, and nobody is allowed what the policy denies.
TEST_CASE("C: two threads that use one context by mistake", "[threads]") {
  writ::TestLibrary l;
  l.load(kPolicy, "{}");
  constexpr int kRounds = 3000;
  std::atomic<int> wrong{0}, refused{0}, decided{0};
  auto count = [&](writ_status status) {
    if (status == WRIT_OK) ++decided;
    if (status == WRIT_ERROR_ARGUMENT) ++refused;
    if (status != WRIT_OK && status != WRIT_ERROR_ARGUMENT) ++wrong;
  };
  auto work = [&](int number) {
    writ_error* error = writ_error_create();
    for (int i = 0; i < kRounds; ++i) {
      const writ_result* result = nullptr;
      switch ((i + number) % 6) {
        case 0: count(writ_decide(l.context, "p/allow", 7, kYes, 11, nullptr, &result, error)); break;
        case 1: {
          writ_verdict verdict = writ_decide_verdict(l.context, "p/allow", 7, "{}", 2);
          if (verdict != WRIT_VERDICT_DENY && verdict != WRIT_VERDICT_ERROR) ++wrong;
          break;
        }
        case 2: count(writ_context_set_program(l.context, l.program, l.data, error)); break;
        case 3: count(writ_context_set_labels(l.context, "{\"a\":\"b\"}", WRIT_NUL, error)); break;
        case 4: {
          const writ_result* last = writ_context_result(l.context);
          writ_result_verdict(last);
          writ_result_code(last);
          writ_result_fuel(last);
          writ_text json;
          writ_result_json(last, &json, nullptr);
          writ_result_decision_digest(last);
          break;
        }
        default: {
          uint8_t digest[32];
          count(writ_context_policy_digest(l.context, digest, error));
        }
      }
    }
    writ_error_free(error);
  };
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) threads.emplace_back(work, number);
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(decided > 0);
  CHECK(decided + refused == 4 * kRounds * 4 / 6);
  CHECK(writ_decide_verdict(l.context, "p/allow", 7, kYes, 11) == WRIT_VERDICT_ALLOW);
}

}  // namespace
