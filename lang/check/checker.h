// What the passes of check.h share: the state of one check, walking over trees, sets of variables, and the passes
// themselves in the order in which they run.
//
// Between the passes the tree is in OPA's intermediate forms. Two of them are not in ast.h:
//  * Every operand of kNot, kAnd and kOr is a kBlock; one that was written without braces is `generated`.
//  * The result of a call is captured by an extra last operand, `plus(x, 1, __local1__)`, on a `generated` statement.
//    The last pass turns these into `__local1__ = plus(x, 1)`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lang/syntax/ast.h"
#include "lang/check/check.h"
#include "lang/syntax/diagnostics.h"

namespace writ::lang {

using Id = DiagnosticId;

// Names of variables. The views point into terms, or live as long as the program does.
using VarSet = std::unordered_set<std::string_view>;

// The names of `vars` that are not in `other`, sorted.
std::vector<std::string_view> sorted_difference(const VarSet& vars, const VarSet& other);
bool is_subset(const VarSet& vars, const VarSet& of);

// --- the state of one check ------------------------------------------------------------------------------------------

// One rule or one branch of its else chain.
struct Branch {
  Rule* rule;  // the branch: its body and head value
  Rule* main;  // whose head holds the reference and the arguments
};

class Checker {
 public:
  Checker(Ast& ast, const SourceMap& sources, const LanguageOptions& language, std::vector<Diagnostic>& diagnostics);

  Ast& ast;
  const SourceMap& sources;
  const LanguageOptions& language;
  std::vector<Module*> modules;
  const RuleNode* root = nullptr;
  // `eq` statements that were written `:=`: what is on their right side cannot be bound by what is on the left.
  std::unordered_set<const Expr*> assignments;
  // Parts of template strings that are capturing comprehensions already, because they were written with `with`.
  std::unordered_set<const Term*> captured_parts;
  // In which package each rule stands, while head references are still relative to it.
  std::unordered_map<const Rule*, const Module*> module_of;
  // In a query, `==` is an ordinary call and its operands are hoisted like those of any other; see rewrite_dynamics.
  bool in_query = false;

  // A new generated name; `written` is the author's name of the variable, "" for a temporary.
  std::string fresh_name(std::string_view written = {});
  Term* fresh_var(Span span) { return var(fresh_name(), span); }

  Diagnostic& error(DiagnosticId id, Span span, std::initializer_list<std::string_view> values = {});
  // Whether anything was reported since `mark`.
  size_t mark() const { return diagnostics_.size(); }
  bool failed(size_t mark = 0) const { return diagnostics_.size() > std::max(mark, first_); }

  // Every branch of every rule of every module, in source order.
  std::vector<Branch> branches() const;

  // How many operands the function takes that this operator names; -1 if there is no such function.
  int arity(const Term& op) const;
  // Of a built-in or host function by its dotted name.
  bool is_builtin(const std::string& name) const;
  int builtin_arity(const std::string& name) const;
  // The rules exactly at this ground `data` reference, null if it names no place.
  const RuleNode* find_node(const Term& ref) const;
  // "data.a.p" for a rule, with what is not ground if `whole`.
  std::string rule_path(const Rule& rule) const;
  std::string position_text(Span span) const;

  // --- making nodes
  Term* var(std::string name, Span span);
  Term* string(std::string text, Span span);
  Term* boolean(bool value, Span span);
  // A call of a built-in named without dots or with one: "eq", "internal.print".
  Term* call(std::string_view name, std::vector<Term*> operands, Span span);
  Term* operator_term(std::string_view name, Span span);
  Expr* statement(Term* term, Span span);
  // `left = right`, marked generated.
  Expr* equality(Term* left, Term* right);
  // `__localN__ = value`, marked generated; the variable is its first operand.
  Expr* capture(Term* value);
  // {__localN__ | __localN__ = value withs}
  Term* capturing_set(Term* value, const std::vector<With>& withs = {});
  Term* copy(const Term& term);
  Expr* copy(const Expr& expr);
  Body* copy(const Body& body);

  // Adds names that a query or module uses already and that look like generated ones.
  void exclude(std::string_view name) { excluded_.emplace(name); }
  std::string fresh_wildcard() { return "$" + std::to_string(next_wildcard_++); }
  // The host function of that name; null if there is none.
  const HostFunction* host_function(std::string_view name) const;

 private:
  std::vector<Diagnostic>& diagnostics_;
  size_t first_;
  uint32_t next_local_ = 0;
  uint32_t next_wildcard_ = 0;
  std::unordered_set<std::string> excluded_;
};

// --- what terms are --------------------------------------------------------------------------------------------------

inline bool is_scalar(const Term& t) {
  return t.kind == TermKind::kNull || t.kind == TermKind::kBoolean || t.kind == TermKind::kNumber ||
         t.kind == TermKind::kString;
}
inline bool is_comprehension(const Term& t) {
  return t.kind == TermKind::kArrayComprehension || t.kind == TermKind::kSetComprehension ||
         t.kind == TermKind::kObjectComprehension;
}
inline bool is_var(const Term& t) { return t.kind == TermKind::kVar; }
inline bool is_ref(const Term& t) { return t.kind == TermKind::kRef; }
inline bool is_call(const Term& t) { return t.kind == TermKind::kCall; }
inline bool is_call(const Expr& e) { return e.kind == ExprKind::kTerm && is_call(*e.term); }

inline bool is_root_name(std::string_view name) { return name == "input" || name == "data"; }
// A reference of one item: `input` or `data`.
inline bool is_root_document(const Term& t) {
  return is_ref(t) && t.items.size() == 1 && is_var(*t.items[0]) && is_root_name(t.items[0]->text);
}
inline bool has_head(const Term& t, std::string_view name) {
  return is_ref(t) && is_var(*t.items[0]) && t.items[0]->text == name;
}

inline bool is_wildcard(std::string_view name) { return name.starts_with("$"); }
inline bool is_generated(std::string_view name) { return name.starts_with("__local"); }
// The name the author wrote: "x" for "__local3__x", "_" for "$4"; "" for a temporary.
std::string_view written_name(std::string_view name);
// Rego text of a term with the names the author wrote.
std::string written_text(Checker& checker, const Term& term);

// "io.jwt.decode" for an operator, and for any reference of a variable and strings; "" for anything else.
std::string dotted_name(const Term& op);
// Whether the statement calls this built-in.
bool calls(const Expr& expr, std::string_view name);
inline bool is_equality(const Expr& e) { return calls(e, "eq"); }
inline bool is_assignment(const Expr& e) { return calls(e, "assign"); }
// Operand number `n`, from 0.
inline Term*& operand(Expr& call, size_t n) { return call.term->items[n + 1]; }
inline const Term* operand(const Expr& call, size_t n) { return call.term->items[n + 1]; }
inline size_t operand_count(const Expr& call) { return call.term->items.size() - 1; }

// Only scalars below: no variables, references, calls or comprehensions.
bool is_constant(const Term& term);
// Whether the value has to be computed: references or comprehensions somewhere in it.
bool requires_eval(const Term* term);
bool same_term(const Term& a, const Term& b);
// How many leading items of a rule's reference are its place: the head and the string steps after it.
size_t ground_prefix(const Term& ref);
// `{ true }`, which stands where no body was written.
bool is_empty_body(const Body& body);
// Appends; an empty body is replaced.
void append(Body& body, Expr* expr);

// --- walking ---------------------------------------------------------------------------------------------------------

// Calls `on_term` and `on_expr` on everything below, parents first; one that returns true keeps the walk from what is
// below it.
template <typename OnTerm, typename OnExpr>
class Walker {
 public:
  Walker(OnTerm on_term, OnExpr on_expr) : on_term_(on_term), on_expr_(on_expr) {}

  void operator()(Term* t) {
    if (!t || on_term_(t)) return;
    below(t);
  }
  void operator()(Expr* e) {
    if (!e || on_expr_(e)) return;
    below(e);
  }
  void operator()(Body* b) {
    if (!b) return;
    for (size_t i = 0; i < b->exprs.size(); ++i) (*this)(b->exprs[i]);
  }
  void operator()(const With& w) {
    (*this)(w.target);
    (*this)(w.value);
  }
  void below(Term* t) {
    for (size_t i = 0; i < t->items.size(); ++i) (*this)(t->items[i]);
    (*this)(t->body);
  }
  void below(Expr* e) {
    (*this)(e->term);
    for (Term* s : e->symbols) (*this)(s);
    (*this)(e->key);
    (*this)(e->value);
    (*this)(e->domain);
    (*this)(e->body);
    for (Expr* o : e->operands) (*this)(o);
    for (const With& w : e->withs) (*this)(w);
  }

 private:
  OnTerm on_term_;
  OnExpr on_expr_;
};

template <typename OnTerm>
auto term_walker(OnTerm on_term) {
  auto on_expr = [](Expr*) { return false; };
  return Walker<OnTerm, decltype(on_expr)>(on_term, on_expr);
}
template <typename OnExpr>
auto expr_walker(OnExpr on_expr) {
  auto on_term = [](Term*) { return false; };
  return Walker<decltype(on_term), OnExpr>(on_term, on_expr);
}

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

// Which variables to collect.
struct VarOptions {
  bool skip_ref_head = false;     // heads of references
  bool skip_call_head = false;    // names of called and of replaced functions
  bool skip_object_keys = false;
  bool skip_closures = false;     // comprehensions, bodies of `every`, operands of not/and/or, templates
  bool skip_sets = false;
  // Out of operands without braces, the variables that must be bound outside of them.
  const Checker* promote = nullptr;
};

// Collects names of variables, heads of references and operators included unless left out.
class VarCollector {
 public:
  VarCollector(VarSet& vars, VarOptions options) : vars_(vars), options_(options) {}
  void operator()(const Term* t);
  void operator()(const Expr* e);
  void operator()(const Body* b);

 private:
  void call(const Term& t);
  void withs(const Expr& e);

  VarSet& vars_;
  VarOptions options_;
};

inline constexpr VarOptions kSafetyVars = {.skip_call_head = true, .skip_closures = true};
inline constexpr VarOptions kPatternVars = {.skip_ref_head = true, .skip_object_keys = true, .skip_closures = true};

template <typename Node>
VarSet vars_of(const Node* node, VarOptions options = {}) {
  VarSet result;
  VarCollector collect(result, options);
  collect(node);
  return result;
}

// --- bindings (check_bindings.cc) ------------------------------------------------------------------------------------

// The variables that the statement binds when those in `safe` are bound before it.
VarSet output_vars(const Checker& checker, const Expr& expr, const VarSet& safe);
// What a body binds beyond `safe`, statement by statement from the left; `count` statements of it.
VarSet output_vars(const Checker& checker, const Body& body, size_t count, const VarSet& safe);
// The variables of an operand without braces that nothing inside it binds.
void implicit_operand_vars(const Checker& checker, const Body& body, VarSet& vars);

// --- the passes ------------------------------------------------------------------------------------------------------

// Numbers the wildcards, makes `input` and `data` references, puts operands of not/and/or into blocks.
void normalise_modules(Checker& checker);
void normalise_query(Checker& checker, Body& query);
// Imports and package-relative names to full references (check_names.cc).
void resolve_modules(Checker& checker);
void resolve_query(Checker& checker, Body& query, const std::vector<std::string>& package,
                   const std::vector<Import*>& imports);
// Names that must not be taken: `input`, `data`, import names.
void check_overrides(Checker& checker);
void check_query_overrides(Checker& checker, Body& query);
void check_imports(Checker& checker);
// Moves what is computed in head references into the bodies.
void rewrite_head_refs(Checker& checker);
// All rules by their places, and what must not meet there (check_tree.cc).
std::unique_ptr<RuleNode> build_rule_tree(Checker& checker);
void check_conflicts(Checker& checker);
// `:=`, `some`, `every`, arguments (check_locals.cc).
void rewrite_locals(Checker& checker);
void rewrite_query_locals(Checker& checker, Body& query);
// Template strings and print (check_templates.cc).
void rewrite_templates(Checker& checker);
void rewrite_query_templates(Checker& checker, Body& query);
void check_void_calls(Checker& checker);
void check_query_void_calls(Checker& checker, Body& query);
void rewrite_prints(Checker& checker);
void rewrite_query_prints(Checker& checker, Body& query);
// Nested calls and dynamic terms (check_terms.cc).
void rewrite_expr_terms(Checker& checker);
void rewrite_expr_terms(Checker& checker, Body& body);
void rewrite_comprehension_heads(Checker& checker);
void rewrite_comprehension_heads(Checker& checker, Body& body);
void rewrite_head_terms(Checker& checker);
void rewrite_dynamics(Checker& checker);
void rewrite_dynamics(Checker& checker, Body& body);
// `with` (check_with.cc).
void rewrite_withs(Checker& checker);
void rewrite_withs(Checker& checker, Body& body);
// rego.metadata.* (check_metadata.cc).
void rewrite_metadata(Checker& checker);
// Calls (check_calls.cc): existence and arity; what may not be called.
void check_functions(Checker& checker);
void check_query_functions(Checker& checker, Body& query);
void check_allowed_calls(Checker& checker);
void check_query_allowed_calls(Checker& checker, Body& query);
// Safety and order (check_safety.cc).
void check_head_safety(Checker& checker);
void check_body_safety(Checker& checker);
void check_query_safety(Checker& checker, Body& query);
// Rules that depend on themselves (check_recursion.cc).
void check_recursion(Checker& checker);
// Variables of closures get names of their own; captured results become equalities (check_finish.cc).
void finish_modules(Checker& checker);
void finish_query(Checker& checker, Body& query);

// The name among `candidates` that is nearest to `name`, "" if none is near.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace writ::lang
