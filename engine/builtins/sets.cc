// Functions over sets of sets. The operators on two sets are in operators.cc.
#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"

namespace writ {

namespace {

// OPA reads each element as if it were argument 1.
bool check_elements_are_sets(BuiltinCall& call) {
  charge_elements(call, call[0].size);
  for (const Value& element : call[0].items()) {
    if (element.is_set()) continue;
    call.fault_argument(1, "must be set but got " + std::string(kind_name(element.kind)));
    return false;
  }
  return true;
}

}  // namespace

// Of no sets: the empty set. Of equal elements those of the smaller set stay, or of the one that sorts first.
Value builtin_intersection(BuiltinCall& call) {
  std::span<const Value> sets = call[0].items();
  if (!check_elements_are_sets(call)) return Value::undefined();
  if (sets.empty()) return Value::sorted_set(nullptr, 0);
  Value common = sets[0];
  for (const Value& set : sets.subspan(1)) {
    const Value& smaller = set.size < common.size ? set : common;
    const Value& larger = set.size < common.size ? common : set;
    charge_elements(call, smaller.size);
    Value* kept = call.arena.allocate_array<Value>(smaller.size);
    uint32_t count = 0;
    for (const Value& element : smaller.items()) {
      if (set_find(larger, element) != nullptr) kept[count++] = element;
    }
    common = Value::sorted_set(kept, count);
  }
  return common;
}

Value builtin_union(BuiltinCall& call) {
  if (!check_elements_are_sets(call)) return Value::undefined();
  uint64_t count = 0;
  for (const Value& set : call[0].items()) count += set.size;
  charge_elements(call, count);
  if (count > UINT32_MAX / 2) throw Failure(ErrorCode::E_MEMORY, "a set has too many elements");
  Value* elements = call.arena.allocate_array<Value>(count);
  Value* next = elements;
  for (const Value& set : call[0].items()) {
    for (const Value& element : set.items()) *next++ = element;
  }
  return Value::sorted_set(elements, sort_set(elements, static_cast<uint32_t>(count)));
}

}  // namespace writ
