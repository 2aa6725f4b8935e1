// Keywords are read in OPA's order, which shows where a schema has several errors. The order of the members of an object
// is that of their names here and left to chance in OPA.
//
// A "$ref" is read on the spot: what it names is looked up and read as a schema of its own, with the references in it
// resolved where it stands. The node is entered under the text of the reference before it is read, so a reference back to
// it finds it. Beside a reference that has been met before the other keywords are still read, though they do not count.
#include "engine/builtins/schema/compiler.h"

#include <algorithm>
#include <set>

#include "engine/base/error.h"
#include "engine/builtins/go_json.h"
#include "engine/builtins/pattern_size.h"
#include "engine/value/number.h"

namespace writ {

namespace {

constexpr std::string_view kValidSchema = "Valid Schema";
constexpr std::string_view kSchemas = "Array Of Schemas";

// Bytes of a node with what the library keeps of it, and what a string or a pointer in a list takes at most.
constexpr uint64_t kNodeBytes = sizeof(SubSchema) + 64;
constexpr uint64_t kListItemBytes = 64;

bool is_schema(const Value& value) { return value.is_object() || value.kind == Kind::kBoolean; }
bool is_boolean(const Value& value) { return value.kind == Kind::kBoolean; }

// The number if it is written as a plain integer, as Go's strconv.ParseInt reads it.
std::optional<int64_t> plain_integer(const Value& value) {
  if (!value.is_number()) return std::nullopt;
  if (value.is_int64()) return value.integer;
  std::string_view text = value.text();
  bool is_plain = text.find_first_not_of("-0123456789") == text.npos;
  return is_plain ? number_to_int64(value) : std::nullopt;
}

}  // namespace

// --- Schemas ---------------------------------------------------------------------------------------------------------

SchemaCompiler::SchemaCompiler(Schema::Patterns patterns, Bill& bill)
    : patterns_(patterns), bill_(bill), schema_(std::make_unique<Schema>()), pool_(schema_->arena_, bill) {}

std::unique_ptr<const Schema> SchemaCompiler::run(std::string_view json) {
  constexpr uint64_t kBytesOfValues = 40;  // for each byte of the text: the values of `[[[[]]]]`, and what reading takes
  bill_.pay(16 + json.size() / 4, 4096 + json.size() * kBytesOfValues);
  schema_->text_ = json;
  Value document;
  if (!read_go_json(schema_->text_, schema_->arena_, &document)) {
    fault_ = "invalid JSON string";
    return nullptr;
  }
  SchemaReference base;
  SchemaDraft draft = SchemaDraft::kUnknown;
  if (!pool_.add(document, base, &fault_) || !find_schema_draft(document, &draft, &fault_)) return nullptr;
  if (draft == SchemaDraft::kUnknown) draft = SchemaDraft::kHybrid;
  SubSchema& root = new_node();
  if (!read(document, root, draft, nullptr, &base)) return nullptr;
  schema_->root_ = &root;
  return std::move(schema_);
}

bool SchemaCompiler::read(const Value& value, SubSchema& schema, SchemaDraft draft, const SchemaReference* parent_base,
                          const SchemaReference* own_base) {
  if (value.kind == Kind::kBoolean && draft >= SchemaDraft::k6) {
    schema.pass = value.is_true();
    return true;
  }
  if (!value.is_object()) return fail({"Expected: ", kValidSchema, ", given: Invalid JSON"});
  if (++depth_ > kMaxSchemaDepth) throw Failure(ErrorCode::E_DEPTH, "the JSON schema is nested too deeply");
  bool good = read_object(value, schema, draft, own_base != nullptr ? own_base : parent_base, parent_base);
  --depth_;
  return good;
}

bool SchemaCompiler::read_object(const Value& value, SubSchema& schema, SchemaDraft draft, const SchemaReference* base,
                                 const SchemaReference* parent_base) {
  static constexpr Reader kReaders[] = {
      &SchemaCompiler::read_types,
      &SchemaCompiler::read_properties,
      &SchemaCompiler::read_additional_properties,
      &SchemaCompiler::read_pattern_properties,
      &SchemaCompiler::read_property_names,
      &SchemaCompiler::read_dependencies,
      &SchemaCompiler::read_items,
      &SchemaCompiler::read_additional_items,
      &SchemaCompiler::read_multiple_of,
      &SchemaCompiler::read_minimum,
      &SchemaCompiler::read_maximum,
      &SchemaCompiler::read_lengths,
      &SchemaCompiler::read_pattern,
      &SchemaCompiler::read_format,
      &SchemaCompiler::read_property_counts,
      &SchemaCompiler::read_required,
      &SchemaCompiler::read_item_counts,
      &SchemaCompiler::read_contains,
      &SchemaCompiler::read_constant,
      &SchemaCompiler::read_enumeration,
      &SchemaCompiler::read_combinations,
      &SchemaCompiler::read_conditions,
  };
  SchemaReference own;
  Place place{value, schema, draft, base, parent_base};
  bool has_base = object_find(value, "$id") != nullptr || object_find(value, "id") != nullptr;
  if (has_base) {
    own = *base;
    if (!read_base(place, &own)) return false;
    place.base = &own;
  }
  const Value* ignored = nullptr;
  if (!read_definitions(place) || !read_text(place, "title", &ignored) || !read_text(place, "description", &ignored)) {
    return false;
  }
  bool is_done = false;
  if (!read_reference(place, &is_done) || is_done) return is_done;
  return std::all_of(std::begin(kReaders), std::end(kReaders), [&](Reader reader) { return (this->*reader)(place); });
}

const SubSchema* SchemaCompiler::read_child(const Place& place, const Value& value) {
  SubSchema& child = new_node();
  return read(value, child, place.draft, place.base) ? &child : nullptr;
}

// "$id", called "id" in draft 4; of the hybrid either, "id" first.
bool SchemaCompiler::read_base(const Place& place, SchemaReference* base) {
  bool is_old = place.draft == SchemaDraft::k4 ||
                (place.draft == SchemaDraft::kHybrid && object_find(place.object, "id") != nullptr);
  const Value* id = nullptr;
  if (!read_text(place, is_old ? "id" : "$id", &id)) return false;
  if (id == nullptr) return true;
  bill_.pay(8 + id->size / 4, 0);
  SchemaReference reference;
  if (!reference.parse(id->text(), &fault_)) return false;
  if (place.parent_base != nullptr) return place.parent_base->resolve(reference, base, &fault_);
  *base = std::move(reference);
  return true;
}

bool SchemaCompiler::read_definitions(const Place& place) {
  const Value* definitions = object_find(place.object, "definitions");
  if (definitions == nullptr) return true;
  if (!definitions->is_object()) return fail_type(kSchemas, "definitions");
  for (const Entry& definition : definitions->members()) {
    if (!is_schema(definition.value)) return fail_type(kSchemas, "definitions");
    if (read_child(place, definition.value) == nullptr) return false;
  }
  return true;
}

bool SchemaCompiler::read_reference(const Place& place, bool* done) {
  const Value* written = nullptr;
  if (!read_text(place, "$ref", &written)) return false;
  if (written == nullptr) return true;
  std::string_view resolved = pool_.reference_of(place.object, written->text());
  bill_.pay(8 + resolved.size() / 4, resolved.size() * 2);
  SchemaReference reference;
  if (!reference.parse(resolved, &fault_)) return false;
  std::string text = reference.text();
  if (auto known = targets_.find(text); known != targets_.end()) {
    place.schema.reference = known->first;
    place.schema.target = known->second;
    return true;
  }
  *done = read_target(place, reference, std::move(text));
  return *done;
}

bool SchemaCompiler::read_target(const Place& place, const SchemaReference& reference, std::string text) {
  SubSchema& target = new_node();
  schema_->references_.push_back(std::move(text));
  targets_.emplace(schema_->references_.back(), &target);
  SchemaPool::Document document;
  if (!pool_.find(reference, &document, &fault_)) return false;
  if (!is_schema(document.value)) return fail({kValidSchema, " must be of type object"});
  SchemaDraft draft = document.draft == SchemaDraft::kUnknown ? place.draft : document.draft;
  place.schema.reference = schema_->references_.back();
  if (!read(document.value, target, draft, place.base, &reference)) return false;
  place.schema.target = &target;
  return true;
}

// --- Any value -------------------------------------------------------------------------------------------------------

bool SchemaCompiler::read_types(const Place& place) {
  const Value* types = object_find(place.object, "type");
  if (types == nullptr) return true;
  if (types->is_string()) return add_type(place.schema.types, types->text());
  if (!types->is_array()) return fail_type("type", "string/Array Of Strings");
  for (const Value& type : types->items()) {
    if (!type.is_string()) return fail_type("type", "string/Array Of Strings");
    if (!add_type(place.schema.types, type.text())) return false;
  }
  return true;
}

bool SchemaCompiler::add_type(SchemaTypes& types, std::string_view name) {
  const auto* found = std::find(std::begin(kSchemaTypeNames), std::end(kSchemaTypeNames), name);
  if (found == std::end(kSchemaTypeNames)) {
    fault_.assign("has a primitive type that is NOT VALID -- given: /").append(name).append("/ Expected valid values are:[");
    for (std::string_view known : kSchemaTypeNames) fault_.append(known).append(" ");
    fault_.back() = ']';
    return false;
  }
  if (types.add(static_cast<SchemaType>(found - std::begin(kSchemaTypeNames)))) return true;
  return fail({name, " type is duplicated"});
}

bool SchemaCompiler::read_constant(const Place& place) {
  const Value* constant = object_find(place.object, "const");
  if (constant == nullptr || place.draft < SchemaDraft::k6) return true;
  place.schema.constant = schema_comparison_text(*constant, &fault_);
  if (place.schema.constant) bill_.pay(place.schema.constant->size() / 4, place.schema.constant->size());
  return place.schema.constant.has_value();
}

bool SchemaCompiler::read_enumeration(const Place& place) {
  const Value* list = nullptr;
  if (!read_list(place, "enum", &list)) return false;
  if (list == nullptr) return true;
  std::vector<std::string>& texts = place.schema.enumeration.emplace();
  std::set<std::string> seen;
  for (const Value& value : list->items()) {
    std::optional<std::string> text = schema_comparison_text(value, &fault_);
    if (!text) return false;
    bill_.pay(4 + text->size() / 4, 2 * (text->size() + kListItemBytes));
    if (!seen.insert(*text).second) return fail({"enum items must be unique"});
    texts.push_back(std::move(*text));
  }
  std::vector<uint32_t>& order = place.schema.enumeration_order;
  for (uint32_t i = 0; i < texts.size(); i++) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return texts[a] < texts[b]; });
  return true;
}

// --- Numbers ---------------------------------------------------------------------------------------------------------

bool SchemaCompiler::read_multiple_of(const Place& place) {
  const Value* factor = object_find(place.object, "multipleOf");
  if (factor == nullptr) return true;
  if (!factor->is_number()) return fail_type("Number", "multipleOf");
  if (number_sign(*factor) <= 0) return fail({"multipleOf must be strictly greater than 0"});
  place.schema.multiple_of = *factor;
  return true;
}

bool SchemaCompiler::read_minimum(const Place& place) {
  return read_bound(place, "minimum", "exclusiveMinimum", &place.schema.minimum, &place.schema.exclusive_minimum);
}

bool SchemaCompiler::read_maximum(const Place& place) {
  return read_bound(place, "maximum", "exclusiveMaximum", &place.schema.maximum, &place.schema.exclusive_maximum);
}

bool SchemaCompiler::read_bound(const Place& place, std::string_view name, std::string_view exclusive_name,
                                Value* bound, Value* exclusive) {
  if (const Value* number = object_find(place.object, name)) {
    if (!number->is_number()) return fail({name, " must be of a Number"});
    *bound = *number;
  }
  const Value* value = object_find(place.object, exclusive_name);
  return value == nullptr || read_exclusive_bound(place, *value, name, exclusive_name, bound, exclusive);
}

// True or false in draft 4, where it tells how the other bound is meant; a number in later ones; either in the hybrid.
bool SchemaCompiler::read_exclusive_bound(const Place& place, const Value& value, std::string_view name,
                                          std::string_view exclusive_name, Value* bound, Value* exclusive) {
  bool takes_boolean = place.draft == SchemaDraft::k4 || place.draft == SchemaDraft::kHybrid;
  bool takes_number = place.draft != SchemaDraft::k4;
  if (takes_number && value.is_number()) {
    *exclusive = value;
    return true;
  }
  if (!takes_boolean || !is_boolean(value)) {
    return fail_type(!takes_boolean ? "number" : takes_number ? "boolean/number" : "boolean", exclusive_name);
  }
  if (!bound->is_defined()) return fail({exclusive_name, " cannot be used without ", name});
  if (value.is_true()) {
    *exclusive = *bound;
    *bound = Value::undefined();
  }
  return true;
}

// --- Strings ---------------------------------------------------------------------------------------------------------

bool SchemaCompiler::read_lengths(const Place& place) {
  SubSchema& schema = place.schema;
  if (!read_count(place, "minLength", &schema.min_length) || !read_count(place, "maxLength", &schema.max_length)) {
    return false;
  }
  if (!schema.min_length || !schema.max_length || *schema.min_length <= *schema.max_length) return true;
  return fail({"minLength cannot be greater than maxLength"});
}

bool SchemaCompiler::read_pattern(const Place& place) {
  const Value* text = nullptr;
  if (!read_text(place, "pattern", &text)) return false;
  if (text == nullptr || patterns_ == Schema::Patterns::kIgnored) return true;
  if (compile_pattern(text->text(), &place.schema.pattern.emplace())) return true;
  return fail({"pattern must be a valid regex"});
}

bool SchemaCompiler::compile_pattern(std::string_view text, SchemaPattern* pattern) {
  bill_.pay(4 + text.size() / 4, 0);
  uint64_t estimate = estimate_pattern_size(text);
  bill_.pay(PatternCache::pattern_units(estimate), Regex::memory_of(estimate));
  std::string ignored;
  pattern->text = text;
  pattern->regex = Regex::compile(text, estimate, &ignored);
  return pattern->regex != nullptr;
}

bool SchemaCompiler::read_format(const Place& place) {
  const Value* name = nullptr;
  if (!read_text(place, "format", &name)) return false;
  if (name == nullptr) return true;
  place.schema.format_name = name->text();
  place.schema.format = schema_format(name->text());
  return true;
}

// --- What is shared --------------------------------------------------------------------------------------------------

bool SchemaCompiler::read_text(const Place& place, std::string_view name, const Value** text) {
  const Value* member = object_find(place.object, name);
  if (member != nullptr && !member->is_string()) return fail_type("string", name);
  *text = member;
  return true;
}

bool SchemaCompiler::read_list(const Place& place, std::string_view name, const Value** list) {
  const Value* member = object_find(place.object, name);
  if (member != nullptr && !member->is_array()) return fail({name, " must be of an array"});
  *list = member;
  return true;
}

bool SchemaCompiler::read_count(const Place& place, std::string_view name, std::optional<int64_t>* count) {
  const Value* member = object_find(place.object, name);
  if (member == nullptr) return true;
  *count = plain_integer(*member);
  if (!*count) return fail({name, " must be of an integer"});
  if (**count < 0) return fail({name, " must be greater than or equal to 0"});
  return true;
}

SubSchema& SchemaCompiler::new_node() {
  bill_.pay(16, kNodeBytes + kListItemBytes);
  return schema_->nodes_.emplace_back();
}

bool SchemaCompiler::fail(std::initializer_list<std::string_view> parts) {
  fault_.clear();
  for (std::string_view part : parts) fault_.append(part);
  return false;
}

bool SchemaCompiler::fail_type(std::string_view expected, std::string_view given) {
  return fail({"Invalid type. Expected: ", expected, ", given: ", given});
}

std::unique_ptr<const Schema> Schema::compile(std::string_view json, Patterns patterns, Bill& bill, std::string* fault) {
  SchemaCompiler compiler(patterns, bill);
  std::unique_ptr<const Schema> schema = compiler.run(json);
  if (schema == nullptr) *fault = compiler.fault();
  return schema;
}

}  // namespace writ
