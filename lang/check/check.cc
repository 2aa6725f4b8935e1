// The passes in order. Each stops the check when it finds errors, since the next ones rely on it.
#include "lang/check/check.h"

#include <algorithm>

#include "lang/check/checker.h"

namespace writ::lang {
namespace {

using Pass = void (*)(Checker&);

void set_rule_tree(Checker& checker, std::unique_ptr<RuleNode>& tree) {
  tree = build_rule_tree(checker);
  checker.root = tree.get();
}

bool run(Checker& checker, std::initializer_list<Pass> passes) {
  for (Pass pass : passes) {
    pass(checker);
    if (checker.failed()) return false;
  }
  return true;
}

bool check_all(Checker& checker, std::unique_ptr<RuleNode>& tree) {
  normalise_modules(checker);
  if (!run(checker, {resolve_modules, rewrite_head_refs, check_overrides, check_imports})) return false;
  set_rule_tree(checker, tree);
  if (checker.failed()) return false;
  return run(checker, {
                          rewrite_locals,
                          rewrite_templates,
                          check_void_calls,
                          rewrite_prints,
                          [](Checker& c) { rewrite_expr_terms(c); },
                          rewrite_metadata,
                          [](Checker& c) { rewrite_comprehension_heads(c); },
                          rewrite_head_terms,
                          [](Checker& c) { rewrite_withs(c); },
                          check_conflicts,
                          check_functions,
                          check_head_safety,
                          check_body_safety,
                          [](Checker& c) { rewrite_dynamics(c); },
                          check_recursion,
                          check_allowed_calls,
                          finish_modules,
                      });
}

// --- queries ---------------------------------------------------------------------------------------------------------

bool iterates(Body& query) {
  bool found = false;
  auto walk = term_walker([&](Term* t) {
    if (is_comprehension(*t)) return true;
    if (is_ref(*t)) {
      found |= std::any_of(t->items.begin() + 1, t->items.end(), [](const Term* item) { return is_var(*item); });
    }
    if (is_call(*t)) found |= dotted_name(*t->items[0]) == "walk";
    return found;
  });
  walk(&query);
  return found;
}

// Binds the values of expressions to variables: then `1 == 2` is defined and has the value false [T76]. Where several
// values are asked for, or several expressions, false still makes the query fail, so the values are tested at the end.
void capture_values(Checker& checker, Body& query, std::unordered_map<const Expr*, std::string>& captured) {
  bool test = query.exprs.size() > 1 || iterates(query);
  std::vector<Expr*> tests;
  for (Expr* e : query.exprs) {
    if (e->kind != ExprKind::kTerm || e->negated || is_assignment(*e) || is_equality(*e)) continue;
    std::string name = checker.fresh_name();
    if (!is_call(*e)) {
      e->term = checker.call("eq", {e->term, checker.var(name, e->span)}, e->span);
    } else if (checker.arity(*e->term->items[0]) == static_cast<int>(operand_count(*e)) &&
               !calls(*e, "print")) {
      e->term->items.push_back(checker.var(name, e->span));
    } else {
      continue;
    }
    captured[e] = name;
    if (!test) continue;
    tests.push_back(checker.statement(checker.var(name, e->span), e->span));
    tests.back()->generated = true;
  }
  query.exprs.insert(query.exprs.end(), tests.begin(), tests.end());
}

bool check_body(Checker& checker, Body& query, bool capture, std::unordered_map<const Expr*, std::string>& captured,
                const std::vector<std::string>& package, const std::vector<Import*>& imports) {
  normalise_query(checker, query);
  check_query_overrides(checker, query);
  if (checker.failed()) return false;
  resolve_query(checker, query, package, imports);
  if (capture) capture_values(checker, query, captured);
  using QueryPass = void (*)(Checker&, Body&);
  for (QueryPass pass : std::initializer_list<QueryPass>{
           rewrite_query_locals,
           rewrite_query_templates,
           check_query_void_calls,
           rewrite_query_prints,
           rewrite_expr_terms,
           rewrite_comprehension_heads,
           rewrite_withs,
           check_query_functions,
           check_query_safety,
           rewrite_dynamics,
           check_query_allowed_calls,
           finish_query,
       }) {
    pass(checker, query);
    if (checker.failed()) return false;
  }
  return true;
}

}  // namespace

std::unique_ptr<CheckedModules> check_modules(Ast& ast, const SourceMap& sources, std::vector<Module*> modules,
                                              const LanguageOptions& language, std::vector<Diagnostic>& diagnostics) {
  Checker checker(ast, sources, language, diagnostics);
  checker.modules = modules;
  auto result = std::make_unique<CheckedModules>();
  result->modules = std::move(modules);
  if (check_all(checker, result->root)) return result;
  sort_diagnostics(diagnostics);
  return nullptr;
}

bool check_query(Ast& ast, const SourceMap& sources, const CheckedModules& modules, Body* query,
                 const std::vector<std::string>& package, const std::vector<Import*>& imports, bool capture,
                 const LanguageOptions& language, CheckedQuery& result, std::vector<Diagnostic>& diagnostics) {
  Checker checker(ast, sources, language, diagnostics);
  checker.modules = modules.modules;
  checker.root = modules.root.get();
  checker.in_query = true;
  result = {};
  if (query->exprs.empty()) {
    checker.error(Id::kEmptyQuery, query->span);
    return false;
  }
  std::unordered_map<const Expr*, std::string> captured;
  if (!check_body(checker, *query, capture, captured, package, imports)) {
    sort_diagnostics(diagnostics);
    return false;
  }
  result.body = query;
  for (std::string_view v : vars_of(static_cast<const Body*>(query), kSafetyVars)) {
    std::string_view name = written_name(v);
    if (!is_root_name(v) && !is_wildcard(v) && !name.empty()) {
      result.bindings.push_back({std::string(name), std::string(v)});
    }
  }
  std::sort(result.bindings.begin(), result.bindings.end(), [](const QueryBinding& a, const QueryBinding& b) {
    return std::tie(a.name, a.variable) < std::tie(b.name, b.variable);
  });
  for (const Expr* e : query->exprs) {
    if (e->generated) continue;
    auto it = captured.find(e);
    result.expressions.push_back({e->span, it == captured.end() ? std::string() : it->second});
  }
  return true;
}

}  // namespace writ::lang
