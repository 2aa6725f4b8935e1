// Rules about operations, variables and directives.
//
// Variables belong to operations: in a fragment they are looked at where an operation reaches it, and not when the walk
// passes the fragment on its own.
#include <map>
#include <set>
#include <tuple>

#include "engine/builtins/graphql/rules.h"

namespace writ::graphql {

namespace {

class KnownRootType : public Rule {
 public:
  void on_operation(Walk& walk, OperationDefinition& operation) override {
    if (walk.schema().root(operation.operation) != nullptr) return;
    walk.report(operation.position,
                walk.join("Schema does not support operation type \"", operation.operation, "\""));
  }
};

class LoneAnonymousOperation : public Rule {
 public:
  void on_operation(Walk& walk, OperationDefinition& operation) override {
    if (!operation.name.empty() || walk.document().operations.size() <= 1) return;
    walk.report(operation.position, "This anonymous operation must be the only defined operation.");
  }
};

class UniqueOperationNames : public Rule {
 public:
  void on_operation(Walk& walk, OperationDefinition& operation) override {
    if (seen_.insert(operation.name).second) return;
    walk.report(operation.position, walk.join("There can be only one operation named \"", operation.name, "\"."));
  }

 private:
  std::set<std::string_view> seen_;
};

// --- Variables -------------------------------------------------------------------------------------------------------

class NoUndefinedVariables : public Rule {
 public:
  void on_value(Walk& walk, Literal& value) override {
    if (walk.operation() == nullptr || value.kind != Literal::kVariable || value.variable_definition != nullptr) return;
    std::string_view operation = walk.operation()->name;
    walk.report(value.position,
                operation.empty() ? walk.join("Variable \"$", value.raw, "\" is not defined.")
                                  : walk.join("Variable \"$", value.raw, "\" is not defined by operation \"", operation,
                                              "\"."));
  }
};

class NoUnusedVariables : public Rule {
 public:
  void on_operation(Walk& walk, OperationDefinition& operation) override {
    for (const VariableDefinition* variable : operation.variable_definitions) {
      if (variable->used) continue;
      walk.report(variable->position,
                  operation.name.empty() ? walk.join("Variable \"$", variable->variable, "\" is never used.")
                                         : walk.join("Variable \"$", variable->variable,
                                                     "\" is never used in operation \"", operation.name, "\"."));
    }
  }
};

class UniqueVariableNames : public Rule {
 public:
  void on_operation(Walk& walk, OperationDefinition& operation) override {
    std::map<std::string_view, uint32_t> counts;
    for (const VariableDefinition* variable : operation.variable_definitions) {
      if (counts[variable->variable]++ != 1) continue;
      walk.report(variable->position,
                  walk.join("There can be only one variable named \"$", variable->variable, "\"."));
    }
  }
};

class VariablesAreInputTypes : public Rule {
 public:
  void on_operation(Walk& walk, OperationDefinition& operation) override {
    for (const VariableDefinition* variable : operation.variable_definitions) {
      if (variable->declared == nullptr || variable->declared->is_input()) continue;
      walk.report(variable->position, walk.join("Variable \"$", variable->variable, "\" cannot be non-input type \"",
                                                variable->type->text(), "\"."));
    }
  }
};

class VariablesInAllowedPosition : public Rule {
 public:
  void on_value(Walk& walk, Literal& value) override {
    check_variable(walk, value);
    if (value.kind == Literal::kObject && value.type != nullptr && is_one_of(*value.type)) check_one_of(walk, value);
  }

 private:
  // Where the variable or what expects it has a default, null is no problem.
  static void check_variable(Walk& walk, const Literal& value) {
    const VariableDefinition* variable = value.variable_definition;
    if (value.kind != Literal::kVariable || value.expected_type == nullptr || variable == nullptr ||
        walk.operation() == nullptr) {
      return;
    }
    TypeReference expected = *value.expected_type;
    const Literal* default_value = variable->default_value;
    bool has_default = default_value != nullptr && default_value->kind != Literal::kNull;
    if (has_default || value.expected_type_has_default) expected.non_null = false;
    if (variable->type->is_compatible(expected)) return;
    walk.report(value.position, walk.join("Variable \"$", value.raw, "\" of type \"", variable->type->text(),
                                          "\" used in position expecting type \"", value.expected_type->text(), "\"."));
  }

  static bool is_one_of(const TypeInfo& type) {
    for (const Directive* directive : type.directives) {
      if (directive->name == "oneOf") return true;
    }
    return false;
  }

  static void check_one_of(Walk& walk, const Literal& object) {
    for (const ChildValue* child : object.children) {
      const Literal& field = *child->value;
      const VariableDefinition* variable = field.variable_definition;
      if (field.kind != Literal::kVariable || variable == nullptr || variable->type->non_null) continue;
      walk.report(variable->position.is_known() ? variable->position : field.position,
                  walk.join("Variable \"$", field.raw, "\" is of type \"", variable->type->text(),
                            "\" but must be non-nullable to be used for OneOf Input Object \"", object.type->name,
                            "\"."));
    }
  }
};

// --- Directives ------------------------------------------------------------------------------------------------------

class KnownDirectives : public Rule {
 public:
  void on_directive(Walk& walk, Directive& directive) override {
    if (directive.declared == nullptr) {
      walk.report(directive.position, walk.join("Unknown directive \"@", directive.name, "\"."));
      return;
    }
    if (directive.declared->may_be_on(directive.location)) return;
    // Of a fragment that is walked several times, once.
    if (!seen_.insert({directive.name, directive.position.line, directive.position.column}).second) return;
    walk.report(directive.position,
                walk.join("Directive \"@", directive.name, "\" may not be used on ", directive.location, "."));
  }

 private:
  std::set<std::tuple<std::string_view, int32_t, int32_t>> seen_;
};

class UniqueDirectivesPerLocation : public Rule {
 public:
  void on_directives(Walk& walk, const List<Directive*>& directives) override {
    if (directives.size() < 2) return;
    walk.charge(directives.size());
    std::set<std::string_view> seen;
    for (const Directive* directive : directives) {
      bool is_repeatable = directive->declared != nullptr && directive->declared->definition->is_repeatable;
      if (seen.insert(directive->name).second || is_repeatable) continue;
      walk.report(directive->position,
                  walk.join("The directive \"@", directive->name, "\" can only be used once at this location."));
    }
  }
};

}  // namespace

std::unique_ptr<Rule> make_known_root_type() { return std::make_unique<KnownRootType>(); }
std::unique_ptr<Rule> make_lone_anonymous_operation() { return std::make_unique<LoneAnonymousOperation>(); }
std::unique_ptr<Rule> make_unique_operation_names() { return std::make_unique<UniqueOperationNames>(); }
std::unique_ptr<Rule> make_no_undefined_variables() { return std::make_unique<NoUndefinedVariables>(); }
std::unique_ptr<Rule> make_no_unused_variables() { return std::make_unique<NoUnusedVariables>(); }
std::unique_ptr<Rule> make_unique_variable_names() { return std::make_unique<UniqueVariableNames>(); }
std::unique_ptr<Rule> make_variables_are_input_types() { return std::make_unique<VariablesAreInputTypes>(); }
std::unique_ptr<Rule> make_variables_in_allowed_position() { return std::make_unique<VariablesInAllowedPosition>(); }
std::unique_ptr<Rule> make_known_directives() { return std::make_unique<KnownDirectives>(); }
std::unique_ptr<Rule> make_unique_directives_per_location() { return std::make_unique<UniqueDirectivesPerLocation>(); }

}  // namespace writ::graphql
