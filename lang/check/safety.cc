// Safety and order: a body is put into an order in which every variable has its value before it is needed; what cannot
// be ordered is unsafe. Reference: OPA reorderBodyForSafety.
//
// All variables are reported that a statement lacks, but for those that a `:=` would give a value: these are not a cause.
#include <algorithm>
#include <set>

#include "lang/check/passes.h"

namespace writ::lang {
namespace {

// A statement and what it lacks.
struct Unsafe {
  const Expr* expr;
  VarSet vars;
};

class Orderer {
 public:
  explicit Orderer(Checker& checker) : checker_(checker) {}

  // Orders the body and, in it, all bodies. False if something is unsafe; then it is in unsafe().
  bool order(Body& b, const VarSet& globals) {
    size_t before = unsafe_.size();
    order_body(b, globals);
    return unsafe_.size() == before;
  }

  const std::vector<Unsafe>& unsafe() const { return unsafe_; }

 private:
  struct Statement {
    Expr* expr;
    VarSet lacks;     // visible variables without a value
    VarSet closures;  // variables of this body that its closures use
    bool placed = false;
  };

  // The statements in which a variable is.
  using Users = std::unordered_map<std::string_view, std::vector<Statement*>>;

  VarOptions visible() const {
    VarOptions options = kSafetyVars;
    options.promote = &checker_;
    return options;
  }

  void order_body(Body& b, const VarSet& globals) {
    VarSet body_vars;
    std::vector<Statement> statements(b.exprs.size());
    for (size_t i = 0; i < statements.size(); ++i) {
      Statement& s = statements[i];
      s.expr = b.exprs[i];
      VarCollector collect(s.lacks, visible());
      collect(static_cast<const Expr*>(s.expr));
      body_vars.merge(s.lacks);
    }
    VarSet safe;
    for (std::string_view v : body_vars) {
      if (globals.count(v)) safe.insert(v);
    }
    for (Statement& s : statements) {
      s.lacks.erase_if([&](std::string_view v) { return safe.count(v) > 0; });
      closure_vars(s.expr, s.closures);
      s.closures.erase_if([&](std::string_view v) { return !body_vars.count(v) || globals.count(v); });
    }
    ExprBuffer ordered = place(statements, safe);
    if (ordered.size() < b.exprs.size()) report(statements, safe);
    order_closures(ordered, globals);
    if (ordered.size() == b.exprs.size()) b.exprs.assign(ordered.begin(), ordered.end());
  }

  // Takes statements as they become safe, in their order.
  ExprBuffer place(std::vector<Statement>& statements, VarSet& safe) {
    ExprBuffer ordered;
    auto nothing = [](std::string_view) {};
    for (Statement& s : statements) place_if_safe(s, safe, ordered, nothing);
    if (ordered.size() < statements.size()) place_others(statements, safe, ordered);
    return ordered;
  }

  // Those for which it was too early, whenever a variable of theirs gets a value.
  void place_others(std::vector<Statement>& statements, VarSet& safe, ExprBuffer& ordered) {
    Users users;
    // What is to be looked at: in this round, and, since it is in front of the statement that changed it, in the next one.
    std::set<Statement*> round, next;
    for (Statement& s : statements) {
      if (s.placed) continue;
      next.insert(&s);
      for (std::string_view v : vars_of(static_cast<const Expr*>(s.expr))) users[v].push_back(&s);
    }
    while (!next.empty()) {
      round.swap(next);
      while (!round.empty()) {
        Statement& s = **round.begin();
        round.erase(round.begin());
        place_if_safe(s, safe, ordered, [&](std::string_view v) {
          for (Statement* user : users[v]) {
            if (!user->placed) (user > &s ? round : next).insert(user);
          }
        });
      }
    }
  }

  // Calls `on_safe` for each variable that gets a value by it.
  template <typename OnSafe>
  void place_if_safe(Statement& s, VarSet& safe, ExprBuffer& ordered, OnSafe on_safe) {
    VarSet outputs = output_vars(checker_, *s.expr, safe);
    s.closures.erase_if([&](std::string_view v) { return safe.count(v) > 0; });
    s.lacks.erase_if([&](std::string_view v) { return safe.count(v) > 0 || outputs.count(v) > 0; });
    if (!s.closures.empty() || !s.lacks.empty()) return;
    s.placed = true;
    ordered.push_back(s.expr);
    for (std::string_view v : outputs) {
      if (safe.insert(v)) on_safe(v);
    }
  }

  // Notes what the statements lack that could not be placed. What closures lack comes first, as long as it is not just what
  // the statement itself would bind.
  void report(const std::vector<Statement>& statements, const VarSet& safe) {
    for (const Statement& s : statements) {
      if (s.placed) continue;
      VarSet outputs = output_vars(checker_, *s.expr, safe);
      bool closures_matter = !s.closures.empty() && !(s.closures == outputs);
      Unsafe entry{s.expr, closures_matter ? s.closures : s.lacks};
      entry.vars.erase_if([&](std::string_view v) { return outputs.count(v) > 0; });
      // What was not placed is never let through: here a closure needs what its own statement would bind.
      if (entry.vars.empty()) entry.vars = s.closures;
      unsafe_.push_back(std::move(entry));
    }
  }

  // --- bodies inside of statements -----------------------------------------------------------------------------------

  // Calls `on_closure` on the outermost comprehensions and bodies of a statement.
  template <typename OnClosure>
  static void for_each_closure(Expr* e, OnClosure on_closure) {
    Walker walk(
        [&](Term* t) {
          if (is_comprehension(*t)) on_closure(static_cast<const Term*>(t));
          return is_comprehension(*t) || is_flat(*t);
        },
        [&](Expr* x) {
          bool has_body = x->kind == ExprKind::kEvery || x->kind == ExprKind::kBlock;
          if (has_body) on_closure(static_cast<const Body*>(x->body));
          return has_body;
        });
    walk(e);
  }

  // All variables in closures of a statement, those of closures within included.
  static void closure_vars(Expr* e, VarSet& vars) {
    VarCollector collect(vars, {});
    for_each_closure(e, [&](auto* closure) { collect(closure); });
  }

  // Closures may use what is before their statement.
  void order_closures(const ExprBuffer& ordered, const VarSet& globals) {
    bool any = std::any_of(ordered.begin(), ordered.end(), [](Expr* e) { return has_closures(e); });
    if (!any) return;
    VarSet known = globals;
    for (size_t i = 0; i < ordered.size(); ++i) {
      if (i > 0) {
        VarCollector collect(known, visible());
        collect(static_cast<const Expr*>(ordered[i - 1]));
      }
      closures(*ordered[i], *ordered[i], known);
    }
  }

  static bool has_closures(Expr* e) {
    bool found = false;
    for_each_closure(e, [&](auto*) { found = true; });
    return found;
  }

  void closures(Expr& e, const Expr& current, VarSet& known) {
    closures(e.term, current, known);
    closures(e.domain, current, known);
    for (const With& w : e.withs) closures(w.value, current, known);
    if (e.kind == ExprKind::kEvery) {
      if (e.key) known.insert(e.key->text);
      known.insert(e.value->text);
      order_body(*e.body, known);
    }
    for (Expr* o : e.operands) order_body(*o->body, known);
  }

  void closures(Term* t, const Expr& current, VarSet& known) {
    if (!t || is_flat(*t)) return;
    if (!is_comprehension(*t)) {
      for (Term* item : t->items) closures(item, current, known);
      return;
    }
    // What the head uses must have a value after the body.
    VarSet bound = vars_of(static_cast<const Body*>(t->body), visible());
    Unsafe entry{&current, {}};
    for (const Term* item : t->items) {
      for (std::string_view v : vars_of(item)) {
        if (!bound.count(v) && !known.count(v)) entry.vars.insert(v);
      }
    }
    if (!entry.vars.empty()) unsafe_.push_back(std::move(entry));
    order_body(*t->body, known);
  }

  Checker& checker_;
  std::vector<Unsafe> unsafe_;
};

// --- messages --------------------------------------------------------------------------------------------------------

bool before(Span a, Span b) { return a.file != b.file ? a.file < b.file : a.begin < b.begin; }

// Names an author can have meant: local variables, arguments, rules of the package.
std::vector<std::string> names_in_scope(const Checker& checker, const Rule* rule, const Body& body) {
  std::set<std::string> names;
  auto add = [&](const VarSet& vars) {
    for (std::string_view v : vars) {
      if (!is_wildcard(v) && !written_name(v).empty()) names.emplace(written_name(v));
    }
  };
  add(vars_of(&body, kSafetyVars));
  if (rule) {
    for (const Term* arg : rule->head.args) add(vars_of(arg));
    const Module* module = rule->module;
    for (const Module* other : checker.all_modules) {
      if (other->package != module->package) continue;
      for (const Rule* r : other->rules) names.emplace(r->head.ref->items[0]->text);
    }
    for (const Import* import : module->imports) names.emplace(import_name(*import));
  }
  names.insert("input");
  names.insert("data");
  return {names.begin(), names.end()};
}

bool is_future_keyword(std::string_view name) {
  return name == "in" || name == "every" || name == "contains" || name == "if" || name == "not" || name == "and" ||
         name == "or";
}

class Reporter {
 public:
  Reporter(Checker& checker, const Rule* rule, const Body& body, std::string scope)
      : checker_(checker), rule_(rule), body_(body), scope_(std::move(scope)) {}

  void report(const std::vector<Unsafe>& unsafe) {
    VarSet assigned = assigned_vars(unsafe);
    std::map<std::string_view, Span> places;  // of variables, first by place; each `_` is one of its own
    for (const Unsafe& u : unsafe) {
      for (std::string_view v : u.vars) {
        if (written_name(v).empty() || assigned.count(v) || assigned.count(written_name(v))) continue;
        auto [it, added] = places.emplace(v, u.expr->span);
        if (!added && before(u.expr->span, it->second)) it->second = u.expr->span;
      }
    }
    std::vector<std::pair<std::string_view, Span>> in_order(places.begin(), places.end());
    std::stable_sort(in_order.begin(), in_order.end(),
                     [](const auto& a, const auto& b) { return before(a.second, b.second); });
    for (const auto& [variable_name, span] : in_order) {
      std::string name(written_name(variable_name));
      if (is_future_keyword(name)) {
        checker_.error(Id::kUnsafeKeyword, span, {name, scope_, name});
      } else {
        variable(name, span);
      }
    }
    if (!places.empty()) return;
    // Only generated variables: the statements say more.
    std::set<std::string_view> seen;
    for (const Unsafe& u : unsafe) {
      size_t count = seen.size();
      seen.insert(u.vars.begin(), u.vars.end());
      if (seen.size() > count) checker_.error(Id::kUnsafeExpression, u.expr->span, {scope_});
    }
  }

  // What `:=` would give a value, unless nothing else is unsafe.
  VarSet assigned_vars(const std::vector<Unsafe>& unsafe) const {
    VarSet assigned;
    for (const Unsafe& u : unsafe) {
      if (!checker_.assignments.count(u.expr)) continue;
      for (std::string_view v : vars_of(static_cast<const Term*>(u.expr->term->items[1]))) {
        assigned.insert(v);
        if (!written_name(v).empty()) assigned.insert(written_name(v));
      }
    }
    for (const Unsafe& u : unsafe) {
      for (std::string_view v : u.vars) {
        if (!written_name(v).empty() && !assigned.count(v) && !assigned.count(written_name(v))) return assigned;
      }
    }
    return {};
  }

  void variable(const std::string& name, Span span) {
    Diagnostic& d = checker_.error(Id::kUnsafeVar, span, {name, scope_});
    if (!checker_.may_suggest()) return;
    if (candidates_.empty()) candidates_ = names_in_scope(checker_, rule_, body_);
    if (std::string near = nearest_name(name, candidates_); !near.empty()) d.help = "did you mean `" + near + "`?";
  }

 private:
  Checker& checker_;
  const Rule* rule_;
  const Body& body_;
  std::string scope_;
  std::vector<std::string> candidates_;
};

// " in rule p" where a line holds rules of several names and its number does not say which one is meant.
class RuleScopes {
 public:
  explicit RuleScopes(const Checker& checker) : checker_(checker) {}

  std::string operator()(const Branch& branch) {
    const Module* module = branch.main->module;
    if (module != module_) index(*module);
    auto it = names_.find(row(*branch.rule));
    return it != names_.end() && it->second.size() > 1 ? " in rule " + name(*branch.main) : std::string();
  }

 private:
  void index(const Module& module) {
    module_ = &module;
    names_.clear();
    for (const Rule* rule : module.rules) {
      names_[row(*rule)].insert(name(*rule));
      for (const Rule* branch : rule->else_chain) names_[row(*branch)].insert(name(*rule));
    }
  }

  uint32_t row(const Rule& rule) const { return checker_.sources.position(rule.span.file, rule.span.begin).row; }

  static std::string name(const Rule& rule) {
    Term prefix;
    prefix.kind = TermKind::kRef;
    const Term& ref = *rule.head.ref;
    prefix.items.assign(ref.items.begin(), ref.items.begin() + static_cast<ptrdiff_t>(ground_prefix(ref)));
    return to_text(prefix);
  }

  const Checker& checker_;
  const Module* module_ = nullptr;
  std::map<uint32_t, std::set<std::string>> names_;
};

// Variables of a term with the places of their last use, which OPA reports.
void places_of(Term* t, std::map<std::string_view, Span>& places) {
  auto walk = term_walker([&](Term* x) {
    if (is_var(*x)) places[x->text] = x->span;
    return false;
  });
  walk(t);
}

}  // namespace

void check_head_safety(Checker& checker) {
  RuleScopes scopes(checker);
  for (const Branch& branch : checker.branches()) {
    std::map<std::string_view, Span> used;
    Head& head = branch.main->head;
    if (branch.rule == branch.main) {
      for (size_t i = 1; i < head.ref->items.size(); ++i) places_of(head.ref->items[i], used);
      places_of(head.key, used);
    }
    places_of(branch.rule->head.value, used);
    if (used.empty()) continue;
    VarSet bound = vars_of(branch.rule->body, kSafetyVars);
    VarCollector collect(bound, {});
    for (const Term* arg : head.args) collect(arg);
    for (const auto& [v, span] : used) {
      std::string name(written_name(v));
      if (bound.count(v) || name.empty() || is_root_name(v)) continue;
      Reporter(checker, branch.main, *branch.rule->body, scopes(branch)).variable(name, span);
    }
  }
}

void check_body_safety(Checker& checker) {
  RuleScopes scopes(checker);
  for (const Branch& branch : checker.branches()) {
    VarSet globals = {"data", "input"};
    VarCollector collect(globals, {});
    for (const Term* arg : branch.main->head.args) collect(arg);
    Orderer orderer(checker);
    if (orderer.order(*branch.rule->body, globals)) continue;
    Reporter(checker, branch.main, *branch.rule->body, scopes(branch)).report(orderer.unsafe());
  }
}

void check_body_safety(Checker& checker, Body& query) {
  Orderer orderer(checker);
  if (orderer.order(query, {"data", "input"})) return;
  Reporter(checker, nullptr, query, "").report(orderer.unsafe());
}

}  // namespace writ::lang
