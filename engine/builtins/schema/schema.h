// JSON schemas, read: drafts 4, 6 and 7, and the hybrid of them that a schema without a known "$schema" is [S-12.11].
//
// A Schema is a tree of SubSchemas, one for each schema that a keyword holds. A "$ref" is a SubSchema with a `target`,
// and what stands beside it does not count. A target is read anew, once for each text of a reference, so the tree under
// it is not that of the place it was found at; a target that refers back to itself makes the tree a graph with cycles.
//
// Reading is strict in what a keyword may hold and refuses in OPA's words. Members of an object are read in the order of
// their names, so of several errors the first in that order is reported.
//
// Nothing is fetched: what "$ref" names is in the schema, or is the meta-schema of a draft, or is refused.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/arena.h"
#include "engine/builtins/patterns.h"
#include "engine/builtins/schema/formats.h"
#include "engine/value/value.h"

namespace writ {

enum class SchemaType : uint8_t { kArray, kBoolean, kInteger, kNumber, kNull, kObject, kString };
inline constexpr std::string_view kSchemaTypeNames[] = {"array", "boolean", "integer", "number",
                                                        "null",  "object",  "string"};
inline std::string_view schema_type_name(SchemaType type) { return kSchemaTypeNames[static_cast<size_t>(type)]; }

// What "type" allows, in the order it says so.
class SchemaTypes {
 public:
  bool contains(SchemaType type) const { return (set_ >> static_cast<unsigned>(type) & 1) != 0; }
  bool is_empty() const { return count_ == 0; }
  // False if it is there already.
  bool add(SchemaType type) {
    if (contains(type)) return false;
    set_ |= static_cast<uint8_t>(1u << static_cast<unsigned>(type));
    order_[count_++] = type;
    return true;
  }
  // "string", or "[string,null]" of several; "Undefined" of none.
  std::string text() const;

 private:
  SchemaType order_[7] = {};
  uint8_t count_ = 0;
  uint8_t set_ = 0;
};

struct SubSchema;

// The text that a value of "enum" or "const" is compared by: JSON with numbers as a float64 shows them. Nothing and
// `*fault` set, in Go's words, if one is too large for that. The value must be plain JSON.
std::optional<std::string> schema_comparison_text(const Value& value, std::string* fault);

// A member whose presence asks for others, or for a schema of the whole object.
struct SchemaDependency {
  std::string_view key;
  std::vector<std::string_view> keys;
  const SubSchema* schema = nullptr;
};

struct SchemaPattern {
  std::string_view text;
  std::unique_ptr<const Regex> regex;
};

// What the keywords of one schema demand. Texts and values belong to the Schema.
struct SubSchema {
  std::optional<bool> pass;  // the schema is `true` or `false`, and nothing else is set

  // "$ref": the reference as resolved ("#/definitions/a", "http://…"), and what it means. Then nothing below counts.
  std::string_view reference;
  const SubSchema* target = nullptr;

  SchemaTypes types;

  // Numbers; undefined where the keyword is absent.
  Value multiple_of;
  Value minimum;
  Value exclusive_minimum;
  Value maximum;
  Value exclusive_maximum;

  // Strings. Lengths in characters.
  std::optional<int64_t> min_length;
  std::optional<int64_t> max_length;
  std::optional<SchemaPattern> pattern;
  SchemaFormat format = SchemaFormat::kNone;
  std::string_view format_name;

  // Arrays.
  std::vector<const SubSchema*> items;
  bool items_is_single = false;  // the only one of `items` is that of every element
  bool forbids_additional_items = false;
  const SubSchema* additional_items = nullptr;
  const SubSchema* contains = nullptr;
  std::optional<int64_t> min_items;
  std::optional<int64_t> max_items;
  bool unique_items = false;

  // Objects. Properties and dependencies are sorted by name.
  std::vector<std::pair<std::string_view, const SubSchema*>> properties;
  std::vector<std::pair<SchemaPattern, const SubSchema*>> pattern_properties;
  bool forbids_additional_properties = false;
  const SubSchema* additional_properties = nullptr;
  const SubSchema* property_names = nullptr;
  std::vector<SchemaDependency> dependencies;
  std::vector<std::string_view> required;
  std::optional<int64_t> min_properties;
  std::optional<int64_t> max_properties;

  // Any value. Texts of schema_comparison_text.
  std::optional<std::string> constant;
  std::optional<std::vector<std::string>> enumeration;
  std::vector<uint32_t> enumeration_order;  // positions, sorted by text
  std::vector<const SubSchema*> any_of;
  std::vector<const SubSchema*> one_of;
  std::vector<const SubSchema*> all_of;
  const SubSchema* negated = nullptr;
  const SubSchema* condition = nullptr;
  const SubSchema* consequence = nullptr;
  const SubSchema* alternative = nullptr;

  const SubSchema* property(std::string_view name) const;
};

// Immutable; threads may share it.
class Schema : public CompiledArgument {
 public:
  // Whether "pattern" is compiled and checked. The type checker leaves it alone, since many schemas hold patterns of other
  // languages; names in "patternProperties" are checked always.
  enum class Patterns : uint8_t { kIgnored, kChecked };

  // Reads the schema that a JSON text is. Null and `*fault` set, in OPA's words, if it is none. Pays as it goes.
  // Throws Failure(E_FUEL), E_MEMORY, and E_DEPTH if schemas or references are nested beyond kMaxSchemaDepth.
  static std::unique_ptr<const Schema> compile(std::string_view json, Patterns patterns, Bill& bill, std::string* fault);

  const SubSchema& root() const { return *root_; }

 private:
  friend class SchemaCompiler;
  std::string text_;
  Arena arena_;
  std::deque<SubSchema> nodes_;
  std::deque<std::string> references_;
  const SubSchema* root_ = nullptr;
};

// Of schemas in schemas and references to references, and of a schema within a schema while a document is checked.
inline constexpr uint32_t kMaxSchemaDepth = 1200;

}  // namespace writ
