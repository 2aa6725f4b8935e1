// The core form as partial evaluation reads it, which is OPA's: the result of a call is captured by a last argument
// (`plus(x, 1, y)` for `y = plus(x, 1)`), `every` always has a key, operands are always blocks, and renamed variables have
// their numbers alone for names. Comparisons that are statements are equalities; `keep_comparisons`: not those of the query.
#pragma once

#include "lang/check/check.h"
#include "lang/partial/terms.h"

namespace writ::lang {

void prepare(Terms& terms, const CheckedModules& modules, Body& query, bool keep_comparisons);

}  // namespace writ::lang
