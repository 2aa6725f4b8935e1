// Values as Rego writes them: strings quoted as Go's strconv.Quote does, paths of documents as references.
//
// append_simple writes what has no parts; append_rego keeps the containers that are being written on a stack of its own, so
// that a deep value needs no native stack, and looks at the limit after each part.
#include <algorithm>

#include <utf8proc.h>

#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/segment.h"
#include "engine/value/small_stack.h"
#include "engine/value/text.h"
#include "engine/value/visits.h"

namespace writ {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void append_hex(std::string& out, uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kHexDigits[value >> shift & 0xF];
}

// Go's strconv.IsPrint: letters, marks, numbers, punctuation, symbols, and of the spaces only U+0020.
bool is_printable(uint32_t code) {
  if (code < 0x7F) return code >= 0x20;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO: return false;
    default: return true;
  }
}

// The letter after the backslash of a control character's short escape, 0 if it has none.
char short_escape(uint32_t code) {
  constexpr std::string_view kLetters = "abtnvfr";  // U+0007 to U+000D
  return code >= 0x07 && code <= 0x0D ? kLetters[code - 0x07] : '\0';
}

void append_escaped(std::string& out, uint32_t code) {
  out += '\\';
  if (char letter = short_escape(code)) {
    out += letter;
  } else if (code < 0x20 || code == 0x7F) {
    out += 'x';
    append_hex(out, code, 2);
  } else if (code < 0x10000) {
    out += 'u';
    append_hex(out, code, 4);
  } else {
    out += 'U';
    append_hex(out, code, 8);
  }
}

// Everything but containers with something inside.
void append_simple(std::string& out, const Value& value) {
  switch (value.kind) {
    case Kind::kUndefined: out += "undefined"; return;
    case Kind::kNull: out += "null"; return;
    case Kind::kBoolean: out += value.is_true() ? "true" : "false"; return;
    case Kind::kNumber: append_number(out, value); return;
    case Kind::kString: append_quoted_go(out, value.text()); return;
    case Kind::kArray: out += "[]"; return;
    case Kind::kSet: out += "set()"; return;
    case Kind::kObject: out += "{}"; return;
    case Kind::kDocument: out += "document"; return;
  }
}

// A container being written: an object as the run key, value, key, value.
struct PartialText {
  const Value* container;
  uint64_t next;
  uint64_t size;
};

// What comes before the next element: the key of an object is followed by a colon.
std::string_view separator(const PartialText& text) {
  if (text.next == 0) return "";
  return text.container->is_object() && text.next % 2 == 1 ? ": " : ", ";
}

}  // namespace

bool is_identifier(std::string_view text) {
  auto letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || digit(c); });
}

void append_step(std::string& out, std::string_view step) {
  if (is_identifier(step)) {
    out.append(".").append(step);
    return;
  }
  out += '[';
  append_quoted_go(out, step);
  out += ']';
}

std::string data_path_text(std::span<const std::string> segments) {
  std::string text = "data";
  for (const std::string& segment : segments) {
    if (is_scalar_segment(segment)) {
      text.append("[").append(segment, 1).append("]");
    } else {
      append_step(text, segment);
    }
  }
  return text;
}

void append_quoted_go(std::string& out, std::string_view text) {
  out += '"';
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    CodePoint point = decode_utf8(p, end);
    if (point.value == CodePoint::kInvalid) {
      out += "\\x";
      append_hex(out, static_cast<uint8_t>(*p), 2);
    } else if (point.value == '"' || point.value == '\\') {
      out += '\\';
      out += *p;
    } else if (is_printable(point.value)) {
      out.append(p, point.size);
    } else {
      append_escaped(out, point.value);
    }
    p += point.size;
  }
  out += '"';
}

void append_rego(std::string& out, const Value& root, uint64_t limit) {
  size_t start = out.size();
  SmallStack<PartialText> stack;
  Writing writing;
  const Value* value = &root;
  for (;;) {
    writing.next(out.size() - start, *value);
    if (value->is_collection() && stack.size() >= kMaxValueDepth) {
      throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be written");
    }
    if (!value->is_collection() || value->size == 0) {
      append_simple(out, *value);
    } else {
      out += value->is_array() ? '[' : '{';
      stack.push({value, 0, uint64_t{value->size} * (value->is_object() ? 2 : 1)});
    }
    while (!stack.empty() && stack.top().next == stack.top().size) {
      out += stack.top().container->is_array() ? ']' : '}';
      stack.pop();
    }
    if (out.size() - start > limit) throw Failure(ErrorCode::E_MEMORY, "the text of a value is too large");
    if (stack.empty()) return;
    PartialText& top = stack.top();
    out += separator(top);
    value = &top.container->elements[top.next++];
  }
}

std::string to_rego(const Value& value) {
  std::string out;
  append_rego(out, value);
  return out;
}

}  // namespace writ
