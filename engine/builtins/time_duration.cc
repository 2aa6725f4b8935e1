// time.parse_duration_ns: Go's durations, and OPA's units d, w and y.
//
// Long units are first written as hours ("1d2h" becomes "24h2h"), as Go's 64-bit floats would say, then parse_go_duration
// reads the rest.
#include <optional>

#include "engine/builtins/float64.h"
#include "engine/builtins/go_duration.h"
#include "engine/builtins/support.h"
#include "engine/builtins/time_layout.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// Units of so many hours.
struct LongUnit {
  char name;
  uint64_t hours;
};

constexpr LongUnit kLongUnits[] = {{'d', 24}, {'w', 7 * 24}, {'y', 365 * 24}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "1.5" → "36" hours of a day and a half, as Go prints the product of two floats. Nothing if the digits are no number.
std::optional<std::string> hours_text(std::string_view digits, uint64_t hours) {
  size_t point = digits.find('.');
  if (point != digits.npos && digits.find('.', point + 1) != digits.npos) return std::nullopt;
  if (digits == ".") return std::nullopt;
  std::string number(digits.substr(0, point));
  number.erase(0, number.find_first_not_of('0'));
  if (number.empty()) number = "0";
  if (point != digits.npos && point + 1 < digits.size()) number.append(digits.substr(point));
  if (number.size() > 300) return std::nullopt;  // far beyond what any duration holds
  BinaryNumber value;
  if (!nearest_float64(number, &value)) return std::nullopt;
  DecimalDigits product = shortest_digits(multiply_float64(value, {false, hours, 0}));
  std::string out;
  for (int64_t i = 0; i < product.point; i++) {
    out += static_cast<size_t>(i) < product.digits.size() ? product.digits[static_cast<size_t>(i)] : '0';
  }
  if (out.empty()) out = "0";
  if (static_cast<int64_t>(product.digits.size()) > product.point) {
    out += '.';
    if (product.point < 0) out.append(static_cast<size_t>(-product.point), '0');
    out += product.digits.substr(static_cast<size_t>(product.point < 0 ? 0 : product.point));
  }
  return out;
}

// The text with long units as hours: "1d2h" → "24h2h". Nothing if it is not numbers and units in turn.
std::optional<std::string> without_long_units(std::string_view text) {
  std::string out;
  if (text.starts_with('-') || text.starts_with('+')) {
    out = text.substr(0, 1);
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    size_t digits = 0;
    while (digits < text.size() && (is_digit(text[digits]) || text[digits] == '.')) digits++;
    std::string_view number = text.substr(0, digits);
    std::string_view rest = text.substr(digits);
    size_t unit = 0;
    for (std::string_view two : {"ms", "us", "\xC2\xB5s", "ns"}) {
      if (rest.starts_with(two)) unit = two.size();
    }
    if (unit == 0 && !rest.empty() && rest[0] >= 'a' && rest[0] <= 'z') unit = 1;
    if (digits == 0 || unit == 0) return std::nullopt;
    std::string piece = std::string(number) + std::string(rest.substr(0, unit));
    for (const LongUnit& row : kLongUnits) {
      if (unit != 1 || rest[0] != row.name) continue;
      std::optional<std::string> hours = hours_text(number, row.hours);
      if (!hours) return std::nullopt;
      piece = *hours + "h";
    }
    out += piece;
    text = rest.substr(unit);
  }
  return out;
}

}  // namespace

Value builtin_time_parse_duration_ns(BuiltinCall& call) {
  std::string_view text = call[0].text();
  charge_bytes(call, text.size());
  std::string rewritten(text);
  std::string quoted;
  if (text.find_first_of("dwy") == text.npos) {
    quoted = quote_time_text(text);
  } else {
    append_quoted_go(quoted, text);
    std::optional<std::string> plain = without_long_units(text);
    if (!plain) return call.fault("time: invalid duration " + quoted);
    rewritten = std::move(*plain);
  }
  std::string reason;
  std::optional<int64_t> nanoseconds = parse_go_duration(rewritten, &reason);
  return nanoseconds ? Value::of(*nanoseconds) : call.fault(reason + " " + quoted);
}

}  // namespace writ
