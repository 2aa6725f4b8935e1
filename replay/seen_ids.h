// The ids of a run, to see whether one comes twice: the one thing in a replay that grows with the number of records.
//
// A table of 16-byte ids with open addressing, at most half full when it grows: 24 to 64 bytes per id. The place of an
// id depends on a random key, because whoever writes the records chooses the ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/uuid.h"

namespace writ {

class SeenIds {
 public:
  SeenIds();
  // False if it was there already.
  bool add(const Id128& id);
  size_t size() const { return size_; }

 private:
  size_t place_of(const Id128& id) const;
  void grow();

  uint64_t key_[2];
  std::vector<Id128> places_;  // all zero: empty
  size_t size_ = 0;
  bool has_zero_ = false;      // the id that looks like an empty place
};

}  // namespace writ
