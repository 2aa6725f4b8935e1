// Any request to evaluate any policy partially. What must hold: an answer is JSON and the same when asked again; a call that fails
// gives none, and says why.
//
// The bytes are the text of the request, a zero byte, and the text of the policy.
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/base/fuzz_bytes.h"
#include "engine/value/json.h"
#include "writ/writ.h"

namespace {

using writ::demand;

constexpr std::string_view kData = R"({"d":{"b":[1,2,{"c":"x"}],"s":"a.b","n":-1.5},"roles":{"alice":["admin"]}})";

struct Answer {
  writ_status status = WRIT_OK;
  std::string text;
  bool operator==(const Answer&) const = default;
};

Answer ask(const writ_program* program, const writ_data* data, std::string_view request, writ_error* error) {
  char* text = nullptr;
  size_t size = 0;
  Answer answer;
  answer.status = writ_partial(program, data, nullptr, request.data(), request.size(), &text, &size, error);
  demand((answer.status == WRIT_OK) == (text != nullptr));
  demand(answer.status == writ_error_status(error));
  if (text != nullptr) answer.text.assign(text, size);
  writ_free(text);
  return answer;
}

writ_data* known_data() {
  writ_data* data = nullptr;
  demand(writ_data_from_json(kData.data(), kData.size(), &data, nullptr) == WRIT_OK);
  return data;
}

writ_options* limits() {
  writ_options* options = writ_options_create();
  writ_options_set_limit(options, WRIT_LIMIT_FUEL, 100'000);
  writ_options_set_limit(options, WRIT_LIMIT_MEMORY_BYTES, 64 << 20);
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size > 8192) return 0;
  static const writ_data* data = known_data();
  static const writ_options* options = limits();
  static writ_error* error = writ_error_create();
  writ::FuzzBytes input(bytes, size);
  std::string_view request = input.text(), policy = input.rest();
  writ_source source{"fuzz.rego", WRIT_NUL, policy.data(), policy.size()};
  writ_program* program = nullptr;
  if (writ_program_compile(&source, 1, options, &program, error) != WRIT_OK) return 0;
  Answer answer = ask(program, data, request, error);
  demand(answer == ask(program, data, request, error));
  if (answer.status == WRIT_OK) {
    writ::Arena arena;
    writ::read_json(answer.text, arena);
  }
  writ_program_free(program);
  return 0;
}
