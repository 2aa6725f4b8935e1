// The stack of a walk over nested values: a few frames in place, the rest on the heap.
//
// Evaluations run on small machine stacks and values may be nested hundreds of levels, so nothing here recurses over
// values; ordinary values are shallow, so ordinarily nothing is allocated either.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

namespace writ {

template <typename Frame, size_t kInPlace = 12>
class SmallStack {
 public:
  static_assert(std::is_trivially_destructible_v<Frame>);

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  Frame& top() { return size_ <= kInPlace ? few_[size_ - 1] : many_.back(); }
  void push(const Frame& frame) {
    if (size_ < kInPlace) {
      few_[size_] = frame;
    } else {
      many_.push_back(frame);
    }
    ++size_;
  }
  void pop() {
    if (size_ > kInPlace) many_.pop_back();
    --size_;
  }

 private:
  size_t size_ = 0;
  Frame few_[kInPlace];
  std::vector<Frame> many_;
};

}  // namespace writ
