// Documents that are not read yet, and the ways into them.
//
// A walk over `data` by keys known only at run time begins at a document: a node of the program, and the base document
// at the same path. It is a Value of Kind::kDocument, which carries the node's number where other values have their
// size. No other kind of value has a node, and no document leaves the machine: kExtent reads it before anything else
// sees it.
#pragma once

#include <string_view>

#include "engine/program/program.h"

namespace writ {

// `base` is null where there is no base document.
inline Value make_document(uint32_t node, const Value* base) {
  Value document;
  document.kind = Kind::kDocument;
  document.size = node;
  document.base = base;
  return document;
}

inline bool is_document(const Value& value) {
  return value.kind == Kind::kDocument;
}

inline const DocumentNode& node_of(const Program& program, const Value& document) {
  return program.nodes[document.size];
}

// The child of a node by its key or segment; kNone32 if there is none.
uint32_t find_child(const Program& program, const DocumentNode& node, const Value& key);
uint32_t find_child(const Program& program, const DocumentNode& node, std::string_view key);

// What a key of another kind addresses in a base document, as in a path of storage: a number the member of that name, a
// text the array's element of that number. Null if there is none. [S-6.2]
const Value* find_by_name(const Value& container, const Value& key);

// Base keys first, then those of rules; each once. The list is in the form of a set, so that it is iterated over like
// one, but in this order: it is for an iterator alone. [S-6.3]
Value document_keys(const Program& program, const Value& document, Arena& arena);

// Two documents as one: objects merge member by member, elsewhere `winner` wins; undefined ones do not count. Charges
// `services` for its work. Throws Failure(E_DEPTH).
Value merge_documents(const Value& winner, const Value& other, BuiltinServices& services, Arena& arena);

}  // namespace writ
