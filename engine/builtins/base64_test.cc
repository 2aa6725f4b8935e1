// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("base64.* and hex.* answer as OPA does") {
  constexpr Case kCases[] = {
      {"base64.decode", R"~([""])~", R"~("")~"},
      {"base64url.decode", R"~([""])~", R"~("")~"},
      {"base64.is_valid", R"~(["aGVsbG8="])~", R"~(true)~"},
      {"base64url.decode", R"~(["aGVsbG8="])~", R"~("hello")~"},
      {"base64.decode", R"~(["aGVsbG8"])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 4"},
      {"base64.is_valid", R"~(["aGVsbG8"])~", R"~(false)~"},
      {"base64url.decode", R"~(["aGVsbG8"])~", R"~("hello")~"},
      {"base64.decode", R"~(["a"])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 0"},
      {"base64url.decode", R"~(["a"])~", "eval_builtin_error: base64url.decode: illegal base64url string: a"},
      {"base64.decode", R"~(["ab"])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 0"},
      {"base64url.decode", R"~(["ab"])~", R"~("i")~"},
      {"base64.decode", R"~(["abc"])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 0"},
      {"base64url.decode", R"~(["abc"])~", R"("i\xb7")"},
      {"base64.decode", R"~(["ab=="])~", R"~("i")~"},
      {"base64url.decode", R"~(["ab=="])~", R"~("i")~"},
      {"base64.is_valid", R"~(["ab="])~", R"~(false)~"},
      {"base64.decode", R"~(["ab=c"])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 2"},
      {"base64.is_valid", R"~(["ab=c"])~", R"~(false)~"},
      {"base64url.decode", R"~(["ab=c"])~",
       "eval_builtin_error: base64url.decode: illegal base64 data at input byte 2"},
      {"base64.decode", R"~(["a==="])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 1"},
      {"base64.is_valid", R"~(["a==="])~", R"~(false)~"},
      {"base64url.decode", R"~(["a==="])~",
       "eval_builtin_error: base64url.decode: illegal base64 data at input byte 1"},
      {"base64.decode", R"~(["YQ==\n"])~", R"~("a")~"},
      {"base64.is_valid", R"~(["YQ==\n"])~", R"~(true)~"},
      {"base64.decode", R"~(["Y\nQ=="])~", R"~("a")~"},
      {"base64.is_valid", R"~(["Y\nQ=="])~", R"~(true)~"},
      {"base64url.decode", R"~(["Y\nQ=="])~", R"~("a")~"},
      {"base64.decode", R"~(["YQ==x"])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 4"},
      {"base64.is_valid", R"~(["YQ==x"])~", R"~(false)~"},
      {"base64url.decode", R"~(["YQ==x"])~", "eval_builtin_error: base64url.decode: illegal base64url string: YQ==x"},
      {"base64.decode", R"~(["YQ=\n="])~", R"~("a")~"},
      {"base64.is_valid", R"~(["YQ=\n="])~", R"~(true)~"},
      {"base64url.decode", R"~(["YQ=\n="])~", R"~("a")~"},
      {"base64.decode", R"~(["!!"])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 0"},
      {"base64url.decode", R"~(["!!"])~", "eval_builtin_error: base64url.decode: illegal base64 data at input byte 0"},
      {"base64.decode", R"~(["aGVsbG8=aGVs"])~",
       "eval_builtin_error: base64.decode: illegal base64 data at input byte 8"},
      {"base64.decode", R"~(["////"])~", R"("\xff\xff\xff")"},
      {"base64.is_valid", R"~(["////"])~", R"~(true)~"},
      {"base64url.decode", R"~(["////"])~",
       "eval_builtin_error: base64url.decode: illegal base64 data at input byte 0"},
      {"base64.decode", R"~(["-_-_"])~", "eval_builtin_error: base64.decode: illegal base64 data at input byte 0"},
      {"base64url.decode", R"~(["-_-_"])~", R"("\xfb\xff\xbf")"},
      {"base64.encode", R"~([""])~", R"~("")~"},
      {"base64url.encode", R"~([""])~", R"~("")~"},
      {"hex.encode", R"~([""])~", R"~("")~"},
      {"base64.encode", R"~(["f"])~", R"~("Zg==")~"},
      {"base64url.encode", R"~(["f"])~", R"~("Zg==")~"},
      {"base64.encode", R"~(["fo"])~", R"~("Zm8=")~"},
      {"base64url.encode_no_pad", R"~(["fo"])~", R"~("Zm8")~"},
      {"hex.encode", R"~(["fo"])~", R"~("666f")~"},
      {"base64url.encode", R"~(["foo"])~", R"~("Zm9v")~"},
      {"base64url.encode_no_pad", R"~(["foo"])~", R"~("Zm9v")~"},
      {"hex.encode", R"~(["foo"])~", R"~("666f6f")~"},
      {"base64.encode", R"~(["foob"])~", R"~("Zm9vYg==")~"},
      {"base64url.encode", R"~(["foob"])~", R"~("Zm9vYg==")~"},
      {"hex.encode", R"~(["foob"])~", R"~("666f6f62")~"},
      {"hex.decode", R"~(["66"])~", R"~("f")~"},
      {"hex.decode", R"~(["6g"])~", "eval_builtin_error: hex.decode: encoding/hex: invalid byte: U+0067 'g'"},
      {"hex.decode", R"~(["zz"])~", "eval_builtin_error: hex.decode: encoding/hex: invalid byte: U+007A 'z'"},
      {"hex.decode", R"~(["666"])~", "eval_builtin_error: hex.decode: encoding/hex: odd length hex string"},
      {"hex.decode", R"~(["6ü"])~", "eval_builtin_error: hex.decode: encoding/hex: invalid byte: U+00C3 'Ã'"},
  };
  check_cases(kCases);
}

}  // namespace
}  // namespace writ
