// Big integers for the few numbers that do not fit 64 bits: decimal text in, Boost's cpp_int for the operation, decimal
// text out. Digits go in by chunks of eighteen and come out by halves, so that the time stays below quadratic.
#include "engine/value/integer.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <vector>

namespace writ {

namespace {

using boost::multiprecision::cpp_int;

constexpr uint64_t kChunk = 1'000'000'000'000'000'000ull;
constexpr int kChunkDigits = 18;

// 10^6145 - 1, the largest integer there can be, has this many bits.
constexpr unsigned kMostBits = 20414;

cpp_int power_of_ten(uint32_t exponent) {
  return pow(cpp_int(5), exponent) << exponent;
}

// The integer part. Digits go in by eighteen at a time.
cpp_int to_integer(const Decimal& decimal) {
  cpp_int value = 0;
  int64_t left = int64_t{decimal.adjusted} + 1;
  uint64_t chunk = 0;
  uint64_t scale = 1;
  for (char c : decimal.digits) {
    if (c == '.') continue;
    if (left <= 0) break;
    --left;
    chunk = chunk * 10 + static_cast<uint64_t>(c - '0');
    scale *= 10;
    if (scale == kChunk) {
      value = value * scale + chunk;
      chunk = 0;
      scale = 1;
    }
  }
  value = value * scale + chunk;
  if (left > 0) value *= power_of_ten(static_cast<uint32_t>(left));
  return decimal.negative ? cpp_int(-value) : value;
}

// Decimal digits are taken off from the end, nine at a time, on half limbs: a constant divisor below 2^32 costs a
// multiplication instead of a division. Large numbers are split in two first.
void append_small_digits(std::string& out, const cpp_int& magnitude, size_t width) {
  std::vector<uint32_t> halves;
  export_bits(magnitude, std::back_inserter(halves), 32, false);
  std::string reversed;
  while (!halves.empty()) {
    uint64_t rest = 0;
    for (size_t i = halves.size(); i-- > 0;) {
      uint64_t part = (rest << 32) | halves[i];
      halves[i] = static_cast<uint32_t>(part / 1'000'000'000u);
      rest = part % 1'000'000'000u;
    }
    while (!halves.empty() && halves.back() == 0) halves.pop_back();
    for (int i = 0; i < 9; ++i) {
      reversed += static_cast<char>('0' + rest % 10);
      rest /= 10;
    }
  }
  while (!reversed.empty() && reversed.back() == '0') reversed.pop_back();
  if (reversed.size() < width) out.append(width - reversed.size(), '0');
  out.append(reversed.rbegin(), reversed.rend());
}

constexpr uint32_t kSplitDigits = 3072;
constexpr uint32_t kSmallestSplit = 384;

// At least `width` digits. Depth is the logarithm of kSplitDigits.
void append_digits(std::string& out, const cpp_int& magnitude, uint32_t split, size_t width) {
  if (split < kSmallestSplit) {
    append_small_digits(out, magnitude, width);
    return;
  }
  // Powers are large, and not made for a number that is certainly smaller.
  constexpr uint32_t kBitsOfDigit = 3;
  bool is_smaller = magnitude.is_zero() || msb(magnitude) < split * kBitsOfDigit;
  cpp_int power = is_smaller ? cpp_int() : power_of_ten(split);
  if (is_smaller || magnitude < power) {
    if (width > split) {
      out.append(width - split, '0');
      width = split;
    }
    append_digits(out, magnitude, split / 2, width);
    return;
  }
  cpp_int high;
  cpp_int low;
  divide_qr(magnitude, power, high, low);
  append_digits(out, high, split / 2, width > split ? width - split : 0);
  append_digits(out, low, split / 2, split);
}

Value from_integer(Arena& arena, const cpp_int& value) {
  if (value.is_zero()) return Value::of(0);
  cpp_int magnitude = abs(value);
  bool negative = value.sign() < 0;
  unsigned bits = msb(magnitude) + 1;
  if (bits <= 63) return Value::of(static_cast<int64_t>(value));
  if (bits == 64 && negative && lsb(magnitude) == 63) return Value::of(INT64_MIN);
  if (bits > kMostBits) throw_number_range();
  std::string text;
  if (negative) text += '-';
  append_digits(text, magnitude, kSplitDigits, 0);
  if (text.size() - (negative ? 1 : 0) > kMostDigits) throw_number_range();
  return Value::number_text(arena.copy(text));
}

}  // namespace

Value integer_compute(Arena& arena, IntegerOperation operation, const Decimal& a, const Decimal& b) {
  // A product out of range is not even begun.
  if (operation == IntegerOperation::kMultiply && a.adjusted + b.adjusted > kLargestExponent) throw_number_range();
  cpp_int x = to_integer(a);
  cpp_int y = to_integer(b);
  switch (operation) {
    case IntegerOperation::kAdd: x += y; break;
    case IntegerOperation::kSubtract: x -= y; break;
    case IntegerOperation::kMultiply: x *= y; break;
    case IntegerOperation::kRemainder: x %= y; break;
    case IntegerOperation::kAnd: x &= y; break;
    case IntegerOperation::kOr: x |= y; break;
    case IntegerOperation::kXor: x ^= y; break;
  }
  return from_integer(arena, x);
}

Value integer_divide(Arena& arena, const Decimal& a, const Decimal& b) {
  cpp_int quotient;
  cpp_int remainder;
  divide_qr(to_integer(a), to_integer(b), quotient, remainder);
  if (!remainder.is_zero()) return Value::undefined();
  return from_integer(arena, quotient);
}

Value integer_complement(Arena& arena, const Decimal& a) {
  return from_integer(arena, cpp_int(-to_integer(a) - 1));
}

Value integer_shift_left(Arena& arena, const Decimal& a, uint32_t bits) {
  if (a.is_zero()) return Value::of(0);
  if (bits > kMostBits) throw_number_range();
  return from_integer(arena, cpp_int(to_integer(a) << bits));
}

Value integer_shift_right(Arena& arena, const Decimal& a, uint32_t bits) {
  cpp_int value = to_integer(a);
  // Rounds down, as two's complement does: for negative numbers through the complement.
  if (value.sign() >= 0) return from_integer(arena, cpp_int(value >> bits));
  cpp_int complement = -value - 1;
  complement >>= bits;
  return from_integer(arena, cpp_int(-complement - 1));
}

Value integer_from_bf64(Arena& arena, const Bf64& value) {
  if (value.is_zero()) return Value::of(0);
  cpp_int integer = value.significand;
  if (value.exponent > static_cast<int32_t>(kMostBits)) throw_number_range();
  if (value.exponent >= 0) {
    integer <<= static_cast<unsigned>(value.exponent);
  } else {
    integer >>= static_cast<unsigned>(-value.exponent);
  }
  return from_integer(arena, value.negative ? cpp_int(-integer) : integer);
}

Value integer_from_int128(Arena& arena, Int128 value) {
  if (value >= INT64_MIN && value <= INT64_MAX) return Value::of(static_cast<int64_t>(value));
  bool negative = value < 0;
  Uint128 magnitude = negative ? 0 - static_cast<Uint128>(value) : static_cast<Uint128>(value);
  char text[40];
  char* to = text + sizeof text;
  while (magnitude != 0) {
    uint64_t chunk = static_cast<uint64_t>(magnitude % kChunk);
    magnitude /= kChunk;
    for (int i = 0; i < kChunkDigits && (magnitude != 0 || chunk != 0); ++i) {
      *--to = static_cast<char>('0' + chunk % 10);
      chunk /= 10;
    }
  }
  if (negative) *--to = '-';
  return Value::number_text(arena.copy({to, static_cast<size_t>(text + sizeof text - to)}));
}

void append_integer(std::string& out, const Decimal& a, int base) {
  if (base == 10 || a.is_zero() || a.adjusted < 0) {
    append_decimal_integer(out, a);
    return;
  }
  if (a.negative) out += '-';
  cpp_int magnitude = abs(to_integer(a));
  unsigned bits_per_digit = base == 2 ? 1 : base == 8 ? 3 : 4;
  std::vector<uint8_t> digits;
  export_bits(magnitude, std::back_inserter(digits), bits_per_digit);
  for (uint8_t digit : digits) out += "0123456789abcdef"[digit];
}

}  // namespace writ
