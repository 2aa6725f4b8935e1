// Go's strconv.FormatFloat over BinaryNumber. Decimal forms (e, f, g) start from the digits that float64.h computes,
// the shortest or the exact ones, which are rounded here to the precision; b and x show the mantissa itself. No step
// uses the floating point of the machine.
#include "engine/builtins/go_float.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>

namespace writ {

namespace {

// --- Decimal forms ---------------------------------------------------------------------------------------------------

std::string exponent_text(const DecimalDigits& decimal, int precision, char e) {
  std::string text = decimal.negative ? "-" : "";
  text += decimal.digits.empty() ? '0' : decimal.digits[0];
  if (precision > 0) {
    text += '.';
    std::string_view rest = decimal.digits.empty() ? "" : std::string_view(decimal.digits).substr(1);
    rest = rest.substr(0, static_cast<size_t>(precision));
    text.append(rest).append(static_cast<size_t>(precision) - rest.size(), '0');
  }
  int64_t exponent = decimal.digits.empty() ? 0 : decimal.point - 1;
  text += e;
  text += exponent < 0 ? '-' : '+';
  std::string digits = std::to_string(exponent < 0 ? -exponent : exponent);
  if (digits.size() < 2) text += '0';
  return text + digits;
}

std::string fixed_text(const DecimalDigits& decimal, int precision) {
  std::string text = decimal.negative ? "-" : "";
  int64_t count = static_cast<int64_t>(decimal.digits.size());
  if (decimal.point > 0) {
    int64_t whole = std::min(count, decimal.point);
    text.append(decimal.digits, 0, static_cast<size_t>(whole));
    text.append(static_cast<size_t>(decimal.point - whole), '0');
  } else {
    text += '0';
  }
  if (precision > 0) {
    text += '.';
    int64_t zeros = std::min<int64_t>(std::max<int64_t>(-decimal.point, 0), precision);
    text.append(static_cast<size_t>(zeros), '0');
    std::string_view rest;
    if (decimal.point < count) rest = decimal.digits;
    if (decimal.point > 0 && !rest.empty()) rest.remove_prefix(static_cast<size_t>(decimal.point));
    rest = rest.substr(0, static_cast<size_t>(precision - zeros));
    text.append(rest).append(static_cast<size_t>(precision - zeros) - rest.size(), '0');
  }
  return text;
}

std::string general_text(DecimalDigits decimal, int precision, char verb, bool shortest) {
  if (!shortest) {
    if (precision == 0) precision = 1;
    round_digits(decimal, precision);
  }
  int64_t count = static_cast<int64_t>(decimal.digits.size());
  if (shortest) precision = 6;
  int64_t threshold = precision;
  if (threshold > count && count >= decimal.point) threshold = count;
  if (shortest) threshold = 6;
  int64_t exponent = decimal.point - 1;
  int64_t limit = shortest ? count : std::min<int64_t>(precision, count);
  if (exponent < -4 || exponent >= threshold) {
    char e = verb == 'G' ? 'E' : 'e';
    return exponent_text(decimal, static_cast<int>(std::max<int64_t>(limit - 1, 0)), e);
  }
  return fixed_text(decimal, static_cast<int>(std::max<int64_t>(count - decimal.point, 0)));
}

// --- Binary forms ----------------------------------------------------------------------------------------------------

std::string signed_exponent(int64_t exponent, size_t least_digits) {
  std::string digits = std::to_string(exponent < 0 ? -exponent : exponent);
  if (digits.size() < least_digits) digits.insert(0, least_digits - digits.size(), '0');
  return (exponent < 0 ? "-" : "+") + digits;
}

// A double's mantissa has 53 bits, and its exponent goes down to -1074 only.
BinaryNumber normalised(BinaryNumber real) {
  if (real.mantissa == 0) real.exponent = -1074;
  while (real.mantissa != 0 && real.mantissa < (uint64_t{1} << 52) && real.exponent > -1074) {
    real.mantissa <<= 1;
    real.exponent--;
  }
  return real;
}

std::string binary_text(const BinaryNumber& real) {
  BinaryNumber number = normalised(real);
  return (number.negative ? "-" : "") + std::to_string(number.mantissa) + "p" + signed_exponent(number.exponent, 1);
}

std::string hexadecimal_text(const BinaryNumber& real, char verb, int precision) {
  std::string_view digits = verb == 'X' ? "0123456789ABCDEFX" : "0123456789abcdefx";
  uint64_t mantissa = real.mantissa;
  int64_t exponent = 0;
  if (mantissa != 0) {  // 1.x, with 60 bits after the dot
    int shift = 60 - (std::bit_width(mantissa) - 1);
    mantissa <<= shift;
    exponent = real.exponent - shift + 60;
  }
  if (precision >= 0 && precision < 15) {
    unsigned shift = static_cast<unsigned>(precision) * 4;
    uint64_t extra = (mantissa << shift) & ((uint64_t{1} << 60) - 1);
    mantissa >>= 60 - shift;
    if ((extra | (mantissa & 1)) > (uint64_t{1} << 59)) mantissa++;
    mantissa <<= 60 - shift;
    if ((mantissa & (uint64_t{1} << 61)) != 0) {
      mantissa >>= 1;
      exponent++;
    }
  }
  std::string text = real.negative ? "-" : "";
  text.append({'0', digits[16], static_cast<char>('0' + (mantissa >> 60 & 1))});
  mantissa <<= 4;
  if (precision < 0 ? mantissa != 0 : precision > 0) text += '.';
  for (int i = 0; precision < 0 ? mantissa != 0 : i < precision; i++) {
    text += digits[mantissa >> 60 & 0xF];
    mantissa <<= 4;
  }
  text += verb == 'X' ? 'P' : 'p';
  return text + signed_exponent(exponent, 2);
}

}  // namespace

std::string go_float_text(const BinaryNumber& real, char verb, int precision, FloatFormat format) {
  if (verb == 'b') return binary_text(real);
  if (verb == 'x' || verb == 'X') return hexadecimal_text(real, verb, precision);
  bool shortest = precision < 0;
  DecimalDigits decimal = shortest ? shortest_digits(real, format) : exact_digits(real);
  int64_t count = static_cast<int64_t>(decimal.digits.size());
  switch (verb) {
    case 'e': case 'E':
      if (shortest) precision = static_cast<int>(std::max<int64_t>(count - 1, 0));
      else round_digits(decimal, precision + 1);
      return exponent_text(decimal, precision, verb);
    case 'f':
      if (shortest) precision = static_cast<int>(std::max<int64_t>(count - decimal.point, 0));
      else round_digits(decimal, decimal.point + precision);
      return fixed_text(decimal, precision);
    default:
      return general_text(decimal, precision, verb, shortest);
  }
}

}  // namespace writ
