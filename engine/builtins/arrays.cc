// Functions over arrays. Elements are shared, never copied deeply.
#include <algorithm>

#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"

namespace writ {

namespace {

Value* allocate_elements(BuiltinCall& call, uint64_t count) {
  charge_elements(call, count);
  if (count > UINT32_MAX / 2) throw Failure(ErrorCode::E_MEMORY, "an array has too many elements");
  return call.arena.allocate_array<Value>(count);
}

}  // namespace

Value builtin_array_concat(BuiltinCall& call) {
  const Value& a = call[0];
  const Value& b = call[1];
  if (a.size == 0) return b;
  if (b.size == 0) return a;
  Value* elements = allocate_elements(call, uint64_t{a.size} + b.size);
  std::ranges::copy(a.items(), elements);
  std::ranges::copy(b.items(), elements + a.size);
  return Value::array(elements, a.size + b.size);
}

// One level only.
Value builtin_array_flatten(BuiltinCall& call) {
  uint64_t count = 0;
  for (const Value& element : call[0].items()) count += element.is_array() ? element.size : 1;
  Value* elements = allocate_elements(call, count);
  Value* next = elements;
  for (const Value& element : call[0].items()) {
    if (element.is_array()) next = std::ranges::copy(element.items(), next).out;
    else *next++ = element;
  }
  return Value::array(elements, static_cast<uint32_t>(count));
}

Value builtin_array_reverse(BuiltinCall& call) {
  const Value& array = call[0];
  Value* elements = allocate_elements(call, array.size);
  std::ranges::reverse_copy(array.items(), elements);
  return Value::array(elements, array.size);
}

// Bounds are moved into the array. The answer is a window on the argument.
Value builtin_array_slice(BuiltinCall& call) {
  int64_t start = 0;
  int64_t stop = 0;
  if (!read_integer(call, 2, &start) || !read_integer(call, 3, &stop)) return Value::undefined();
  stop = std::clamp<int64_t>(stop, 0, call[0].size);
  start = std::clamp<int64_t>(start, 0, stop);
  return Value::array(call[0].elements + start, static_cast<uint32_t>(stop - start));
}

}  // namespace writ
