// The passes in order: kGroups is the table of contents of lang/check, for modules and for queries alike. A pass that finds
// errors is the last one, since the next ones rely on it, but for errors that leave the tree as it has to be
// (Checker::recoverable_error): then the next passes find theirs, too. What a pass leaves behind is said where it is declared, in
// passes.h; what all of them together leave behind, in check.h.
//
// The passes of a group go over one module after the other, each over all of it while it is in the cache; what needs all
// modules at once (Over::kAll) is run first. Errors are reported as if each pass had gone over all modules: PassRunner.
#include "lang/check/check.h"

#include <algorithm>
#include <span>

#include "lang/check/passes.h"
#include "lang/check/required.h"
#include "lang/types/check_types.h"

namespace writ::lang {
namespace {

enum class Over : uint8_t { kModule, kAll };

// A pass over modules, and the same over a query; null where a query has nothing of the kind.
struct Pass {
  void (*modules)(Checker&);
  void (*query)(Checker&, Body&) = nullptr;
  Over over = Over::kModule;
  bool Occurrences::*about = nullptr;  // modules in which there is nothing of the kind are left out
  bool for_running = false;            // nobody needs it who only asks what modules require
};

// Before the rules are put into their tree.
constexpr Pass kNamePasses[] = {
    {collect_exports, nullptr, Over::kAll},
    {normalise},
    {resolve_modules},
    {check_unused_imports},
    {rewrite_head_refs},
    {check_overrides},
    {check_imports},
};

constexpr Pass kExpressionPasses[] = {
    {rewrite_locals, rewrite_locals},
    {rewrite_templates, rewrite_templates, Over::kModule, &Occurrences::templates},
    {check_void_calls, check_void_calls, Over::kModule, &Occurrences::prints},
    {rewrite_prints, rewrite_prints, Over::kModule, &Occurrences::prints},
    {rewrite_expr_terms, rewrite_expr_terms},
};

// For each of these the one before must have gone over all modules.
constexpr Pass kMetadata[] = {{rewrite_metadata, nullptr, Over::kAll, &Occurrences::metadata}};
constexpr Pass kRecursion[] = {{find_recursion, nullptr, Over::kAll}};

constexpr Pass kBodyPasses[] = {
    {rewrite_comprehension_heads, rewrite_comprehension_heads},
    {rewrite_head_terms},
    {rewrite_withs, rewrite_withs, Over::kModule, &Occurrences::withs},
    {check_conflicts, nullptr, Over::kAll},
    {check_functions, check_functions, Over::kModule, nullptr, true},
    {check_head_safety},
    {check_body_safety, check_body_safety, Over::kModule, nullptr, true},
    {rewrite_dynamics, rewrite_dynamics},
    {check_recursion, nullptr, Over::kAll},
};

constexpr Pass kTypePasses[] = {
    {require_equal},
    {check_types, check_types, Over::kAll},
    {check_allowed_calls, check_allowed_calls},
};

constexpr std::span<const Pass> kGroups[] = {kExpressionPasses, kMetadata, kRecursion, kBodyPasses, kTypePasses};

// Runs a group of passes.
class PassRunner {
 public:
  PassRunner(Checker& checker, std::span<const Pass> passes) : checker_(checker), passes_(passes), found_(passes.size()) {}

  // False if the next group must not run.
  bool run() {
    end_ = passes_.size();
    run_over(Over::kAll, checker_.all_modules);
    for (Module* const& module : checker_.all_modules) run_over(Over::kModule, {&module, 1});
    checker_.release();
    checker_.modules = checker_.all_modules;
    for (size_t i = 0; i < end_; ++i) checker_.report(std::move(found_[i]));
    return !checker_.stopped();
  }

 private:
  // The passes up to the first that stops. What the passes behind it find elsewhere does not count, so they are not run there.
  void run_over(Over over, std::span<Module* const> modules) {
    checker_.modules = modules;
    for (size_t i = 0; i < end_; ++i) {
      const Pass& pass = passes_[i];
      auto is_about = [&](const Module* module) { return module->occurs.*pass.about; };
      bool left_out = pass.about != nullptr && std::none_of(modules.begin(), modules.end(), is_about);
      if (pass.over != over || left_out || (pass.for_running && checker_.types->required)) continue;
      checker_.hold(found_[i]);
      size_t mark = checker_.stopping_mark();
      pass.modules(checker_);
      if (checker_.stopped(mark)) end_ = i + 1;
    }
  }

  Checker& checker_;
  std::span<const Pass> passes_;
  std::vector<std::vector<Checker::Found>> found_;  // by pass
  size_t end_ = 0;                                  // of the passes that are still run
};

// In the order of their names, whatever order they were given in: that of definitions decides what is found first.
void sort_by_name(std::vector<Module*>& modules, const SourceMap& sources) {
  std::stable_sort(modules.begin(), modules.end(), [&sources](const Module* a, const Module* b) {
    return sources.file(a->file).name < sources.file(b->file).name;
  });
}

bool check_all(Checker& checker, std::unique_ptr<RuleNode>& tree, bool lists_required = false) {
  check_input_schema(checker);
  if (lists_required) checker.types->required.emplace();
  if (!PassRunner(checker, kNamePasses).run()) return false;
  tree = build_rule_tree(checker);
  checker.root = tree.get();
  if (checker.stopped()) return false;
  for (std::span<const Pass> group : kGroups) {
    if (!PassRunner(checker, group).run()) return false;
  }
  return !checker.failed();
}

// --- queries ---------------------------------------------------------------------------------------------------------

bool iterates(Body& query) {
  bool found = false;
  auto walk = term_walker([&](Term* t) {
    if (is_comprehension(*t)) return true;
    if (is_ref(*t)) {
      found |= std::any_of(t->items.begin() + 1, t->items.end(), [](const Term* item) { return is_var(*item); });
    }
    if (is_call(*t)) found |= has_dotted_name(*t->items[0], "walk");
    return found;
  });
  walk(&query);
  return found;
}

// Binds the values of expressions to variables: then `1 == 2` is defined and has the value false, as in OPA. Where several
// values are wanted, or several expressions, false still makes the query fail, so the values are tested at the end.
void capture_values(Checker& checker, Body& query, std::unordered_map<const Expr*, std::string_view>& captured) {
  bool test = query.exprs.size() > 1 || iterates(query);
  ExprList tests;
  for (Expr* e : query.exprs) {
    if (e->kind != ExprKind::kTerm || e->negated || is_assignment(*e) || is_equality(*e)) continue;
    std::string_view name = checker.fresh_name();
    if (!is_call(*e)) {
      e->term = checker.call("eq", {e->term, checker.var(name, e->span)}, e->span);
    } else if (checker.arity(*e->term->items[0]) == static_cast<int>(argument_count(*e)) &&
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

bool check_body(Checker& checker, const ParsedQuery& parsed, std::unordered_map<const Expr*, std::string_view>& captured) {
  Body& query = *parsed.body;
  normalise(checker, query);
  check_overrides(checker, query);
  resolve_query(checker, query, parsed.package, parsed.imports);
  if (parsed.capture) capture_values(checker, query, captured);
  for (std::span<const Pass> group : kGroups) {
    for (const Pass& pass : group) {
      if (pass.query == nullptr) continue;
      pass.query(checker, query);
      if (checker.stopped()) return false;
    }
  }
  if (checker.failed()) return false;
  finish(checker, query);
  return true;
}

}  // namespace

void check_annotations(Ast& ast, const SourceMap& sources, const std::vector<Module*>& modules,
                       std::vector<Diagnostic>& diagnostics) {
  LanguageOptions language;
  Checker checker(ast, sources, language, diagnostics);
  checker.all_modules = modules;
  checker.modules = checker.all_modules;
  read_metadata(checker);
}

std::optional<Capabilities> find_required(Ast& ast, const SourceMap& sources, std::vector<Module*> modules,
                                          const LanguageOptions& language, std::vector<Diagnostic>& diagnostics) {
  Checker checker(ast, sources, language, diagnostics);
  sort_by_name(modules, sources);
  checker.all_modules = std::move(modules);
  checker.modules = checker.all_modules;
  std::unique_ptr<RuleNode> root;
  if (check_all(checker, root, true)) return required_capabilities(checker);
  sort_diagnostics(diagnostics, sources);
  return std::nullopt;
}

std::unique_ptr<CheckedModules> check_modules(Ast& ast, const SourceMap& sources, std::vector<Module*> modules,
                                              const LanguageOptions& language, std::vector<Diagnostic>& diagnostics,
                                              CheckPurpose purpose) {
  Checker checker(ast, sources, language, diagnostics);
  sort_by_name(modules, sources);
  checker.all_modules = modules;
  checker.modules = checker.all_modules;
  auto result = std::make_unique<CheckedModules>();
  result->modules = std::move(modules);
  if (check_all(checker, result->root)) {
    if (purpose == CheckPurpose::kProgram) finish(checker);
    result->types = std::move(checker.types);
    return result;
  }
  sort_diagnostics(diagnostics, sources);
  return nullptr;
}

std::optional<CheckedQuery> check_query(Ast& ast, const SourceMap& sources, const CheckedModules& modules,
                                        const ParsedQuery& query, const LanguageOptions& language,
                                        std::vector<Diagnostic>& diagnostics) {
  Checker checker(ast, sources, language, diagnostics);
  checker.all_modules = modules.modules;
  checker.modules = checker.all_modules;
  checker.root = modules.root.get();
  checker.in_query = true;
  checker.types = modules.types;
  if (query.body->exprs.empty()) {
    checker.error(Id::kEmptyQuery, query.body->span);
    return std::nullopt;
  }
  std::unordered_map<const Expr*, std::string_view> captured;
  if (!check_body(checker, query, captured)) {
    sort_diagnostics(diagnostics, sources);
    return std::nullopt;
  }
  CheckedQuery result;
  result.body = query.body;
  for (std::string_view v : vars_of(static_cast<const Body*>(query.body), kSafetyVars)) {
    std::string_view name = written_name(v);
    if (!is_root_name(v) && !is_wildcard(v) && !name.empty()) {
      result.bindings.push_back({std::string(name), std::string(v)});
    }
  }
  std::sort(result.bindings.begin(), result.bindings.end(), [](const QueryBinding& a, const QueryBinding& b) {
    return std::tie(a.name, a.variable) < std::tie(b.name, b.variable);
  });
  for (const Expr* e : query.body->exprs) {
    if (e->generated) continue;
    auto it = captured.find(e);
    result.expressions.push_back({e->span, std::string(it == captured.end() ? std::string_view() : it->second)});
  }
  return result;
}

}  // namespace writ::lang
