// The sum and the product of many numbers as OPA computes them when one of them is not integral [S-2.4]: left to right,
// each number rounded to 64 bits, the sum after each step to 64 and the product to 53. Integers alone stay exact, by
// number_add and number_multiply of number.h.
#pragma once

#include <span>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

// All are numbers. Throw Failure(E_NUM_RANGE).
Value number_sum(Arena& arena, std::span<const Value> numbers);
Value number_product(Arena& arena, std::span<const Value> numbers);

}  // namespace writ
