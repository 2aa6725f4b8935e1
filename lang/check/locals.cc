// Local variables: every declared variable (`:=`, `some`, `every`, argument) gets a name of its own, and the statements
// that only declare go away. Reference: OPA rewriteLocalVars.
//
// Scopes holds what is known of the names, innermost scope last: a body of `every`, a block and a comprehension open one.
// LocalRewriter walks the statements from the left, so that a name means what was declared in front of it. Heads come
// separately: arguments before the body, which sees them; key, value and reference after it, since they see the body.
#include <algorithm>

#include <boost/container/flat_map.hpp>
#include <boost/container/small_vector.hpp>

#include "lang/check/passes.h"
#include "lang/types/check_types.h"
#include "lang/syntax/parser.h"

namespace writ::lang {
namespace {

enum class Occurrence : uint8_t { kNew, kArgument, kSeen, kAssigned, kDeclared };

struct Variable {
  std::string_view name;  // its unique name; the written one if it was not declared
  Occurrence occurrence = Occurrence::kNew;
  uint32_t count = 0;  // of uses, the declaration included
  Span span;           // of the statement that declares it
};

// The variables of a rule, scope by scope.
class Scopes {
 public:
  using Scope = boost::container::small_flat_map<std::string_view, Variable, 8>;

  Scopes() : scopes_(1) {}
  void push() { scopes_.emplace_back(); }
  void pop() { scopes_.pop_back(); }
  Scope& top() { return scopes_.back(); }

  void insert(std::string_view name, std::string_view unique, Occurrence occurrence, Span span = {}) {
    scopes_.back()[name] = {unique, occurrence, 1, span};
  }
  // The nearest variable of that name, null if there is none.
  Variable* find(std::string_view name) {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (auto it = scope->find(name); it != scope->end()) return &it->second;
    }
    return nullptr;
  }
  Occurrence here(std::string_view name) const {
    auto it = scopes_.back().find(name);
    return it == scopes_.back().end() ? Occurrence::kNew : it->second.occurrence;
  }
  uint32_t count(std::string_view name) {
    const Variable* v = find(name);
    return v ? v->count : 0;
  }

 private:
  std::vector<Scope> scopes_;
};

// Names that are used outside the body itself: in the head of the rule or comprehension.
using Used = VarSet;

// `input` or `data` that a variable of that name hides becomes the variable.
void use_root(Term* t, Scopes& scopes) {
  const Variable* v = scopes.find(t->items[0]->text);
  if (!v || v->occurrence == Occurrence::kSeen) return;
  t->kind = TermKind::kVar;
  t->text = v->name;
  t->items.clear();
}

// What the innermost scope declares in that way and nothing uses.
void check_unused(Checker& checker, Scopes& scopes, const Body& b, const Used& used, Occurrence kind) {
  Scopes::Scope& scope = scopes.top();
  if (std::none_of(scope.begin(), scope.end(), [&](const auto& v) { return v.second.occurrence == kind; })) return;
  VarSet in_body = kind == Occurrence::kDeclared ? vars_of(&b) : VarSet();
  for (const auto& [name, variable] : scope) {
    if (variable.occurrence != kind || is_generated(name)) continue;
    if (kind != Occurrence::kDeclared && is_wildcard(name)) continue;
    if (kind == Occurrence::kDeclared ? in_body.count(variable.name) > 0 : variable.count > 1) continue;
    if (used.count(name) > 0) continue;
    checker.recoverable_error(kind == Occurrence::kDeclared ? Id::kDeclaredUnused : Id::kAssignedUnused, variable.span,
                               {written_name(name)});
  }
}

class LocalRewriter {
 public:
  LocalRewriter(Checker& checker, Scopes& scopes, bool is_of_head = false)
      : checker_(checker),
        scopes_(scopes),
        is_of_head_(is_of_head),
        mark_(checker.mark()),
        stopping_mark_(checker.stopping_mark()) {}

  void body(Body& b, const Used& used) {
    ExprBuffer result;
    Span around = statement_;
    for (Expr* e : b.exprs) {
      statement_ = e->span;
      if (Expr* rewritten = statement(e)) result.push_back(rewritten);
    }
    if (result.empty()) result.push_back(checker_.statement(checker_.boolean(true, b.span), b.span));
    b.exprs.assign(result.begin(), result.end());
    statement_ = around;
    // What is unused is said only where nothing else is wrong so far, and of one body of a branch.
    if (has_errors()) return;
    if (checker_.language.strict) check_unused(checker_, scopes_, b, used, Occurrence::kAssigned);
    if (!has_errors()) check_unused(checker_, scopes_, b, used, Occurrence::kDeclared);
  }

  void term(Term* t) {
    if (t) rewrite(t);
  }

  // A comprehension in the head of a rule: it sees nothing of the body.
  void head_closures(Term* t) {
    if (!t) return;
    if (is_comprehension(*t) || t->kind == TermKind::kTemplate) {
      mark_ = checker_.mark();
      return is_comprehension(*t) ? comprehension(t) : template_parts(t);
    }
    for (Term* item : t->items) head_closures(item);
  }

 private:
  bool has_errors() const { return checker_.failed(mark_) || checker_.stopped(stopping_mark_); }

  // --- statements ----------------------------------------------------------------------------------------------------

  // Null if nothing remains of it.
  Expr* statement(Expr* e) {
    switch (e->kind) {
      case ExprKind::kTerm:
        if (is_assignment(*e)) {
          assignment(*e);
        } else {
          parts(*e);
        }
        return e;
      case ExprKind::kSomeDecl:
        for (const Term* s : e->symbols) declare(s->text, Occurrence::kDeclared, e->span);
        return nullptr;
      case ExprKind::kSomeIn: return some_in(*e);
      case ExprKind::kEvery: every(*e); return e;
      case ExprKind::kBlock: block(*e); return e;
      case ExprKind::kNot:
      case ExprKind::kAnd:
      case ExprKind::kOr: logical(*e); return e;
    }
    return e;
  }

  // The terms of a plain statement. The arguments of a call one by one: its operator may be hidden by a variable, which
  // is then an undefined function.
  void parts(Expr& e) {
    if (is_call(e)) {
      for (Term* item : e.term->items) rewrite(item);
    } else {
      term(e.term);
    }
    for (With& w : e.withs) with(w);
  }

  void assignment(Expr& e) {
    if (e.negated) {
      checker_.error(Id::kAssignNegated, e.span);
      return;
    }
    if (argument_count(e) != 2) return;
    if (!is_of_head_) checker_.types->require("assign");
    size_t mark = checker_.stopping_mark();
    rewrite(argument(e, 1));
    for (With& w : e.withs) rewrite(w.value);
    assign_to(argument(e, 0));
    if (checker_.stopped(mark)) return;
    e.term->items[0] = checker_.operator_term("eq", e.term->items[0]->span);
    checker_.assignments.insert(&e);
  }

  void assign_to(Term* t) {
    switch (t->kind) {
      case TermKind::kVar: t->text = declare(t->text, Occurrence::kAssigned, t->span); return;
      case TermKind::kArray:
        for (Term* item : t->items) assign_to(item);
        return;
      case TermKind::kObject:
        for (size_t i = 1; i < t->items.size(); i += 2) assign_to(t->items[i]);
        return;
      case TermKind::kRef:
        if (is_root_document(*t)) {
          std::string_view name = t->items[0]->text;
          t->kind = TermKind::kVar;
          t->items.clear();
          t->text = declare(name, Occurrence::kAssigned, t->span);
          return;
        }
        [[fallthrough]];
      default: checker_.error(Id::kCannotAssign, t->span, {term_name(t->kind)});
    }
  }

  // `some k, v in xs` becomes `v = xs[k]`.
  Expr* some_in(Expr& e) {
    VarSet bound = vars_of(static_cast<const Term*>(e.value), kPatternVars);
    if (e.key) bound.merge(vars_of(static_cast<const Term*>(e.key), kPatternVars));
    VarSet in_domain = vars_of(static_cast<const Term*>(e.domain), {.skip_closures = true});
    bool clash = false;
    for (std::string_view v : sorted_difference(bound, {})) {
      if (is_wildcard(v) || !in_domain.count(v)) continue;
      checker_.error(Id::kVarOfDomain, e.span, {v});
      clash = true;
    }
    if (clash) return &e;
    Term* key = e.key ? e.key : checker_.fresh_var(e.value->span);
    Term* element = checker_.ast.term(TermKind::kRef, e.domain->span);
    if (is_ref(*e.domain)) {
      element->items = e.domain->items;
    } else {
      element->items = {e.domain};
    }
    element->items.push_back(key);
    Expr* equality = checker_.statement(checker_.call("eq", {e.value, element}, e.span), e.span);
    VarSet outputs = output_vars(checker_, *equality, vars_of(static_cast<const Term*>(e.domain)));
    for (std::string_view name : sorted_difference(outputs, {})) {
      if (!is_generated(name) && !is_wildcard(name)) declare(name, Occurrence::kDeclared, e.span);
    }
    equality->withs = e.withs;
    parts(*equality);
    return equality;
  }

  void every(Expr& e) {
    term(e.domain);
    for (With& w : e.withs) with(w);
    scopes_.push();
    Span around = statement_;
    statement_ = e.body->exprs[0]->span;
    if (e.key && !is_wildcard(e.key->text)) e.key->text = declare(e.key->text, Occurrence::kDeclared, e.span);
    if (!is_wildcard(e.value->text)) e.value->text = declare(e.value->text, Occurrence::kDeclared, e.span);
    check_domain(e.domain);
    statement_ = around;
    body(*e.body, {});
    scopes_.pop();
  }

  // The variables hide functions in the domain too, although what else is read there are those around.
  void check_domain(Term* domain) {
    auto walk = term_walker([&](Term* t) {
      if (t->kind == TermKind::kCall) check_not_hidden(*t);
      return false;
    });
    walk(domain);
  }

  void block(Expr& e) {
    scopes_.push();
    body(*e.body, {});
    scopes_.pop();
    see(*e.body);
  }

  void logical(Expr& e) {
    Id reason = e.kind == ExprKind::kNot   ? Id::kAssignNegated
                : e.kind == ExprKind::kAnd ? Id::kAssignInAnd
                                           : Id::kAssignInOr;
    for (Expr* o : e.operands) {
      if (!o->generated) {
        block(*o);
        continue;
      }
      // An operand without braces declares nothing: it has no scope of its own.
      for (Expr*& inner : o->body->exprs) {
        if (is_assignment(*inner)) {
          checker_.error(reason, inner->span);
        } else if (Expr* rewritten = statement(inner)) {
          inner = rewritten;
        }
      }
    }
    for (With& w : e.withs) with(w);
  }

  // Variables of a block that are not its own count as seen where the block is.
  void see(Body& b) {
    for (std::string_view v : vars_of(&b)) {
      if (!is_generated(v) && !is_root_name(v) && !scopes_.find(v)) {
        scopes_.insert(v, v, Occurrence::kSeen);
      }
    }
  }

  std::string_view declare(std::string_view name, Occurrence occurrence, Span span) {
    switch (scopes_.here(name)) {
      case Occurrence::kSeen: checker_.error(Id::kVarReferencedAbove, span, {written_name(name)}); return name;
      case Occurrence::kAssigned: checker_.error(Id::kVarAssignedAbove, span, {written_name(name)}); return name;
      case Occurrence::kDeclared: checker_.error(Id::kVarDeclaredAbove, span, {written_name(name)}); return name;
      case Occurrence::kArgument: checker_.error(Id::kArgRedeclared, span, {written_name(name)}); return name;
      case Occurrence::kNew: break;
    }
    std::string_view unique = checker_.fresh_name(is_wildcard(name) || is_generated(name) ? "" : name);
    scopes_.insert(name, unique, occurrence, statement_);
    return unique;
  }

  // --- terms ---------------------------------------------------------------------------------------------------------

  void rewrite(Term* t) {
    switch (t->kind) {
      case TermKind::kVar: use(t); return;
      case TermKind::kRef:
        if (is_root_document(*t)) return use_root(t, scopes_);
        break;
      case TermKind::kCall: check_not_hidden(*t); break;
      case TermKind::kArrayComprehension:
      case TermKind::kSetComprehension:
      case TermKind::kObjectComprehension: return comprehension(t);
      default: break;
    }
    for (Term* item : t->items) rewrite(item);
  }

  void use(Term* t) {
    if (Variable* v = scopes_.find(t->text)) {
      ++v->count;
      t->text = v->name;
    } else if (scopes_.here(t->text) == Occurrence::kNew) {
      scopes_.insert(t->text, t->text, Occurrence::kSeen);
    }
  }

  void check_not_hidden(const Term& call) {
    const Term& op = *call.items[0];
    for (std::string_view name : vars_of(&op)) {
      const Variable* v = scopes_.find(name);
      if (v && v->name != name) {
        checker_.error(Id::kFunctionShadowed, call.span, {to_text(op)});
        return;
      }
    }
  }

  void comprehension(Term* t) {
    Used used;
    for (const Term* item : t->items) {
      for (std::string_view v : vars_of(item)) used.emplace(v);
    }
    scopes_.push();
    body(*t->body, used);
    for (Term* item : t->items) rewrite(item);
    scopes_.pop();
  }

  void template_parts(Term* t) {
    for (Term* part : t->items) {
      scopes_.push();
      rewrite(part);
      scopes_.pop();
    }
  }

  // The target is `input` itself even where a variable hides it.
  void with(With& w) {
    if (is_ref(*w.target) && is_var(*w.target->items[0]) && is_root_name(w.target->items[0]->text)) {
      for (size_t i = 1; i < w.target->items.size(); ++i) rewrite(w.target->items[i]);
    } else {
      rewrite(w.target);
    }
    rewrite(w.value);
  }

  Checker& checker_;
  Scopes& scopes_;
  const bool is_of_head_;
  size_t mark_, stopping_mark_;  // what was reported before this branch, or this closure of its head
  Span statement_;
};

// Gives the variables of an argument's pattern names of their own.
void rename_arguments(Checker& checker, Scopes& scopes, Term* t) {
  switch (t->kind) {
    case TermKind::kVar: {
      if (Variable* known = scopes.find(t->text)) {
        ++known->count;
        t->text = known->name;
        return;
      }
      std::string_view unique = checker.fresh_name(is_wildcard(t->text) ? "" : t->text);
      scopes.insert(t->text, unique, Occurrence::kArgument);
      t->text = unique;
      return;
    }
    case TermKind::kObject:
      for (size_t i = 1; i < t->items.size(); i += 2) rename_arguments(checker, scopes, t->items[i]);
      return;
    case TermKind::kCall: checker.error(Id::kCallInArgument, t->span); return;
    case TermKind::kRef:
      // A reference is no pattern: nothing binds what it starts from, unless another argument does.
      if (is_var(*t->items[0]) && is_root_name(t->items[0]->text)) {
        checker.error(Id::kUnsafeVar, t->span, {t->items[0]->text, ""});
        return;
      }
      [[fallthrough]];
    case TermKind::kArray:
      for (Term* item : t->items) rename_arguments(checker, scopes, item);
      return;
    default: return;  // comprehensions and templates are computed by the body: they see its variables
  }
}

// Renames what the head uses of the body's variables.
void rename_in_head(Term* head, Scopes& scopes) {
  auto walk = term_walker([&](Term* t) {
    if (is_root_document(*t)) {
      use_root(t, scopes);
      return true;
    }
    if (is_var(*t)) {
      if (const Variable* v = scopes.find(t->text)) t->text = v->name;
    }
    return false;
  });
  walk(head);
}

// A variable of the body that has the name of a built-in is renamed, so that nothing takes it for the function.
void rename_builtin_vars(Checker& checker, const Branch& branch, Scopes& scopes) {
  VarSet candidates;
  for (std::string_view v : vars_of(branch.rule->body, kSafetyVars)) {
    if (!is_generated(v) && !is_wildcard(v) && checker.is_builtin(v)) candidates.insert(v);
  }
  if (candidates.empty()) return;
  auto exclude = [&](const Term* t) {
    for (std::string_view v : vars_of(t)) candidates.erase(v);
  };
  auto walk = expr_walker([&](Expr* e) {
    if (is_assignment(*e) && argument_count(*e) == 2) exclude(argument(*e, 0));
    for (const Term* s : e->symbols) exclude(s);
    if (e->kind == ExprKind::kSomeIn) {
      if (e->key) exclude(e->key);
      exclude(e->value);
    }
    for (const With& w : e->withs) {
      exclude(w.target);
      exclude(w.value);
    }
    return false;
  });
  walk(branch.rule->body);
  for (std::string_view v : sorted_difference(candidates, {})) {
    if (!scopes.find(v)) scopes.insert(v, checker.fresh_name(v), Occurrence::kSeen);
  }
}

void rewrite_rule(Checker& checker, Rule& rule) {
  Head& head = rule.head;
  std::vector<std::string_view> unused;
  if (checker.language.strict) {
    VarSet args;
    VarCollector collect(args, {});
    for (const Term* arg : head.args) collect(arg);
    unused = sorted_difference(args, {});
  }
  Scopes arguments;
  for (Term* arg : head.args) rename_arguments(checker, arguments, arg);

  auto rewrite_branch = [&](const Branch& branch) {
    Scopes closures;
    LocalRewriter closure_rewriter(checker, closures, true);
    Used used;
    auto use = [&](const Term* t) {
      if (!t) return;
      for (std::string_view v : vars_of(t)) used.emplace(v);
    };
    if (branch.rule == branch.main) {
      for (Term* arg : head.args) {
        closure_rewriter.head_closures(arg);
        use(arg);
      }
      closure_rewriter.head_closures(head.key);
      for (size_t i = 1; i < head.ref->items.size(); ++i) use(head.ref->items[i]);
      use(head.key);
    }
    closure_rewriter.head_closures(branch.rule->head.value);
    use(branch.rule->head.value);

    Scopes scopes = arguments;
    rename_builtin_vars(checker, branch, scopes);
    LocalRewriter(checker, scopes).body(*branch.rule->body, used);
    if (branch.rule == branch.main) {
      for (Term* arg : head.args) rename_in_head(arg, scopes);
      for (size_t i = 1; i < head.ref->items.size(); ++i) rename_in_head(head.ref->items[i], scopes);
      rename_in_head(head.key, scopes);
    }
    rename_in_head(branch.rule->head.value, scopes);
    std::erase_if(unused, [&](std::string_view arg) {
      return scopes.count(arg) > 1 || used.count(arg) > 0;
    });
  };
  rewrite_branch({&rule, &rule});
  for (Rule* branch : rule.else_chain) rewrite_branch({branch, &rule});

  for (std::string_view arg : unused) {
    if (!is_wildcard(arg) && !is_root_name(arg)) checker.recoverable_error(Id::kUnusedArgument, head.span, {arg});
  }
}

}  // namespace

void rewrite_locals(Checker& checker) {
  for (Module* module : checker.modules) {
    for (Rule* rule : module->rules) rewrite_rule(checker, *rule);
  }
}

void rewrite_locals(Checker& checker, Body& query) {
  Scopes scopes;
  LocalRewriter(checker, scopes).body(query, {});
}

}  // namespace writ::lang
