// Type system documents.
//
// The six kinds of types are parsed alike: a keyword, a name, interfaces, directives, and what it has. Which of these a
// kind has is the table kTypeKinds; its extensions differ in the keyword `extend` in front, in that they have no
// description, and in that they must extend something. Every definition keeps three groups of comments: in front of its
// description, behind it, and in front of its closing brace.
#include <iterator>

#include "engine/builtins/graphql/parser.h"
#include "engine/builtins/graphql/parser_base.h"
#include "engine/builtins/graphql/schema.h"

namespace writ::graphql {

namespace {

struct TypeKind {
  enum class Body : uint8_t { kNone, kFields, kInputFields, kMembers, kValues };

  std::string_view keyword;
  std::string_view kind;
  bool has_interfaces;
  Body body;
  // The library lets extensions of input objects use variables in directives.
  bool is_extension_constant = true;
};
constexpr TypeKind kTypeKinds[] = {
    {"scalar", kinds::kScalar, false, TypeKind::Body::kNone},
    {"type", kinds::kObject, true, TypeKind::Body::kFields},
    {"interface", kinds::kInterface, true, TypeKind::Body::kFields},
    {"union", kinds::kUnion, false, TypeKind::Body::kMembers},
    {"enum", kinds::kEnum, false, TypeKind::Body::kValues},
    {"input", kinds::kInputObject, false, TypeKind::Body::kInputFields, false},
};

const TypeKind* find_type_kind(std::string_view keyword) {
  for (const TypeKind& kind : kTypeKinds) {
    if (kind.keyword == keyword) return &kind;
  }
  return nullptr;
}

constexpr std::string_view kLocations[] = {
    "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT",
    "VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE",
    "UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION", "DIRECTIVE_DEFINITION",
};

}  // namespace

class SchemaParser : ParserBase {
 public:
  SchemaParser(Arena& arena, std::string_view text, Position::Source source)
      : ParserBase(arena, text, source), is_prelude_(source == Position::Source::kPrelude) {}

  void parse(SchemaDocument* document);

 private:
  void parse_definition(SchemaDocument* document);
  void parse_extension(SchemaDocument* document);
  SchemaDefinition* parse_schema_definition(const Description& description, CommentGroup* after);
  OperationTypeDefinition* parse_root_type();
  Definition* parse_type_definition(const TypeKind& kind, const Description& description, CommentGroup* after,
                                    bool is_constant);
  void parse_body(TypeKind::Body body, Definition* definition);
  void parse_interfaces(Definition* definition);
  void parse_members(Definition* definition);
  DirectiveDefinition* parse_directive_definition(const Description& description);
  DirectiveDefinition* parse_directive_extension(CommentGroup* after);
  std::string_view parse_location();
  FieldDefinition* parse_field(bool is_input);
  ArgumentDefinition* parse_argument_definition();
  EnumValueDefinition* parse_enum_value();
  List<ArgumentDefinition*> parse_argument_definitions();
  template <typename Node>
  Node* begin_described();
  template <typename Node>
  void set_comments(Node* node, const Description& description, CommentGroup* after);

  bool is_prelude_;
};

void SchemaParser::parse(SchemaDocument* document) {
  while (!is_next(TokenKind::kEnd)) parse_definition(document);
  document->comment = comment();
}

void SchemaParser::parse_definition(SchemaDocument* document) {
  Description description = parse_description();
  if (!is_next(TokenKind::kName)) unexpected();
  if (const TypeKind* kind = find_type_kind(peek().value)) {
    CommentGroup* after = comment();
    next();
    document->definitions.push(arena_, parse_type_definition(*kind, description, after, true));
  } else if (is_word("schema")) {
    CommentGroup* after = comment();
    next();
    document->schema.push(arena_, parse_schema_definition(description, after));
  } else if (is_word("directive")) {
    document->directives.push(arena_, parse_directive_definition(description));
  } else if (is_word("extend")) {
    if (!description.text.empty()) unexpected(previous_);
    parse_extension(document);
  } else {
    unexpected();
  }
}

void SchemaParser::parse_extension(SchemaDocument* document) {
  CommentGroup* after = comment();
  next();
  if (is_word("schema")) {
    next();
    SchemaDefinition* schema = parse_schema_definition({}, after);
    if (schema->directives.empty() && schema->operation_types.empty()) unexpected();
    document->schema_extension.push(arena_, schema);
    return;
  }
  if (is_word("directive")) {
    document->directive_extensions.push(arena_, parse_directive_extension(after));
    return;
  }
  const TypeKind* kind = is_next(TokenKind::kName) ? find_type_kind(peek().value) : nullptr;
  if (kind == nullptr) {
    // Whatever has such a value is taken for the keyword first.
    for (const TypeKind& any : kTypeKinds) {
      if (peek().value == any.keyword) expect_keyword(any.keyword);
    }
    if (peek().value == "schema") expect_keyword("schema");
    if (peek().value == "directive") expect_keyword("directive");
    unexpected();
  }
  next();
  Definition* definition = parse_type_definition(*kind, {}, after, kind->is_extension_constant);
  if (definition->interfaces.empty() && definition->directives.empty() && definition->fields.empty() &&
      definition->types.empty() && definition->enum_values.empty()) {
    unexpected();
  }
  document->extensions.push(arena_, definition);
}

// --- Schemas ---------------------------------------------------------------------------------------------------------

template <typename Node>
void SchemaParser::set_comments(Node* node, const Description& description, CommentGroup* after) {
  node->before_description_comment = description.comment;
  node->description = description.text;
  node->after_description_comment = after;
}

SchemaDefinition* SchemaParser::parse_schema_definition(const Description& description, CommentGroup* after) {
  auto* schema = make<SchemaDefinition>();
  schema->position = here();
  set_comments(schema, description, after);
  schema->directives = parse_directives(true);
  schema->end_of_definition_comment = some(TokenKind::kBraceLeft, TokenKind::kBraceRight,
                                           [&] { schema->operation_types.push(arena_, parse_root_type()); });
  return schema;
}

OperationTypeDefinition* SchemaParser::parse_root_type() {
  auto* root = make<OperationTypeDefinition>();
  root->position = here();
  root->comment = comment();
  root->operation = parse_operation_type();
  expect(TokenKind::kColon);
  root->type = parse_name();
  return root;
}

// --- Types -----------------------------------------------------------------------------------------------------------

// Behind the keyword.
Definition* SchemaParser::parse_type_definition(const TypeKind& kind, const Description& description,
                                                CommentGroup* after, bool is_constant) {
  auto* definition = make<Definition>();
  definition->position = here();
  definition->kind = kind.kind;
  definition->built_in = is_prelude_;
  set_comments(definition, description, after);
  definition->name = parse_name();
  if (kind.has_interfaces) parse_interfaces(definition);
  definition->directives = parse_directives(is_constant);
  parse_body(kind.body, definition);
  return definition;
}

void SchemaParser::parse_body(TypeKind::Body body, Definition* definition) {
  switch (body) {
    case TypeKind::Body::kNone: return;
    case TypeKind::Body::kMembers: parse_members(definition); return;
    case TypeKind::Body::kFields:
    case TypeKind::Body::kInputFields:
      definition->end_of_definition_comment = some(TokenKind::kBraceLeft, TokenKind::kBraceRight, [&] {
        definition->fields.push(arena_, parse_field(body == TypeKind::Body::kInputFields));
      });
      return;
    case TypeKind::Body::kValues:
      definition->end_of_definition_comment = some(TokenKind::kBraceLeft, TokenKind::kBraceRight, [&] {
        definition->enum_values.push(arena_, parse_enum_value());
      });
      return;
  }
}

void SchemaParser::parse_interfaces(Definition* definition) {
  if (peek().value != "implements") return;
  next();
  skip(TokenKind::kAmp);
  do {
    definition->interfaces.push(arena_, parse_name());
  } while (skip(TokenKind::kAmp));
}

void SchemaParser::parse_members(Definition* definition) {
  if (!skip(TokenKind::kEquals)) return;
  skip(TokenKind::kPipe);
  do {
    definition->type_positions.push(arena_, here());
    definition->types.push(arena_, parse_name());
  } while (skip(TokenKind::kPipe));
}

// --- Directives ------------------------------------------------------------------------------------------------------

DirectiveDefinition* SchemaParser::parse_directive_definition(const Description& description) {
  auto* definition = make<DirectiveDefinition>();
  set_comments(definition, description, comment());
  next();
  expect(TokenKind::kAt);
  definition->position = here();
  definition->name = parse_name();
  definition->arguments = parse_argument_definitions();
  definition->directives = parse_directives(true);
  if (is_word("repeatable")) {
    definition->is_repeatable = true;
    next();
  }
  expect_keyword("on");
  skip(TokenKind::kPipe);
  do {
    definition->locations.push(arena_, parse_location());
  } while (skip(TokenKind::kPipe));
  return definition;
}

DirectiveDefinition* SchemaParser::parse_directive_extension(CommentGroup* after) {
  auto* definition = make<DirectiveDefinition>();
  next();
  expect(TokenKind::kAt);
  definition->position = here();
  definition->after_description_comment = after;
  definition->name = parse_name();
  definition->directives = parse_directives(true);
  if (definition->directives.empty()) unexpected();
  return definition;
}

std::string_view SchemaParser::parse_location() {
  Token token = expect(TokenKind::kName);
  for (std::string_view location : kLocations) {
    if (token.value == location) return location;
  }
  unexpected(token);
}

// --- Fields, arguments and values ------------------------------------------------------------------------------------

// A node with the description in front of it; an empty one is as good as none.
template <typename Node>
Node* SchemaParser::begin_described() {
  auto* node = make<Node>();
  Description description = parse_description();
  if (description.text.empty()) description.comment = nullptr;
  set_comments(node, description, comment());
  node->position = here();
  node->name = parse_name();
  return node;
}

FieldDefinition* SchemaParser::parse_field(bool is_input) {
  auto* field = begin_described<FieldDefinition>();
  if (!is_input) field->arguments = parse_argument_definitions();
  expect(TokenKind::kColon);
  field->type = parse_type();
  if (is_input && skip(TokenKind::kEquals)) field->default_value = parse_literal(true);
  field->directives = parse_directives(true);
  return field;
}

List<ArgumentDefinition*> SchemaParser::parse_argument_definitions() {
  List<ArgumentDefinition*> arguments;
  some(TokenKind::kParenLeft, TokenKind::kParenRight, [&] { arguments.push(arena_, parse_argument_definition()); });
  return arguments;
}

ArgumentDefinition* SchemaParser::parse_argument_definition() {
  auto* argument = begin_described<ArgumentDefinition>();
  expect(TokenKind::kColon);
  argument->type = parse_type();
  if (skip(TokenKind::kEquals)) argument->default_value = parse_literal(true);
  argument->directives = parse_directives(true);
  return argument;
}

EnumValueDefinition* SchemaParser::parse_enum_value() {
  auto* value = begin_described<EnumValueDefinition>();
  value->directives = parse_directives(true);
  return value;
}

bool parse_schema(Arena& arena, std::string_view text, Position::Source source, SchemaDocument* document,
                  std::string* error) {
  try {
    SchemaParser(arena, text, source).parse(document);
    return true;
  } catch (const SyntaxError& syntax_error) {
    *error = syntax_error.text;
    return false;
  }
}

}  // namespace writ::graphql
