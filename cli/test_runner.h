// Runs tests and keeps what came of them. All tests run on one program.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/test_discovery.h"
#include "engine/api/engine.h"

namespace writ::cli {

// The result of one key of a test that has cases; of an inner key, the results below it.
struct CaseResult {
  bool fail = false;
  std::map<std::string, CaseResult> cases;
};

struct TestResult {
  const FoundTest* test = nullptr;
  bool fail = false;
  Error error;  // counts if error.code is not kNone
  uint64_t duration_ns = 0;
  std::string output;  // what it printed
  std::map<std::string, CaseResult> cases;

  bool passed() const { return !fail && !test->skipped && !error; }
};

// The result of every test, in their order. `threads` 0 = as many as there are processors.
std::vector<TestResult> run_tests(const std::vector<const FoundTest*>& tests,
                                  std::shared_ptr<const BoundPolicy> bound_policy, uint32_t threads);

// What a value and the cases that were tried say about a test that has cases; true if one of them failed. Exposed for
// tests. `tried` are the texts of internal.test_case: JSON arrays of keys.
bool collect_cases(const Value& value, const std::vector<std::string>& tried, std::map<std::string, CaseResult>& cases);

}  // namespace writ::cli
