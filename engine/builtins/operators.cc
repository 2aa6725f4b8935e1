// The operators as functions: called where the compiler has no instruction for one, and where a policy calls one by
// name.
//
// Comparison is the order of all values; arithmetic is that of engine/value/number.h, which keeps OPA's spelling of
// results; sets are sorted, so that their operators are merges in one pass.
#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/order.h"

namespace writ {

// --- Comparison ------------------------------------------------------------------------------------------------------

Value builtin_eq(BuiltinCall& call) { return Value::of(equal(call[0], call[1])); }
Value builtin_equal(BuiltinCall& call) { return Value::of(equal(call[0], call[1])); }
Value builtin_neq(BuiltinCall& call) { return Value::of(!equal(call[0], call[1])); }
Value builtin_lt(BuiltinCall& call) { return Value::of(compare(call[0], call[1]) < 0); }
Value builtin_lte(BuiltinCall& call) { return Value::of(compare(call[0], call[1]) <= 0); }
Value builtin_gt(BuiltinCall& call) { return Value::of(compare(call[0], call[1]) > 0); }
Value builtin_gte(BuiltinCall& call) { return Value::of(compare(call[0], call[1]) >= 0); }

// --- Arithmetic ------------------------------------------------------------------------------------------------------

namespace {

Value fault_number(BuiltinCall& call, NumberError fault) {
  switch (fault) {
    case NumberError::kDivideByZero: return call.fault("divide by zero");
    case NumberError::kModuloByZero: return call.fault("modulo by zero");
    case NumberError::kModuloOnFraction: return call.fault("modulo on floating-point number");
    case NumberError::kNone: break;
  }
  throw Failure(ErrorCode::E_INTERNAL, "arithmetic without a result and without a reason");
}

// Pays for the digits, also of machine integers whose result is none.
template <typename Overflows>
void charge_wide(BuiltinCall& call, Overflows overflows) {
  int64_t result;
  bool machine = call[0].is_int64() && call[1].is_int64();
  bool is_wide = machine && overflows(call[0].integer, call[1].integer, &result);
  charge_arithmetic(call, is_wide ? 1 : expanded_digits(call[0]) + expanded_digits(call[1]));
}

// The elements of `a` that are not in `b`. Both are sorted, so one pass is enough.
Value set_difference(BuiltinCall& call, const Value& a, const Value& b) {
  charge_elements(call, uint64_t{a.size} + b.size);
  Value* kept = call.arena.allocate_array<Value>(a.size);
  uint32_t count = 0;
  uint32_t j = 0;
  for (const Value& element : a.items()) {
    int order = -1;
    while (j < b.size && (order = compare(b.elements[j], element)) < 0) j++;
    if (j == b.size || order > 0) kept[count++] = element;
  }
  return Value::sorted_set(kept, count);
}

}  // namespace

Value builtin_plus(BuiltinCall& call) {
  charge_wide(call, [](int64_t a, int64_t b, int64_t* sum) { return __builtin_add_overflow(a, b, sum); });
  return number_add(call.arena, call[0], call[1]);
}

// Of numbers or of sets, but not mixed.
Value builtin_minus(BuiltinCall& call) {
  if (call[0].is_number() && call[1].is_number()) {
    charge_wide(call, [](int64_t a, int64_t b, int64_t* rest) { return __builtin_sub_overflow(a, b, rest); });
    return number_subtract(call.arena, call[0], call[1]);
  }
  if (call[0].is_set() && call[1].is_set()) return set_difference(call, call[0], call[1]);
  if (!call[0].is_number() && !call[0].is_set()) return call.fault_kind(1, "one of {number, set}");
  return call.fault_kind(2, call[1].is_number() ? "set" : "number");
}

Value builtin_mul(BuiltinCall& call) {
  charge_wide(call, [](int64_t a, int64_t b, int64_t* product) { return __builtin_mul_overflow(a, b, product); });
  return number_multiply(call.arena, call[0], call[1]);
}

// Its result need be no machine integer, whatever its arguments are.
Value builtin_div(BuiltinCall& call) {
  charge_arithmetic(call, expanded_digits(call[0]) + expanded_digits(call[1]) + 1);
  NumberError fault = NumberError::kNone;
  Value quotient = number_divide(call.arena, call[0], call[1], &fault);
  return quotient.is_defined() ? quotient : fault_number(call, fault);
}

Value builtin_rem(BuiltinCall& call) {
  charge_arithmetic(call);
  NumberError fault = NumberError::kNone;
  Value remainder = number_remainder(call.arena, call[0], call[1], &fault);
  return remainder.is_defined() ? remainder : fault_number(call, fault);
}

// --- Sets ------------------------------------------------------------------------------------------------------------

// Of elements that are equal but spelled differently, those of the smaller set stay, or the left ones, as in OPA.
Value builtin_and(BuiltinCall& call) {
  const Value& smaller = call[1].size < call[0].size ? call[1] : call[0];
  const Value& larger = call[1].size < call[0].size ? call[0] : call[1];
  charge_elements(call, uint64_t{smaller.size} + larger.size);
  Value* kept = call.arena.allocate_array<Value>(smaller.size);
  uint32_t count = 0;
  for (const Value& element : smaller.items()) {
    if (set_find(larger, element) != nullptr) kept[count++] = element;
  }
  return Value::sorted_set(kept, count);
}

// Of equal elements the left one stays.
Value builtin_or(BuiltinCall& call) {
  const Value& a = call[0];
  const Value& b = call[1];
  charge_elements(call, uint64_t{a.size} + b.size);
  if (uint64_t{a.size} + b.size > UINT32_MAX / 2) throw Failure(ErrorCode::E_MEMORY, "a set has too many elements");
  Value* merged = call.arena.allocate_array<Value>(a.size + b.size);
  uint32_t count = 0;
  uint32_t i = 0;
  uint32_t j = 0;
  while (i < a.size && j < b.size) {
    int order = compare(a.elements[i], b.elements[j]);
    if (order >= 0) merged[count] = b.elements[j++];
    if (order <= 0) merged[count] = a.elements[i++];
    count++;
  }
  while (i < a.size) merged[count++] = a.elements[i++];
  while (j < b.size) merged[count++] = b.elements[j++];
  return Value::sorted_set(merged, count);
}

Value builtin_set_diff(BuiltinCall& call) { return set_difference(call, call[0], call[1]); }

// --- Membership ------------------------------------------------------------------------------------------------------

// value in collection
Value builtin_internal_member_2(BuiltinCall& call) {
  const Value& wanted = call[0];
  const Value& collection = call[1];
  switch (collection.kind) {
    case Kind::kSet:
      return Value::of(set_find(collection, wanted) != nullptr);
    case Kind::kArray:
      charge_elements(call, collection.size);
      for (const Value& element : collection.items()) {
        if (equal(element, wanted)) return Value::of(true);
      }
      return Value::of(false);
    case Kind::kObject:
      charge_elements(call, collection.size);
      for (const Entry& member : collection.members()) {
        if (equal(member.value, wanted)) return Value::of(true);
      }
      return Value::of(false);
    default:
      return Value::of(false);
  }
}

// key, value in collection
Value builtin_internal_member_3(BuiltinCall& call) {
  const Value* found = find(call[2], call[0]);
  return Value::of(found != nullptr && equal(*found, call[1]));
}

}  // namespace writ
