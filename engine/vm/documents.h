// Documents that are not read yet, and the ways into them.
//
// A walk over `data` by keys known only at run time begins at a document: a node of the program, of rules or of what a `with`
// replaces. It is a Value of Kind::kDocument, which carries the node's number where other values have their size. Where the
// walk leaves the nodes it goes on in a value, and it matters whose: in base documents keys of other kinds address members by
// name, in what a `with` has put there they do not. So collections reached there are documents as well, whose number says
// which. The value of a rule is one like any other. No document leaves the machine: kExtent reads it before anything else
// sees it.
#pragma once

#include <string_view>

#include "engine/program/program.h"

namespace writ {

// In place of a node's number.
constexpr uint32_t kInBase = kNone32;
constexpr uint32_t kInPut = kNone32 - 1;

inline Value make_document(uint32_t node) {
  Value document;
  document.kind = Kind::kDocument;
  document.size = node;
  document.base = nullptr;
  return document;
}

// The value, as a document if it is a collection. `where` is kInBase or kInPut; `value` must stay where it is.
inline Value make_document(uint32_t where, const Value* value) {
  if (!value->is_collection()) return *value;
  Value document = make_document(where);
  document.base = value;
  return document;
}

inline bool is_document(const Value& value) {
  return value.kind == Kind::kDocument;
}

// Whether it is at no node.
inline bool is_read(const Value& document) {
  return document.size >= kInPut;
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

// The keys of the node, whose base document may be undefined: those first, then those of rules; each once. The list is in the
// form of a set, so that it is iterated over like one, but in this order: it is for an iterator alone. [S-6.3]
Value document_keys(const Program& program, const DocumentNode& node, const Value& base, Arena& arena);

// Two documents as one: objects merge member by member, elsewhere `winner` wins; undefined ones do not count. Charges
// `services` for its work. Throws Failure(E_DEPTH).
Value merge_documents(const Value& winner, const Value& other, BuiltinServices& services, Arena& arena);

}  // namespace writ
