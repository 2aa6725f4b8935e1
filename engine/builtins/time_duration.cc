// time.parse_duration_ns: Go's durations, and OPA's units d, w and y.
//
// Long units are first written as hours ("1d2h" becomes "24h2h"), then DurationParser reads what time.ParseDuration
// reads. Go computes fractions with 64-bit floats, and so does this, in software.
#include <optional>

#include "engine/builtins/float64.h"
#include "engine/builtins/support.h"
#include "engine/builtins/time_layout.h"
#include "engine/value/text.h"

namespace writ {

namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr uint64_t kMaxMagnitude = uint64_t{1} << 63;

struct Unit {
  std::string_view name;
  uint64_t nanoseconds;
};

constexpr Unit kUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"\xC2\xB5s", 1'000},  // the micro sign
    {"\xCE\xBCs", 1'000},  // the Greek letter
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
};

// Units of so many hours.
struct LongUnit {
  char name;
  uint64_t hours;
};

constexpr LongUnit kLongUnits[] = {{'d', 24}, {'w', 7 * 24}, {'y', 365 * 24}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// --- 64-bit floats ---------------------------------------------------------------------------------------------------

// The double nearest to a product, ties to even.
BinaryNumber multiply(const BinaryNumber& a, const BinaryNumber& b) {
  Wide product = Wide{a.mantissa} * b.mantissa;
  int64_t exponent = a.exponent + b.exponent;
  unsigned bits = 0;
  for (Wide rest = product; rest != 0; rest >>= 1) bits++;
  if (bits > 53) {
    unsigned dropped = bits - 53;
    Wide half = Wide{1} << (dropped - 1);
    Wide tail = product & ((Wide{1} << dropped) - 1);
    product >>= dropped;
    if (tail > half || (tail == half && (product & 1) != 0)) product++;
    exponent += dropped;
  }
  return {false, static_cast<uint64_t>(product), exponent};
}

BinaryNumber float_of(std::string_view text) {
  BinaryNumber number;
  nearest_float64(text, &number);
  return number;
}

// The integer part, which must be less than 2^64.
uint64_t truncate(const BinaryNumber& number) {
  if (number.mantissa == 0 || number.exponent <= -64) return 0;
  return number.exponent < 0 ? number.mantissa >> -number.exponent : number.mantissa << number.exponent;
}

// --- Go's durations --------------------------------------------------------------------------------------------------

class DurationParser {
 public:
  explicit DurationParser(std::string_view text) : whole_(text), rest_(text) {}

  // Nothing and fault() set if the text is not a duration.
  std::optional<int64_t> run() {
    bool negative = rest_.starts_with('-');
    if (negative || rest_.starts_with('+')) rest_.remove_prefix(1);
    if (rest_ == "0") return 0;
    if (rest_.empty()) return fail("invalid duration");
    uint64_t total = 0;
    while (!rest_.empty()) {
      std::optional<uint64_t> part = read_part();
      if (!part) return std::nullopt;
      total += *part;
      if (total > kMaxMagnitude) return fail("invalid duration");
    }
    if (!negative && total == kMaxMagnitude) return fail("invalid duration");
    return static_cast<int64_t>(negative ? 0 - total : total);
  }

  // Without the text at the end: `time: unknown unit "x" in duration`
  const std::string& reason() const { return reason_; }

 private:
  std::nullopt_t fail(std::string why) {
    reason_ = "time: " + std::move(why);
    return std::nullopt;
  }

  // Digits of which no more count than fit; false if an integer does not fit.
  bool read_integer(uint64_t* value) {
    *value = 0;
    for (; !rest_.empty() && is_digit(rest_[0]); rest_.remove_prefix(1)) {
      if (*value > kMaxMagnitude / 10) return false;
      *value = *value * 10 + static_cast<uint64_t>(rest_[0] - '0');
      if (*value > kMaxMagnitude) return false;
    }
    return true;
  }

  // The digits after the dot: as an integer, and how many of them there are.
  void read_fraction(uint64_t* value, int* places) {
    bool full = false;
    for (; !rest_.empty() && is_digit(rest_[0]); rest_.remove_prefix(1)) {
      if (full) continue;
      uint64_t next = *value * 10 + static_cast<uint64_t>(rest_[0] - '0');
      full = *value > (kMaxMagnitude - 1) / 10 || next > kMaxMagnitude;
      if (full) continue;
      *value = next;
      ++*places;
    }
  }

  std::optional<uint64_t> read_part() {
    if (rest_[0] != '.' && !is_digit(rest_[0])) return fail("invalid duration");
    bool has_digits = is_digit(rest_[0]);
    uint64_t value = 0;
    if (!read_integer(&value)) return fail("invalid duration");
    uint64_t fraction = 0;
    int places = 0;
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      has_digits = has_digits || (!rest_.empty() && is_digit(rest_[0]));
      read_fraction(&fraction, &places);
    }
    if (!has_digits) return fail("invalid duration");
    size_t size = 0;
    while (size < rest_.size() && rest_[size] != '.' && !is_digit(rest_[size])) size++;
    if (size == 0) return fail("missing unit in duration");
    std::string_view name = rest_.substr(0, size);
    rest_.remove_prefix(size);
    for (const Unit& unit : kUnits) {
      if (unit.name == name) return scale(value, fraction, places, unit.nanoseconds);
    }
    return fail("unknown unit " + quote_time_text(name) + " in duration");
  }

  std::optional<uint64_t> scale(uint64_t value, uint64_t fraction, int places, uint64_t unit) {
    if (value > kMaxMagnitude / unit) return fail("invalid duration");
    value *= unit;
    if (fraction == 0) return value;
    BinaryNumber step = float_of(std::to_string(unit) + "e-" + std::to_string(places));
    value += truncate(multiply(float_of(std::to_string(fraction)), step));
    if (value > kMaxMagnitude) return fail("invalid duration");
    return value;
  }

  std::string_view whole_;
  std::string_view rest_;
  std::string reason_;
};

// --- Long units ------------------------------------------------------------------------------------------------------

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
  DecimalDigits product = shortest_digits(multiply(value, {false, hours, 0}));
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
  DurationParser parser(rewritten);
  std::optional<int64_t> nanoseconds = parser.run();
  return nanoseconds ? Value::of(*nanoseconds) : call.fault(parser.reason() + " " + quoted);
}

}  // namespace writ
