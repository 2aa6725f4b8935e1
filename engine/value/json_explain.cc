// Says why a text is not acceptable JSON: the first fault in the order of the text, with its place and what was
// expected there. Speed does not matter here; being strict and exact does.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/value/json_parts.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_digit(int c) { return c >= '0' && c <= '9'; }
bool is_space(int c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string in_hex(uint32_t value, int digits) {
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) text += "0123456789ABCDEF"[value >> shift & 0xF];
  return text;
}

class Explainer {
 public:
  Explainer(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  // Returns only if there is no fault.
  void run();

 private:
  struct Container {
    bool is_object;
    std::set<std::string, std::less<>> names;
  };

  void read_value(std::string_view expected);
  void open(bool is_object);
  void read_name(std::string_view expected);
  void read_word(std::string_view word);
  void read_number();
  void read_digits(std::string_view where);
  std::string read_string();
  void read_escape(size_t begin, std::string& to);
  uint32_t read_hex4(size_t begin);
  int32_t low_surrogate_at(size_t at) const;

  int peek() const { return at_ < text_.size() ? static_cast<uint8_t>(text_[at_]) : -1; }
  void skip_space() {
    while (is_space(peek())) ++at_;
  }
  std::string what_is_here() const;
  [[noreturn]] void fail_unexpected(std::string_view expected) const;
  [[noreturn]] void fail(ErrorCode code, size_t offset, std::string detail) const;

  std::string_view text_;
  const JsonLimits& limits_;
  size_t at_ = 0;
  std::vector<Container> open_;
};

void Explainer::run() {
  uint64_t limit = std::min(limits_.bytes, kLargestJson);
  if (text_.size() > limit) {
    fail(ErrorCode::E_SIZE, 0,
         "the document has " + std::to_string(text_.size()) + " bytes; the limit is " + std::to_string(limit));
  }
  if (text_.starts_with(kByteOrderMark)) fail(ErrorCode::E_JSON_BOM, 0, "a byte order mark is not part of JSON");
  read_value("a value");
  while (!open_.empty()) {
    skip_space();
    bool is_object = open_.back().is_object;
    if (peek() == ',') {
      ++at_;
      if (is_object) read_name("a member name");
      read_value(is_object ? "a value after `:`" : "a value after `,`");
    } else if (peek() == (is_object ? '}' : ']')) {
      ++at_;
      open_.pop_back();
    } else {
      fail_unexpected(is_object ? "`,` or `}` after a member" : "`,` or `]` after an element");
    }
  }
  skip_space();
  if (at_ != text_.size()) fail_unexpected("nothing after the value");
}

// A scalar or an empty container entirely, of any other container everything before its first inner value, and so on.
void Explainer::read_value(std::string_view expected) {
  for (;;) {
    skip_space();
    int c = peek();
    if (c == '{' || c == '[') {
      open(c == '{');
      skip_space();
      if (peek() == (c == '{' ? '}' : ']')) {
        ++at_;
        open_.pop_back();
        return;
      }
      if (c == '{') read_name("a member name or `}`");
      expected = c == '{' ? "a value after `:`" : "a value or `]`";
      continue;
    }
    if (c == '"') {
      read_string();
    } else if (c == 't') {
      read_word("true");
    } else if (c == 'f') {
      read_word("false");
    } else if (c == 'n') {
      read_word("null");
    } else if (is_digit(c) || c == '-' || c == '+' || c == '.') {
      read_number();
    } else {
      fail_unexpected(expected);
    }
    return;
  }
}

void Explainer::open(bool is_object) {
  if (open_.size() >= limits_.depth) {
    fail(ErrorCode::E_DEPTH, at_, "the limit for nesting is " + std::to_string(limits_.depth));
  }
  open_.push_back({is_object, {}});
  ++at_;
}

void Explainer::read_name(std::string_view expected) {
  skip_space();
  if (peek() != '"') fail_unexpected(expected);
  size_t begin = at_;
  std::string name = read_string();
  if (open_.back().names.contains(name)) {
    std::string detail = "the object already has a member ";
    append_quoted_go(detail, name.size() <= 80 ? name : name.substr(0, 80) + "…");
    fail(ErrorCode::E_DUP_KEY, begin, std::move(detail));
  }
  open_.back().names.insert(std::move(name));
  skip_space();
  if (peek() != ':') fail_unexpected("`:` after a member name");
  ++at_;
}

void Explainer::read_word(std::string_view word) {
  size_t begin = at_;
  for (char c : word) {
    if (peek() != c) {
      at_ = begin;
      fail_unexpected("a value");
    }
    ++at_;
  }
  if (is_letter(peek()) || is_digit(peek())) {
    at_ = begin;
    fail_unexpected("a value");
  }
}

void Explainer::read_number() {
  size_t begin = at_;
  if (peek() == '-') ++at_;
  if (peek() == '+') fail(ErrorCode::E_JSON_NUMBER, at_, "a number has no plus sign");
  if (peek() == '0') {
    ++at_;
    if (is_digit(peek())) fail(ErrorCode::E_JSON_NUMBER, at_, "a number has no leading zeros");
  } else {
    read_digits(peek() == '.' ? "before the point" : "after the sign");
  }
  if (peek() == '.') {
    ++at_;
    read_digits("after the point");
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    read_digits("in the exponent");
  }
  int next = peek();
  if (is_letter(next) || next == '_' || next == '.' || next == '+' || next == '-') {
    fail(ErrorCode::E_JSON_NUMBER, at_, "a number cannot go on with " + what_is_here());
  }
  if (!number_is_valid(text_.substr(begin, at_ - begin))) {
    fail(ErrorCode::E_NUM_RANGE, begin, "the number has too many digits or its exponent is out of range");
  }
}

void Explainer::read_digits(std::string_view where) {
  if (!is_digit(peek())) {
    fail(ErrorCode::E_JSON_NUMBER, at_,
         "expected a digit " + std::string(where) + " of a number, found " + what_is_here());
  }
  while (is_digit(peek())) ++at_;
}

// From the opening quote; what the string means.
std::string Explainer::read_string() {
  std::string meant;
  size_t begin = at_++;
  for (;;) {
    int c = peek();
    if (c < 0) {
      fail(ErrorCode::E_JSON_SYNTAX, at_,
           "the string that starts at offset " + std::to_string(begin) + " is not closed");
    }
    if (c == '"') {
      ++at_;
      return meant;
    }
    if (c == '\\') {
      size_t escape = at_++;
      read_escape(escape, meant);
      continue;
    }
    if (c < 0x20) fail(ErrorCode::E_JSON_SYNTAX, at_, "a string cannot hold " + what_is_here() + " unescaped");
    CodePoint point = decode_utf8(text_.data() + at_, text_.data() + text_.size());
    if (point.value == CodePoint::kInvalid) fail(ErrorCode::E_UTF8, at_, what_is_here() + " is not UTF-8 here");
    meant.append(text_.substr(at_, point.size));
    at_ += point.size;
  }
}

// After the backslash, which is at `begin`.
void Explainer::read_escape(size_t begin, std::string& to) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  int c = peek();
  size_t letter = c < 0 ? std::string_view::npos : kLetters.find(static_cast<char>(c));
  if (letter != std::string_view::npos) {
    to += kMeant[letter];
    ++at_;
    return;
  }
  if (c != 'u') {
    fail(ErrorCode::E_JSON_SYNTAX, begin,
         "expected one of `\"\\/bfnrtu` after a backslash, found " + what_is_here());
  }
  ++at_;
  uint32_t code = read_hex4(begin);
  if (code >= 0xD800 && code < 0xE000) {
    int32_t low = code < 0xDC00 ? low_surrogate_at(at_) : -1;
    if (low < 0) fail(ErrorCode::E_UTF8, begin, "the surrogate U+" + in_hex(code, 4) + " has no partner");
    code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<uint32_t>(low) - 0xDC00);
    at_ += 6;
  }
  append_utf8(to, code);
}

uint32_t Explainer::read_hex4(size_t begin) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    int c = peek();
    int lower = c | 0x20;
    bool is_hex_letter = c >= 0 && lower >= 'a' && lower <= 'f';
    if (!is_digit(c) && !is_hex_letter) {
      fail(ErrorCode::E_JSON_SYNTAX, begin, "expected four hexadecimal digits after `\\u`, found " + what_is_here());
    }
    value = value << 4 | static_cast<uint32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
  }
  return value;
}

// The second half of a pair if it is written at `at`, or -1.
int32_t Explainer::low_surrogate_at(size_t at) const {
  std::string_view escape = text_.substr(at, 6);
  if (escape.size() < 6 || !escape.starts_with("\\u")) return -1;
  int32_t value = 0;
  for (char c : escape.substr(2)) {
    size_t digit = std::string_view("0123456789abcdef").find(is_letter(c) ? static_cast<char>(c | 0x20) : c);
    if (digit == std::string_view::npos) return -1;
    value = value << 4 | static_cast<int32_t>(digit);
  }
  return value >= 0xDC00 && value < 0xE000 ? value : -1;
}

std::string Explainer::what_is_here() const {
  if (at_ >= text_.size()) return "the end of the document";
  CodePoint point = decode_utf8(text_.data() + at_, text_.data() + text_.size());
  if (point.value == CodePoint::kInvalid) return "byte " + in_hex(static_cast<uint8_t>(text_[at_]), 2);
  if (point.value > 0x20 && point.value < 0x7F) return "`" + std::string(1, text_[at_]) + "`";
  return "U+" + in_hex(point.value, point.value > 0xFFFF ? 6 : 4);
}

void Explainer::fail_unexpected(std::string_view expected) const {
  bool ill_formed = at_ < text_.size() && decode_utf8(text_.data() + at_, text_.data() + text_.size()).value ==
                                              CodePoint::kInvalid;
  fail(ill_formed ? ErrorCode::E_UTF8 : ErrorCode::E_JSON_SYNTAX, at_,
       "expected " + std::string(expected) + ", found " + what_is_here());
}

void Explainer::fail(ErrorCode code, size_t offset, std::string detail) const {
  Error error;
  error.code = code;
  error.detail = std::move(detail);
  error.offset = offset;
  error.row = 1;
  size_t line = 0;
  for (size_t i = 0; i < offset; ++i) {
    if (text_[i] != '\n') continue;
    ++error.row;
    line = i + 1;
  }
  error.column = static_cast<uint32_t>(offset - line + 1);
  throw Failure(std::move(error));
}

}  // namespace

void explain_json(std::string_view text, const JsonLimits& limits) {
  Explainer(text, limits).run();
  throw Failure(ErrorCode::E_INTERNAL, "the JSON reader rejected a document without a fault");
}

}  // namespace writ
