#include "engine/base/arena.h"

#include <algorithm>

#include "engine/base/error.h"

namespace writ {

namespace {
constexpr size_t kFirstBlock = 64 * 1024;
// Blocks above this size are not kept over a reset, so that one huge evaluation does not pin its memory forever.
constexpr size_t kLargestKept = 64 * 1024 * 1024;
}  // namespace

void* Arena::allocate_slow(size_t rounded) {
  uint64_t used_now = used();
  if (rounded > limit_ || used_now > limit_ - rounded) throw_too_large();
  size_t last = blocks_.empty() ? kFirstBlock / 2 : blocks_.back().size;
  size_t size = std::max(rounded, std::min(last * 2, kLargestKept));
  // The limit is checked per block, not per allocation: a block never reaches beyond it.
  size = static_cast<size_t>(std::min<uint64_t>(size, std::max<uint64_t>(rounded, limit_ - used_now)));
  size &= ~size_t{15};
  if (size < rounded) throw_too_large();
  blocks_.reserve(blocks_.size() + 1);
  Block block{std::unique_ptr<char[]>(new char[size]), size};
  used_before_ = used_now;
  begin_ = block.bytes.get();
  next_ = begin_ + rounded;
  end_ = begin_ + size;
  blocks_.push_back(std::move(block));
  return begin_;
}

void Arena::reset() {
  if (blocks_.empty()) return;
  if (blocks_.size() > 1) {
    auto largest = std::max_element(blocks_.begin(), blocks_.end(),
                                    [](const Block& a, const Block& b) { return a.size < b.size; });
    Block kept = std::move(*largest);
    blocks_.clear();
    blocks_.push_back(std::move(kept));
  }
  begin_ = next_ = blocks_.front().bytes.get();
  end_ = begin_ + std::min<uint64_t>(blocks_.front().size, limit_);
  used_before_ = 0;
}

void Arena::throw_too_large() {
  throw Failure(ErrorCode::E_MEMORY, "the evaluation needs more memory than its limit allows");
}

}  // namespace writ
