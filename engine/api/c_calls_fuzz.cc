// Any sequence of calls of the C library on a few handles of each kind. What must hold after each: a verdict is ALLOW only
// if the call that gave it succeeded, no result outlives a call that failed, outputs of failed calls are empty.
//
// A byte chooses the call, the next ones its handles and texts.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "engine/base/fuzz_bytes.h"
#include "writ/writ.h"

namespace {

using writ::demand;
using writ::FuzzBytes;

constexpr size_t kHandles = 3;
constexpr const char* kPolicies[] = {
    "package a\nimport rego.v1\ndefault allow := false\nallow if input.user == data.owner\ndecision := {\"verdict\": input.v}",
    "package a\nimport rego.v1\nallow if time.now_ns() > 0\nloop contains x if some x in numbers.range(1, 100000)\nbad := 1/0",
    "package b\nimport rego.v1\np := http.send({\"url\": \"x\", \"method\": \"get\"})\nq := {1, [input]}",
    "package a\nallow {",
};
constexpr const char* kDocuments[] = {"{\"user\":\"u\",\"v\":\"allow\"}", "{\"owner\":\"u\"}", "null", "[1,2]", "{\"a\":1,\"a\":2}",
                                      "{", "{\"v\":\"defer\",\"a\":{\"allow\":1}}", ""};
constexpr const char* kEntries[] = {"a/allow", "data.a.allow", "a/decision", "a/loop", "b/p", "b/q", "a/bad", "nowhere", ""};

struct Slots {
  std::array<writ_options*, kHandles> options{};
  std::array<writ_program*, kHandles> programs{};
  std::array<writ_data*, kHandles> data{};
  std::array<writ_context*, kHandles> contexts{};
  writ_error* error = writ_error_create();

  ~Slots() {
    for (size_t i = 0; i < kHandles; ++i) {
      writ_context_free(contexts[i]);
      writ_data_free(data[i]);
      writ_program_free(programs[i]);
      writ_options_free(options[i]);
    }
    writ_error_free(error);
  }
};

class Calls {
 public:
  explicit Calls(FuzzBytes bytes) : bytes_(bytes) {}

  void run() {
    using Step = void (Calls::*)();
    constexpr Step kSteps[] = {&Calls::make_options, &Calls::set_option, &Calls::compile, &Calls::save_and_load,
                               &Calls::query,        &Calls::make_data,  &Calls::bind,    &Calls::rebind,
                               &Calls::decide,       &Calls::decide,     &Calls::verdict, &Calls::labels,
                               &Calls::release};
    for (int count = 0; count < 64 && !bytes_.empty(); ++count) (this->*kSteps[bytes_.below(std::size(kSteps))])();
  }

 private:
  template <typename List>
  auto& slot(List& list) { return list[bytes_.below(kHandles)]; }
  template <typename List>
  const char* pick(const List& list) { return list[bytes_.below(std::size(list))]; }

  void make_options() {
    writ_options*& options = slot(slots_.options);
    writ_options_free(options);
    options = writ_options_create();
    writ_options_set_limit(options, WRIT_LIMIT_FUEL, 20'000);
    writ_options_set_limit(options, WRIT_LIMIT_MEMORY_BYTES, 16 << 20);
  }

  void set_option() {
    writ_options* options = slot(slots_.options);
    writ_options_set_mode(options, static_cast<writ_mode>(bytes_.below(4)));
    writ_options_set_strict_builtin_errors(options, bytes_.byte() & 1);
    writ_options_set_rego_version(options, static_cast<uint32_t>(bytes_.below(3)));
    if (bytes_.byte() & 1) writ_options_set_limit(options, static_cast<writ_limit>(bytes_.below(8)), bytes_.byte());
    if (bytes_.byte() & 1) writ_options_add_entrypoint(options, pick(kEntries), WRIT_NUL);
  }

  void compile() {
    writ_program*& program = slot(slots_.programs);
    writ_program_free(program);
    const char* text = pick(kPolicies);
    writ_source source{"a.rego", WRIT_NUL, text, WRIT_NUL};
    writ_status status = writ_program_compile(&source, 1, slot(slots_.options), &program, slots_.error);
    demand((status == WRIT_OK) == (program != nullptr));
    check_error(status);
  }

  void save_and_load() {
    void* saved = nullptr;
    size_t size = 0;
    writ_status status = writ_program_save(slot(slots_.programs), &saved, &size, slots_.error);
    demand((status == WRIT_OK) == (saved != nullptr));
    check_error(status);
    if (saved == nullptr) return;
    if (bytes_.byte() & 1) static_cast<char*>(saved)[bytes_.below(size)] ^= 1;
    writ_program*& program = slot(slots_.programs);
    writ_program_free(program);
    check_error(writ_program_load(saved, size, nullptr, &program, slots_.error));
    writ_free(saved);
  }

  void query() {
    writ_program*& program = slot(slots_.programs);
    writ_program* result = nullptr;
    check_error(writ_program_query(program, "x := data.a.allow", WRIT_NUL, &result, slots_.error));
    if (result == nullptr) return;
    writ_program_free(program);
    program = result;
  }

  void make_data() {
    writ_data*& data = slot(slots_.data);
    writ_data_free(data);
    check_error(writ_data_from_json(pick(kDocuments), WRIT_NUL, &data, slots_.error));
  }

  void bind() {
    writ_context*& context = slot(slots_.contexts);
    writ_context_free(context);
    const writ_program* program = slot(slots_.programs);
    const writ_data* data = slot(slots_.data);
    writ_status status = writ_context_create(program, data, nullptr, &context, slots_.error);
    demand((status == WRIT_OK) == (context != nullptr));
    check_error(status);
  }

  void rebind() {
    writ_context* context = slot(slots_.contexts);
    const writ_program* program = slot(slots_.programs);
    const writ_data* data = slot(slots_.data);
    check_error(writ_context_set_program(context, program, data, slots_.error));
    if (context != nullptr) demand(writ_result_verdict(writ_context_result(context)) == WRIT_VERDICT_NONE);
  }

  void labels() {
    writ_context* context = slot(slots_.contexts);
    check_error(writ_context_set_labels(context, pick(kDocuments), WRIT_NUL, slots_.error));
  }

  void decide() {
    writ_decide_options options{};
    options.struct_size = sizeof options;
    options.flags = bytes_.byte() & 7;
    options.fuel = bytes_.byte();
    options.custom = bytes_.byte() & 1 ? pick(kDocuments) : nullptr;
    options.custom_size = options.custom != nullptr ? std::strlen(options.custom) : 0;
    const writ_result* result = nullptr;
    writ_context* context = slot(slots_.contexts);
    const char* input = bytes_.byte() & 1 ? pick(kDocuments) : nullptr;
    size_t size = input != nullptr ? std::strlen(input) : 0;
    writ_status status = bytes_.byte() % 4 == 0
                             ? writ_query(context, input, size, &options, &result, slots_.error)
                             : writ_decide(context, pick(kEntries), WRIT_NUL, input, size, &options, &result, slots_.error);
    check_error(status);
    demand((result == nullptr) == (context == nullptr));
    if (result == nullptr) return;
    demand(status == WRIT_OK || writ_result_verdict(result) == WRIT_VERDICT_ERROR);
    demand(status == WRIT_OK || writ_value_kind(writ_result_value(result)) == WRIT_KIND_UNDEFINED);
    demand(status == WRIT_OK || writ_result_verdict(result) != WRIT_VERDICT_ALLOW);
    writ_text json{};
    check_error(writ_result_json(result, &json, slots_.error));
    if (status == WRIT_OK && (options.flags & WRIT_RECORD)) demand(writ_result_record(result).size > 0);
  }

  void verdict() {
    writ_context* context = slot(slots_.contexts);
    const char* input = pick(kDocuments);
    writ_verdict verdict = bytes_.byte() & 1
                               ? writ_decide_verdict(context, pick(kEntries), WRIT_NUL, input, WRIT_NUL)
                               : writ_decide_verdict_at(context, static_cast<uint32_t>(bytes_.below(9)), input, WRIT_NUL);
    demand(verdict == (context == nullptr ? WRIT_VERDICT_ERROR : writ_result_verdict(writ_context_result(context))));
  }

  void release() {
    writ_program*& program = slot(slots_.programs);
    writ_data*& data = slot(slots_.data);
    writ_program_free(program);
    writ_data_free(data);
    program = nullptr;
    data = nullptr;
  }

  void check_error(writ_status status) {
    demand(writ_error_status(slots_.error) == status);
    demand(status != WRIT_OK || writ_error_code(slots_.error) == 0);
  }

  FuzzBytes bytes_;
  Slots slots_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size <= 1024) Calls(FuzzBytes(data, size)).run();
  return 0;
}
