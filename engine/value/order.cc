#include "engine/value/order.h"

#include <algorithm>
#include <cstring>

#include "engine/base/error.h"
#include "engine/value/number.h"
#include "engine/value/small_stack.h"

namespace writ {

namespace {

// A container is one run of values: an object is key, value, key, value. Comparing two runs element by element and then
// by length is Rego's order for arrays, sets and objects alike.
static_assert(sizeof(Entry) == 2 * sizeof(Value));

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

bool equal_text(const Value& a, const Value& b) {
  return a.size == b.size && (a.size == 0 || std::memcmp(a.chars, b.chars, a.size) == 0);
}

// Two runs that are equal so far.
struct Runs {
  const Value* a;
  const Value* b;
  const Value* a_end;  // of the shorter one
  int rest;            // the answer if nothing differs up to there
};

using RunsStack = SmallStack<Runs>;

void push_runs(RunsStack& stack, const Value& a, const Value& b) {
  if (stack.size() >= kMaxValueDepth) {
    throw Failure(ErrorCode::E_DEPTH, "values are nested too deeply to be compared");
  }
  stack.push({a.elements, b.elements, a.elements + std::min(run_size(a), run_size(b)), sign_of(a.size, b.size)});
}

// Of values that are not containers of the same kind.
int compare_shallow(const Value& a, const Value& b) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  switch (a.kind) {
    case Kind::kString: return compare_text(a, b);
    case Kind::kNumber: return a.is_int64() && b.is_int64() ? sign_of(a.integer, b.integer) : number_compare(a, b);
    case Kind::kDocument: return sign_of(a.size, b.size);
    default: return sign_of(a.integer, b.integer);
  }
}

bool equal_shallow(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  return a.is_string() ? equal_text(a, b) : compare_shallow(a, b) == 0;
}

[[gnu::noinline]] int compare_deeply(const Value& a, const Value& b) {
  RunsStack stack;
  push_runs(stack, a, b);
  while (!stack.empty()) {
    Runs& runs = stack.top();
    if (runs.a == runs.a_end || runs.a == runs.b) {
      if (runs.rest != 0) return runs.rest;
      stack.pop();
      continue;
    }
    const Value& x = *runs.a++;
    const Value& y = *runs.b++;
    if (x.kind == y.kind && x.is_collection()) {
      push_runs(stack, x, y);
    } else if (int relation = compare_shallow(x, y)) {
      return relation;
    }
  }
  return 0;
}

[[gnu::noinline]] bool equal_deeply(const Value& a, const Value& b) {
  RunsStack stack;
  if (a.size != b.size) return false;
  push_runs(stack, a, b);
  while (!stack.empty()) {
    Runs& runs = stack.top();
    if (runs.a == runs.a_end || runs.a == runs.b) {
      stack.pop();
      continue;
    }
    const Value& x = *runs.a++;
    const Value& y = *runs.b++;
    if (x.kind == y.kind && x.is_collection()) {
      if (x.size != y.size) return false;
      push_runs(stack, x, y);
    } else if (!equal_shallow(x, y)) {
      return false;
    }
  }
  return true;
}

}  // namespace

int compare(const Value& a, const Value& b) {
  return a.kind == b.kind && a.is_collection() ? compare_deeply(a, b) : compare_shallow(a, b);
}

bool equal_slow(const Value& a, const Value& b) {
  return a.kind == b.kind && a.is_collection() ? equal_deeply(a, b) : equal_shallow(a, b);
}

}  // namespace writ
