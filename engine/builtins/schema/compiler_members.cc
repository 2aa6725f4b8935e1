// Keywords of objects and arrays, and those that hold schemas: the second half of SchemaCompiler. True and false are schemas
// from draft 6 on; where they mean the same as no schema at all they are not kept as one ("additionalProperties",
// "additionalItems"), as in OPA, which words its errors accordingly.
#include <algorithm>
#include <set>

#include "engine/builtins/schema/compiler.h"

namespace writ {

namespace {

constexpr std::string_view kValidSchema = "Valid Schema";
constexpr std::string_view kSchemaOrSchemas = "Valid Schema/Array Of Schemas";

bool is_schema(const Value& value) { return value.is_object() || value.kind == Kind::kBoolean; }

}  // namespace

// --- Objects ---------------------------------------------------------------------------------------------------------

bool SchemaCompiler::read_properties(const Place& place) {
  const Value* properties = object_find(place.object, "properties");
  if (properties == nullptr) return true;
  if (!properties->is_object()) return fail({"Properties must be of type object"});
  for (const Entry& property : properties->members()) {
    const SubSchema* schema = read_child(place, property.value);
    if (schema == nullptr) return false;
    place.schema.properties.emplace_back(property.key.text(), schema);
  }
  return true;
}

// True and false are no schemas here, not even in draft 4.
bool SchemaCompiler::read_additional_properties(const Place& place) {
  const Value* value = object_find(place.object, "additionalProperties");
  if (value == nullptr) return true;
  if (value->kind == Kind::kBoolean) {
    place.schema.forbids_additional_properties = value->is_false();
    return true;
  }
  if (!value->is_object()) return fail_type("boolean/Valid Schema", "additionalProperties");
  place.schema.additional_properties = read_child(place, *value);
  return place.schema.additional_properties != nullptr;
}

bool SchemaCompiler::read_pattern_properties(const Place& place) {
  const Value* value = object_find(place.object, "patternProperties");
  if (value == nullptr) return true;
  if (!value->is_object()) return fail_type(kValidSchema, "patternProperties");
  for (const Entry& property : value->members()) {
    SchemaPattern pattern;
    if (!compile_pattern(property.key.text(), &pattern)) {
      return fail({"Invalid regex pattern '", property.key.text(), "'"});
    }
    const SubSchema* schema = read_child(place, property.value);
    if (schema == nullptr) return false;
    place.schema.pattern_properties.emplace_back(std::move(pattern), schema);
  }
  return true;
}

bool SchemaCompiler::read_property_names(const Place& place) {
  const Value* value = object_find(place.object, "propertyNames");
  if (value == nullptr || place.draft < SchemaDraft::k6) return true;
  if (!is_schema(*value)) return fail_type(kValidSchema, "patternProperties");  // OPA's words
  place.schema.property_names = read_child(place, *value);
  return place.schema.property_names != nullptr;
}

bool SchemaCompiler::read_dependencies(const Place& place) {
  const Value* value = object_find(place.object, "dependencies");
  if (value == nullptr) return true;
  if (!value->is_object()) return fail({"dependencies must be of type object"});
  for (const Entry& member : value->members()) {
    SchemaDependency dependency;
    dependency.key = member.key.text();
    if (is_schema(member.value)) {
      dependency.schema = read_child(place, member.value);
      if (dependency.schema == nullptr) return false;
    } else if (!read_dependency_keys(member.value, &dependency)) {
      return false;
    }
    bill_.pay(4, sizeof(SchemaDependency) * 2);
    place.schema.dependencies.push_back(std::move(dependency));
  }
  return true;
}

bool SchemaCompiler::read_dependency_keys(const Value& value, SchemaDependency* dependency) {
  if (!value.is_array()) return fail({"Dependency must be of type Schema Or Array Of Strings"});
  for (const Value& key : value.items()) {
    if (!key.is_string()) return fail({"Dependency must be of type Schema Or Array Of Strings"});
    bill_.pay(1, sizeof(std::string_view) * 2);
    dependency->keys.push_back(key.text());
  }
  return true;
}

bool SchemaCompiler::read_property_counts(const Place& place) {
  SubSchema& schema = place.schema;
  if (!read_count(place, "minProperties", &schema.min_properties) ||
      !read_count(place, "maxProperties", &schema.max_properties)) {
    return false;
  }
  if (!schema.min_properties || !schema.max_properties || *schema.min_properties <= *schema.max_properties) return true;
  return fail({"minProperties cannot be greater than maxProperties"});
}

bool SchemaCompiler::read_required(const Place& place) {
  const Value* list = nullptr;
  if (!read_list(place, "required", &list)) return false;
  if (list == nullptr) return true;
  std::set<std::string_view> seen;
  for (const Value& name : list->items()) {
    if (!name.is_string()) return fail_type("string", "required");
    bill_.pay(2 + name.size / 16, 96);
    if (!seen.insert(name.text()).second) return fail({"required items must be unique"});
    place.schema.required.push_back(name.text());
  }
  return true;
}

// --- Arrays ----------------------------------------------------------------------------------------------------------

bool SchemaCompiler::read_items(const Place& place) {
  const Value* items = object_find(place.object, "items");
  if (items == nullptr) return true;
  std::span<const Value> schemas{items, 1};
  if (items->is_array()) schemas = items->items();
  for (const Value& value : schemas) {
    if (!is_schema(value)) return fail_type(kSchemaOrSchemas, "items");
    const SubSchema* schema = read_child(place, value);
    if (schema == nullptr) return false;
    place.schema.items.push_back(schema);
  }
  place.schema.items_is_single = !items->is_array();
  return true;
}

bool SchemaCompiler::read_additional_items(const Place& place) {
  const Value* value = object_find(place.object, "additionalItems");
  if (value == nullptr) return true;
  if (value->kind == Kind::kBoolean) {
    place.schema.forbids_additional_items = value->is_false();
    return true;
  }
  if (!value->is_object()) return fail_type("boolean/Valid Schema", "additionalItems");
  place.schema.additional_items = read_child(place, *value);
  return place.schema.additional_items != nullptr;
}

bool SchemaCompiler::read_item_counts(const Place& place) {
  if (!read_count(place, "minItems", &place.schema.min_items) ||
      !read_count(place, "maxItems", &place.schema.max_items)) {
    return false;
  }
  const Value* unique = object_find(place.object, "uniqueItems");
  if (unique == nullptr) return true;
  if (unique->kind != Kind::kBoolean) return fail({"uniqueItems must be of a boolean"});
  place.schema.unique_items = unique->is_true();
  return true;
}

bool SchemaCompiler::read_contains(const Place& place) {
  const Value* value = object_find(place.object, "contains");
  if (value == nullptr || place.draft < SchemaDraft::k6) return true;
  place.schema.contains = read_child(place, *value);
  return place.schema.contains != nullptr;
}

// --- Schemas ---------------------------------------------------------------------------------------------------------

bool SchemaCompiler::read_combinations(const Place& place) {
  const std::pair<std::string_view, std::vector<const SubSchema*>*> lists[] = {
      {"oneOf", &place.schema.one_of}, {"anyOf", &place.schema.any_of}, {"allOf", &place.schema.all_of}};
  for (const auto& [name, schemas] : lists) {
    const Value* list = nullptr;
    if (!read_list(place, name, &list)) return false;
    if (list == nullptr) continue;
    for (const Value& value : list->items()) {
      const SubSchema* schema = read_child(place, value);
      if (schema == nullptr) return false;
      schemas->push_back(schema);
    }
  }
  return read_branch(place, "not", &place.schema.negated);
}

bool SchemaCompiler::read_branch(const Place& place, std::string_view name, const SubSchema** branch) {
  const Value* value = object_find(place.object, name);
  if (value == nullptr) return true;
  if (!is_schema(*value)) return fail({name, " must be of an object"});
  *branch = read_child(place, *value);
  return *branch != nullptr;
}

bool SchemaCompiler::read_conditions(const Place& place) {
  if (place.draft < SchemaDraft::k7) return true;
  return read_branch(place, "if", &place.schema.condition) && read_branch(place, "then", &place.schema.consequence) &&
         read_branch(place, "else", &place.schema.alternative);
}

}  // namespace writ
