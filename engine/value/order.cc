// Comparison walks two values side by side with a stack of its own. It pays for every pair of nodes beyond the first few,
// and remembers in a long walk which containers were equal, so that it takes time in proportion to what the two values
// take up and not to what they would be written out (visits.h). Everything else is compared on the spot.
#include "engine/value/order.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "engine/base/error.h"
#include "engine/value/number.h"
#include "engine/value/small_stack.h"
#include "engine/value/visits.h"

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
    if (shared > kShortText) charge_text(shared);
    int relation = std::memcmp(a.chars, b.chars, shared);
    if (relation != 0) return relation;
  }
  return sign_of(a.size, b.size);
}

bool equal_text(const Value& a, const Value& b) {
  if (a.size != b.size) return false;
  if (a.size > kShortText) {
    if (a.chars == b.chars) return true;
    charge_text(a.size);
  }
  return a.size == 0 || std::memcmp(a.chars, b.chars, a.size) == 0;
}

// Of a number that is a text it takes all digits.
int compare_numbers(const Value& a, const Value& b) {
  if (a.is_int64() && b.is_int64()) return sign_of(a.integer, b.integer);
  charge_digits_of(a);
  charge_digits_of(b);
  return number_compare(a, b);
}

// Two runs that are equal so far.
struct Runs {
  const Value* a;
  const Value* b;
  const Value* a_end;  // of the shorter one
  const Value* whole_a;  // the containers themselves
  const Value* whole_b;
  int rest;            // the answer if nothing differs up to there
};

// The runs that a walk is in, outermost first, and what it pays and knows.
class PairWalk {
 public:
  // Enters two containers of the same kind.
  void enter(const Value& a, const Value& b) {
    if (stack_.size() >= kMaxValueDepth) {
      throw Failure(ErrorCode::E_DEPTH, "values are nested too deeply to be compared");
    }
    if (++entered_ > ContainerTable::kFrom && is_known(a, b)) return;
    stack_.push({a.elements, b.elements, a.elements + std::min(run_size(a), run_size(b)), &a, &b,
                 sign_of(a.size, b.size)});
  }

  // Moves on to the next two elements that may differ; false at the end of the walk, or where one container is longer
  // than the other: then *rest is not 0.
  bool next(const Value** x, const Value** y, int* rest) {
    while (!stack_.empty()) {
      Runs& runs = stack_.top();
      if (runs.a != runs.a_end && runs.a != runs.b) {
        visits_.next();
        *x = runs.a++;
        *y = runs.b++;
        return true;
      }
      if (runs.rest != 0) {
        *rest = runs.rest;
        return false;
      }
      if (equal_ != nullptr) equal_->join(*runs.whole_a, *runs.whole_b);
      stack_.pop();
    }
    *rest = 0;
    return false;
  }

 private:
  bool is_known(const Value& a, const Value& b) {
    if (equal_ == nullptr) equal_ = std::make_unique<EqualContainers>();
    return a.size == b.size && equal_->know(a, b);
  }

  SmallStack<Runs> stack_;
  Visits visits_;
  uint32_t entered_ = 0;
  std::unique_ptr<EqualContainers> equal_;  // of a long walk
};

// Of values that are not containers of the same kind.
int compare_shallow(const Value& a, const Value& b) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  switch (a.kind) {
    case Kind::kString: return compare_text(a, b);
    case Kind::kNumber: return compare_numbers(a, b);
    case Kind::kDocument: return sign_of(a.size, b.size);
    default: return sign_of(a.integer, b.integer);
  }
}

[[gnu::noinline]] bool equal_shallow(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  return a.is_string() ? equal_text(a, b) : compare_shallow(a, b) == 0;
}

[[gnu::noinline]] int compare_deeply(const Value& a, const Value& b) {
  charge_work(1);
  PairWalk walk;
  walk.enter(a, b);
  const Value* x;
  const Value* y;
  int relation;
  while (walk.next(&x, &y, &relation)) {
    if (x->kind == y->kind && x->is_collection()) {
      walk.enter(*x, *y);
    } else if ((relation = compare_shallow(*x, *y)) != 0) {
      return relation;
    }
  }
  return relation;
}

[[gnu::noinline]] bool equal_deeply(const Value& a, const Value& b) {
  if (a.size != b.size) return false;
  charge_work(1);
  PairWalk walk;
  walk.enter(a, b);
  const Value* x;
  const Value* y;
  int relation;
  while (walk.next(&x, &y, &relation)) {
    if (x->kind == y->kind && x->is_collection()) {
      if (x->size != y->size) return false;
      walk.enter(*x, *y);
    } else if (!equal_shallow(*x, *y)) {
      return false;
    }
  }
  return true;
}

}  // namespace

int compare(const Value& a, const Value& b) {
  return a.kind == b.kind && a.is_collection() ? compare_deeply(a, b) : compare_shallow(a, b);
}

// Two short texts are what is compared most, and need neither the stack nor the meter.
bool equal_slow(const Value& a, const Value& b) {
  if (a.is_string() && b.is_string() && a.size <= kShortText) {
    return a.size == b.size && (a.size == 0 || std::memcmp(a.chars, b.chars, a.size) == 0);
  }
  return a.kind == b.kind && a.is_collection() ? equal_deeply(a, b) : equal_shallow(a, b);
}

}  // namespace writ
