// Tokens, values and executable documents.
//
// The parser looks one token ahead. Comments in front of a token are read together with it and are at hand until the
// token is taken; nodes that keep comments ask for them before they take their first token. Which nodes do is the
// library's affair: scalars and variables, for instance, lose theirs.
#include "engine/builtins/graphql/parser.h"

#include <utility>

#include "engine/builtins/graphql/parser_base.h"
#include "engine/value/text.h"

namespace writ::graphql {


std::string located(const Position& position, std::string_view message) {
  std::string text = position.source == Position::Source::kPrelude ? "prelude.graphql" : "input";
  if (position.is_known()) text += ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
  text += ": ";
  text += message;
  return text;
}

std::string located_in_schema(const Position& position, std::string_view message) {
  if (position.is_known()) return located(position, message);
  return located({-1, -1, Position::Source::kInput}, message);
}

// --- Tokens ----------------------------------------------------------------------------------------------------------

const Token& ParserBase::peek() {
  if (is_peeked_) return peeked_;
  peeked_ = lexer_.next();
  is_peeked_ = true;
  if (peeked_.kind == TokenKind::kComment) read_comments();
  return peeked_;
}

void ParserBase::read_comments() {
  auto* group = make<CommentGroup>();
  while (peeked_.kind == TokenKind::kComment) {
    auto* comment = make<Comment>();
    comment->value = peeked_.value;
    group->list.push(arena_, comment);
    previous_ = peeked_;
    peeked_ = lexer_.next();
  }
  comment_ = group;
}

Token ParserBase::next() {
  previous_ = peek();
  if (previous_.kind == TokenKind::kInvalid) fail(previous_, lexer_.error());
  is_peeked_ = false;
  comment_ = nullptr;
  return previous_;
}

bool ParserBase::skip(TokenKind kind) {
  if (!is_next(kind)) return false;
  next();
  return true;
}

Token ParserBase::expect(TokenKind kind) {
  if (is_next(kind)) return next();
  std::string message = "Expected ";
  message += token_kind_text(kind);
  message += ", found ";
  message += token_kind_text(peek().kind);
  fail(peek(), message);
}

void ParserBase::expect_keyword(std::string_view word) {
  if (is_word(word)) {
    next();
    return;
  }
  std::string message = "Expected ";
  append_quoted_go(message, word);
  fail(peek(), message + ", found " + peek().text());
}

void ParserBase::unexpected(const Token& token) { fail(token, "Unexpected " + token.text()); }

void ParserBase::fail_empty() {
  fail(peek(), "expected at least one definition, found " + std::string(token_kind_text(peek().kind)));
}

void ParserBase::fail(const Token& token, std::string_view message) {
  throw SyntaxError{located(token.position, message)};
}

// --- Parts of documents ----------------------------------------------------------------------------------------------

ParserBase::Description ParserBase::parse_description() {
  if (!is_next(TokenKind::kString) && !is_next(TokenKind::kBlockString)) return {};
  CommentGroup* before = comment();
  return {true, next().value, before};
}

std::string_view ParserBase::parse_operation_type() {
  Token token = next();
  if (token.value == "query" || token.value == "mutation" || token.value == "subscription") return token.value;
  unexpected(token);
}

std::string_view ParserBase::parse_variable() {
  expect(TokenKind::kDollar);
  return parse_name();
}

TypeReference* ParserBase::parse_type() {
  auto* type = make<TypeReference>();
  if (skip(TokenKind::kBracketLeft)) {
    Level level(depth_);
    type->position = here();
    type->elem = parse_type();
    expect(TokenKind::kBracketRight);
  } else {
    type->position = here();
    type->named_type = parse_name();
  }
  type->non_null = skip(TokenKind::kBang);
  return type;
}

Literal* ParserBase::make_literal(Literal::Kind kind) {
  auto* literal = make<Literal>();
  literal->kind = kind;
  literal->position = here();
  return literal;
}

Literal* ParserBase::parse_literal(bool is_constant) {
  Literal::Kind kind;
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::kBracketLeft: return parse_list(is_constant);
    case TokenKind::kBraceLeft: return parse_object(is_constant);
    case TokenKind::kDollar: {
      if (is_constant) unexpected();
      Literal* literal = make_literal(Literal::kVariable);
      literal->raw = parse_variable();
      return literal;
    }
    case TokenKind::kInt: kind = Literal::kInt; break;
    case TokenKind::kFloat: kind = Literal::kFloat; break;
    case TokenKind::kString: kind = Literal::kString; break;
    case TokenKind::kBlockString: kind = Literal::kBlock; break;
    case TokenKind::kName:
      kind = token.value == "true" || token.value == "false" ? Literal::kBoolean
             : token.value == "null"                         ? Literal::kNull
                                                             : Literal::kEnum;
      break;
    default: unexpected();
  }
  Literal* literal = make_literal(kind);
  literal->raw = next().value;
  return literal;
}

Literal* ParserBase::parse_list(bool is_constant) {
  Level level(depth_);
  Literal* list = make_literal(Literal::kList);
  list->comment = comment();
  next();
  while (!is_next(TokenKind::kBracketRight)) {
    auto* child = make<ChildValue>();
    child->value = parse_literal(is_constant);
    list->children.push(arena_, child);
  }
  next();
  return list;
}

Literal* ParserBase::parse_object(bool is_constant) {
  Level level(depth_);
  Literal* object = make_literal(Literal::kObject);
  object->comment = comment();
  next();
  while (!is_next(TokenKind::kBraceRight)) object->children.push(arena_, parse_object_field(is_constant));
  next();
  return object;
}

ChildValue* ParserBase::parse_object_field(bool is_constant) {
  auto* field = make<ChildValue>();
  field->position = here();
  field->comment = comment();
  field->name = parse_name();
  expect(TokenKind::kColon);
  field->value = parse_literal(is_constant);
  return field;
}

Argument* ParserBase::parse_argument(bool is_constant) {
  auto* argument = make<Argument>();
  argument->position = here();
  argument->comment = comment();
  argument->name = parse_name();
  expect(TokenKind::kColon);
  argument->value = parse_literal(is_constant);
  return argument;
}

List<Argument*> ParserBase::parse_arguments(bool is_constant) {
  List<Argument*> arguments;
  some(TokenKind::kParenLeft, TokenKind::kParenRight,
       [&] { arguments.push(arena_, parse_argument(is_constant)); });
  return arguments;
}

List<Directive*> ParserBase::parse_directives(bool is_constant) {
  List<Directive*> directives;
  while (skip(TokenKind::kAt)) {
    auto* directive = make<Directive>();
    directive->position = here();
    directive->name = parse_name();
    directive->arguments = parse_arguments(is_constant);
    directives.push(arena_, directive);
  }
  return directives;
}

// --- Executable documents --------------------------------------------------------------------------------------------

class QueryParser : ParserBase {
 public:
  QueryParser(Arena& arena, std::string_view text) : ParserBase(arena, text, Position::Source::kInput) {}

  void parse(QueryDocument* document);

 private:
  OperationDefinition* parse_operation(const Description& description);
  FragmentDefinition* parse_fragment_definition(const Description& description);
  List<VariableDefinition*> parse_variable_definitions();
  VariableDefinition* parse_variable_definition();
  List<Selection*> parse_selection_set();
  Selection* parse_selection() { return is_next(TokenKind::kSpread) ? parse_spread() : parse_field(); }
  Selection* parse_field();
  Selection* parse_spread();
  std::string_view parse_fragment_name();
  CommentGroup* joined(CommentGroup* before, CommentGroup* after);
};

void QueryParser::parse(QueryDocument* document) {
  while (!is_next(TokenKind::kEnd)) {
    Description description = parse_description();
    if (is_next(TokenKind::kBraceLeft) || is_word("query") || is_word("mutation") || is_word("subscription")) {
      document->operations.push(arena_, parse_operation(description));
    } else if (is_word("fragment")) {
      document->fragments.push(arena_, parse_fragment_definition(description));
    } else {
      unexpected();
    }
  }
}

OperationDefinition* QueryParser::parse_operation(const Description& description) {
  auto* operation = make<OperationDefinition>();
  operation->position = here();
  if (is_next(TokenKind::kBraceLeft)) {
    if (description.is_there) unexpected(previous_);
    operation->operation = "query";
    operation->selection_set = parse_selection_set();
    return operation;
  }
  operation->description = description.text;
  operation->comment = joined(description.comment, comment());
  operation->operation = parse_operation_type();
  if (is_next(TokenKind::kName)) operation->name = next().value;
  operation->variable_definitions = parse_variable_definitions();
  operation->directives = parse_directives(false);
  operation->selection_set = parse_selection_set();
  return operation;
}

FragmentDefinition* QueryParser::parse_fragment_definition(const Description& description) {
  auto* fragment = make<FragmentDefinition>();
  fragment->description = description.text;
  fragment->position = here();
  fragment->comment = joined(description.comment, comment());
  expect_keyword("fragment");
  fragment->name = parse_fragment_name();
  fragment->variable_definition = parse_variable_definitions();
  expect_keyword("on");
  fragment->type_condition = parse_name();
  fragment->directives = parse_directives(false);
  fragment->selection_set = parse_selection_set();
  return fragment;
}

// Those in front of a description and those between it and what it describes.
CommentGroup* QueryParser::joined(CommentGroup* before, CommentGroup* after) {
  if (before == nullptr) return after;
  if (after == nullptr) return before;
  auto* both = make<CommentGroup>();
  for (Comment* comment : before->list) both->list.push(arena_, comment);
  for (Comment* comment : after->list) both->list.push(arena_, comment);
  return both;
}

List<VariableDefinition*> QueryParser::parse_variable_definitions() {
  List<VariableDefinition*> variables;
  some(TokenKind::kParenLeft, TokenKind::kParenRight, [&] { variables.push(arena_, parse_variable_definition()); });
  return variables;
}

VariableDefinition* QueryParser::parse_variable_definition() {
  auto* variable = make<VariableDefinition>();
  Description description = parse_description();
  variable->description = description.text;
  variable->position = here();
  variable->comment = joined(description.comment, comment());
  variable->variable = parse_variable();
  expect(TokenKind::kColon);
  variable->type = parse_type();
  if (skip(TokenKind::kEquals)) variable->default_value = parse_literal(true);
  variable->directives = parse_directives(false);
  return variable;
}

List<Selection*> QueryParser::parse_selection_set() {
  Level level(depth_);
  if (!is_next(TokenKind::kBraceLeft)) expect(TokenKind::kBraceLeft);
  List<Selection*> selections;
  some(TokenKind::kBraceLeft, TokenKind::kBraceRight, [&] { selections.push(arena_, parse_selection()); });
  return selections;
}

Selection* QueryParser::parse_field() {
  auto* field = make<Field>();
  field->position = here();
  field->comment = comment();
  field->alias = parse_name();
  field->name = skip(TokenKind::kColon) ? parse_name() : field->alias;
  field->arguments = parse_arguments(false);
  field->directives = parse_directives(false);
  if (is_next(TokenKind::kBraceLeft)) field->selection_set = parse_selection_set();
  return field;
}

Selection* QueryParser::parse_spread() {
  CommentGroup* before = comment();
  next();
  if (is_next(TokenKind::kName) && peek().value != "on") {
    auto* spread = make<FragmentSpread>();
    spread->position = here();
    spread->comment = before;
    spread->name = parse_fragment_name();
    spread->directives = parse_directives(false);
    return spread;
  }
  auto* fragment = make<InlineFragment>();
  fragment->position = here();
  fragment->comment = before;
  if (peek().value == "on") {
    next();
    fragment->type_condition = parse_name();
  }
  fragment->directives = parse_directives(false);
  fragment->selection_set = parse_selection_set();
  return fragment;
}

std::string_view QueryParser::parse_fragment_name() {
  if (peek().value == "on") unexpected();
  return parse_name();
}

bool parse_query(Arena& arena, std::string_view text, QueryDocument* document, std::string* error) {
  try {
    QueryParser(arena, text).parse(document);
    return true;
  } catch (const SyntaxError& syntax_error) {
    *error = syntax_error.text;
    return false;
  }
}

}  // namespace writ::graphql
