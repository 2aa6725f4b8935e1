// Template strings and print. What they show is computed inside set comprehensions, so that an undefined value shows as
// such instead of making the statement fail. Reference: OPA rewriteTemplateStrings and rewritePrintCalls.
#include "engine/builtins/builtin.h"
#include "lang/check/passes.h"
#include "lang/types/check_types.h"

namespace writ::lang {
namespace {

const VarSet kReserved = {"data", "input"};

VarSet argument_names(const Branch& branch) {
  VarSet safe = kReserved;
  VarCollector collect(safe, {});
  for (const Term* arg : branch.main->head.args) collect(arg);
  return safe;
}

// One error for each variable of `t` that has no value yet.
void check_declared(Checker& checker, const Term* t, const VarSet& safe, const VarSet* also = nullptr) {
  for (std::string_view v : sorted_difference(vars_of(t, kSafetyVars), safe)) {
    if (also && also->count(v)) continue;
    std::string_view name = written_name(v);
    checker.error(Id::kUndeclaredVar, t->span, {name.empty() ? v : name});
  }
}

// --- template strings ------------------------------------------------------------------------------------------------

// Whether a reference always has a value: a rule with a default, a set, or a constant.
bool is_always_defined(const Checker& checker, const Term& ref) {
  if (!is_ref(ref) || ref.items.size() < 2) return false;
  const RuleNode* node = checker.find_node(ref);
  if (!node || node->rules.empty()) return false;
  const Rule& first = *node->rules[0];
  if (!first.head.args.empty()) return false;
  if (first.is_default || first.head.kind == HeadKind::kPartialSet) return true;
  if (node->rules.size() == 1) {
    return is_empty_body(*first.body) && first.else_chain.empty() && first.head.kind == HeadKind::kComplete &&
           (!first.head.value || is_constant(*first.head.value));
  }
  for (const Rule* rule : node->rules) {
    if (rule->is_default) return true;
  }
  return false;
}

class TemplateRewriter {
 public:
  explicit TemplateRewriter(Checker& checker) : checker_(checker) {}

  void body(Body& b, const VarSet& safe) {
    if (!has_templates(&b)) return;
    VarSet bound = output_vars(checker_, b, b.exprs.size(), safe);
    bound.insert(safe.begin(), safe.end());
    for (Expr* e : b.exprs) expr(*e, bound);
  }

  void head(Term* t, Body& b, const VarSet& safe) {
    if (!t || !has_templates(t)) return;
    VarSet bound = output_vars(checker_, b, b.exprs.size(), safe);
    bound.insert(safe.begin(), safe.end());
    term(t, bound);
  }

 private:
  template <typename Node>
  static bool has_templates(Node* node) {
    bool found = false;
    auto walk = term_walker([&](Term* t) {
      found |= t->kind == TermKind::kTemplate;
      return found;
    });
    walk(node);
    return found;
  }

  void expr(Expr& e, const VarSet& safe) {
    term(e.term, safe);
    term(e.domain, safe);
    if (e.kind == ExprKind::kEvery) {
      VarSet inner = safe;
      if (e.key) inner.insert(e.key->text);
      inner.insert(e.value->text);
      body(*e.body, inner);
    } else if (e.body) {
      body(*e.body, safe);
    }
    for (Expr* o : e.operands) expr(*o, safe);
    for (With& w : e.withs) {
      term(w.target, safe);
      term(w.value, safe);
    }
  }

  void term(Term* t, const VarSet& safe) {
    if (!t) return;
    if (is_comprehension(*t)) {
      VarSet inner = safe;
      if (has_templates(t)) {
        VarSet outputs = output_vars(checker_, *t->body, t->body->exprs.size(), safe);
        inner.insert(outputs.begin(), outputs.end());
      }
      body(*t->body, safe);
      for (Term* item : t->items) term(item, inner);
      return;
    }
    // While templates inside of its parts are closures still: what stands alone in those is for the check of safety.
    if (t->kind == TermKind::kTemplate) check_parts(*t, safe);
    for (Term* item : t->items) term(item, safe);
    if (t->kind == TermKind::kTemplate) rewrite(t);
  }

  void check_parts(const Term& t, const VarSet& safe) {
    for (const Term* part : t.items) {
      if (!stays(*part) && !is_shown_alone(*part)) check_declared(checker_, part, safe);
    }
  }

  bool stays(const Term& part) const { return is_scalar(part) || checker_.captured_parts.count(&part) != 0; }
  bool is_shown_alone(const Term& part) const { return is_var(part) || is_always_defined(checker_, part); }

  void rewrite(Term* t) {
    Term* parts = checker_.ast.term(TermKind::kArray, t->span);
    for (Term* part : t->items) parts->items.push_back(rewrite_part(part));
    if (parts->items.empty()) parts->items.push_back(checker_.string("", t->span));
    t->kind = TermKind::kCall;
    t->items = {checker_.operator_term("internal.template_string", t->span), parts};
    checker_.types->require("internal.template_string");
  }

  Term* rewrite_part(Term* part) {
    if (stays(*part)) return part;
    if (is_call(*part)) check_single_result(*part);
    if (is_shown_alone(*part)) {
      Term* set = checker_.ast.term(TermKind::kSet, part->span);
      set->items.push_back(part);
      return set;
    }
    return checker_.capturing_set(part);
  }

  void check_single_result(const Term& call) {
    std::string name = dotted_name(*call.items[0]);
    const Builtin* builtin = find_builtin(name);
    if (builtin && builtin->relation) checker_.error(Id::kRelationInTemplate, call.span, {name});
  }

  Checker& checker_;
};

// --- calls without a value -------------------------------------------------------------------------------------------

bool is_void_call(const Term& call) {
  const Builtin* builtin = find_builtin(dotted_name(*call.items[0]));
  return builtin && builtin->is_void;
}

// Calls inside of terms are used as values; those that are statements are not.
class VoidCheck {
 public:
  explicit VoidCheck(Checker& checker) : checker_(checker) {}

  template <typename Node>
  void operator()(Node* node) {
    Walker walk(
        [&](Term* t) {
          if (is_call(*t) && !statements_.count(t) && is_void_call(*t)) {
            checker_.error(Id::kVoidAsValue, t->span, {written_text(checker_, *t)});
          }
          return false;
        },
        [&](Expr* e) {
          if (is_call(*e)) statements_.insert(e->term);
          return false;
        });
    walk(node);
  }

 private:
  Checker& checker_;
  std::unordered_set<const Term*> statements_;
};

// --- print -----------------------------------------------------------------------------------------------------------

class PrintRewriter {
 public:
  explicit PrintRewriter(Checker& checker) : checker_(checker) {}

  void body(Body& b, const VarSet& safe) {
    if (!has_prints(&b)) return;
    checker_.types->require("print");
    checker_.language.keep_print ? keep(b, safe) : erase(b);
  }

  // Bodies inside of a head.
  void head(Term* t, const VarSet& safe) {
    if (t && has_prints(t)) closures(t, safe);
  }

 private:
  template <typename Node>
  static bool has_prints(Node* node) {
    bool found = false;
    auto walk = expr_walker([&](Expr* e) {
      found |= calls(*e, "print");
      return found;
    });
    walk(node);
    return found;
  }

  void erase(Body& b) {
    auto is_print = [](const Expr* e) { return calls(*e, "print"); };
    b.exprs.erase(std::remove_if(b.exprs.begin(), b.exprs.end(), is_print), b.exprs.end());
    for (Expr* e : b.exprs) closures(e, {});
    if (b.exprs.empty()) b.exprs.push_back(checker_.statement(checker_.boolean(true, b.span), b.span));
  }

  void keep(Body& b, const VarSet& safe) {
    VarSet bound = safe;
    VarSet generated;
    for (Expr*& e : b.exprs) {
      if (has_prints(e)) {
        if (calls(*e, "print")) {
          print(e, bound, generated);
        } else {
          closures(e, bound);
        }
      }
      VarSet outputs = output_vars(checker_, *e, bound);
      bound.insert(outputs.begin(), outputs.end());
      // Variables that were declared before count as bound even where the order of statements is not known yet.
      for (std::string_view v : vars_of(static_cast<const Expr*>(e))) {
        if (is_generated(v)) generated.insert(v);
      }
    }
  }

  // The bodies directly below.
  template <typename Node>
  void closures(Node* node, const VarSet& safe) {
    Walker walk(
        [&](Term* t) {
          if (!is_comprehension(*t)) return false;
          for (Term* item : t->items) closures(item, safe);
          body(*t->body, safe);
          return true;
        },
        [&](Expr* e) {
          if (e->kind == ExprKind::kEvery) {
            closures(e->domain, safe);
            for (const With& w : e->withs) closures(w.value, safe);
            VarSet inner = safe;
            if (e->key) inner.insert(e->key->text);
            inner.insert(e->value->text);
            body(*e->body, inner);
            return true;
          }
          if (e->kind == ExprKind::kBlock) {
            body(*e->body, safe);
            return true;
          }
          return false;
        });
    walk(node);
  }

  void print(Expr*& e, const VarSet& bound, const VarSet& generated) {
    size_t mark = checker_.mark();
    for (size_t i = 0; i < argument_count(*e); ++i) check_declared(checker_, argument(*e, i), bound, &generated);
    if (checker_.failed(mark)) return;
    Term* sets = checker_.ast.term(TermKind::kArray, e->span);
    for (size_t i = 0; i < argument_count(*e); ++i) sets->items.push_back(checker_.capturing_set(argument(*e, i)));
    e->term = checker_.call("internal.print", {sets}, e->span);
  }

  Checker& checker_;
};

}  // namespace

void rewrite_templates(Checker& checker) {
  for (Diagnostic& found : std::exchange(checker.templates, {})) checker.error(std::move(found));
  TemplateRewriter rewrite(checker);
  for (const Branch& branch : checker.branches()) {
    VarSet safe = argument_names(branch);
    // The head is rewritten with what the body binds, template strings in it included.
    if (branch.rule == branch.main) {
      for (Term* arg : branch.main->head.args) rewrite.head(arg, *branch.rule->body, safe);
      rewrite.head(branch.main->head.key, *branch.rule->body, safe);
    }
    rewrite.head(branch.rule->head.value, *branch.rule->body, safe);
    rewrite.body(*branch.rule->body, safe);
  }
}

void rewrite_templates(Checker& checker, Body& query) {
  for (Diagnostic& found : std::exchange(checker.templates, {})) checker.error(std::move(found));
  TemplateRewriter(checker).body(query, kReserved);
}

void check_void_calls(Checker& checker) {
  VoidCheck check(checker);
  for (const Branch& branch : checker.branches()) walk_branch(branch, check);
}

void check_void_calls(Checker& checker, Body& query) { VoidCheck{checker}(&query); }

void rewrite_prints(Checker& checker) {
  PrintRewriter rewrite(checker);
  for (const Branch& branch : checker.branches()) {
    VarSet safe = argument_names(branch);
    if (branch.rule == branch.main) rewrite.head(branch.main->head.key, safe);
    rewrite.head(branch.rule->head.value, safe);
    rewrite.body(*branch.rule->body, safe);
  }
}

void rewrite_prints(Checker& checker, Body& query) { PrintRewriter(checker).body(query, kReserved); }

}  // namespace writ::lang
