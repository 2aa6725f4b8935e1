// Functions over objects.
//
// Members come sorted by key, so two objects are merged in one pass. How deep they nest is bounded by kMaxValueDepth.
#include <algorithm>
#include <bit>
#include <span>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/order.h"

namespace writ {

// --- get and keys ----------------------------------------------------------------------------------------------------

// A key that is an array is a path; the empty path leads to the object itself, as in OPA.
Value builtin_object_get(BuiltinCall& call) {
  const Value* found = &call[0];
  if (!call[1].is_array()) {
    found = object_find(call[0], call[1]);
  } else {
    charge_elements(call, call[1].size);
    for (const Value& step : call[1].items()) {
      found = find(*found, step);
      if (found == nullptr) break;
    }
  }
  return found != nullptr ? *found : call[2];
}

Value builtin_object_keys(BuiltinCall& call) {
  std::span<const Entry> members = call[0].members();
  charge_elements(call, members.size());
  Value* keys = call.arena.allocate_array<Value>(members.size());
  std::ranges::transform(members, keys, &Entry::key);
  return Value::sorted_set(keys, call[0].size);
}

// --- union -----------------------------------------------------------------------------------------------------------

namespace {

void check_depth(uint32_t depth) {
  if (depth > kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "objects are nested too deeply to be merged");
}

// Objects under the same key are merged in turn, anything else of `b` replaces what `a` has.
Value merge_objects(BuiltinCall& call, const Value& a, const Value& b, uint32_t depth) {
  if (a.size == 0) return b;
  if (b.size == 0) return a;
  check_depth(depth);
  charge_elements(call, uint64_t{a.size} + b.size);
  if (uint64_t{a.size} + b.size > UINT32_MAX / 4) throw Failure(ErrorCode::E_MEMORY, "an object has too many members");
  Entry* merged = call.arena.allocate_array<Entry>(a.size + b.size);
  Entry* next = merged;
  const Entry* x = a.entries;
  const Entry* y = b.entries;
  const Entry* x_end = x + a.size;
  const Entry* y_end = y + b.size;
  while (x != x_end && y != y_end) {
    int order = compare(x->key, y->key);
    if (order < 0) {
      *next++ = *x++;
    } else if (order > 0) {
      *next++ = *y++;
    } else {
      bool both_objects = x->value.is_object() && y->value.is_object();
      *next++ = {x->key, both_objects ? merge_objects(call, x->value, y->value, depth + 1) : y->value};
      x++;
      y++;
    }
  }
  next = std::copy(x, x_end, next);
  next = std::copy(y, y_end, next);
  return Value::sorted_object(merged, static_cast<uint32_t>(next - merged));
}

}  // namespace

Value builtin_object_union(BuiltinCall& call) { return merge_objects(call, call[0], call[1], 1); }

namespace {

// The same from left to right over many, without copying the first object once for every other. Under each key only
// what follows the last value that is not an object counts: that value itself, or the objects after it, merged.
Value merge_all(BuiltinCall& call, std::span<const Value> objects, uint32_t depth) {
  if (objects.size() == 1) return objects[0];
  check_depth(depth);
  uint64_t total = 0;
  for (const Value& object : objects) total += object.size;
  charge_elements(call, total * std::bit_width(objects.size()));
  if (total > UINT32_MAX / 4) throw Failure(ErrorCode::E_MEMORY, "an object has too many members");
  std::vector<Entry> entries;
  entries.reserve(total);
  for (const Value& object : objects) entries.insert(entries.end(), object.members().begin(), object.members().end());
  std::ranges::stable_sort(entries, less, &Entry::key);

  Entry* merged = call.arena.allocate_array<Entry>(total);
  uint32_t count = 0;
  std::vector<Value> group;
  for (size_t i = 0; i < entries.size();) {
    const Entry& first = entries[i];
    group.clear();
    for (; i < entries.size() && equal(entries[i].key, first.key); i++) {
      if (!entries[i].value.is_object() || (!group.empty() && !group.back().is_object())) group.clear();
      group.push_back(entries[i].value);
    }
    merged[count++] = {entries[i - 1].key, merge_all(call, group, depth + 1)};
  }
  return Value::sorted_object(merged, count);
}

}  // namespace

Value builtin_object_union_n(BuiltinCall& call) {
  std::span<const Value> objects = call[0].items();
  charge_elements(call, objects.size());
  for (const Value& object : objects) {
    if (!object.is_object()) return fault_element(call, 1, object, "object");
  }
  if (objects.empty()) return Value::sorted_object(nullptr, 0);
  return merge_all(call, objects, 1);
}

// --- filter and remove -----------------------------------------------------------------------------------------------

namespace {

// Keeps the members whose key is (or is not) among the keys that argument 2, any collection, gives.
Value select_members(BuiltinCall& call, bool keep_listed) {
  const Value& object = call[0];
  charge_elements(call, uint64_t{object.size} + call[1].size);
  Value keys = call[1];
  if (keys.is_array()) keys = make_set(call.arena, keys.items());
  Entry* kept = call.arena.allocate_array<Entry>(object.size);
  uint32_t count = 0;
  for (const Entry& member : object.members()) {
    bool listed = find(keys, member.key) != nullptr;
    if (listed == keep_listed) kept[count++] = member;
  }
  return Value::sorted_object(kept, count);
}

}  // namespace

Value builtin_object_filter(BuiltinCall& call) { return select_members(call, true); }
Value builtin_object_remove(BuiltinCall& call) { return select_members(call, false); }

// --- subset ----------------------------------------------------------------------------------------------------------

namespace {

bool set_contains_all(BuiltinCall& call, const Value& super, const Value& sub) {
  charge_elements(call, sub.size);
  return std::ranges::all_of(sub.items(), [&](const Value& element) { return set_find(super, element) != nullptr; });
}

// Whether `sub` is a run of consecutive elements of `super`. Every start is tried, and paid for.
bool array_contains_run(BuiltinCall& call, const Value& super, const Value& sub) {
  if (sub.size > super.size) return false;
  charge_elements(call, super.size);
  for (uint32_t start = 0; start + sub.size <= super.size; start++) {
    uint32_t same = 0;
    while (same < sub.size && equal(super.elements[start + same], sub.elements[same])) same++;
    if (same == sub.size) return true;
    charge_elements(call, same);
  }
  return false;
}

// As OPA counts: an element that the array holds twice counts twice, and an empty array has no subset, not even the
// empty set.
bool array_contains_set(BuiltinCall& call, const Value& super, const Value& sub) {
  charge_elements(call, super.size);
  uint32_t unmatched = sub.size;
  for (const Value& element : super.items()) {
    if (set_find(sub, element) != nullptr) unmatched--;
    if (unmatched == 0) return true;
  }
  return false;
}

bool object_contains(BuiltinCall& call, const Value& super, const Value& sub, uint32_t depth) {
  check_depth(depth);
  charge_elements(call, sub.size);
  for (const Entry& member : sub.members()) {
    const Value* found = object_find(super, member.key);
    if (found == nullptr) return false;
    if (equal(*found, member.value)) continue;
    if (found->kind != member.value.kind) return false;
    bool contains = false;
    if (found->is_object()) contains = object_contains(call, *found, member.value, depth + 1);
    if (found->is_set()) contains = set_contains_all(call, *found, member.value);
    if (found->is_array()) contains = array_contains_run(call, *found, member.value);
    if (!contains) return false;
  }
  return true;
}

}  // namespace

// Objects recursively, sets by membership, arrays as consecutive elements, and a set within an array, as in OPA.
Value builtin_object_subset(BuiltinCall& call) {
  const Value& super = call[0];
  const Value& sub = call[1];
  if (super.is_object() && sub.is_object()) return Value::of(object_contains(call, super, sub, 1));
  if (super.is_set() && sub.is_set()) return Value::of(set_contains_all(call, super, sub));
  if (super.is_array() && sub.is_array()) return Value::of(array_contains_run(call, super, sub));
  if (super.is_array() && sub.is_set()) return Value::of(array_contains_set(call, super, sub));
  return fault_type(call, "both arguments object.subset must be of the same type or array and set");
}

}  // namespace writ
