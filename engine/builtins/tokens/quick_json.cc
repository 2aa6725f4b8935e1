// A reader that goes down into containers by calling itself, as the library does: no deeper than 300 levels, and an error
// names every container around it.
#include "engine/builtins/tokens/quick_json.h"

#include <cstdint>
#include <utility>

#include "engine/builtins/support.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr int kMaxDepth = 300;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  return to_lower(text) == lower_case;
}

// A string as Go quotes it, shortened in the middle.
std::string quoted_ends(std::string_view text) {
  std::string shown(text);
  if (text.size() > 80) shown = std::string(text.substr(0, 40)) + "..." + std::string(text.substr(text.size() - 40));
  std::string quoted;
  append_quoted_go(quoted, shown);
  return quoted;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted_go(out, text);
  return out;
}

// The four digits of an escape, or false.
bool read_hex(std::string_view digits, uint32_t* code) {
  if (digits.size() < 4) return false;
  *code = 0;
  for (char c : digits.substr(0, 4)) {
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return false;
    *code = *code << 4 | static_cast<uint32_t>(digit);
  }
  return true;
}

// What "\u" and the digits behind it stand for; what is no escape stays as it is written. `rest` begins behind the "u".
void unescape_code(std::string_view& rest, std::string& out) {
  uint32_t code = 0;
  if (!read_hex(rest, &code)) {
    out += "\\u";
    return;
  }
  std::string_view digits = rest.substr(0, 4);
  rest.remove_prefix(4);
  if (code < 0xD800 || code > 0xDFFF) {
    append_rune(out, code);
    return;
  }
  uint32_t low = 0;
  if (rest.size() < 6 || !rest.starts_with("\\u") || !read_hex(rest.substr(2), &low)) {
    out += "\\u";
    out += digits;
    return;
  }
  bool is_pair = code < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF;
  append_rune(out, is_pair ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : kRuneError);
  rest.remove_prefix(6);
}

std::string unescape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    char c = text[0];
    text.remove_prefix(1);
    if (c != '\\' || text.empty()) {
      if (c != '\\') out += c;
      continue;
    }
    c = text[0];
    text.remove_prefix(1);
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (size_t i = kNames.find(c); i != std::string_view::npos) out += kMeanings[i];
    else if (c == 'u') unescape_code(text, out);
    else (out += '\\') += c;
  }
  return out;
}

struct Ignore {
  void operator()(std::string_view, std::string_view, std::string_view) const {}
};

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  const std::string& error() const { return error_; }

  // A value at the front of the rest. `visit(key, value, kind)` is told the members if it is an object.
  template <typename Visit>
  bool read_value(int depth, std::string_view* value, std::string_view* kind, const Visit& visit) {
    if (rest_.empty()) return fail("cannot parse empty string");
    if (depth > kMaxDepth) return fail("too big depth for the nested JSON; it exceeds 300");
    std::string_view before = rest_;
    char c = rest_[0];
    bool ok = true;
    if (c == '{') {
      *kind = "object";
      ok = read_object(depth, visit) || wrap("cannot parse object: ");
    } else if (c == '[') {
      *kind = "array";
      ok = read_array(depth) || wrap("cannot parse array: ");
    } else if (c == '"') {
      *kind = "string";
      rest_.remove_prefix(1);
      return read_string(value) || wrap("cannot parse string: ");
    } else if (c == 't' || c == 'f' || c == 'n') {
      ok = read_word(kind);
    } else {
      *kind = "number";
      ok = read_number() || wrap("cannot parse number: ");
    }
    *value = before.substr(0, before.size() - rest_.size());
    return ok;
  }

  void skip_space() {
    while (!rest_.empty() && is_space(rest_[0])) rest_.remove_prefix(1);
  }

 private:
  bool fail(std::string text) {
    error_ = std::move(text);
    return false;
  }
  bool wrap(std::string_view prefix) {
    error_.insert(0, prefix);
    return false;
  }
  // The next character that is no space; nothing is taken.
  bool next_is(char c) {
    skip_space();
    return !rest_.empty() && rest_[0] == c;
  }
  bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  template <typename Visit>
  bool read_object(int depth, const Visit& visit) {
    rest_.remove_prefix(1);
    skip_space();
    if (rest_.empty()) return fail("missing '}'");
    if (take('}')) return true;
    for (;;) {
      std::string_view key, value, kind;
      if (!take('"')) return fail("cannot find opening '\"\" for object key");
      if (!read_string(&key)) return wrap("cannot parse object key: ");
      if (!take(':')) return fail("missing ':' after object key");
      skip_space();
      if (!read_value(depth + 1, &value, &kind, Ignore{})) return wrap("cannot parse object value: ");
      visit(key, value, kind);
      skip_space();
      if (rest_.empty()) return fail("unexpected end of object");
      if (take('}')) return true;
      if (!take(',')) return fail("missing ',' after object value");
    }
  }

  bool read_array(int depth) {
    rest_.remove_prefix(1);
    skip_space();
    if (rest_.empty()) return fail("missing ']'");
    if (take(']')) return true;
    for (;;) {
      std::string_view value, kind;
      skip_space();
      if (!read_value(depth + 1, &value, &kind, Ignore{})) return wrap("cannot parse array value: ");
      skip_space();
      if (rest_.empty()) return fail("unexpected end of array");
      if (take(']')) return true;
      if (!take(',')) return fail("missing ',' after array value");
    }
  }

  // Up to the quote that no odd number of backslashes stands before. An error leaves nothing behind it.
  bool read_string(std::string_view* text) {
    size_t backslashes = 0;
    for (size_t i = 0; i < rest_.size(); i++) {
      if (rest_[i] == '"' && backslashes % 2 == 0) {
        *text = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return true;
      }
      backslashes = rest_[i] == '\\' ? backslashes + 1 : 0;
    }
    rest_ = {};
    return fail("missing closing '\"'");
  }

  bool read_word(std::string_view* kind) {
    for (std::string_view word : {"true", "false", "null"}) {
      if (!rest_.starts_with(word)) continue;
      *kind = word;
      rest_.remove_prefix(word.size());
      return true;
    }
    if (rest_[0] == 'n' && equals_ignoring_case(rest_.substr(0, 3), "nan")) {
      *kind = "number";
      rest_.remove_prefix(3);
      return true;
    }
    return fail("unexpected value found: " + quoted(rest_));
  }

  bool read_number() {
    size_t i = rest_.find_first_not_of("0123456789.-eE+");
    if (i == std::string_view::npos) i = rest_.size();
    bool is_sign = i == 1 && (rest_[0] == '-' || rest_[0] == '+');
    if (i < rest_.size() && (i == 0 || is_sign)) {
      std::string_view word = rest_.substr(i, 3);
      if (!equals_ignoring_case(word, "inf") && !equals_ignoring_case(word, "nan")) {
        return fail("unexpected char: " + quoted(rest_.substr(0, 1)));
      }
      i += 3;
    }
    rest_.remove_prefix(i);
    return true;
  }

  std::string_view rest_;
  std::string error_;
};

}  // namespace

QuickJson::QuickJson(std::string_view text) {
  Parser parser(text);
  std::string_view value, kind;
  parser.skip_space();
  auto keep = [this](std::string_view key, std::string_view member, std::string_view member_kind) {
    members_.push_back({key, member, member_kind});
  };
  if (!parser.read_value(1, &value, &kind, keep)) {
    error_ = "cannot parse JSON: " + parser.error() + "; unparsed tail: " + quoted_ends(parser.rest());
  } else {
    parser.skip_space();
    if (!parser.rest().empty()) error_ = "unexpected tail: " + quoted_ends(parser.rest());
  }
  if (!error_.empty()) members_.clear();
}

// Keys are compared as they are written, and only if none is equal without their escapes.
const QuickJson::Member* QuickJson::find(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.key == name) return &member;
  }
  for (const Member& member : members_) {
    if (member.key.find('\\') != std::string_view::npos && unescape(member.key) == name) return &member;
  }
  return nullptr;
}

bool QuickJson::has(std::string_view name) const { return find(name) != nullptr; }

bool QuickJson::find_string(std::string_view name, std::string* value, std::string* error) const {
  const Member* member = find(name);
  if (!error_.empty()) *error = error_;
  else if (member == nullptr) *error = "jwsbb: header \"" + std::string(name) + "\" not found";
  else if (member->kind != "string") *error = "value doesn't contain string; it contains " + std::string(member->kind);
  else *value = unescape(member->value);
  return error->empty();
}

}  // namespace writ
