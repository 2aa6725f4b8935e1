// Rounding comes first: an exact product, quotient or decimal is held in 128 bits or, if it needs more, in a big integer,
// and cut to 64 bits once. Then the operations, each an exact result and one rounding, and at the end the way back: the
// shortest decimal digits that read back to the same number.
#include "engine/value/bf64.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

namespace writ {

namespace {

using boost::multiprecision::cpp_int;

int leading_zeros(uint64_t bits) { return __builtin_clzll(bits); }
int leading_zeros(Uint128 bits) {
  uint64_t high = static_cast<uint64_t>(bits >> 64);
  return high != 0 ? leading_zeros(high) : 64 + leading_zeros(static_cast<uint64_t>(bits));
}

// `kept` has its top bit set; `above_half` and `half` say what was cut off behind it.
Bf64 round_up_if(bool negative, uint64_t kept, int32_t exponent, bool above_half, bool half) {
  if (above_half || (half && (kept & 1) != 0)) {
    if (++kept == 0) {
      kept = uint64_t{1} << 63;
      ++exponent;
    }
  }
  return {negative, kept, exponent};
}

// bits × 2^exponent, plus a little more if `sticky`. Bits must not be zero and, if sticky, have at least 66 of them.
Bf64 round_bits(bool negative, Uint128 bits, int32_t exponent, bool sticky) {
  int shift = leading_zeros(bits);
  bits <<= shift;
  uint64_t kept = static_cast<uint64_t>(bits >> 64);
  uint64_t rest = static_cast<uint64_t>(bits);
  constexpr uint64_t kHalf = uint64_t{1} << 63;
  return round_up_if(negative, kept, exponent - shift + 64, rest > kHalf || (rest == kHalf && sticky),
                     rest == kHalf && !sticky);
}

Bf64 round_bits(bool negative, const cpp_int& bits, int32_t exponent, bool sticky) {
  unsigned length = msb(bits) + 1;
  if (length <= 128) return round_bits(negative, static_cast<Uint128>(bits), exponent, sticky);
  unsigned dropped = length - 128;
  cpp_int top = bits >> dropped;
  bool lost = sticky || lsb(bits) < dropped;
  return round_bits(negative, static_cast<Uint128>(top), exponent + static_cast<int32_t>(dropped), lost);
}

constexpr int32_t kSmallPower = 27;  // 5^27 is the largest power of five below 2^64
constexpr auto kPowersOfFive = [] {
  struct { uint64_t of[kSmallPower + 1]; } table{};
  table.of[0] = 1;
  for (int i = 1; i <= kSmallPower; ++i) table.of[i] = table.of[i - 1] * 5;
  return table;
}();

constexpr uint32_t kDigitsIn128 = 38;

Uint128 digits_to_uint128(const Decimal& decimal) {
  Uint128 value = 0;
  uint64_t chunk = 0;
  uint64_t scale = 1;
  for (char c : decimal.digits) {
    if (c == '.') continue;
    chunk = chunk * 10 + static_cast<uint64_t>(c - '0');
    scale *= 10;
    if (scale == 10'000'000'000'000'000'000ull) {
      value = value * scale + chunk;
      chunk = 0;
      scale = 1;
    }
  }
  return value * scale + chunk;
}

cpp_int digits_to_integer(const Decimal& decimal) {
  cpp_int value = 0;
  uint64_t chunk = 0;
  uint64_t scale = 1;
  for (char c : decimal.digits) {
    if (c == '.') continue;
    chunk = chunk * 10 + static_cast<uint64_t>(c - '0');
    scale *= 10;
    if (scale == 1'000'000'000'000'000'000ull) {
      value = value * scale + chunk;
      chunk = 0;
      scale = 1;
    }
  }
  return value * scale + chunk;
}

cpp_int power_of_five(int32_t exponent) { return pow(cpp_int(5), static_cast<unsigned>(exponent)); }

// Whether the decimal can be converted without big integers.
bool is_small(const Decimal& decimal) {
  int32_t exponent = decimal.exponent();
  if (exponent < 0) return decimal.count <= kDigitsIn128 && exponent >= -kSmallPower;
  return decimal.count <= 19 && exponent <= kSmallPower;
}

// bits / divisor × 2^exponent. Both are brought to full width, so the quotient has 64 or 65 bits.
Bf64 divide_rounded(bool negative, Uint128 bits, uint64_t divisor, int32_t exponent) {
  int shift = leading_zeros(bits);
  bits <<= shift;
  int divisor_shift = leading_zeros(divisor);
  divisor <<= divisor_shift;
  exponent += divisor_shift - shift;
  Uint128 quotient = bits / divisor;
  uint64_t remainder = static_cast<uint64_t>(bits - quotient * divisor);
  if ((quotient >> 64) != 0) {
    bool half = (quotient & 1) != 0;
    return round_up_if(negative, static_cast<uint64_t>(quotient >> 1), exponent + 1, half && remainder != 0,
                       half && remainder == 0);
  }
  Uint128 twice = Uint128{remainder} << 1;
  return round_up_if(negative, static_cast<uint64_t>(quotient), exponent, twice > divisor, twice == divisor);
}

}  // namespace

bool Bf64::is_integral() const {
  if (significand == 0 || exponent >= 0) return true;
  return exponent > -64 && (significand & ((uint64_t{1} << -exponent) - 1)) == 0;
}

Bf64 bf64_from_int64(int64_t number) {
  bool negative = number < 0;
  uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
  if (magnitude == 0) return {};
  int shift = leading_zeros(magnitude);
  return {negative, magnitude << shift, -shift};
}

Bf64 bf64_from_decimal(const Decimal& decimal) {
  if (decimal.is_zero()) return {decimal.negative, 0, 0};
  if (!is_small(decimal)) return bf64_from_decimal_slow(decimal);
  Uint128 digits = digits_to_uint128(decimal);
  int32_t exponent = decimal.exponent();
  if (exponent >= 0) {
    return round_bits(decimal.negative, digits * kPowersOfFive.of[exponent], exponent, false);
  }
  return divide_rounded(decimal.negative, digits, kPowersOfFive.of[-exponent], exponent);
}

Bf64 bf64_from_decimal_slow(const Decimal& decimal) {
  if (decimal.is_zero()) return {decimal.negative, 0, 0};
  cpp_int digits = digits_to_integer(decimal);
  int32_t exponent = decimal.exponent();
  if (exponent >= 0) return round_bits(decimal.negative, cpp_int(digits * power_of_five(exponent)), exponent, false);
  cpp_int divisor = power_of_five(-exponent);
  // Enough zero bits behind the dividend for a quotient of 66 bits or more.
  int32_t shift = std::max<int32_t>(0, 67 + static_cast<int32_t>(msb(divisor)) - static_cast<int32_t>(msb(digits)));
  digits <<= static_cast<unsigned>(shift);
  cpp_int quotient;
  cpp_int remainder;
  divide_qr(digits, divisor, quotient, remainder);
  return round_bits(decimal.negative, quotient, exponent - shift, !remainder.is_zero());
}

Bf64 bf64_add(const Bf64& a, const Bf64& b) {
  if (a.is_zero() && b.is_zero()) return {a.negative && b.negative, 0, 0};
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  if (a.exponent < b.exponent) return bf64_add(b, a);
  // Two free bits above for the carry, 62 below: more than enough to see every rounding when bits are lost below.
  int64_t distance = int64_t{a.exponent} - b.exponent;
  Uint128 large = Uint128{a.significand} << 62;
  Uint128 small = Uint128{b.significand} << 62;
  if (distance >= 127) {
    small = 1;
  } else if (distance > 0) {
    bool lost = (small & ((Uint128{1} << distance) - 1)) != 0;
    small = (small >> distance) | (lost ? 1 : 0);
  }
  bool negative = a.negative;
  Uint128 sum;
  if (a.negative == b.negative) {
    sum = large + small;
  } else if (large >= small) {
    sum = large - small;
  } else {
    sum = small - large;
    negative = b.negative;
  }
  if (sum == 0) return {};
  return round_bits(negative, sum, a.exponent - 62, false);
}

Bf64 bf64_multiply(const Bf64& a, const Bf64& b) {
  bool negative = a.negative != b.negative;
  if (a.is_zero() || b.is_zero()) return {negative, 0, 0};
  return round_bits(negative, Uint128{a.significand} * b.significand, a.exponent + b.exponent, false);
}

Bf64 bf64_multiply_to(const Bf64& a, const Bf64& b, unsigned bits) {
  bool negative = a.negative != b.negative;
  if (a.is_zero() || b.is_zero()) return {negative, 0, 0};
  Uint128 product = Uint128{a.significand} * b.significand;
  int shift = leading_zeros(product);
  product <<= shift;
  unsigned dropped = 128 - bits;
  Uint128 kept = product >> dropped;
  Uint128 rest = product - (kept << dropped);
  Uint128 half = Uint128{1} << (dropped - 1);
  if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
  int32_t exponent = a.exponent + b.exponent - shift + 64;
  if ((kept >> bits) != 0) {
    kept >>= 1;
    ++exponent;
  }
  return {negative, static_cast<uint64_t>(kept) << (64 - bits), exponent};
}

Bf64 bf64_divide(const Bf64& a, const Bf64& b) {
  bool negative = a.negative != b.negative;
  if (a.is_zero()) return {negative, 0, 0};
  return divide_rounded(negative, Uint128{a.significand} << 64, b.significand, a.exponent - 64 - b.exponent);
}

int64_t bf64_truncate(const Bf64& value) {
  if (value.exponent <= -64) return 0;
  int64_t magnitude = static_cast<int64_t>(value.significand >> -value.exponent);
  return value.negative ? -magnitude : magnitude;
}

// --- Shortest digits -------------------------------------------------------------------------------------------------
// Steele and White's digit generation: the value is R/S × 10^k with 1 <= R/S < 10 and M/S half a unit of its last place.
// Each step takes one digit off; it ends as soon as the number cut off here, or that plus one unit, is close enough.

namespace {

template <typename Uint>
Uint power_of_ten(int32_t exponent) {
  Uint result = 1;
  for (; exponent > 0; --exponent) result *= 10;
  return result;
}
template <>
cpp_int power_of_ten<cpp_int>(int32_t exponent) {
  return power_of_five(exponent) << static_cast<unsigned>(exponent);
}

// floor(log10(2^63 × 2^exponent)): the decimal exponent of the value or one less.
int32_t decimal_exponent(int32_t exponent) {
  constexpr int64_t kLog10Of2 = 1292913986;  // × 2^32
  return static_cast<int32_t>(((int64_t{exponent} + 63) * kLog10Of2) >> 32);
}

// One more in the last place.
void increment(ShortDecimal& result) {
  while (result.count > 0 && result.digits[result.count - 1] == '9') --result.count;
  if (result.count == 0) {
    result.digits[result.count++] = '1';
    ++result.adjusted;
  } else {
    ++result.digits[result.count - 1];
  }
}

template <typename Uint>
ShortDecimal shortest(const Bf64& value, unsigned bits) {
  int32_t k = decimal_exponent(value.exponent);
  Uint r = value.significand;
  Uint s = 2;
  Uint m = 1;
  m <<= 64 - bits;
  r *= 2;
  if (value.exponent >= 0) {
    r <<= static_cast<unsigned>(value.exponent);
    m <<= static_cast<unsigned>(value.exponent);
  } else {
    s <<= static_cast<unsigned>(-value.exponent);
  }
  if (k >= 0) {
    s *= power_of_ten<Uint>(k);
  } else {
    Uint scale = power_of_ten<Uint>(-k);
    r *= scale;
    m *= scale;
  }
  if (r >= s * 10) {
    s *= 10;
    ++k;
  }
  bool inclusive = (value.significand >> (64 - bits) & 1) == 0;
  bool end_is_near = false;
  ShortDecimal result;
  result.negative = value.negative;
  result.adjusted = k;
  while (true) {
    int digit = static_cast<int>(Uint(r / s));
    r -= s * digit;
    result.digits[result.count++] = static_cast<char>('0' + digit);
    Uint up = s - r;
    bool down_is_close = inclusive ? r <= m : r < m;
    // The upper end itself is out of reach if the interval does not include its ends. Having come upon it, OPA never
    // rounds up any more, even where that would be nearer.
    end_is_near = end_is_near || (!inclusive && up == m);
    bool up_is_close = !end_is_near && up <= m;
    if (down_is_close && up_is_close) {
      up_is_close = up < r || (up == r && (digit & 1) != 0);
    }
    if (up_is_close) {
      increment(result);
      break;
    }
    if (down_is_close) break;
    r *= 10;
    m *= 10;
  }
  while (result.count > 1 && result.digits[result.count - 1] == '0') --result.count;
  return result;
}

// Exponents whose R, S and M stay below 2^124 on the way.
bool fits_uint128(const Bf64& value) { return value.exponent >= -118 && value.exponent <= 50; }

void check_exponent(const Bf64& value) {
  int32_t k = decimal_exponent(value.exponent);
  if (k > kLargestExponent || k < kSmallestExponent - 1) throw_number_range();
}

}  // namespace

ShortDecimal bf64_shortest(const Bf64& value, unsigned bits) {
  if (value.is_zero() || !fits_uint128(value)) return bf64_shortest_slow(value, bits);
  return shortest<Uint128>(value, bits);
}

ShortDecimal bf64_shortest_slow(const Bf64& value, unsigned bits) {
  ShortDecimal result;
  if (value.is_zero()) {
    result.negative = value.negative;
    return result;
  }
  check_exponent(value);
  result = shortest<cpp_int>(value, bits);
  check_decimal_range(result.decimal());
  return result;
}

Bf64 bf64_of(const Value& number) {
  return number.is_int64() ? bf64_from_int64(number.integer) : bf64_from_decimal(DecimalOperand(number));
}

Value bf64_value(Arena& arena, const Bf64& value, unsigned bits) {
  if (value.is_zero()) return value.negative ? Value::number_text("-0") : Value::of(0);
  ShortDecimal shortest = bf64_shortest(value, bits);
  Decimal decimal = shortest.decimal();
  int64_t integer;
  if (decimal_to_int64(decimal, &integer)) return Value::of(integer);
  return Value::number_text(decimal_result(arena, decimal));
}

}  // namespace writ
