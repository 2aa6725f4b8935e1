// What the parsers of both kinds of documents share: a look at the next token, and values, types and directives.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/builtins/graphql/ast.h"
#include "engine/builtins/graphql/lexer.h"

namespace writ::graphql {

// Thrown at the first error and caught where parsing began.
struct SyntaxError {
  std::string text;
};

class ParserBase {
 protected:
  ParserBase(Arena& arena, std::string_view text, Position::Source source)
      : arena_(arena), lexer_(arena, text, source) {}

  // --- Tokens
  const Token& peek();
  Token next();
  Position here() { return peek().position; }
  bool is_next(TokenKind kind) { return peek().kind == kind; }
  // A name that is this word.
  bool is_word(std::string_view word) { return is_next(TokenKind::kName) && peek().value == word; }
  // Takes a token of that kind, if it is one.
  bool skip(TokenKind kind);
  Token expect(TokenKind kind);
  void expect_keyword(std::string_view word);
  [[noreturn]] void unexpected() { unexpected(peek()); }
  [[noreturn]] void unexpected(const Token& token);
  [[noreturn]] void fail(const Token& token, std::string_view message);
  // The comments in front of the next token; null if there are none.
  CommentGroup* comment() {
    peek();
    return comment_;
  }
  // Elements between two tokens, at least one; nothing where the first token is missing. The result is the comments in
  // front of the closing token.
  template <typename Element>
  CommentGroup* some(TokenKind begin, TokenKind end, Element element) {
    if (!skip(begin)) return nullptr;
    if (is_next(end)) fail_empty();
    while (!is_next(end)) element();
    CommentGroup* last = comment();
    next();
    return last;
  }

  // --- Parts of documents
  struct Description {
    bool is_there = false;
    std::string_view text;
    CommentGroup* comment = nullptr;
  };
  Description parse_description();
  std::string_view parse_name() { return expect(TokenKind::kName).value; }
  std::string_view parse_operation_type();
  std::string_view parse_variable();
  TypeReference* parse_type();
  Literal* parse_literal(bool is_constant);
  List<Argument*> parse_arguments(bool is_constant);
  List<Directive*> parse_directives(bool is_constant);

  template <typename Node>
  Node* make() {
    return make_node<Node>(arena_);
  }

  Arena& arena_;
  uint32_t depth_ = 0;
  Token previous_;  // taken last

 private:
  void read_comments();
  [[noreturn]] void fail_empty();

  Literal* make_literal(Literal::Kind kind);
  Literal* parse_list(bool is_constant);
  Literal* parse_object(bool is_constant);
  ChildValue* parse_object_field(bool is_constant);
  Argument* parse_argument(bool is_constant);

  Lexer lexer_;
  bool is_peeked_ = false;
  Token peeked_;
  CommentGroup* comment_ = nullptr;

};

}  // namespace writ::graphql
