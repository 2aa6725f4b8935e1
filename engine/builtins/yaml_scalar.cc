// What unquoted YAML scalars mean: the table and rules of Go's yaml.v3, which are those of the core schema of YAML 1.2
// and a few older spellings.
//
// A scalar is looked up among the words (null, booleans, infinities), then tried as an integer, a float and a
// timestamp; what is none of them is a string. Numbers are given as JSON writes them.
#include <algorithm>
#include <optional>

#include "engine/builtins/float64.h"
#include "engine/builtins/time_layout.h"
#include "engine/builtins/yaml.h"

namespace writ {

namespace {

struct Word {
  std::string_view text;
  YamlKind kind;
  bool truth = false;
};

constexpr Word kWords[] = {
    {"true", YamlKind::kBoolean, true},  {"True", YamlKind::kBoolean, true},   {"TRUE", YamlKind::kBoolean, true},
    {"false", YamlKind::kBoolean},       {"False", YamlKind::kBoolean},        {"FALSE", YamlKind::kBoolean},
    {"", YamlKind::kNull},               {"~", YamlKind::kNull},               {"null", YamlKind::kNull},
    {"Null", YamlKind::kNull},           {"NULL", YamlKind::kNull},            {"<<", YamlKind::kMerge},
    {".nan", YamlKind::kNotFinite},      {".NaN", YamlKind::kNotFinite},       {".NAN", YamlKind::kNotFinite},
    {".inf", YamlKind::kNotFinite},      {".Inf", YamlKind::kNotFinite},       {".INF", YamlKind::kNotFinite},
    {"+.inf", YamlKind::kNotFinite},     {"+.Inf", YamlKind::kNotFinite},      {"+.INF", YamlKind::kNotFinite},
    {"-.inf", YamlKind::kNotFinite},     {"-.Inf", YamlKind::kNotFinite},      {"-.INF", YamlKind::kNotFinite},
};

// Booleans of YAML 1.1, which are strings since.
constexpr Word kOldBooleans[] = {
    {"y", YamlKind::kBoolean, true},   {"Y", YamlKind::kBoolean, true},   {"yes", YamlKind::kBoolean, true},
    {"Yes", YamlKind::kBoolean, true}, {"YES", YamlKind::kBoolean, true}, {"on", YamlKind::kBoolean, true},
    {"On", YamlKind::kBoolean, true},  {"ON", YamlKind::kBoolean, true},  {"n", YamlKind::kBoolean},
    {"N", YamlKind::kBoolean},         {"no", YamlKind::kBoolean},        {"No", YamlKind::kBoolean},
    {"NO", YamlKind::kBoolean},        {"off", YamlKind::kBoolean},       {"Off", YamlKind::kBoolean},
    {"OFF", YamlKind::kBoolean},
};

constexpr std::string_view kTimestampLayouts[] = {
    "2006-1-2T15:4:5.999999999Z07:00",
    "2006-1-2t15:4:5.999999999Z07:00",
    "2006-1-2 15:4:5.999999999",
    "2006-1-2",
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool read_timestamp(std::string_view text, ZonedTime* time) {
  if (text.size() < 5 || text[4] != '-' || !std::all_of(text.begin(), text.begin() + 4, is_digit)) return false;
  std::string fault;
  return std::any_of(std::begin(kTimestampLayouts), std::end(kTimestampLayouts),
                     [&](std::string_view layout) { return parse_time(layout, text, time, &fault); });
}

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

// "12", "-0x1F", "0o17", "017", "0b101" within int64, or without a sign within uint64; as decimal text.
std::optional<std::string> read_integer(std::string_view text) {
  bool negative = text.starts_with('-');
  bool has_sign = negative || text.starts_with('+');
  if (has_sign) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  if (text.empty()) return std::nullopt;
  uint64_t limit = negative ? uint64_t{1} << 63 : has_sign ? uint64_t{INT64_MAX} : UINT64_MAX;
  uint64_t value = 0;
  for (char c : text) {
    int digit = digit_value(c);
    if (digit >= base) return std::nullopt;
    if (value > (limit - static_cast<uint64_t>(digit)) / static_cast<uint64_t>(base)) return std::nullopt;
    value = value * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit);
  }
  return (negative && value != 0 ? "-" : "") + std::to_string(value);
}

// A double as Go's JSON writes it: plain digits from 1e-6 up to 1e21, else with an exponent.
std::string json_float(const BinaryNumber& number) {
  DecimalDigits decimal = shortest_digits(number);
  if (decimal.digits.empty()) return number.negative ? "-0" : "0";
  std::string out = decimal.negative ? "-" : "";
  int64_t size = static_cast<int64_t>(decimal.digits.size());
  if (decimal.point > 21 || decimal.point < -5) {
    out += decimal.digits[0];
    if (size > 1) out.append(".").append(decimal.digits.substr(1));
    int64_t exponent = decimal.point - 1;
    return out + (exponent < 0 ? "e" : "e+") + std::to_string(exponent);
  }
  if (decimal.point <= 0) return out + "0." + std::string(static_cast<size_t>(-decimal.point), '0') + decimal.digits;
  if (decimal.point >= size) return out + decimal.digits + std::string(static_cast<size_t>(decimal.point - size), '0');
  size_t point = static_cast<size_t>(decimal.point);
  return out + decimal.digits.substr(0, point) + "." + decimal.digits.substr(point);
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?  Nothing if it is something else or not finite.
std::optional<std::string> read_float(std::string_view text) {
  std::string plain = text.starts_with('-') ? "-" : "";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  auto take_digits = [&] {
    size_t size = 0;
    while (size < text.size() && is_digit(text[size])) size++;
    std::string_view digits = text.substr(0, size);
    text.remove_prefix(size);
    return digits;
  };
  std::string_view whole = take_digits();
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits();
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  size_t zeros = std::min(whole.find_first_not_of('0'), whole.size());
  whole.remove_prefix(zeros);
  constexpr size_t kWholeDigits = 400;       // more are beyond every double
  constexpr size_t kFractionDigits = 1'200;  // what comes behind can only break a tie
  if (whole.size() > kWholeDigits) return std::nullopt;
  plain.append(whole.empty() ? "0" : whole);
  if (!fraction.empty()) plain.append(".").append(fraction.substr(0, kFractionDigits));
  if (fraction.size() > kFractionDigits) plain += '1';
  if (!text.empty()) {
    if (text[0] != 'e' && text[0] != 'E') return std::nullopt;
    text.remove_prefix(1);
    std::string sign = text.starts_with('-') ? "-" : "";
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    std::string_view exponent = take_digits();
    if (exponent.empty() || !text.empty()) return std::nullopt;
    exponent.remove_prefix(std::min(exponent.find_first_not_of('0'), exponent.size() - 1));
    // Nothing of a readable size comes back into range from there.
    if (exponent.size() > 5) {
      if (sign.empty()) return std::nullopt;
      return plain.starts_with('-') ? "-0" : "0";
    }
    plain.append("e").append(sign).append(exponent);
  }
  return yaml_float(plain);
}

}  // namespace

namespace {

// ".5": there, unlike in other numbers, an underscore has to be between digits.
YamlScalar resolve_fraction(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '_') {
      plain += text[i];
    } else if (i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return {};
    }
  }
  std::optional<std::string> number = read_float(plain);
  return number ? YamlScalar{YamlKind::kFloat, false, std::move(*number)} : YamlScalar();
}

}  // namespace

std::optional<std::string> yaml_float(std::string_view number) {
  BinaryNumber real;
  if (!nearest_float64(number, &real)) return std::nullopt;
  return json_float(real);
}

YamlScalar resolve_yaml_scalar(std::string_view text, bool with_timestamps) {
  for (const Word& word : kWords) {
    if (word.text == text) return {word.kind, word.truth, {}};
  }
  char first = text[0];
  if (first == '.') return resolve_fraction(text);
  if (!is_digit(first) && first != '+' && first != '-') return {};
  ZonedTime time;
  if (with_timestamps && read_timestamp(text, &time)) {
    return {YamlKind::kTimestamp, false, format_time(time, "2006-01-02T15:04:05.999999999Z07:00")};
  }
  std::string plain(text);
  std::erase(plain, '_');
  if (std::optional<std::string> number = read_integer(plain)) return {YamlKind::kInteger, false, std::move(*number)};
  if (std::optional<std::string> number = read_float(plain)) return {YamlKind::kFloat, false, std::move(*number)};
  return {};
}

std::optional<bool> old_yaml_boolean(std::string_view text) {
  for (const Word& word : kOldBooleans) {
    if (word.text == text) return word.truth;
  }
  return std::nullopt;
}

}  // namespace writ
