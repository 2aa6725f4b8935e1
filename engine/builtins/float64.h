// Binary floating-point numbers, 64-bit floats above all, in software.
//
// Rego's own numbers never are floats (engine/value/number.h), but three functions promise what a float would give:
// sprintf prints numbers with a fraction as a float64, to_number accepts what fits one, units.parse_bytes rounds to 64
// bits. They get it here from exact integer arithmetic, the same on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace writ {

// ± mantissa × 2^exponent. Zero has mantissa 0.
struct BinaryNumber {
  bool negative = false;
  uint64_t mantissa = 0;
  int64_t exponent = 0;
};

// A decimal number as digits: ± 0.d1d2d3… × 10^point, without leading and trailing zeros. Zero has no digits, point 0.
struct DecimalDigits {
  bool negative = false;
  std::string digits;
  int64_t point = 0;
};

// The double nearest to a decimal text (number.h's grammar and range), ties to even. False if that is infinite.
bool nearest_float64(std::string_view text, BinaryNumber* result);
// The number of 64 significant bits nearest to a decimal text, ties to even.
BinaryNumber nearest_float_of_64_bits(std::string_view text);

// The float of 32 bits nearest to a double, ties to even. False if that is infinite.
bool nearest_float32(const BinaryNumber& number, BinaryNumber* result);

// The double nearest to the product of two of at most 64 bits each, ties to even, were its exponent unbounded. Signs do not
// count.
BinaryNumber multiply_float64(const BinaryNumber& a, const BinaryNumber& b);

// The double nearest to the quotient of a double that is not negative and a whole number up to 2^53, ties to even, were its
// exponent unbounded.
BinaryNumber divide_float64(const BinaryNumber& number, uint64_t divisor);

// What a machine's float has: bits of the mantissa, and the exponent of the last bit of the smallest numbers.
struct FloatFormat {
  int bits;
  int64_t least_exponent;
};
inline constexpr FloatFormat kFloat64{53, -1074};
inline constexpr FloatFormat kFloat32{24, -149};

// The shortest digits that a number of that format reads back to, and of those the nearest.
DecimalDigits shortest_digits(const BinaryNumber& number, FloatFormat format = kFloat64);
// All digits of a double.
DecimalDigits exact_digits(const BinaryNumber& number);
// The same rounded to `count` digits (0 or fewer: to nothing or one), ties to even.
void round_digits(DecimalDigits& decimal, int64_t count);

// The integer part of number × factor rounded to 64 bits, as plain digits. Throws Failure(E_NUM_RANGE) far out of range.
std::string scaled_integer_part(const BinaryNumber& number, uint64_t factor);

// The exact decimal text of ± 0x<digits> × 2^exponent. Throws Failure(E_NUM_RANGE) when it is out of range.
std::string hexadecimal_to_decimal(bool negative, std::string_view hex_digits, int64_t exponent);

}  // namespace writ
