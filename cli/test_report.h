// Results of tests as `opa test` prints them.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/test_runner.h"

namespace writ::cli {

struct TestCounts {
  uint64_t pass = 0, fail = 0, skip = 0, error = 0;
  uint64_t total() const { return pass + fail + skip + error; }
};
// A test that has cases counts once for each of them.
TestCounts count_results(const std::vector<TestResult>& results);

// Without `verbose` only what did not pass; with it, what failed in a section of its own, too.
void print_test_report(std::ostream& out, const std::vector<TestResult>& results, bool verbose);
void print_test_json(std::ostream& out, std::vector<TestResult> results, bool by_duration);

// Go's text of a duration: "1.5ms", "2m3.004s", "0s".
std::string go_duration(uint64_t ns);
// The nanoseconds of such a text. Nothing if it is none, not above 0, or too large.
std::optional<uint64_t> read_go_duration(std::string_view text);

}  // namespace writ::cli
