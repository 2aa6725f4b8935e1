// From texts to syntax trees.
//
// The grammar is the specification's with what the library that OPA uses makes of it: errors are the first one found,
// and comments stay with what stands behind them. Nesting is counted (kMostNesting).
#pragma once

#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/builtins/graphql/ast.h"

namespace writ::graphql {

// False and `*error` set, "input:1:5: Expected Name, found }", if the text is no document. The text must outlive the
// tree. Takes time linear in the text; the caller has paid for that. Throws Failure(E_DEPTH).
bool parse_query(Arena& arena, std::string_view text, QueryDocument* document, std::string* error);
// `source` is kPrelude for the types that every schema has.
bool parse_schema(Arena& arena, std::string_view text, Position::Source source, SchemaDocument* document,
                  std::string* error);

// "input:1:5: message"
std::string located(const Position& position, std::string_view message);
// The same in a schema, where "input:-1:-1: message" is of a node without a place.
std::string located_in_schema(const Position& position, std::string_view message);

}  // namespace writ::graphql
