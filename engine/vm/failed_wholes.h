// Which documents could not be made as a whole, so that whoever reads one at known keys goes on with what it has there, without
// trying again. By layer of the Memo, as the values of rules are known: what fails in one world need not fail in another.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/arena.h"

namespace writ {

class FailedWholes {
 public:
  // Forgets everything.
  void begin() { failed_.clear(); }
  bool is_empty() const { return failed_.empty(); }
  bool contains(uint32_t function, uint64_t epoch) const {
    return std::binary_search(failed_.begin(), failed_.end(), std::pair(epoch, function));
  }
  // `epoch` is that of the innermost layer. The evaluation pays for the memory. Throws Failure(E_MEMORY).
  void add(uint32_t function, uint64_t epoch, Arena& memory) {
    memory.take(sizeof(failed_[0]));
    // Layers have growing numbers from the outermost on, so what is behind is of layers that were left.
    while (!failed_.empty() && failed_.back().first > epoch) failed_.pop_back();
    std::pair<uint64_t, uint32_t> failed(epoch, function);
    failed_.insert(std::lower_bound(failed_.begin(), failed_.end(), failed), failed);
  }

 private:
  std::vector<std::pair<uint64_t, uint32_t>> failed_;  // ascending
};

}  // namespace writ
