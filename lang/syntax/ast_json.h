// Syntax trees as OPA's encoding/json shows them: what rego.parse_module answers.
//
// A term is {"type": …, "value": …}; a statement {"index": …, "terms": …}, whose terms are one term, an array of operator and
// operands, or what `some`, `every`, `not`, `and` and `or` have; a rule {"head": …, "body": …, "else": …}. Members whose value is
// false or nothing are left out. As in OPA only comments say where they are. Wildcards are $0, $1, … in the order in which they
// are read, elements of sets and keys of objects are sorted, and rules have the heads that OPA gives them: `p[x] := y` without
// a body has a name and a key, the same with `if` has not.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/base/span.h"
#include "engine/value/value.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

// The value of a surface tree. Names its wildcards and sorts its sets and objects in place. Undefined and `*fault` set if OPA
// cannot write it: a number such as `.5`. Throws Failure(E_DEPTH) if values cannot be nested as deeply, and E_MEMORY.
Value tree_to_value(Module& module, const SourceMap& sources, Ast& ast, Arena& arena, std::string* fault);

// The same of one term, {"type": …, "value": …}. Undefined if values cannot be nested as deeply.
Value term_to_value(const Term& term, const SourceMap& sources, Arena& arena);

// A ModuleParser: reads the text as Rego v1, METADATA as comments, and pays for it.
Value module_as_json(std::string_view filename, std::string_view text, Arena& arena, std::string* fault);

}  // namespace writ::lang
