// JSON schemas as types: what a schema says of `input` or of a part of data, as far as OPA's type checker uses it.
//
// "type", "properties", "items", "anyOf", "allOf" and "$ref" count; everything else a schema may demand is for validators. The
// schemas of an "allOf" are merged before they are read, so they have to be of one type. A "$ref" that leads back to itself is
// a recursive type. An object with properties has these alone; one without may have anything. Reference: OPA loadSchema and
// schemaParser.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/schema/schema.h"
#include "engine/program/language.h"
#include "lang/types/type.h"

namespace writ::lang {

class DocumentSchemas {
 public:
  // The schemas of the command line; what annotations refer to is found among them.
  DocumentSchemas(TypeStore& types, const std::vector<SchemaText>& schemas) : types_(types), schemas_(schemas) {}

  bool is_empty() const { return schemas_.empty(); }
  // Whether there is a schema of that name: the steps behind `schema`.
  bool has(const std::vector<std::string>& name) const { return find(name) != nullptr; }
  // The type of a schema of that name, which there is. Null and `*fault` set, in OPA's words, if it is none.
  TypeRef named(const std::vector<std::string>& name, std::string* fault);
  TypeRef of(std::string_view json, std::string* fault);

 private:
  struct Answer {
    TypeRef type = nullptr;
    std::string fault;
  };
  const SchemaText* find(const std::vector<std::string>& name) const;

  TypeStore& types_;
  const std::vector<SchemaText>& schemas_;
  std::map<std::vector<std::string>, Answer> known_;
};

}  // namespace writ::lang
