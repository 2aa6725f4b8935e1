// A schema that queries can be validated against.
//
// A schema is loaded in two steps, because the second takes work that only the first can tell: parsing (parser.h, or
// convert.h for a schema that is an object) gives a document; Schema::load puts the types that every schema has in
// front, merges extensions into what they extend, finds the root types, and checks all of it as the library that OPA
// uses does. The first error ends it.
//
// The document stays as it was, since policies see it. What a type has with its extensions is a TypeInfo; the Schema
// owns these, and points into the document.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/builtins/graphql/ast.h"

namespace writ::graphql {

// The kinds of types, by the names that trees give them.
namespace kinds {
inline constexpr std::string_view kScalar = "SCALAR";
inline constexpr std::string_view kObject = "OBJECT";
inline constexpr std::string_view kInterface = "INTERFACE";
inline constexpr std::string_view kUnion = "UNION";
inline constexpr std::string_view kEnum = "ENUM";
inline constexpr std::string_view kInputObject = "INPUT_OBJECT";
}  // namespace kinds

// The type system document that defines what every schema has.
extern const std::string_view kPrelude;

// Things by their names: the first one of a name counts. Bisection, so that no document can flood it.
template <typename T>
class NameIndex {
 public:
  NameIndex() = default;
  // Of a range of pointers to things that have a `name`.
  template <typename Range>
  explicit NameIndex(const Range& range) {
    for (T* thing : range) add(thing);
    sort();
  }
  void add(T* thing) { things_.push_back(thing); }
  // When all are there.
  void sort() {
    std::stable_sort(things_.begin(), things_.end(), [](const T* a, const T* b) { return a->name < b->name; });
  }
  // Null if there is none.
  T* find(std::string_view name) const {
    auto found = std::lower_bound(things_.begin(), things_.end(), name,
                                  [](const T* thing, std::string_view than) { return thing->name < than; });
    return found != things_.end() && (*found)->name == name ? *found : nullptr;
  }
  // In the order of their names.
  const std::vector<T*>& all() const { return things_; }

 private:
  std::vector<T*> things_;
};

struct TypeInfo {
  std::string_view kind;
  std::string_view name;
  Position position;
  bool built_in = false;
  std::vector<Directive*> directives;
  std::vector<std::string_view> interfaces;
  std::vector<FieldDefinition*> fields;
  std::vector<std::string_view> types;
  std::vector<Position> type_positions;
  std::vector<EnumValueDefinition*> enum_values;
  NameIndex<FieldDefinition> fields_by_name;
  NameIndex<EnumValueDefinition> values_by_name;
  // What a value of this type can be: members of a union, what implements an interface, an object itself.
  std::vector<const TypeInfo*> possible;
  NameIndex<const TypeInfo> possible_by_name;

  bool is(std::string_view that) const { return kind == that; }
  bool is_leaf() const { return is(kinds::kEnum) || is(kinds::kScalar); }
  bool is_abstract() const { return is(kinds::kInterface) || is(kinds::kUnion); }
  bool is_composite() const { return is(kinds::kObject) || is_abstract(); }
  bool is_input() const { return is_leaf() || is(kinds::kInputObject); }
  // Appends what a definition or an extension has.
  void extend(const Definition& definition);
  void index();
};

struct DirectiveInfo {
  std::string_view name;
  const DirectiveDefinition* definition = nullptr;
  std::vector<Directive*> directives;
  std::vector<std::string_view> locations;  // sorted
  NameIndex<ArgumentDefinition> arguments;
  std::vector<const ArgumentDefinition*> required;  // without a default, not null

  explicit DirectiveInfo(const DirectiveDefinition& from);
  bool may_be_on(std::string_view location) const;
};

class Schema {
 public:
  // Null and `*error` set, "input:2:3: Undefined type X.", if the document is no schema. The document must outlive the
  // schema. Takes work in proportion to load_work().
  static std::unique_ptr<const Schema> load(const SchemaDocument& document, std::string* error);

  // A type or a directive; null if there is none of that name.
  const TypeInfo* type(std::string_view name) const { return types_by_name_.find(name); }
  const DirectiveInfo* directive(std::string_view name) const { return directives_by_name_.find(name); }
  const TypeInfo* query = nullptr;
  const TypeInfo* mutation = nullptr;
  const TypeInfo* subscription = nullptr;
  const std::vector<TypeInfo*>& types_in_order() const { return types_by_name_.all(); }
  const std::vector<DirectiveInfo*>& directives_in_order() const { return directives_by_name_.all(); }
  // Of the root type of that operation; null if it has none.
  const TypeInfo* root(std::string_view operation) const;

 private:
  friend class SchemaLoader;
  Schema() = default;

  Arena arena_;
  SchemaDocument prelude_;
  std::vector<std::unique_ptr<TypeInfo>> types_;
  std::vector<std::unique_ptr<DirectiveInfo>> directives_;
  NameIndex<TypeInfo> types_by_name_;
  NameIndex<DirectiveInfo> directives_by_name_;
};

// Steps that loading takes at most: most schemas take one for each part of the document, but each type is compared with
// all interfaces that it has.
uint64_t load_work(const SchemaDocument& document);
// Bytes that a loaded schema takes at most.
uint64_t load_memory(const SchemaDocument& document);

// The checks of a schema whose types are merged (schema_check.cc). False and `*error` set if one fails.
bool check_directives_of_schema(const Schema& schema, const List<Directive*>& directives, std::string* error);
bool check_types(const Schema& schema, std::string* error);
bool check_input_cycles(const Schema& schema, std::string* error);
bool check_directive_definitions(const Schema& schema, std::string* error);

}  // namespace writ::graphql
