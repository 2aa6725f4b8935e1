// Arithmetic as three paths, each tried before the next: int64 with an overflow check, exact integers of any size, and
// 64 bits of binary floating point for everything that is not integral. Reading, writing and comparing come before it.
#include "engine/value/number.h"

#include <cstdint>
#include <string>

#include "engine/base/error.h"
#include "engine/value/bf64.h"
#include "engine/value/decimal.h"
#include "engine/value/integer.h"

namespace writ {

namespace {

// --- Reading ---------------------------------------------------------------------------------------------------------

// The value of text that is plain int64 digits, which is what kInteger prints; false for any other text.
bool read_plain_int64(std::string_view text, int64_t* out) {
  bool negative = !text.empty() && text[0] == '-';
  size_t digits = text.size() - (negative ? 1 : 0);
  if (digits == 0 || digits > 19) return false;
  if (text[negative] == '0' && text.size() > 1) return false;  // "-0" and leading zeros are not plain
  uint64_t magnitude = 0;
  for (size_t i = negative; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    magnitude = magnitude * 10 + static_cast<uint64_t>(text[i] - '0');
  }
  if (magnitude > static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0)) return false;
  *out = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
  return true;
}

Decimal parse_or_throw(std::string_view text) {
  Decimal decimal;
  switch (parse_decimal(text, &decimal)) {
    case DecimalStatus::kGood: break;
    case DecimalStatus::kNotANumber:
      throw Failure(ErrorCode::E_JSON_NUMBER, "a number is digits, then perhaps a dot and digits, then perhaps an exponent");
    case DecimalStatus::kOutOfRange: throw_number_range();
  }
  return decimal;
}

// --- Results ---------------------------------------------------------------------------------------------------------

// The integral decimal in plain digits.
Value integral(Arena& arena, const Decimal& decimal) {
  int64_t integer;
  if (decimal_to_int64(decimal, &integer)) return Value::of(integer);
  return Value::number_text(decimal_integer(arena, decimal));
}

Bf64 negated(Bf64 value) {
  value.negative = !value.negative;
  return value;
}

Value binary_result(Arena& arena, IntegerOperation operation, const Bf64& a, const Bf64& b) {
  switch (operation) {
    case IntegerOperation::kAdd: return bf64_value(arena, bf64_add(a, b));
    case IntegerOperation::kSubtract: return bf64_value(arena, bf64_add(a, negated(b)));
    default: return bf64_value(arena, bf64_multiply(a, b));
  }
}

Value int64_result(Arena& arena, IntegerOperation operation, int64_t a, int64_t b) {
  Int128 x = a;
  switch (operation) {
    case IntegerOperation::kAdd: return integer_from_int128(arena, x + b);
    case IntegerOperation::kSubtract: return integer_from_int128(arena, x - b);
    default: return integer_from_int128(arena, x * b);
  }
}

// + - * once the int64 path has failed.
[[gnu::noinline]] Value compute_slow(Arena& arena, IntegerOperation operation, const Value& a, const Value& b) {
  if (a.is_int64() && b.is_int64()) return int64_result(arena, operation, a.integer, b.integer);
  DecimalOperand x(a);
  DecimalOperand y(b);
  if (!x.is_integral() || !y.is_integral()) {
    return binary_result(arena, operation, bf64_from_decimal(x), bf64_from_decimal(y));
  }
  int64_t i;
  int64_t j;
  if (decimal_to_int64(x, &i) && decimal_to_int64(y, &j)) return int64_result(arena, operation, i, j);
  return integer_compute(arena, operation, x, y);
}

[[gnu::noinline]] Value divide_slow(Arena& arena, const Value& a, const Value& b, NumberError* fault) {
  DecimalOperand x(a);
  DecimalOperand y(b);
  if (y.is_zero()) {
    *fault = NumberError::kDivideByZero;
    return Value::undefined();
  }
  if (x.is_zero()) return bf64_value(arena, {x.negative != y.negative, 0, 0});
  if (x.is_integral() && y.is_integral()) {
    Value exact = integer_divide(arena, x, y);
    if (exact.is_defined()) return exact;
  }
  return bf64_value(arena, bf64_divide(bf64_from_decimal(x), bf64_from_decimal(y)));
}

[[gnu::noinline]] Value remainder_slow(Arena& arena, const Value& a, const Value& b, NumberError* fault) {
  DecimalOperand x(a);
  DecimalOperand y(b);
  bool fraction = !x.is_integral() || !y.is_integral();
  if (fraction || y.is_zero()) {
    *fault = fraction ? NumberError::kModuloOnFraction : NumberError::kModuloByZero;
    return Value::undefined();
  }
  return integer_compute(arena, IntegerOperation::kRemainder, x, y);
}

// For ceil, floor and round: the value as an integral number, or undefined with the operand in binary.
Value already_integral(Arena& arena, const Value& a, Bf64* binary) {
  if (a.is_int64()) return a;
  DecimalOperand decimal(a);
  if (decimal.is_integral()) return integral(arena, decimal);
  *binary = bf64_from_decimal(decimal);
  return binary->is_integral() ? integer_from_bf64(arena, *binary) : Value::undefined();
}

template <typename OnInt64>
Value bits(Arena& arena, IntegerOperation operation, const Value& a, const Value& b, OnInt64 on_int64) {
  std::optional<int64_t> i = number_to_int64(a);
  std::optional<int64_t> j = number_to_int64(b);
  if (i && j) return Value::of(on_int64(*i, *j));
  return integer_compute(arena, operation, DecimalOperand(a), DecimalOperand(b));
}

// The shift count; beyond any number's bits it makes no difference how far.
uint32_t shift_count(const Value& shift) {
  constexpr int64_t kFar = 1 << 20;
  std::optional<int64_t> count = number_to_int64(shift);
  return static_cast<uint32_t>(count && *count < kFar ? *count : kFar);
}

uint64_t mix(uint64_t bits) {
  bits ^= bits >> 30;
  bits *= 0xbf58476d1ce4e5b9u;
  bits ^= bits >> 27;
  bits *= 0x94d049bb133111ebu;
  return bits ^ (bits >> 31);
}

[[gnu::noinline]] uint64_t hash_text(const Value& number) {
  DecimalOperand decimal(number);
  int64_t integer;
  if (decimal_to_int64(decimal, &integer)) return mix(static_cast<uint64_t>(integer) + 0x9e3779b97f4a7c15u);
  uint64_t hash = mix(static_cast<uint64_t>(int64_t{decimal.adjusted}) * 2 + (decimal.negative ? 1 : 0));
  uint64_t chunk = 0;
  int in_chunk = 0;
  for (char c : decimal.digits) {
    if (c == '.') continue;
    chunk = chunk << 4 | static_cast<uint64_t>(c - '0');
    if (++in_chunk == 16) {
      hash = mix(hash ^ chunk) + 0x9e3779b97f4a7c15u;
      chunk = 0;
      in_chunk = 0;
    }
  }
  return mix(hash ^ chunk);
}

}  // namespace

Value number_from_text(Arena& arena, std::string_view text) {
  int64_t integer;
  if (read_plain_int64(text, &integer)) return Value::of(integer);
  parse_or_throw(text);
  return Value::number_text(arena.copy(text));
}

Value number_from_input(Arena& arena, std::string_view text) {
  int64_t integer;
  if (read_plain_int64(text, &integer)) return Value::of(integer);
  Decimal decimal = parse_or_throw(text);
  if (decimal_to_int64(decimal, &integer)) return Value::of(integer);
  return Value::number_text(decimal_cj1(arena, decimal));
}

bool number_is_valid(std::string_view text) {
  Decimal decimal;
  return parse_decimal(text, &decimal) == DecimalStatus::kGood;
}

// --- Writing ---------------------------------------------------------------------------------------------------------

void append_number(std::string& out, const Value& number) {
  if (!number.is_int64()) {
    out += number.text();
    return;
  }
  uint64_t magnitude = static_cast<uint64_t>(number.integer);
  if (number.integer < 0) {
    out += '-';
    magnitude = 0 - magnitude;
  }
  char buffer[20];
  out += write_uint64(magnitude, buffer);
}

void append_number_cj1(std::string& out, const Value& number) {
  if (number.is_int64()) {
    append_number(out, number);
  } else {
    append_decimal_cj1(out, DecimalOperand(number));
  }
}

// --- Asking ----------------------------------------------------------------------------------------------------------

int number_compare(const Value& a, const Value& b) {
  if (a.is_int64() && b.is_int64()) return (a.integer > b.integer) - (a.integer < b.integer);
  if (!a.is_int64() && !b.is_int64() && a.text() == b.text()) return 0;
  return decimal_compare(DecimalOperand(a), DecimalOperand(b));
}

uint64_t number_hash(const Value& number) {
  if (number.is_int64()) return mix(static_cast<uint64_t>(number.integer) + 0x9e3779b97f4a7c15u);
  return hash_text(number);
}

bool number_is_integral(const Value& number) {
  return number.is_int64() || DecimalOperand(number).is_integral();
}

std::optional<int64_t> number_to_int64(const Value& number) {
  if (number.is_int64()) return number.integer;
  int64_t integer;
  if (decimal_to_int64(DecimalOperand(number), &integer)) return integer;
  return std::nullopt;
}

int number_sign(const Value& number) {
  if (number.is_int64()) return (number.integer > 0) - (number.integer < 0);
  DecimalOperand decimal(number);
  return decimal.is_zero() ? 0 : decimal.negative ? -1 : 1;
}

// --- Computing -------------------------------------------------------------------------------------------------------

Value number_add(Arena& arena, const Value& a, const Value& b) {
  int64_t result;
  if (a.is_int64() && b.is_int64() && !__builtin_add_overflow(a.integer, b.integer, &result)) return Value::of(result);
  return compute_slow(arena, IntegerOperation::kAdd, a, b);
}

Value number_subtract(Arena& arena, const Value& a, const Value& b) {
  int64_t result;
  if (a.is_int64() && b.is_int64() && !__builtin_sub_overflow(a.integer, b.integer, &result)) return Value::of(result);
  return compute_slow(arena, IntegerOperation::kSubtract, a, b);
}

Value number_multiply(Arena& arena, const Value& a, const Value& b) {
  int64_t result;
  if (a.is_int64() && b.is_int64() && !__builtin_mul_overflow(a.integer, b.integer, &result)) return Value::of(result);
  return compute_slow(arena, IntegerOperation::kMultiply, a, b);
}

Value number_divide(Arena& arena, const Value& a, const Value& b, NumberError* fault) {
  *fault = NumberError::kNone;
  // Zero may get a sign, and the one quotient that overflows is that by -1: both go the slow way.
  if (a.is_int64() && b.is_int64() && a.integer != 0 && b.integer != 0 && b.integer != -1) {
    if (a.integer % b.integer == 0) return Value::of(a.integer / b.integer);
    return bf64_value(arena, bf64_divide(bf64_of(a), bf64_of(b)));
  }
  return divide_slow(arena, a, b, fault);
}

Value number_remainder(Arena& arena, const Value& a, const Value& b, NumberError* fault) {
  *fault = NumberError::kNone;
  if (a.is_int64() && b.is_int64() && b.integer != 0) {
    return Value::of(b.integer == -1 ? int64_t{0} : a.integer % b.integer);
  }
  return remainder_slow(arena, a, b, fault);
}

Value number_abs(Arena& arena, const Value& a) {
  if (a.is_int64()) return a.integer < 0 ? number_subtract(arena, Value::of(0), a) : a;
  DecimalOperand decimal(a);
  decimal.negative = false;
  return decimal.is_integral() ? integral(arena, decimal) : bf64_value(arena, bf64_from_decimal(decimal));
}

Value number_ceil(Arena& arena, const Value& a) {
  Bf64 binary;
  Value result = already_integral(arena, a, &binary);
  if (result.is_defined()) return result;
  // Only a negative *integer part* keeps OPA from adding one, and zero is not negative.
  int64_t whole = bf64_truncate(binary);
  return Value::of(whole < 0 ? whole : whole + 1);
}

Value number_floor(Arena& arena, const Value& a) {
  Bf64 binary;
  Value result = already_integral(arena, a, &binary);
  if (result.is_defined()) return result;
  int64_t whole = bf64_truncate(binary);
  return Value::of(whole < 0 ? whole - 1 : whole);
}

Value number_round(Arena& arena, const Value& a) {
  if (a.is_int64()) return a;
  DecimalOperand decimal(a);
  if (decimal.is_integral()) return integral(arena, decimal);
  Bf64 binary = bf64_from_decimal(decimal);
  const Bf64 half{binary.negative, uint64_t{1} << 63, -64};
  Bf64 sum = bf64_add(binary, half);
  return sum.is_integral() ? integer_from_bf64(arena, sum) : Value::of(bf64_truncate(sum));
}

Value number_bits_and(Arena& arena, const Value& a, const Value& b) {
  return bits(arena, IntegerOperation::kAnd, a, b, [](int64_t x, int64_t y) { return x & y; });
}

Value number_bits_or(Arena& arena, const Value& a, const Value& b) {
  return bits(arena, IntegerOperation::kOr, a, b, [](int64_t x, int64_t y) { return x | y; });
}

Value number_bits_xor(Arena& arena, const Value& a, const Value& b) {
  return bits(arena, IntegerOperation::kXor, a, b, [](int64_t x, int64_t y) { return x ^ y; });
}

Value number_bits_negate(Arena& arena, const Value& a) {
  if (std::optional<int64_t> integer = number_to_int64(a)) return Value::of(~*integer);
  return integer_complement(arena, DecimalOperand(a));
}

Value number_shift_left(Arena& arena, const Value& a, const Value& shift) {
  uint32_t count = shift_count(shift);
  std::optional<int64_t> integer = number_to_int64(a);
  if (integer && count < 63 && *integer >= INT64_MIN >> count && *integer <= INT64_MAX >> count) {
    return Value::of(*integer * (int64_t{1} << count));
  }
  return integer_shift_left(arena, DecimalOperand(a), count);
}

Value number_shift_right(Arena& arena, const Value& a, const Value& shift) {
  uint32_t count = shift_count(shift);
  if (std::optional<int64_t> integer = number_to_int64(a)) return Value::of(*integer >> (count < 63 ? count : 63));
  return integer_shift_right(arena, DecimalOperand(a), count);
}

// Exact for a text of digits; by way of 64 bits, as in OPA, for one with a point or an exponent [S-2.4].
std::string number_format_int(const Value& number, int base) {
  std::string out;
  if (number.is_int64() || number.text().find_first_of(".eE") == std::string_view::npos) {
    append_integer(out, DecimalOperand(number), base);
    return out;
  }
  Arena arena;
  Bf64 binary = bf64_of(number);
  Value whole = binary.is_integral() ? integer_from_bf64(arena, binary) : Value::of(bf64_truncate(binary));
  append_integer(out, DecimalOperand(whole), base);
  return out;
}

}  // namespace writ
