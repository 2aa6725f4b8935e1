// What "$id" and "$ref" mean: references between schemas, resolved before a schema is read.
//
// The pool knows documents by the text of the reference that names them: the schema itself by the empty text, every
// object with an "$id" (or "id") by that, resolved against those around it, and what a reference with a fragment has
// found. A fragment that is no JSON pointer and no "$id" names the document itself, as in OPA.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/base/arena.h"
#include "engine/builtins/patterns.h"
#include "engine/builtins/url.h"
#include "engine/value/value.h"

namespace writ {

// Versions of JSON Schema. Hybrid takes all their keywords, and `exclusiveMinimum` in either form.
enum class SchemaDraft : uint8_t { kUnknown, k4, k6, k7, kHybrid };

struct SchemaReference {
  Url url;

  // False and `*fault` set, in Go's words, if the text is no reference.
  bool parse(std::string_view text, std::string* fault);
  std::string text() const { return url_text(url); }
  // What `child` means below this one. False and `*fault` set if there is no such reference.
  bool resolve(const SchemaReference& child, SchemaReference* resolved, std::string* fault) const;
  // Names a document without a base: http://host/…, file:///…
  bool is_canonical() const;
};

// The draft that "$schema" names. False and `*fault` set if the document cannot be a schema.
bool find_schema_draft(const Value& document, SchemaDraft* draft, std::string* fault);

class SchemaPool {
 public:
  struct Document {
    Value value;
    SchemaDraft draft = SchemaDraft::kUnknown;
  };

  // Meta-schemas are read into the arena.
  SchemaPool(Arena& arena, Bill& bill) : arena_(arena), bill_(bill) {}

  // Resolves all references of a document and puts it into the pool under its own. False and `*fault` set if two
  // documents have one name.
  bool add(const Value& document, const SchemaReference& reference, std::string* fault);
  // The document, or part of one, that a reference names. False and `*fault` set if there is none.
  bool find(const SchemaReference& reference, Document* found, std::string* fault);
  // "$ref" of an object of a document in the pool: resolved, or as it stands where schemas are not looked for.
  std::string_view reference_of(const Value& object, std::string_view written) const;

 private:
  bool resolve_all(const Value& part, const SchemaReference& base, SchemaDraft draft, std::string* fault);
  bool resolve_members(const Value& object, const SchemaReference& base, SchemaDraft draft, std::string* fault);
  bool enter_id(const Value& object, const SchemaReference& base, SchemaDraft draft, SchemaReference* own,
                std::string* fault);
  void resolve_reference(const Value& object, const SchemaReference& base);
  void pay_for(std::string_view text);

  Arena& arena_;
  Bill& bill_;
  std::map<std::string, Document, std::less<>> documents_;
  std::unordered_map<const Entry*, std::string> references_;  // of objects, by their members
};

}  // namespace writ
