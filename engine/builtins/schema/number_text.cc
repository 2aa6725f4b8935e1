// Go's big.Float.SetRat and its "%v", for the numbers of schemas: 0.1 is "0.1", 1000000 is "1e+06".
//
// A rational becomes a float of as many bits as the longer of numerator and denominator, 64 at least. Integers are exact
// then, and so are their shortest digits. Fractions of at most 64 bits are bf64's; longer ones are done here by big
// integers, with the two corners of Go's search for the shortest digits that bf64.h tells of.
#include "engine/builtins/schema/number_text.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <string_view>

#include "engine/value/bf64.h"
#include "engine/value/decimal.h"

namespace writ {

namespace {

using boost::multiprecision::cpp_int;

// 0.d1d2d3… × 10^point, without zeros at the end.
struct Digits {
  std::string text;
  int64_t point = 0;

  char at(size_t i) const { return i < text.size() ? text[i] : '0'; }
};

void trim(Digits& digits) {
  while (!digits.text.empty() && digits.text.back() == '0') digits.text.pop_back();
}

void round_up(Digits& digits, size_t count) {
  digits.text.resize(std::min(count, digits.text.size()));
  while (!digits.text.empty() && digits.text.back() == '9') digits.text.pop_back();
  if (digits.text.empty()) {
    digits.text = "1";
    ++digits.point;
  } else {
    ++digits.text.back();
  }
}

void round_down(Digits& digits, size_t count) {
  digits.text.resize(std::min(count, digits.text.size()));
  trim(digits);
}

// To nearest; halfway to the even digit.
void round_nearest(Digits& digits, size_t count) {
  if (count >= digits.text.size()) return;
  bool is_half = digits.text[count] == '5' && count + 1 == digits.text.size();
  bool up = is_half ? count > 0 && (digits.text[count - 1] - '0') % 2 != 0 : digits.text[count] >= '5';
  if (up) round_up(digits, count);
  else round_down(digits, count);
}

// mantissa × 2^exponent
Digits exact_digits(const cpp_int& mantissa, int64_t exponent) {
  Digits digits;
  if (exponent >= 0) {
    digits.text = cpp_int(mantissa << static_cast<size_t>(exponent)).str();
    digits.point = static_cast<int64_t>(digits.text.size());
  } else {
    digits.text = cpp_int(mantissa * pow(cpp_int(5), static_cast<unsigned>(-exponent))).str();
    digits.point = static_cast<int64_t>(digits.text.size()) + exponent;
  }
  trim(digits);
  return digits;
}

// numerator / denominator × 2^*exponent, rounded to that many bits, to nearest and halfway to even.
cpp_int rounded_quotient(const cpp_int& numerator, const cpp_int& denominator, unsigned bits, int64_t* exponent) {
  int64_t shift = int64_t{bits} + 2 + msb(denominator) - msb(numerator);
  cpp_int scaled = shift >= 0 ? cpp_int(numerator << static_cast<size_t>(shift)) : numerator;
  cpp_int divisor = shift >= 0 ? denominator : cpp_int(denominator << static_cast<size_t>(-shift));
  cpp_int quotient;
  cpp_int rest;
  divide_qr(scaled, divisor, quotient, rest);
  unsigned extra = static_cast<unsigned>(msb(quotient)) + 1 - bits;  // at least one
  cpp_int mantissa = quotient >> extra;
  cpp_int tail = quotient - (mantissa << extra);
  cpp_int half = cpp_int(1) << (extra - 1);
  bool up = tail > half || (tail == half && (!rest.is_zero() || bit_test(mantissa, 0)));
  if (up) ++mantissa;
  *exponent = int64_t{extra} - shift;
  if (msb(mantissa) == bits) {  // one digit more
    mantissa >>= 1;
    ++*exponent;
  }
  return mantissa;
}

// The shortest digits between half a unit of the last place below and above.
Digits shortest_between(const cpp_int& mantissa, int64_t exponent) {
  Digits digits = exact_digits(mantissa, exponent);
  Digits lower = exact_digits(mantissa * 2 - 1, exponent - 1);
  Digits upper = exact_digits(mantissa * 2 + 1, exponent - 1);
  bool inclusive = !bit_test(mantissa, 0);
  for (size_t i = 0; i < digits.text.size(); i++) {
    char digit = digits.text[i];
    bool may_fall = lower.at(i) != digit || (inclusive && i + 1 == lower.text.size());
    bool may_rise = digit != upper.at(i) && (inclusive || digit + 1 < upper.at(i) || i + 1 < upper.text.size());
    if (may_fall && may_rise) round_nearest(digits, i + 1);
    else if (may_fall) round_down(digits, i + 1);
    else if (may_rise) round_up(digits, i + 1);
    if (may_fall || may_rise) break;
  }
  return digits;
}

std::string without_point(std::string_view digits) {
  std::string text(digits);
  text.erase(std::remove(text.begin(), text.end(), '.'), text.end());
  return text;
}

// Of a fraction: its last digit stands behind the point.
Digits shortest_fraction(const Decimal& decimal) {
  constexpr unsigned kLeastBits = 64;
  cpp_int numerator(without_point(decimal.digits));
  cpp_int denominator = pow(cpp_int(10), static_cast<unsigned>(-decimal.exponent()));
  cpp_int common = gcd(numerator, denominator);
  numerator /= common;
  denominator /= common;
  unsigned bits = std::max({kLeastBits, static_cast<unsigned>(msb(numerator)) + 1, static_cast<unsigned>(msb(denominator)) + 1});
  if (bits == kLeastBits) {
    Decimal magnitude = decimal;
    magnitude.negative = false;
    ShortDecimal digits = bf64_shortest(bf64_from_decimal(magnitude));
    return {without_point({digits.digits, digits.count}), int64_t{digits.adjusted} + 1};
  }
  int64_t exponent = 0;
  cpp_int mantissa = rounded_quotient(numerator, denominator, bits, &exponent);
  return shortest_between(mantissa, exponent);
}

// Go's %g.
std::string written(bool is_negative, const Digits& digits) {
  std::string out = is_negative ? "-" : "";
  int64_t exponent = digits.point - 1;
  if (exponent < -4 || exponent >= 6) {
    out += digits.text[0];
    if (digits.text.size() > 1) out.append(".").append(digits.text, 1);
    std::string magnitude = std::to_string(exponent < 0 ? -exponent : exponent);
    if (magnitude.size() < 2) magnitude.insert(0, "0");
    return out.append("e").append(exponent < 0 ? "-" : "+").append(magnitude);
  }
  if (digits.point <= 0) return out.append("0.").append(static_cast<size_t>(-digits.point), '0').append(digits.text);
  size_t whole = static_cast<size_t>(digits.point);
  if (digits.text.size() <= whole) return out.append(digits.text).append(whole - digits.text.size(), '0');
  return out.append(digits.text, 0, whole).append(".").append(digits.text, whole);
}

}  // namespace

std::string schema_number_text(const Value& number) {
  DecimalOperand decimal(number);
  if (decimal.is_zero()) return "0";
  if (!decimal.is_integral()) return written(decimal.negative, shortest_fraction(decimal));
  return written(decimal.negative, {without_point(decimal.digits), int64_t{decimal.adjusted} + 1});
}

}  // namespace writ
