// Reads a schema: the JSON value to the tree of SubSchemas (schema.h), keyword by keyword in OPA's order.
//
// A read_* answers false with `fault_` set as soon as something is wrong; the first error is the only one.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/builtins/schema/references.h"
#include "engine/builtins/schema/schema.h"

namespace writ {

class SchemaCompiler {
 public:
  SchemaCompiler(Schema::Patterns patterns, Bill& bill);

  // Null and fault() set if the text is no schema.
  std::unique_ptr<const Schema> run(std::string_view json);
  const std::string& fault() const { return fault_; }

 private:
  // A schema being read: where it stands decides what references in it mean and which keywords there are.
  struct Place {
    const Value& object;
    SubSchema& schema;
    SchemaDraft draft;
    const SchemaReference* base;         // resolved "$id"
    const SchemaReference* parent_base;  // of the schema around it; null for the root
  };
  using Reader = bool (SchemaCompiler::*)(const Place&);

  bool read(const Value& value, SubSchema& schema, SchemaDraft draft, const SchemaReference* parent_base,
            const SchemaReference* own_base = nullptr);
  bool read_object(const Value& value, SubSchema& schema, SchemaDraft draft, const SchemaReference* base,
                   const SchemaReference* parent_base);
  // The schema that a member holds, as a new node. Null with fault_ set.
  const SubSchema* read_child(const Place& place, const Value& value);

  bool read_base(const Place& place, SchemaReference* base);
  bool read_definitions(const Place& place);
  // Sets `*done` if the reference is new: then nothing else of the schema counts.
  bool read_reference(const Place& place, bool* done);
  bool read_target(const Place& place, const SchemaReference& reference, std::string text);

  bool read_types(const Place& place);
  bool add_type(SchemaTypes& types, std::string_view name);
  bool read_properties(const Place& place);
  bool read_additional_properties(const Place& place);
  bool read_pattern_properties(const Place& place);
  bool read_property_names(const Place& place);
  bool read_dependencies(const Place& place);
  bool read_dependency_keys(const Value& value, SchemaDependency* dependency);
  bool read_items(const Place& place);
  bool read_additional_items(const Place& place);
  bool read_multiple_of(const Place& place);
  bool read_minimum(const Place& place);
  bool read_maximum(const Place& place);
  bool read_bound(const Place& place, std::string_view name, std::string_view exclusive_name, Value* bound,
                  Value* exclusive);
  bool read_exclusive_bound(const Place& place, const Value& value, std::string_view name,
                            std::string_view exclusive_name, Value* bound, Value* exclusive);
  bool read_lengths(const Place& place);
  bool read_pattern(const Place& place);
  bool read_format(const Place& place);
  bool read_property_counts(const Place& place);
  bool read_required(const Place& place);
  bool read_item_counts(const Place& place);
  bool read_contains(const Place& place);
  bool read_constant(const Place& place);
  bool read_enumeration(const Place& place);
  bool read_combinations(const Place& place);
  bool read_branch(const Place& place, std::string_view name, const SubSchema** branch);
  bool read_conditions(const Place& place);

  // The member if it is a string; nothing if there is none. False if it is anything else.
  bool read_text(const Place& place, std::string_view name, const Value** text);
  bool read_list(const Place& place, std::string_view name, const Value** list);
  bool read_count(const Place& place, std::string_view name, std::optional<int64_t>* count);
  bool compile_pattern(std::string_view text, SchemaPattern* pattern);

  SubSchema& new_node();
  bool fail(std::initializer_list<std::string_view> parts);
  bool fail_type(std::string_view expected, std::string_view given);

  Schema::Patterns patterns_;
  Bill& bill_;
  std::unique_ptr<Schema> schema_;
  SchemaPool pool_;
  std::map<std::string_view, const SubSchema*> targets_;  // by the texts of references, which the schema owns
  std::string fault_;
  uint32_t depth_ = 0;
};

}  // namespace writ
