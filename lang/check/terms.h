// What the passes ask of terms and statements: what they are, what is below them, and which variables they have.
//
// Walker goes over everything below a node; VarCollector collects names of variables, with VarOptions saying which.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "engine/base/arena.h"
#include "engine/base/meter.h"
#include "engine/value/value.h"
#include "lang/check/var_set.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

class Checker;

// In a VarSet are names of variables; the views point into terms, or live as long as the program does.
// The names of `vars` that are not in `other`, sorted.
std::vector<std::string_view> sorted_difference(const VarSet& vars, const VarSet& other);
bool is_subset(const VarSet& vars, const VarSet& of);

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
// The same; it is in the term, or else in `buffer`.
std::string_view dotted_name(const Term& op, std::string& buffer);
// Whether that is `name`, which is not "".
bool has_dotted_name(const Term& op, std::string_view name);
// Whether the statement calls this built-in.
bool calls(const Expr& expr, std::string_view name);
inline bool is_equality(const Expr& e) { return calls(e, "eq"); }
inline bool is_assignment(const Expr& e) { return calls(e, "assign"); }
// Argument number `n`, from 0.
inline Term*& argument(Expr& call, size_t n) { return call.term->items[n + 1]; }
inline const Term* argument(const Expr& call, size_t n) { return call.term->items[n + 1]; }
inline size_t argument_count(const Expr& call) { return call.term->items.size() - 1; }

// Only scalars below: no variables, references, calls or comprehensions.
bool is_constant(const Term& term);
// The value of a term of scalars, arrays, sets and objects; false for any other. It lives as long as the arena.
bool constant_value(Arena& arena, const Term& term, Value* value);
// Whether the value has to be computed: references or comprehensions somewhere in it.
bool requires_eval(const Term* term);
bool same_term(const Term& a, const Term& b);
// How many leading items of a rule's reference are its place: the head and the scalar steps after it.
size_t ground_prefix(const Term& ref);
// `{ true }`, which is there where no body was written.
bool is_empty_body(const Body& body);
// Appends; an empty body is replaced.
void append(Body& body, Expr* expr);

// Statements on their way into a body.
using ExprBuffer = boost::container::small_vector<Expr*, 8>;

// --- walking ---------------------------------------------------------------------------------------------------------

// Calls `on_term` and `on_expr` on everything below, parents first; one that returns true keeps the walk from what is
// below it. A step is a unit of work for whoever limits what compiling may take (engine/base/meter.h).
template <typename OnTerm, typename OnExpr>
class Walker {
 public:
  Walker(OnTerm on_term, OnExpr on_expr) : on_term_(on_term), on_expr_(on_expr) {}

  void operator()(Term* t) {
    charge_work(1);
    if (!t || on_term_(t)) return;
    below(t);
  }
  void operator()(Expr* e) {
    charge_work(1);
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
  auto on_term = [](Term* t) { return is_flat(*t); };
  return Walker<decltype(on_term), OnExpr>(on_term, on_expr);
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

}  // namespace writ::lang
