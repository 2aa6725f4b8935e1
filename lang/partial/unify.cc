// Making two terms equal, each with its own bindings. Variables are bound; references and comprehensions are evaluated on the
// way, and what is unknown is kept as an equality.
#include "lang/partial/evaluator.h"

namespace writ::lang {

SearchStep Evaluator::unify(const At& at, Bound a, Bound b, SearchStep next) {
  a = Plugger::apply(a);
  b = Plugger::apply(b);
  if (is_var(*a.term) || is_ref(*a.term) || is_comprehension(*a.term)) return unify_values(at, a, b, next);
  if (is_var(*b.term) || is_ref(*b.term)) return unify_values(at, a, b, next);
  switch (a.term->kind) {
    case TermKind::kArray:
      if (b.term->kind == TermKind::kArrayComprehension) return unify_values(at, a, b, next);
      if (b.term->kind != TermKind::kArray) return Search::end();
      return unify_lists(at, a.term->items, a.bindings, b.term->items, b.bindings, 0, next);
    case TermKind::kObject:
      if (b.term->kind == TermKind::kObjectComprehension) return unify_values(at, a, b, next);
      return b.term->kind == TermKind::kObject ? unify_objects(at, a, b, next) : Search::end();
    case TermKind::kSet: return unify_values(at, a, b, next);
    default: return a.term->kind == b.term->kind ? unify_values(at, a, b, next) : Search::end();
  }
}

SearchStep Evaluator::unify_lists(const At& at, RefSteps a, Bindings* of_a, RefSteps b, Bindings* of_b, size_t index, SearchStep next) {
  if (a.size() != b.size()) return Search::end();
  if (index == a.size()) return next;
  Bound left{a[index], of_a}, right{b[index], of_b};
  if (index + 1 == a.size()) return unify(at, left, right, next);
  return unify(at, left, right, then([=, this] { return unify_lists(at, a, of_a, b, of_b, index + 1, next); }));
}

// The keys are known by now.
SearchStep Evaluator::unify_objects(const At& at, Bound a, Bound b, SearchStep next) {
  auto with_keys = [&](Bound object) {
    TermList items = object.term->items;
    bool ground = true;
    for (size_t i = 0; i < items.size(); i += 2) ground = ground && terms_.is_ground(*items[i]);
    if (ground) return terms_.sorted(object.term);
    for (size_t i = 0; i < items.size(); i += 2) items[i] = plugger_.plug({items[i], object.bindings});
    return terms_.sorted(terms_.with_items(*object.term, std::move(items)));
  };
  Term* left = with_keys(a);
  Term* right = with_keys(b);
  if (left->items.size() != right->items.size()) return Search::end();
  RefSteps left_values, right_values;
  for (size_t i = 0; i < left->items.size(); i += 2) {
    if (!same(*left->items[i], *right->items[i])) return Search::end();
    left_values.push_back(left->items[i + 1]);
    right_values.push_back(right->items[i + 1]);
  }
  return unify_lists(at, left_values, a.bindings, right_values, b.bindings, 0, next);
}

SearchStep Evaluator::unify_values(const At& at, Bound a, Bound b, SearchStep next) {
  auto is_kept = [&](Bound side) {
    return side.term->kind == TermKind::kSet ? unknowns_.contains_within(side) : unknowns_.contains(side);
  };
  bool keep_a = is_kept(a);
  if (!keep_a && is_ref(*a.term)) return reference(at, a, b, next);
  bool keep_b = is_kept(b);
  if (!keep_b && is_ref(*b.term)) return reference(at, b, a, next);
  if (keep_a || keep_b) return keep_equality(at, a, b, next);
  if (is_comprehension(*a.term)) return comprehension(at, a, b, false, next);
  if (is_comprehension(*b.term)) return comprehension(at, b, a, true, next);
  if (is_var(*a.term)) {
    bool itself = is_var(*b.term) && a.bindings == b.bindings && a.term->text == b.term->text;
    return itself ? next : bind(a, b, next);
  }
  if (is_var(*b.term)) return bind(b, a, next);
  // Elements of sets are not unified, only compared.
  Term* left = a.term->kind == TermKind::kSet ? plugger_.plug(a) : a.term;
  Term* right = b.term->kind == TermKind::kSet ? plugger_.plug(b) : b.term;
  charge_work(left->items.size());
  return same(*left, *right) ? next : Search::end();
}

SearchStep Evaluator::bind(Bound variable, Bound value, SearchStep next) {
  plugger_.bind(variable, value);
  return next;
}

}  // namespace writ::lang
