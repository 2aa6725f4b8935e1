// Any request to evaluate any policy partially. What must hold: an answer is JSON; a call that fails gives none, and says why.
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

// Empty if there is none.
std::string ask(const writ_program* program, const writ_data* data, std::string_view request, writ_error* error) {
  char* text = nullptr;
  size_t size = 0;
  writ_status status = writ_partial(program, data, nullptr, request.data(), request.size(), &text, &size, error);
  demand((status == WRIT_OK) == (text != nullptr) && (text != nullptr) == (size != 0));
  demand(status == writ_error_status(error));
  std::string answer(text == nullptr ? "" : text, size);
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
  std::string answer = ask(program, data, request, error);
  if (!answer.empty()) {
    writ::Arena arena;
    writ::read_json(answer, arena, {256u << 20, 1024});
  }
  writ_program_free(program);
  return 0;
}
