// What a statement binds. Variables get values from `=` by unification, from references that walk over the keys of a
// document, and from the extra last argument of a call. Reference: OPA unify.go and outputVarsForExpr.
#include <algorithm>

#include "lang/check/passes.h"

namespace writ::lang {
namespace {

// A reference can be walked once what it starts from is bound.
bool is_safe(const Term& ref_or_call, const VarSet& safe) {
  if (is_ref(ref_or_call) && is_var(*ref_or_call.items[0])) return safe.count(ref_or_call.items[0]->text) > 0;
  return is_subset(vars_of(is_ref(ref_or_call) ? ref_or_call.items[0] : &ref_or_call, kSafetyVars), safe);
}

// The variables that references below the term bind.
void reference_outputs(const Term* t, const VarSet& safe, VarSet& outputs) {
  if (!t || is_comprehension(*t) || t->kind == TermKind::kTemplate) return;
  if (is_ref(*t)) {
    if (!is_safe(*t, safe)) return;
    VarCollector collect(outputs, {.skip_ref_head = true, .skip_closures = true});
    collect(t);
  }
  for (const Term* item : t->items) reference_outputs(item, safe, outputs);
}

void reference_outputs(const Expr& e, const VarSet& safe, VarSet& outputs) {
  reference_outputs(e.term, safe, outputs);
  for (const With& w : e.withs) {
    reference_outputs(w.target, safe, outputs);
    reference_outputs(w.value, safe, outputs);
  }
}

// Finds the variables that `a = b` binds. Where neither side is bound yet, it is remembered which variables a variable
// waits for.
class Unifier {
 public:
  explicit Unifier(const VarSet& safe) : safe_(safe) {}

  void unify(const Term& a, const Term& b) {
    switch (a.kind) {
      case TermKind::kVar: unify_var(a, b); break;
      case TermKind::kRef:
      case TermKind::kCall:
        if (is_safe(a, safe_) && (is_var(b) || is_pattern(b))) mark_all(b);
        break;
      case TermKind::kArrayComprehension:
        if (is_var(b) || b.kind == TermKind::kArray) mark_all(b);
        break;
      case TermKind::kObjectComprehension:
        if (is_var(b) || b.kind == TermKind::kObject) mark_all(b);
        break;
      case TermKind::kSetComprehension:
        if (is_var(b)) mark_all(b);
        break;
      case TermKind::kArray:
      case TermKind::kObject: unify_pattern(a, b); break;
      default:
        if (is_var(b)) mark(b.text);
    }
  }

  const VarSet& unified() const { return unified_; }

 private:
  static bool is_pattern(const Term& t) { return t.kind == TermKind::kArray || t.kind == TermKind::kObject; }
  bool is_bound(std::string_view v) const { return safe_.count(v) || unified_.count(v); }

  void unify_var(const Term& a, const Term& b) {
    if (is_var(b)) {
      if (is_bound(b.text)) {
        mark(a.text);
      } else if (is_bound(a.text)) {
        mark(b.text);
      } else {
        waits_for_[a.text].insert(b.text);
        waits_for_[b.text].insert(a.text);
      }
    } else if (is_pattern(b)) {
      unify_all(a, b);
    } else if (is_ref(b) || is_call(b)) {
      if (is_safe(b, safe_)) mark(a.text);
    } else {
      mark(a.text);
    }
  }

  void unify_pattern(const Term& a, const Term& b) {
    if (is_var(b)) return unify_all(b, a);
    if (is_ref(b) || is_call(b)) {
      if (is_safe(b, safe_)) mark_all(a);
    } else if (is_comprehension(b)) {
      if (a.kind == TermKind::kArray) mark_all(a);
    } else if (a.kind == b.kind && a.items.size() == b.items.size()) {
      if (a.kind == TermKind::kArray) {
        for (size_t i = 0; i < a.items.size(); ++i) unify(*a.items[i], *b.items[i]);
      } else {
        unify_members(a, b);
      }
    }
  }

  void unify_members(const Term& a, const Term& b) {
    for (size_t i = 0; i + 1 < a.items.size(); i += 2) {
      for (size_t j = 0; j + 1 < b.items.size(); j += 2) {
        // Members mostly are in the same order.
        size_t k = (i + j) % b.items.size();
        if (!same_term(*a.items[i], *b.items[k])) continue;
        unify(*a.items[i + 1], *b.items[k + 1]);
        break;
      }
    }
  }

  void unify_all(const Term& a, const Term& pattern) {
    if (is_bound(a.text)) return mark_all(pattern);
    VarSet missing;
    for (std::string_view v : vars_of(&pattern, kPatternVars)) {
      if (!is_bound(v)) missing.insert(v);
    }
    if (missing.empty()) return mark(a.text);
    waits_for_[a.text].insert(missing.begin(), missing.end());
  }

  void mark_all(const Term& t) {
    for (std::string_view v : vars_of(&t, kPatternVars)) mark(v);
  }

  // `v` is bound, and with it what it waited for and what waited for nothing else.
  void mark(std::string_view v) {
    std::vector<std::string_view> pending{v};
    while (!pending.empty()) {
      std::string_view x = pending.back();
      pending.pop_back();
      unified_.insert(x);
      if (auto it = waits_for_.find(x); it != waits_for_.end()) {
        pending.insert(pending.end(), it->second.begin(), it->second.end());
        waits_for_.erase(it);
      }
      for (auto it = waits_for_.begin(); it != waits_for_.end();) {
        it->second.erase(x);
        if (it->second.empty()) {
          pending.push_back(it->first);
          it = waits_for_.erase(it);
        } else {
          ++it;
        }
      }
    }
  }

  const VarSet& safe_;
  VarSet unified_;
  std::unordered_map<std::string_view, VarSet> waits_for_;
};

VarSet difference(const VarSet& a, const VarSet& b) {
  VarSet result;
  for (std::string_view v : a) {
    if (!b.count(v)) result.insert(v);
  }
  return result;
}

// Whether all variables of it have values; false, too, where statements are in it.
bool is_all_safe(const Term& t, const VarSet& safe) {
  if (is_var(t)) return safe.count(t.text) > 0;
  if (!is_flat(t)) return false;
  return std::all_of(t.items.begin() + (is_call(t) ? 1 : 0), t.items.end(),
                     [&](const Term* item) { return is_all_safe(*item, safe); });
}

// The variable that gets a value where the other side has one: most equalities are such. Null if this one may not be.
const Term* assigned_var(const Checker& checker, const Expr& e, const VarSet& safe) {
  if (!e.withs.empty()) return nullptr;
  const Term *left = argument(e, 0), *right = argument(e, 1);
  if (is_var(*left) && is_all_safe(*right, safe)) return left;
  return is_var(*right) && checker.assignments.count(&e) == 0 && is_all_safe(*left, safe) ? right : nullptr;
}

// Whether the term is a reference that can be walked, all of whose steps are scalars and variables.
bool is_plain_walk(const Term& t, const VarSet& safe) {
  return is_ref(t) && is_var(*t.items[0]) && safe.count(t.items[0]->text) > 0 &&
         std::all_of(t.items.begin() + 1, t.items.end(), [](const Term* step) { return is_var(*step) || is_scalar(*step); });
}

VarSet equality_outputs(const Checker& checker, const Expr& e, const VarSet& safe) {
  if (argument_count(e) != 2) return {};
  if (const Term* variable = assigned_var(checker, e, safe)) {
    return safe.count(variable->text) > 0 ? VarSet() : VarSet{variable->text};
  }
  if (is_var(*argument(e, 0)) && e.withs.empty() && is_plain_walk(*argument(e, 1), safe)) {
    VarSet outputs;
    VarCollector collect(outputs, {.skip_ref_head = true});
    collect(argument(e, 1));
    outputs.insert(argument(e, 0)->text);
    outputs.erase_if([&](std::string_view v) { return safe.count(v) > 0; });
    return outputs;
  }
  // Only the variables of this statement matter; there can be many others.
  VarSet known;
  for (std::string_view v : vars_of(&e)) {
    if (safe.count(v)) known.insert(v);
  }
  reference_outputs(e, safe, known);
  const Term& left = *argument(e, 0);
  const Term& right = *argument(e, 1);
  // The left side of `:=` is output only: nothing on the right becomes bound through it.
  if (checker.assignments.count(&e)) {
    for (std::string_view v : vars_of(&left)) known.erase(v);
  }
  Unifier unifier(known);
  unifier.unify(left, right);
  VarSet outputs = difference(unifier.unified(), safe);
  for (std::string_view v : known) {
    if (!safe.count(v)) outputs.insert(v);
  }
  return outputs;
}

VarSet call_outputs(const Checker& checker, const Expr& e, const VarSet& safe) {
  const TermList& terms = e.term->items;
  int arity = checker.arity(*terms[0]);
  if (arity < 0) return {};
  VarSet outputs;
  reference_outputs(e, safe, outputs);
  size_t inputs = static_cast<size_t>(arity) + 1;
  if (inputs >= terms.size()) return outputs;
  VarOptions options = kPatternVars;
  options.skip_sets = true;
  VarSet needed;
  VarCollector collect_needed(needed, options);
  for (size_t i = 0; i < inputs; ++i) collect_needed(terms[i]);
  for (std::string_view v : needed) {
    if (!safe.count(v) && !outputs.count(v)) return {};
  }
  VarCollector collect(outputs, options);
  for (size_t i = inputs; i < terms.size(); ++i) collect(terms[i]);
  return outputs;
}

}  // namespace

VarSet output_vars(const Checker& checker, const Expr& e, const VarSet& safe) {
  if (e.negated) return {};
  for (const With& w : e.withs) {
    Expr only_with;
    only_with.kind = ExprKind::kSomeDecl;
    only_with.withs.push_back(w);
    if (!is_subset(vars_of(&only_with, kSafetyVars), safe)) return {};
  }
  VarSet outputs;
  switch (e.kind) {
    case ExprKind::kTerm:
      if (is_equality(e)) return equality_outputs(checker, e, safe);
      if (is_call(e)) return call_outputs(checker, e, safe);
      reference_outputs(e, safe, outputs);
      return outputs;
    case ExprKind::kEvery: reference_outputs(e.domain, safe, outputs); return outputs;
    default: return {};
  }
}

VarSet output_vars(const Checker& checker, const Body& body, size_t count, const VarSet& safe) {
  VarSet known = safe;
  for (size_t i = 0; i < count; ++i) {
    VarSet outputs = output_vars(checker, *body.exprs[i], known);
    known.insert(outputs.begin(), outputs.end());
  }
  return difference(known, safe);
}

void implicit_operand_vars(const Checker& checker, const Body& body, VarSet& vars) {
  std::unordered_map<std::string_view, size_t> statements;
  for (const Expr* e : body.exprs) {
    for (std::string_view v : vars_of(e, kSafetyVars)) ++statements[v];
  }
  VarSet bound;
  if (body.exprs.size() > 1) {
    for (const Expr* e : body.exprs) {
      if (!is_call(*e)) continue;
      if (is_equality(*e)) {
        VarSet outputs = equality_outputs(checker, *e, {});
        bound.insert(outputs.begin(), outputs.end());
        continue;
      }
      int arity = checker.arity(*e->term->items[0]);
      VarOptions options = kPatternVars;
      options.skip_sets = true;
      VarCollector collect(bound, options);
      for (size_t i = static_cast<size_t>(arity) + 1; arity >= 0 && i < e->term->items.size(); ++i) {
        collect(e->term->items[i]);
      }
    }
  }
  // A variable that only one statement has is not used where it is bound, so it must come from outside.
  // What several have and nobody wrote stands for a term that was lifted out of one of them: it is bound here.
  for (auto& [v, count] : statements) {
    bool lifted = count > 1 && is_generated(v) && written_name(v).empty();
    if ((!bound.count(v) && !lifted) || count == 1) vars.insert(v);
  }
}

}  // namespace writ::lang
