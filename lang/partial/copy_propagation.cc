// In three steps, as OPA does it, for the shape of the result follows from them: variables that are equal become one;
// equalities of a variable with a reference or call, and outputs of calls, are taken out and what they say is put where the
// variable is; and what was taken out comes back where it is needed: for a live variable, for one that has no value
// otherwise, and for a reference that would be nowhere then.
#include "lang/partial/copy_propagation.h"

#include <algorithm>

#include "lang/check/passes.h"
#include "lang/partial/replace.h"

namespace writ::lang {
namespace {

bool is_negated(const Expr& expr) { return expr.negated || expr.kind == ExprKind::kNot; }

// Whether a value is in a query, closures left out; a reference is in one that goes on from it.
bool is_in(const Term& value, const ExprList& exprs) {
  bool found = false;
  Walker walk(
      [&](Term* t) {
        if (found || is_comprehension(*t)) return true;
        if (is_ref(*t)) {
          found = is_ref(value) ? begins_with(t->items, value.items) : same(*t, value);
        } else {
          found = same(*t, value);
        }
        return found;
      },
      [&](Expr*) { return found; });
  for (Expr* expr : exprs) {
    if (expr->kind == ExprKind::kEvery) {
      walk(expr->key);
      walk(expr->value);
      walk(expr->domain);
    } else {
      walk(expr);
    }
    if (found) return true;
  }
  return false;
}

}  // namespace

Body* CopyPropagation::apply(const Body& query) {
  Body* original = terms_.body(query.exprs, query.span);
  reset();
  if (!group(query)) return original;
  find_heads(query);
  ExprList result;
  for (const Expr* expr : query.exprs) {
    Expr* other = plugged(*expr);
    if (other->kind == ExprKind::kNot) apply_inside(*other);
    if (is_left(*other)) result.push_back(other);
  }
  bind_live(result);
  if (!restore_needed(result)) return original;
  if (never_empty_ && result.empty()) result.push_back(terms_.statement(terms_.boolean(true)));
  return terms_.body(std::move(result), query.span);
}

void CopyPropagation::reset() {
  parents_.clear();
  groups_.clear();
  heads_.clear();
  taken_out_.clear();
  placeholders_.clear();
}

// --- variables that are equal ----------------------------------------------------------------------------------------

CopyPropagation::Group* CopyPropagation::find(std::string_view name) {
  auto at = parents_.find(name);
  if (at == parents_.end()) return nullptr;
  while (at->second != at->first) {
    charge_work(1);
    at = parents_.find(at->second);
  }
  return &groups_.at(at->first);
}

CopyPropagation::Group& CopyPropagation::group_of(std::string_view name) {
  if (Group* group = find(name)) return *group;
  parents_[name] = name;
  return groups_[name] = Group{name, nullptr};
}

bool CopyPropagation::merge(std::string_view a, std::string_view b) {
  Group* first = &group_of(a);
  Group* second = &group_of(b);
  if (first == second) return true;
  if (live_.count(first->root) == 0) std::swap(first, second);
  parents_[second->root] = first->root;
  bool clash = first->constant != nullptr && second->constant != nullptr && !same(*first->constant, *second->constant);
  if (first->constant == nullptr) first->constant = second->constant;
  groups_.erase(second->root);
  return !clash;
}

bool CopyPropagation::set_constant(std::string_view name, Term* value) {
  Group& group = group_of(name);
  if (group.constant != nullptr && !same(*group.constant, *value)) return false;
  group.constant = value;
  return true;
}

// False if two different constants would have to be equal.
bool CopyPropagation::group(const Body& query) {
  for (const Expr* expr : query.exprs) {
    if (!is_call(*expr) || !is_equality(*expr) || expr->negated || !expr->withs.empty()) continue;
    Term* a = expr->term->items[1];
    Term* b = expr->term->items[2];
    bool possible = true;
    if (is_var(*a) && is_var(*b)) {
      possible = merge(a->text, b->text);
    } else if (is_var(*a) && is_constant(*b)) {
      possible = set_constant(a->text, b);
    } else if (is_var(*b) && is_constant(*a)) {
      possible = set_constant(b->text, a);
    }
    if (!possible) return false;
  }
  return true;
}

// A variable that a reference begins with is not replaced by a constant or a call: that would be no reference.
void CopyPropagation::find_heads(const Body& query) {
  auto walk = term_walker([&](Term* t) {
    if (!is_ref(*t) || !is_var(*t->items[0])) return false;
    std::string_view head = t->items[0]->text;
    if (Group* group = find(head)) {
      group->constant = nullptr;
      heads_.insert(group->root);
    } else {
      heads_.insert(head);
    }
    return false;
  });
  walk(const_cast<Body*>(&query));
}

// --- putting values in the place of variables ------------------------------------------------------------------------

Expr* CopyPropagation::plugged(const Expr& expr) {
  bool negated = is_negated(expr);
  Replacer replace(terms_, levels_, [&](Term* t) {
    return is_var(*t) ? variable_value(t, negated) : reference_value(t, negated);
  });
  return replace(expr);
}

// What is in a value that took a variable's place, likewise.
Term* CopyPropagation::inside_value(Term* value, bool negated) {
  Replacer replace(terms_, levels_, [&](Term* t) {
    return is_var(*t) ? variable_value(t, negated) : reference_value(t, negated);
  });
  return replace.inside(value);
}

Term* CopyPropagation::variable_value(Term* variable, bool negated) {
  Term* result = variable;
  if (Group* group = find(variable->text)) {
    if (group->constant != nullptr) return group->constant;
    if (group->root != variable->text) result = terms_.var(group->root);
  }
  auto taken = taken_out_.find(result->text);
  if (taken == taken_out_.end()) return result;
  Term* value = taken->second;
  if (negated && !terms_.is_ground(*value)) return result;
  if (vars_of(value).count(result->text) > 0) return result;
  Levels::Scope level(levels_);
  return inside_value(value, negated);
}

Term* CopyPropagation::reference_value(Term* ref, bool negated) {
  Term* head = ref->items[0];
  if (!is_var(*head) || is_root_name(head->text)) return nullptr;
  if (Group* group = find(head->text)) head = group->constant != nullptr ? group->constant : terms_.var(group->root);
  RefSteps steps;
  auto taken = is_var(*head) ? taken_out_.find(head->text) : taken_out_.end();
  if (taken != taken_out_.end() && (!negated || terms_.is_ground(*taken->second))) {
    if (is_ref(*taken->second)) {
      steps = taken->second->items;
    } else {
      steps = {taken->second};
    }
  } else {
    steps = {head};
  }
  steps.insert(steps.end(), ref->items.begin() + 1, ref->items.end());
  Levels::Scope level(levels_);
  Term* first = steps[0];
  Term* result = terms_.ref(std::move(steps));
  if (!is_var(*first) || is_root_name(first->text)) return inside_value(result, negated);
  // The head has been looked at.
  RefSteps rest(result->items.begin() + 1, result->items.end());
  Replacer replace(terms_, levels_, [&](Term* t) {
    return is_var(*t) ? variable_value(t, negated) : reference_value(t, negated);
  });
  for (Term*& step : rest) step = replace(step);
  rest.insert(rest.begin(), first);
  return terms_.ref(std::move(rest));
}

// The body of a `not` keeps the variables that it shares with what is around it.
void CopyPropagation::apply_inside(Expr& expr) {
  const Body& body = *expr.operands[0]->body;
  VarSet shared;
  for (std::string_view name : vars_of(&body, kSafetyVars)) {
    std::string text(name);
    if (live_.count(text) > 0 || find(text) != nullptr || taken_out_.count(text) > 0) shared.insert(name);
  }
  Levels::Scope level(levels_);
  Expr* operand = terms_.copy(*expr.operands[0]);
  operand->body = CopyPropagation(checker_, terms_, shared, true).apply(body);
  expr.operands[0] = operand;
}

// --- taking statements out -------------------------------------------------------------------------------------------

bool CopyPropagation::is_left(const Expr& expr) {
  if (is_negated(expr) || !expr.withs.empty()) return true;
  if (expr.kind != ExprKind::kTerm) return true;
  if (!is_call(expr)) return !is_constant(*expr.term) || is_false(*expr.term);
  if (is_equality(expr)) {
    Term* a = expr.term->items[1];
    Term* b = expr.term->items[2];
    if (same(*a, *b)) {
      bool live = is_ref(*a) && is_var(*a->items[0]) && live_.count(a->items[0]->text) > 0;
      if (live) {
        std::string_view name = terms_.ast().keep("__localcp" + std::to_string(placeholders_.size()) + "__");
        placeholders_.insert(name);
        taken_out_[name] = a;
      }
      return false;
    }
    return !take_out(a, b) && !take_out(b, a);
  }
  if (calls(expr, "equal") && argument_count(expr) == 2 && same(*argument(expr, 0), *argument(expr, 1))) return false;
  int arity = checker_.arity(*expr.term->items[0]);
  if (arity < 0 || expr.term->items.size() != static_cast<size_t>(arity) + 2) return true;
  const Term& output = *expr.term->items.back();
  if (!is_var(output) || live_.count(output.text) > 0 || heads_.count(output.text) > 0) return true;
  taken_out_[output.text] = terms_.with_items(*expr.term, RefSteps(expr.term->items.begin(), expr.term->items.end() - 1));
  return false;
}

bool CopyPropagation::take_out(Term* variable, Term* value) {
  if (!is_var(*variable) || live_.count(variable->text) > 0) return false;
  if (!is_ref(*value) && !is_call(*value)) return false;
  taken_out_[variable->text] = value;
  return true;
}

// --- bringing back what is needed ------------------------------------------------------------------------------------

void CopyPropagation::bind_live(ExprList& result) {
  for (std::string_view name : live_) {
    Group* group = find(name);
    if (group == nullptr) continue;
    auto taken = taken_out_.find(group->root);
    if (group->constant != nullptr) {
      result.push_back(terms_.equality(terms_.var(name), group->constant));
    } else if (taken != taken_out_.end()) {
      result.push_back(terms_.equality(terms_.var(name), taken->second));
    } else if (group->root != name) {
      result.push_back(terms_.equality(terms_.var(name), terms_.var(group->root)));
    }
  }
}

VarSet CopyPropagation::unsafe_vars(const ExprList& exprs, const VarSet& safe) {
  VarOptions options = kSafetyVars;
  options.promote = &checker_;
  VarSet unsafe;
  for (const Expr* expr : exprs) {
    for (std::string_view name : vars_of(expr, options)) {
      if (safe.count(name) == 0) unsafe.insert(name);
    }
  }
  return unsafe;
}

// False if variables would be without values in the end.
bool CopyPropagation::restore_needed(ExprList& result) {
  VarSet safe{"input", "data"};
  for (std::string_view name : live_) safe.insert(name);
  Body* body = terms_.body(result);
  for (std::string_view name : output_vars(checker_, *body, body->exprs.size(), safe)) safe.insert(name);
  VarSet unsafe = unsafe_vars(result, safe);
  for (auto taken = taken_out_.rbegin(); taken != taken_out_.rend(); ++taken) {
    Term* value = taken->second;
    Expr* equality = terms_.equality(terms_.var(taken->first), value);
    VarSet outputs = output_vars(checker_, *equality, safe);
    bool gives = std::any_of(unsafe.begin(), unsafe.end(), [&](std::string_view v) { return outputs.count(v) > 0; });
    for (std::string_view name : outputs) unsafe.erase(name);
    bool safe_variable = is_ref(*value) && value->items.size() == 1 && is_var(*value->items[0]) &&
                         safe.count(value->items[0]->text) > 0;
    if (!gives && (safe_variable || is_in(*value, result))) continue;
    bool bare = placeholders_.count(taken->first) > 0 && is_ref(*value);
    result.push_back(bare ? terms_.statement(value) : equality);
    safe.merge(outputs);
  }
  return unsafe.empty();
}

}  // namespace writ::lang
