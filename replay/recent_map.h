// A map that holds entries up to a weight and forgets those used longest ago when a new one needs the place: the one rule
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
  // Holds at least the entry that was added last.
  explicit RecentMap(uint64_t capacity) : capacity_(capacity) {}

  // Null if it is not there. Valid until the next add.
  Value* find(const Key& key) {
    auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    found->second.last_use = ++uses_;
    return &found->second.value;
  }
  // The key must not be there.
  Value& add(Key key, Value value, uint64_t weight = 1) {
    while (!entries_.empty() && (weight > capacity_ || weight_ > capacity_ - weight)) {
      auto oldest = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return a.second.last_use < b.second.last_use;
      });
      weight_ -= oldest->second.weight;
      entries_.erase(oldest);
    }
    weight_ += weight;
    return entries_.emplace(std::move(key), Entry{std::move(value), ++uses_, weight}).first->second.value;
  }

 private:
  struct Entry {
    Value value;
    uint64_t last_use;
    uint64_t weight;
  };

  uint64_t capacity_;
  uint64_t weight_ = 0;  // of all entries
  uint64_t uses_ = 0;
  std::map<Key, Entry> entries_;
};

}  // namespace writ
