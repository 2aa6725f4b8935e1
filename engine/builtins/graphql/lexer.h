// The tokens of GraphQL documents.
//
// A lexer never stops: what is no token is one of kind kInvalid, and `error` is what to say of it if somebody takes it.
// Places are those OPA reports: characters are counted, not bytes; a string is where its content begins, and a block
// string is on its last line, in a column that is counted from its first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/builtins/graphql/ast.h"

namespace writ::graphql {

enum class TokenKind : uint8_t {
  kInvalid,
  kEnd,
  kBang,
  kDollar,
  kAmp,
  kParenLeft,
  kParenRight,
  kSpread,
  kColon,
  kEquals,
  kAt,
  kBracketLeft,
  kBracketRight,
  kBraceLeft,
  kBraceRight,
  kPipe,
  kName,
  kInt,
  kFloat,
  kString,
  kBlockString,
  kComment,
};

// "<EOF>", "!", "Name" and so on.
std::string_view token_kind_text(TokenKind kind);

struct Token {
  TokenKind kind = TokenKind::kInvalid;
  std::string_view value;  // of what is not always the same
  Position position;

  // For messages: its kind, and its value in quotes.
  std::string text() const;
};

class Lexer {
 public:
  // The text must outlive the tokens.
  Lexer(Arena& arena, std::string_view text, Position::Source source) : arena_(arena), text_(text), source_(source) {}

  // The next token; comments are tokens.
  Token next();
  // Of the last token, if it is invalid.
  const std::string& error() const { return error_; }

 private:
  bool is_at(std::string_view expected) const { return text_.substr(end_, expected.size()) == expected; }
  bool accept(std::string_view bytes);
  size_t accept_digits();
  void take(size_t bytes, size_t characters) {
    end_ += bytes;
    end_column_ += static_cast<int64_t>(characters);
  }
  void take(size_t ascii) { take(ascii, ascii); }
  void take_character(std::string* copy);
  void new_line();
  void skip_ignored();
  Token make(TokenKind kind) { return make(kind, text_.substr(start_, end_ - start_)); }
  Token make(TokenKind kind, std::string_view value);
  Token invalid(std::string message);
  Token invalid_character(std::string_view where, uint8_t byte);
  Token punctuator(uint8_t byte);
  Token unexpected(uint8_t byte);
  Token read_comment();
  Token read_name();
  Token read_number();
  Token read_string();
  bool read_escape(std::string& value, Token* failed);
  bool read_unicode_escape(std::string& value, Token* failed);
  bool read_braced_escape(std::string& value, Token* failed);
  Token read_block_string();
  std::string describe_next() const;

  Arena& arena_;
  std::string_view text_;
  Position::Source source_;
  std::string error_;
  size_t start_ = 0;  // of the token, in bytes
  size_t end_ = 0;
  // Characters of the text before these.
  int64_t start_column_ = 0;
  int64_t end_column_ = 0;
  int64_t line_start_ = 0;
  int32_t line_ = 1;
};

}  // namespace writ::graphql
