// Partial evaluation: a query evaluated as far as it goes without values that come later, the *unknowns*. What is left over, the
// *residue*, is Rego again: queries of which any must hold, and support modules for what they refer to and could not be put into
// them. Whoever evaluates the residue once the unknowns are known gets what the policy would have answered.
//
//   unknowns     references, `input` or `data.…`; whatever overlaps one of them is kept as it is
//   queries      disjunction of conjunctions; none = the query can never hold, an empty one = it always does
//   support      modules below the package `partial` (Options::package)
//
// The queries have the shape and the order of OPA's, up to names of variables.
//
// It works on the core form (check.h). What depends on no unknown is a value: the machine computes rules and functions of that
// kind (Known), so that there is one evaluator of known things; here are unification, choice, and what is saved.
#pragma once

#include <string>
#include <vector>

#include "lang/check/check.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

struct PartialOptions {
  std::vector<std::vector<std::string>> unknowns;          // {"input", "user"}; none given: `input`
  std::vector<std::vector<std::string>> disable_inlining;  // {"data", "a", "p"}: rules to keep as support
  bool shallow_inlining = false;                           // keep every rule that depends on an unknown
  bool nondeterministic_builtins = false;                  // call them now, instead of keeping their calls
  std::string package = "partial";                         // where support modules are put
};

// Nodes belong to the Ast that the query and the modules belong to.
struct Residue {
  std::vector<Body*> queries;
  std::vector<Module*> support;
};

}  // namespace writ::lang
