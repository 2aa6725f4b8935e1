// Terms are ordered by kind first, then by their parts. Sets are compared by their sorted elements, objects by their sorted
// keys, each with its value before the next; of bodies the statements are compared one after the other.
#include "lang/syntax/term_order.h"

#include <algorithm>

#include "engine/base/arena.h"
#include "engine/value/number.h"

namespace writ::lang {
namespace {

int kind_order(TermKind kind) {
  switch (kind) {
    case TermKind::kNull: return 0;
    case TermKind::kBoolean: return 1;
    case TermKind::kNumber: return 2;
    case TermKind::kString: return 3;
    case TermKind::kTemplate: return 4;
    case TermKind::kVar: return 5;
    case TermKind::kRef: return 6;
    case TermKind::kArray: return 7;
    case TermKind::kObject: return 8;
    case TermKind::kSet: return 9;
    case TermKind::kArrayComprehension: return 10;
    case TermKind::kObjectComprehension: return 11;
    case TermKind::kSetComprehension: return 12;
    case TermKind::kCall: return 13;
  }
  return 14;
}

// OPA writes a call that is a statement in another form than other terms.
int kind_order(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kSomeDecl:
    case ExprKind::kSomeIn: return 0;
    case ExprKind::kTerm: return expr.term->kind == TermKind::kCall ? 2 : 1;
    case ExprKind::kEvery: return 3;
    case ExprKind::kNot: return 4;
    case ExprKind::kAnd: return 5;
    case ExprKind::kOr: return 6;
    case ExprKind::kBlock: return 7;
  }
  return 8;
}

int compare(const Expr& a, const Expr& b);

int compare_numbers(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  if (!number_is_valid(a) || !number_is_valid(b)) return a.compare(b);
  Arena arena;
  return number_compare(number_from_text(arena, a), number_from_text(arena, b));
}

int compare(const Term* a, const Term* b) {
  if (a == nullptr || b == nullptr) return (a != nullptr) - (b != nullptr);
  return compare_terms(*a, *b);
}

template <typename Items, typename Compare>
int compare_lists(const Items& a, const Items& b, Compare compare_items) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (int order = compare_items(a[i], b[i]); order != 0) return order;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size();
}

int compare(const TermList& a, const TermList& b) {
  return compare_lists(a, b, [](const Term* x, const Term* y) { return compare_terms(*x, *y); });
}

int compare(const Body* a, const Body* b) {
  if (a == nullptr || b == nullptr) return (a != nullptr) - (b != nullptr);
  return compare_lists(a->exprs, b->exprs, [](const Expr* x, const Expr* y) { return compare(*x, *y); });
}

int compare(const Expr& a, const Expr& b) {
  if (int order = kind_order(a) - kind_order(b); order != 0) return order;
  if (a.negated != b.negated) return a.negated ? 1 : -1;
  if (int order = compare(a.term, b.term); order != 0) return order;
  if (int order = compare(a.symbols, b.symbols); order != 0) return order;
  if (int order = compare(a.key, b.key); order != 0) return order;
  if (int order = compare(a.value, b.value); order != 0) return order;
  if (int order = compare(a.domain, b.domain); order != 0) return order;
  if (int order = compare(a.body, b.body); order != 0) return order;
  auto by_expr = [](const Expr* x, const Expr* y) { return compare(*x, *y); };
  if (int order = compare_lists(a.operands, b.operands, by_expr); order != 0) return order;
  return compare_lists(a.withs, b.withs, [](const With& x, const With& y) {
    int order = compare_terms(*x.target, *y.target);
    return order != 0 ? order : compare_terms(*x.value, *y.value);
  });
}

// With pairs in place of elements for an object.
int compare_sorted(const Term& a, const Term& b) {
  if (a.sorted && b.sorted) return compare(a.items, b.items);
  return compare(sorted_items(a), sorted_items(b));
}

}  // namespace

int compare_terms(const Term& a, const Term& b) {
  if (&a == &b) return 0;
  if (int order = kind_order(a.kind) - kind_order(b.kind); order != 0) return order;
  switch (a.kind) {
    case TermKind::kNull: return 0;
    case TermKind::kBoolean: return a.boolean - b.boolean;
    case TermKind::kNumber: return compare_numbers(a.text, b.text);
    case TermKind::kString:
    case TermKind::kVar: return a.text.compare(b.text);
    case TermKind::kSet:
    case TermKind::kObject: return compare_sorted(a, b);
    case TermKind::kTemplate:
      if (a.raw != b.raw) return a.raw ? 1 : -1;
      if (a.items.size() != b.items.size()) return a.items.size() < b.items.size() ? -1 : 1;
      break;
    default: break;
  }
  if (int order = compare(a.items, b.items); order != 0) return order;
  return compare(a.body, b.body);
}

int compare_bodies(const Body& a, const Body& b) { return compare(&a, &b); }

TermList sorted_items(const Term& term) {
  if (term.sorted) return term.items;
  size_t step = term.kind == TermKind::kObject ? 2 : 1;
  std::vector<size_t> places;
  for (size_t i = 0; i + step <= term.items.size(); i += step) places.push_back(i);
  auto order = [&](size_t x, size_t y) { return compare_terms(*term.items[x], *term.items[y]); };
  std::stable_sort(places.begin(), places.end(), [&](size_t x, size_t y) { return order(x, y) < 0; });
  TermList sorted;
  for (size_t i = 0; i < places.size(); ++i) {
    bool repeated = step == 1 && i > 0 && order(places[i - 1], places[i]) == 0;
    if (!repeated) sorted.push_back(term.items[places[i]]);
    if (step == 2) sorted.push_back(term.items[places[i] + 1]);
  }
  return sorted;
}

}  // namespace writ::lang
