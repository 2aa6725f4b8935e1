// What rules depend on: the references of each branch of a rule, and which rules each of them can name.
//
// A reference is *certain* to name a rule when it does so whatever its variables hold: for each step that the rule's own
// reference has a constant for, it has that constant, or a variable without a value, which takes all keys. Otherwise it names
// the rule only if its variables hold the right values. Reference: OPA NewGraph, refsMayIntersect and refSelectsRule.
#pragma once

#include <vector>

#include "lang/check/narrowing.h"
#include "lang/check/passes.h"

namespace writ::lang {

// A reference below `data` in a branch of a rule.
struct Dependency {
  const Term* ref;
  size_t at;                      // index of the statement that it is part of; their number for the head
  std::vector<Steps> expansions;  // what it can name, at least one list of steps
  bool has_variables;             // as it was written

  // Steps that hold for all that it can name.
  Steps steps(Arena& arena) const { return expansions.size() == 1 ? expansions.front() : steps_of(*ref, arena); }
};

// Those of one branch, in OPA's order: the body, then arguments, key and value of the head. An else branch has its own body and
// value, and the arguments and key of its rule.
std::vector<Dependency> dependencies_of(const Branch& branch, Arena& arena);

// What OPA calls the key of a head: the element of a set, or x in `p[x] := v`. Null if there is none.
const Term* key_of(const Head& head);
// The full reference of the rule, `data` first; what is not ground is undefined.
Steps path_of(const Rule& rule, Arena& arena);
// Whether no step from `from` on keeps the reference from naming the rule or something in it.
bool may_intersect(const Steps& rule, const Steps& ref, size_t from);

// The variables that can have a value where the statement at that index is evaluated.
VarSet vars_before(const Branch& branch, size_t at);
// Whether the reference names the rule whatever its variables hold. If not, `open` gets the steps that have to be the rule's.
bool is_certain(const Steps& rule, const Steps& ref, const VarSet& bound, std::vector<size_t>* open = nullptr);

}  // namespace writ::lang
