// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("digests are those of OPA") {
  constexpr Case kCases[] = {
      {"crypto.md5", R"~([""])~", R"~("d41d8cd98f00b204e9800998ecf8427e")~"},
      {"crypto.sha1", R"~([""])~", R"~("da39a3ee5e6b4b0d3255bfef95601890afd80709")~"},
      {"crypto.sha256", R"~([""])~", R"~("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")~"},
      {"crypto.md5", R"~(["f"])~", R"~("8fa14cdd754f91cc6554c9e71929cce7")~"},
      {"crypto.sha1", R"~(["f"])~", R"~("4a0a19218e082a343a1b17e5333409af9d98f0f5")~"},
      {"crypto.sha256", R"~(["f"])~", R"~("252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111")~"},
      {"crypto.md5", R"~(["fo"])~", R"~("eed807024939b808083f0031a56e9872")~"},
      {"crypto.sha1", R"~(["fo"])~", R"~("19082866d46a5a57bfeffe585d8362c149676c90")~"},
      {"crypto.sha256", R"~(["fo"])~", R"~("9c3aee7110b787f0fb5f81633a36392bd277ea945d44c874a9a23601aefe20cf")~"},
      {"crypto.md5", R"~(["foo"])~", R"~("acbd18db4cc2f85cedef654fccc4a4d8")~"},
      {"crypto.sha1", R"~(["foo"])~", R"~("0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33")~"},
      {"crypto.sha256", R"~(["foo"])~", R"~("2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")~"},
      {"crypto.md5", R"~(["foob"])~", R"~("d0871a2b53c62de5e046fede42f3f7ab")~"},
      {"crypto.sha1", R"~(["foob"])~", R"~("2ca60ec33da4ccdf3c5b4944a2e831a70d76d7c7")~"},
      {"crypto.sha256", R"~(["foob"])~", R"~("a7452118bfc838ee7b2aac14a8bc88c50a1ae4620903c4f8cdd327bb79961899")~"},
      {"crypto.hmac.md5", R"~(["msg","key"])~", R"~("18e3548c59ad40dd03907b7aeee71d67")~"},
      {"crypto.hmac.md5", R"~(["",""])~", R"~("74e6f7298a9c2d168935f58c001bad88")~"},
      {"crypto.hmac.sha1", R"~(["msg","key"])~", R"~("102900b72b7bf1031eec76b4804b66052376896b")~"},
      {"crypto.hmac.sha1", R"~(["",""])~", R"~("fbdb1d1b18aa6c08324b7d64b71fb76370690e1d")~"},
      {"crypto.hmac.sha256", R"~(["msg","key"])~",
       R"~("2d93cbc1be167bcb1637a4a23cbff01a7878f0c50ee833954ea5221bb1b8c628")~"},
      {"crypto.hmac.sha256", R"~(["",""])~", R"~("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")~"},
      {"crypto.hmac.equal", R"~(["a","a"])~", R"~(true)~"},
      {"crypto.hmac.equal", R"~(["a","b"])~", R"~(false)~"},
  };
  check_cases(kCases);
}

}  // namespace
}  // namespace writ
