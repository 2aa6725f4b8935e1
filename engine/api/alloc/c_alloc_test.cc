// The C library without memory: every function, every allocation made to fail.
#include <catch2/catch.hpp>
#include <string>

#include "engine/api/alloc/allocation.h"
#include "writ/writ.h"

namespace writ {
namespace {

constexpr const char* kPolicy =
    "package p\n"
    "default allow := false\n"
    "allow if { input.user in data.users; acme.ok(input.user); time.now_ns() > 0 }\n"
    "view := {\"n\": [1, 2.5, input.user], \"s\": {\"a\", \"b\"}}\n";

void answer(void*, const char*, size_t, const writ_value* operands, size_t count, writ_reply* reply) {
  std::string_view user;
  if (count == 1) user = {writ_value_string(operands[0]).data, writ_value_string(operands[0]).size};
  writ_reply_json(reply, user == "ann" ? "true" : "false", WRIT_NUL);
}

// What one run came to.
struct Run {
  bool finished = false;  // every call succeeded
  bool sound = true;      // nothing impossible was seen
};

// Loads, decides, reads, frees; stops at the first failure, which must be lack of memory or say why else.
Run use_everything() {
  Run run;
  writ_error* error = writ_error_create();
  writ_options* options = writ_options_create();
  writ_program *program = nullptr, *loaded = nullptr, *query = nullptr;
  writ_data* data = nullptr;
  writ_context *context = nullptr, *asking = nullptr;
  const writ_result* result = nullptr;
  void* bytes = nullptr;
  size_t size = 0;
  char* json = nullptr;
  auto fine = [&](writ_status status) {
    if (status == WRIT_OK) return true;
    // Without memory the error says less, but what it says can be read.
    if (writ_error_json(error).size == 0 || writ_error_message(error).data == nullptr) run.sound = false;
    return false;
  };
  auto steps = [&] {
    if (error == nullptr || options == nullptr) return false;
    if (!fine(writ_options_add_function(options, "acme.ok", WRIT_NUL, 1, WRIT_CALL_ONCE))) return false;
    writ_source source{"p.rego", WRIT_NUL, kPolicy, WRIT_NUL};
    if (!fine(writ_program_compile(&source, 1, options, &program, error))) return false;
    if (!fine(writ_program_save(program, &bytes, &size, error))) return false;
    if (!fine(writ_program_load(bytes, size, options, &loaded, error))) return false;
    if (!fine(writ_program_query(loaded, "x := data.users[_]", WRIT_NUL, &query, error))) return false;
    if (!fine(writ_data_from_json(R"({"users":["ann","bob"]})", WRIT_NUL, &data, error))) return false;
    writ_host host{};
    host.struct_size = sizeof(host);
    host.call = answer;
    if (!fine(writ_context_create(loaded, data, &host, &context, error))) return false;
    if (!fine(writ_context_set_labels(context, R"({"a":"b"})", WRIT_NUL, error))) return false;
    writ_decide_options decide{};
    decide.struct_size = sizeof(decide);
    decide.flags = WRIT_RECORD;
    decide.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    decide.traceparent_size = WRIT_NUL;
    writ_status status =
        writ_decide(context, "p/allow", WRIT_NUL, R"({"user":"ann"})", WRIT_NUL, &decide, &result, error);
    // Lack of memory after the decision may still show; an allow without its record may not.
    if (status != WRIT_OK && result != nullptr && writ_result_verdict(result) == WRIT_VERDICT_ALLOW) run.sound = false;
    if (status == WRIT_OK && writ_result_record(result).size == 0) run.sound = false;
    if (!fine(status)) return false;
    if (writ_result_verdict(result) != WRIT_VERDICT_ALLOW) run.sound = false;
    writ_result_decision_digest(result);
    writ_result_traceparent(result);
    if (writ_decide_verdict(context, "p/allow", WRIT_NUL, R"({"user":"bob"})", WRIT_NUL) == WRIT_VERDICT_ALLOW) {
      run.sound = false;
    }
    status = writ_decide(context, "p/view", WRIT_NUL, R"({"user":"ann"})", WRIT_NUL, nullptr, &result, error);
    if (status == WRIT_OK) run.sound = false;  // no verdict
    if (!fine(writ_context_create(query, data, nullptr, &asking, error))) return false;
    if (!fine(writ_query(asking, nullptr, 0, &decide, &result, error))) return false;
    writ_text text;
    if (!fine(writ_result_json(result, &text, error))) return false;
    if (!fine(writ_value_to_json(writ_result_value(result), &json, &size, error))) return false;
    return fine(writ_context_set_program(asking, loaded, data, error));
  };
  run.finished = steps();
  writ_free(json);
  writ_free(bytes);
  writ_context_free(context);
  writ_context_free(asking);
  writ_data_free(data);
  writ_program_free(query);
  writ_program_free(loaded);
  writ_program_free(program);
  writ_options_free(options);
  writ_error_free(error);
  return run;
}

TEST_CASE("C: with memory everything succeeds") {
  Run run = use_everything();
  CHECK(run.finished);
  CHECK(run.sound);
}

TEST_CASE("C: without memory nothing crashes, nothing is allowed unrecorded") {
  for (bool sticky : {false, true}) {
    for (uint64_t n = 1;; ++n) {
      Allocation::fail_at(n, sticky);
      Run run = use_everything();
      bool failed = Allocation::has_failed();
      Allocation::fail_never();
      if (!run.sound) FAIL("unsound at allocation " << n << (sticky ? " and after" : ""));
      if (!failed) {
        CHECK(run.finished);
        CHECK(n > 1000);
        break;
      }
    }
  }
}

TEST_CASE("C: the verdict of a steady decision allocates nothing") {
  writ_options* options = writ_options_create();
  writ_options_add_function(options, "acme.ok", WRIT_NUL, 1, WRIT_CALL_ONCE);
  writ_source source{"p.rego", WRIT_NUL,
                     "package p\nallow if { input.user in data.users; startswith(input.path, \"/a\") }\n", WRIT_NUL};
  writ_program* program = nullptr;
  writ_data* data = nullptr;
  writ_context* context = nullptr;
  REQUIRE(writ_program_compile(&source, 1, options, &program, nullptr) == WRIT_OK);
  REQUIRE(writ_data_from_json(R"({"users":["ann","bob"]})", WRIT_NUL, &data, nullptr) == WRIT_OK);
  REQUIRE(writ_context_create(program, data, nullptr, &context, nullptr) == WRIT_OK);
  const char* input = R"({"user":"ann","path":"/a/b"})";
  uint64_t before = 0;
  for (int i = 0; i < 100; ++i) {
    if (i == 3) before = Allocation::count();
    if (writ_decide_verdict(context, "p/allow", WRIT_NUL, input, WRIT_NUL) != WRIT_VERDICT_ALLOW) FAIL("not allowed");
  }
  CHECK(Allocation::count() == before);
  writ_context_free(context);
  writ_data_free(data);
  writ_program_free(program);
  writ_options_free(options);
}

}  // namespace
}  // namespace writ
