// A map that holds a number of entries and forgets the one used longest ago when a new one needs its place: the one rule
// by which replay keeps what it has built. Finding is O(log n), forgetting O(n), which is little beside building what is kept.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace writ {

template <typename Key, typename Value>
class RecentMap {
 public:
  // Holds at least one entry.
  explicit RecentMap(size_t capacity) : capacity_(std::max<size_t>(capacity, 1)) {}

  // Null if it is not there. Valid until the next add.
  Value* find(const Key& key) {
    auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    found->second.last_use = ++uses_;
    return &found->second.value;
  }
  // The key must not be there.
  Value& add(Key key, Value value) {
    if (entries_.size() >= capacity_) {
      entries_.erase(std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return a.second.last_use < b.second.last_use;
      }));
    }
    return entries_.emplace(std::move(key), Entry{std::move(value), ++uses_}).first->second.value;
  }

 private:
  struct Entry {
    Value value;
    uint64_t last_use;
  };

  size_t capacity_;
  uint64_t uses_ = 0;
  std::map<Key, Entry> entries_;
};

}  // namespace writ
