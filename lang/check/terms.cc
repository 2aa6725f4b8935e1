// Flat statements. Nested calls become statements of their own in front of the one that uses them, and so do references
// and comprehensions that are arguments. Reference: OPA rewriteExprTerms, rewriteComprehensionTerms, rewriteRefsInHead,
// rewriteDynamicTerms.
#include "lang/check/passes.h"

namespace writ::lang {
namespace {

// Puts in the place of each statement what `expand` appends for it.
template <typename Expand>
void expand_statements(Body& b, Expand expand) {
  ExprBuffer result;
  for (Expr* e : b.exprs) expand(e, result);
  b.exprs.assign(result.begin(), result.end());
}

// --- nested calls ----------------------------------------------------------------------------------------------------

class TermExpander {
 public:
  explicit TermExpander(Checker& checker) : checker_(checker) {}

  void body(Body& b) {
    expand_statements(b, [&](Expr* e, ExprBuffer& out) { expr(e, out); });
  }

  void rule(const Branch& branch) {
    Body& b = *branch.rule->body;
    ExprBuffer support;
    if (branch.rule == branch.main) {
      for (Term*& arg : branch.main->head.args) term(arg, support);
      for (Rule* other : branch.main->else_chain) {
        for (const Expr* e : support) append(*other->body, checker_.copy(*e));
      }
      if (branch.main->head.key) term(branch.main->head.key, support);
    }
    if (branch.rule->head.value) term(branch.rule->head.value, support);
    for (Expr* e : support) append(b, e);
    body(b);
  }

 private:
  // Appends the statement and, in front of it, what it needs.
  void expr(Expr* e, ExprBuffer& out) {
    for (With& w : e->withs) term(w.value, out);
    ExprBuffer support;
    switch (e->kind) {
      case ExprKind::kTerm:
        if (is_call(*e)) {
          for (size_t i = 0; i < argument_count(*e); ++i) term(argument(*e, i), support);
        } else {
          term(e->term, support);
        }
        break;
      case ExprKind::kEvery: {
        Expr* domain = checker_.capture(e->domain);
        e->domain = checker_.var(argument(*domain, 0)->text, e->domain->span);
        term(argument(*domain, 1), support);
        support.push_back(domain);
        body(*e->body);
        break;
      }
      case ExprKind::kNot:
      case ExprKind::kAnd:
      case ExprKind::kOr:
        for (Expr* o : e->operands) body(*o->body);
        break;
      default: break;
    }
    for (Expr* s : support) {
      s->withs = e->withs;
      out.push_back(s);
    }
    out.push_back(e);
  }

  // Replaces `t` by what replaces it after the statements in `out`.
  void term(Term*& t, ExprBuffer& out) {
    switch (t->kind) {
      case TermKind::kCall: {
        for (size_t i = 1; i < t->items.size(); ++i) term(t->items[i], out);
        Term* result = checker_.fresh_var(t->span);
        t->items.push_back(checker_.var(result->text, t->span));
        Expr* e = checker_.statement(t, t->span);
        e->generated = true;
        out.push_back(e);
        t = result;
        return;
      }
      case TermKind::kRef: reference(t, out); return;
      case TermKind::kArray:
      case TermKind::kSet:
      case TermKind::kObject:
        for (Term*& item : t->items) term(item, out);
        return;
      case TermKind::kArrayComprehension:
      case TermKind::kSetComprehension:
      case TermKind::kObjectComprehension: {
        ExprBuffer support;
        for (Term*& item : t->items) term(item, support);
        for (Expr* e : support) append(*t->body, e);
        body(*t->body);
        return;
      }
      default: return;
    }
  }

  // A reference into something that is not a variable starts from a variable that holds it.
  void reference(Term* t, ExprBuffer& out) {
    for (Term*& item : t->items) {
      const Term* call = is_call(*item) ? checker_.copy(*item) : nullptr;
      term(item, out);
      if (call != nullptr) checker_.subjects[item->text] = call;
    }
    Term*& head = t->items[0];
    if (is_var(*head)) return;
    Expr* held = checker_.capture(head);
    checker_.subjects[argument(*held, 0)->text] = checker_.copy(*head);
    head = checker_.var(argument(*held, 0)->text, head->span);
    out.push_back(held);
  }

  Checker& checker_;
};

// --- dynamic terms ---------------------------------------------------------------------------------------------------

// References and comprehensions that are arguments are evaluated in front of the statement. Whole sides of `=` stay, and
// of `==` in rules, where OPA has turned it into `=` by now; in queries it has not.
class DynamicRewriter {
 public:
  explicit DynamicRewriter(Checker& checker) : checker_(checker) {}

  void body(Body& b) {
    expand_statements(b, [&](Expr* e, ExprBuffer& out) { expr(e, out); });
  }

 private:
  void expr(Expr* e, ExprBuffer& out) {
    switch (e->kind) {
      case ExprKind::kTerm:
        if (!is_call(*e)) {
          side(*e, e->term, out);
        } else if (argument_count(*e) == 2 && (is_equality(*e) || (!checker_.in_query && calls(*e, "equal")))) {
          side(*e, argument(*e, 0), out);
          side(*e, argument(*e, 1), out);
        } else {
          for (size_t i = 0; i < argument_count(*e); ++i) one(*e, argument(*e, i), out);
        }
        break;
      case ExprKind::kEvery:
        one(*e, e->domain, out);
        body(*e->body);
        break;
      case ExprKind::kNot:
      case ExprKind::kAnd:
      case ExprKind::kOr:
        for (Expr* o : e->operands) body(*o->body);
        break;
      default: break;
    }
    out.push_back(e);
  }

  // A term that may stay what it is, with only its parts made simple.
  void side(const Expr& original, Term*& t, ExprBuffer& out) {
    if (is_ref(*t)) {
      for (size_t i = 1; i < t->items.size(); ++i) one(original, t->items[i], out);
    } else if (is_comprehension(*t)) {
      body(*t->body);
    } else {
      one(original, t, out);
    }
  }

  void one(const Expr& original, Term*& t, ExprBuffer& out) {
    switch (t->kind) {
      case TermKind::kRef:
        for (size_t i = 1; i < t->items.size(); ++i) one(original, t->items[i], out);
        hoist(original, t, out);
        return;
      case TermKind::kArray:
      case TermKind::kSet:
      case TermKind::kObject:
        for (Term*& item : t->items) one(original, item, out);
        return;
      case TermKind::kArrayComprehension:
      case TermKind::kSetComprehension:
      case TermKind::kObjectComprehension:
        body(*t->body);
        hoist(original, t, out);
        return;
      default: return;
    }
  }

  void hoist(const Expr& original, Term*& t, ExprBuffer& out) {
    Expr* held = checker_.capture(t);
    held->withs = original.withs;
    checker_.subjects[argument(*held, 0)->text] = t;
    t = checker_.var(argument(*held, 0)->text, t->span);
    out.push_back(held);
  }

  Checker& checker_;
};

// Moves a computed term to the end of a body; a variable takes its place.
void move_to_body(Checker& checker, Term*& t, Body& body) {
  if (!requires_eval(t)) return;
  Expr* held = checker.capture(t);
  t = checker.var(argument(*held, 0)->text, t->span);
  append(body, held);
}

// Innermost first.
void comprehension_heads(Checker& checker, Term* t);

template <typename Node>
void comprehension_heads_below(Checker& checker, Node* node) {
  auto walk = term_walker([&](Term* t) {
    if (!is_comprehension(*t)) return is_flat(*t);
    comprehension_heads(checker, t);
    return true;
  });
  walk(node);
}

void comprehension_heads(Checker& checker, Term* t) {
  for (Term* item : t->items) comprehension_heads_below(checker, item);
  comprehension_heads_below(checker, t->body);
  for (Term*& item : t->items) move_to_body(checker, item, *t->body);
}

}  // namespace

void rewrite_expr_terms(Checker& checker) {
  TermExpander expand(checker);
  for (const Branch& branch : checker.branches()) expand.rule(branch);
}

void rewrite_expr_terms(Checker& checker, Body& body) { TermExpander(checker).body(body); }

void rewrite_comprehension_heads(Checker& checker) {
  auto rewrite = [&](auto* node) { comprehension_heads_below(checker, node); };
  for (const Branch& branch : checker.branches()) walk_branch(branch, rewrite);
}

void rewrite_comprehension_heads(Checker& checker, Body& body) { comprehension_heads_below(checker, &body); }

void rewrite_head_terms(Checker& checker) {
  for (Module* module : checker.modules) {
    for (Rule* rule : module->rules) {
      Body& body = *rule->body;
      move_to_body(checker, rule->head.key, body);
      move_to_body(checker, rule->head.value, body);
      for (Term*& arg : rule->head.args) {
        if (!requires_eval(arg)) continue;
        Expr* held = checker.capture(arg);
        arg = checker.var(argument(*held, 0)->text, arg->span);
        append(body, held);
        for (Rule* branch : rule->else_chain) append(*branch->body, checker.copy(*held));
      }
      for (Rule* branch : rule->else_chain) move_to_body(checker, branch->head.value, *branch->body);
    }
  }
}

void rewrite_dynamics(Checker& checker) {
  DynamicRewriter rewrite(checker);
  for (const Branch& branch : checker.branches()) rewrite.body(*branch.rule->body);
}

void rewrite_dynamics(Checker& checker, Body& body) { DynamicRewriter(checker).body(body); }

}  // namespace writ::lang
