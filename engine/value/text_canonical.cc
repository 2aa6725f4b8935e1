// The canonical texts digests cover: `cj1` for results, `rv1` for arguments and replies of outside calls.
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
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The letter after the backslash, 'u' for \u00xx, 0 if the byte stands for itself [C13].
char escape_letter(uint8_t byte) {
  switch (byte) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return byte < 0x20 ? 'u' : '\0';
  }
}

// Values made by an evaluation may hold bytes that are not UTF-8; each such byte is written as U+FFFD.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  const char* end = text.data() + text.size();
  const char* plain = text.data();
  for (const char* p = plain; p != end;) {
    auto byte = static_cast<uint8_t>(*p);
    if (byte >= 0x80) {
      CodePoint point = decode_utf8(p, end);
      if (point.value == CodePoint::kInvalid) {
        out.append(plain, p);
        out += kReplacement;
        plain = p + 1;
      }
      p += point.size;
      continue;
    }
    if (char letter = escape_letter(byte)) {
      out.append(plain, p);
      out += '\\';
      out += letter;
      if (letter == 'u') {
        out += "00";
        out += kHexDigits[byte >> 4];
        out += kHexDigits[byte & 0xF];
      }
      plain = p + 1;
    }
    ++p;
  }
  out.append(plain, end);
  out += '"';
}

bool has_only_string_keys(const Value& object) {
  return object.size == 0 || (object.entries[0].key.is_string() && object.entries[object.size - 1].key.is_string());
}

class CanonicalWriter {
 public:
  enum class Form { kResult, kFaithful };

  CanonicalWriter(std::string& out, Form form, uint64_t limit)
      : out_(out), start_(out.size()), limit_(limit), form_(form) {}

  void write(const Value& value, uint32_t depth);

 private:
  struct Member {
    std::string name;  // of a key that is not a string
    const Entry* entry;
    std::string_view key() const { return entry->key.is_string() ? entry->key.text() : std::string_view(name); }
  };
  using Members = std::vector<Member>;

  void write_items(const Value& value, uint32_t depth);
  void write_object(const Value& object, uint32_t depth);
  void write_member(std::string_view key, const Value& value, bool first, uint32_t depth);
  void write_pairs(const Value& object, uint32_t depth);
  void write_sorted_members(const Value& object, uint32_t depth);
  std::unique_ptr<Members> sorted_members(const Value& object, uint32_t depth) const;
  bool needs_pairs(const Value& object) const;
  void check_limit() const {
    if (out_.size() - start_ > limit_) fail_limit();
  }
  [[noreturn]] static void fail_limit();

  std::string& out_;
  size_t start_;
  uint64_t limit_;
  Form form_;
};

void CanonicalWriter::write(const Value& value, uint32_t depth) {
  if (value.is_collection() && depth >= kMaxValueDepth) {
    throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be written");
  }
  switch (value.kind) {
    case Kind::kNull: out_ += "null"; break;
    case Kind::kBoolean: out_ += value.is_true() ? "true" : "false"; break;
    case Kind::kNumber: append_number_cj1(out_, value); break;
    case Kind::kString: append_string(out_, value.text()); break;
    case Kind::kArray: write_items(value, depth + 1); break;
    case Kind::kSet:
      if (form_ == Form::kFaithful) out_ += "{\"$set\":";
      write_items(value, depth + 1);
      if (form_ == Form::kFaithful) out_ += '}';
      break;
    case Kind::kObject: write_object(value, depth + 1); break;
    default: throw Failure(ErrorCode::E_INTERNAL, "only values have a canonical form [C18]");
  }
  check_limit();
}

void CanonicalWriter::write_items(const Value& value, uint32_t depth) {
  out_ += '[';
  for (uint32_t i = 0; i < value.size; ++i) {
    if (i != 0) out_ += ',';
    write(value.elements[i], depth);
  }
  out_ += ']';
}

void CanonicalWriter::write_object(const Value& object, uint32_t depth) {
  if (needs_pairs(object)) return write_pairs(object, depth);
  // Rego's byte order is the canonical order too unless keys reach beyond U+E000.
  bool in_order = has_only_string_keys(object);
  for (uint32_t i = 1; in_order && i < object.size; ++i) {
    in_order = compare_utf16(object.entries[i - 1].key.text(), object.entries[i].key.text()) < 0;
  }
  if (!in_order) return write_sorted_members(object, depth);
  out_ += '{';
  for (uint32_t i = 0; i < object.size; ++i) {
    write_member(object.entries[i].key.text(), object.entries[i].value, i == 0, depth);
  }
  out_ += '}';
}

void CanonicalWriter::write_member(std::string_view key, const Value& value, bool first, uint32_t depth) {
  if (!first) out_ += ',';
  append_string(out_, key);
  out_ += ':';
  write(value, depth);
}

// [C17]: whatever could be mistaken for one of the forms with `$`.
bool CanonicalWriter::needs_pairs(const Value& object) const {
  if (form_ != Form::kFaithful) return false;
  if (!has_only_string_keys(object)) return true;
  return object.size == 1 && object.entries[0].key.text().starts_with('$');
}

void CanonicalWriter::write_pairs(const Value& object, uint32_t depth) {
  out_ += "{\"$obj\":[";
  for (uint32_t i = 0; i < object.size; ++i) {
    out_ += i == 0 ? "[" : ",[";
    write(object.entries[i].key, depth);
    out_ += ',';
    write(object.entries[i].value, depth);
    out_ += ']';
  }
  out_ += "]}";
}

[[gnu::noinline]] void CanonicalWriter::write_sorted_members(const Value& object, uint32_t depth) {
  std::unique_ptr<Members> members = sorted_members(object, depth);
  out_ += '{';
  for (size_t i = 0; i < members->size(); ++i) {
    write_member((*members)[i].key(), (*members)[i].entry->value, i == 0, depth);
  }
  out_ += '}';
}

[[gnu::noinline]] std::unique_ptr<CanonicalWriter::Members> CanonicalWriter::sorted_members(const Value& object,
                                                                                            uint32_t depth) const {
  auto members = std::make_unique<Members>(object.size);
  for (uint32_t i = 0; i < object.size; ++i) {
    Member& member = (*members)[i];
    member.entry = &object.entries[i];
    if (!member.entry->key.is_string()) CanonicalWriter(member.name, form_, limit_).write(member.entry->key, depth);
  }
  std::sort(members->begin(), members->end(),
            [](const Member& a, const Member& b) { return compare_utf16(a.key(), b.key()) < 0; });
  for (size_t i = 1; i < members->size(); ++i) {
    if ((*members)[i].key() != (*members)[i - 1].key()) continue;
    std::string detail = "two keys of a result object become the member name ";
    append_quoted_go(detail, (*members)[i].key().substr(0, 80));
    throw Failure(ErrorCode::E_KEY_COLLISION, std::move(detail));
  }
  return members;
}

void CanonicalWriter::fail_limit() { throw Failure(ErrorCode::E_OUTPUT, "the canonical text of a value is too large"); }

bool jcs_exact_at(const Value& value, uint32_t depth) {
  if (value.is_number()) return number_is_jcs_exact(value);
  if (!value.is_collection()) return true;
  if (depth >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply");
  const Value* next = value.elements;
  const Value* end = next + (value.is_object() ? uint64_t{value.size} * 2 : uint64_t{value.size});
  for (; next != end; ++next) {
    if (!jcs_exact_at(*next, depth + 1)) return false;
  }
  return true;
}

}  // namespace

void append_cj1(std::string& out, const Value& value, uint64_t limit) {
  CanonicalWriter(out, CanonicalWriter::Form::kResult, limit).write(value, 0);
}

void append_rv1(std::string& out, const Value& value) {
  CanonicalWriter(out, CanonicalWriter::Form::kFaithful, UINT64_MAX).write(value, 0);
}

bool is_jcs_exact(const Value& value) { return jcs_exact_at(value, 0); }

// Supplementary code points (lead bytes from F0) are surrogate pairs in UTF-16 and so come before U+E000 … U+FFFF
// (lead bytes EE and EF); everything else is in byte order.
int compare_utf16(std::string_view a, std::string_view b) {
  size_t shared = std::min(a.size(), b.size());
  auto [x, y] = std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(shared), b.begin());
  if (x == a.begin() + static_cast<ptrdiff_t>(shared)) return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
  auto p = static_cast<uint8_t>(*x);
  auto q = static_cast<uint8_t>(*y);
  int order = p < q ? -1 : 1;
  bool inverted = p >= 0xEE && q >= 0xEE && (p >= 0xF0) != (q >= 0xF0);
  return inverted ? -order : order;
}

}  // namespace writ
