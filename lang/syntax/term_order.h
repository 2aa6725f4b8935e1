// The order in which OPA sorts terms that are not values: the elements of a set and the keys of an object in a syntax tree.
#pragma once

#include "lang/syntax/ast.h"

namespace writ::lang {

// Negative, zero or positive. Equal terms count once in a set.
int compare_terms(const Term& a, const Term& b);
int compare_bodies(const Body& a, const Body& b);
// The elements of a set, each once; or the keys of an object, each with its value behind it and as often as it was written. In
// that order.
TermList sorted_items(const Term& term);

}  // namespace writ::lang
