// One of each handle of writ.h, for tests.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "writ/writ.h"

namespace writ {

inline std::string text(writ_text view) { return {view.data, view.size}; }

// One of each handle, freed at the end.
struct TestLibrary {
  writ_error* error = writ_error_create();
  writ_options* options = writ_options_create();
  writ_program* program = nullptr;
  writ_data* data = nullptr;
  writ_context* context = nullptr;
  const writ_result* result = nullptr;

  ~TestLibrary() {
    writ_context_free(context);
    writ_program_free(program);
    writ_data_free(data);
    writ_options_free(options);
    writ_error_free(error);
  }
  writ_status compile(const char* policy) {
    writ_source source{"policy.rego", WRIT_NUL, policy, WRIT_NUL};
    return writ_program_compile(&source, 1, options, &program, error);
  }
  void load(const char* policy, const char* json, const writ_host* host = nullptr) {
    REQUIRE(compile(policy) == WRIT_OK);
    REQUIRE(writ_data_from_json(json, WRIT_NUL, &data, error) == WRIT_OK);
    REQUIRE(writ_context_create(program, data, host, &context, error) == WRIT_OK);
  }
  writ_status decide(const char* entry, const char* input, uint32_t flags = 0) {
    writ_decide_options decide_options{};
    decide_options.struct_size = sizeof(decide_options);
    decide_options.flags = flags;
    size_t size = input == nullptr ? 0 : WRIT_NUL;
    return writ_decide(context, entry, WRIT_NUL, input, size, &decide_options, &result, error);
  }
  std::string json() {
    writ_text view;
    REQUIRE(writ_result_json(result, &view, error) == WRIT_OK);
    return text(view);
  }
};

}  // namespace writ
