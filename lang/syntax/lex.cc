// Text to tokens. Lexer::run goes over the text once: white space and comments, then a token by its first character (word,
// number, string, template parts). A check of the whole text for characters that no policy may hold comes first. Below: what
// strings and numbers look like, and their escapes.
#include "lang/syntax/lex.h"

#include <algorithm>
#include <iterator>

#include "engine/base/meter.h"
#include "engine/base/utf8.h"
#include "lang/syntax/diagnostics.h"
#include "lang/syntax/parse.h"

namespace writ::lang {
namespace {

constexpr std::string_view kTokenNames[] = {
#define TOKEN(name, text) text,
#include "lang/syntax/tokens.def"
#undef TOKEN
};

constexpr uint32_t kByteOrderMarkPoint = 0xFEFF;
constexpr uint32_t kNonBreakingSpace = 0xA0;

// First of each run of ten decimal digits beyond ASCII (category Nd of Unicode 15). OPA admits them inside names.
constexpr uint32_t kDigitRuns[] = {
    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,   0xC66,   0xCE6,   0xD66,   0xDE6,
    0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,  0x1810,  0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,
    0x1C40,  0x1C50,  0xA620,  0xA8D0,  0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50,
    0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0,
    0x1E950, 0x1FBF0};

bool is_letter(uint32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_decimal(uint32_t c) { return c >= '0' && c <= '9'; }
bool is_name_part(uint32_t c) {
  if (c < 0x80) return is_letter(c) || is_decimal(c);
  const uint32_t* run = std::upper_bound(std::begin(kDigitRuns), std::end(kDigitRuns), c);
  return run != std::begin(kDigitRuns) && c - run[-1] < 10;
}
bool is_bidi_control(uint32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

class Lexer {
 public:
  Lexer(std::string_view text, uint32_t file) : text_(text), file_(file) {}

  TokenList run();

 private:
  static constexpr uint32_t kEnd = UINT32_MAX;

  // An open template string: whether it is raw, and how many braces are open inside its expression.
  struct OpenTemplate {
    bool raw;
    uint32_t braces;
  };

  // The character at the position, kEnd at the end of the text.
  uint32_t current() const { return at_ < text_.size() ? static_cast<uint8_t>(text_[at_]) : kEnd; }
  bool accept(char c) {
    if (current() != static_cast<uint8_t>(c)) return false;
    ++at_;
    return true;
  }
  void skip_code_point();
  void check_characters();
  void skip_space_and_comments();
  void comment();
  void token();
  void word();
  void number();
  bool digits();
  void string();
  void raw_string();
  void template_part(bool raw);
  void escape(bool is_template);
  void brace_closed();
  void punctuation(uint32_t c);
  void emit(TokenKind kind);
  // Lists an error of the token being read; it becomes illegal.
  void fail(DiagnosticId id, std::initializer_list<std::string_view> arguments = {});

  std::string_view text_;
  uint32_t file_;
  TokenList out_;
  std::vector<TokenError> characters_;  // that no policy may hold; their `token` is not known yet
  size_t next_character_ = 0;
  std::vector<OpenTemplate> templates_;
  uint32_t at_ = 0;
  uint32_t begin_ = 0;  // of the token being read
  uint32_t errors_ = 0;  // in tokens
  bool newline_ = false;
  bool broken_ = false;
};

TokenList Lexer::run() {
  check_characters();
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
  for (;;) {
    skip_space_and_comments();
    begin_ = at_;
    if (at_ >= text_.size()) break;
    charge_work(1);
    token();
  }
  emit(TokenKind::kEof);
  return std::move(out_);
}

// Characters no policy may hold, wherever they are: strings and comments included.
void Lexer::check_characters() {
  const char* begin = text_.data();
  const char* end = begin + text_.size();
  uint32_t found = 0;
  for (const char* p = begin; p < end && found < kMaxErrors;) {
    if (*p > 0) {
      ++p;
      continue;
    }
    CodePoint point = decode_utf8(p, end);
    auto offset = static_cast<uint32_t>(p - begin);
    Span span{file_, offset, offset + point.size};
    auto refuse = [&](DiagnosticId id, std::initializer_list<std::string_view> arguments = {}) {
      characters_.push_back({0, make_diagnostic(id, span, arguments)});
      characters_.back().diagnostic.shows_line = true;
      ++found;
    };
    if (point.value == 0) {
      refuse(DiagnosticId::kNullCharacter);
    } else if (point.value == CodePoint::kInvalid) {
      refuse(DiagnosticId::kInvalidUtf8);
    } else if (point.value == kByteOrderMarkPoint && offset > 0) {
      refuse(DiagnosticId::kByteOrderMark);
    } else if (is_bidi_control(point.value)) {
      std::string name = "U+20";
      for (uint32_t shift : {4u, 0u}) name += "0123456789ABCDEF"[point.value >> shift & 0xF];
      refuse(DiagnosticId::kBidiControl, {name});
    }
    p += point.size;
  }
}

void Lexer::skip_space_and_comments() {
  for (;;) {
    switch (current()) {
      case '\n':
        newline_ = true;
        [[fallthrough]];
      case ' ':
      case '\t':
      case '\r':
        ++at_;
        break;
      case '#':
        comment();
        break;
      default:
        return;
    }
  }
}

void Lexer::comment() {
  uint32_t begin = at_;
  size_t end = text_.find('\n', at_);
  at_ = static_cast<uint32_t>(end == std::string_view::npos ? text_.size() : end);
  uint32_t last = at_;
  while (last > begin + 1 && text_[last - 1] == '\r') --last;
  out_.comments.push_back({{file_, begin, last}, std::string(text_.substr(begin + 1, last - begin - 1))});
}

void Lexer::token() {
  uint32_t c = current();
  if (is_letter(c)) return word();
  if (is_decimal(c)) return number();
  if (c >= 0x80 || c == 0) {
    // A byte-order mark, NUL or ill-formed byte is among characters_ already; others are for the parser to refuse.
    CodePoint point = decode_utf8(text_.data() + at_, text_.data() + text_.size());
    if (point.value == kNonBreakingSpace) fail(DiagnosticId::kNonBreakingSpace);
    at_ += point.size;
    return emit(TokenKind::kIllegal);
  }
  ++at_;
  switch (c) {
    case '"':
      return string();
    case '`':
      return raw_string();
    case '$':
      if (accept('"')) return template_part(false);
      if (accept('`')) return template_part(true);
      fail(DiagnosticId::kIllegalCharacter, {"$"});
      return emit(TokenKind::kIllegal);
    case '{':
      if (!templates_.empty()) ++templates_.back().braces;
      return emit(TokenKind::kLeftBrace);
    case '}':
      return brace_closed();
    default:
      return punctuation(c);
  }
}

void Lexer::word() {
  while (at_ < text_.size()) {
    auto c = static_cast<uint8_t>(text_[at_]);
    if (c < 0x80) {
      if (!is_name_part(c)) break;
      ++at_;
      continue;
    }
    CodePoint point = decode_utf8(text_.data() + at_, text_.data() + text_.size());
    if (point.value == CodePoint::kInvalid || !is_name_part(point.value)) break;
    at_ += point.size;
  }
  emit(keyword_kind(text_.substr(begin_, at_ - begin_)));
}

void Lexer::number() {
  digits();
  if (accept('.') && !digits()) fail(DiagnosticId::kExpectedFraction);
  if (current() == 'e' || current() == 'E') {
    ++at_;
    if (current() == '+' || current() == '-') ++at_;
    if (!digits()) fail(DiagnosticId::kExpectedExponent);
  }
  if (is_letter(current())) {
    fail(DiagnosticId::kNumberFormat);
    while (is_name_part(current())) ++at_;
  }
  emit(TokenKind::kNumber);
}

bool Lexer::digits() {
  uint32_t begin = at_;
  while (is_decimal(current())) ++at_;
  return at_ > begin;
}

void Lexer::string() {
  for (;;) {
    uint32_t c = current();
    if (c == '\n' || c == kEnd) {
      fail(DiagnosticId::kUnterminatedString);
      break;
    }
    ++at_;
    if (c == '"') break;
    if (c == '\\') escape(false);
  }
  emit(TokenKind::kString);
}

void Lexer::raw_string() {
  size_t end = text_.find('`', at_);
  if (end == std::string_view::npos) {
    at_ = static_cast<uint32_t>(text_.size());
    fail(DiagnosticId::kUnterminatedString);
  } else {
    at_ = static_cast<uint32_t>(end + 1);
  }
  emit(TokenKind::kString);
}

// Reads on in a template string to its next `{` or its end; the delimiter before is behind the position.
void Lexer::template_part(bool raw) {
  TokenKind end_kind = raw ? TokenKind::kRawTemplateEnd : TokenKind::kTemplateEnd;
  for (;;) {
    uint32_t c = current();
    if (c == kEnd || (c == '\n' && !raw)) {
      fail(DiagnosticId::kUnterminatedString);
      return emit(end_kind);
    }
    ++at_;
    if (c == (raw ? '`' : '"')) return emit(end_kind);
    if (c == '{') {
      templates_.push_back({raw, 0});
      return emit(raw ? TokenKind::kRawTemplatePart : TokenKind::kTemplatePart);
    }
    if (c != '\\') continue;
    if (raw) {
      accept('{');
    } else {
      escape(true);
    }
  }
}

// Steps over what follows a backslash. OPA's scanner takes four characters from the `u` on without a look at them, so a
// quote among them does not end the string.
void Lexer::escape(bool is_template) {
  uint32_t c = current();
  if (c == 'u') {
    for (int i = 0; i < 4 && at_ < text_.size(); ++i) skip_code_point();
    return;
  }
  constexpr std::string_view kEscapes = "\\\"/bfnrt";
  bool is_json = c != kEnd && kEscapes.find(static_cast<char>(c)) != std::string_view::npos;
  bool known = is_json || (is_template && c == '{');
  if (known) {
    ++at_;
    return;
  }
  fail(DiagnosticId::kIllegalEscape);
}

void Lexer::skip_code_point() {
  at_ += decode_utf8(text_.data() + at_, text_.data() + text_.size()).size;
}

void Lexer::brace_closed() {
  emit(TokenKind::kRightBrace);
  if (templates_.empty()) return;
  OpenTemplate& open = templates_.back();
  if (open.braces > 0) {
    --open.braces;
    return;
  }
  bool raw = open.raw;
  templates_.pop_back();
  begin_ = at_;
  template_part(raw);
}

void Lexer::punctuation(uint32_t c) {
  switch (c) {
    case '[': return emit(TokenKind::kLeftBracket);
    case ']': return emit(TokenKind::kRightBracket);
    case '(': return emit(TokenKind::kLeftParen);
    case ')': return emit(TokenKind::kRightParen);
    case ',': return emit(TokenKind::kComma);
    case '.': return emit(TokenKind::kDot);
    case ';': return emit(TokenKind::kSemicolon);
    case '+': return emit(TokenKind::kAdd);
    case '-': return emit(TokenKind::kSubtract);
    case '*': return emit(TokenKind::kMultiply);
    case '/': return emit(TokenKind::kDivide);
    case '%': return emit(TokenKind::kRemainder);
    case '&': return emit(TokenKind::kAnd);
    case '|': return emit(TokenKind::kOr);
    case ':': return emit(accept('=') ? TokenKind::kAssign : TokenKind::kColon);
    case '=': return emit(accept('=') ? TokenKind::kEqual : TokenKind::kUnify);
    case '>': return emit(accept('=') ? TokenKind::kGreaterEqual : TokenKind::kGreater);
    case '<': return emit(accept('=') ? TokenKind::kLessEqual : TokenKind::kLess);
    case '!':
      if (accept('=')) return emit(TokenKind::kNotEqual);
      fail(DiagnosticId::kIllegalCharacter, {"!"});
      return emit(TokenKind::kIllegal);
    default: return emit(TokenKind::kIllegal);
  }
}

void Lexer::fail(DiagnosticId id, std::initializer_list<std::string_view> arguments) {
  broken_ = true;
  if (++errors_ > kMaxErrors) return;
  Span span{file_, begin_, std::max(at_, begin_ + 1)};
  span.end = std::min<uint32_t>(span.end, static_cast<uint32_t>(text_.size()));
  Diagnostic diagnostic = make_diagnostic(id, span, arguments);
  diagnostic.shows_line = true;
  out_.errors.push_back({static_cast<uint32_t>(out_.tokens.size()), std::move(diagnostic)});
}

void Lexer::emit(TokenKind kind) {
  auto number = static_cast<uint32_t>(out_.tokens.size());
  bool has_errors = broken_;
  for (; next_character_ < characters_.size(); ++next_character_) {
    TokenError& error = characters_[next_character_];
    if (error.diagnostic.span.begin >= at_ && kind != TokenKind::kEof) break;
    broken_ |= error.diagnostic.span.begin >= begin_;
    has_errors = true;
    out_.errors.push_back({number, std::move(error.diagnostic)});
  }
  out_.tokens.push_back({broken_ ? TokenKind::kIllegal : kind, newline_, has_errors, begin_, at_});
  newline_ = false;
  broken_ = false;
}

}  // namespace

std::string_view token_name(TokenKind kind) { return kTokenNames[static_cast<size_t>(kind)]; }

bool is_keyword(TokenKind kind) { return kind >= TokenKind::kPackage && kind <= TokenKind::kLogicalOr; }
bool is_optional_keyword(TokenKind kind) { return kind >= TokenKind::kEvery && kind <= TokenKind::kLogicalOr; }

TokenKind keyword_kind(std::string_view word) {
  if (word.size() > 8) return TokenKind::kIdentifier;
  for (auto i = static_cast<size_t>(TokenKind::kPackage); i <= static_cast<size_t>(TokenKind::kLogicalOr); ++i) {
    if (kTokenNames[i] == word) return static_cast<TokenKind>(i);
  }
  return TokenKind::kIdentifier;
}

TokenList lex(const SourceMap& sources, uint32_t file) {
  return Lexer(sources.file(file).text, file).run();
}

namespace {

// Four hexadecimal digits; UINT32_MAX if they are not.
uint32_t hex4(std::string_view text) {
  if (text.size() < 4) return UINT32_MAX;
  uint32_t value = 0;
  for (char c : text.substr(0, 4)) {
    uint32_t digit = c >= '0' && c <= '9'   ? static_cast<uint32_t>(c - '0')
                     : c >= 'a' && c <= 'f' ? static_cast<uint32_t>(c - 'a' + 10)
                     : c >= 'A' && c <= 'F' ? static_cast<uint32_t>(c - 'A' + 10)
                                            : 16;
    if (digit == 16) return UINT32_MAX;
    value = value << 4 | digit;
  }
  return value;
}

// What follows `\u` at `i` (at its first digit); moves `i` past it.
bool append_unicode_escape(std::string_view inner, size_t& i, std::string& value) {
  uint32_t point = hex4(inner.substr(i));
  if (point == UINT32_MAX) return false;
  i += 4;
  bool high = point >= 0xD800 && point <= 0xDBFF;
  if (high && inner.substr(i, 2) == "\\u") {
    uint32_t low = hex4(inner.substr(i + 2));
    if (low >= 0xDC00 && low <= 0xDFFF) {
      i += 6;
      append_utf8(value, 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00));
      return true;
    }
  }
  append_utf8(value, point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point);
  return true;
}

}  // namespace

bool unescape_string(std::string_view inner, bool is_template, std::string& value) {
  value.clear();
  bool has_escape = false;   // other than `\{`, which is resolved before JSON's rules apply
  bool has_control = false;
  for (size_t i = 0; i < inner.size();) {
    char c = inner[i++];
    if (c != '\\') {
      has_control |= static_cast<uint8_t>(c) < 0x20;
      value += c;
      continue;
    }
    if (i == inner.size()) return false;
    c = inner[i++];
    if (is_template && c == '{') {
      value += c;
      continue;
    }
    has_escape = true;
    switch (c) {
      case 'b': value += '\b'; break;
      case 'f': value += '\f'; break;
      case 'n': value += '\n'; break;
      case 'r': value += '\r'; break;
      case 't': value += '\t'; break;
      case 'u':
        if (!append_unicode_escape(inner, i, value)) return false;
        break;
      default: value += c; break;
    }
  }
  // Control characters pass only in strings OPA does not read as JSON: those without escapes.
  return !(has_escape && has_control);
}

}  // namespace writ::lang
