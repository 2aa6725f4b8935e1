// The lexer goes on from `at_`; what is between `start_` and there is the token being read. Each lex_ function reads one kind of
// thing and either emits a token or leaves it to the loop in next() to go on. Lines are counted when a token is made.
#include "engine/builtins/templates/template_lex.h"

#include <utf8proc.h>

#include <algorithm>

#include "engine/builtins/support.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr char32_t kNoRune = 0xFFFFFFFF;
constexpr std::string_view kSpaces = " \t\r\n";

bool is_template_space(char32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_alphanumeric(char32_t c) {
  if (c == '_') return true;
  if (c == kNoRune) return false;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND: return true;
    default: return false;
  }
}

bool has_left_trim(std::string_view text) { return text.size() >= 2 && text[0] == '-' && is_template_space(text[1]); }
bool has_right_trim(std::string_view text) { return text.size() >= 2 && is_template_space(text[0]) && text[1] == '-'; }

std::string quoted(std::string_view text) {
  std::string result;
  append_quoted_go(result, text);
  return result;
}

// %#U
std::string shown_rune(char32_t code) {
  if (code == kNoRune) return "U+FFFFFFFFFFFFFFFF";
  std::string number;
  for (char32_t left = code; left != 0 || number.size() < 4; left >>= 4) number += "0123456789ABCDEF"[left & 0xF];
  std::reverse(number.begin(), number.end());
  std::string raw;
  append_rune(raw, code);
  bool printable = code == '"' || code == '\\' || quoted(raw) == "\"" + raw + "\"";
  return "U+" + number + (printable ? " '" + raw + "'" : "");
}

struct Word {
  std::string_view text;
  TemplateTokenKind kind;
};
constexpr Word kWords[] = {
    {"block", TemplateTokenKind::kBlock},   {"break", TemplateTokenKind::kBreak},
    {"continue", TemplateTokenKind::kContinue}, {"define", TemplateTokenKind::kDefine},
    {"else", TemplateTokenKind::kElse},     {"end", TemplateTokenKind::kEnd},
    {"if", TemplateTokenKind::kIf},         {"nil", TemplateTokenKind::kNil},
    {"range", TemplateTokenKind::kRange},   {"template", TemplateTokenKind::kTemplate},
    {"with", TemplateTokenKind::kWith},     {"true", TemplateTokenKind::kBool},
    {"false", TemplateTokenKind::kBool},
};

}  // namespace

std::string TemplateToken::shown() const {
  if (kind == TemplateTokenKind::kEof) return "EOF";
  if (kind == TemplateTokenKind::kError) return text;
  if (kind >= TemplateTokenKind::kBlock) return "<" + text + ">";
  if (text.size() <= 10) return quoted(text);
  size_t size = 0;
  for (int i = 0; i < 10 && size < text.size(); ++i) size += decode_rune(std::string_view(text).substr(size)).bytes;
  return quoted(std::string_view(text).substr(0, size)) + "...";
}

TemplateToken TemplateLexer::next() {
  token_ = {Kind::kEof, static_cast<uint32_t>(at_), line_at(start_), "EOF"};
  while (!(inside_ ? lex_inside() : lex_text())) {
  }
  return std::move(token_);
}

// --- tokens ----------------------------------------------------------------------------------------------------------

uint32_t TemplateLexer::line_at(size_t position) {
  if (position > counted_) {
    line_ += static_cast<uint32_t>(std::count(input_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                              input_.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
    counted_ = position;
  }
  return line_;
}

bool TemplateLexer::emit(Kind kind) {
  token_ = {kind, static_cast<uint32_t>(start_), line_at(start_), std::string(input_.substr(start_, at_ - start_))};
  start_ = at_;
  return true;
}

bool TemplateLexer::fail(std::string text) {
  token_ = {Kind::kError, static_cast<uint32_t>(start_), line_at(start_), std::move(text)};
  input_ = {};
  start_ = at_ = counted_ = 0;
  inside_ = false;
  return true;
}

char32_t TemplateLexer::peek_rune() const { return at_ >= input_.size() ? kNoRune : decode_rune(rest()).code; }

char32_t TemplateLexer::next_rune() {
  if (at_ >= input_.size()) return kNoRune;
  Rune rune = decode_rune(rest());
  at_ += rune.bytes;
  return rune.code;
}

bool TemplateLexer::accept(std::string_view set) {
  if (at_ >= input_.size() || set.find(input_[at_]) == std::string_view::npos) return false;
  ++at_;
  return true;
}

void TemplateLexer::accept_run(std::string_view set) {
  while (accept(set)) {
  }
}

bool TemplateLexer::at_right_delimiter(bool* trims) const {
  *trims = has_right_trim(rest()) && rest().substr(2).starts_with("}}");
  return *trims || rest().starts_with("}}");
}

bool TemplateLexer::at_terminator() const {
  char32_t c = peek_rune();
  if (is_template_space(c) || c == kNoRune) return true;
  constexpr std::string_view kEnds = ".,|:)(";
  return (c < 0x80 && kEnds.find(static_cast<char>(c)) != std::string_view::npos) || rest().starts_with("}}");
}

// --- outside of actions ----------------------------------------------------------------------------------------------

bool TemplateLexer::lex_text() {
  size_t found = input_.find("{{", at_);
  if (found == std::string_view::npos) {
    at_ = input_.size();
    return emit(at_ > start_ ? Kind::kText : Kind::kEof);
  }
  if (found > at_) {
    at_ = found;
    if (has_left_trim(input_.substr(found + 2))) {
      size_t last = input_.substr(start_, found - start_).find_last_not_of(kSpaces);
      at_ = last == std::string_view::npos ? start_ : start_ + last + 1;
    }
    bool is_empty = at_ == start_;
    if (!is_empty) emit(Kind::kText);
    at_ = start_ = found;
    if (!is_empty) return true;
  }
  return lex_left_delimiter();
}

bool TemplateLexer::lex_left_delimiter() {
  bool trims = has_left_trim(input_.substr(at_ + 2));
  size_t after = at_ + 2 + (trims ? 2 : 0);
  if (input_.substr(after).starts_with("/*")) {
    at_ = after;
    ignore();
    return lex_comment();
  }
  at_ += 2;
  emit(Kind::kLeftDelimiter);
  inside_ = true;
  parens_ = 0;
  at_ = after;
  ignore();
  return true;
}

bool TemplateLexer::lex_comment() {
  size_t end = input_.find("*/", at_ + 2);
  if (end == std::string_view::npos) return fail("unclosed comment");
  at_ = end + 2;
  bool trims = false;
  if (!at_right_delimiter(&trims)) return fail("comment ends before closing delimiter");
  at_ += trims ? 4 : 2;
  if (trims) at_ = std::min(input_.find_first_not_of(kSpaces, at_), input_.size());
  ignore();
  return false;
}

// --- inside of actions -----------------------------------------------------------------------------------------------

bool TemplateLexer::lex_right_delimiter() {
  bool trims = false;
  at_right_delimiter(&trims);
  if (trims) {
    at_ += 2;
    ignore();
  }
  at_ += 2;
  emit(Kind::kRightDelimiter);
  if (trims) at_ = std::min(input_.find_first_not_of(kSpaces, at_), input_.size());
  ignore();
  inside_ = false;
  return true;
}

bool TemplateLexer::lex_inside() {
  bool trims = false;
  if (at_right_delimiter(&trims)) return parens_ == 0 ? lex_right_delimiter() : fail("unclosed left paren");
  char32_t c = peek_rune();
  if (c == kNoRune) return fail("unclosed action");
  if (is_template_space(c)) return lex_space();
  bool is_digit = c >= '0' && c <= '9';
  if (is_alphanumeric(c) && !is_digit) return lex_word();
  if (is_digit || c == '+' || c == '-') return lex_number();
  next_rune();
  switch (c) {
    case '=': return emit(Kind::kAssign);
    case ':': return next_rune() == '=' ? emit(Kind::kDeclare) : fail("expected :=");
    case '|': return emit(Kind::kPipe);
    case '"': return lex_quoted();
    case '`': return lex_raw();
    case '$': return at_terminator() ? emit(Kind::kVariable) : lex_field_or_variable(Kind::kVariable);
    case '\'': return lex_char_constant();
    case '.':
      if (at_ < input_.size() && (input_[at_] < '0' || input_[at_] > '9')) return lex_field_or_variable(Kind::kField);
      at_ = start_;
      return lex_number();
    case '(': ++parens_; return emit(Kind::kLeftParen);
    case ')': return --parens_ < 0 ? fail("unexpected right paren") : emit(Kind::kRightParen);
    default: break;
  }
  if (c > ' ' && c < 0x7F) return emit(Kind::kChar);
  return fail("unrecognized character in action: " + shown_rune(c));
}

bool TemplateLexer::lex_space() {
  size_t begin = at_;
  while (is_template_space(peek_rune())) next_rune();
  // The last space may belong to the delimiter.
  if (has_right_trim(input_.substr(at_ - 1)) && input_.substr(at_ + 1).starts_with("}}")) {
    --at_;
    if (at_ == begin) return lex_right_delimiter();
  }
  return emit(Kind::kSpace);
}

bool TemplateLexer::lex_word() {
  while (is_alphanumeric(peek_rune())) next_rune();
  if (!at_terminator()) return fail("bad character " + shown_rune(peek_rune()));
  std::string_view word = input_.substr(start_, at_ - start_);
  for (const Word& known : kWords) {
    if (known.text == word) return emit(known.kind);
  }
  return emit(Kind::kIdentifier);
}

bool TemplateLexer::lex_field_or_variable(Kind kind) {
  if (at_terminator()) return emit(kind == Kind::kField ? Kind::kDot : Kind::kVariable);
  while (is_alphanumeric(peek_rune())) next_rune();
  return at_terminator() ? emit(kind) : fail("bad character " + shown_rune(peek_rune()));
}

bool TemplateLexer::lex_number() {
  auto bad = [this] { return fail("bad number syntax: " + quoted(input_.substr(start_, at_ - start_))); };
  if (!scan_number()) return bad();
  if (peek_rune() != '+' && peek_rune() != '-') return emit(Kind::kNumber);
  if (!scan_number() || input_[at_ - 1] != 'i') return bad();
  return emit(Kind::kComplex);
}

bool TemplateLexer::scan_number() {
  accept("+-");
  std::string_view digits = "0123456789_";
  if (accept("0")) {
    if (accept("xX")) digits = "0123456789abcdefABCDEF_";
    else if (accept("oO")) digits = "01234567_";
    else if (accept("bB")) digits = "01_";
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  if (accept(digits.size() == 11 ? "eE" : digits.size() == 23 ? "pP" : "")) {
    accept("+-");
    accept_run("0123456789_");
  }
  accept("i");
  if (!is_alphanumeric(peek_rune())) return true;
  next_rune();
  return false;
}

// Up to the closing quote; a backslash quotes anything but the end of the line.
bool TemplateLexer::unterminated(char quote) {
  for (;;) {
    char32_t c = next_rune();
    if (c == '\\') {
      c = next_rune();
      if (c != kNoRune && c != '\n') continue;
    }
    if (c == kNoRune || c == '\n') return true;
    if (c == static_cast<char32_t>(quote)) return false;
  }
}

bool TemplateLexer::lex_char_constant() {
  return unterminated('\'') ? fail("unterminated character constant") : emit(Kind::kCharConstant);
}

bool TemplateLexer::lex_quoted() { return unterminated('"') ? fail("unterminated quoted string") : emit(Kind::kString); }

bool TemplateLexer::lex_raw() {
  size_t end = input_.find('`', at_);
  if (end == std::string_view::npos) return fail("unterminated raw quoted string");
  at_ = end + 1;
  return emit(Kind::kRawString);
}

}  // namespace writ
