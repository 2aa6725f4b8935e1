// Binary floating point with a 64-bit significand, in software (`bf64/1`): what OPA computes with as soon as a number is
// not integral [S-2.4]. Every operation rounds once, to nearest, ties to even. The exponent is not bounded here; the
// range check [S-2.8] comes when a value is written as a decimal again.
#pragma once

#include <cstdint>

#include "engine/value/decimal.h"

namespace writ {

// ± significand × 2^exponent. The top bit of the significand is set, or the value is zero; zero keeps its sign.
struct Bf64 {
  bool negative = false;
  uint64_t significand = 0;
  int32_t exponent = 0;

  bool is_zero() const { return significand == 0; }
  bool is_integral() const;
};

// Rounded correctly. Small decimals take no memory; others expand.
Bf64 bf64_from_decimal(const Decimal& decimal);
Bf64 bf64_from_int64(int64_t number);
// The same by way of big integers always, for comparison in tests.
Bf64 bf64_from_decimal_slow(const Decimal& decimal);

Bf64 bf64_add(const Bf64& a, const Bf64& b);
Bf64 bf64_multiply(const Bf64& a, const Bf64& b);
// The exact product rounded once to fewer bits, 1 to 64.
Bf64 bf64_multiply_to(const Bf64& a, const Bf64& b, unsigned bits);
// `b` must not be zero.
Bf64 bf64_divide(const Bf64& a, const Bf64& b);

// The integer part of a value that is not integral; it always fits.
int64_t bf64_truncate(const Bf64& value);

// Shortest digits: at most 21, none at either end zero.
struct ShortDecimal {
  bool negative = false;
  char digits[24];
  uint32_t count = 0;
  int32_t adjusted = 0;

  Decimal decimal() const { return {negative, {digits, count}, count, adjusted}; }
};

// The shortest digits within half a unit of the last place of `value` (both ends included if the significand is even), of
// several the nearest, of two equally near the one with even last digit [S-2.5]. Throws Failure(E_NUM_RANGE).
//
// In two corners the digits are what OPA prints rather than that. Below a power of two the interval is as wide as above
// it, although neighbours there are closer: 2^-50 gives 8.881784197001252323e-16, which reads back as another value.
// And if the upper end of the interval is excluded and has fewer digits than the result, the result is not rounded up:
// 86195058956125580795904 gives 86195058956125580795000.
// With fewer `bits` the value must have no more than those, and the place meant is that of the lowest of them.
ShortDecimal bf64_shortest(const Bf64& value, unsigned bits = 64);
// The same by way of big integers always, for comparison in tests.
ShortDecimal bf64_shortest_slow(const Bf64& value, unsigned bits = 64);

// A number, rounded to 64 bits.
Bf64 bf64_of(const Value& number);
// The number of a result: zero keeps its sign, as OPA prints it; an integer that fits is an int64; anything else is the
// shortest digits in OPA's notation [S-2.6]. Throws Failure(E_NUM_RANGE).
Value bf64_value(Arena& arena, const Bf64& value, unsigned bits = 64);

}  // namespace writ
