#include "lang/types/document_schemas.h"

#include <catch2/catch.hpp>

#include "engine/base/error.h"
#include "lang/types/text.h"

namespace writ::lang {
namespace {

std::string type_of(std::string_view json) {
  TypeStore types;
  std::vector<SchemaText> none;
  std::string fault;
  TypeRef type = DocumentSchemas(types, none).of(json, &fault);
  return type != nullptr ? to_text(type) : fault;
}

TEST_CASE("types of JSON schemas") {
  struct Row {
    const char *schema, *type;
  };
  constexpr Row kRows[] = {
      {R"({})", "any"},
      {R"(true)", "any"},
      {R"({"type": "integer"})", "number"},
      {R"({"type": "null"})", "any"},
      {R"({"type": ["string", "null"]})", "string"},
      {R"({"type": "object"})", "object[any: any]"},
      {R"({"type": "array"})", "array[any]"},
      {R"({"type": "object", "properties": {"b": {"type": "string"}, "a": {}}})", "object<a: any, b: string>"},
      {R"({"properties": {"a": {"type": "boolean"}}, "additionalProperties": true})", "object<a: boolean>"},
      {R"({"items": {"type": "string"}})", "array[string]"},
      {R"({"items": [{"type": "string"}, {"type": "number"}]})", "array<string, number>"},
      {R"({"anyOf": [{"type": "string"}, {"type": "number"}]})", "any<number, string>"},
      {R"({"type": "object", "properties": {"a": {}}, "anyOf": [{"properties": {"b": {}}}]})", "any<object<a: any>, object<b: any>>"},
      {R"({"type": "string", "anyOf": [{"type": "number"}]})", "number"},
      {R"({"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "number"}}}]})",
       "object<a: string, b: number>"},
      {R"({"type": "object", "properties": {"c": {}}, "allOf": [{"properties": {"a": {}}}]})", "object<a: any, c: any>"},
      {R"({"allOf": [{"type": "string"}, {"type": "number"}]})",
       "type checking: unable to merge these schemas: type mismatch: string and number"},
      {R"({"type": "string", "allOf": [{"type": "number"}]})", "type checking: unable to merge these schemas"},
      {R"({"definitions": {"a": {"type": "string"}}, "properties": {"x": {"$ref": "#/definitions/a"}}})", "object<x: string>"},
      {R"({"definitions": {"a": {"properties": {"next": {"$ref": "#/definitions/a"}}}}, "$ref": "#/definitions/a"})",
       "object<next: recursive(#/definitions/a)>"},
      {R"({"type": "string", "pattern": "("})", "string"},
      {R"({"oneOf": [{"type": "string"}]})", "any"},
      {R"({"type": "bogus"})",
       "unable to compile the schema: has a primitive type that is NOT VALID -- given: /bogus/ Expected valid values are:"
       "[array boolean integer number null object string]"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.schema);
    CHECK(type_of(row.schema) == row.type);
  }
}

TEST_CASE("a schema without end is an error") {
  CHECK_THROWS_AS(type_of(R"({"definitions": {"a": {"allOf": [{"$ref": "#/definitions/a"}]}}, "$ref": "#/definitions/a"})"), Failure);
  // Each level refers to the next one twice, and both are merged.
  std::string schema = R"({"definitions": {)";
  for (int i = 0; i < 60; ++i) {
    std::string next = R"({"properties": {"x": {"allOf": [{"$ref": "#/definitions/d)" + std::to_string(i + 1) + R"("}]}}})";
    schema += "\"d" + std::to_string(i) + R"(": {"allOf": [)" + next + ", " + next + "]},";
  }
  schema += R"("d60": {"type": "string"}}, "$ref": "#/definitions/d0"})";
  CHECK_THROWS_AS(type_of(schema), Failure);
}

}  // namespace
}  // namespace writ::lang
