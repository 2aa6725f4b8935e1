// The syntax trees of GraphQL: executable documents (operations and fragments) and type system documents (schemas).
//
// The nodes are those of the library that OPA uses, because policies see them: graphql.parse_query gives a tree as an
// object, and the other built-ins take such objects for texts. Below each node, `members` names its members as that
// object has them. From this one list both directions follow (convert.h), and the check that a tree from an object is
// whole.
//
// Nodes live in an Arena and are never destroyed. Texts are parts of the document or of the arena.
#pragma once

#include <cstdint>
#include <new>
#include <string>
#include <string_view>

#include "engine/base/arena.h"

namespace writ::graphql {

// Levels of nesting of a document, of a value as a document, and of a walk through fragments that spread one another.
// Beyond it a call fails with E_DEPTH: all of this runs on the stack of the evaluation.
inline constexpr uint32_t kMostNesting = 160;

// Counts a level for as long as it lives. Throws Failure(E_DEPTH).
class Level {
 public:
  explicit Level(uint32_t& depth) : depth_(depth) {
    if (depth_ >= kMostNesting) fail();
    ++depth_;
  }
  ~Level() { --depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  [[noreturn]] static void fail();
  uint32_t& depth_;
};

// Where a node begins. Trees that come from objects have no places.
struct Position {
  enum class Source : uint8_t { kNone, kInput, kPrelude };
  int32_t line = -1;
  int32_t column = -1;  // in characters, from 1
  Source source = Source::kNone;

  bool is_known() const { return source != Source::kNone; }
};

// A list in an arena; copies share their elements.
template <typename T>
class List {
 public:
  using Element = T;

  void push(Arena& arena, const T& item) {
    if (size_ == capacity_) grow(arena);
    items_[size_++] = item;
  }
  T* begin() const { return items_; }
  T* end() const { return items_ + size_; }
  T& operator[](size_t i) const { return items_[i]; }
  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  void grow(Arena& arena) {
    capacity_ = capacity_ == 0 ? 2 : capacity_ * 2;
    T* larger = arena.allocate_array<T>(capacity_);
    for (uint32_t i = 0; i < size_; i++) larger[i] = items_[i];
    items_ = larger;
  }

  T* items_ = nullptr;
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
};

template <typename Node>
Node* make_node(Arena& arena) {
  return new (arena.allocate(sizeof(Node))) Node();
}

// How a member takes part in conversions.
enum class Use : uint8_t {
  kPlain,
  kNeeded,    // a tree without it cannot be validated
  kResolved,  // what validation finds; not part of a document
  kWritten,   // not read from an object
  kRead,      // not written into one
};

// What a node is called in errors about objects, alone and in lists.
struct NodeForm {
  std::string_view name;
  std::string_view list;
  // The names of members in an object must be exactly these; of other nodes, upper and lower case do not matter.
  bool has_exact_names = false;
};

struct Argument;
struct ArgumentDefinition;
struct ChildValue;
struct Definition;
struct Directive;
struct DirectiveDefinition;
struct EnumValueDefinition;
struct FieldDefinition;
struct FragmentDefinition;
struct Literal;
struct OperationDefinition;
struct OperationTypeDefinition;
struct SchemaDefinition;
struct Selection;
struct VariableDefinition;
struct TypeInfo;       // schema.h
struct DirectiveInfo;  // schema.h

struct Comment {
  static constexpr NodeForm kForm{"Comment", "[]*ast.Comment"};
  std::string_view value;  // with its "#"

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Value", Use::kPlain, value);
  }
};

struct CommentGroup {
  static constexpr NodeForm kForm{"CommentGroup", ""};
  List<Comment*> list;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("List", Use::kPlain, list);
  }
};

// [Named!]! and so on: either a name or a list of `elem`.
struct TypeReference {
  static constexpr NodeForm kForm{"Type", ""};
  std::string_view named_type;
  TypeReference* elem = nullptr;
  bool non_null = false;
  Position position;

  // The name inside all brackets.
  std::string_view name() const {
    const TypeReference* type = this;
    while (type->named_type.empty() && type->elem != nullptr) type = type->elem;
    return type->named_type;
  }
  std::string text() const;
  // Whether a value of this type fits where `other` is wanted.
  bool is_compatible(const TypeReference& other) const;
  template <typename Visit>
  void members(Visit&& visit) {
    visit("NamedType", Use::kPlain, named_type);
    visit("Elem", Use::kPlain, elem);
    visit("NonNull", Use::kPlain, non_null);
  }
};

// A value as a document writes it.
struct Literal {
  static constexpr NodeForm kForm{"Value", ""};
  enum Kind : int64_t { kVariable, kInt, kFloat, kString, kBlock, kBoolean, kNull, kEnum, kList, kObject };

  std::string_view raw;  // the name of a variable, the decoded text of a string
  List<ChildValue*> children;
  int64_t kind = kVariable;
  Position position;
  CommentGroup* comment = nullptr;
  Definition* definition = nullptr;
  VariableDefinition* variable_definition = nullptr;
  TypeReference* expected_type = nullptr;
  bool expected_type_has_default = false;
  const TypeInfo* type = nullptr;  // of which the value should be

  // As a document would write it, in one line. Throws Failure(E_DEPTH).
  std::string text() const;
  template <typename Visit>
  void members(Visit&& visit) {
    visit("Raw", Use::kPlain, raw);
    visit("Children", Use::kPlain, children);
    visit("Kind", Use::kPlain, kind);
    visit("Comment", Use::kPlain, comment);
    visit("Definition", Use::kResolved, definition);
    visit("VariableDefinition", Use::kResolved, variable_definition);
    visit("ExpectedType", Use::kResolved, expected_type);
    visit("ExpectedTypeHasDefault", Use::kPlain, expected_type_has_default);
  }
};

// An element of a list, or a field of an object.
struct ChildValue {
  static constexpr NodeForm kForm{"ChildValue", "ast.ChildValueList"};
  std::string_view name;
  Literal* value = nullptr;
  Position position;
  CommentGroup* comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Name", Use::kPlain, name);
    visit("Value", Use::kNeeded, value);
    visit("Comment", Use::kPlain, comment);
  }
};

struct Argument {
  static constexpr NodeForm kForm{"Argument", "ast.ArgumentList"};
  std::string_view name;
  Literal* value = nullptr;
  Position position;
  CommentGroup* comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Name", Use::kPlain, name);
    visit("Value", Use::kNeeded, value);
    visit("Comment", Use::kPlain, comment);
  }
};

struct Directive {
  static constexpr NodeForm kForm{"Directive", "ast.DirectiveList"};
  std::string_view name;
  List<Argument*> arguments;
  Position position;
  Definition* parent_definition = nullptr;
  DirectiveDefinition* definition = nullptr;
  std::string_view location;
  const DirectiveInfo* declared = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Name", Use::kPlain, name);
    visit("Arguments", Use::kPlain, arguments);
    visit("ParentDefinition", Use::kResolved, parent_definition);
    visit("Definition", Use::kResolved, definition);
    visit("Location", Use::kPlain, location);
  }
};

// --- Executable documents --------------------------------------------------------------------------------------------

// A Field, a FragmentSpread or an InlineFragment, as `what` says.
struct Selection {
  enum class What : uint8_t { kField, kFragmentSpread, kInlineFragment };
  What what;

  explicit Selection(What w) : what(w) {}
};

struct Field : Selection {
  static constexpr NodeForm kForm{"Field", "", true};
  std::string_view alias;
  std::string_view name;
  List<Argument*> arguments;
  List<Directive*> directives;
  List<Selection*> selection_set;
  Position position;
  CommentGroup* comment = nullptr;
  FieldDefinition* definition = nullptr;
  Definition* object_definition = nullptr;
  const TypeInfo* parent = nullptr;  // the type that has the field
  const FieldDefinition* declared = nullptr;

  Field() : Selection(What::kField) {}
  std::string_view response_name() const { return alias.empty() ? name : alias; }
  template <typename Visit>
  void members(Visit&& visit) {
    visit("Alias", Use::kPlain, alias);
    visit("Name", Use::kPlain, name);
    visit("Arguments", Use::kPlain, arguments);
    visit("Directives", Use::kPlain, directives);
    visit("SelectionSet", Use::kPlain, selection_set);
    visit("Position", Use::kRead, position);
    visit("Comment", Use::kWritten, comment);
    visit("Definition", Use::kResolved, definition);
    visit("ObjectDefinition", Use::kResolved, object_definition);
  }
};

struct FragmentSpread : Selection {
  static constexpr NodeForm kForm{"FragmentSpread", ""};
  std::string_view name;
  List<Directive*> directives;
  Definition* object_definition = nullptr;
  FragmentDefinition* definition = nullptr;
  Position position;
  CommentGroup* comment = nullptr;
  const TypeInfo* parent = nullptr;
  const FragmentDefinition* fragment = nullptr;

  FragmentSpread() : Selection(What::kFragmentSpread) {}
  template <typename Visit>
  void members(Visit&& visit) {
    visit("Name", Use::kPlain, name);
    visit("Directives", Use::kPlain, directives);
    visit("ObjectDefinition", Use::kResolved, object_definition);
    visit("Definition", Use::kResolved, definition);
    visit("Comment", Use::kPlain, comment);
  }
};

struct InlineFragment : Selection {
  static constexpr NodeForm kForm{"InlineFragment", "", true};
  std::string_view type_condition;
  List<Directive*> directives;
  List<Selection*> selection_set;
  Definition* object_definition = nullptr;
  Position position;
  CommentGroup* comment = nullptr;
  const TypeInfo* parent = nullptr;

  InlineFragment() : Selection(What::kInlineFragment) {}
  template <typename Visit>
  void members(Visit&& visit) {
    visit("TypeCondition", Use::kPlain, type_condition);
    visit("Directives", Use::kPlain, directives);
    visit("SelectionSet", Use::kPlain, selection_set);
    visit("ObjectDefinition", Use::kResolved, object_definition);
    visit("Position", Use::kRead, position);
    visit("Comment", Use::kWritten, comment);
  }
};

struct VariableDefinition {
  static constexpr NodeForm kForm{"VariableDefinition", "ast.VariableDefinitionList"};
  std::string_view description;
  std::string_view variable;
  TypeReference* type = nullptr;
  Literal* default_value = nullptr;
  List<Directive*> directives;
  Position position;
  CommentGroup* comment = nullptr;
  Definition* definition = nullptr;
  bool used = false;
  const TypeInfo* declared = nullptr;  // the type's

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Description", Use::kPlain, description);
    visit("Variable", Use::kPlain, variable);
    visit("Type", Use::kNeeded, type);
    visit("DefaultValue", Use::kPlain, default_value);
    visit("Directives", Use::kPlain, directives);
    visit("Comment", Use::kPlain, comment);
    visit("Definition", Use::kResolved, definition);
    visit("Used", Use::kPlain, used);
  }
};

struct OperationDefinition {
  static constexpr NodeForm kForm{"OperationDefinition", "ast.OperationList", true};
  std::string_view description;
  std::string_view operation;  // "query", "mutation", "subscription"
  std::string_view name;
  List<VariableDefinition*> variable_definitions;
  List<Directive*> directives;
  List<Selection*> selection_set;
  Position position;
  CommentGroup* comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Description", Use::kWritten, description);
    visit("Operation", Use::kPlain, operation);
    visit("Name", Use::kPlain, name);
    visit("VariableDefinitions", Use::kPlain, variable_definitions);
    visit("Directives", Use::kPlain, directives);
    visit("SelectionSet", Use::kPlain, selection_set);
    visit("Position", Use::kRead, position);
    visit("Comment", Use::kWritten, comment);
  }
};

struct FragmentDefinition {
  static constexpr NodeForm kForm{"FragmentDefinition", "ast.FragmentDefinitionList", true};
  std::string_view description;
  std::string_view name;
  List<VariableDefinition*> variable_definition;
  std::string_view type_condition;
  List<Directive*> directives;
  List<Selection*> selection_set;
  Definition* definition = nullptr;
  Position position;
  CommentGroup* comment = nullptr;
  const TypeInfo* declared = nullptr;  // of the type condition
  uint32_t entered_by = 0;             // the last walk that was here, see Walk

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Description", Use::kWritten, description);
    visit("Name", Use::kPlain, name);
    visit("VariableDefinition", Use::kPlain, variable_definition);
    visit("TypeCondition", Use::kPlain, type_condition);
    visit("Directives", Use::kPlain, directives);
    visit("SelectionSet", Use::kPlain, selection_set);
    visit("Definition", Use::kResolved, definition);
    visit("Position", Use::kRead, position);
    visit("Comment", Use::kWritten, comment);
  }
};

struct QueryDocument {
  static constexpr NodeForm kForm{"QueryDocument", ""};
  List<OperationDefinition*> operations;
  List<FragmentDefinition*> fragments;
  CommentGroup* comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Operations", Use::kPlain, operations);
    visit("Fragments", Use::kPlain, fragments);
    visit("Comment", Use::kPlain, comment);
  }
};

// --- Type system documents -------------------------------------------------------------------------------------------

struct ArgumentDefinition {
  static constexpr NodeForm kForm{"ArgumentDefinition", "ast.ArgumentDefinitionList"};
  std::string_view description;
  std::string_view name;
  Literal* default_value = nullptr;
  TypeReference* type = nullptr;
  List<Directive*> directives;
  Position position;
  CommentGroup* before_description_comment = nullptr;
  CommentGroup* after_description_comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Description", Use::kPlain, description);
    visit("Name", Use::kPlain, name);
    visit("DefaultValue", Use::kPlain, default_value);
    visit("Type", Use::kNeeded, type);
    visit("Directives", Use::kPlain, directives);
    visit("BeforeDescriptionComment", Use::kPlain, before_description_comment);
    visit("AfterDescriptionComment", Use::kPlain, after_description_comment);
  }
};

// A field of an object or interface, with arguments; or of an input object, with a default value.
struct FieldDefinition {
  static constexpr NodeForm kForm{"FieldDefinition", "ast.FieldList"};
  std::string_view description;
  std::string_view name;
  List<ArgumentDefinition*> arguments;
  Literal* default_value = nullptr;
  TypeReference* type = nullptr;
  List<Directive*> directives;
  Position position;
  CommentGroup* before_description_comment = nullptr;
  CommentGroup* after_description_comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Description", Use::kPlain, description);
    visit("Name", Use::kPlain, name);
    visit("Arguments", Use::kPlain, arguments);
    visit("DefaultValue", Use::kPlain, default_value);
    visit("Type", Use::kNeeded, type);
    visit("Directives", Use::kPlain, directives);
    visit("BeforeDescriptionComment", Use::kPlain, before_description_comment);
    visit("AfterDescriptionComment", Use::kPlain, after_description_comment);
  }
};

struct EnumValueDefinition {
  static constexpr NodeForm kForm{"EnumValueDefinition", "ast.EnumValueList"};
  std::string_view description;
  std::string_view name;
  List<Directive*> directives;
  Position position;
  CommentGroup* before_description_comment = nullptr;
  CommentGroup* after_description_comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Description", Use::kPlain, description);
    visit("Name", Use::kPlain, name);
    visit("Directives", Use::kPlain, directives);
    visit("BeforeDescriptionComment", Use::kPlain, before_description_comment);
    visit("AfterDescriptionComment", Use::kPlain, after_description_comment);
  }
};

// A type of any kind, or an extension of one.
struct Definition {
  static constexpr NodeForm kForm{"Definition", "ast.DefinitionList"};
  std::string_view kind;  // "OBJECT" and so on, see kinds of schema.h
  std::string_view description;
  std::string_view name;
  List<Directive*> directives;
  List<std::string_view> interfaces;
  List<FieldDefinition*> fields;
  List<std::string_view> types;  // members of a union
  List<EnumValueDefinition*> enum_values;
  Position position;
  List<Position> type_positions;
  bool built_in = false;
  CommentGroup* before_description_comment = nullptr;
  CommentGroup* after_description_comment = nullptr;
  CommentGroup* end_of_definition_comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Kind", Use::kPlain, kind);
    visit("Description", Use::kPlain, description);
    visit("Name", Use::kPlain, name);
    visit("Directives", Use::kPlain, directives);
    visit("Interfaces", Use::kPlain, interfaces);
    visit("Fields", Use::kPlain, fields);
    visit("Types", Use::kPlain, types);
    visit("EnumValues", Use::kPlain, enum_values);
    visit("BuiltIn", Use::kPlain, built_in);
    visit("BeforeDescriptionComment", Use::kPlain, before_description_comment);
    visit("AfterDescriptionComment", Use::kPlain, after_description_comment);
    visit("EndOfDefinitionComment", Use::kPlain, end_of_definition_comment);
  }
};

struct DirectiveDefinition {
  static constexpr NodeForm kForm{"DirectiveDefinition", "ast.DirectiveDefinitionList"};
  std::string_view description;
  std::string_view name;
  List<ArgumentDefinition*> arguments;
  List<Directive*> directives;
  List<std::string_view> locations;
  bool is_repeatable = false;
  Position position;
  CommentGroup* before_description_comment = nullptr;
  CommentGroup* after_description_comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Description", Use::kPlain, description);
    visit("Name", Use::kPlain, name);
    visit("Arguments", Use::kPlain, arguments);
    visit("Directives", Use::kPlain, directives);
    visit("Locations", Use::kPlain, locations);
    visit("IsRepeatable", Use::kPlain, is_repeatable);
    visit("BeforeDescriptionComment", Use::kPlain, before_description_comment);
    visit("AfterDescriptionComment", Use::kPlain, after_description_comment);
  }
};

struct OperationTypeDefinition {
  static constexpr NodeForm kForm{"OperationTypeDefinition", "ast.OperationTypeDefinitionList"};
  std::string_view operation;
  std::string_view type;
  Position position;
  CommentGroup* comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Operation", Use::kPlain, operation);
    visit("Type", Use::kPlain, type);
    visit("Comment", Use::kPlain, comment);
  }
};

struct SchemaDefinition {
  static constexpr NodeForm kForm{"SchemaDefinition", "ast.SchemaDefinitionList"};
  std::string_view description;
  List<Directive*> directives;
  List<OperationTypeDefinition*> operation_types;
  Position position;
  CommentGroup* before_description_comment = nullptr;
  CommentGroup* after_description_comment = nullptr;
  CommentGroup* end_of_definition_comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Description", Use::kPlain, description);
    visit("Directives", Use::kPlain, directives);
    visit("OperationTypes", Use::kPlain, operation_types);
    visit("BeforeDescriptionComment", Use::kPlain, before_description_comment);
    visit("AfterDescriptionComment", Use::kPlain, after_description_comment);
    visit("EndOfDefinitionComment", Use::kPlain, end_of_definition_comment);
  }
};

struct SchemaDocument {
  static constexpr NodeForm kForm{"SchemaDocument", ""};
  List<SchemaDefinition*> schema;
  List<SchemaDefinition*> schema_extension;
  List<DirectiveDefinition*> directives;
  List<DirectiveDefinition*> directive_extensions;
  List<Definition*> definitions;
  List<Definition*> extensions;
  CommentGroup* comment = nullptr;

  template <typename Visit>
  void members(Visit&& visit) {
    visit("Schema", Use::kPlain, schema);
    visit("SchemaExtension", Use::kPlain, schema_extension);
    visit("Directives", Use::kPlain, directives);
    visit("DirectiveExtensions", Use::kPlain, directive_extensions);
    visit("Definitions", Use::kPlain, definitions);
    visit("Extensions", Use::kPlain, extensions);
    visit("Comment", Use::kPlain, comment);
  }
};

}  // namespace writ::graphql
