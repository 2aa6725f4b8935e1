// Expectations are those of Go's fmt with the arguments OPA gives it.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Bench;
using test::check_cases;

TEST_CASE("sprintf: types of arguments") {
  constexpr test::Case kCases[] = {
      {"sprintf", R"~(["%v %v %v %v", [1, "a", null, true]])~", R"~("1 a null true")~"},
      {"sprintf", R"~(["%v", [{"a": [1, "x"]}]])~", R"~("{\"a\": [1, \"x\"]}")~"},
      {"sprintf", R"~(["%v %v", [{"$set": [2, 1]}, {"$set": []}]])~", R"~("{1, 2} set()")~"},
      {"sprintf", R"~(["%d", [1.0]])~", R"~("%!d(float64=1)")~"},
      {"sprintf", R"~(["%.2f", [101.00]])~", R"~("101.00")~"},
      {"sprintf", R"~(["%d", [1.5]])~", R"~("%!d(float64=1.5)")~"},
      {"sprintf", R"~(["%s", [5]])~", R"~("%!s(int64=5)")~"},
      {"sprintf", R"~(["%s", [123456789123456789123]])~", R"~("123456789123456789123")~"},
      {"sprintf", R"~(["%d", ["x"]])~", R"~("%!d(string=x)")~"},
      {"sprintf", R"~(["%v %T", [1e3, 1e3]])~", R"~("1000 float64")~"},
      {"sprintf", R"~(["%T %T %T %T", [1, 1.5, 9223372036854775808, []]])~", R"~("int64 float64 *big.Int string")~"},
      {"sprintf", R"~(["%f", [1.5e400]])~", R"~("%!f(string=1.5e400)")~"},  // no float64 is that large
  };
  check_cases(kCases);
}

TEST_CASE("sprintf: the text of a number decides its type") {
  constexpr test::Case kCases[] = {
      {"sprintf", R"~(["%d",[1.0]])~", R"~("%!d(float64=1)")~"},
      {"sprintf", R"~(["%d",[1e2]])~", R"~("%!d(float64=100)")~"},
      {"sprintf", R"~(["%d",[100]])~", R"~("100")~"},
      {"sprintf", R"~(["%.2f",[101.00]])~", R"~("101.00")~"},
      {"sprintf", R"~(["%f",[1e2]])~", R"~("100.000000")~"},
      {"sprintf", R"~(["%f",[1]])~", R"~("%!f(int64=1)")~"},
      {"sprintf", R"~(["%v",[1e2]])~", R"~("100")~"},
      {"sprintf", R"~(["%v",[1e20]])~", R"~("1e+20")~"},
      {"sprintf", R"~(["%v",[1e21]])~", R"~("1e+21")~"},
      {"sprintf", R"~(["%s",[1.0]])~", R"~("%!s(float64=1)")~"},
      {"sprintf", R"~(["%x",[255.0]])~", R"~("0x1.fep+07")~"},
      {"sprintf", R"~(["%x",[255]])~", R"~("ff")~"},
      {"sprintf", R"~(["%v",[-0.0]])~", R"~("-0")~"},
      {"sprintf", R"~(["%v",[-0]])~", R"~("0")~"},
      {"sprintf", R"~(["%v",[1.0]])~", R"~("1")~"},
      {"sprintf", R"~(["%v",[1e400]])~", R"~("1e400")~"},
      {"sprintf", R"~(["%v",[[1.0,1e2]]])~", R"~("[1.0, 1e2]")~"},
      {"sprintf", R"~(["%d",[2e308]])~", R"~("%!d(string=2e308)")~"},
      {"sprintf", R"~(["%v",[1e-400]])~", R"~("0")~"},
      {"sprintf", R"~(["%d",[36893488147419103233]])~", R"~("36893488147419103233")~"},
      {"sprintf", R"~(["%f",[36893488147419103233]])~", R"~("%!f(big.Int=36893488147419103233)")~"},
      {"sprintf", R"~(["%f, %3.1f, %.3f",[0.0,100.0,0.0]])~", R"~("0.000000, 100.0, 0.000")~"},
  };
  test::check_cases(kCases);
}

TEST_CASE("sprintf: the format") {
  constexpr test::Case kCases[] = {
      {"sprintf", R"~(["100%%", []])~", R"~("100%")~"},
      {"sprintf", R"~(["%d %d", [1]])~", R"~("1 %!d(MISSING)")~"},
      {"sprintf", R"~(["%d", [1, "a"]])~", R"~("1%!(EXTRA string=a)")~"},
      {"sprintf", R"~(["%", []])~", R"~("%!(NOVERB)")~"},
      {"sprintf", R"~(["%!", [1]])~", R"~("%!!(int64=1)")~"},
      {"sprintf", R"~(["%[2]d %[1]d", [1, 2]])~", R"~("2 1")~"},
      {"sprintf", R"~(["%[3]d", [1]])~", R"~("%!d(BADINDEX)")~"},
      {"sprintf", R"~(["%[x]d", [1]])~", R"~("%!d(BADINDEX)")~"},
      {"sprintf", R"~(["%*d|%-*d|", [5, 42, 5, 42]])~", R"~("   42|42   |")~"},
      {"sprintf", R"~(["%*d", ["x", 42]])~", R"~("%!(BADWIDTH)42")~"},
      {"sprintf", R"~(["%.*f", [2, 3.14159]])~", R"~("3.14")~"},
      {"sprintf", R"~(["%.*d", [-1, 3]])~", R"~("%!(BADPREC)3")~"},
      {"sprintf", R"~(["%-5d|%05d|%+d|% d", [42, 42, 42, 42]])~", R"~("42   |00042|+42| 42")~"},
      {"sprintf", R"~(["%é", [1]])~", R"~("%!é(int64=1)")~"},
      {"sprintf", R"~(["%5", [1]])~", R"~("%!(NOVERB)%!(EXTRA int64=1)")~"},
  };
  check_cases(kCases);
}

TEST_CASE("sprintf: integers") {
  constexpr test::Case kCases[] = {
      {"sprintf", R"~(["%b %o %O %x %X %#x %#o", [5, 8, 8, 255, 255, 255, 8]])~", R"~("101 10 0o10 ff FF 0xff 010")~"},
      {"sprintf", R"~(["%x", [-9223372036854775808]])~", R"~("-8000000000000000")~"},
      {"sprintf", R"~(["%08.3d|%.0d|%+.3d", [7, 0, 7]])~", R"~("     007||+007")~"},
      {"sprintf", R"~(["%c %q %U %#U", [233, 39, 233, 233]])~", R"~("é '\\'' U+00E9 U+00E9 'é'")~"},
      {"sprintf", R"~(["%c", [-1]])~", R"~("�")~"},
      {"sprintf", R"~(["%22d|%-22d|%022d", [9223372036854775808, 9223372036854775808, 9223372036854775808]])~",
       R"~("   9223372036854775808|9223372036854775808   |0009223372036854775808")~"},
      {"sprintf", R"~(["%+x %#X %+v", [18446744073709551616, 18446744073709551616, 18446744073709551616]])~",
       R"~("+10000000000000000 0X10000000000000000 +18446744073709551616")~"},
      {"sprintf", R"~(["%f", [9223372036854775808]])~", R"~("%!f(big.Int=9223372036854775808)")~"},
  };
  check_cases(kCases);
}

TEST_CASE("sprintf: floats") {
  constexpr test::Case kCases[] = {
      {"sprintf", R"~(["%v %v %v %v", [0.1, 1000000.5, 0.0000001, 123456789.5]])~",
       R"~("0.1 1.0000005e+06 1e-07 1.234567895e+08")~"},
      {"sprintf", R"~(["%f %.0f %.0f %.1f", [1.5, 0.5, 1.5, 0.25]])~", R"~("1.500000 0 2 0.2")~"},
      {"sprintf", R"~(["%e %E %.2e %.0e", [123456.789, 123456.789, 0.00012345, 9.5]])~",
       R"~("1.234568e+05 1.234568E+05 1.23e-04 1e+01")~"},
      {"sprintf", R"~(["%g %G %.3g %#g", [1.5e-7, 1.5e-7, 1234.5678, 1.5]])~",
       R"~("1.5e-07 1.5E-07 1.23e+03 1.50000")~"},
      {"sprintf", R"~(["%x %X %b %.1x", [1.5, 1.5, 1.5, 1.99]])~",
       R"~("0x1.8p+00 0X1.8P+00 6755399441055744p-52 0x1.0p+01")~"},
      {"sprintf", R"~(["%8.2f|%-8.2f|%08.2f|%+.1f|% .1f", [3.14159, 3.14159, -3.14159, 2.5, 2.5]])~",
       R"~("    3.14|3.14    |-0003.14|+2.5| 2.5")~"},
      {"sprintf", R"~(["%v", [0.30000000000000004]])~", R"~("0.30000000000000004")~"},
      {"sprintf", R"~(["%v", [1.7976931348623157e308]])~", R"~("1.7976931348623157e+308")~"},
      {"sprintf", R"~(["%v %g", [4.9406564584124654e-324, 2.2250738585072014e-308]])~",
       R"~("5e-324 2.2250738585072014e-308")~"},
      {"sprintf", R"~(["%v", [2.5e-400]])~", R"~("0")~"},
      {"sprintf", R"~(["%v", [-2.5e-400]])~", R"~("-0")~"},
      {"sprintf", R"~(["%.20f", [0.1]])~", R"~("0.10000000000000000555")~"},
  };
  check_cases(kCases);
}

TEST_CASE("sprintf: strings") {
  constexpr test::Case kCases[] = {
      {"sprintf", R"~(["%5s|%-5s|%.2s|%05s", ["a\u00e9", "a", "h\u00e9llo", "ab"]])~", R"~("   aé|a    |hé|000ab")~"},
      {"sprintf", R"~(["%q %+q %#q", ["a\"\u00e9\n", "\u00e9\ud83d\ude00", "a`b"]])~",
       R"~("\"a\\\"é\\n\" \"\\u00e9\\U0001f600\" \"a`b\"")~"},
      {"sprintf", R"~(["%#q %#v", ["ab", "ab"]])~", R"~("`ab` \"ab\"")~"},
      {"sprintf", R"~(["%x %X % x %# x", ["h\u00e9", "h\u00e9", "abc", "ab"]])~",
       R"~("68c3a9 68C3A9 61 62 63 0x61 0x62")~"},
      {"sprintf", R"~(["%t", [true]])~", R"~("%!t(string=true)")~"},
  };
  check_cases(kCases);
}

TEST_CASE("sprintf: widths are bounded and paid for") {
  Bench bench;
  CHECK(bench.run("sprintf", R"~(["%99999999d", [1]])~") == R"~("%!(NOVERB)%!(EXTRA int64=1)")~");
  CHECK(bench.run("sprintf", R"~(["%1000000d", [1]])~").size() == 1'000'002);
  CHECK(bench.services.used >= 1'000'000 / 16);
  bench.services.fuel = 1000;
  bench.services.used = 0;
  CHECK(bench.run("sprintf", R"~(["%1000000d", [1]])~") == "E_FUEL");
  bench.services.used = 0;
  CHECK(bench.run("sprintf", R"~(["%.1000000f", [1.5]])~") == "E_FUEL");
}

}  // namespace
}  // namespace writ
