// A bump allocator. Everything an evaluation makes lives in one arena and dies with its reset, which is O(1) once the
// arena has grown to its working size: then neither allocation nor reset calls malloc.
//
// Memory is never freed singly and nothing is destroyed, so only trivially destructible things may be placed here.
// Not thread-safe: one arena belongs to one evaluation context.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace writ {

class Arena {
 public:
  // `limit` bounds the bytes handed out between two resets; passing it throws Failure(E_MEMORY).
  explicit Arena(uint64_t limit = UINT64_MAX) : limit_(limit) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  // Uninitialised bytes aligned to 16. Throws std::bad_alloc when the machine has no memory left.
  void* allocate(size_t bytes) {
    size_t rounded = (bytes + 15) & ~size_t{15};
    if (rounded <= static_cast<size_t>(end_ - next_)) {
      void* result = next_;
      next_ += rounded;
      return result;
    }
    return allocate_slow(rounded);
  }

  template <typename T>
  T* allocate_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count > SIZE_MAX / 2 / sizeof(T)) throw_too_large();
    return static_cast<T*>(allocate(count * sizeof(T)));
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(allocate(text.size()));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  // Gives every byte back and keeps one block as large as all that was used, for the next round, which has that limit.
  void reset(uint64_t limit);
  void reset() { reset(limit_); }

  // Counts bytes that an evaluation holds elsewhere (a text that grows, a table of a search) as if they were handed out here,
  // before they are taken; see Lease. Throws Failure(E_MEMORY).
  void take(uint64_t bytes);
  void give_back(uint64_t bytes) noexcept;

  // Bytes handed out since the last reset, rounding included.
  uint64_t used() const { return used_before_ + static_cast<uint64_t>(next_ - begin_); }
  // Bytes up to the limit.
  uint64_t room() const {
    uint64_t held = used() + taken_;
    return held < limit_ ? limit_ - held : 0;
  }
  void set_limit(uint64_t limit) {
    limit_ = limit;
    set_end();
  }

 private:
  void* allocate_slow(size_t rounded);
  void keep_largest();
  // What of the current block may be handed out.
  void set_end() noexcept;
  [[noreturn]] static void throw_too_large();

  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  char* begin_ = nullptr;
  char* next_ = nullptr;
  char* end_ = nullptr;
  uint64_t used_before_ = 0;  // bytes used in blocks before the current one
  uint64_t taken_ = 0;        // bytes held elsewhere
  uint64_t limit_;
  std::vector<Block> blocks_;
};

// Bytes held elsewhere for as long as this lives.
class Lease {
 public:
  explicit Lease(Arena& arena, uint64_t bytes = 0) : arena_(&arena) { grow(bytes); }
  ~Lease() { arena_->give_back(bytes_); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  // By so many bytes more. Throws Failure(E_MEMORY).
  void grow(uint64_t bytes) {
    arena_->take(bytes);
    bytes_ += bytes;
  }

 private:
  Arena* arena_;
  uint64_t bytes_ = 0;
};

}  // namespace writ
