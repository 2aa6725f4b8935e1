// Terms against types: patterns take a type apart, and variables in them get the types of its parts. Reference: OPA unify1 and
// unify2.
#include <algorithm>

#include "lang/syntax/term_order.h"
#include "lang/types/check_types.h"

namespace writ::lang {
namespace {

// Any of the alternatives may be what the term has; variables get the types of all that fit.
bool unify_with_any(const Environment& env, const Term& term, TypeRef any) {
  if (any->is_any()) {
    for (const Term* item : term.items) unify_term(env, *item, any, true);
    return true;
  }
  bool fits = false;
  for (TypeRef alternative : any->parts()) fits = unify_term(env, term, alternative, true) || fits;
  return fits;
}

bool unify_array(const Environment& env, const Term& term, TypeRef type, bool add) {
  if (term.items.size() != type->items.size() && type->element == nullptr) return false;
  for (size_t i = 0; i < term.items.size(); ++i) {
    if (!unify_term(env, *term.items[i], element_at(type, i), add)) return false;
  }
  return true;
}

bool unify_object(const Environment& env, const Term& term, TypeRef type, bool add) {
  auto members = sorted_members(term);
  if (members.size() != type->members.size() && type->dynamic.value == nullptr) return false;
  for (const auto& [key, value] : members) {
    if (!is_constant(*key)) {
      // Under a key that is not known the value may be anything.
      unify_term(env, *value, env.types().any(), add);
      continue;
    }
    TypeRef child = select_constant(env.types(), type, *key);
    if (child == nullptr || !unify_term(env, *value, child, add)) return false;
  }
  return true;
}

bool unify_set(const Environment& env, const Term& term, TypeRef type, bool add) {
  for (const auto& [element, none] : sorted_members(term)) {
    if (!unify_term(env, *element, type->element, add)) return false;
  }
  return true;
}

bool unify_variable(const Environment& env, const Term& term, TypeRef type, bool add) {
  TypeRef known = env.type_of(term);
  if (add) {
    env.set_variable(term.text, env.types().either(known, type));
    return true;
  }
  if (known != nullptr) return env.types().unifies(known, type);
  env.set_variable(term.text, type);
  return true;
}

}  // namespace

bool unify_term(const Environment& env, const Term& term, TypeRef type, bool add) {
  charge_work(1);
  switch (term.kind) {
    case TermKind::kVar: return unify_variable(env, term, type, add);
    case TermKind::kArray:
    case TermKind::kObject:
    case TermKind::kSet: break;
    default: return env.types().unifies(env.type_of(term), type);
  }
  if (is_shape(type, Shape::kAny)) return unify_with_any(env, term, type);
  if (term.kind != TermKind::kSet) type = unwrap(type);
  if (type == nullptr) return false;
  if (term.kind == TermKind::kArray) return type->shape == Shape::kArray && unify_array(env, term, type, add);
  if (term.kind == TermKind::kObject) return type->shape == Shape::kObject && unify_object(env, term, type, add);
  return type->shape == Shape::kSet && unify_set(env, term, type, add);
}

namespace {

// Two patterns of which nothing is known as a whole.
bool unify_arrays(const Environment& env, const Term& a, const Term& b) {
  if (a.items.size() != b.items.size()) return false;
  for (size_t i = 0; i < a.items.size(); ++i) {
    const Term &x = *a.items[i], &y = *b.items[i];
    if (!unify_terms(env, x, env.type_of(x), y, env.type_of(y))) return false;
  }
  return true;
}

bool unify_objects(const Environment& env, const Term& a, const Term& b) {
  auto left = sorted_members(a), right = sorted_members(b);
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    if (compare_terms(*left[i].first, *right[i].first) != 0) return false;
  }
  for (size_t i = 0; i < left.size(); ++i) {
    const Term &x = *left[i].second, &y = *right[i].second;
    if (!unify_terms(env, x, env.type_of(x), y, env.type_of(y))) return false;
  }
  return true;
}

// A pattern and a variable: the variables of the pattern may be anything.
bool unify_pattern(const Environment& env, const Term& pattern, const Term& variable) {
  return unify_term(env, pattern, env.types().any()) && unify_term(env, variable, env.type_of(pattern));
}

}  // namespace

bool unify_terms(const Environment& env, const Term& a, TypeRef type_a, const Term& b, TypeRef type_b) {
  bool unknown_a = is_unknown(type_a), unknown_b = is_unknown(type_b);
  if (unknown_a && !unknown_b) return unify_term(env, a, type_b);
  if (unknown_b && !unknown_a) return unify_term(env, b, type_a);
  if (!unknown_a) return env.types().unifies(type_a, type_b);
  auto is_pattern = [](const Term& t) { return t.kind == TermKind::kArray || t.kind == TermKind::kObject; };
  if (is_pattern(a)) {
    if (is_var(b)) return unify_pattern(env, a, b);
    if (a.kind != b.kind) return false;
    return a.kind == TermKind::kArray ? unify_arrays(env, a, b) : unify_objects(env, a, b);
  }
  if (is_var(a)) {
    if (is_var(b)) return unify_term(env, a, env.types().any()) && unify_term(env, b, env.type_of(a));
    if (is_pattern(b)) return unify_pattern(env, b, a);
    if (is_ref(b)) return unify_term(env, a, env.types().any());
  }
  if (is_ref(a) && is_var(b)) return unify_term(env, b, env.types().any());
  // A variable takes what is known of the other side.
  if (is_var(a) && type_a == nullptr && type_b != nullptr) return unify_term(env, a, type_b);
  if (is_var(b) && type_b == nullptr && type_a != nullptr) return unify_term(env, b, type_a);
  return false;
}

}  // namespace writ::lang
