// Tokens of a template, as Go's text/template/parse has them.
//
// Outside of actions there is text, which ends at {{; "{{- " and " -}}" trim the white space around an action, and comments are
// dropped. Inside an action white space is a token, for it separates operands. What cannot be read is a token of its own, whose
// text is Go's message; after it there is nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace writ {

enum class TemplateTokenKind : uint8_t {
  kError,
  kBool,
  kChar,  // any other sign, such as a comma
  kCharConstant,
  kComplex,
  kAssign,
  kDeclare,
  kEof,
  kField,
  kIdentifier,
  kLeftDelimiter,
  kLeftParen,
  kNumber,
  kPipe,
  kRawString,
  kRightDelimiter,
  kRightParen,
  kSpace,
  kString,
  kText,
  kVariable,
  // Words, and the dot, which messages show in angle brackets.
  kBlock,
  kBreak,
  kContinue,
  kDot,
  kDefine,
  kElse,
  kEnd,
  kIf,
  kNil,
  kRange,
  kTemplate,
  kWith,
};

struct TemplateToken {
  TemplateTokenKind kind = TemplateTokenKind::kError;
  uint32_t position = 0;
  uint32_t line = 0;
  std::string text;

  // As messages show it.
  std::string shown() const;
};

class TemplateLexer {
 public:
  explicit TemplateLexer(std::string_view input) : input_(input) {}
  TemplateToken next();

 private:
  using Kind = TemplateTokenKind;
  // False: nothing came of it, go on with what is next.
  bool lex_text();
  bool lex_left_delimiter();
  bool lex_comment();
  bool lex_inside();
  bool lex_right_delimiter();
  bool lex_space();
  bool lex_word();
  bool lex_field_or_variable(Kind kind);
  bool lex_number();
  bool lex_char_constant();
  bool lex_quoted();
  bool lex_raw();
  bool scan_number();

  bool emit(Kind kind);
  bool fail(std::string text);
  void ignore() { start_ = at_; }
  char32_t next_rune();
  char32_t peek_rune() const;
  bool accept(std::string_view set);
  void accept_run(std::string_view set);
  bool at_right_delimiter(bool* trims) const;
  bool at_terminator() const;
  bool unterminated(char quote);
  uint32_t line_at(size_t position);
  std::string_view rest() const { return input_.substr(at_); }

  std::string_view input_;
  size_t start_ = 0;
  size_t at_ = 0;
  size_t counted_ = 0;  // up to where lines are counted
  uint32_t line_ = 1;
  int parens_ = 0;
  bool inside_ = false;
  TemplateToken token_;
};

}  // namespace writ
