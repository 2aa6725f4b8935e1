// Semantic versions 2.0.0, with a "v" in front allowed as in OPA.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "engine/builtins/support.h"
#include "engine/value/text.h"

namespace writ {

namespace {

struct Version {
  int64_t numbers[3] = {};
  std::string_view prerelease;
};

// Takes off and returns what precedes the first `separator`; all of it if there is none.
std::string_view cut(std::string_view& rest, char separator, bool* found = nullptr) {
  size_t at = rest.find(separator);
  if (found != nullptr) *found = at != std::string_view::npos;
  std::string_view before = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return before;
}

bool is_decimal(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Digits that fit int64. With `saturate` what does not fit becomes the greatest.
std::optional<int64_t> read_number(std::string_view text, bool saturate) {
  if (!is_decimal(text)) return std::nullopt;
  int64_t number = 0;
  for (char c : text) {
    int64_t digit = c - '0';
    if (number > (INT64_MAX - digit) / 10) return saturate ? std::optional(INT64_MAX) : std::nullopt;
    number = number * 10 + digit;
  }
  return number;
}

// Letters, digits and hyphens, in parts between single dots.
bool are_identifiers(std::string_view text) {
  char before = '.';
  for (char c : text) {
    bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
    if (!word && (c != '.' || before == '.')) return false;
    before = c;
  }
  return before != '.';
}

bool has_leading_zero(std::string_view number) { return number.size() > 1 && number[0] == '0' && is_decimal(number); }

bool is_prerelease(std::string_view text) {
  if (!are_identifiers(text)) return false;
  while (!text.empty()) {
    if (has_leading_zero(cut(text, '.'))) return false;
  }
  return true;
}

std::optional<Version> read_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  std::string_view metadata = text;
  bool found = false;
  std::string_view core = cut(metadata, '+', &found);
  if (found && !are_identifiers(metadata)) return std::nullopt;
  Version version;
  version.prerelease = core;
  core = cut(version.prerelease, '-', &found);
  if (found && !is_prerelease(version.prerelease)) return std::nullopt;
  if (std::ranges::count(core, '.') != 2) return std::nullopt;
  for (int64_t& number : version.numbers) {
    std::string_view digits = cut(core, '.');
    std::optional<int64_t> read = read_number(digits, false);
    if (!read.has_value() || has_leading_zero(digits)) return std::nullopt;
    number = *read;
  }
  return version;
}

template <typename T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// Numbers are less than words; numbers compare as such, words bytewise.
int compare_identifiers(std::string_view a, std::string_view b) {
  bool a_number = is_decimal(a);
  bool b_number = is_decimal(b);
  if (a_number != b_number) return a_number ? -1 : 1;
  if (a_number) return three_way(*read_number(a, true), *read_number(b, true));
  return three_way(a, b);
}

int compare_versions(const Version& a, const Version& b) {
  for (int i = 0; i < 3; i++) {
    if (int order = three_way(a.numbers[i], b.numbers[i]); order != 0) return order;
  }
  std::string_view rest_a = a.prerelease;
  std::string_view rest_b = b.prerelease;
  if (rest_a.empty() || rest_b.empty()) return three_way(rest_a.empty(), rest_b.empty());  // a release is greater
  while (!rest_a.empty() && !rest_b.empty()) {
    if (int order = compare_identifiers(cut(rest_a, '.'), cut(rest_b, '.')); order != 0) return order;
  }
  return three_way(rest_b.empty(), rest_a.empty());  // more identifiers are greater
}

}  // namespace

Value builtin_semver_compare(BuiltinCall& call) {
  charge_bytes(call, uint64_t{call[0].size} + call[1].size);
  std::optional<Version> versions[2];
  for (size_t i = 0; i < 2; i++) {
    versions[i] = read_version(call[i].text());
    if (versions[i].has_value()) continue;
    std::string quoted;
    append_quoted_go(quoted, call[i].text());
    return call.fault("operand " + std::to_string(i + 1) + ": string " + quoted + " is not a valid SemVer");
  }
  return Value::of(compare_versions(*versions[0], *versions[1]));
}

Value builtin_semver_is_valid(BuiltinCall& call) {
  return Value::of(call[0].is_string() && read_version(call[0].text()).has_value());
}

}  // namespace writ
