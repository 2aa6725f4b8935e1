// Functions over whole collections: how many, how much, the greatest, in order.
#include <algorithm>
#include <bit>
#include <span>
#include <vector>

#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/number_fold.h"
#include "engine/value/order.h"

namespace writ {

Value builtin_count(BuiltinCall& call) {
  const Value& collection = call[0];
  if (!collection.is_string()) return Value::of(static_cast<int64_t>(collection.size));
  charge_bytes(call, collection.size);
  return Value::of(static_cast<int64_t>(count_runes(collection.text())));
}

// --- Sums and products -----------------------------------------------------------------------------------------------

namespace {

// Left to right. Whole numbers stay exact if all are whole; else every step is rounded [S-2.3] [S-2.4].
Value fold_numbers(BuiltinCall& call, int64_t start, Value (*combine)(Arena&, const Value&, const Value&),
                   Value (*combine_rounded)(Arena&, std::span<const Value>)) {
  charge_elements(call, call[0].size);
  bool all_whole = true;
  for (const Value& element : call[0].items()) {
    if (!element.is_number()) return fault_element(call, 1, element, "number");
    charge_arithmetic(call, expanded_digits(element));
    all_whole = all_whole && number_is_integral(element);
  }
  if (!all_whole) return combine_rounded(call.arena, call[0].items());
  Value total = Value::of(start);
  for (const Value& element : call[0].items()) {
    charge_arithmetic(call, expanded_digits(element) + expanded_digits(total));
    total = combine(call.arena, total, element);
  }
  return total;
}

}  // namespace

Value builtin_sum(BuiltinCall& call) { return fold_numbers(call, 0, number_add, number_sum); }
Value builtin_product(BuiltinCall& call) { return fold_numbers(call, 1, number_multiply, number_product); }

// --- Extremes --------------------------------------------------------------------------------------------------------

// Of an empty collection: undefined. Among equals of an array the last one counts.
Value builtin_max(BuiltinCall& call) {
  std::span<const Value> items = call[0].items();
  if (items.empty()) return Value::undefined();
  if (call[0].is_set()) return items.back();
  charge_elements(call, items.size());
  const Value* greatest = &items[0];
  for (const Value& element : items) {
    if (compare(*greatest, element) <= 0) greatest = &element;
  }
  return *greatest;
}

Value builtin_min(BuiltinCall& call) {
  std::span<const Value> items = call[0].items();
  if (items.empty()) return Value::undefined();
  if (call[0].is_set()) return items.front();
  charge_elements(call, items.size());
  const Value* least = &items[0];
  for (const Value& element : items) {
    if (compare(*least, element) >= 0) least = &element;
  }
  return *least;
}

// Equal numbers of different text keep their order.
Value builtin_sort(BuiltinCall& call) {
  const Value& collection = call[0];
  if (collection.is_set()) return Value::array(collection.elements, collection.size);
  charge_elements(call, uint64_t{collection.size} * std::bit_width(collection.size));
  std::vector<Value> sorted(collection.items().begin(), collection.items().end());
  std::stable_sort(sorted.begin(), sorted.end(), less);
  return make_array(call.arena, sorted);
}

// --- Quantifiers of Rego v0 ------------------------------------------------------------------------------------------

Value builtin_all(BuiltinCall& call) {
  charge_elements(call, call[0].size);
  return Value::of(std::ranges::all_of(call[0].items(), [](const Value& element) { return element.is_true(); }));
}

Value builtin_any(BuiltinCall& call) {
  charge_elements(call, call[0].size);
  return Value::of(std::ranges::any_of(call[0].items(), [](const Value& element) { return element.is_true(); }));
}

}  // namespace writ
