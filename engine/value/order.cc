#include "engine/value/order.h"

#include <algorithm>
#include <cstring>

#include "engine/base/error.h"
#include "engine/value/number.h"

namespace writ {

namespace {

// A container as one run of values: an object is key, value, key, value. Comparing two runs element by element and then
// by length is Rego's order for arrays, sets and objects alike.
static_assert(sizeof(Entry) == 2 * sizeof(Value));

const Value* run_begin(const Value& container) { return container.elements; }

uint64_t run_size(const Value& container) {
  return container.kind == Kind::kObject ? uint64_t{container.size} * 2 : uint64_t{container.size};
}

int sign_of(int64_t a, int64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

int compare_text(const Value& a, const Value& b) {
  uint32_t shared = std::min(a.size, b.size);
  if (shared != 0) {
    int relation = std::memcmp(a.chars, b.chars, shared);
    if (relation != 0) return relation;
  }
  return sign_of(a.size, b.size);
}

[[noreturn, gnu::noinline]] void fail_depth() {
  throw Failure(ErrorCode::E_DEPTH, "values are nested too deeply to be compared");
}

int compare_at(const Value& a, const Value& b, uint32_t depth);

int compare_runs(const Value& a, const Value& b, uint32_t depth) {
  if (depth >= kMaxValueDepth) fail_depth();
  if (a.elements == b.elements && a.size == b.size) return 0;
  const Value* x = run_begin(a);
  const Value* y = run_begin(b);
  for (const Value* end = x + std::min(run_size(a), run_size(b)); x != end; ++x, ++y) {
    if (int relation = compare_at(*x, *y, depth + 1)) return relation;
  }
  return sign_of(a.size, b.size);
}

int compare_at(const Value& a, const Value& b, uint32_t depth) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  switch (a.kind) {
    case Kind::kString: return compare_text(a, b);
    case Kind::kNumber:
      if (a.is_int64() && b.is_int64()) return sign_of(a.integer, b.integer);
      return number_compare(a, b);
    case Kind::kArray:
    case Kind::kSet:
    case Kind::kObject: return compare_runs(a, b, depth);
    case Kind::kDocument: return sign_of(a.size, b.size);
    default: return sign_of(a.integer, b.integer);
  }
}

bool equal_at(const Value& a, const Value& b, uint32_t depth);

bool equal_runs(const Value& a, const Value& b, uint32_t depth) {
  if (depth >= kMaxValueDepth) fail_depth();
  if (a.size != b.size) return false;
  if (a.elements == b.elements) return true;
  const Value* x = run_begin(a);
  const Value* y = run_begin(b);
  for (const Value* end = x + run_size(a); x != end; ++x, ++y) {
    if (!equal_at(*x, *y, depth + 1)) return false;
  }
  return true;
}

bool equal_at(const Value& a, const Value& b, uint32_t depth) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::kString: return a.size == b.size && (a.size == 0 || std::memcmp(a.chars, b.chars, a.size) == 0);
    case Kind::kNumber:
      if (a.is_int64() && b.is_int64()) return a.integer == b.integer;
      return number_compare(a, b) == 0;
    case Kind::kArray:
    case Kind::kSet:
    case Kind::kObject: return equal_runs(a, b, depth);
    case Kind::kDocument: return a.size == b.size;
    default: return a.integer == b.integer;
  }
}

}  // namespace

int compare(const Value& a, const Value& b) { return compare_at(a, b, 0); }

bool equal_slow(const Value& a, const Value& b) { return equal_at(a, b, 0); }

}  // namespace writ
