#include "engine/base/digest.h"

#include <catch2/catch.hpp>

namespace writ {
namespace {

TEST_CASE("SHA-256 of the published examples") {
  CHECK(to_hex(sha256("").view()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256("abc").view()) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256(std::string(1000000, 'a')).view()) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("the same bytes in other pieces give the same digest") {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += static_cast<char>(i * 7);
  Digest whole = sha256(text);
  Sha256 hash;
  for (size_t piece : {1u, 63u, 64u, 511u, 512u, 513u, 2000u}) {
    for (size_t at = 0; at < text.size(); at += piece) hash.update(std::string_view(text).substr(at, piece));
    CHECK(hash.finish() == whole);
  }
}

TEST_CASE("a hash starts anew after finish, restart and move") {
  Sha256 hash;
  hash.update(std::string(600, 'x'));
  hash.restart();
  hash.update("ab");
  Sha256 moved = std::move(hash);
  moved.update("c");
  CHECK(moved.finish() == sha256("abc"));
  CHECK(moved.finish() == sha256(""));
  moved = Sha256();
  CHECK(moved.finish() == sha256(""));
}

TEST_CASE("HMAC-SHA-256 of RFC 4231") {
  std::string key(20, '\x0b');
  CHECK(to_hex(hmac_sha256(key, {"Hi ", "There"}).view()) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(to_hex(hmac_sha256(std::string(131, '\xaa'), {"Test Using Larger Than Block-Size Key - Hash Key First"}).view()) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("digest text has one spelling") {
  Digest digest = sha256("abc");
  std::string text = digest_text(digest);
  CHECK(text == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(text.size() == kDigestTextSize);
  CHECK(digest_from_text(text) == digest);
  CHECK_FALSE(digest_from_text(text.substr(0, 70)));
  CHECK_FALSE(digest_from_text(text + "0"));
  CHECK_FALSE(digest_from_text("SHA256" + text.substr(6)));
  CHECK_FALSE(digest_from_text(text.substr(7)));
  std::string upper = text;
  upper[7] = 'B';
  CHECK_FALSE(digest_from_text(upper));
  upper[7] = 'g';
  CHECK_FALSE(digest_from_text(upper));
  CHECK_FALSE(digest_from_text(""));
}

}  // namespace
}  // namespace writ
