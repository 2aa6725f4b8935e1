// Whether an executable document is valid under a schema: a walk through the document, and rules that watch it.
//
// The walk goes through each operation and then each fragment, into the fragments that are spread (once for each of
// these), and tells every node what the schema says of it. At each node it calls all rules, in the order of their list;
// what they report comes in that order. The list, the events and the texts are those of the library that OPA uses.
//
// Work is charged as it is done: a walk passes a fragment as often as there are operations and fragments it can be
// reached from, and comparing the fields of selections that overlap takes more than that.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/builtin.h"
#include "engine/builtins/graphql/ast.h"
#include "engine/builtins/graphql/schema.h"

namespace writ::graphql {

class Walk;

// What watches a walk. A rule lives as long as one walk and may keep what it has seen.
class Rule {
 public:
  virtual ~Rule() = default;
  virtual void on_variable(Walk&, VariableDefinition&) {}
  virtual void on_operation(Walk&, OperationDefinition&) {}
  virtual void on_field(Walk&, Field&) {}
  virtual void on_inline_fragment(Walk&, InlineFragment&) {}
  virtual void on_fragment_spread(Walk&, FragmentSpread&) {}
  virtual void on_fragment(Walk&, FragmentDefinition&) {}
  virtual void on_directive(Walk&, Directive&) {}
  virtual void on_directives(Walk&, const List<Directive*>&) {}
  virtual void on_value(Walk&, Literal&) {}
};

// All rules, in their order.
std::vector<std::unique_ptr<Rule>> make_rules();

class Walk {
 public:
  // Without `with_texts` only whether there are errors is found out.
  Walk(BuiltinCall& call, const Schema& schema, QueryDocument& document, bool with_texts);
  ~Walk();

  // Whether the document is valid. Throws Failure(E_DEPTH), E_FUEL, E_MEMORY.
  bool run();
  // All that was reported: "input:1:2: message\n" for each.
  const std::string& errors() const { return errors_; }

  // --- For rules
  const Schema& schema() const { return schema_; }
  const QueryDocument& document() const { return document_; }
  // Null in fragments.
  const OperationDefinition* operation() const { return operation_; }
  // The first fragment of a name; null if there is none.
  FragmentDefinition* fragment(std::string_view name) const { return fragments_.find(name); }
  void report(const Position& position, std::string_view message);
  // Whether texts of errors are wanted; without, they need not be made.
  bool wants_texts() const { return with_texts_; }
  void charge(uint64_t steps) { call_.services.charge(steps); }
  // Memory of what rules remember.
  void take_memory(uint64_t bytes) { memory_.grow(bytes); }
  uint32_t& depth() { return depth_; }
  // A text of an error, which has been paid for.
  template <typename... Parts>
  std::string join(const Parts&... parts);

 private:
  template <typename Notify>
  void notify(Notify notify);
  void walk_operation(OperationDefinition& operation);
  void walk_fragment(FragmentDefinition& fragment);
  void walk_directives(const List<Directive*>& directives, std::string_view location);
  void walk_arguments(const List<Argument*>& arguments, const List<ArgumentDefinition*>* declared);
  void walk_value(Literal& value);
  void walk_children(Literal& value);
  void expect(Literal& value, TypeReference& type, const Literal* default_value);
  void walk_selections(const TypeInfo* parent, const List<Selection*>& selections);
  void walk_selection(const TypeInfo* parent, Selection& selection);
  void walk_field(const TypeInfo* parent, Field& field);
  void walk_inline_fragment(const TypeInfo* parent, InlineFragment& fragment);
  void walk_spread(const TypeInfo* parent, FragmentSpread& spread);
  const TypeInfo* type_of(const Definition& definition);

  BuiltinCall& call_;
  const Schema& schema_;
  QueryDocument& document_;
  bool with_texts_;
  bool is_valid_ = true;
  std::string errors_;
  Lease memory_;
  std::vector<std::unique_ptr<Rule>> rules_;
  NameIndex<FragmentDefinition> fragments_;
  OperationDefinition* operation_ = nullptr;
  uint32_t root_ = 0;  // the number of the operation or fragment that the walk began in
  uint32_t depth_ = 0;
  FieldDefinition typename_;
  TypeReference string_type_;
  // Of definitions that an object brought along.
  std::vector<std::unique_ptr<TypeInfo>> foreign_types_;
};

template <typename... Parts>
std::string Walk::join(const Parts&... parts) {
  std::string text;
  if (!with_texts_) return text;
  charge((std::string_view(parts).size() + ...) / 16 + 1);
  (text.append(parts), ...);
  return text;
}

// The element of a list with that name; null if there is none. Looking for it is paid for.
template <typename Element>
Element* find_named(Walk& walk, const List<Element*>& list, std::string_view name) {
  if (list.size() > 8) walk.charge(list.size() / 8);
  for (Element* element : list) {
    if (element->name == name) return element;
  }
  return nullptr;
}

// --- Did you mean ----------------------------------------------------------------------------------------------------

// " Did you mean "a", "b", or "c"?" of the options that are like what was typed, nearest first, at most five; empty if
// there are none. `start` is " Did you mean " or alike.
std::string suggestion(Walk& walk, std::string_view start, std::string_view typed,
                       const std::vector<std::string_view>& options, bool with_quotes = true);
// "a", "b", or "c"; at most five.
std::string or_list(const std::vector<std::string_view>& items, bool with_quotes = true);

}  // namespace writ::graphql
