// From syntax trees to the objects that policies see, and back.
//
// Both follow the `members` of each node (ast.h). Into an object goes everything but what is null, an empty array or an
// empty object, and places. From an object comes what Go's decoder would take, which OPA uses: members that are missing
// are empty, others are ignored, and upper and lower case of names matter for some nodes only. Two things of that way
// back are the library's: every selection that can be read as a field is one, so fragment spreads and inline fragments
// do not come back; and descriptions and comments of operations, fragments and fields are lost.
#pragma once

#include <string>

#include "engine/base/arena.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/graphql/ast.h"
#include "engine/value/value.h"

namespace writ::graphql {

// The object of a tree. With `copies`, all of it is in the call's arena; otherwise it shares the texts of the tree.
// Pays for what it makes. Throws Failure(E_DEPTH).
Value to_value(BuiltinCall& call, QueryDocument& document, bool copies);
Value to_value(BuiltinCall& call, SchemaDocument& document, bool copies);

// The tree of an object; false and `*error` set, as Go says it, if a member has the wrong type, or if something is
// missing without which it cannot be validated. Texts are shared. Takes steps in proportion to the object, which the
// caller has paid for. Throws Failure(E_DEPTH).
bool from_value(Arena& arena, const Value& object, QueryDocument* document, std::string* error);
bool from_value(Arena& arena, const Value& object, SchemaDocument* document, std::string* error);

// Nodes of a tree.
uint64_t count_nodes(const SchemaDocument& document);

}  // namespace writ::graphql
