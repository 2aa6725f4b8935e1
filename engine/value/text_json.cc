// Values as OPA prints them in JSON: Go's encoder, sets as arrays, keys that are not strings as their own JSON text.
#include <algorithm>
#include <memory>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/small_stack.h"
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

// A member under the text its key gets.
struct Renamed {
  std::string name;
  const Value* value;
};
using RenamedMembers = std::vector<Renamed>;

// Writes one value. The texts of keys that are containers are written by a writer of their own, so keys within keys do
// recurse; they have a limit too.
class JsonWriter {
 public:
  JsonWriter(std::string& out, const JsonStyle& style, uint64_t limit, uint32_t key_nesting)
      : out_(out),
        start_(out.size()),
        limit_(limit),
        style_(style),
        pretty_(!style.indent.empty() || !style.prefix.empty()),
        key_nesting_(key_nesting) {}

  void write(const Value& root);

 private:
  // A container of which the members before `next` are written.
  struct Partial {
    const Value* container;
    const RenamedMembers* renamed;  // of an object with other keys than strings; otherwise null
    uint32_t next;
    uint32_t size;
  };

  void begin(const Value& value);
  void begin_container(const Value& value);
  const Value* next_member();
  void end_container();
  void write_key(const Partial& top);
  std::unique_ptr<RenamedMembers> rename(const Value& object) const;
  void begin_line(size_t depth);

  std::string& out_;
  size_t start_;
  uint64_t limit_;
  const JsonStyle& style_;
  bool pretty_;
  uint32_t key_nesting_;
  SmallStack<Partial> open_;
  std::vector<std::unique_ptr<RenamedMembers>> renamed_;  // of those open containers that have some
};

void JsonWriter::write(const Value& root) {
  for (const Value* value = &root; value != nullptr; value = next_member()) {
    begin(*value);
    if (out_.size() - start_ > limit_) throw Failure(ErrorCode::E_MEMORY, "the text of a value is too large");
  }
}

// Scalars and empty containers entirely, of others only the bracket.
void JsonWriter::begin(const Value& value) {
  switch (value.kind) {
    case Kind::kBoolean: out_ += value.is_true() ? "true" : "false"; return;
    case Kind::kNumber: append_number(out_, value); return;
    case Kind::kString: append_json_string(out_, value.text(), style_.escape_html); return;
    case Kind::kArray:
    case Kind::kSet:
    case Kind::kObject: begin_container(value); return;
    default: out_ += "null"; return;
  }
}

void JsonWriter::begin_container(const Value& value) {
  if (open_.size() >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be written");
  if (value.size == 0) {
    out_ += value.is_object() ? "{}" : "[]";
    return;
  }
  out_ += value.is_object() ? '{' : '[';
  // Keys are in Rego order, in which strings come before all containers and after all other scalars.
  bool only_strings = !value.is_object() || (value.entries[0].key.is_string() &&
                                             value.entries[value.size - 1].key.is_string());
  if (!only_strings) renamed_.push_back(rename(value));
  const RenamedMembers* renamed = only_strings ? nullptr : renamed_.back().get();
  open_.push({&value, renamed, 0, renamed == nullptr ? value.size : static_cast<uint32_t>(renamed->size())});
}

// The next value to be written, after everything that stands in front of it; null at the end.
const Value* JsonWriter::next_member() {
  while (!open_.empty() && open_.top().next == open_.top().size) end_container();
  if (open_.empty()) return nullptr;
  Partial& top = open_.top();
  if (top.next != 0) out_ += ',';
  if (pretty_) begin_line(open_.size());
  uint32_t at = top.next;
  if (top.container->is_object()) write_key(top);
  ++top.next;
  if (top.renamed != nullptr) return (*top.renamed)[at].value;
  return top.container->is_object() ? &top.container->entries[at].value : &top.container->elements[at];
}

void JsonWriter::write_key(const Partial& top) {
  std::string_view name = top.renamed != nullptr ? std::string_view((*top.renamed)[top.next].name)
                                                 : top.container->entries[top.next].key.text();
  append_json_string(out_, name, style_.escape_html);
  out_ += pretty_ ? ": " : ":";
}

void JsonWriter::end_container() {
  Partial top = open_.top();
  open_.pop();
  if (top.renamed != nullptr) renamed_.pop_back();
  if (pretty_) begin_line(open_.size());
  out_ += top.container->is_object() ? '}' : ']';
}

// In byte order of the names; of equal names the last one is kept, as in a Go map.
std::unique_ptr<RenamedMembers> JsonWriter::rename(const Value& object) const {
  if (key_nesting_ >= kMaxKeyNesting) throw Failure(ErrorCode::E_DEPTH, "object keys are nested too deeply in others");
  auto result = std::make_unique<RenamedMembers>(object.size);
  RenamedMembers& members = *result;
  JsonStyle compact{.escape_html = style_.escape_html};
  for (uint32_t i = 0; i < object.size; ++i) {
    const Entry& entry = object.entries[i];
    if (entry.key.is_string()) {
      members[i].name = entry.key.text();
    } else {
      JsonWriter(members[i].name, compact, limit_, key_nesting_ + 1).write(entry.key);
    }
    members[i].value = &entry.value;
  }
  std::sort(members.begin(), members.end(), [](const Renamed& a, const Renamed& b) {
    int relation = a.name.compare(b.name);
    return relation != 0 ? relation < 0 : a.value < b.value;
  });
  size_t kept = 0;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i + 1 < members.size() && members[i + 1].name == members[i].name) continue;
    if (kept != i) members[kept] = std::move(members[i]);
    ++kept;
  }
  members.resize(kept);
  return result;
}

void JsonWriter::begin_line(size_t depth) {
  out_ += '\n';
  out_ += style_.prefix;
  for (size_t i = 0; i < depth; ++i) out_ += style_.indent;
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

void append_json(std::string& out, const Value& value, const JsonStyle& style, uint64_t limit) {
  JsonWriter(out, style, limit, 0).write(value);
}

std::string to_json(const Value& value, const JsonStyle& style) {
  std::string out;
  append_json(out, value, style);
  return out;
}

}  // namespace writ
