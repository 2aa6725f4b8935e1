// The C library as its callers see it; nothing here knows what is behind writ.h.
#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/api/c_test_library.h"
#include "engine/base/test_source.h"
#include "writ/writ.h"

namespace {

constexpr const char* kPolicy =
    "package authz\n"
    "default allow := false\n"
    "allow if { input.user in data.admins; input.amount <= 10.5 }\n"
    "echo := input\n"
    "shapes := {\"s\": {3, 1, 2}, \"a\": [null, true, 12345678901234567890, -7, 1.50], \"k\": {1: \"one\"},\n"
    "           \"t\": \"text\"}\n";

using writ::text;

struct Library : writ::TestLibrary {
  void load(const char* policy = kPolicy, const char* json = R"({"admins":["alice"]})",
            const writ_host* host = nullptr) {
    TestLibrary::load(policy, json, host);
  }
};

TEST_CASE("C: versions") {
  CHECK(std::string(writ_version()) == WRIT_VERSION);
  CHECK(writ_abi_version() == WRIT_ABI_VERSION);
}

TEST_CASE("C: ten lines to a verdict") {
  Library l;
  l.load();
  CHECK(writ_decide_verdict(l.context, "authz/allow", WRIT_NUL, R"({"user":"alice","amount":10.5})", WRIT_NUL) ==
        WRIT_VERDICT_ALLOW);
  CHECK(writ_decide_verdict(l.context, "authz/allow", WRIT_NUL, R"({"user":"alice","amount":10.51})", WRIT_NUL) ==
        WRIT_VERDICT_DENY);
  CHECK(writ_decide_verdict(l.context, "authz/echo", WRIT_NUL, nullptr, 0) == WRIT_VERDICT_UNDEFINED);
  CHECK(writ_decide_verdict(l.context, "authz/echo", WRIT_NUL, "{", WRIT_NUL) == WRIT_VERDICT_ERROR);
  CHECK(writ_decide_verdict(l.context, "authz/none", WRIT_NUL, "{}", WRIT_NUL) == WRIT_VERDICT_ERROR);
  CHECK(writ_result_code(writ_context_result(l.context)) == 50);
  uint32_t number = writ_program_find(l.program, "data.authz.allow", WRIT_NUL);
  REQUIRE(number != WRIT_NOT_FOUND);
  CHECK(writ_decide_verdict_at(l.context, number, R"({"user":"alice","amount":1})", WRIT_NUL) == WRIT_VERDICT_ALLOW);
  CHECK(writ_decide_verdict_at(l.context, WRIT_NOT_FOUND, "{}", WRIT_NUL) == WRIT_VERDICT_ERROR);
  CHECK(writ_program_find(l.program, "authz/none", WRIT_NUL) == WRIT_NOT_FOUND);
}

TEST_CASE("C: every verdict of the mode that takes objects") {
  Library l;
  REQUIRE(writ_options_set_mode(l.options, WRIT_MODE_OBJECT) == WRIT_OK);
  l.load("package p\nanswer := {\"verdict\": input} if input\n");
  struct Row {
    const char* input;
    writ_verdict verdict;
  };
  for (const Row& row : {Row{"\"allow\"", WRIT_VERDICT_ALLOW}, Row{"\"deny\"", WRIT_VERDICT_DENY},
                         Row{"\"escalate\"", WRIT_VERDICT_ESCALATE}, Row{"\"transform\"", WRIT_VERDICT_TRANSFORM},
                         Row{"\"defer\"", WRIT_VERDICT_DEFER}}) {
    CAPTURE(row.input);
    CHECK(l.decide("p/answer", row.input) == WRIT_OK);
    CHECK(writ_result_verdict(l.result) == row.verdict);
    CHECK(writ_result_code(l.result) == 0);
    CHECK(writ_decide_verdict(l.context, "p/answer", WRIT_NUL, row.input, WRIT_NUL) == row.verdict);
  }
  CHECK(l.decide("p/answer", "\"permit\"") == WRIT_ERROR_EVALUATION);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
  CHECK(l.decide("p/answer", nullptr) == WRIT_OK);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_UNDEFINED);
}

TEST_CASE("C: null handles and senseless calls are errors, not crashes") {
  Library l;
  CHECK(writ_program_compile(nullptr, 1, nullptr, &l.program, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_error_status(l.error) == WRIT_ERROR_ARGUMENT);
  CHECK_FALSE(text(writ_error_message(l.error)).empty());
  CHECK(writ_program_compile(nullptr, 0, nullptr, nullptr, nullptr) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_program_load(nullptr, 5, nullptr, &l.program, nullptr) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_context_create(nullptr, nullptr, nullptr, &l.context, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_decide_verdict(nullptr, "a", WRIT_NUL, nullptr, 0) == WRIT_VERDICT_ERROR);
  CHECK(writ_decide(nullptr, "a", 1, nullptr, 0, nullptr, nullptr, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_result_verdict(nullptr) == WRIT_VERDICT_NONE);
  CHECK(writ_value_kind(writ_result_value(nullptr)) == WRIT_KIND_UNDEFINED);
  CHECK(writ_options_set_mode(nullptr, WRIT_MODE_NONE) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_options_set_mode(l.options, static_cast<writ_mode>(9)) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_options_set_limit(l.options, WRIT_LIMIT_FUEL, 0) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_options_set_limit(l.options, WRIT_LIMIT_CALL_DEPTH, 1ull << 32) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_options_set_rego_version(l.options, 3) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_options_add_function(l.options, "count", WRIT_NUL, 1, WRIT_CALL_EACH) == WRIT_ERROR_ARGUMENT);
  writ_program_free(nullptr);
  writ_data_free(nullptr);
  writ_context_free(nullptr);
  writ_options_free(nullptr);
  writ_error_free(nullptr);
  writ_free(nullptr);
  CHECK(writ_error_code(nullptr) == 0);
  CHECK(text(writ_error_json(nullptr)) == R"({"errors":[]})");
  l.load();
  CHECK(writ_result_verdict(writ_context_result(l.context)) == WRIT_VERDICT_NONE);
  CHECK(writ_decide(l.context, nullptr, 0, nullptr, 0, nullptr, &l.result, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_decide(l.context, "authz/echo", WRIT_NUL, nullptr, 3, nullptr, &l.result, l.error) == WRIT_ERROR_ARGUMENT);
  writ_decide_options bad{};
  CHECK(writ_decide(l.context, "authz/echo", WRIT_NUL, "1", 1, &bad, &l.result, l.error) == WRIT_ERROR_ARGUMENT);
  bad.struct_size = sizeof(bad);
  bad.flags = 64;
  CHECK(writ_decide(l.context, "authz/echo", WRIT_NUL, "1", 1, &bad, &l.result, l.error) == WRIT_ERROR_ARGUMENT);
}

TEST_CASE("C: errors in a policy, with their locations") {
  Library l;
  CHECK(l.compile("package p\nallow if x\nb := undefined_function(1)\n") == WRIT_ERROR_POLICY);
  CHECK(l.program == nullptr);
  CHECK(writ_error_status(l.error) == WRIT_ERROR_POLICY);
  CHECK(text(writ_error_code_name(l.error)) == "E_POLICY");
  CHECK(text(writ_error_file(l.error)) == "policy.rego");
  CHECK(writ_error_row(l.error) >= 2);
  CHECK(text(writ_error_json(l.error)).find("\"errors\"") != std::string::npos);
  CHECK(text(writ_error_json(l.error)).find("rego_") != std::string::npos);
  // The place in the JSON and the one asked for are the same, at the end of a text too.
  for (const char* policy : {"package p\np := ", "package p\np := 1 +\n", "package p\np := }"}) {
    CHECK(l.compile(policy) == WRIT_ERROR_POLICY);
    CHECK(text(writ_error_json(l.error)).find("\"col\": " + std::to_string(writ_error_column(l.error)) + "\n") !=
          std::string::npos);
  }
  // The same error is clean after the next success.
  REQUIRE(l.compile(kPolicy) == WRIT_OK);
  CHECK(writ_error_status(l.error) == WRIT_OK);
  CHECK(writ_error_code(l.error) == 0);
  CHECK(text(writ_error_json(l.error)) == R"({"errors":[]})");
}

TEST_CASE("C: documents that are refused") {
  Library l;
  CHECK(writ_data_from_json("[]", WRIT_NUL, &l.data, l.error) == WRIT_ERROR_DOCUMENT);
  CHECK(writ_data_from_json("", 0, &l.data, l.error) == WRIT_ERROR_DOCUMENT);
  CHECK(writ_data_from_json("{\"a\":1,\"a\":2}", WRIT_NUL, &l.data, l.error) == WRIT_ERROR_DOCUMENT);
  CHECK(text(writ_error_code_name(l.error)) == "E_DUP_KEY");
  CHECK(writ_error_offset(l.error) > 0);
  CHECK(l.data == nullptr);
  l.load();
  CHECK(l.decide("authz/echo", "\"\xc0\x80\"") == WRIT_ERROR_DOCUMENT);
  CHECK(writ_error_code(l.error) == 4);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
  std::string deep(600, '[');
  CHECK(l.decide("authz/echo", deep.c_str()) == WRIT_ERROR_DOCUMENT);
  CHECK(l.decide("authz/none", deep.c_str()) == WRIT_ERROR_ENTRY);
  CHECK(writ_error_code(l.error) == 50);
}

TEST_CASE("C: the rule that is where data is") {
  Library l;
  REQUIRE(l.compile("package a\nb := 1\n") == WRIT_OK);
  REQUIRE(writ_data_from_json(R"({"a":{"b":2}})", WRIT_NUL, &l.data, l.error) == WRIT_OK);
  CHECK(writ_context_create(l.program, l.data, nullptr, &l.context, l.error) == WRIT_ERROR_POLICY);
  CHECK(text(writ_error_message(l.error)) == "conflicting rule for data path a/b found");
  CHECK(text(writ_error_json(l.error)) ==
        R"({"errors":[{"code":"rego_compile_error","location":{"col":1,"file":"policy.rego","row":2},)"
        R"("message":"conflicting rule for data path a/b found"}]})");
}

TEST_CASE("C: values are walked without JSON") {
  Library l;
  REQUIRE(writ_options_set_mode(l.options, WRIT_MODE_NONE) == WRIT_OK);
  l.load();
  REQUIRE(l.decide("authz/shapes", nullptr) == WRIT_OK);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_VALUE);
  writ_value value = writ_result_value(l.result);
  REQUIRE(writ_value_kind(value) == WRIT_KIND_OBJECT);
  REQUIRE(writ_value_size(value) == 4);
  CHECK(text(writ_value_string(writ_value_key(value, 0))) == "a");
  CHECK(writ_value_kind(writ_value_key(value, 4)) == WRIT_KIND_UNDEFINED);
  writ_value array = writ_value_member(value, "a", WRIT_NUL);
  REQUIRE(writ_value_kind(array) == WRIT_KIND_ARRAY);
  CHECK(writ_value_kind(writ_value_item(array, 0)) == WRIT_KIND_NULL);
  CHECK(writ_value_boolean(writ_value_item(array, 1)) == 1);
  int64_t number = 0;
  CHECK(writ_value_int64(writ_value_item(array, 2), &number) == 0);
  char digits[32];
  size_t size = writ_value_number(writ_value_item(array, 2), digits, sizeof(digits));
  CHECK(std::string(digits, size) == "12345678901234567890");
  CHECK(writ_value_number(writ_value_item(array, 2), digits, 3) == 20);
  CHECK(writ_value_int64(writ_value_item(array, 3), &number) == 1);
  CHECK(number == -7);
  size = writ_value_number(writ_value_item(array, 4), digits, sizeof(digits));
  CHECK(std::string(digits, size) == "1.5");
  CHECK(writ_value_number(value, digits, sizeof(digits)) == 0);
  CHECK(writ_value_kind(writ_value_item(array, 5)) == WRIT_KIND_UNDEFINED);
  writ_value set = writ_value_member(value, "s", 1);
  CHECK(writ_value_kind(set) == WRIT_KIND_SET);
  CHECK(writ_value_int64(writ_value_item(set, 0), &number) == 1);
  CHECK(number == 1);
  writ_value keyed = writ_value_member(value, "k", 1);
  CHECK(writ_value_kind(writ_value_key(keyed, 0)) == WRIT_KIND_NUMBER);
  CHECK(writ_value_kind(writ_value_member(value, "none", 4)) == WRIT_KIND_UNDEFINED);
  CHECK(writ_value_size(writ_value_member(value, "t", 1)) == 0);
  CHECK(l.json() == R"({"a":[null,true,12345678901234567890,-7,1.5],"k":{"1":"one"},"s":[1,2,3],"t":"text"})");
  char* part = nullptr;
  REQUIRE(writ_value_to_json(set, &part, &size, l.error) == WRIT_OK);
  CHECK(std::string(part, size) == "[1,2,3]");
  CHECK(std::strlen(part) == size);
  writ_free(part);
  CHECK(writ_value_to_json(writ_value{}, &part, &size, l.error) == WRIT_ERROR_ARGUMENT);
  REQUIRE(l.decide("authz/echo", nullptr) == WRIT_OK);
  CHECK(l.json().empty());
}

TEST_CASE("C: programs as bytes, queries, entry points") {
  Library l;
  REQUIRE(writ_options_add_entrypoint(l.options, "data.authz.allow", WRIT_NUL) == WRIT_OK);
  l.load();
  CHECK(writ_program_entrypoint_count(l.program) == 1);
  CHECK(text(writ_program_entrypoint(l.program, 0)) == "authz/allow");
  CHECK(text(writ_program_entrypoint(l.program, 1)).empty());
  CHECK(text(writ_program_config(l.program)).find("\"entrypoints\":[\"authz/allow\"]") != std::string::npos);
  CHECK(l.decide("authz/echo", "true") == WRIT_ERROR_ENTRY);

  void* bytes = nullptr;
  size_t size = 0;
  REQUIRE(writ_program_save(l.program, &bytes, &size, l.error) == WRIT_OK);
  Library loaded;
  REQUIRE(writ_program_load(bytes, size, l.options, &loaded.program, loaded.error) == WRIT_OK);
  static_cast<char*>(bytes)[size / 2] ^= 1;
  writ_program* broken = nullptr;
  CHECK(writ_program_load(bytes, size, nullptr, &broken, loaded.error) == WRIT_ERROR_POLICY);
  CHECK(broken == nullptr);
  writ_free(bytes);
  REQUIRE(writ_context_create(loaded.program, l.data, nullptr, &loaded.context, loaded.error) == WRIT_OK);
  CHECK(loaded.decide("authz/allow", R"({"user":"alice","amount":1})") == WRIT_OK);
  CHECK(writ_result_verdict(loaded.result) == WRIT_VERDICT_ALLOW);
  uint8_t a[32], b[32];
  REQUIRE(writ_context_policy_digest(l.context, a, l.error) == WRIT_OK);
  REQUIRE(writ_context_policy_digest(loaded.context, b, loaded.error) == WRIT_OK);
  CHECK(std::memcmp(a, b, 32) == 0);

  writ_program* query = nullptr;
  REQUIRE(writ_program_query(loaded.program, "x := data.admins[i]", WRIT_NUL, &query, loaded.error) == WRIT_OK);
  REQUIRE(writ_context_set_program(loaded.context, query, l.data, loaded.error) == WRIT_OK);
  writ_program_free(query);
  REQUIRE(writ_query(loaded.context, nullptr, 0, nullptr, &loaded.result, loaded.error) == WRIT_OK);
  CHECK(loaded.json() == R"([{"i":0,"x":"alice"}])");
  CHECK(writ_query(l.context, nullptr, 0, nullptr, &l.result, l.error) == WRIT_ERROR_ENTRY);
  CHECK(writ_program_query(l.program, "x := ", WRIT_NUL, &query, l.error) == WRIT_ERROR_POLICY);
}

TEST_CASE("C: a call that fails leaves no verdict of the one before it") {
  Library l;
  l.load();
  const char* input = R"({"user":"alice","amount":1})";
  writ_decide_options wrong{};
  wrong.struct_size = sizeof(wrong);
  wrong.flags = 1u << 31;
  auto allow = [&] {
    REQUIRE(l.decide("authz/allow", input) == WRIT_OK);
    REQUIRE(writ_result_verdict(l.result) == WRIT_VERDICT_ALLOW);
  };
  allow();
  CHECK(writ_decide(l.context, "authz/allow", 11, input, WRIT_NUL, &wrong, &l.result, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
  CHECK(writ_value_kind(writ_result_value(l.result)) == WRIT_KIND_UNDEFINED);
  allow();
  CHECK(writ_decide(l.context, nullptr, 0, input, WRIT_NUL, nullptr, &l.result, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_result_verdict(writ_context_result(l.context)) == WRIT_VERDICT_ERROR);
  allow();
  CHECK(writ_query(l.context, nullptr, 3, nullptr, &l.result, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_result_verdict(l.result) == WRIT_VERDICT_ERROR);
  allow();
  CHECK(writ_decide(nullptr, "authz/allow", 11, input, WRIT_NUL, nullptr, &l.result, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(l.result == nullptr);
  allow();
  CHECK(writ_decide_verdict(l.context, nullptr, 0, input, WRIT_NUL) == WRIT_VERDICT_ERROR);
  CHECK(writ_result_verdict(writ_context_result(l.context)) == WRIT_VERDICT_ERROR);
  allow();
  CHECK(writ_decide_verdict(l.context, "authz/allow", WRIT_NUL, nullptr, 3) == WRIT_VERDICT_ERROR);
  CHECK(writ_result_verdict(writ_context_result(l.context)) == WRIT_VERDICT_ERROR);
}

TEST_CASE("C: records") {
  Library l;
  l.load();
  REQUIRE(writ_context_set_labels(l.context, R"({"app": "billing"})", WRIT_NUL, l.error) == WRIT_OK);
  CHECK(writ_context_set_labels(l.context, "[]", WRIT_NUL, l.error) == WRIT_ERROR_DOCUMENT);
  writ_decide_options options{};
  options.struct_size = sizeof(options);
  options.flags = WRIT_RECORD;
  options.fuel = 1000;
  options.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  options.traceparent_size = WRIT_NUL;
  options.requested_by = "someone";
  options.requested_by_size = 4;
  const char* input = R"({"user":"alice","amount":1})";
  REQUIRE(writ_decide(l.context, "authz/allow", WRIT_NUL, input, WRIT_NUL, &options, &l.result, l.error) == WRIT_OK);
  std::string record = text(writ_result_record(l.result));
  CHECK(record.back() == '\n');
  CHECK(record.find(R"("labels":{"app":"billing"})") != std::string::npos);
  CHECK(record.find(R"("requested_by":"some")") != std::string::npos);
  CHECK(record.find(R"("call":{"fuel":1000})") != std::string::npos);
  CHECK(record.find(text(writ_result_decision_digest(l.result))) != std::string::npos);
  CHECK(record.find("\"decision_id\":\"" + text(writ_result_decision_id(l.result))) != std::string::npos);
  CHECK(text(writ_result_traceparent(l.result)).substr(0, 36) == "00-4bf92f3577b34da6a3ce929d0e0e4736-");
  REQUIRE(l.decide("authz/allow", input) == WRIT_OK);
  CHECK(text(writ_result_record(l.result)).empty());
  CHECK(text(writ_result_decision_id(l.result)).empty());
  CHECK(text(writ_result_traceparent(l.result)).empty());
  // A rejected input is recorded too.
  CHECK(l.decide("authz/allow", "{", WRIT_RECORD) == WRIT_ERROR_DOCUMENT);
  CHECK(text(writ_result_record(l.result)).find("E_JSON_SYNTAX") != std::string::npos);

  // A module whose path cannot be part of a digest decides, and says why it cannot record.
  Library absolute;
  writ_source source{"/etc/policy.rego", WRIT_NUL, "package p\nallow := true\n", WRIT_NUL};
  REQUIRE(writ_program_compile(&source, 1, nullptr, &absolute.program, absolute.error) == WRIT_OK);
  REQUIRE(writ_context_create(absolute.program, nullptr, nullptr, &absolute.context, absolute.error) == WRIT_OK);
  CHECK(writ_decide_verdict(absolute.context, "p/allow", WRIT_NUL, nullptr, 0) == WRIT_VERDICT_ALLOW);
  CHECK(absolute.decide("p/allow", nullptr, WRIT_RECORD) == WRIT_ERROR_POLICY);
  CHECK(writ_result_verdict(absolute.result) == WRIT_VERDICT_ERROR);
  CHECK(text(writ_error_message(absolute.error)).find("is not relative") != std::string::npos);
}

// --- Hosts -----------------------------------------------------------------------------------------------------------

struct TestHost {
  writ_host callbacks{};
  uint64_t time = 1767225600123456789u;
  int clock_fails = 0;
  int entropy_fails = 0;
  std::vector<std::string> notes;
  std::vector<std::string> calls;
  writ_context* context = nullptr;
  writ_verdict inner = WRIT_VERDICT_NONE;

  TestHost() {
    callbacks.struct_size = sizeof(callbacks);
    callbacks.user = this;
    callbacks.now_ns = [](void* user, uint64_t* now) {
      *now = self(user).time;
      return self(user).clock_fails;
    };
    callbacks.entropy = [](void* user, uint8_t* bytes, size_t size) {
      std::memset(bytes, 0x5a, size);
      return self(user).entropy_fails;
    };
    callbacks.call = [](void* user, const char* function, size_t function_size, const writ_value* args,
                        size_t count, writ_reply* reply) {
      self(user).answer({function, function_size}, args, count, reply);
    };
    callbacks.note = [](void* user, const char* kind, size_t kind_size, const char* message, size_t size) {
      self(user).notes.push_back(std::string(kind, kind_size) + ":" + std::string(message, size));
    };
  }
  static TestHost& self(void* user) { return *static_cast<TestHost*>(user); }

  void answer(const std::string& function, const writ_value* args, size_t count, writ_reply* reply) {
    calls.push_back(function);
    if (function == "acme.sum") {
      int64_t sum = 0;
      for (size_t i = 0; i < count; ++i) {
        int64_t number = 0;
        writ_value_int64(args[i], &number);
        sum += number;
      }
      std::string json = std::to_string(sum);
      writ_reply_json(reply, json.data(), json.size());
    }
    if (function == "acme.broken") CHECK(writ_reply_json(reply, "{\"a\":", WRIT_NUL) == WRIT_ERROR_DOCUMENT);
    if (function == "acme.error") writ_reply_error(reply, "it rains", WRIT_NUL);
    if (function == "acme.nothing") writ_reply_undefined(reply);
    if (function == "acme.again") {
      inner = writ_decide_verdict(context, "p/sum", WRIT_NUL, "{}", 2);
      writ_context_free(context);  // refused too: it is in use
      writ_reply_json(reply, "true", 4);
    }
  }
};

TEST_CASE("C: a host with functions, a clock and randomness") {
  Library l;
  TestHost host;
  for (const char* name : {"acme.silent", "acme.broken", "acme.error", "acme.nothing", "acme.again"}) {
    REQUIRE(writ_options_add_function(l.options, name, WRIT_NUL, 0, WRIT_CALL_EACH) == WRIT_OK);
  }
  REQUIRE(writ_options_add_function(l.options, "acme.sum", WRIT_NUL, 2, WRIT_CALL_ONCE) == WRIT_OK);
  writ_options_set_mode(l.options, WRIT_MODE_NONE);
  writ_options_set_print(l.options, 1);
  l.load(
      "package p\n"
      "sum := [acme.sum(1, 2), acme.sum(1, 2), acme.sum(3, 4)] if print(\"summing\", input)\n"
      "silent := acme.silent()\nbroken := acme.broken()\nerror := acme.error()\n"
      "nothing if not acme.nothing()\nagain := acme.again()\n"
      "now := time.now_ns()\nid := uuid.rfc4122(\"\")\nruntime := opa.runtime()\n",
      "{}", &host.callbacks);
  host.context = l.context;
  REQUIRE(l.decide("p/sum", "[1]", WRIT_RECORD) == WRIT_OK);
  CHECK(l.json() == "[3,3,7]");
  CHECK(host.calls.size() == 2);
  CHECK(host.notes == std::vector<std::string>{"print:summing [1]"});
  CHECK(l.decide("p/silent", nullptr) == WRIT_ERROR_OUTSIDE);
  CHECK(l.decide("p/broken", nullptr) == WRIT_ERROR_OUTSIDE);
  CHECK(l.decide("p/error", nullptr) == WRIT_ERROR_OUTSIDE);
  CHECK(text(writ_error_message(l.error)) == "it rains");
  CHECK(l.decide("p/nothing", nullptr) == WRIT_OK);
  CHECK(l.json() == "true");
  CHECK(l.decide("p/again", nullptr) == WRIT_OK);
  CHECK(host.inner == WRIT_VERDICT_ERROR);
  CHECK(l.json() == "true");
  CHECK(l.decide("p/now", nullptr) == WRIT_OK);
  CHECK(l.json() == "1767225600123456789");
  CHECK(l.decide("p/id", nullptr) == WRIT_OK);
  CHECK(l.json() == "\"5a5a5a5a-5a5a-4a5a-9a5a-5a5a5a5a5a5a\"");
  CHECK(l.decide("p/runtime", nullptr) == WRIT_ERROR_OUTSIDE);
  host.clock_fails = 1;
  CHECK(l.decide("p/now", nullptr) == WRIT_ERROR_OUTSIDE);
  host.clock_fails = 0;
  host.entropy_fails = 1;
  CHECK(l.decide("p/sum", nullptr, WRIT_RECORD) == WRIT_ERROR_OUTSIDE);
  CHECK(text(writ_result_record(l.result)).empty());

  writ_host empty{};
  CHECK(writ_context_create(l.program, nullptr, &empty, &host.context, l.error) == WRIT_ERROR_ARGUMENT);
}

TEST_CASE("C: limits and other failures have statuses of their own") {
  Library l;
  writ_options_set_mode(l.options, WRIT_MODE_NONE);
  REQUIRE(writ_options_set_limit(l.options, WRIT_LIMIT_OUTPUT_BYTES, 100) == WRIT_OK);
  REQUIRE(writ_options_set_limit(l.options, WRIT_LIMIT_MEMORY_BYTES, 1 << 20) == WRIT_OK);
  REQUIRE(writ_options_set_limit(l.options, WRIT_LIMIT_FUEL, 10000000) == WRIT_OK);
  l.load(
      "package p\n"
      "loop := count([x | some x in r; some y in r; some z in numbers.range(1, input)])\n"
      "r := numbers.range(1, 30)\n"
      "many := numbers.range(1, input)\n"
      "conflict := input\nconflict := 2\n"
      "fault := input / 0\n");
  CHECK(l.decide("p/many", "1000") == WRIT_ERROR_LIMIT);
  CHECK(text(writ_error_code_name(l.error)) == "E_OUTPUT");
  CHECK(l.decide("p/many", "1000000") == WRIT_ERROR_MEMORY);
  CHECK(l.decide("p/conflict", "1") == WRIT_ERROR_EVALUATION);
  CHECK(writ_error_row(l.error) == 6);
  CHECK(text(writ_error_json(l.error)).find("eval_conflict_error") != std::string::npos);
  CHECK(l.decide("p/fault", "1") == WRIT_ERROR_EVALUATION);
  writ_decide_options options{};
  options.struct_size = sizeof(options);
  options.fuel = 100;
  CHECK(writ_decide(l.context, "p/loop", WRIT_NUL, "5", 1, &options, &l.result, l.error) == WRIT_ERROR_LIMIT);
  CHECK(text(writ_error_code_name(l.error)) == "E_FUEL");
  CHECK(writ_result_code(l.result) == 16);
  CHECK(writ_decide(l.context, "p/loop", WRIT_NUL, "1", 1, nullptr, &l.result, l.error) == WRIT_OK);
  CHECK(writ_result_fuel(l.result) > 900);
}

TEST_CASE("C: program and data outlive their handles in contexts, and threads share them", "[threads]") {
  Library l;
  l.load();
  std::vector<writ_context*> contexts(4);
  for (writ_context*& context : contexts) {
    REQUIRE(writ_context_create(l.program, l.data, nullptr, &context, l.error) == WRIT_OK);
  }
  writ_program_free(l.program);
  writ_data_free(l.data);
  l.program = nullptr;
  l.data = nullptr;
  std::vector<int> allowed(4, 0);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const char* input = t % 2 == 0 ? R"({"user":"alice","amount":1})" : R"({"user":"bob","amount":1})";
      for (int i = 0; i < 1000; ++i) {
        writ_verdict verdict = writ_decide_verdict(contexts[t], "authz/allow", WRIT_NUL, input, WRIT_NUL);
        if (verdict == WRIT_VERDICT_ALLOW) ++allowed[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(allowed == std::vector<int>{1000, 0, 1000, 0});
  for (writ_context* context : contexts) writ_context_free(context);
}

TEST_CASE("C: the list of exports is that of the headers") {
  auto read = [](const char* path) {
    std::ifstream file(writ::source_path(path));
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
  };
  // The names that stand before `end`, in each line that begins with `mark`.
  auto names = [](const std::string& content, std::string_view mark, char end) {
    std::set<std::string> found;
    std::istringstream lines(content);
    for (std::string line; std::getline(lines, line);) {
      if (line.rfind(mark, 0) != 0 || line.find(end) == std::string::npos) continue;
      line.resize(line.find(end));
      size_t begin = line.find_last_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
      found.insert(line.substr(begin + 1));
    }
    return found;
  };
  std::set<std::string> declared;
  for (const char* header : {"writ.h", "store.h", "replay.h"}) {
    declared.merge(names(read((std::string("engine/include/writ/") + header).c_str()), "WRIT_API ", '('));
  }
  auto exported = names(read("engine/api/exports.map"), "    writ_", ';');
  CHECK(declared.size() > 50);
  CHECK(declared == exported);
}

}  // namespace
