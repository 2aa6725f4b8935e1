// Values as OPA prints them in JSON: Go's encoder, sets as arrays, keys that are not strings as their own JSON text. Such
// keys are renamed before an object is written, because its members are sorted by the text they get.
#include <algorithm>
#include <memory>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/small_stack.h"
#include "engine/value/text.h"
#include "engine/value/visits.h"

namespace writ {

namespace {

// A member under the text its key gets.
struct Renamed {
  std::string name;
  const Value* value;
};
using RenamedMembers = std::vector<Renamed>;

// Writes one value, keeping the open containers on a stack of its own. The texts of keys that are containers are written
// by a writer of their own, so keys within keys do recurse; they have a limit too.
class ValueWriter {
 public:
  ValueWriter(JsonWriter& json, uint64_t limit, uint32_t key_nesting)
      : json_(json), start_(json.text().size()), limit_(limit), key_nesting_(key_nesting) {}

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

  JsonWriter& json_;
  size_t start_;
  uint64_t limit_;
  uint32_t key_nesting_;
  Writing writing_;
  SmallStack<Partial> open_;
  std::vector<std::unique_ptr<RenamedMembers>> renamed_;  // of those open containers that have some
};

void ValueWriter::write(const Value& root) {
  for (const Value* value = &root; value != nullptr; value = next_member()) {
    writing_.next(json_.text().size() - start_, *value);
    begin(*value);
    if (json_.text().size() - start_ > limit_) throw Failure(ErrorCode::E_MEMORY, "the text of a value is too large");
  }
}

// Scalars entirely, of containers only the bracket.
void ValueWriter::begin(const Value& value) {
  switch (value.kind) {
    case Kind::kBoolean: json_.boolean(value.is_true()); return;
    case Kind::kNumber: append_number(json_.raw(), value); return;
    case Kind::kString: json_.string(value.text()); return;
    case Kind::kArray:
    case Kind::kSet:
    case Kind::kObject: begin_container(value); return;
    default: json_.null(); return;
  }
}

void ValueWriter::begin_container(const Value& value) {
  if (open_.size() >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be written");
  value.is_object() ? json_.begin_object() : json_.begin_array();
  // Keys are in Rego order, in which strings come before all containers and after all other scalars.
  bool only_strings = !value.is_object() || value.size == 0 ||
                      (value.entries[0].key.is_string() && value.entries[value.size - 1].key.is_string());
  if (!only_strings) renamed_.push_back(rename(value));
  const RenamedMembers* renamed = only_strings ? nullptr : renamed_.back().get();
  open_.push({&value, renamed, 0, renamed == nullptr ? value.size : static_cast<uint32_t>(renamed->size())});
}

// The next value to be written, after its key is; null at the end.
const Value* ValueWriter::next_member() {
  while (!open_.empty() && open_.top().next == open_.top().size) end_container();
  if (open_.empty()) return nullptr;
  Partial& top = open_.top();
  uint32_t at = top.next;
  if (top.container->is_object()) write_key(top);
  ++top.next;
  if (top.renamed != nullptr) return (*top.renamed)[at].value;
  return top.container->is_object() ? &top.container->entries[at].value : &top.container->elements[at];
}

void ValueWriter::write_key(const Partial& top) {
  std::string_view name = top.renamed != nullptr ? std::string_view((*top.renamed)[top.next].name)
                                                 : top.container->entries[top.next].key.text();
  json_.key(name);
}

void ValueWriter::end_container() {
  Partial top = open_.top();
  open_.pop();
  if (top.renamed != nullptr) renamed_.pop_back();
  top.container->is_object() ? json_.end_object() : json_.end_array();
}

// In byte order of the names; of equal names the last one is kept, as in a Go map.
std::unique_ptr<RenamedMembers> ValueWriter::rename(const Value& object) const {
  if (key_nesting_ >= kMaxKeyNesting) throw Failure(ErrorCode::E_DEPTH, "object keys are nested too deeply in others");
  auto result = std::make_unique<RenamedMembers>(object.size);
  RenamedMembers& members = *result;
  JsonFormat compact{json_.format().escape};
  for (uint32_t i = 0; i < object.size; ++i) {
    const Entry& entry = object.entries[i];
    if (entry.key.is_string()) {
      members[i].name = entry.key.text();
    } else {
      JsonWriter name(members[i].name, compact);
      ValueWriter(name, limit_, key_nesting_ + 1).write(entry.key);
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

}  // namespace

void append_json(std::string& out, const Value& value, const JsonFormat& format, uint64_t limit) {
  JsonWriter json(out, format);
  append_json(json, value, limit);
}

void append_json(JsonWriter& json, const Value& value, uint64_t limit) {
  ValueWriter(json, limit, 0).write(value);
}

std::string to_json(const Value& value, const JsonFormat& format) {
  std::string out;
  append_json(out, value, format);
  return out;
}

}  // namespace writ
