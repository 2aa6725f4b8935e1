// Reading tokens byte by byte.
//
// Everything but names, comments and strings is ASCII; those count a character for each code point, and for each byte
// that is none. White space, commas and byte order marks are skipped wherever they are. Strings without escapes are
// parts of the document, others are put into the arena. The value of a block string is what is left when the
// indentation that all its lines have in common and the blank lines around it are removed.
#include "engine/builtins/graphql/lexer.h"

#include <array>
#include <cstdio>
#include <vector>

#include "engine/base/utf8.h"
#include "engine/value/text.h"

namespace writ::graphql {

namespace {

constexpr std::string_view kKindTexts[] = {
    "<Invalid>", "<EOF>", "!", "$", "&", "(", ")", "...", ":", "=", "@",
    "[", "]", "{", "}", "|", "Name", "Int", "Float", "String", "BlockString", "Comment",
};

struct Punctuator {
  char byte;
  TokenKind kind;
};
constexpr Punctuator kPunctuators[] = {
    {'!', TokenKind::kBang},        {'$', TokenKind::kDollar},       {'&', TokenKind::kAmp},
    {'(', TokenKind::kParenLeft},   {')', TokenKind::kParenRight},   {':', TokenKind::kColon},
    {'=', TokenKind::kEquals},      {'@', TokenKind::kAt},           {'[', TokenKind::kBracketLeft},
    {']', TokenKind::kBracketRight}, {'{', TokenKind::kBraceLeft},   {'}', TokenKind::kBraceRight},
    {'|', TokenKind::kPipe},
};

constexpr uint32_t kReplacement = 0xFFFD;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// The value of a hexadecimal digit, -1 if it is none.
int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Four of them.
bool read_hex(std::string_view digits, uint32_t* value) {
  *value = 0;
  for (char c : digits) {
    int digit = hex_digit(c);
    if (digit < 0) return false;
    *value = *value << 4 | static_cast<uint32_t>(digit);
  }
  return true;
}

bool is_surrogate(uint32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

// A byte as a character, as Go's string(byte) has it.
std::string character(uint8_t byte) {
  std::string text;
  append_utf8(text, byte);
  return text;
}

// How far a line is indented; npos if there is nothing else in it.
size_t indentation(std::string_view line) { return line.find_first_not_of(" \t"); }

std::string block_string_value(std::string_view raw) {
  std::vector<std::string_view> lines;
  for (size_t begin = 0;;) {
    size_t end = raw.find('\n', begin);
    lines.push_back(raw.substr(begin, end - begin));
    if (end == raw.npos) break;
    begin = end + 1;
  }
  size_t common = std::string_view::npos;
  for (std::string_view line : lines) common = std::min(common, indentation(line));
  if (common != std::string_view::npos) {
    for (size_t i = 1; i < lines.size(); i++) lines[i].remove_prefix(std::min(common, lines[i].size()));
  }
  size_t first = 0;
  size_t last = lines.size();
  while (first < last && indentation(lines[first]) == std::string_view::npos) first++;
  while (first < last && indentation(lines[last - 1]) == std::string_view::npos) last--;
  std::string value;
  for (size_t i = first; i < last; i++) {
    if (i > first) value += '\n';
    value += lines[i];
  }
  return value;
}

}  // namespace

std::string_view token_kind_text(TokenKind kind) { return kKindTexts[static_cast<size_t>(kind)]; }

std::string Token::text() const {
  std::string text(token_kind_text(kind));
  if (value.empty()) return text;
  text += ' ';
  append_quoted_go(text, value);
  return text;
}

// --- Places ----------------------------------------------------------------------------------------------------------

Token Lexer::make(TokenKind kind, std::string_view value) {
  return {kind, value, {line_, static_cast<int32_t>(start_column_ - line_start_ + 1), source_}};
}

Token Lexer::invalid(std::string message) {
  error_ = std::move(message);
  return {TokenKind::kInvalid, {}, {line_, static_cast<int32_t>(end_column_ - line_start_ + 1), source_}};
}

// A control character.
Token Lexer::invalid_character(std::string_view where, uint8_t byte) {
  char code[16];
  std::snprintf(code, sizeof code, "\"\\u%04x\"", byte);
  return invalid(std::string(where) + code);
}

void Lexer::new_line() {
  line_++;
  line_start_ = end_column_;
}

void Lexer::take_character(std::string* copy) {
  CodePoint point = decode_utf8(text_.data() + end_, text_.data() + text_.size());
  if (copy != nullptr) append_utf8(*copy, point.value == CodePoint::kInvalid ? kReplacement : point.value);
  take(point.size, 1);
}

void Lexer::skip_ignored() {
  while (end_ < text_.size()) {
    char c = text_[end_];
    if (c == ' ' || c == '\t' || c == ',') {
      take(1);
    } else if (c == '\n') {
      take(1);
      new_line();
    } else if (c == '\r') {
      take(1);
      new_line();
      if (end_ < text_.size() && text_[end_] == '\n') take(1);
    } else if (is_at("\xEF\xBB\xBF")) {
      take(3, 1);
    } else {
      return;
    }
  }
}

bool Lexer::accept(std::string_view bytes) {
  if (end_ >= text_.size() || bytes.find(text_[end_]) == bytes.npos) return false;
  take(1);
  return true;
}

size_t Lexer::accept_digits() {
  size_t before = end_;
  while (end_ < text_.size() && is_digit(text_[end_])) take(1);
  return end_ - before;
}

std::string Lexer::describe_next() const {
  if (end_ >= text_.size()) return "<EOF>";
  return "\"" + character(static_cast<uint8_t>(text_[end_])) + "\"";
}

// --- Tokens ----------------------------------------------------------------------------------------------------------

Token Lexer::next() {
  skip_ignored();
  start_ = end_;
  start_column_ = end_column_;
  if (end_ >= text_.size()) return make(TokenKind::kEnd, {});
  char c = text_[end_];
  if (is_name_start(c)) return read_name();
  if (c == '-' || is_digit(c)) return read_number();
  if (c == '"') return is_at("\"\"\"") ? read_block_string() : read_string();
  if (c == '#') return read_comment();
  if (is_at("...")) {
    take(3);
    return make(TokenKind::kSpread, {});
  }
  return punctuator(static_cast<uint8_t>(c));
}

Token Lexer::punctuator(uint8_t byte) {
  for (const Punctuator& punctuator : kPunctuators) {
    if (punctuator.byte != static_cast<char>(byte)) continue;
    take(1);
    return make(punctuator.kind, {});
  }
  return unexpected(byte);
}

Token Lexer::unexpected(uint8_t byte) {
  if (byte < 0x20) return invalid_character("Cannot contain the invalid character ", byte);
  if (byte == '\'') {
    return invalid("Unexpected single quote character ('), did you mean to use a double quote (\")?");
  }
  return invalid("Cannot parse the unexpected character \"" + character(byte) + "\".");
}

Token Lexer::read_comment() {
  while (end_ < text_.size() && (static_cast<uint8_t>(text_[end_]) >= 0x20 || text_[end_] == '\t')) {
    take_character(nullptr);
  }
  return make(TokenKind::kComment);
}

Token Lexer::read_name() {
  while (end_ < text_.size() && (is_name_start(text_[end_]) || is_digit(text_[end_]))) take(1);
  return make(TokenKind::kName);
}

Token Lexer::read_number() {
  constexpr std::string_view kExpectedDigit = "Invalid number, expected digit but got: ";
  bool is_float = false;
  accept("-");
  if (accept("0")) {
    if (end_ < text_.size() && is_digit(text_[end_])) {
      return invalid("Invalid number, unexpected digit after 0: " + describe_next() + ".");
    }
  } else if (accept_digits() == 0) {
    return invalid(std::string(kExpectedDigit) + describe_next() + ".");
  }
  if (accept(".")) {
    is_float = true;
    if (accept_digits() == 0) return invalid(std::string(kExpectedDigit) + describe_next() + ".");
  }
  if (accept("eE")) {
    is_float = true;
    accept("+-");
    if (accept_digits() == 0) return invalid(std::string(kExpectedDigit) + describe_next() + ".");
  }
  return make(is_float ? TokenKind::kFloat : TokenKind::kInt);
}

// --- Strings ---------------------------------------------------------------------------------------------------------

Token Lexer::read_string() {
  take(1);
  start_++;
  start_column_++;
  std::string value;  // only if there are escapes
  bool is_copied = false;
  while (end_ < text_.size()) {
    char c = text_[end_];
    if (c == '\n' || c == '\r') break;
    if (static_cast<uint8_t>(c) < 0x20 && c != '\t') {
      Token token = invalid_character("Invalid character within String: ", static_cast<uint8_t>(c));
      error_ += '.';
      return token;
    }
    if (c == '"') {
      Token token = is_copied ? make(TokenKind::kString, arena_.copy(value)) : make(TokenKind::kString);
      take(1);
      return token;
    }
    if (c != '\\') {
      take_character(is_copied ? &value : nullptr);
      continue;
    }
    if (!is_copied) value = text_.substr(start_, end_ - start_);
    is_copied = true;
    Token failed;
    if (!read_escape(value, &failed)) return failed;
  }
  return invalid("Unterminated string.");
}

bool Lexer::read_escape(std::string& value, Token* failed) {
  constexpr std::string_view kEscapes = "\"/\\bfnrt";
  constexpr std::string_view kMeanings = "\"/\\\b\f\n\r\t";
  if (end_ + 1 >= text_.size()) {
    take(1);
    *failed = invalid("Invalid character escape sequence.");
    return false;
  }
  char escape = text_[end_ + 1];
  if (escape == 'u') return read_unicode_escape(value, failed);
  size_t which = kEscapes.find(escape);
  if (which == kEscapes.npos) {
    take(1);
    *failed = invalid("Invalid character escape sequence: \\" + character(static_cast<uint8_t>(escape)) + ".");
    return false;
  }
  value += kMeanings[which];
  take(2);
  return true;
}

// \u and four digits. A leading surrogate and a trailing one behind it are one character; other surrogates are none.
bool Lexer::read_unicode_escape(std::string& value, Token* failed) {
  if (text_.substr(end_ + 2, 1) == "{") return read_braced_escape(value, failed);
  bool is_short = end_ + 6 >= text_.size();
  uint32_t code = 0;
  if (is_short || !read_hex(text_.substr(end_ + 2, 4), &code)) {
    take(1);
    std::string_view quoted = is_short ? text_.substr(end_) : text_.substr(end_, 5);
    *failed = invalid("Invalid character escape sequence: \\" + std::string(quoted) + ".");
    return false;
  }
  take(6);
  uint32_t trailing = 0;
  if (code >= 0xD800 && code < 0xDC00 && end_ + 6 < text_.size() && is_at("\\u") &&
      read_hex(text_.substr(end_ + 2, 4), &trailing) && trailing >= 0xDC00 && trailing <= 0xDFFF) {
    code = 0x10000 + ((code - 0xD800) << 10) + (trailing - 0xDC00);
    take(6);
  }
  append_utf8(value, is_surrogate(code) ? kReplacement : code);
  return true;
}

// \u{ with one to eight digits and }.
bool Lexer::read_braced_escape(std::string& value, Token* failed) {
  constexpr size_t kMostDigits = 8;
  std::string_view rest = text_.substr(end_ + 3);
  uint64_t code = 0;
  size_t n = 0;
  bool is_right = false;
  while (n < rest.size() && n <= kMostDigits) {
    if (rest[n] == '}') {
      n++;
      is_right = n > 1 && code <= 0x10FFFF && !is_surrogate(static_cast<uint32_t>(code));
      break;
    }
    int digit = hex_digit(rest[n]);
    if (digit < 0) break;
    code = code << 4 | static_cast<uint64_t>(digit);
    n++;
  }
  if (!is_right) {
    take(1);
    *failed = invalid("Invalid character escape sequence: \\" + std::string(text_.substr(end_, 2 + n)) + ".");
    return false;
  }
  take(3 + n);
  append_utf8(value, static_cast<uint32_t>(code));
  return true;
}

Token Lexer::read_block_string() {
  take(3);
  start_ += 3;
  start_column_ += 3;
  std::string raw;
  while (end_ < text_.size()) {
    char c = text_[end_];
    if (c == '"') {
      size_t quotes = text_.find_first_not_of('"', end_);
      quotes = (quotes == text_.npos ? text_.size() : quotes) - end_;
      if (quotes >= 3) {
        raw.append(quotes - 3, '"');
        Token token = make(TokenKind::kBlockString, arena_.copy(block_string_value(raw)));
        take(quotes);
        return token;
      }
    }
    if (static_cast<uint8_t>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      Token token = invalid_character("Invalid character within String: ", static_cast<uint8_t>(c));
      error_ += '.';
      return token;
    }
    if (is_at("\\\"\"\"")) {
      raw += "\"\"\"";
      take(4);
    } else if (c == '\r') {
      if (text_.substr(end_ + 1, 1) == "\n") take(1);
      raw += '\n';
      take(1);
      new_line();
    } else {
      take_character(&raw);
      if (c == '\n') new_line();
    }
  }
  return invalid("Unterminated string.");
}

}  // namespace writ::graphql
