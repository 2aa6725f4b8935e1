// Rules about fields and arguments.
//
// What a field is, the walk has set: `parent`, the type that is asked for it, and `declared`, its definition, null if
// that type has no such field. Both are null below a field that does not exist, which is reported once and not again
// for all that is asked of it.
#include <algorithm>
#include <map>
#include <set>

#include "engine/builtins/graphql/rules.h"
#include "engine/value/text.h"

namespace writ::graphql {

namespace {

template <typename Range>
std::vector<std::string_view> names_of(const Range& range) {
  std::vector<std::string_view> names;
  for (const auto* element : range) names.push_back(element->name);
  return names;
}

constexpr std::string_view kDidYouMean = " Did you mean ";

class FieldsOnCorrectType : public Rule {
 public:
  void on_field(Walk& walk, Field& field) override {
    if (field.parent == nullptr || field.declared != nullptr) return;
    std::string message = walk.join("Cannot query field \"", field.name, "\" on type \"", field.parent->name, "\".");
    if (walk.wants_texts()) {
      std::vector<std::string_view> types = types_with(walk, *field.parent, field.name);
      if (!types.empty()) {
        message += " Did you mean to use an inline fragment on " + or_list(types) + "?";
      } else if (field.parent->is(kinds::kObject) || field.parent->is(kinds::kInterface)) {
        message += suggestion(walk, kDidYouMean, field.name, names_of(field.parent->fields));
      }
    }
    walk.report(field.position, message);
  }

 private:
  // Of an interface or a union, what implements it and has the field: interfaces by how often they occur, then the
  // others.
  static std::vector<std::string_view> types_with(Walk& walk, const TypeInfo& parent, std::string_view name) {
    std::vector<std::string_view> names;
    if (!parent.is_abstract()) return names;
    std::vector<std::string_view> objects;
    std::map<std::string_view, size_t> uses;
    for (const TypeInfo* type : parent.possible) {
      walk.charge(1 + type->interfaces.size());
      if (type->fields_by_name.find(name) == nullptr) continue;
      objects.push_back(type->name);
      for (std::string_view interface : type->interfaces) {
        const TypeInfo* info = walk.schema().type(interface);
        if (info == nullptr || info->fields_by_name.find(name) == nullptr) continue;
        if (uses[interface]++ == 0) names.push_back(interface);
      }
    }
    names.insert(names.end(), objects.begin(), objects.end());
    std::stable_sort(names.begin(), names.end(), [&](std::string_view a, std::string_view b) {
      auto count = [&](std::string_view type) { return uses.contains(type) ? uses.at(type) : 0; };
      return count(a) != count(b) ? count(a) > count(b) : a < b;
    });
    return names;
  }
};

class KnownArgumentNames : public Rule {
 public:
  void on_field(Walk& walk, Field& field) override {
    if (field.declared == nullptr || field.parent == nullptr) return;
    for (const Argument* argument : field.arguments) {
      if (find_named(walk, field.declared->arguments, argument->name) != nullptr) continue;
      std::string message = walk.join("Unknown argument \"", argument->name, "\" on field \"", field.parent->name, ".",
                                      field.name, "\".");
      message += suggestion(walk, kDidYouMean, argument->name, names_of(field.declared->arguments));
      walk.report(field.position, message);
    }
  }
  void on_directive(Walk& walk, Directive& directive) override {
    if (directive.declared == nullptr) return;
    for (const Argument* argument : directive.arguments) {
      if (directive.declared->arguments.find(argument->name) != nullptr) continue;
      std::string message =
          walk.join("Unknown argument \"", argument->name, "\" on directive \"@", directive.name, "\".");
      message +=
          suggestion(walk, kDidYouMean, argument->name, names_of(directive.declared->definition->arguments));
      walk.report(directive.position, message);
    }
  }
};

class ProvidedRequiredArguments : public Rule {
 public:
  void on_field(Walk& walk, Field& field) override {
    if (field.declared == nullptr) return;
    walk.charge(field.declared->arguments.size() / 8);
    for (const ArgumentDefinition* argument : field.declared->arguments) {
      if (!argument->type->non_null || argument->default_value != nullptr) continue;
      if (find_named(walk, field.arguments, argument->name) != nullptr) continue;
      walk.report(field.position, walk.join("Field \"", field.name, "\" argument \"", argument->name, "\" of type \"",
                                            argument->type->text(), "\" is required, but it was not provided."));
    }
  }
  void on_directive(Walk& walk, Directive& directive) override {
    if (directive.declared == nullptr) return;
    for (const ArgumentDefinition* argument : directive.declared->required) {
      if (find_named(walk, directive.arguments, argument->name) != nullptr) continue;
      walk.report(directive.position,
                  walk.join("Directive \"@", directive.declared->name, "\" argument \"", argument->name,
                            "\" of type \"", argument->type->text(), "\" is required, but it was not provided."));
    }
  }
};

class ScalarLeafs : public Rule {
 public:
  void on_field(Walk& walk, Field& field) override {
    if (field.declared == nullptr) return;
    const TypeInfo* type = walk.schema().type(field.declared->type->name());
    if (type == nullptr || type->is_leaf() == field.selection_set.empty()) return;
    if (type->is_leaf()) {
      walk.report(field.position, walk.join("Field \"", field.name, "\" must not have a selection since type \"",
                                            type->name, "\" has no subfields."));
    } else {
      walk.report(field.position, walk.join("Field \"", field.name, "\" of type \"", field.declared->type->text(),
                                            "\" must have a selection of subfields. Did you mean \"", field.name,
                                            " { ... }\"?"));
    }
  }
};

class UniqueArgumentNames : public Rule {
 public:
  void on_field(Walk& walk, Field& field) override { check(walk, field.arguments); }
  void on_directive(Walk& walk, Directive& directive) override { check(walk, directive.arguments); }

 private:
  // A name that is repeated often is reported once.
  static void check(Walk& walk, const List<Argument*>& arguments) {
    if (arguments.size() < 2) return;
    walk.charge(arguments.size());
    std::map<std::string_view, uint32_t> counts;
    for (const Argument* argument : arguments) {
      if (counts[argument->name]++ != 1) continue;
      walk.report(argument->position, walk.join("There can be only one argument named \"", argument->name, "\"."));
    }
  }
};

class SingleFieldSubscriptions : public Rule {
 public:
  void on_operation(Walk& walk, OperationDefinition& operation) override {
    if (walk.schema().subscription == nullptr || operation.operation != "subscription") return;
    fields_.clear();
    names_.clear();
    fragments_.clear();
    collect(walk, operation.selection_set);
    std::string who = "Anonymous Subscription";
    if (!operation.name.empty()) {
      who = "Subscription ";
      append_quoted_go(who, operation.name);
    }
    if (fields_.size() > 1) {
      walk.report(fields_[1]->position, walk.join(who, " must select only one top level field."));
    }
    for (const Field* field : fields_) {
      if (!field->name.starts_with("__")) continue;
      walk.report(field->position, walk.join(who, " must not select an introspection top level field."));
    }
  }

 private:
  // The fields at the top, the first one of each name. The library stops at a spread of a fragment that does not exist.
  void collect(Walk& walk, const List<Selection*>& selections) {
    Level level(walk.depth());
    for (Selection* selection : selections) {
      walk.charge(1);
      if (selection->what == Selection::What::kField) {
        auto* field = static_cast<Field*>(selection);
        if (names_.insert(field->name).second) fields_.push_back(field);
      } else if (selection->what == Selection::What::kInlineFragment) {
        collect(walk, static_cast<InlineFragment*>(selection)->selection_set);
      } else {
        const FragmentDefinition* fragment = static_cast<FragmentSpread*>(selection)->fragment;
        if (fragment == nullptr) return;
        if (fragments_.insert(fragment->name).second) collect(walk, fragment->selection_set);
      }
    }
  }

  std::vector<const Field*> fields_;
  std::set<std::string_view> names_;
  std::set<std::string_view> fragments_;
};

}  // namespace

std::unique_ptr<Rule> make_fields_on_correct_type() { return std::make_unique<FieldsOnCorrectType>(); }
std::unique_ptr<Rule> make_known_argument_names() { return std::make_unique<KnownArgumentNames>(); }
std::unique_ptr<Rule> make_provided_required_arguments() { return std::make_unique<ProvidedRequiredArguments>(); }
std::unique_ptr<Rule> make_scalar_leafs() { return std::make_unique<ScalarLeafs>(); }
std::unique_ptr<Rule> make_unique_argument_names() { return std::make_unique<UniqueArgumentNames>(); }
std::unique_ptr<Rule> make_single_field_subscriptions() { return std::make_unique<SingleFieldSubscriptions>(); }

}  // namespace writ::graphql
