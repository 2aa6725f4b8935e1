#include "engine/base/digest_function.h"

#include "engine/base/error.h"

namespace writ {

namespace {

constexpr std::string_view kDomain{"WRIT1\0", 6};

constexpr bool tags_are_legal() {
  for (const DigestTagRow& row : kDigestTags) {
    if (row.tag.empty() || row.tag.size() > 32 || row.fewest > row.most) return false;
    for (char c : row.tag) {
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    }
  }
  return true;
}
static_assert(tags_are_legal(), "a tag is 1 to 32 bytes of [a-z0-9-]");

[[noreturn]] void fail_layout(std::string_view tag) {
  throw Failure(ErrorCode::E_INTERNAL, "wrong arguments for digest tag " + std::string(tag));
}

}  // namespace

void Hasher::begin(DigestTag tag, uint8_t count) {
  const DigestTagRow& row = kDigestTags[static_cast<size_t>(tag)];
  if (count < row.fewest || count > row.most) fail_layout(row.tag);
  hash_.restart();
  hash_.update(kDomain);
  char size = static_cast<char>(row.tag.size());
  hash_.update({&size, 1});
  hash_.update(row.tag);
  char parts = static_cast<char>(count);
  hash_.update({&parts, 1});
  parts_left_ = count;
  bytes_left_ = 0;
}

void Hasher::begin_part(uint64_t size) {
  if (parts_left_ == 0 || bytes_left_ != 0) fail_layout("of a part");
  --parts_left_;
  bytes_left_ = size;
  hash_.update(bytes_of(DigestU64(size)));
}

void Hasher::stream(std::string_view bytes) {
  if (bytes.size() > bytes_left_) fail_layout("of a part");
  bytes_left_ -= bytes.size();
  hash_.update(bytes);
}

Digest Hasher::finish() {
  if (parts_left_ != 0 || bytes_left_ != 0) fail_layout("of a part");
  return hash_.finish();
}

Digest Hasher::leaf(std::string_view bytes) {
  hash_.restart();
  hash_.update({"\0", 1});
  hash_.update(bytes);
  return hash_.finish();
}

Digest Hasher::node(const Digest& left, const Digest& right) {
  hash_.restart();
  hash_.update({"\1", 1});
  hash_.update(left.view());
  hash_.update(right.view());
  return hash_.finish();
}

Digest Hasher::plain(std::string_view bytes) {
  hash_.restart();
  hash_.update(bytes);
  return hash_.finish();
}

void MerkleTree::add_hash(Hasher& hasher, Digest leaf_hash) {
  // Adding one to a binary counter: each carry joins two subtrees of equal size.
  for (uint64_t bits = count_; bits & 1; bits >>= 1) {
    leaf_hash = hasher.node(subtrees_.back(), leaf_hash);
    subtrees_.pop_back();
  }
  subtrees_.push_back(leaf_hash);
  ++count_;
}

Digest MerkleTree::root(Hasher& hasher) const {
  if (subtrees_.empty()) return hasher.plain("");
  Digest root = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i-- > 0;) root = hasher.node(subtrees_[i], root);
  return root;
}

void MerkleTree::clear() {
  subtrees_.clear();
  count_ = 0;
}

}  // namespace writ
