// Numbers from arbitrary text: what is accepted survives printing and re-reading, order is total and agrees with hashes,
// and the paths without big integers answer as those with them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/value/bf64.h"
#include "engine/value/decimal.h"
#include "engine/value/number.h"

namespace {

using namespace writ;

void require(bool truth) {
  if (!truth) __builtin_trap();
}

std::string text(const Value& value) {
  std::string out;
  append_number(out, value);
  return out;
}

std::string cj1(const Value& value) {
  std::string out;
  append_number_cj1(out, value);
  return out;
}

bool read(Arena& arena, std::string_view literal, Value* out) {
  bool valid = number_is_valid(literal);
  try {
    *out = number_from_text(arena, literal);
  } catch (const Failure&) {
    require(!valid);
    return false;
  }
  require(valid);
  return true;
}

void check_printing(Arena& arena, std::string_view literal, const Value& value) {
  require(text(value) == literal);
  std::string canonical = cj1(value);
  Value again = number_from_text(arena, canonical);
  require(cj1(again) == canonical);
  require(number_compare(value, again) == 0);
  require(number_hash(value) == number_hash(again));
  require(text(number_from_input(arena, literal)) == canonical);
  require(number_is_integral(value) == number_is_integral(again));
  require(number_to_int64(value) == number_to_int64(again));
  require(number_is_jcs_exact(value) == number_is_jcs_exact(again));
}

void check_conversions(std::string_view literal) {
  Decimal decimal;
  require(parse_decimal(literal, &decimal) == DecimalStatus::kGood);
  Bf64 fast = bf64_from_decimal(decimal);
  Bf64 slow = bf64_from_decimal_slow(decimal);
  require(fast.significand == slow.significand);
  if (fast.is_zero()) return;
  require(fast.exponent == slow.exponent);
  try {
    ShortDecimal a = bf64_shortest(fast);
    ShortDecimal b = bf64_shortest_slow(fast);
    require(a.decimal().digits == b.decimal().digits && a.adjusted == b.adjusted);
  } catch (const Failure& failure) {
    require(failure.error().code == ErrorCode::E_NUM_RANGE);
  }
}

// Results are legal numbers themselves, and an int64 if they can be.
void check_result(const Value& value) {
  if (value.is_int64()) return;
  require(number_is_valid(value.text()));
  require(!number_to_int64(value).has_value() || value.text() == "-0");
}

void check_order(const Value& a, const Value& b, const Value& c) {
  int ab = number_compare(a, b);
  require(ab == -number_compare(b, a));
  require(number_compare(a, a) == 0);
  if (ab <= 0 && number_compare(b, c) <= 0) require(number_compare(a, c) <= 0);
  if (ab == 0) require(number_hash(a) == number_hash(b));
  if (number_sign(a) < number_sign(b)) require(ab < 0);
}

// Spelling does not matter to integers, so the int64 path and the general one agree.
void check_spelling(Arena& arena, const Value& a, const Value& b) {
  if (!a.is_int64() || !b.is_int64()) return;
  Value c = number_from_text(arena, text(a) + ".0");
  Value d = number_from_text(arena, text(b) + ".00e+0");
  require(text(number_add(arena, a, b)) == text(number_add(arena, c, d)));
  require(text(number_subtract(arena, a, b)) == text(number_subtract(arena, c, d)));
  require(text(number_multiply(arena, a, b)) == text(number_multiply(arena, c, d)));
  require(text(number_bits_xor(arena, a, b)) == text(number_bits_xor(arena, c, d)));
  NumberError fault;
  NumberError same;
  Value quotient = number_divide(arena, a, b, &fault);
  Value other = number_divide(arena, c, d, &same);
  require(fault == same);
  if (fault == NumberError::kNone) require(text(quotient) == text(other) || number_sign(quotient) == 0);
}

void check_arithmetic(Arena& arena, const Value& a, const Value& b) {
  NumberError fault;
  check_result(number_add(arena, a, b));
  require(number_compare(number_add(arena, a, b), number_add(arena, b, a)) == 0);
  check_result(number_subtract(arena, a, b));
  check_result(number_abs(arena, a));
  check_result(number_ceil(arena, a));
  check_result(number_floor(arena, a));
  check_result(number_round(arena, a));
  Value quotient = number_divide(arena, a, b, &fault);
  if (fault == NumberError::kNone) check_result(quotient);
  Value remainder = number_remainder(arena, a, b, &fault);
  if (fault == NumberError::kNone) check_result(remainder);
  check_result(number_multiply(arena, a, b));
}

}  // namespace

// Up to three numbers, separated by line feeds.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Arena arena;
  Value values[3] = {Value::of(0), Value::of(1), Value::of(-1)};
  for (Value& value : values) {
    std::string_view literal = input.substr(0, input.find('\n'));
    input.remove_prefix(literal.size() < input.size() ? literal.size() + 1 : literal.size());
    if (!read(arena, literal, &value)) continue;
    check_printing(arena, literal, value);
    check_conversions(literal);
  }
  for (Value& value : values) {
    if (!value.is_defined()) value = Value::of(0);
  }
  check_order(values[0], values[1], values[2]);
  check_spelling(arena, values[0], values[1]);
  try {
    check_arithmetic(arena, values[0], values[1]);
  } catch (const Failure& failure) {
    require(failure.error().code == ErrorCode::E_NUM_RANGE);
  }
  return 0;
}
