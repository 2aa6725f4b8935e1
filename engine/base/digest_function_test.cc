#include "engine/base/digest_function.h"

#include <catch2/catch.hpp>
#include <set>

#include "engine/base/error.h"

namespace writ {
namespace {

TEST_CASE("a part may be streamed in any pieces, and only in full") {
  Hasher h;
  h.begin(DigestTag::kProbe, 2);
  h.begin_part(1);
  h.stream("");
  h.stream("a");
  h.part("b");
  Digest streamed = h.finish();
  CHECK(streamed == h.digest(DigestTag::kProbe, "a", "b"));

  h.begin(DigestTag::kProbe, 1);
  CHECK_THROWS_AS(h.finish(), Failure);
  h.begin(DigestTag::kProbe, 1);
  h.begin_part(2);
  h.stream("a");
  CHECK_THROWS_AS(h.finish(), Failure);
  h.begin(DigestTag::kProbe, 1);
  h.begin_part(2);
  CHECK_THROWS_AS(h.stream("abc"), Failure);
  h.begin(DigestTag::kProbe, 0);
  CHECK_THROWS_AS(h.part("a"), Failure);
  CHECK(h.digest(DigestTag::kProbe, "a", "b") == streamed);
}

TEST_CASE("a tag takes its own number of arguments only") {
  Hasher h;
  CHECK_THROWS_AS(h.digest(DigestTag::kModule, "a"), Failure);
  CHECK_THROWS_AS(h.digest(DigestTag::kInput, "a", "b"), Failure);
  CHECK_NOTHROW(h.digest(DigestTag::kInput));
  std::set<std::string_view> names;
  for (const DigestTagRow& row : kDigestTags) CHECK(names.insert(row.tag).second);
}

TEST_CASE("a reserved tag is in nobody's use") {
#define DIGEST_TAG(identifier, tag, fewest, most, layout)
#define RESERVED_DIGEST_TAG(reserved, purpose) \
  for (const DigestTagRow& row : kDigestTags) CHECK(row.tag != reserved);
#include "engine/base/tags.def"
#undef DIGEST_TAG
}

TEST_CASE("a cleared tree starts from nothing") {
  Hasher h;
  MerkleTree tree;
  tree.add(h, "a");
  CHECK(tree.count() == 1);
  tree.clear();
  CHECK(tree.count() == 0);
  CHECK(tree.root(h) == sha256(""));
}

// The definition itself, to check the iterative form against.
Digest split_root(Hasher& h, const std::vector<std::string>& leaves, size_t from, size_t to) {
  if (to - from == 1) return h.leaf(leaves[from]);
  size_t half = 1;
  while (half * 2 < to - from) half *= 2;
  Digest left = split_root(h, leaves, from, from + half);
  Digest right = split_root(h, leaves, from + half, to);
  return h.node(left, right);
}

TEST_CASE("the tree equals its recursive definition for every size up to 130") {
  Hasher h;
  MerkleTree tree;
  std::vector<std::string> leaves;
  for (int i = 0; i < 130; ++i) {
    leaves.push_back(std::to_string(i));
    tree.add(h, leaves.back());
    REQUIRE(tree.root(h) == split_root(h, leaves, 0, leaves.size()));
  }
}

}  // namespace
}  // namespace writ
