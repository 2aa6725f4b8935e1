// Exact integers of any size in range, for when int64 is not enough [S-2.3]. Operands must be integral decimals. Results are
// made in the arena: int64 if they fit, plain decimal digits otherwise; one out of range throws Failure(E_NUM_RANGE).
// Cost grows with the square of the digits, which the range bounds.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/arena.h"
#include "engine/value/bf64.h"
#include "engine/value/decimal.h"
#include "engine/value/value.h"

namespace writ {

enum class IntegerOperation { kAdd, kSubtract, kMultiply, kRemainder, kAnd, kOr, kXor };

// The divisor of kRemainder must not be zero; the remainder takes the sign of the dividend.
Value integer_compute(Arena& arena, IntegerOperation operation, const Decimal& a, const Decimal& b);
// Undefined if the division leaves a remainder. The divisor must not be zero.
Value integer_divide(Arena& arena, const Decimal& a, const Decimal& b);
Value integer_complement(Arena& arena, const Decimal& a);
Value integer_shift_left(Arena& arena, const Decimal& a, uint32_t bits);
Value integer_shift_right(Arena& arena, const Decimal& a, uint32_t bits);
// The exact value of an integral Bf64.
Value integer_from_bf64(Arena& arena, const Bf64& value);
// Value of a 128-bit integer.
Value integer_from_int128(Arena& arena, Int128 value);
// The decimal's integer part in base 2, 8, 10 or 16.
void append_integer(std::string& out, const Decimal& a, int base);

}  // namespace writ
