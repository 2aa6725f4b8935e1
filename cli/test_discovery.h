// Tests among modules: which rules they are, and what has to be written into the modules so that they can be run.
//
// A test is a rule with a name, or a step of its name, that begins with test_; with todo_test_ it is skipped. The test
// is named by everything up to that step. Two rules of one name are two tests: the second is called name#01 and gets a
// name of its own in the module that is compiled. A test that makes an object, test_x[case] if …, has a result for each
// key; to know of the keys that fail, the call internal.test_case([case]) is written into its body as early as the key
// is known.
//
// Nothing that is written in moves a line, so positions stay right but for columns to the right of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/api/policy.h"
#include "engine/base/diagnostic.h"

namespace writ::cli {

struct FoundTest {
  std::string package;  // "data.authz_test"
  std::string name;     // "test_viewer", "test_viewer#01"
  std::string file;
  uint32_t row = 1;
  uint32_t column = 1;
  std::string entry;  // "authz_test/test_viewer", as an entry point
  bool skipped = false;
  bool has_cases = false;    // makes an object: a result a key
  bool is_function = false;  // cannot be run
};

struct Discovery {
  std::vector<FoundTest> tests;       // by file, then by position
  std::vector<lang::Source> sources;  // what to compile
  bool rewritten = false;             // `sources` are not the sources that were given
};

// Modules that do not parse hold no tests; compiling them says why.
Discovery discover_tests(const std::vector<lang::Source>& sources, const Language& language);

}  // namespace writ::cli
