// Values as OPA prints them in JSON: Go's encoder, sets as arrays, keys that are not strings as their own JSON text.
#include <algorithm>
#include <memory>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// What an ASCII character becomes inside a string: itself (0), an escape with that letter, or \u00xx ('u').
char escape_letter(uint8_t byte, bool escape_html) {
  switch (byte) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '<':
    case '>':
    case '&': return escape_html ? 'u' : '\0';
    default: return byte < 0x20 ? 'u' : '\0';
  }
}

void append_escape(std::string& out, uint8_t byte, char letter) {
  out += '\\';
  out += letter;
  if (letter != 'u') return;
  out += "00";
  out += kHexDigits[byte >> 4];
  out += kHexDigits[byte & 0xF];
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, const JsonStyle& style) : out_(out), style_(style) {}

  void write(const Value& value, uint32_t depth);

 private:
  // A member under the text its key gets.
  struct Member {
    std::string name;
    const Value* value;
  };

  void write_items(const Value& value, uint32_t depth);
  void write_members(const Value& object, uint32_t depth);
  void write_renamed_members(const Value& object, uint32_t depth);
  std::vector<Member> renamed_members(const Value& object, uint32_t depth) const;
  void begin_element(bool first, uint32_t depth);
  void end_collection(bool empty, uint32_t depth);
  void begin_line(uint32_t depth);
  bool pretty() const { return !style_.indent.empty() || !style_.prefix.empty(); }

  std::string& out_;
  const JsonStyle& style_;
};

void JsonWriter::write(const Value& value, uint32_t depth) {
  if (value.is_collection() && depth >= kMaxValueDepth) {
    throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be written");
  }
  switch (value.kind) {
    case Kind::kBoolean: out_ += value.is_true() ? "true" : "false"; return;
    case Kind::kNumber: append_number(out_, value); return;
    case Kind::kString: append_json_string(out_, value.text(), style_.escape_html); return;
    case Kind::kArray:
    case Kind::kSet:
      out_ += '[';
      write_items(value, depth + 1);
      end_collection(value.size == 0, depth);
      out_ += ']';
      return;
    case Kind::kObject:
      out_ += '{';
      write_members(value, depth + 1);
      end_collection(value.size == 0, depth);
      out_ += '}';
      return;
    default: out_ += "null"; return;
  }
}

void JsonWriter::write_items(const Value& value, uint32_t depth) {
  for (uint32_t i = 0; i < value.size; ++i) {
    begin_element(i == 0, depth);
    write(value.elements[i], depth);
  }
}

void JsonWriter::write_members(const Value& object, uint32_t depth) {
  // Keys are in Rego order, in which strings come before everything that is not a scalar and after all that is.
  bool only_strings = object.size == 0 || (object.entries[0].key.is_string() &&
                                           object.entries[object.size - 1].key.is_string());
  if (!only_strings) return write_renamed_members(object, depth);
  for (uint32_t i = 0; i < object.size; ++i) {
    begin_element(i == 0, depth);
    append_json_string(out_, object.entries[i].key.text(), style_.escape_html);
    out_ += pretty() ? ": " : ":";
    write(object.entries[i].value, depth);
  }
}

[[gnu::noinline]] void JsonWriter::write_renamed_members(const Value& object, uint32_t depth) {
  auto members = std::make_unique<std::vector<Member>>(renamed_members(object, depth));
  for (size_t i = 0; i < members->size(); ++i) {
    begin_element(i == 0, depth);
    append_json_string(out_, (*members)[i].name, style_.escape_html);
    out_ += pretty() ? ": " : ":";
    write(*(*members)[i].value, depth);
  }
}

// In byte order of the names; of equal names the last one is kept, as in a Go map.
[[gnu::noinline]] std::vector<JsonWriter::Member> JsonWriter::renamed_members(const Value& object,
                                                                              uint32_t depth) const {
  std::vector<Member> members(object.size);
  JsonStyle compact{.escape_html = style_.escape_html};
  for (uint32_t i = 0; i < object.size; ++i) {
    const Entry& entry = object.entries[i];
    if (entry.key.is_string()) {
      members[i].name = entry.key.text();
    } else {
      JsonWriter(members[i].name, compact).write(entry.key, depth);
    }
    members[i].value = &entry.value;
  }
  std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.name < b.name; });
  size_t kept = 0;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i + 1 < members.size() && members[i + 1].name == members[i].name) continue;
    if (kept != i) members[kept] = std::move(members[i]);
    ++kept;
  }
  members.resize(kept);
  return members;
}

void JsonWriter::begin_element(bool first, uint32_t depth) {
  if (!first) out_ += ',';
  if (pretty()) begin_line(depth);
}

void JsonWriter::end_collection(bool empty, uint32_t depth) {
  if (pretty() && !empty) begin_line(depth);
}

void JsonWriter::begin_line(uint32_t depth) {
  out_ += '\n';
  out_ += style_.prefix;
  for (uint32_t i = 0; i < depth; ++i) out_ += style_.indent;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text, bool escape_html) {
  out += '"';
  const char* end = text.data() + text.size();
  const char* plain = text.data();  // start of what is not written yet and needs no escape
  for (const char* p = plain; p != end;) {
    auto byte = static_cast<uint8_t>(*p);
    if (byte < 0x80) {
      char letter = escape_letter(byte, escape_html);
      if (letter != '\0') {
        out.append(plain, p);
        append_escape(out, byte, letter);
        plain = p + 1;
      }
      ++p;
      continue;
    }
    CodePoint point = decode_utf8(p, end);
    bool separator = point.value == 0x2028 || point.value == 0x2029;
    if (point.value == CodePoint::kInvalid || separator) {
      out.append(plain, p);
      out += !separator ? "\\ufffd" : point.value == 0x2028 ? "\\u2028" : "\\u2029";
      plain = p + point.size;
    }
    p += point.size;
  }
  out.append(plain, end);
  out += '"';
}

void append_json(std::string& out, const Value& value, const JsonStyle& style) { JsonWriter(out, style).write(value, 0); }

std::string to_json(const Value& value, const JsonStyle& style) {
  std::string out;
  append_json(out, value, style);
  return out;
}

}  // namespace writ
