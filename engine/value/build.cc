// Builders append and sort at the end: a set drops equal elements, an object merges equal keys, and what arrives in order
// is not sorted at all. Deep copies follow; they walk the value with a stack of their own and may add hash indexes.
#include "engine/value/build.h"

#include <bit>
#include <cstring>

#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/value/order.h"
#include "engine/value/small_stack.h"
#include "engine/value/stable_sort.h"

namespace writ {

namespace {

constexpr uint32_t kFirstCapacity = 8;
// Up to this size a sort makes do with a little scratch on the stack.
constexpr uint32_t kStackScratch = 32;
// Sets and objects up to this size are scanned, so an index would not help.
constexpr uint32_t kIndexFrom = 9;

uint32_t checked_size(size_t size) {
  if (size > UINT32_MAX / 2) throw Failure(ErrorCode::E_MEMORY, "a collection has too many members");
  return static_cast<uint32_t>(size);
}

template <typename T>
T* copy_array(Arena& arena, const T* from, size_t size, size_t capacity) {
  T* to = arena.allocate_array<T>(capacity);
  if (size != 0) std::memcpy(static_cast<void*>(to), from, size * sizeof(T));
  return to;
}

const Value& sort_key(const Value& element) { return element; }
const Value& sort_key(const Entry& entry) { return entry.key; }

template <typename T>
bool is_ascending(const T* elements, uint32_t size) {
  for (uint32_t i = 1; i < size; ++i) {
    if (compare(sort_key(elements[i - 1]), sort_key(elements[i])) >= 0) return false;
  }
  return true;
}

// What sorting pays beside the comparisons of values that are not small: so many elements are compared and moved for a unit.
constexpr uint32_t kSortedForFree = 16;
constexpr uint64_t kElementsPerUnit = 4;

// False if the elements were strictly ascending already. Scratch comes from the arena if there is one and it pays.
template <typename T>
bool sort_elements(Arena* arena, T* elements, uint32_t size) {
  if (size > kSortedForFree) charge_work(size / kElementsPerUnit);
  if (is_ascending(elements, size)) return false;
  if (size > kSortedForFree) charge_work(uint64_t{size} * std::bit_width(size) / kElementsPerUnit);
  auto before = [](const T& a, const T& b) { return compare(sort_key(a), sort_key(b)) < 0; };
  if (arena != nullptr && size > 2 * kStackScratch) {
    uint32_t half = size / 2;
    sort_stably(elements, size, SortScratch<T>{arena->allocate_array<T>(half), half}, before);
  } else {
    T scratch[kStackScratch];
    sort_stably(elements, size, SortScratch<T>{scratch, kStackScratch}, before);
  }
  return true;
}

uint32_t drop_equals(Value* elements, uint32_t size) {
  if (size == 0) return 0;
  uint32_t kept = 1;
  for (uint32_t i = 1; i < size; ++i) {
    if (!equal(elements[i], elements[kept - 1])) elements[kept++] = elements[i];
  }
  return kept;
}

uint32_t sort_set_in(Arena* arena, Value* elements, uint32_t size) {
  return sort_elements(arena, elements, size) ? drop_equals(elements, size) : size;
}

// Sorts and merges equal keys; sets `*clash` if two different values met under one key.
uint32_t sort_object_in(Arena* arena, Entry* entries, uint32_t size, bool last_wins, bool* clash) {
  if (!sort_elements(arena, entries, size)) return size;
  uint32_t kept = 1;
  for (uint32_t i = 1; i < size; ++i) {
    Entry& last = entries[kept - 1];
    if (!equal(entries[i].key, last.key)) {
      entries[kept++] = entries[i];
      continue;
    }
    if (clash != nullptr && !equal(entries[i].value, last.value)) *clash = true;
    if (last_wins) last.value = entries[i].value;
  }
  return kept;
}

// Room for one element more.
template <typename T>
void grow(Arena& arena, T*& elements, uint32_t size, uint32_t& capacity) {
  uint32_t larger = capacity == 0 ? kFirstCapacity : checked_size(size_t{capacity} * 2);
  elements = copy_array(arena, elements, size, larger);
  capacity = larger;
}

}  // namespace

// --- From what is already there --------------------------------------------------------------------------------------

Value make_string(Arena& arena, std::string_view text) {
  if (text.size() > UINT32_MAX) throw Failure(ErrorCode::E_MEMORY, "a string is too long");
  return Value::string(arena.copy(text));
}

Value make_array(Arena& arena, std::span<const Value> elements) {
  uint32_t size = checked_size(elements.size());
  return Value::array(copy_array(arena, elements.data(), size, size), size);
}

Value make_set(Arena& arena, std::span<const Value> elements) {
  uint32_t size = checked_size(elements.size());
  Value* copy = copy_array(arena, elements.data(), size, size);
  return Value::sorted_set(copy, sort_set_in(&arena, copy, size));
}

Value make_object(Arena& arena, std::span<const Entry> entries) {
  uint32_t size = checked_size(entries.size());
  Entry* copy = copy_array(arena, entries.data(), size, size);
  return Value::sorted_object(copy, sort_object_in(&arena, copy, size, true, nullptr));
}

uint32_t sort_set(Value* elements, uint32_t size) { return sort_set_in(nullptr, elements, size); }

// --- Builders --------------------------------------------------------------------------------------------------------

void ArrayBuilder::append(const Value& value) {
  if (size_ == capacity_) {
    Value copy = value;  // it may stand in the array that is about to be replaced
    grow(*arena_, elements_, size_, capacity_);
    elements_[size_++] = copy;
    return;
  }
  elements_[size_++] = value;
}

void SetBuilder::add(const Value& value) {
  Value copy = value;  // sorting moves elements
  if (size_ == capacity_) {
    size_ = sort_set_in(arena_, elements_, size_);
    if (size_ >= capacity_ / 2) grow(*arena_, elements_, size_, capacity_);
  }
  elements_[size_++] = copy;
}

Value SetBuilder::finish() {
  size_ = sort_set_in(arena_, elements_, size_);
  return Value::sorted_set(elements_, size_);
}

void ObjectBuilder::insert(const Value& key, const Value& value) {
  Entry copy{key, value};  // sorting moves entries
  if (size_ == capacity_) {
    sort_and_merge();
    if (size_ >= capacity_ / 2) grow(*arena_, entries_, size_, capacity_);
  }
  entries_[size_++] = copy;
}

void ObjectBuilder::insert(std::string_view key, const Value& value) { insert(Value::string(key), value); }

void ObjectBuilder::sort_and_merge() {
  bool report = on_clash_ == OnClash::kReport;
  size_ = sort_object_in(arena_, entries_, size_, on_clash_ == OnClash::kLastWins, report ? &clash_ : nullptr);
}

Value ObjectBuilder::finish() {
  sort_and_merge();
  return clash_ ? Value::undefined() : Value::sorted_object(entries_, size_);
}

Value object_with(Arena& arena, const Value& object, const Value& key, const Value& value) {
  uint32_t size = object.is_object() ? object.size : 0;
  const Entry* old = object.is_object() ? object.entries : nullptr;
  auto before = [](const Entry& entry, const Value& sought) { return compare(entry.key, sought) < 0; };
  uint32_t at = static_cast<uint32_t>(std::lower_bound(old, old + size, key, before) - old);
  bool replaces = at < size && equal(old[at].key, key);
  uint32_t rest = replaces ? at + 1 : at;
  charge_work(size / kElementsPerUnit);
  Entry* entries = arena.allocate_array<Entry>(size_t{size} + 1);
  std::copy(old, old + at, entries);
  entries[at] = Entry{replaces ? old[at].key : key, value};
  std::copy(old + rest, old + size, entries + at + 1);
  return Value::sorted_object(entries, replaces ? size : size + 1);
}

// --- Deep copies -----------------------------------------------------------------------------------------------------

namespace {

// Fills an index in front of `elements` so that every one is found by the hash of its key.
template <typename T>
void build_index(Arena& arena, HashIndex* index, const T* elements, uint32_t size) {
  uint64_t slot_count = 16;
  while (slot_count < uint64_t{size} * 2) slot_count *= 2;
  uint32_t* slots = arena.allocate_array<uint32_t>(slot_count);
  std::fill(slots, slots + slot_count, HashIndex::kEmpty);
  auto mask = static_cast<uint32_t>(slot_count - 1);
  for (uint32_t i = 0; i < size; ++i) {
    uint64_t at = hash(sort_key(elements[i]));
    while (slots[at & mask] != HashIndex::kEmpty) ++at;
    slots[at & mask] = i;
  }
  *index = HashIndex{slots, mask, 0};
}

Value copy_shallow(Arena& arena, const Value& value) {
  Value copy = value;
  if (value.is_string() || (value.is_number() && value.form == Value::kText)) {
    copy.chars = arena.copy(value.text()).data();
  }
  return copy;
}

// A container being copied: an object as the run key, value, key, value.
struct PartialCopy {
  const Value* next;
  const Value* end;
  Value* to;
  Value* copy;  // the container itself; its elements start to be filled, its index is still missing
};

class DeepCopier {
 public:
  DeepCopier(Arena& arena, bool index) : arena_(arena), index_(index) {}

  Value copy(const Value& value) {
    Value result = value;
    copy_to(value, &result);
    while (!stack_.empty()) {
      PartialCopy& top = stack_.top();
      if (top.next != top.end) {
        copy_to(*top.next++, top.to++);
      } else {
        finish(*top.copy);
        stack_.pop();
      }
    }
    return result;
  }

 private:
  void copy_to(const Value& value, Value* to) {
    if (!value.is_collection()) {
      *to = copy_shallow(arena_, value);
      return;
    }
    if (stack_.size() >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be copied");
    bool indexed = index_ && value.kind != Kind::kArray && value.size >= kIndexFrom;
    size_t run = value.kind == Kind::kObject ? size_t{value.size} * 2 : value.size;
    Value* elements = arena_.allocate_array<Value>(run + (indexed ? 1 : 0)) + (indexed ? 1 : 0);
    const Value* from = value.elements;  // `to` may be where `value` is
    *to = value;
    to->form = indexed ? Value::kIndexed : Value::kPlain;
    to->elements = elements;
    stack_.push({from, from + run, elements, to});
  }

  void finish(const Value& copy) {
    if (copy.form != Value::kIndexed) return;
    if (copy.kind == Kind::kObject) {
      build_index(arena_, index_place(copy), copy.entries, copy.size);
    } else if (copy.kind == Kind::kSet) {
      build_index(arena_, index_place(copy), copy.elements, copy.size);
    }
  }

  static HashIndex* index_place(const Value& copy) {
    return reinterpret_cast<HashIndex*>(const_cast<Value*>(copy.elements)) - 1;
  }

  Arena& arena_;
  bool index_;
  SmallStack<PartialCopy> stack_;
};

}  // namespace

Value deep_copy(Arena& arena, const Value& value, bool index) { return DeepCopier(arena, index).copy(value); }

}  // namespace writ
