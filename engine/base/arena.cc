#include "engine/base/arena.h"

#include <algorithm>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "engine/base/error.h"

namespace writ {

namespace {
constexpr size_t kFirstBlock = 64 * 1024;
// Blocks above this size are not kept over a reset, so that one huge evaluation does not pin its memory forever.
constexpr size_t kLargestKept = 64 * 1024 * 1024;

// What a large block costs is that each of its pages is touched for the first time, so it asks for large pages.
constexpr size_t kLargePage = 2 * 1024 * 1024;

// At least two of them long, so that one is in it wherever it begins.
void ask_for_large_pages([[maybe_unused]] char* bytes, [[maybe_unused]] size_t size) {
#ifdef MADV_HUGEPAGE
  size_t skipped = -reinterpret_cast<uintptr_t>(bytes) % kLargePage;
  madvise(bytes + skipped, (size - skipped) / kLargePage * kLargePage, MADV_HUGEPAGE);
#endif
}
}  // namespace

void* Arena::allocate_slow(size_t rounded) {
  uint64_t used_now = used();
  uint64_t most = room();
  if (rounded > most) throw_too_large();
  size_t last = blocks_.empty() ? kFirstBlock / 2 : blocks_.back().size;
  size_t size = std::max(rounded, std::min(last * 2, kLargestKept));
  // The limit is checked per block, not per allocation: a block never reaches beyond it.
  size = static_cast<size_t>(std::min<uint64_t>(size, std::max<uint64_t>(rounded, most)));
  size &= ~size_t{15};
  blocks_.reserve(blocks_.size() + 1);
  Block block{std::unique_ptr<char[]>(new char[size]), size};
  if (size >= 2 * kLargePage) ask_for_large_pages(block.bytes.get(), size);
  used_before_ = used_now;
  begin_ = block.bytes.get();
  next_ = begin_ + rounded;
  blocks_.push_back(std::move(block));
  set_end();
  return begin_;
}

void Arena::reset(uint64_t limit) {
  limit_ = limit;
  used_before_ = taken_ = 0;
  if (blocks_.empty()) return;
  if (blocks_.size() > 1) keep_largest();
  const Block& block = blocks_.front();
  begin_ = next_ = block.bytes.get();
  end_ = begin_ + std::min<uint64_t>(block.size, limit);
}

void Arena::keep_largest() {
  auto largest = std::max_element(blocks_.begin(), blocks_.end(),
                                  [](const Block& a, const Block& b) { return a.size < b.size; });
  Block kept = std::move(*largest);
  blocks_.clear();
  blocks_.push_back(std::move(kept));
}

void Arena::set_end() noexcept {
  if (blocks_.empty()) return;
  uint64_t before = used_before_ + taken_;
  char* end = begin_ + std::min<uint64_t>(blocks_.back().size, limit_ - std::min(limit_, before));
  end_ = std::max(end, next_);
}

void Arena::take(uint64_t bytes) {
  if (bytes > room()) throw_too_large();
  taken_ += bytes;
  set_end();
}

// After a reset there is nothing to give back.
void Arena::give_back(uint64_t bytes) noexcept {
  taken_ -= std::min(taken_, bytes);
  set_end();
}

void Arena::throw_too_large() {
  throw Failure(ErrorCode::E_MEMORY, "the evaluation needs more memory than its limit allows");
}

}  // namespace writ
