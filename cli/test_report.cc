#include "cli/test_report.h"

#include <algorithm>
#include <ostream>

#include "cli/report.h"
#include "engine/value/text.h"

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
  return failure_line(result.error);
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
    if (result.error) out << "  " << error_text(result) << '\n';
  }
  if (any) out << kRule << '\n';
  TestCounts counts = count_results(results);
  print_count(out, "PASS", counts.pass, counts.total());
  print_count(out, "FAIL", counts.fail, counts.total());
  print_count(out, "SKIPPED", counts.skip, counts.total());
  print_count(out, "ERROR", counts.error, counts.total());
}

// --- JSON ------------------------------------------------------------------------------------------------------------

namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text, JsonEscape::kHtml);
  return out;
}

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

// Writes members of an object one a line.
class ObjectPrinter {
 public:
  ObjectPrinter(std::ostream& out, std::string indent) : out_(out), indent_(std::move(indent)) { out_ << '{'; }
  std::ostream& member(std::string_view name) {
    out_ << (first_ ? "\n" : ",\n") << indent_ << "  " << json_string(name) << ": ";
    first_ = false;
    return out_;
  }
  void end() { out_ << (first_ ? "}" : "\n" + indent_ + "}"); }

 private:
  std::ostream& out_;
  std::string indent_;
  bool first_ = true;
};

void print_location(std::ostream& out, const std::string& indent, std::string_view file, uint32_t row,
                    uint32_t column) {
  ObjectPrinter location(out, indent);
  location.member("file") << json_string(file);
  location.member("row") << row;
  location.member("col") << column;
  location.end();
}

void print_error(std::ostream& out, const std::string& indent, const Error& error) {
  ObjectPrinter object(out, indent);
  object.member("code") << json_string(failure_code(error));
  object.member("message") << json_string(error.detail);
  if (error.row > 0) {
    print_location(object.member("location"), indent + "  ", error.file, error.row, error.column);
  }
  object.end();
}

void print_case_json(std::ostream& out, const std::string& indent, const Cases& cases) {
  ObjectPrinter object(out, indent);
  for (const auto& [name, result] : cases) {
    ObjectPrinter inner(object.member(name), indent + "  ");
    inner.member("name") << json_string(name);
    if (result.fail) inner.member("fail") << "true";
    if (!result.cases.empty()) print_case_json(inner.member("sub_results"), indent + "    ", result.cases);
    inner.end();
  }
  object.end();
}

void print_result_json(std::ostream& out, const TestResult& result) {
  const FoundTest& test = *result.test;
  ObjectPrinter object(out, "  ");
  print_location(object.member("location"), "    ", test.file, test.row, test.column);
  object.member("package") << json_string(test.package);
  object.member("name") << json_string(test.name);
  if (result.fail) object.member("fail") << "true";
  if (result.error) print_error(object.member("error"), "    ", result.error);
  if (test.skipped) object.member("skip") << "true";
  object.member("duration") << result.duration_ns;
  if (!result.output.empty()) object.member("output") << json_string(base64(result.output));
  if (!result.cases.empty()) print_case_json(object.member("sub_results"), "    ", result.cases);
  object.end();
}

}  // namespace

void print_test_json(std::ostream& out, std::vector<TestResult> results, bool by_duration) {
  if (by_duration) {
    std::stable_sort(results.begin(), results.end(),
                     [](const TestResult& a, const TestResult& b) { return a.duration_ns > b.duration_ns; });
  }
  out << '[';
  for (size_t i = 0; i < results.size(); ++i) {
    out << (i == 0 ? "\n  " : ",\n  ");
    print_result_json(out, results[i]);
  }
  out << (results.empty() ? "]\n" : "\n]\n");
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

}  // namespace writ::cli
