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

void answer(void*, const char*, size_t, const writ_value* args, size_t count, writ_reply* reply) {
  std::string_view user;
  if (count == 1) user = {writ_value_string(args[0]).data, writ_value_string(args[0]).size};
  writ_reply_json(reply, user == "ann" ? "true" : "false", WRIT_NUL);
}

// One use of everything: loads, decides, reads, frees. Each step stops at the first failure, which must be lack of memory
// or say what else.
class Run {
 public:
  bool finished = false;  // every call succeeded
  bool sound = true;      // nothing impossible was seen

  Run() { finished = error_ != nullptr && options_ != nullptr && load() && decide() && query(); }
  ~Run() {
    writ_free(json_);
    writ_free(bytes_);
    writ_context_free(context_);
    writ_context_free(asking_);
    writ_data_free(data_);
    writ_program_free(query_);
    writ_program_free(loaded_);
    writ_program_free(program_);
    writ_options_free(options_);
    writ_error_free(error_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

 private:
  bool fine(writ_status status) {
    if (status == WRIT_OK) return true;
    // Without memory the error says less, but what it says can be read.
    expect(writ_error_json(error_).size != 0 && writ_error_message(error_).data != nullptr);
    return false;
  }
  void expect(bool condition) {
    if (!condition) sound = false;
  }

  bool load() {
    if (!fine(writ_options_add_function(options_, "acme.ok", WRIT_NUL, 1, WRIT_CALL_ONCE))) return false;
    writ_source source{"p.rego", WRIT_NUL, kPolicy, WRIT_NUL};
    if (!fine(writ_program_compile(&source, 1, options_, &program_, error_))) return false;
    if (!fine(writ_program_save(program_, &bytes_, &size_, error_))) return false;
    if (!fine(writ_program_load(bytes_, size_, options_, &loaded_, error_))) return false;
    if (!fine(writ_program_query(loaded_, "x := data.users[_]", WRIT_NUL, &query_, error_))) return false;
    if (!fine(writ_data_from_json(R"({"users":["ann","bob"]})", WRIT_NUL, &data_, error_))) return false;
    writ_host host{};
    host.struct_size = sizeof(host);
    host.call = answer;
    if (!fine(writ_context_create(loaded_, data_, &host, &context_, error_))) return false;
    return fine(writ_context_set_labels(context_, R"({"a":"b"})", WRIT_NUL, error_));
  }

  static writ_decide_options recorded() {
    writ_decide_options options{};
    options.struct_size = sizeof(options);
    options.flags = WRIT_RECORD;
    options.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    options.traceparent_size = WRIT_NUL;
    return options;
  }

  bool decide() {
    writ_decide_options options = recorded();
    writ_status status =
        writ_decide(context_, "p/allow", WRIT_NUL, R"({"user":"ann"})", WRIT_NUL, &options, &result_, error_);
    // Lack of memory after the decision may still show; an allow without its record may not.
    expect(status == WRIT_OK || result_ == nullptr || writ_result_verdict(result_) != WRIT_VERDICT_ALLOW);
    expect(status != WRIT_OK || writ_result_record(result_).size != 0);
    if (!fine(status)) return false;
    expect(writ_result_verdict(result_) == WRIT_VERDICT_ALLOW);
    writ_result_decision_digest(result_);
    writ_result_traceparent(result_);
    expect(writ_decide_verdict(context_, "p/allow", WRIT_NUL, R"({"user":"bob"})", WRIT_NUL) != WRIT_VERDICT_ALLOW);
    status = writ_decide(context_, "p/view", WRIT_NUL, R"({"user":"ann"})", WRIT_NUL, nullptr, &result_, error_);
    expect(status != WRIT_OK);  // no verdict
    return true;
  }

  bool query() {
    writ_decide_options options = recorded();
    if (!fine(writ_context_create(query_, data_, nullptr, &asking_, error_))) return false;
    if (!fine(writ_query(asking_, nullptr, 0, &options, &result_, error_))) return false;
    writ_text text;
    if (!fine(writ_result_json(result_, &text, error_))) return false;
    if (!fine(writ_value_to_json(writ_result_value(result_), &json_, &size_, error_))) return false;
    return fine(writ_context_set_program(asking_, loaded_, data_, error_));
  }

  writ_error* error_ = writ_error_create();
  writ_options* options_ = writ_options_create();
  writ_program *program_ = nullptr, *loaded_ = nullptr, *query_ = nullptr;
  writ_data* data_ = nullptr;
  writ_context *context_ = nullptr, *asking_ = nullptr;
  const writ_result* result_ = nullptr;
  void* bytes_ = nullptr;
  size_t size_ = 0;
  char* json_ = nullptr;
};

TEST_CASE("C: with memory everything succeeds") {
  Run run;
  CHECK(run.finished);
  CHECK(run.sound);
}

TEST_CASE("C: without memory nothing crashes, nothing is allowed unrecorded") {
  for (bool sticky : {false, true}) {
    for (uint64_t n = 1;; n = Allocation::next(n)) {
      Allocation::fail_at(n, sticky);
      Run run;
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
