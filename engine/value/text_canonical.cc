// The canonical texts that digests cover: `cj1` for results, `rv1` for arguments and values of host calls. One writer makes
// both; it keeps open containers on a stack of its own, sorts members by UTF-16 units, and differs for sets and for keys
// that are not strings: `cj1` turns them into arrays and text, `rv1` marks them so that they can be read back.
#include <algorithm>
#include <memory>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/json_escape.h"
#include "engine/base/utf8.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/small_stack.h"
#include "engine/value/text.h"
#include "engine/value/visits.h"

namespace writ {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

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
    if (char letter = json_escape_of(*p)) {
      out.append(plain, p);
      append_json_escape(out, *p, letter);
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

// A member of an object in the order it is written; `name` is the text of a key that is not a string.
struct Member {
  std::string name;
  const Entry* entry;
  std::string_view key() const { return entry->key.is_string() ? entry->key.text() : std::string_view(name); }
};
using Members = std::vector<Member>;

// Writes one value. The texts of keys that are not strings are written by a writer of their own, so keys within keys do
// recurse; they have a limit too.
class CanonicalWriter {
 public:
  enum class Form { kResult, kFaithful };

  CanonicalWriter(std::string& out, Form form, uint64_t limit, uint32_t key_nesting)
      : out_(out), start_(out.size()), limit_(limit), key_nesting_(key_nesting), form_(form) {}

  void write(const Value& root);

 private:
  // What a container becomes.
  enum class Shape : uint8_t { kArray, kMembers, kSortedMembers, kSet, kPairs };
  // A container of which the elements before `next` are written.
  struct Partial {
    const Value* container;
    const Members* sorted;  // of kSortedMembers
    uint64_t next;
    uint64_t size;
    Shape shape;
  };

  void begin(const Value& value);
  void begin_container(const Value& value);
  Shape shape_of(const Value& value) const;
  const Value* next_element();
  void end_container();
  const Value* begin_member(std::string_view key, const Value& value);
  std::unique_ptr<Members> sort_members(const Value& object) const;

  std::string& out_;
  size_t start_;
  uint64_t limit_;
  uint32_t key_nesting_;
  Form form_;
  Writing writing_;
  SmallStack<Partial> open_;
  std::vector<std::unique_ptr<Members>> sorted_;  // of those open containers that have some
};

void CanonicalWriter::write(const Value& root) {
  for (const Value* value = &root; value != nullptr; value = next_element()) {
    writing_.next(out_.size() - start_, *value);
    begin(*value);
    if (out_.size() - start_ > limit_) break;
  }
  if (out_.size() - start_ > limit_) throw Failure(ErrorCode::E_OUTPUT, "the canonical text of a value is too large");
}

// Scalars entirely, of containers what comes before their elements.
void CanonicalWriter::begin(const Value& value) {
  switch (value.kind) {
    case Kind::kNull: out_ += "null"; return;
    case Kind::kBoolean: out_ += value.is_true() ? "true" : "false"; return;
    case Kind::kNumber: append_number_cj1(out_, value); return;
    case Kind::kString: append_string(out_, value.text()); return;
    case Kind::kArray:
    case Kind::kSet:
    case Kind::kObject: begin_container(value); return;
    default: throw Failure(ErrorCode::E_INTERNAL, "only values have a canonical form");
  }
}

void CanonicalWriter::begin_container(const Value& value) {
  if (open_.size() >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be written");
  Partial partial{&value, nullptr, 0, value.size, shape_of(value)};
  switch (partial.shape) {
    case Shape::kArray: out_ += '['; break;
    case Shape::kMembers: out_ += '{'; break;
    case Shape::kSortedMembers:
      sorted_.push_back(sort_members(value));
      partial.sorted = sorted_.back().get();
      out_ += '{';
      break;
    case Shape::kSet: out_ += "{\"$set\":["; break;
    case Shape::kPairs:
      partial.size *= 2;
      out_ += "{\"$obj\":[";
      break;
  }
  open_.push(partial);
}

CanonicalWriter::Shape CanonicalWriter::shape_of(const Value& value) const {
  bool is_faithful = form_ == Form::kFaithful;
  if (value.is_array()) return Shape::kArray;
  if (value.is_set()) return is_faithful ? Shape::kSet : Shape::kArray;
  bool only_strings = has_only_string_keys(value);
  // Whatever could be mistaken for one of the forms with `$` [S-17.3].
  bool is_ambiguous = !only_strings || (value.size == 1 && value.entries[0].key.text().starts_with('$'));
  if (is_faithful && is_ambiguous) return Shape::kPairs;
  if (!only_strings) return Shape::kSortedMembers;
  // Rego's byte order is the canonical order too unless keys reach beyond U+E000.
  for (uint32_t i = 1; i < value.size; ++i) {
    bool in_order = compare_utf16(value.entries[i - 1].key.text(), value.entries[i].key.text()) < 0;
    if (!in_order) return Shape::kSortedMembers;
  }
  return Shape::kMembers;
}

// The next value to be written, after everything before it; null at the end.
const Value* CanonicalWriter::next_element() {
  while (!open_.empty() && open_.top().next == open_.top().size) end_container();
  if (open_.empty()) return nullptr;
  Partial& top = open_.top();
  uint64_t at = top.next++;
  if (top.shape == Shape::kPairs) {
    out_ += at == 0 ? "[" : at % 2 == 1 ? "," : "],[";
    return &top.container->elements[at];
  }
  if (at != 0) out_ += ',';
  if (top.shape == Shape::kSortedMembers) {
    const Member& member = (*top.sorted)[at];
    return begin_member(member.key(), member.entry->value);
  }
  if (top.shape == Shape::kMembers) {
    return begin_member(top.container->entries[at].key.text(), top.container->entries[at].value);
  }
  return &top.container->elements[at];
}

const Value* CanonicalWriter::begin_member(std::string_view key, const Value& value) {
  append_string(out_, key);
  out_ += ':';
  return &value;
}

void CanonicalWriter::end_container() {
  const Partial& top = open_.top();
  switch (top.shape) {
    case Shape::kArray: out_ += ']'; break;
    case Shape::kSortedMembers: sorted_.pop_back(); [[fallthrough]];
    case Shape::kMembers: out_ += '}'; break;
    case Shape::kSet: out_ += "]}"; break;
    case Shape::kPairs: out_ += top.size == 0 ? "]}" : "]]}"; break;
  }
  open_.pop();
}

std::unique_ptr<Members> CanonicalWriter::sort_members(const Value& object) const {
  if (key_nesting_ >= kMaxKeyNesting) throw Failure(ErrorCode::E_DEPTH, "object keys are nested too deeply in others");
  auto members = std::make_unique<Members>(object.size);
  for (uint32_t i = 0; i < object.size; ++i) {
    Member& member = (*members)[i];
    member.entry = &object.entries[i];
    if (member.entry->key.is_string()) continue;
    CanonicalWriter(member.name, form_, limit_, key_nesting_ + 1).write(member.entry->key);
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

// An object counts as the run key, value, key, value.
struct PartialCheck {
  const Value* next;
  const Value* end;
};

PartialCheck run_of(const Value& container) {
  uint64_t size = container.is_object() ? uint64_t{container.size} * 2 : uint64_t{container.size};
  return {container.elements, container.elements + size};
}

}  // namespace

void append_cj1(std::string& out, const Value& value, uint64_t limit) {
  CanonicalWriter(out, CanonicalWriter::Form::kResult, limit, 0).write(value);
}

void append_rv1(std::string& out, const Value& value, uint64_t limit) {
  CanonicalWriter(out, CanonicalWriter::Form::kFaithful, limit, 0).write(value);
}

bool is_jcs_exact(const Value& root) {
  SmallStack<PartialCheck> open;
  for (const Value* value = &root;;) {
    if (value->is_number() && !number_is_jcs_exact(*value)) return false;
    if (value->is_collection()) {
      if (open.size() >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply");
      open.push(run_of(*value));
    }
    while (!open.empty() && open.top().next == open.top().end) open.pop();
    if (open.empty()) return true;
    value = open.top().next++;
  }
}

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
