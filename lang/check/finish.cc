// The last touches on the core form: captured results of calls become equalities, variables of closures get names of
// their own, and references of heads are spelled out from `data`.
#include <set>

#include "engine/builtins/builtin.h"
#include "lang/check/passes.h"

namespace writ::lang {
namespace {

// `plus(x, 1, y)` becomes `y = plus(x, 1)`.
class CaptureRewriter {
 public:
  explicit CaptureRewriter(Checker& checker) : checker_(checker) {}

  // True if there are closures in the body.
  bool operator()(Body* body) {
    bool closures = false;
    Walker walk(
        [&](Term* t) {
          closures |= is_comprehension(*t);
          return is_flat(*t);
        },
        [&](Expr* e) {
          closures |= e->body != nullptr;
          if (is_call(*e)) rewrite(*e);
          return false;
        });
    walk(body);
    return closures;
  }

 private:
  void rewrite(Expr& e) {
    Term& call = *e.term;
    int arity = checker_.arity(*call.items[0]);
    if (arity < 0 || argument_count(e) != static_cast<size_t>(arity) + 1) return;
    const Builtin* builtin = find_builtin(dotted_name(*call.items[0]));
    if (builtin && builtin->is_void) return;
    Term* inner = checker_.ast.term(TermKind::kCall, call.span);
    inner->infix = call.infix;
    inner->items.assign(call.items.begin(), call.items.end() - 1);
    if (is_equality(e)) inner->items[0] = checker_.operator_term("equal", call.span);
    e.term = checker_.call("eq", {call.items.back(), inner}, call.span);
  }

  Checker& checker_;
};

// Variables that a closure does not share with what is around it are its own, whatever they are called elsewhere.
class ClosureRenamer {
 public:
  explicit ClosureRenamer(Checker& checker) : checker_(checker) {}

  void rule(Rule& rule) {
    used_.clear();
    visible_.emplace_back();
    for (const Term* arg : rule.head.args) {
      for (std::string_view v : vars_of(arg)) {
        visible_.back().emplace(v);
        used_.emplace(v);
      }
    }
    TermList head(rule.head.ref->items.begin() + 1, rule.head.ref->items.end());
    head.push_back(rule.head.key);
    head.push_back(rule.head.value);
    scope(head, *rule.body);
    for (Rule* branch : rule.else_chain) scope({branch->head.value}, *branch->body);
    visible_.pop_back();
  }

  void query(Body& b) {
    used_.clear();
    scope({}, b);
  }

 private:
  void scope(const TermList& items, Body& b) {
    std::set<std::string_view> locals;
    auto add = [&](const VarSet& vars) {
      for (std::string_view v : vars) {
        if (!is_root_name(v) && !is_visible(v)) locals.emplace(v);
      }
    };
    add(vars_of(static_cast<const Body*>(&b), kSafetyVars));
    for (const Term* item : items) {
      if (item) add(vars_of(item, kSafetyVars));
    }
    std::vector<std::string_view> renamed;
    for (std::string_view name : locals) {
      if (used_.insert(name).second) continue;
      renames_[name] = checker_.fresh_name(is_generated(name) || is_wildcard(name) ? "" : name);
      renamed.push_back(name);
    }
    visible_.push_back(std::move(locals));
    for (Term* item : items) term(item);
    for (Expr* e : b.exprs) expr(*e);
    visible_.pop_back();
    for (std::string_view name : renamed) renames_.erase(name);
  }

  bool is_visible(std::string_view name) const {
    for (const std::set<std::string_view>& names : visible_) {
      if (names.count(name) > 0) return true;
    }
    return false;
  }

  void expr(Expr& e) {
    term(e.term);
    term(e.key);
    term(e.value);
    term(e.domain);
    if (e.body) {
      // The variables of `every` belong to its body and to everything in it.
      visible_.emplace_back();
      for (const Term* own : {e.key, e.value}) {
        if (own && is_var(*own)) visible_.back().emplace(own->text);
      }
      scope({}, *e.body);
      visible_.pop_back();
    }
    for (Expr* o : e.operands) expr(*o);
    for (With& w : e.withs) {
      term(w.target);
      term(w.value);
    }
  }

  void term(Term* t) {
    if (!t) return;
    if (is_var(*t)) {
      if (renames_.empty()) return;
      if (auto it = renames_.find(t->text); it != renames_.end()) t->text = it->second;
    } else if (is_comprehension(*t)) {
      scope(t->items, *t->body);
    } else {
      for (size_t i = is_call(*t) ? 1 : 0; i < t->items.size(); ++i) term(t->items[i]);
    }
  }

  Checker& checker_;
  std::set<std::string_view> used_;
  std::vector<std::set<std::string_view>> visible_;
  std::map<std::string_view, std::string_view> renames_;
};

bool has_closures(const Head& head) {
  bool found = false;
  auto walk = term_walker([&](Term* t) {
    found |= is_comprehension(*t);
    return found || is_flat(*t);
  });
  for (Term* term : {head.ref, head.key, head.value}) walk(term);
  for (Term* arg : head.args) walk(arg);
  return found;
}

// data.package.name and the rest as written.
void spell_out_head(Checker& checker, const Module& module, Rule& rule) {
  Term& ref = *rule.head.ref;
  TermList items{checker.var("data", ref.span)};
  for (const std::string& segment : module.package) items.push_back(checker.string(segment, ref.span));
  items.push_back(checker.string(ref.items[0]->text, ref.items[0]->span));
  items.insert(items.end(), ref.items.begin() + 1, ref.items.end());
  ref.items = std::move(items);
}

}  // namespace

void finish(Checker& checker) {
  CaptureRewriter capture(checker);
  ClosureRenamer rename(checker);
  for (Module* module : checker.modules) {
    for (Rule* rule : module->rules) {
      bool closures = capture(rule->body);
      for (Rule* branch : rule->else_chain) closures |= capture(branch->body);
      // Branches are bodies beside one another, whose variables are not the same either.
      if (closures || !rule->else_chain.empty() || has_closures(rule->head)) rename.rule(*rule);
      spell_out_head(checker, *module, *rule);
    }
  }
}

void finish(Checker& checker, Body& query) {
  CaptureRewriter{checker}(&query);
  ClosureRenamer(checker).query(query);
}

}  // namespace writ::lang
