// Making a copy of a tree with other terms in the place of some. What does not change is shared.
#pragma once

#include <functional>

#include "lang/partial/search.h"
#include "lang/partial/terms.h"

namespace writ::lang {

class Replacer {
 public:
  // Given each variable and each reference from the outside in: null leaves it and goes on inside; anything else takes its place.
  // Names of what is called, of `input` and `data`, and of functions that `with` replaces are not given.
  using Replacement = std::function<Term*(Term*)>;

  Replacer(Terms& terms, Levels& levels, Replacement replacement)
      : terms_(terms), levels_(levels), replacement_(std::move(replacement)) {}

  Term* operator()(Term* term) {
    if (term == nullptr) return nullptr;
    charge_work(1);
    if (is_var(*term)) {
      if (is_root_name(term->text)) return term;
      Term* other = replacement_(term);
      return other == nullptr ? term : other;
    }
    if (is_ref(*term)) {
      if (Term* other = replacement_(term)) return other;
    }
    return inside(term);
  }

  // Only what is in the term.
  Term* inside(Term* term) {
    if (term->items.empty() && term->body == nullptr) return term;
    if (is_collection(*term) && term->body == nullptr && terms_.is_ground(*term) && is_constant(*term)) return term;
    Levels::Scope level(levels_);
    TermList items = term->items;
    for (size_t i = term->kind == TermKind::kCall ? 1 : 0; i < items.size(); ++i) items[i] = (*this)(items[i]);
    Body* body = term->body == nullptr ? nullptr : (*this)(*term->body);
    return items == term->items && body == term->body ? term : terms_.with_body(*term, std::move(items), body);
  }

  Expr* operator()(const Expr& expr) {
    Levels::Scope level(levels_);
    Expr* result = terms_.copy(expr);
    if (is_call(expr)) {
      result->term = inside(expr.term);
    } else {
      result->term = (*this)(expr.term);
    }
    result->key = (*this)(expr.key);
    result->value = (*this)(expr.value);
    result->domain = (*this)(expr.domain);
    if (expr.body != nullptr) result->body = (*this)(*expr.body);
    for (Expr*& operand : result->operands) operand = (*this)(*operand);
    for (With& with : result->withs) {
      if (is_root_name(with.target->items[0]->text)) with.target = (*this)(with.target);
      with.value = (*this)(with.value);
    }
    return result;
  }

  Body* operator()(const Body& body) {
    ExprList exprs;
    for (const Expr* expr : body.exprs) exprs.push_back((*this)(*expr));
    return terms_.body(std::move(exprs), body.span);
  }

 private:
  Terms& terms_;
  Levels& levels_;
  Replacement replacement_;
};

}  // namespace writ::lang
