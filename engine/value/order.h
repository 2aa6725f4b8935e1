// Equality, Rego's total order, and a hash that agrees with them.
//
// null < boolean < number < string < array < object < set [S-3.1]. Numbers compare by exact value whatever their text,
// strings bytewise, arrays and sets element by element and then by length, objects by (key, value) pairs and then by
// size. Nesting beyond kMaxValueDepth throws Failure(E_DEPTH).
#pragma once

#include "engine/value/value.h"

namespace writ {

inline constexpr uint32_t kMaxValueDepth = 640;

// <0, 0, >0.
int compare(const Value& a, const Value& b);
bool equal_slow(const Value& a, const Value& b);

inline bool equal(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.is_int64() && b.is_int64()) return a.integer == b.integer;
  return equal_slow(a, b);
}

inline bool less(const Value& a, const Value& b) { return compare(a, b) < 0; }

// Equal values have equal hashes: 1, 1.0 and 1e0 too. The same on every machine. Not for untrusted keys.
uint64_t hash(const Value& value);
uint64_t hash_string(std::string_view text);

}  // namespace writ
