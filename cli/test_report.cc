// Results of tests as OPA prints them. Text comes first: a paragraph for each test that did not pass (or for all), then
// the counts. Then JSON, which holds every test. Durations are printed the way Go prints its own.
#include "cli/test_report.h"

#include <algorithm>
#include <ostream>

#include "cli/report.h"
#include "engine/api/values.h"

namespace writ::cli {

namespace {

using Cases = std::map<std::string, CaseResult>;

const std::string kRule(80, '-');

std::string_view outcome(const TestResult& result) {
  if (result.passed()) return "PASS";
  if (result.fail) return "FAIL";
  return result.test->skipped ? "SKIPPED" : "ERROR";
}

std::string result_line(const TestResult& result) {
  std::string line = result.test->package + "." + result.test->name + ": " + std::string(outcome(result));
  if (!result.test->skipped) line += " (" + go_duration(result.duration_ns) + ")";
  return line;
}

// "1 error occurred: …" for what OPA only finds when it compiles the query of the test.
std::string error_text(const TestResult& result) {
  if (result.test->is_function) return "1 error occurred: 1:1: " + failure_line(result.error);
  return failure_line(as_opa_says(result.error));
}

void count_cases(const Cases& cases, TestCounts& counts) {
  for (const auto& [name, result] : cases) {
    if (result.cases.empty()) {
      ++(result.fail ? counts.fail : counts.pass);
    } else {
      count_cases(result.cases, counts);
    }
  }
}

void print_cases(std::ostream& out, const Cases& cases, size_t depth, bool verbose) {
  for (const auto& [name, result] : cases) {
    if (result.fail || verbose) {
      out << std::string(2 * depth, ' ') << name << ": " << (result.fail ? "FAIL" : "PASS") << '\n';
    }
    print_cases(out, result.cases, depth + 1, verbose);
  }
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  size_t begin = text.find_first_not_of(kSpace);
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

void print_indented(std::ostream& out, std::string_view text, size_t columns) {
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    out << std::string(columns, ' ') << text.substr(begin, end - begin) << '\n';
    begin = end + 1;
  }
}

std::string_view without_last_feed(std::string_view text) {
  return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

void print_result(std::ostream& out, const TestResult& result, bool verbose, std::string& last_file) {
  const FoundTest& test = *result.test;
  if (!last_file.empty() && last_file != test.file) out << '\n';
  out << test.file << ':' << test.row << ":\n" << result_line(result) << '\n';
  last_file = test.file;
  print_cases(out, result.cases, 1, verbose);
  if (!result.output.empty()) {
    out << '\n';
    print_indented(out, trimmed(result.output), 2);
    out << '\n';
  }
}

void print_error(std::ostream& out, const TestResult& result) {
  out << "  " << error_text(result) << '\n';
  if (result.traceback.empty()) return;
  out << "  Traceback:\n";
  for (const TraceFrame& frame : result.traceback) out << "    " << frame.text() << '\n';
}

// Each case that failed, below the names that lead to it.
void print_failed_cases(std::ostream& out, const Cases& cases, const std::string& above, size_t depth) {
  for (const auto& [name, result] : cases) {
    if (!result.fail) continue;
    std::string path = above + std::string(2 * depth, ' ') + name + ": FAIL\n";
    if (result.cases.empty()) {
      out << path;
    } else {
      print_failed_cases(out, result.cases, path, depth + 1);
    }
  }
}

// What did not hold in each test that failed.
void print_failures(std::ostream& out, const std::vector<TestResult>& results) {
  if (std::none_of(results.begin(), results.end(), [](const TestResult& result) { return result.fail; })) return;
  out << kRule << "\nFAILURES\n" << kRule << '\n';
  for (const TestResult& result : results) {
    if (!result.fail) continue;
    out << result_line(result) << "\n\n";
    if (!result.failures.empty()) print_indented(out, without_last_feed(result.failures), 2);
    if (!result.cases.empty()) out << '\n';
    print_failed_cases(out, result.cases, "", 1);
    out << '\n';
  }
}

void print_count(std::ostream& out, std::string_view name, uint64_t count, uint64_t total) {
  if (count != 0) out << name << ": " << count << '/' << total << '\n';
}

}  // namespace

TestCounts count_results(const std::vector<TestResult>& results) {
  TestCounts counts;
  for (const TestResult& result : results) {
    if (result.test->skipped) {
      ++counts.skip;
    } else if (result.error) {
      ++counts.error;
    } else if (!result.cases.empty()) {
      count_cases(result.cases, counts);
    } else {
      ++(result.fail ? counts.fail : counts.pass);
    }
  }
  return counts;
}

void print_test_report(std::ostream& out, const std::vector<TestResult>& results, bool verbose) {
  bool any = false;
  std::string last_file;
  for (const TestResult& result : results) {
    if (!verbose && result.passed()) continue;
    any = true;
    print_result(out, result, verbose, last_file);
    if (result.error) print_error(out, result);
  }
  if (verbose) print_failures(out, results);
  if (any) out << kRule << '\n';
  TestCounts counts = count_results(results);
  print_count(out, "PASS", counts.pass, counts.total());
  print_count(out, "FAIL", counts.fail, counts.total());
  print_count(out, "SKIPPED", counts.skip, counts.total());
  print_count(out, "ERROR", counts.error, counts.total());
}

// --- JSON ------------------------------------------------------------------------------------------------------------

namespace {

std::string base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    size_t count = std::min<size_t>(3, bytes.size() - i);
    for (size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j) out += j <= count ? kDigits[bits >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

void write_error(JsonWriter& json, const TestResult& result) {
  const Error error = as_opa_says(result.error);
  json.key("error").begin_object().member("code", failure_code(error)).member("message", error.detail);
  if (error.row > 0) write_location(json, error.file, error.row, error.column);
  write_traceback(json, result.traceback);
  write_details(json, error);
  json.end_object();
}

void write_cases(JsonWriter& json, const Cases& cases) {
  json.key("sub_results").begin_object();
  for (const auto& [name, result] : cases) {
    json.key(name).begin_object().member("name", name);
    if (result.fail) json.member("fail", true);
    if (!result.cases.empty()) write_cases(json, result.cases);
    json.end_object();
  }
  json.end_object();
}

void write_result(JsonWriter& json, const TestResult& result) {
  const FoundTest& test = *result.test;
  json.begin_object();
  write_location(json, test.file, test.row, test.column);
  json.member("package", test.package).member("name", test.name);
  if (result.fail) json.member("fail", true);
  if (result.error) write_error(json, result);
  if (test.skipped) json.member("skip", true);
  json.member("duration", result.duration_ns);
  if (!result.output.empty()) json.member("output", base64(result.output));
  if (!result.cases.empty()) write_cases(json, result.cases);
  json.end_object();
}

}  // namespace

void print_test_json(std::ostream& out, std::vector<TestResult> results, bool by_duration) {
  if (by_duration) {
    std::stable_sort(results.begin(), results.end(),
                     [](const TestResult& a, const TestResult& b) { return a.duration_ns > b.duration_ns; });
  }
  std::string text;
  JsonWriter json(text, {JsonEscape::kHtml, "  "});
  json.begin_array();
  for (const TestResult& result : results) write_result(json, result);
  json.end_array();
  out << text << '\n';
}

// --- Durations -------------------------------------------------------------------------------------------------------

namespace {

// count units of 10^digits each, with a fraction as short as it can be.
std::string with_fraction(uint64_t count, uint64_t unit, std::string_view name) {
  std::string text = std::to_string(count / unit);
  std::string fraction = std::to_string(unit + count % unit).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return text + (fraction.empty() ? "" : "." + fraction) + std::string(name);
}

}  // namespace

std::string go_duration(uint64_t ns) {
  constexpr uint64_t kSecond = 1'000'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
  if (ns == 0) return "0s";
  if (ns < 1'000) return std::to_string(ns) + "ns";
  if (ns < 1'000'000) return with_fraction(ns, 1'000, "µs");
  if (ns < kSecond) return with_fraction(ns, 1'000'000, "ms");
  std::string text = ns >= kHour ? std::to_string(ns / kHour) + "h" : "";
  if (ns >= kMinute) text += std::to_string(ns % kHour / kMinute) + "m";
  return text + with_fraction(ns % kMinute, kSecond, "s");
}

std::optional<uint64_t> read_go_duration(std::string_view text) {
  std::string ignored;
  std::optional<int64_t> nanoseconds = parse_go_duration(text, &ignored);
  if (!nanoseconds || *nanoseconds <= 0) return std::nullopt;
  return static_cast<uint64_t>(*nanoseconds);
}

}  // namespace writ::cli
