// The state of one check, which every pass gets: where nodes are made and errors reported, and what is known of names.
//
// Between the passes the tree is in OPA's intermediate forms. Two of them are not in ast.h:
//  * Every operand of kNot, kAnd and kOr is a kBlock; one that was written without braces is `generated`.
//  * The result of a call is captured by an extra last argument, `plus(x, 1, __local1__)`, on a `generated` statement.
//    The last pass turns these into `__local1__ = plus(x, 1)`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <concepts>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/builtins/builtin.h"
#include "lang/check/check.h"
#include "lang/check/terms.h"
#include "lang/syntax/ast.h"
#include "lang/syntax/diagnostics.h"

namespace writ::lang {

using Id = DiagnosticId;

class DependencyGraph;
struct ModuleTypes;

// What an annotation says of the type of a document: `path` is its path, `input` or `data` first; either `name` is that of a
// schema, without `schema` itself, or `definition` is the schema as JSON.
struct SchemaUse {
  std::vector<const Term*> path;
  std::vector<std::string> name;
  std::string definition;
};

// One rule or one branch of its else chain.
struct Branch {
  Rule* rule;  // the branch: its body and head value
  Rule* main;  // whose head holds the reference and the arguments
};

// Rules by package, as names that are visible inside of it.
using Exports = std::map<std::vector<std::string>, VarSet>;

class Checker {
 public:
  // An error that is not reported yet.
  struct Found {
    Diagnostic diagnostic;
    bool stops;
  };

  Checker(Ast& ast, const SourceMap& sources, const LanguageOptions& language, std::vector<Diagnostic>& diagnostics);

  Ast& ast;
  const SourceMap& sources;
  const LanguageOptions& language;
  std::vector<Module*> all_modules;
  // What the pass is to look at: all of them, or one.
  std::span<Module* const> modules;
  const RuleNode* root = nullptr;
  Exports exports;
  // `eq` statements that were written `:=`: what is on their right side cannot be bound by what is on the left.
  std::unordered_set<const Expr*> assignments;
  // Parts of template strings that are capturing comprehensions already, because they were written with `with`.
  std::unordered_set<const Term*> captured_parts;
  // What find_recursion found and check_recursion says.
  std::vector<Diagnostic> recursion;
  // What rules depend on, made by find_recursion, while bodies are as OPA reads them for that.
  std::shared_ptr<DependencyGraph> dependencies;
  // The types of rules, which queries go on with.
  std::shared_ptr<ModuleTypes> types;
  // What annotations say of the types of documents in a rule or branch, the most general first.
  std::unordered_map<const Rule*, std::vector<const SchemaUse*>> schema_uses;
  std::deque<SchemaUse> schemas;  // which belong to schema_uses
  // What generated variables stand for in references, which is shown in their place.
  std::unordered_map<std::string_view, const Term*> subjects;
  // What normalise found in template strings and rewrite_templates says.
  std::vector<Diagnostic> templates;
  // In strict mode, what resolve_modules found and check_unused_imports says.
  std::vector<const Import*> unused_imports;
  // In a query, `==` is an ordinary call and its arguments are hoisted like those of any other; see rewrite_dynamics.
  bool in_query = false;

  // A new generated name; `written` is the author's name of the variable, "" for a temporary.
  std::string_view fresh_name(std::string_view written = {});
  Term* fresh_var(Span span) { return var(fresh_name(), span); }

  // An error after which the passes behind this one do not run. The reference is good until the next error.
  Diagnostic& error(DiagnosticId id, Span span, std::initializer_list<std::string_view> values = {});
  Diagnostic& error(Diagnostic diagnostic);
  // An error that the passes behind this one can live with.
  Diagnostic& recoverable_error(DiagnosticId id, Span span, std::initializer_list<std::string_view> values = {});
  Diagnostic& recoverable_error(Diagnostic diagnostic) { return add(std::move(diagnostic), false); }
  // Looking for a near name costs time for every name that is known: it is done for the first few errors alone.
  bool may_suggest() { return suggestions_++ < 10; }
  // From here on errors are put there instead of being reported, and do not count for the limit.
  void hold(std::vector<Found>& found);
  void release();
  // Reports them, as if they were found now.
  void report(std::vector<Found> found);

  // Whether any error was reported since `mark`, and whether one was that stops the check; reached limits count.
  size_t mark() const { return errors_; }
  bool failed(size_t mark = 0) const { return errors_ > mark; }
  size_t stopping_mark() const { return stopping_errors_; }
  bool stopped(size_t stopping_mark = 0) const { return stopping_errors_ > stopping_mark; }

  // Every branch of every rule of every module, in source order.
  std::vector<Branch> branches() const;

  // How many arguments the function takes that this operator names; -1 if there is no such function.
  int arity(const Term& op) const;
  // Of a built-in or host function by its dotted name.
  bool is_builtin(std::string_view name) const;
  int builtin_arity(std::string_view name) const;
  // Whether the capabilities of the policy include it.
  bool is_allowed(const Builtin& builtin) const;
  // The rules exactly at this ground `data` reference, null if it names no place.
  const RuleNode* find_node(const Term& ref) const;
  // "data.a.p" for a rule, with what is not ground if `whole`.
  std::string rule_path(const Rule& rule) const;
  std::string position_text(Span span) const;

  // --- making nodes
  // Texts must live as long as the tree does: they are the tree's, a module's, literals, or Ast::keep made them.
  Term* var(std::string_view name, Span span);
  Term* string(std::string_view text, Span span);
  template <std::same_as<std::string> Temporary>
  Term* var(Temporary&& name, Span span) = delete;
  template <std::same_as<std::string> Temporary>
  Term* string(Temporary&& text, Span span) = delete;
  Term* boolean(bool value, Span span);
  // A call of a built-in named without dots or with one: "eq", "internal.print".
  Term* call(std::string_view name, std::span<Term* const> operands, Span span);
  Term* call(std::string_view name, std::initializer_list<Term*> operands, Span span) {
    return call(name, std::span(operands.begin(), operands.size()), span);
  }
  Term* operator_term(std::string_view name, Span span);
  Expr* statement(Term* term, Span span);
  // `left = right`, marked generated.
  Expr* equality(Term* left, Term* right);
  // `__localN__ = value`, marked generated; the variable is its first argument.
  Expr* capture(Term* value);
  // {__localN__ | __localN__ = value withs}
  Term* capturing_set(Term* value, const WithList& withs = {});
  Term* copy(const Term& term);
  Expr* copy(const Expr& expr);
  Body* copy(const Body& body);

  // Adds names that a query or module uses already and that look like generated ones.
  void exclude(std::string_view name) { excluded_.emplace(name); }
  std::string_view fresh_wildcard() { return ast.keep("$" + std::to_string(next_wildcard_++)); }
  // The host function of that name; null if there is none.
  const HostFunction* host_function(std::string_view name) const;

 private:
  Diagnostic& add(Diagnostic diagnostic, bool stops);

  std::vector<Diagnostic>& diagnostics_;
  std::vector<Found>* held_ = nullptr;
  size_t errors_ = 0, stopping_errors_ = 0;
  size_t errors_before_ = 0, stopping_errors_before_ = 0;  // holding began
  Diagnostic beyond_limit_;  // the last error that is not reported
  uint32_t suggestions_ = 0;
  uint32_t next_local_ = 0;
  uint32_t next_wildcard_ = 0;
  std::unordered_set<std::string> excluded_;
};

// Applies `walk` to head (its value, key, arguments and the reference without its first item) and body of a branch.
template <typename Walk>
void walk_branch(const Branch& branch, Walk& walk) {
  if (branch.rule == branch.main) {
    for (size_t i = 1; i < branch.main->head.ref->items.size(); ++i) walk(branch.main->head.ref->items[i]);
    for (Term* arg : branch.main->head.args) walk(arg);
    walk(branch.main->head.key);
  }
  walk(branch.rule->head.value);
  walk(branch.rule->body);
}

// The name among `candidates` that is nearest to `name`, "" if none is near.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace writ::lang
