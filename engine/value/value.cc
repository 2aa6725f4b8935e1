#include "engine/value/value.h"

#include <bit>
#include <cstring>

#include "engine/base/meter.h"
#include "engine/value/order.h"

namespace writ {

namespace {

// Up to this size a scan beats a bisection.
constexpr uint32_t kScanLimit = 8;

constexpr std::string_view kKindNames[] = {"undefined", "null", "boolean", "number", "string",
                                           "array",     "object", "set",   "object"};

bool same_text(const Value& string, std::string_view text) {
  return string.is_string() && string.size == text.size() &&
         (text.empty() || std::memcmp(string.chars, text.data(), text.size()) == 0);
}

const HashIndex& index_of(const void* first_element) {
  return *(static_cast<const HashIndex*>(first_element) - 1);
}

// Calls is_match(position) for every position whose element may have that hash; the first match or kEmpty.
template <typename IsMatch>
uint32_t probe(const HashIndex& index, uint64_t hash, IsMatch is_match) {
  for (uint64_t at = hash;; ++at) {
    uint32_t position = index.slots[at & index.mask];
    if (position == HashIndex::kEmpty || is_match(position)) return position;
  }
}

// Bisections through more elements than these pay, one unit for every 16 times as many.
constexpr uint32_t kBisectedForFree = 32;

// `order(position)` is <0, 0, >0 as the element there is before, at or after what is sought.
template <typename Order>
uint32_t bisect(uint32_t size, Order order) {
  uint32_t begin = 0;
  uint32_t end = size;
  if (size > kBisectedForFree) charge_work(static_cast<uint64_t>(std::bit_width(size)) / 4);
  while (begin < end) {
    uint32_t middle = begin + (end - begin) / 2;
    int relation = order(middle);
    if (relation == 0) return middle;
    if (relation < 0) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return HashIndex::kEmpty;
}

const Value* member_at(const Value& object, uint32_t position) {
  return position == HashIndex::kEmpty ? nullptr : &object.entries[position].value;
}

// The position of a number written as an index, UINT64_MAX if it is none. Longer texts than this are never an index.
constexpr size_t kIndexTextLimit = 19;

uint64_t index_value(std::string_view text) {
  constexpr uint64_t kNone = UINT64_MAX;
  size_t at = 0;
  bool negative = at < text.size() && text[at] == '-';
  if (negative) ++at;
  if (text.size() - at > kIndexTextLimit) return kNone;
  uint64_t value = 0;
  size_t first_digit = at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    value = value * 10 + static_cast<uint64_t>(text[at] - '0');
    if (value > UINT32_MAX) return kNone;
  }
  if (at == first_digit || (negative && value != 0)) return kNone;
  if (at == text.size()) return value;
  if (text[at++] != '.' || at == text.size()) return kNone;
  for (; at < text.size(); ++at) {
    if (text[at] != '0') return kNone;
  }
  return value;
}

}  // namespace

std::string_view kind_name(Kind kind) { return kKindNames[static_cast<size_t>(kind)]; }

const Value* object_find(const Value& object, std::string_view key) {
  if (object.kind != Kind::kObject) return nullptr;
  const Entry* entries = object.entries;
  if (object.size <= kScanLimit) {
    for (uint32_t i = 0; i < object.size; ++i) {
      if (same_text(entries[i].key, key)) return &entries[i].value;
    }
    return nullptr;
  }
  if (object.form == Value::kIndexed) {
    return member_at(object, probe(index_of(entries), hash_string(key),
                                   [&](uint32_t at) { return same_text(entries[at].key, key); }));
  }
  Value sought = Value::string(key);
  return member_at(object, bisect(object.size, [&](uint32_t at) { return compare(entries[at].key, sought); }));
}

const Value* object_find(const Value& object, const Value& key) {
  if (key.is_string()) return object_find(object, key.text());
  if (object.kind != Kind::kObject) return nullptr;
  const Entry* entries = object.entries;
  if (object.size <= kScanLimit) {
    for (uint32_t i = 0; i < object.size; ++i) {
      if (equal(entries[i].key, key)) return &entries[i].value;
    }
    return nullptr;
  }
  if (object.form == Value::kIndexed) {
    auto is_key = [&](uint32_t at) { return equal(entries[at].key, key); };
    return member_at(object, probe(index_of(entries), hash(key), is_key));
  }
  return member_at(object, bisect(object.size, [&](uint32_t at) { return compare(entries[at].key, key); }));
}

const Value* set_find(const Value& set, const Value& element) {
  if (set.kind != Kind::kSet) return nullptr;
  const Value* elements = set.elements;
  uint32_t found = HashIndex::kEmpty;
  if (set.size <= kScanLimit) {
    for (uint32_t i = 0; i < set.size; ++i) {
      if (equal(elements[i], element)) return &elements[i];
    }
  } else if (set.form == Value::kIndexed) {
    found = probe(index_of(elements), hash(element), [&](uint32_t at) { return equal(elements[at], element); });
  } else {
    found = bisect(set.size, [&](uint32_t at) { return compare(elements[at], element); });
  }
  return found == HashIndex::kEmpty ? nullptr : &elements[found];
}

const Value* array_find(const Value& array, const Value& index) {
  if (array.kind != Kind::kArray || !index.is_number()) return nullptr;
  uint64_t at = index.form == Value::kInteger ? static_cast<uint64_t>(index.integer) : index_value(index.text());
  return at < array.size ? &array.elements[at] : nullptr;
}

}  // namespace writ
