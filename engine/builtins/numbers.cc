// Functions over numbers, other than the operators: rounding, ranges, bits, and the random integer.
//
// What each computes is in engine/value/number.h. Here is what OPA says of arguments that are no integers, and what is
// paid: digits for numbers beyond int64, and for a range all its numbers before the first is made.
#include <algorithm>
#include <optional>

#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/number.h"

namespace writ {

// --- Rounding --------------------------------------------------------------------------------------------------------

namespace {

Value round_number(BuiltinCall& call, Value (*round)(Arena&, const Value&)) {
  charge_arithmetic(call);
  return round(call.arena, call[0]);
}

}  // namespace

Value builtin_abs(BuiltinCall& call) { return round_number(call, number_abs); }
Value builtin_ceil(BuiltinCall& call) { return round_number(call, number_ceil); }
Value builtin_floor(BuiltinCall& call) { return round_number(call, number_floor); }
Value builtin_round(BuiltinCall& call) { return round_number(call, number_round); }

// --- Ranges ----------------------------------------------------------------------------------------------------------

namespace {

// All of from, from ± step, … that do not go beyond `to`, which is included. Nothing can overflow, as the last number
// lies between the two ends.
Value small_range(BuiltinCall& call, int64_t from, int64_t to, uint64_t step) {
  bool down = from > to;
  uint64_t span = down ? static_cast<uint64_t>(from) - static_cast<uint64_t>(to)
                       : static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  uint64_t last = span / step;  // number of steps
  call.services.charge(last == UINT64_MAX ? last : last + 1);
  if (last >= UINT32_MAX / 2) throw Failure(ErrorCode::E_MEMORY, "a range has too many numbers");
  Value* numbers = call.arena.allocate_array<Value>(last + 1);
  uint64_t number = static_cast<uint64_t>(from);
  for (uint64_t i = 0; i <= last; i++) {
    numbers[i] = Value::of(static_cast<int64_t>(number));
    number = down ? number - step : number + step;
  }
  return Value::array(numbers, static_cast<uint32_t>(last + 1));
}

// Ends the call if there are more numbers between the ends than any arena holds, before the first is made.
void refuse_huge_range(BuiltinCall& call, const Value& from, const Value& to, const Value& step) {
  constexpr int64_t kTooMany = int64_t{1} << 32;
  Value distance = number_abs(call.arena, number_subtract(call.arena, to, from));
  if (number_compare(distance, number_multiply(call.arena, step, Value::of(kTooMany))) <= 0) return;
  call.services.charge(kTooMany);
  throw Failure(ErrorCode::E_MEMORY, "a range has too many numbers");
}

// The same for whole numbers of any size, one at a time.
Value large_range(BuiltinCall& call, const Value& from, const Value& to, const Value& step) {
  uint64_t each_time = expanded_digits(to) + expanded_digits(step);  // read again for every number
  charge_arithmetic(call, expanded_digits(from) + each_time);
  refuse_huge_range(call, from, to, step);
  bool down = number_compare(from, to) > 0;
  ArrayBuilder numbers(call.arena);
  for (Value number = number_add(call.arena, from, Value::of(0));;) {
    call.services.charge(1);
    charge_arithmetic(call, expanded_digits(number) + each_time);
    int order = number_compare(number, to);
    if (down ? order < 0 : order > 0) break;
    numbers.append(number);
    number = down ? number_subtract(call.arena, number, step) : number_add(call.arena, number, step);
  }
  return numbers.finish();
}

Value make_range(BuiltinCall& call, const Value& step) {
  std::optional<int64_t> from = number_to_int64(call[0]);
  std::optional<int64_t> to = number_to_int64(call[1]);
  std::optional<int64_t> by = number_to_int64(step);
  if (from && to && by) return small_range(call, *from, *to, static_cast<uint64_t>(*by));
  return large_range(call, call[0], call[1], step);
}

}  // namespace

Value builtin_numbers_range(BuiltinCall& call) {
  if (!check_integral(call, 1) || !check_integral(call, 2)) return Value::undefined();
  return make_range(call, Value::of(1));
}

Value builtin_numbers_range_step(BuiltinCall& call) {
  for (size_t n = 1; n <= 3; n++) {
    if (!check_integral(call, n)) return Value::undefined();
  }
  if (number_sign(call[2]) <= 0) return call.fault("numbers.range_step: step must be a positive integer");
  return make_range(call, call[2]);
}

// --- Bits ------------------------------------------------------------------------------------------------------------

namespace {

Value combine_bits(BuiltinCall& call, Value (*combine)(Arena&, const Value&, const Value&)) {
  if (!check_integral(call, 1) || !check_integral(call, 2)) return Value::undefined();
  charge_arithmetic(call);
  return combine(call.arena, call[0], call[1]);
}

// The decimal digits that a shift adds or takes at most; a result of more than the range holds is none.
uint64_t shifted_digits(const Value& shift) {
  constexpr int64_t kFar = 1 << 15;
  constexpr int64_t kBitsPerDigit = 3;
  std::optional<int64_t> bits = number_to_int64(shift);
  return static_cast<uint64_t>(std::min(bits.value_or(kFar), kFar) / kBitsPerDigit);
}

Value shift_bits(BuiltinCall& call, Value (*shift)(Arena&, const Value&, const Value&)) {
  if (!check_integral(call, 1) || !check_integral(call, 2)) return Value::undefined();
  if (number_sign(call[1]) < 0) {
    return call.fault_argument(2, "must be an unsigned integer number but got a negative integer");
  }
  charge_arithmetic(call, expanded_digits(call[0]) + shifted_digits(call[1]));
  return shift(call.arena, call[0], call[1]);
}

}  // namespace

Value builtin_bits_and(BuiltinCall& call) { return combine_bits(call, number_bits_and); }
Value builtin_bits_or(BuiltinCall& call) { return combine_bits(call, number_bits_or); }
Value builtin_bits_xor(BuiltinCall& call) { return combine_bits(call, number_bits_xor); }

Value builtin_bits_negate(BuiltinCall& call) {
  if (!check_integral(call, 1)) return Value::undefined();
  charge_arithmetic(call);
  return number_bits_negate(call.arena, call[0]);
}

Value builtin_bits_lsh(BuiltinCall& call) { return shift_bits(call, number_shift_left); }
Value builtin_bits_rsh(BuiltinCall& call) { return shift_bits(call, number_shift_right); }

// --- Randomness ------------------------------------------------------------------------------------------------------

// One integer in [0, |n|) per key and |n| within a decision. It comes from the host and is recorded; a host that
// answers anything else has failed.
Value builtin_rand_intn(BuiltinCall& call) {
  int64_t n = 0;
  if (!read_integer(call, 2, &n)) return Value::undefined();
  if (n == 0) return Value::of(0);
  if (n == INT64_MIN) return call.fault_argument(2, "must be a number whose absolute value is a machine integer");
  int64_t bound = n < 0 ? -n : n;
  Value args[] = {call[0], Value::of(bound)};
  Value drawn = call.services.call_host(call.name, args);
  if (!drawn.is_int64() || drawn.integer < 0 || drawn.integer >= bound) {
    throw Failure(ErrorCode::E_OUTSIDE, "rand.intn was answered with something that is not an integer below its bound");
  }
  return drawn;
}

}  // namespace writ
