// The names of variables in what is left over, so that its text is read as what it is: a wildcard that is there twice is printed
// as `_` twice, which would be two variables, and a variable called like a rule of its module would be that rule. Both
// get a name of their own.
#pragma once

#include <span>

#include "lang/partial/partial.h"
#include "lang/partial/terms.h"

namespace writ::lang {

// `modules`: those of the policy; support may be put into their packages. Throws Failure(E_POLICY) where a support module
// calls a built-in function by a name that is a rule's in it.
void name_variables(Terms& terms, std::span<Module* const> modules, Residue& residue);

}  // namespace writ::lang
