// The walk.
//
// Before the rules see a node, the walk sets what the schema declares of it: a field's definition and parent type, a
// value's expected type, a variable's definition, a spread's fragment. Fragments are walked twice: where they are
// spread, once for each operation or fragment that the walk began in, and on their own. What is set at a node may thus
// be set again; rules only look at it when they are called.
#include "engine/builtins/graphql/validate.h"

#include "engine/builtins/graphql/parser.h"

namespace writ::graphql {

Walk::Walk(BuiltinCall& call, const Schema& schema, QueryDocument& document, bool with_texts)
    : call_(call), schema_(schema), document_(document), with_texts_(with_texts), memory_(call.arena) {
  string_type_.named_type = "String";
  typename_.name = "__typename";
  typename_.type = &string_type_;
}

Walk::~Walk() = default;

bool Walk::run() {
  rules_ = make_rules();
  take_memory(64 * document_.fragments.size());
  charge(document_.fragments.size() + document_.operations.size());
  fragments_ = NameIndex<FragmentDefinition>(document_.fragments);
  for (OperationDefinition* operation : document_.operations) {
    root_++;
    walk_operation(*operation);
  }
  for (FragmentDefinition* fragment : document_.fragments) {
    root_++;
    walk_fragment(*fragment);
  }
  return is_valid_;
}

void Walk::report(const Position& position, std::string_view message) {
  is_valid_ = false;
  if (!with_texts_) return;
  charge(message.size() / 16 + 4);
  memory_.grow(message.size() + 32);
  errors_ += located(position, message);
  errors_ += '\n';
}

template <typename Notify>
void Walk::notify(Notify notify) {
  charge(4);
  for (const auto& rule : rules_) notify(*rule);
}

// --- Operations and fragments ----------------------------------------------------------------------------------------

void Walk::walk_operation(OperationDefinition& operation) {
  operation_ = &operation;
  for (VariableDefinition* variable : operation.variable_definitions) {
    variable->declared = schema_.type(variable->type->name());
    notify([&](Rule& rule) { rule.on_variable(*this, *variable); });
    if (variable->default_value == nullptr) continue;
    variable->default_value->expected_type = variable->type;
    variable->default_value->type = variable->declared;
  }
  for (VariableDefinition* variable : operation.variable_definitions) {
    if (variable->default_value != nullptr) walk_value(*variable->default_value);
    walk_directives(variable->directives, "VARIABLE_DEFINITION");
  }
  std::string_view location = operation.operation == "mutation"       ? "MUTATION"
                              : operation.operation == "subscription" ? "SUBSCRIPTION"
                                                                      : "QUERY";
  walk_directives(operation.directives, location);
  walk_selections(schema_.root(operation.operation), operation.selection_set);
  notify([&](Rule& rule) { rule.on_operation(*this, operation); });
  operation_ = nullptr;
}

void Walk::walk_fragment(FragmentDefinition& fragment) {
  fragment.declared = schema_.type(fragment.type_condition);
  walk_directives(fragment.directives, "FRAGMENT_DEFINITION");
  walk_selections(fragment.declared, fragment.selection_set);
  notify([&](Rule& rule) { rule.on_fragment(*this, fragment); });
}

// --- Directives and values -------------------------------------------------------------------------------------------

void Walk::walk_directives(const List<Directive*>& directives, std::string_view location) {
  for (Directive* directive : directives) {
    directive->declared = schema_.directive(directive->name);
    directive->location = location;
    const DirectiveInfo* declared = directive->declared;
    walk_arguments(directive->arguments, declared == nullptr ? nullptr : &declared->definition->arguments);
    notify([&](Rule& rule) { rule.on_directive(*this, *directive); });
  }
  notify([&](Rule& rule) { rule.on_directives(*this, directives); });
}

void Walk::walk_arguments(const List<Argument*>& arguments, const List<ArgumentDefinition*>* declared) {
  for (Argument* argument : arguments) {
    const ArgumentDefinition* definition =
        declared == nullptr ? nullptr : find_named(*this, *declared, argument->name);
    if (definition != nullptr) expect(*argument->value, *definition->type, definition->default_value);
    walk_value(*argument->value);
  }
}

void Walk::expect(Literal& value, TypeReference& type, const Literal* default_value) {
  value.expected_type = &type;
  value.expected_type_has_default = default_value != nullptr && default_value->kind != Literal::kNull;
  value.type = schema_.type(type.name());
}

void Walk::walk_value(Literal& value) {
  Level level(depth_);
  if (value.type == nullptr && value.definition != nullptr) value.type = type_of(*value.definition);
  if (value.kind == Literal::kVariable && operation_ != nullptr) {
    value.variable_definition = nullptr;
    if (operation_->variable_definitions.size() > 8) charge(operation_->variable_definitions.size() / 8);
    for (VariableDefinition* variable : operation_->variable_definitions) {
      if (variable->variable != value.raw) continue;
      value.variable_definition = variable;
      variable->used = true;
      break;
    }
  }
  if (value.kind == Literal::kObject || value.kind == Literal::kList) walk_children(value);
  notify([&](Rule& rule) { rule.on_value(*this, value); });
}

void Walk::walk_children(Literal& value) {
  for (ChildValue* child : value.children) {
    if (value.kind == Literal::kObject && value.type != nullptr) {
      const FieldDefinition* field = value.type->fields_by_name.find(child->name);
      if (field != nullptr) expect(*child->value, *field->type, field->default_value);
    }
    if (value.kind == Literal::kList && value.expected_type != nullptr && value.expected_type->elem != nullptr) {
      child->value->expected_type = value.expected_type->elem;
      child->value->type = value.type;
    }
    walk_value(*child->value);
  }
}

// A value of a tree that was an object may bring the definition of its type along.
const TypeInfo* Walk::type_of(const Definition& definition) {
  charge(8 + definition.fields.size() + definition.enum_values.size());
  take_memory(sizeof(TypeInfo) + 32 * (definition.fields.size() + definition.enum_values.size()));
  foreign_types_.push_back(std::make_unique<TypeInfo>());
  TypeInfo& type = *foreign_types_.back();
  type.kind = definition.kind;
  type.name = definition.name;
  type.extend(definition);
  type.index();
  return &type;
}

// --- Selections ------------------------------------------------------------------------------------------------------

void Walk::walk_selections(const TypeInfo* parent, const List<Selection*>& selections) {
  if (selections.empty()) return;
  Level level(depth_);
  for (Selection* selection : selections) walk_selection(parent, *selection);
}

void Walk::walk_selection(const TypeInfo* parent, Selection& selection) {
  switch (selection.what) {
    case Selection::What::kField: return walk_field(parent, static_cast<Field&>(selection));
    case Selection::What::kInlineFragment: return walk_inline_fragment(parent, static_cast<InlineFragment&>(selection));
    case Selection::What::kFragmentSpread: return walk_spread(parent, static_cast<FragmentSpread&>(selection));
  }
}

void Walk::walk_field(const TypeInfo* parent, Field& field) {
  field.parent = parent;
  field.declared = field.name == "__typename" ? &typename_
                   : parent != nullptr        ? parent->fields_by_name.find(field.name)
                                              : nullptr;
  const TypeInfo* type = field.declared == nullptr ? nullptr : schema_.type(field.declared->type->name());
  walk_arguments(field.arguments, field.declared == nullptr ? nullptr : &field.declared->arguments);
  walk_directives(field.directives, "FIELD");
  walk_selections(type, field.selection_set);
  notify([&](Rule& rule) { rule.on_field(*this, field); });
}

void Walk::walk_inline_fragment(const TypeInfo* parent, InlineFragment& fragment) {
  fragment.parent = parent;
  const TypeInfo* type = fragment.type_condition.empty() ? parent : schema_.type(fragment.type_condition);
  walk_directives(fragment.directives, "INLINE_FRAGMENT");
  walk_selections(type, fragment.selection_set);
  notify([&](Rule& rule) { rule.on_inline_fragment(*this, fragment); });
}

void Walk::walk_spread(const TypeInfo* parent, FragmentSpread& spread) {
  FragmentDefinition* fragment = fragments_.find(spread.name);
  spread.fragment = fragment;
  spread.parent = parent;
  walk_directives(spread.directives, "FRAGMENT_SPREAD");
  if (fragment != nullptr && fragment->entered_by != root_) {
    fragment->entered_by = root_;
    const TypeInfo* type = schema_.type(fragment->type_condition);
    walk_directives(fragment->directives, "FRAGMENT_DEFINITION");
    walk_selections(type, fragment->selection_set);
  }
  notify([&](Rule& rule) { rule.on_fragment_spread(*this, spread); });
}

}  // namespace writ::graphql
