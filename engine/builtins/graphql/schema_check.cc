// Whether merged types and directives make a schema.
//
// Types are checked in the order of their names, then input objects for cycles, then directives in the order of theirs;
// the first thing that is wrong is the error. Where the library compares each with each, this looks names up instead: a
// schema is compiled once for what its text costs, so checking it must take work in proportion (load_work in
// schema.cc).
#include <set>
#include <utility>

#include "engine/builtins/graphql/parser.h"
#include "engine/builtins/graphql/schema.h"
#include "engine/value/text.h"

namespace writ::graphql {

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted_go(out, text);
  return out;
}

// A message of several parts.
template <typename... Parts>
std::string join(const Parts&... parts) {
  std::string text;
  (text.append(parts), ...);
  return text;
}

constexpr size_t kNone = SIZE_MAX;

// Of the first element of a list whose name comes again, where it does; kNone if all are different.
template <typename Range, typename Name>
size_t find_duplicate(const Range& range, Name name) {
  std::vector<std::pair<std::string_view, size_t>> sorted;
  for (const auto& element : range) sorted.emplace_back(name(element), sorted.size());
  std::sort(sorted.begin(), sorted.end());
  size_t first = kNone;
  size_t second = kNone;
  for (size_t i = 1; i < sorted.size(); i++) {
    if (sorted[i].first != sorted[i - 1].first) continue;
    bool is_first_pair = i < 2 || sorted[i - 2].first != sorted[i].first;
    if (!is_first_pair || (first != kNone && sorted[i - 1].second > first)) continue;
    first = sorted[i - 1].second;
    second = sorted[i].second;
  }
  return second;
}

template <typename Range>
size_t find_duplicate_name(const Range& range) {
  return find_duplicate(range, [](const auto* element) { return element->name; });
}

class SchemaChecker {
 public:
  SchemaChecker(const Schema& schema, std::string* error) : schema_(schema), error_(error) {}

  bool check_type(const TypeInfo& type);
  bool check_directive(const DirectiveInfo& directive);
  // Directives at one place; `current` is the one whose definition that is. With `once`, those that are not repeatable
  // must not be repeated.
  template <typename Range>
  bool check_directives(const Range& directives, std::string_view location, const DirectiveInfo* current, bool once);
  bool fail(const Position& position, std::string_view message) const {
    *error_ = located_in_schema(position, message);
    return false;
  }

 private:
  using Names = std::set<std::string_view>;

  bool check_name(const Position& position, std::string_view name) const;
  bool check_fields(const TypeInfo& type);
  bool check_members(const TypeInfo& type) const;
  bool check_interfaces(const TypeInfo& type) const;
  bool check_implements(const TypeInfo& type, std::string_view name, const Names& own) const;
  bool check_field(const TypeInfo& type, const TypeInfo& interface, const FieldDefinition& required) const;
  bool check_field_arguments(const TypeInfo& type, const TypeInfo& interface, const FieldDefinition& required,
                             const FieldDefinition& found) const;
  // `own` are the interfaces of the type.
  bool check_ancestors(const TypeInfo& type, const TypeInfo& interface, const Names& own) const;
  bool check_kind(const TypeInfo& type);
  bool check_empty(const TypeInfo& type, bool is_empty, std::string_view what) const;
  bool check_kinds_of_fields(const TypeInfo& type) const;
  bool check_values(const TypeInfo& type);
  bool check_duplicates(const TypeInfo& type) const;
  bool check_type_reference(const TypeReference& reference) const;
  bool check_arguments(const List<ArgumentDefinition*>& arguments, const DirectiveInfo* current);
  bool check_use(const DirectiveInfo& directive, const Directive& use) const;
  bool check_input_names(const Literal* literal) const;
  bool is_covariant(const TypeReference& required, const TypeReference& actual) const;

  const Schema& schema_;
  std::string* error_;
};

bool SchemaChecker::check_name(const Position& position, std::string_view name) const {
  if (!name.starts_with("__")) return true;
  return fail(position,
              join("Name \"", name, "\" must not begin with \"__\", which is reserved by GraphQL introspection."));
}

bool SchemaChecker::check_type_reference(const TypeReference& reference) const {
  if (schema_.type(reference.name()) != nullptr) return true;
  return fail(reference.position, join("Undefined type ", reference.name(), "."));
}

// No object in a value may have two fields of a name.
bool SchemaChecker::check_input_names(const Literal* literal) const {
  if (literal == nullptr) return true;
  std::set<std::string_view> seen;
  for (const ChildValue* child : literal->children) {
    if (literal->kind == Literal::kObject && literal->children.size() > 1 && !seen.insert(child->name).second) {
      return fail(child->position, join("There can be only one input field named \"", child->name, "\"."));
    }
    if (!check_input_names(child->value)) return false;
  }
  return true;
}

// --- Directives ------------------------------------------------------------------------------------------------------

template <typename Range>
bool SchemaChecker::check_directives(const Range& directives, std::string_view location, const DirectiveInfo* current,
                                     bool once) {
  std::set<std::string_view> seen;
  for (const Directive* use : directives) {
    if (!check_name(use->position, use->name)) return false;
    if (current != nullptr && use->name == current->name) {
      return fail(use->position, join("Directive ", current->name, " cannot refer to itself."));
    }
    const DirectiveInfo* directive = schema_.directive(use->name);
    if (directive == nullptr) return fail(use->position, join("Undefined directive ", use->name, "."));
    if (once && !seen.insert(use->name).second && !directive->definition->is_repeatable) {
      return fail(use->position, join("The directive ", use->name, " can only be used once at this location."));
    }
    if (!directive->may_be_on(location)) {
      return fail(use->position, join("Directive ", use->name, " is not applicable on ", location, "."));
    }
    if (!check_use(*directive, *use)) return false;
  }
  return true;
}

// The arguments of a directive.
bool SchemaChecker::check_use(const DirectiveInfo& directive, const Directive& use) const {
  std::set<std::string_view> seen;
  for (const Argument* argument : use.arguments) {
    if (directive.arguments.find(argument->name) == nullptr) {
      return fail(argument->position, join("Undefined argument ", argument->name, " for directive ", use.name, "."));
    }
    if (!seen.insert(argument->name).second) {
      return fail(argument->position, join("There can be only one argument named ", argument->name, "."));
    }
  }
  NameIndex<const Argument> given(use.arguments);
  for (const ArgumentDefinition* required : directive.required) {
    const Argument* argument = given.find(required->name);
    if (argument == nullptr || argument->value->kind == Literal::kNull) {
      return fail(use.position, join("Argument ", required->name, " for directive ", use.name, " cannot be null."));
    }
  }
  for (const Argument* argument : use.arguments) {
    if (!check_input_names(argument->value)) return false;
  }
  return true;
}

bool SchemaChecker::check_directive(const DirectiveInfo& directive) {
  const DirectiveDefinition& definition = *directive.definition;
  if (!check_name(definition.position, definition.name)) return false;
  size_t duplicate = find_duplicate_name(definition.arguments);
  if (duplicate != kNone) {
    const ArgumentDefinition& argument = *definition.arguments[duplicate];
    return fail(argument.position,
                join("Argument @", definition.name, "(", argument.name, ":) can only be defined once."));
  }
  return check_directives(directive.directives, "DIRECTIVE_DEFINITION", &directive, true) &&
         check_arguments(definition.arguments, &directive);
}

bool SchemaChecker::check_arguments(const List<ArgumentDefinition*>& arguments, const DirectiveInfo* current) {
  for (const ArgumentDefinition* argument : arguments) {
    if (!check_name(argument->position, argument->name)) return false;
    if (!check_type_reference(*argument->type) || !check_input_names(argument->default_value)) return false;
    const TypeInfo& type = *schema_.type(argument->type->name());
    if (!type.is_input()) {
      return fail(argument->position, join("cannot use ", argument->type->text(), " as argument ", argument->name,
                                           " because ", type.kind, " is not a valid input type"));
    }
    if (!check_directives(argument->directives, "ARGUMENT_DEFINITION", current, true)) return false;
  }
  return true;
}

// --- Types -----------------------------------------------------------------------------------------------------------

// A type's own directives come from its definition and its extensions, where each may have them once.
bool SchemaChecker::check_type(const TypeInfo& type) {
  return check_fields(type) && check_members(type) && check_interfaces(type) && check_kind(type) &&
         check_duplicates(type) && (type.built_in || check_name(type.position, type.name)) &&
         check_directives(type.directives, type.kind, nullptr, false);
}

bool SchemaChecker::check_fields(const TypeInfo& type) {
  std::string_view location = type.is(kinds::kInputObject) ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION";
  for (const FieldDefinition* field : type.fields) {
    if (!check_name(field->position, field->name) || !check_type_reference(*field->type) ||
        !check_input_names(field->default_value)) {
      return false;
    }
    size_t duplicate = find_duplicate_name(field->arguments);
    if (duplicate != kNone) {
      const ArgumentDefinition& argument = *field->arguments[duplicate];
      return fail(argument.position, join("Argument ", type.name, ".", field->name, "(", argument.name,
                                          ":) can only be defined once."));
    }
    if (!check_arguments(field->arguments, nullptr) || !check_directives(field->directives, location, nullptr, true)) {
      return false;
    }
  }
  return true;
}

bool SchemaChecker::check_members(const TypeInfo& type) const {
  for (std::string_view name : type.types) {
    const TypeInfo* member = schema_.type(name);
    if (member == nullptr) return fail(type.position, join("Undefined type ", quoted(name), "."));
    if (!member->is(kinds::kObject)) {
      return fail(type.position, join(type.kind, " type ", quoted(name), " must be OBJECT."));
    }
  }
  return true;
}

bool SchemaChecker::check_kind(const TypeInfo& type) {
  if (type.is(kinds::kObject) || type.is(kinds::kInterface)) {
    return check_empty(type, type.fields.empty(), "fields") && check_kinds_of_fields(type);
  }
  if (type.is(kinds::kEnum)) {
    return check_empty(type, type.enum_values.empty(), "unique enum values") && check_values(type);
  }
  if (type.is(kinds::kInputObject)) {
    return check_empty(type, type.fields.empty(), "input fields") && check_kinds_of_fields(type);
  }
  return !type.is(kinds::kUnion) || check_empty(type, type.types.empty(), "member types");
}

bool SchemaChecker::check_empty(const TypeInfo& type, bool is_empty, std::string_view what) const {
  if (!is_empty) return true;
  return fail(type.position, join(type.kind, " ", type.name, ": must define one or more ", what, "."));
}

bool SchemaChecker::check_kinds_of_fields(const TypeInfo& type) const {
  bool is_input = type.is(kinds::kInputObject);
  for (const FieldDefinition* field : type.fields) {
    const TypeInfo& of = *schema_.type(field->type->name());
    if (is_input && !of.is_input()) {
      return fail(field->position,
                  join(of.kind, " ", field->name, ": field must be one of SCALAR, ENUM, INPUT_OBJECT."));
    }
    if (!is_input && !of.is_leaf() && !of.is_composite()) {
      return fail(field->position, join(type.kind, " ", type.name,
                                        ": field must be one of SCALAR, OBJECT, INTERFACE, UNION, ENUM."));
    }
  }
  return true;
}

bool SchemaChecker::check_values(const TypeInfo& type) {
  for (const EnumValueDefinition* value : type.enum_values) {
    if (!check_name(value->position, value->name)) return false;
    if (value->name == "true" || value->name == "false" || value->name == "null") {
      return fail(value->position, join(type.kind, " ", type.name, ": non-enum value ", value->name, "."));
    }
    if (!check_directives(value->directives, "ENUM_VALUE", nullptr, true)) return false;
  }
  return true;
}

bool SchemaChecker::check_duplicates(const TypeInfo& type) const {
  size_t field = find_duplicate_name(type.fields);
  if (field != kNone) {
    return fail(type.fields[field]->position,
                join("Field ", type.name, ".", type.fields[field]->name, " can only be defined once."));
  }
  size_t value = find_duplicate_name(type.enum_values);
  if (value != kNone) {
    return fail(type.enum_values[value]->position,
                join("Enum value ", type.name, ".", type.enum_values[value]->name, " can only be defined once."));
  }
  size_t member = find_duplicate(type.types, [](std::string_view name) { return name; });
  if (member == kNone) return true;
  bool has_positions = type.type_positions.size() == type.types.size();
  return fail(has_positions ? type.type_positions[member] : type.position,
              join("Union type ", type.name, " can only include type ", type.types[member], " once."));
}

// --- Interfaces ------------------------------------------------------------------------------------------------------

bool SchemaChecker::check_interfaces(const TypeInfo& type) const {
  Names own(type.interfaces.begin(), type.interfaces.end());
  Names seen;
  for (std::string_view name : type.interfaces) {
    if (!seen.insert(name).second) {
      return fail(type.position, join("Type ", type.name, " can only implement ", name, " once."));
    }
    if (!check_implements(type, name, own)) return false;
  }
  return true;
}

bool SchemaChecker::check_implements(const TypeInfo& type, std::string_view name, const Names& own) const {
  const TypeInfo* interface = schema_.type(name);
  if (interface == nullptr) return fail(type.position, join("Undefined type ", quoted(name), "."));
  if (!interface->is(kinds::kInterface)) {
    return fail(type.position, join(quoted(name), " is a non interface type ", interface->kind, "."));
  }
  if (interface == &type) {
    return fail(type.position, join("Type ", type.name,
                                    " cannot implement itself because it would create a circular reference."));
  }
  for (const FieldDefinition* required : interface->fields) {
    if (!check_field(type, *interface, *required)) return false;
  }
  return check_ancestors(type, *interface, own);
}

bool SchemaChecker::check_field(const TypeInfo& type, const TypeInfo& interface,
                                const FieldDefinition& required) const {
  const FieldDefinition* found = type.fields_by_name.find(required.name);
  std::string start = join("For ", type.name, " to implement ", interface.name);
  if (found == nullptr) {
    return fail(type.position, join(start, " it must have a field called ", required.name, "."));
  }
  if (!is_covariant(*required.type, *found->type)) {
    return fail(found->position,
                join(start, " the field ", required.name, " must have type ", required.type->text(), "."));
  }
  return check_field_arguments(type, interface, required, *found);
}

bool SchemaChecker::check_field_arguments(const TypeInfo& type, const TypeInfo& interface,
                                          const FieldDefinition& required, const FieldDefinition& found) const {
  std::string start = join("For ", type.name, " to implement ", interface.name);
  std::string same = join(start, " the field ", required.name, " must have the same arguments but ");
  NameIndex<const ArgumentDefinition> has(found.arguments);
  for (const ArgumentDefinition* argument : required.arguments) {
    const ArgumentDefinition* own = has.find(argument->name);
    if (own == nullptr) return fail(found.position, join(same, "it is missing ", argument->name, "."));
    if (!argument->type->is_compatible(*own->type)) {
      return fail(own->position, join(same, argument->name, " has the wrong type."));
    }
  }
  NameIndex<const ArgumentDefinition> needs(required.arguments);
  for (const ArgumentDefinition* own : found.arguments) {
    if (needs.find(own->name) != nullptr || !own->type->non_null || own->default_value != nullptr) continue;
    return fail(own->position, join(start, " any additional arguments on ", found.name,
                                    " must be optional or have a default value but ", own->name, " is required."));
  }
  return true;
}

bool SchemaChecker::check_ancestors(const TypeInfo& type, const TypeInfo& interface, const Names& own) const {
  for (std::string_view transitive : interface.interfaces) {
    if (own.contains(transitive)) continue;
    if (transitive == type.name) {
      return fail(type.position, join("Type ", type.name, " cannot implement ", interface.name,
                                      " because it would create a circular reference."));
    }
    return fail(type.position, join("Type ", type.name, " must implement ", transitive,
                                    " because it is implemented by ", interface.name, "."));
  }
  return true;
}

bool SchemaChecker::is_covariant(const TypeReference& required, const TypeReference& actual) const {
  const TypeReference* wanted = &required;
  const TypeReference* given = &actual;
  while (true) {
    if (wanted->non_null && !given->non_null) return false;
    if (!wanted->named_type.empty()) break;
    if (given->elem == nullptr) return false;
    wanted = wanted->elem;
    given = given->elem;
  }
  if (wanted->named_type == given->named_type) return true;
  const TypeInfo* type = schema_.type(wanted->named_type);
  return type != nullptr && type->possible_by_name.find(given->named_type) != nullptr;
}

}  // namespace

bool check_directives_of_schema(const Schema& schema, const List<Directive*>& directives, std::string* error) {
  return SchemaChecker(schema, error).check_directives(directives, "SCHEMA", nullptr, true);
}

bool check_types(const Schema& schema, std::string* error) {
  SchemaChecker checker(schema, error);
  for (const TypeInfo* type : schema.types_in_order()) {
    if (!checker.check_type(*type)) return false;
  }
  return true;
}

bool check_directive_definitions(const Schema& schema, std::string* error) {
  SchemaChecker checker(schema, error);
  for (const DirectiveInfo* directive : schema.directives_in_order()) {
    if (!checker.check_directive(*directive)) return false;
  }
  return true;
}

// --- Cycles of input objects -----------------------------------------------------------------------------------------

namespace {

// A search for an input object that must contain itself: from each type along its fields that are neither nullable nor
// lists. `path` is the fields from the first type to the current one.
class InputCycles {
 public:
  explicit InputCycles(const Schema& schema) : schema_(schema) {}

  // False if there is a cycle from `start`; `path` then ends with it.
  bool search(const TypeInfo& start);
  // The place and message of the cycle.
  std::string error() const;

 private:
  struct Frame {
    const TypeInfo* type;
    size_t next_field;
  };
  void enter(const TypeInfo& type);

  const Schema& schema_;
  std::set<const TypeInfo*> visited_;
  std::set<const TypeInfo*> open_;
  std::vector<Frame> frames_;
  std::vector<const FieldDefinition*> path_;
  const TypeInfo* repeated_ = nullptr;
};

void InputCycles::enter(const TypeInfo& type) {
  visited_.insert(&type);
  open_.insert(&type);
  frames_.push_back({&type, 0});
}

bool InputCycles::search(const TypeInfo& start) {
  if (!visited_.contains(&start)) enter(start);
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.next_field == frame.type->fields.size()) {
      open_.erase(frame.type);
      frames_.pop_back();
      if (!path_.empty()) path_.pop_back();
      continue;
    }
    const FieldDefinition* field = frame.type->fields[frame.next_field++];
    if (!field->type->non_null || field->type->named_type.empty()) continue;
    const TypeInfo* type = schema_.type(field->type->named_type);
    if (type == nullptr || !type->is(kinds::kInputObject)) continue;
    if (open_.contains(type)) {
      path_.push_back(field);
      repeated_ = type;
      return false;
    }
    if (visited_.contains(type)) continue;
    path_.push_back(field);
    enter(*type);
  }
  return true;
}

std::string InputCycles::error() const {
  size_t first = 0;
  while (frames_[first].type != repeated_) first++;
  std::string names;
  for (size_t i = first; i < path_.size(); i++) {
    if (i > first) names += '.';
    names += path_[i]->name;
  }
  return located_in_schema(path_[first]->position,
                           join("Cannot reference Input Object ", quoted(repeated_->name),
                                " within itself through a series of non-null fields: ", quoted(names), "."));
}

}  // namespace

bool check_input_cycles(const Schema& schema, std::string* error) {
  InputCycles cycles(schema);
  for (const TypeInfo* type : schema.types_in_order()) {
    if (!type->is(kinds::kInputObject) || cycles.search(*type)) continue;
    *error = cycles.error();
    return false;
  }
  return true;
}

}  // namespace writ::graphql
