// A decimal is its text, taken apart and never expanded: parse, compare, check the range, and write in the notations that
// texts of values need (canonical, as OPA writes results, the integer part). Each notation is written once and serves
// both a string and memory of an arena.
#include "engine/value/decimal.h"

#include <algorithm>
#include <cstdlib>

#include "engine/base/error.h"

namespace writ {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t skip_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// Exponents beyond this are as good as infinite: no text is long enough to bring them back into range.
constexpr int64_t kExponentCap = 1'000'000;

// Digits of the exponent field as a number, cut off at the cap.
int64_t read_exponent(std::string_view digits) {
  int64_t exponent = 0;
  for (char c : digits) exponent = std::min(exponent * 10 + (c - '0'), kExponentCap);
  return exponent;
}

// Writes into memory known to be large enough, with the part of std::string's interface that is needed here: so the
// notations below serve both.
class Writer {
 public:
  explicit Writer(char* to) : to_(to) {}
  Writer& operator+=(char c) {
    *to_++ = c;
    return *this;
  }
  Writer& operator+=(std::string_view text) {
    to_ = std::copy(text.begin(), text.end(), to_);
    return *this;
  }
  void append(size_t count, char c) { to_ = std::fill_n(to_, count, c); }
  const char* end() const { return to_; }

 private:
  char* to_;
};

template <typename Out>
void append_zeros(Out& out, int64_t count) {
  out.append(static_cast<size_t>(count), '0');
}

// The digits without their point, a point put in before digit number `point` (none if it is not within).
template <typename Out>
void append_digits(Out& out, const Decimal& decimal, int64_t point) {
  int64_t at = 0;
  for (char c : decimal.digits) {
    if (c == '.') continue;
    if (at == point && at > 0) out += '.';
    out += c;
    ++at;
  }
}

// Plain notation: no exponent.
template <typename Out>
void append_plain(Out& out, const Decimal& decimal) {
  int64_t count = decimal.count;
  int64_t before_point = int64_t{decimal.adjusted} + 1;
  if (before_point <= 0) {
    out += "0.";
    append_zeros(out, -before_point);
    append_digits(out, decimal, -1);
  } else {
    append_digits(out, decimal, before_point);
    if (before_point > count) append_zeros(out, before_point - count);
  }
}

// d.ddde±x with at least `least` exponent digits.
template <typename Out>
void append_scientific(Out& out, const Decimal& decimal, size_t least) {
  append_digits(out, decimal, 1);
  out += 'e';
  out += decimal.adjusted < 0 ? '-' : '+';
  char buffer[20];
  std::string_view exponent = write_uint64(static_cast<uint64_t>(std::abs(decimal.adjusted)), buffer);
  if (exponent.size() < least) append_zeros(out, static_cast<int64_t>(least - exponent.size()));
  out += exponent;
}

template <typename Out>
void append_cj1(Out& out, const Decimal& decimal) {
  if (decimal.is_zero()) {
    out += '0';
    return;
  }
  if (decimal.negative) out += '-';
  bool plain = decimal.adjusted >= -6 && decimal.adjusted <= 20;
  plain ? append_plain(out, decimal) : append_scientific(out, decimal, 1);
}

template <typename Out>
void append_result(Out& out, const Decimal& decimal) {
  if (decimal.negative) out += '-';
  if (decimal.is_zero()) {
    out += '0';
    return;
  }
  bool plain = decimal.is_integral() || (decimal.adjusted >= -4 && decimal.adjusted < 6);
  plain ? append_plain(out, decimal) : append_scientific(out, decimal, 2);
}

template <typename Out>
void append_integer_part(Out& out, const Decimal& decimal) {
  if (decimal.is_zero() || decimal.adjusted < 0) {
    out += '0';
    return;
  }
  if (decimal.negative) out += '-';
  int64_t left = int64_t{decimal.adjusted} + 1;
  for (char c : decimal.digits) {
    if (c == '.') continue;
    if (left == 0) return;
    out += c;
    --left;
  }
  append_zeros(out, left);
}

// Room for any notation of the decimal but the plain one of a large integer: sign, point, leading zeros, exponent.
constexpr size_t kNotation = 32;

template <typename Append>
std::string_view write(Arena& arena, size_t room, Append append) {
  char* begin = static_cast<char*>(arena.allocate(room));
  Writer writer(begin);
  append(writer);
  return {begin, static_cast<size_t>(writer.end() - begin)};
}

size_t plain_room(const Decimal& decimal) {
  return kNotation + static_cast<size_t>(std::max(decimal.adjusted, 0));
}

}  // namespace

DecimalStatus parse_decimal(std::string_view text, Decimal* out) {
  size_t at = 0;
  bool negative = !text.empty() && text[0] == '-';
  if (negative) ++at;
  size_t whole = at;
  size_t whole_end = skip_digits(text, at);
  if (whole_end == whole || (text[whole] == '0' && whole_end - whole > 1)) return DecimalStatus::kNotANumber;
  at = whole_end;
  size_t fraction = at;
  size_t fraction_end = at;
  if (at < text.size() && text[at] == '.') {
    fraction = at + 1;
    fraction_end = skip_digits(text, fraction);
    if (fraction_end == fraction) return DecimalStatus::kNotANumber;
    at = fraction_end;
  }
  int64_t exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    bool minus = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    size_t end = skip_digits(text, at);
    if (end == at) return DecimalStatus::kNotANumber;
    exponent = read_exponent(text.substr(at, end - at));
    if (minus) exponent = -exponent;
    at = end;
  }
  if (at != text.size()) return DecimalStatus::kNotANumber;
  if (text.size() > kLongestNumber) return DecimalStatus::kOutOfRange;

  size_t first = whole;
  while (first < fraction_end && (text[first] == '0' || text[first] == '.')) ++first;
  out->negative = negative;
  if (first == fraction_end) {
    out->digits = {};
    out->count = 0;
    out->adjusted = 0;
    return DecimalStatus::kGood;
  }
  size_t last = fraction_end - 1;
  while (text[last] == '0' || text[last] == '.') --last;
  bool spans_point = first < whole_end && last >= whole_end;
  uint64_t count = last - first + 1 - (spans_point ? 1 : 0);
  int64_t place = first < whole_end ? static_cast<int64_t>(whole_end - first) - 1
                                    : -static_cast<int64_t>(first - fraction) - 1;
  int64_t adjusted = place + exponent;
  if (count > kMostDigits || adjusted < kSmallestExponent || adjusted > kLargestExponent) {
    return DecimalStatus::kOutOfRange;
  }
  out->digits = text.substr(first, last - first + 1);
  out->count = static_cast<uint32_t>(count);
  out->adjusted = static_cast<int32_t>(adjusted);
  return DecimalStatus::kGood;
}

DecimalOperand::DecimalOperand(const Value& number) {
  if (!number.is_int64()) {
    // Values are made from checked text only, so this cannot fail on anything that entered through number.h.
    if (parse_decimal(number.text(), this) != DecimalStatus::kGood) throw_number_range();
    return;
  }
  negative = number.integer < 0;
  uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(number.integer) : static_cast<uint64_t>(number.integer);
  if (magnitude == 0) return;
  digits = write_uint64(magnitude, buffer_);
  adjusted = static_cast<int32_t>(digits.size()) - 1;
  while (digits.back() == '0') digits.remove_suffix(1);
  count = static_cast<uint32_t>(digits.size());
}

int decimal_compare(const Decimal& a, const Decimal& b) {
  int sign_a = a.is_zero() ? 0 : a.negative ? -1 : 1;
  int sign_b = b.is_zero() ? 0 : b.negative ? -1 : 1;
  if (sign_a != sign_b) return sign_a < sign_b ? -1 : 1;
  if (sign_a == 0) return 0;
  if (a.adjusted != b.adjusted) return a.adjusted < b.adjusted ? -sign_a : sign_a;
  size_t i = 0;
  size_t j = 0;
  while (true) {
    if (i < a.digits.size() && a.digits[i] == '.') ++i;
    if (j < b.digits.size() && b.digits[j] == '.') ++j;
    bool end_a = i == a.digits.size();
    bool end_b = j == b.digits.size();
    // No trailing zeros: whoever has digits left is larger.
    if (end_a || end_b) return end_a && end_b ? 0 : end_a ? -sign_a : sign_a;
    if (a.digits[i] != b.digits[j]) return a.digits[i] < b.digits[j] ? -sign_a : sign_a;
    ++i;
    ++j;
  }
}

bool decimal_to_int64(const Decimal& decimal, int64_t* out) {
  if (decimal.is_zero()) {
    *out = 0;
    return true;
  }
  if (!decimal.is_integral() || decimal.adjusted > 18) return false;
  uint64_t magnitude = 0;  // at most 19 digits: no overflow
  for (char c : decimal.digits) {
    if (c != '.') magnitude = magnitude * 10 + static_cast<uint64_t>(c - '0');
  }
  for (int32_t zeros = decimal.exponent(); zeros > 0; --zeros) magnitude *= 10;
  constexpr uint64_t kLimit = uint64_t{1} << 63;
  if (magnitude > kLimit || (magnitude == kLimit && !decimal.negative)) return false;
  *out = static_cast<int64_t>(decimal.negative ? 0 - magnitude : magnitude);
  return true;
}

void check_decimal_range(const Decimal& decimal) {
  if (decimal.is_zero()) return;
  if (decimal.count > kMostDigits || decimal.adjusted < kSmallestExponent || decimal.adjusted > kLargestExponent) {
    throw_number_range();
  }
}

void throw_number_range() {
  throw Failure(ErrorCode::E_NUM_RANGE,
                "numbers must have an exponent within -6143 and 6144 and at most 6145 significant digits");
}

void append_decimal_cj1(std::string& out, const Decimal& decimal) { append_cj1(out, decimal); }

void append_decimal_integer(std::string& out, const Decimal& decimal) { append_integer_part(out, decimal); }

std::string_view decimal_cj1(Arena& arena, const Decimal& decimal) {
  return write(arena, kNotation + decimal.count, [&](Writer& out) { append_cj1(out, decimal); });
}

std::string_view decimal_result(Arena& arena, const Decimal& decimal) {
  size_t room = decimal.is_integral() ? plain_room(decimal) : kNotation + decimal.count;
  return write(arena, room, [&](Writer& out) { append_result(out, decimal); });
}

std::string_view decimal_integer(Arena& arena, const Decimal& decimal) {
  return write(arena, plain_room(decimal), [&](Writer& out) { append_integer_part(out, decimal); });
}

std::string_view write_uint64(uint64_t number, char (&buffer)[20]) {
  char* to = buffer + sizeof buffer;
  do {
    *--to = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return {to, static_cast<size_t>(buffer + sizeof buffer - to)};
}

}  // namespace writ
