#include "engine/value/number_fold.h"

#include "engine/value/bf64.h"

namespace writ {

namespace {

// Far beyond what a result may be, so that a product may leave the range and come back, but no exponent overflows.
void check_step(const Bf64& value) {
  constexpr int32_t kFarthest = 1 << 28;
  if (value.exponent > kFarthest || value.exponent < -kFarthest) throw_number_range();
}

}  // namespace

Value number_sum(Arena& arena, std::span<const Value> numbers) {
  Bf64 total;
  for (const Value& number : numbers) total = bf64_add(total, bf64_of(number));
  return bf64_value(arena, total);
}

Value number_product(Arena& arena, std::span<const Value> numbers) {
  constexpr unsigned kBits = 53;  // what OPA multiplies into starts as a float64
  Bf64 total = bf64_from_int64(1);
  for (const Value& number : numbers) {
    total = bf64_multiply_to(total, bf64_of(number), kBits);
    check_step(total);
  }
  return bf64_value(arena, total, kBits);
}

}  // namespace writ
