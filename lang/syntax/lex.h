// Text to tokens.
//
// The whole text becomes one list of tokens, the last of which is kEof. White space and comments are not tokens: what
// matters of them is whether two tokens touch (`p[x]` against `p [x]`), which their offsets show, and whether a line
// ended between them, which `newline_before` says. Comments are listed apart.
//
// Words get the kind of the keyword they spell, whatever the version; the parser decides which are in force. Template
// strings come as parts: `$"a {x} b"` is kTemplatePart `$"a {`, the tokens of x, kRightBrace, kTemplateEnd ` b"`.
//
// A token that cannot be read is a kIllegal one, and what is wrong with it is listed with its number: a reader who gets
// there says it, one who stops before does not. Of characters that may not be there, and of other errors, the first
// kMaxErrors (parse.h) are listed.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

enum class TokenKind : uint8_t {
#define TOKEN(name, text) name,
#include "lang/syntax/tokens.def"
#undef TOKEN
};

struct Token {
  TokenKind kind = TokenKind::kEof;
  bool newline_before = false;  // a line feed is between this token and the one before
  bool has_errors = false;      // there are errors of it
  uint32_t begin = 0;           // byte offsets
  uint32_t end = 0;
};

struct TokenError {
  uint32_t token;  // its number; that of the next one for what is in a comment
  Diagnostic diagnostic;
};

struct TokenList {
  std::vector<Token> tokens;
  std::vector<TokenError> errors;  // in the order of tokens
  std::vector<Comment> comments;
};

// How messages call a token: "identifier", "{", "eof".
std::string_view token_name(TokenKind kind);
// kPackage … kLogicalOr.
bool is_keyword(TokenKind kind);
// A keyword by version or import alone.
bool is_optional_keyword(TokenKind kind);
// The bit of a keyword from kEvery to kLogicalOr, or of kNot, in a set of them.
constexpr uint32_t keyword_bit(TokenKind kind) { return 1u << (static_cast<uint32_t>(kind) & 31); }
// The keyword that is spelled so, kIdentifier if none.
TokenKind keyword_kind(std::string_view word);

// Reads all tokens of file number `file`. Linear; keeps no reference to the text.
TokenList lex(const SourceMap& sources, uint32_t file);

// The value of a string token or template part given its text without delimiters: escapes are resolved as JSON has them
// (a lone surrogate becomes U+FFFD), and `\{` where `is_template`. Returns false on a malformed one.
bool unescape_string(std::string_view inner, bool is_template, std::string& value);

}  // namespace writ::lang
