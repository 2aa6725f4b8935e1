// Making and reading terms: what partial evaluation works with. Known values are terms as well, so that a collection may hold
// known and unknown parts; documents are turned into terms where they are read.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/value.h"
#include "lang/check/terms.h"
#include "lang/syntax/ast.h"
#include "lang/syntax/term_order.h"

namespace writ::lang {

using RefSteps = TermList;  // of a reference, its head included

inline bool is_collection(const Term& t) {
  return t.kind == TermKind::kArray || t.kind == TermKind::kSet || t.kind == TermKind::kObject;
}
inline bool is_false(const Term& t) { return t.kind == TermKind::kBoolean && !t.boolean; }
inline bool same(const Term& a, const Term& b) { return compare_terms(a, b) == 0; }

// A name like `text` for another variable: x3, and __local0_3__ for the generated __local0__, so that it still is one.
std::string variant_name(std::string_view text, std::string_view mark);
// Where the steps of one reference are those that another begins with.
bool begins_with(const RefSteps& ref, const RefSteps& prefix);
// How many leading items of a reference are scalars or other constants, its head included.
size_t constant_prefix(const RefSteps& ref);

class Terms {
 public:
  explicit Terms(Ast& ast, Arena& arena) : ast_(ast), arena_(arena) {}

  Ast& ast() { return ast_; }
  Arena& arena() { return arena_; }

  Term* make(TermKind kind, Span span = Span::nowhere()) {
    charge_work(1);
    return ast_.term(kind, span);
  }
  Term* var(std::string_view name);
  Term* string(std::string_view text);
  Term* boolean(bool truth);
  Term* number(size_t number);
  Term* composite(TermKind kind, TermList items, Span span = Span::nowhere());
  Term* ref(TermList items) { return composite(TermKind::kRef, std::move(items)); }
  Term* call(std::string_view name, TermList operands);
  // A copy whose parts are replaced.
  Term* with_items(const Term& term, TermList items);
  Term* with_body(const Term& term, TermList items, Body* body);
  Expr* statement(Term* term);
  Expr* equality(Term* a, Term* b) { return statement(call("eq", {a, b})); }
  Expr* copy(const Expr& expr);
  Body* body(ExprList exprs, Span span = Span::nowhere());
  Expr* block(Body* body);

  Term* from_value(const Value& value);
  // A constant term as a value of the arena; undefined if it is none.
  Value to_value(const Term& term);

  // Whether no variable is in it: neither in collections nor in the steps of references. The head of a reference does not count.
  bool is_ground(const Term& term);
  // The element, member or element of a set under the key; null if there is none. The collection is ground.
  Term* find(const Term& collection, const Term& key);
  // A set or object sorted, with each key once (of objects the last).
  Term* sorted(Term* term);

 private:
  Ast& ast_;
  Arena& arena_;
  std::unordered_set<const Term*> ground_;  // collections made of values
};

}  // namespace writ::lang
