// For the tests of built-ins: tables of calls and answers are arrays of Case for check_cases. How a call is written,
// and its answer, is explained in call_support.h.
#pragma once

#include <catch2/catch.hpp>
#include <span>
#include <string_view>

#include "engine/builtins/call_support.h"

namespace writ::test {

struct Case {
  std::string_view name;
  std::string_view args;
  std::string_view expected;
};

inline void check_cases(std::span<const Case> cases) {
  for (const Case& c : cases) {
    INFO(c.name << " " << c.args);
    CHECK(run(c.name, c.args) == c.expected);
  }
}

}  // namespace writ::test
