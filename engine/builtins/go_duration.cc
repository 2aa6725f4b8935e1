// What time.ParseDuration reads. Go computes fractions with 64-bit floats, and so does this, in software.
#include "engine/builtins/go_duration.h"

#include <utility>

#include "engine/builtins/float64.h"
#include "engine/builtins/time_layout.h"

namespace writ {

namespace {

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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

class DurationParser {
 public:
  explicit DurationParser(std::string_view text) : rest_(text) {}

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
    value += truncate(multiply_float64(float_of(std::to_string(fraction)), step));
    if (value > kMaxMagnitude) return fail("invalid duration");
    return value;
  }

  std::string_view rest_;
  std::string reason_;
};

}  // namespace

std::optional<int64_t> parse_go_duration(std::string_view text, std::string* reason) {
  DurationParser parser(text);
  std::optional<int64_t> nanoseconds = parser.run();
  if (!nanoseconds) *reason = parser.reason();
  return nanoseconds;
}

}  // namespace writ
