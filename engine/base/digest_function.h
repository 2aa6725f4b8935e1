// The one digest function of all evidence, and the tree for lists.
//
//   D(tag, x1 … xn) = SHA-256( "WRIT1" 00 u8(|tag|) tag u8(n) u64(|x1|) x1 … u64(|xn|) xn )        integers big-endian
//
// Number and length of every part are in the preimage, so no two argument lists share one. tags.def lists the tags.
// Lists are hashed with the tree of RFC 6962, whose prefixes 00 and 01 never begin a preimage of D.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"

namespace writ {

enum class DigestTag : uint8_t {
#define DIGEST_TAG(identifier, tag, fewest, most, layout) identifier,
#include "engine/base/tags.def"
#undef DIGEST_TAG
};

struct DigestTagRow {
  std::string_view tag;
  uint8_t fewest;  // arguments
  uint8_t most;
  std::string_view layout;
};
inline constexpr DigestTagRow kDigestTags[] = {
#define DIGEST_TAG(identifier, tag, fewest, most, layout) {tag, fewest, most, layout},
#include "engine/base/tags.def"
#undef DIGEST_TAG
};

// A part of a preimage. Made from what it is called with, so that `hasher.digest(tag, a, b)` reads like the formula.
struct DigestU64 {
  explicit DigestU64(uint64_t value) {
    for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (56 - 8 * i));
  }
  std::array<char, 8> bytes;
};
struct DigestU8 {
  explicit DigestU8(uint8_t value) : byte(static_cast<char>(value)) {}
  char byte;
};

// Computes D. Reuses its context: one per thread, any number of digests one after another.
class Hasher {
 public:
  // In one go.
  template <typename... Parts>
  Digest digest(DigestTag tag, const Parts&... parts) {
    begin(tag, sizeof...(Parts));
    (part(bytes_of(parts)), ...);
    return finish();
  }

  // Piece by piece: begin, exactly `count` parts, finish. A part may be streamed: begin_part with its exact size, then
  // its bytes in any pieces through stream.
  void begin(DigestTag tag, uint8_t count);
  void part(std::string_view bytes) {
    begin_part(bytes.size());
    stream(bytes);
  }
  void begin_part(uint64_t size);
  void stream(std::string_view bytes);
  // Throws Failure(E_INTERNAL) if parts or bytes of a part are missing or too many.
  Digest finish();

  // RFC 6962: SHA-256(00 ‖ leaf) and SHA-256(01 ‖ left ‖ right).
  Digest leaf(std::string_view bytes);
  Digest node(const Digest& left, const Digest& right);
  // Plain SHA-256.
  Digest plain(std::string_view bytes);

 private:
  static std::string_view bytes_of(std::string_view bytes) { return bytes; }
  static std::string_view bytes_of(const Digest& digest) { return digest.view(); }
  static std::string_view bytes_of(const DigestU64& number) { return {number.bytes.data(), number.bytes.size()}; }
  static std::string_view bytes_of(const DigestU8& number) { return {&number.byte, 1}; }

  Sha256 hash_;
  uint32_t parts_left_ = 0;
  uint64_t bytes_left_ = 0;
};

// MTH of RFC 6962 over leaves that arrive one by one. Holds one digest per level: O(log n) memory, O(1) amortised a
// leaf.
class MerkleTree {
 public:
  void add(Hasher& hasher, std::string_view leaf) { add_hash(hasher, hasher.leaf(leaf)); }
  // A leaf that is already hashed.
  void add_hash(Hasher& hasher, Digest leaf_hash);
  uint64_t count() const { return count_; }
  // Of the leaves so far; more may follow. SHA-256 of nothing for no leaves.
  Digest root(Hasher& hasher) const;
  void clear();

 private:
  // Roots of the complete subtrees that make up the tree, largest first; their sizes are the bits of count_.
  std::vector<Digest> subtrees_;
  uint64_t count_ = 0;
};

}  // namespace writ
