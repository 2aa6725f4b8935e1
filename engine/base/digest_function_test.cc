#include "engine/base/digest_function.h"

#include <catch2/catch.hpp>
#include <set>

#include "engine/base/error.h"

namespace writ {
namespace {

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

TEST_CASE("D of the published examples") {
  Hasher h;
  using enum DigestTag;
  CHECK(hex(h.digest(kProbe)) == "bbb6128d8c650aa3fe08a04f18a2f7f77292e55bef8cb3e7f183109cb27af491");
  CHECK(hex(h.digest(kProbe, "")) == "d61a5a7baf2715df5d747a80fb720d2b63b3d6bb3ea75e5d962c475226d3a041");
  CHECK(hex(h.digest(kProbe, "a", "b")) == "a8bc31ac4a8fb939b51fec998c1ede06fec91bc46803253d6d3dae8fc59be1ae");
  CHECK(hex(h.digest(kProbe, "ab")) == "72773211e64b770a7afb1f6c31735f605bfc05339a1dbcc161c29d1ad94b44f1");
  CHECK(hex(h.digest(kProbe, "ab", "")) == "21c1b031658c58c45893cad28b8a4a133ef137ff7f1ebebe27e219e947331751");
  std::string preimage("WRIT1\0\5probe\0", 13);
  CHECK(h.digest(kProbe) == sha256(preimage));
}

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

TEST_CASE("the tree of RFC 6962") {
  Hasher h;
  MerkleTree tree;
  CHECK(hex(tree.root(h)) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const char* expected[] = {"96a296d2", "a20bf9a7", "3b6cccd7", "9bcd5124",
                            "b855b42d", "bb36e7d3", "3560191803028444b232018ac047fdb561c09c23a7a6876c85e08b5e4d48e9f3"};
  for (char i = 0; i < 7; ++i) {
    tree.add(h, {&i, 1});
    CHECK(tree.count() == static_cast<uint64_t>(i) + 1);
    CHECK_THAT(hex(tree.root(h)), Catch::StartsWith(expected[static_cast<size_t>(i)]));
  }
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
