// Binary floating-point numbers in whole-number arithmetic, for the few answers that OPA computes with Go's float64.
//
// Decimal texts become the nearest binary number by one exact division (round_quotient); binary numbers become decimal
// digits, all of them or the fewest that read back. Nothing here uses the floating point of the machine, so that
// answers are the same everywhere.
#include "engine/builtins/float64.h"

#include <algorithm>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>

#include "engine/base/error.h"

namespace writ {

namespace {

using boost::multiprecision::cpp_int;

__extension__ typedef unsigned __int128 Wide;

constexpr int64_t kMaxDigits = 6145;  // of a number in range [S-2.8]

[[noreturn]] void throw_range() { throw Failure(ErrorCode::E_NUM_RANGE, "a number is outside the supported range"); }

cpp_int power(unsigned base, int64_t exponent) {
  return boost::multiprecision::pow(cpp_int(base), static_cast<unsigned>(exponent));
}

// --- Decimal to binary -----------------------------------------------------------------------------------------------

struct ExactDecimal {
  bool negative = false;
  cpp_int digits;
  int64_t exponent = 0;  // digits × 10^exponent
};

// The text follows the grammar of number.h, so nothing is checked twice.
ExactDecimal read_decimal(std::string_view text) {
  ExactDecimal result;
  std::string digits;
  size_t i = 0;
  if (text.starts_with('-')) {
    result.negative = true;
    i++;
  }
  bool fraction = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; i++) {
    if (text[i] == '.') {
      fraction = true;
      continue;
    }
    digits += text[i];
    if (fraction) result.exponent--;
  }
  if (i < text.size()) {
    i++;
    bool negative = text[i] == '-';
    if (text[i] == '-' || text[i] == '+') i++;
    int64_t exponent = 0;
    for (; i < text.size(); i++) exponent = std::min<int64_t>(exponent * 10 + (text[i] - '0'), 1'000'000);
    result.exponent += negative ? -exponent : exponent;
  }
  digits.erase(0, digits.find_first_not_of('0'));  // a leading zero would mean octal
  if (!digits.empty()) result.digits = cpp_int(digits);
  if (result.digits == 0) result.exponent = 0;
  if (static_cast<int64_t>(digits.size()) > 2 * kMaxDigits || result.exponent > 2 * kMaxDigits ||
      result.exponent < -4 * kMaxDigits) {
    throw_range();
  }
  return result;
}

// numerator / denominator rounded to `bits` bits, ties to even. The last bit stands for 2^least_exponent at least.
BinaryNumber round_quotient(const cpp_int& numerator, const cpp_int& denominator, int bits, int64_t least_exponent) {
  BinaryNumber result;
  if (numerator == 0) return result;
  // With this shift the quotient has `bits` or bits + 1 bits.
  int64_t shift = bits - (static_cast<int64_t>(msb(numerator)) - static_cast<int64_t>(msb(denominator)));
  shift = std::min(shift, -least_exponent);
  cpp_int dividend = numerator;
  cpp_int divisor = denominator;
  if (shift >= 0) dividend <<= static_cast<unsigned>(shift);
  else divisor <<= static_cast<unsigned>(-shift);
  cpp_int quotient;
  cpp_int remainder;
  divide_qr(dividend, divisor, quotient, remainder);
  int64_t exponent = -shift;
  bool sticky = remainder != 0;
  cpp_int half_test = remainder * 2;
  int order = half_test.compare(divisor);  // of the remainder against one half
  while (quotient != 0 && static_cast<int>(msb(quotient)) >= bits) {
    bool lost = (quotient & 1) != 0;
    order = lost ? (sticky ? 1 : 0) : -1;
    sticky = sticky || lost;
    quotient >>= 1;
    exponent++;
  }
  if (order > 0 || (order == 0 && (quotient & 1) != 0)) quotient += 1;
  if (quotient != 0 && static_cast<int>(msb(quotient)) >= bits) {  // rounded up to the next power of two
    quotient >>= 1;
    exponent++;
  }
  result.mantissa = static_cast<uint64_t>(quotient);
  result.exponent = result.mantissa == 0 ? 0 : exponent;
  return result;
}

BinaryNumber round_decimal(std::string_view text, int bits, int64_t least_exponent) {
  ExactDecimal decimal = read_decimal(text);
  cpp_int numerator = decimal.digits;
  cpp_int denominator = 1;
  if (decimal.exponent >= 0) numerator *= power(10, decimal.exponent);
  else denominator = power(10, -decimal.exponent);
  BinaryNumber result = round_quotient(numerator, denominator, bits, least_exponent);
  result.negative = decimal.negative;
  return result;
}

}  // namespace

bool nearest_float64(std::string_view text, BinaryNumber* result) {
  *result = round_decimal(text, kFloat64.bits, kFloat64.least_exponent);
  if (result->mantissa == 0) return true;
  return static_cast<int64_t>(std::bit_width(result->mantissa)) + result->exponent <= 1024;
}

bool nearest_float32(const BinaryNumber& number, BinaryNumber* result) {
  cpp_int numerator = number.mantissa;
  cpp_int denominator = 1;
  if (number.exponent >= 0) numerator <<= static_cast<unsigned>(number.exponent);
  else denominator <<= static_cast<unsigned>(-number.exponent);
  *result = round_quotient(numerator, denominator, kFloat32.bits, kFloat32.least_exponent);
  result->negative = number.negative;
  if (result->mantissa == 0) return true;
  return static_cast<int64_t>(std::bit_width(result->mantissa)) + result->exponent <= 128;
}

BinaryNumber nearest_float_of_64_bits(std::string_view text) { return round_decimal(text, 64, INT32_MIN); }

// --- Binary to decimal -----------------------------------------------------------------------------------------------

namespace {

// Takes trailing zeros off; they are in `point` already.
void trim_zeros(DecimalDigits& decimal) {
  while (!decimal.digits.empty() && decimal.digits.back() == '0') decimal.digits.pop_back();
  if (decimal.digits.empty()) decimal.point = 0;
}

}  // namespace

DecimalDigits exact_digits(const BinaryNumber& number) {
  DecimalDigits result;
  result.negative = number.negative;
  if (number.mantissa == 0) return result;
  cpp_int value = number.mantissa;
  if (number.exponent >= 0) value <<= static_cast<unsigned>(number.exponent);
  else value *= power(5, -number.exponent);
  result.digits = value.str();
  result.point = static_cast<int64_t>(result.digits.size()) + std::min<int64_t>(number.exponent, 0);
  trim_zeros(result);
  return result;
}

namespace {

// Steele and White's free-format algorithm: digits come one by one until they name only this number. The value is r / s,
// halves of the gaps to its neighbours are up / s and down / s.
class FreeFormat {
 public:
  // Works on the normalised number: the gap below a power of two is half the gap above.
  FreeFormat(const BinaryNumber& number, FloatFormat format) {
    const uint64_t top = uint64_t{1} << (format.bits - 1);
    uint64_t mantissa = number.mantissa;
    int64_t exponent = number.exponent;
    while (mantissa < top && exponent > format.least_exponent) {
      mantissa <<= 1;
      exponent--;
    }
    bool power_of_two = mantissa == top && exponent > format.least_exponent;
    even_ = (mantissa & 1) == 0;
    r_ = mantissa;
    r_ <<= power_of_two ? 2 : 1;
    s_ <<= power_of_two ? 2 : 1;
    if (power_of_two) up_ <<= 1;
    if (exponent >= 0) {
      r_ <<= static_cast<unsigned>(exponent);
      up_ <<= static_cast<unsigned>(exponent);
      down_ <<= static_cast<unsigned>(exponent);
    } else {
      s_ <<= static_cast<unsigned>(-exponent);
    }
  }

  // So that the first digit comes directly after the dot: value + up < s, and not < s / 10. Returns the place of the dot.
  int64_t scale() {
    int64_t point = 0;
    while (even_ ? r_ + up_ >= s_ : r_ + up_ > s_) {
      s_ *= 10;
      point++;
    }
    while (even_ ? (r_ + up_) * 10 < s_ : (r_ + up_) * 10 <= s_) {
      next_place();
      point--;
    }
    return point;
  }

  // Appends the next digit; false if it is the last.
  bool append_digit(std::string& digits) {
    next_place();
    cpp_int digit = r_ / s_;
    r_ -= digit * s_;
    bool low = even_ ? r_ <= down_ : r_ < down_;
    bool high = even_ ? r_ + up_ >= s_ : r_ + up_ > s_;
    int value = static_cast<int>(digit);
    if (high && (!low || r_ * 2 > s_ || (r_ * 2 == s_ && value % 2 != 0))) value++;
    digits += static_cast<char>('0' + value);
    return !low && !high;
  }

 private:
  void next_place() {
    r_ *= 10;
    up_ *= 10;
    down_ *= 10;
  }

  bool even_ = false;
  cpp_int r_;
  cpp_int s_ = 1;
  cpp_int up_ = 1;
  cpp_int down_ = 1;
};

}  // namespace

DecimalDigits shortest_digits(const BinaryNumber& number, FloatFormat format) {
  DecimalDigits result;
  result.negative = number.negative;
  if (number.mantissa == 0) return result;
  FreeFormat digits(number, format);
  result.point = digits.scale();
  while (digits.append_digit(result.digits)) {
  }
  trim_zeros(result);
  return result;
}

void round_digits(DecimalDigits& decimal, int64_t count) {
  if (count >= static_cast<int64_t>(decimal.digits.size())) return;
  if (count < 0) {
    decimal.digits.clear();
    decimal.point = 0;
    return;
  }
  size_t kept = static_cast<size_t>(count);
  bool up = decimal.digits[kept] > '5';
  if (decimal.digits[kept] == '5') {
    bool exactly_half = kept + 1 == decimal.digits.size();
    bool odd = kept > 0 && (decimal.digits[kept - 1] - '0') % 2 != 0;
    up = !exactly_half || odd;
  }
  decimal.digits.resize(kept);
  if (up) {
    size_t i = kept;
    while (i > 0 && decimal.digits[i - 1] == '9') i--;
    decimal.digits.resize(i);
    if (i > 0) {
      decimal.digits[i - 1]++;
    } else {
      decimal.digits = "1";
      decimal.point++;
    }
  }
  trim_zeros(decimal);
}

// --- The rest --------------------------------------------------------------------------------------------------------

std::string scaled_integer_part(const BinaryNumber& number, uint64_t factor) {
  if (number.mantissa == 0) return "0";
  cpp_int product = cpp_int(number.mantissa) * factor;
  BinaryNumber rounded = round_quotient(product, 1, 64, INT32_MIN);
  int64_t exponent = rounded.exponent + number.exponent;
  if (exponent > 4 * kMaxDigits) throw_range();
  cpp_int whole = rounded.mantissa;
  if (exponent >= 0) whole <<= static_cast<unsigned>(exponent);
  else if (exponent <= -64) whole = 0;
  else whole >>= static_cast<unsigned>(-exponent);
  std::string text = whole.str();
  return number.negative && whole != 0 ? "-" + text : text;
}

BinaryNumber multiply_float64(const BinaryNumber& a, const BinaryNumber& b) {
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

BinaryNumber divide_float64(const BinaryNumber& number, uint64_t divisor) {
  if (number.mantissa == 0) return {};
  // The quotient gets at least 55 bits: a dividend of 128 over a divisor of 53.
  Wide dividend = number.mantissa;
  int64_t exponent = number.exponent;
  for (; dividend >> 126 == 0; exponent--) dividend <<= 1;
  Wide quotient = dividend / divisor;
  bool has_rest = dividend % divisor != 0;
  unsigned dropped = 0;
  for (Wide rest = quotient; rest >> 53 != 0; rest >>= 1) dropped++;
  Wide half = Wide{1} << (dropped - 1);
  Wide tail = quotient & ((Wide{1} << dropped) - 1);
  quotient >>= dropped;
  if (tail > half || (tail == half && (has_rest || (quotient & 1) != 0))) quotient++;
  return {false, static_cast<uint64_t>(quotient), exponent + dropped};
}

std::string hexadecimal_to_decimal(bool negative, std::string_view hex_digits, int64_t exponent) {
  size_t first = hex_digits.find_first_not_of('0');
  if (first == std::string_view::npos) return negative ? "-0" : "0";
  cpp_int value("0x" + std::string(hex_digits.substr(first)));
  if (exponent > 4 * kMaxDigits || exponent < -4 * kMaxDigits) throw_range();
  std::string text = negative ? "-" : "";
  if (exponent >= 0) {
    value <<= static_cast<unsigned>(exponent);
    return text + value.str();
  }
  while (exponent < 0 && (value & 1) == 0) {
    value >>= 1;
    exponent++;
  }
  value *= power(5, -exponent);  // m / 2^k = m × 5^k / 10^k
  return text + value.str() + (exponent < 0 ? "e" + std::to_string(exponent) : "");
}

}  // namespace writ
