// Runs tests and keeps what came of them. All tests run on one program.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/test_discovery.h"
#include "engine/api/engine.h"
#include "engine/api/traceback.h"

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
  Traceback traceback;  // of the error
  std::string failures;  // the steps that led to each statement that did not hold, if they were asked for and it failed
  uint64_t duration_ns = 0;
  std::string output;  // what it printed
  std::map<std::string, CaseResult> cases;

  bool passed() const { return !fail && !test->skipped && !error; }
};

struct RunOptions {
  uint32_t threads = 0;  // 0 = as many as there are processors
  uint64_t timeout_ns = 0;  // of a test; 0 = none
  bool explain_failures = false;  // run a test that failed once more, for TestResult::failures
};

// The result of every test, in their order.
std::vector<TestResult> run_tests(const std::vector<const FoundTest*>& tests,
                                  std::shared_ptr<const BoundPolicy> bound_policy, const RunOptions& options);

// What a value and the cases that were tried say about a test that has cases; true if one of them failed. Exposed for
// tests. `tried` are the texts of internal.test_case: JSON arrays of keys.
bool collect_cases(const Value& value, const std::vector<std::string>& tried, std::map<std::string, CaseResult>& cases);

}  // namespace writ::cli
