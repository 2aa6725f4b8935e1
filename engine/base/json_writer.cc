#include "engine/base/json_writer.h"

#include <algorithm>

#include "engine/base/json_escape.h"
#include "engine/base/utf8.h"

namespace writ {

namespace {

// The letter of an escape, as in json_escape.h; HTML's own characters are escaped on request.
char escape_letter(char c, bool escape_html) {
  bool is_html = c == '<' || c == '>' || c == '&';
  return escape_html && is_html ? 'u' : json_escape_of(c);
}

// The escape of a character that is not ASCII; empty for most, which are copied.
std::string_view escape_of(uint32_t character) {
  switch (character) {
    case 0x2028: return "\\u2028";
    case 0x2029: return "\\u2029";
    case CodePoint::kInvalid: return "\\ufffd";
    default: return {};
  }
}

}  // namespace

void append_cj1_string(std::string& out, std::string_view text) {
  out += '"';
  size_t done = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (json_escape_of(text[i]) == '\0') continue;
    out.append(text, done, i - done);
    append_json_escape(out, text[i], json_escape_of(text[i]));
    done = i + 1;
  }
  out.append(text, done, text.size() - done);
  out += '"';
}

void append_json_string(std::string& out, std::string_view text, JsonEscape escape) {
  if (escape == JsonEscape::kCanonical) return append_cj1_string(out, text);
  out += '"';
  const char* end = text.data() + text.size();
  const char* plain = text.data();  // where the part begins that is not copied yet
  for (const char* p = plain; p != end;) {
    CodePoint point = decode_utf8(p, end);
    char letter = point.value < 0x80 ? escape_letter(*p, escape == JsonEscape::kHtml) : '\0';
    std::string_view other = point.value < 0x80 ? std::string_view() : escape_of(point.value);
    if (letter != '\0' || !other.empty()) {
      out.append(plain, p);
      if (letter != '\0') append_json_escape(out, *p, letter);
      out += other;
      plain = p + point.size;
    }
    p += point.size;
  }
  out.append(plain, end);
  out += '"';
}

void append_decimal(std::string& out, uint64_t number) { append_decimal_padded(out, number, 1); }

void append_decimal_padded(std::string& out, uint64_t number, int digits) {
  char text[20];
  int at = 20;
  while (number > 0 || 20 - at < digits) {
    text[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  out.append(text + at, static_cast<size_t>(20 - at));
}

std::optional<uint64_t> read_decimal(std::string_view text) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  uint64_t number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    if (__builtin_mul_overflow(number, 10u, &number) ||
        __builtin_add_overflow(number, static_cast<uint64_t>(c - '0'), &number)) {
      return std::nullopt;
    }
  }
  return number;
}

uint32_t nesting_of(std::string_view json) {
  uint32_t depth = 0, deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

void JsonWriter::begin_line() {
  out_ += '\n';
  out_ += format_.prefix;
  for (uint32_t i = 0; i < depth_; ++i) out_ += format_.indent;
}

}  // namespace writ
