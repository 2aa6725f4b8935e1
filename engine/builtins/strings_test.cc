#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Bench;
using test::check_cases;

TEST_CASE("asking about strings") {
  constexpr test::Case kCases[] = {
      {"contains", R"(["abc", "bc"])", "true"},
      {"contains", R"(["abc", ""])", "true"},
      {"contains", R"(["", "a"])", "false"},
      {"startswith", R"(["abc", "ab"])", "true"},
      {"endswith", R"(["abc", "ab"])", "false"},
      {"strings.count", R"(["cheese", "e"])", "3"},
      {"strings.count", R"(["aaaa", "aa"])", "2"},
      {"strings.count", R"(["h\u00e9", ""])", "3"},
      {"indexof", R"(["h\u00e9llo", "l"])", "2"},
      {"indexof", R"(["abc", "x"])", "-1"},
      {"indexof", R"(["abc", ""])", "eval_builtin_error: indexof: empty search character"},
      {"indexof_n", R"(["aaa\u00e9aa", "aa"])", "[0, 1, 4]"},
      {"indexof_n", R"(["ababab", "abab"])", "[0, 2]"},
      {"indexof_n", R"(["abc", "x"])", "[]"},
      {"indexof_n", R"(["", "x"])", "[]"},
      {"indexof_n", R"(["abc", ""])", "eval_builtin_error: indexof_n: empty search character"},
  };
  check_cases(kCases);
}

TEST_CASE("any_prefix_match and any_suffix_match") {
  constexpr test::Case kCases[] = {
      {"strings.any_prefix_match", R"([["a/b", "c/d"], ["c/"]])", "true"},
      {"strings.any_prefix_match", R"(["a/b", ["x", "a/"]])", "true"},
      {"strings.any_prefix_match", R"([["aa/b"], {"$set": ["a/"]}])", "false"},
      {"strings.any_prefix_match", R"([["", "b"], ["c", ""]])", "true"},
      {"strings.any_prefix_match", R"([[], [""]])", "false"},
      {"strings.any_prefix_match", R"([["a"], []])", "false"},
      {"strings.any_suffix_match", R"([["a/b", "cd/d"], ["/c", "d/d"]])", "true"},
      {"strings.any_suffix_match", R"([["a", "bc", "xbc"], ["abc", "yc"]])", "false"},
      {"strings.any_prefix_match", R"([[1], 2])",
       "eval_type_error: strings.any_prefix_match: operand 1 must be array of strings but got array containing number"},
      {"strings.any_suffix_match", R"([["a"], 2])",
       "eval_type_error: strings.any_suffix_match: operand 2 must be one of {string, set, array} but got number"},
  };
  check_cases(kCases);
}

TEST_CASE("parts of strings") {
  constexpr test::Case kCases[] = {
      {"substring", R"(["h\u00e9llo", 1, 3])", R"("éll")"},
      {"substring", R"(["abc", 1, -1])", R"("bc")"},
      {"substring", R"(["abc", 5, 1])", R"("")"},
      {"substring", R"(["abc", 0, 0])", R"("")"},
      {"substring", R"(["abc", 1, 9223372036854775807])", R"("bc")"},
      {"substring", R"(["abc", -1, 1])", "eval_builtin_error: substring: negative offset"},
      {"substring", R"(["abc", 1.5, 1])",
       "eval_type_error: substring: operand 2 must be integer number but got floating-point number"},
      {"split", R"(["a.b..c", "."])", R"(["a", "b", "", "c"])"},
      {"split", R"(["h\u00e9", ""])", R"(["h", "é"])"},
      {"split", R"(["", ""])", "[]"},
      {"split", R"(["", "x"])", R"([""])"},
      {"split", R"(["abc", "x"])", R"(["abc"])"},
      {"strings.split_n", R"(["a.b.c", ".", 2])", R"(["a", "b"])"},
      {"strings.split_n", R"(["a.b.c", ".", 9])", R"(["a", "b", "c"])"},
      {"strings.split_n", R"(["a.b.c", ".", 0])", "[]"},
      {"strings.split_n", R"(["a.b.c", ".", -2])", R"(["b", "c"])"},
      {"strings.split_n", R"(["a.b.c", ".", -9223372036854775808])", R"(["a", "b", "c"])"},
      {"strings.split_n", R"(["a.b.c", ".", 9223372036854775807])", R"(["a", "b", "c"])"},
      {"strings.split_n", R"(["abc", "", 2])", R"(["a", "b"])"},
      {"concat", R"([", ", ["a", "b", "c"]])", R"("a, b, c")"},
      {"concat", R"([",", {"$set": ["b", "a"]}])", R"("a,b")"},
      {"concat", R"([",", []])", R"("")"},
      {"concat", R"([",", ["a", 1]])",
       "eval_type_error: concat: operand 2 must be array of strings but got array containing number"},
  };
  check_cases(kCases);
}

TEST_CASE("trimming") {
  constexpr test::Case kCases[] = {
      {"trim", R"(["\u00e9xa\u00e9", "\u00e9x"])", R"("a")"},
      {"trim", R"(["abc", ""])", R"("abc")"},
      {"trim", R"(["aaa", "a"])", R"("")"},
      {"trim_left", R"(["xxaxx", "x"])", R"("axx")"},
      {"trim_right", R"(["xxaxx", "x"])", R"("xxa")"},
      {"trim_space", R"(["\u3000\t a \u0085\n"])", R"("a")"},
      {"trim_space", R"(["\u200ba"])", R"("\u200ba")"},
      {"trim_prefix", R"(["abab", "ab"])", R"("ab")"},
      {"trim_suffix", R"(["abab", "ab"])", R"("ab")"},
      {"trim_suffix", R"(["a", "ba"])", R"("a")"},
  };
  check_cases(kCases);
}

TEST_CASE("changing strings") {
  constexpr test::Case kCases[] = {
      {"lower", R"(["A\u00c9\u0130"])", R"("aéi")"},
      {"upper", R"(["a\u00e9\u00df"])", R"("AÉß")"},
      {"strings.reverse", R"(["h\u00e9\ud83d\ude00"])", R"("😀éh")"},
      {"format_int", "[255, 16]", R"("ff")"},
      {"format_int", "[-5.9, 2]", R"("-101")"},
      {"format_int", "[18446744073709551617, 16]", R"("10000000000000001")"},
      {"format_int", "[1, 7]", "eval_type_error: format_int: operand 2 must be one of {2, 8, 10, 16}"},
      {"format_int", "[1, 2.0]", "eval_type_error: format_int: operand 2 must be one of {2, 8, 10, 16}"},
  };
  check_cases(kCases);
}

TEST_CASE("replacing") {
  constexpr test::Case kCases[] = {
      {"replace", R"(["aaa", "aa", "b"])", R"("ba")"},
      {"replace", R"(["abc", "x", "y"])", R"("abc")"},
      {"replace", R"(["abc", "", "-"])", R"("-a-b-c-")"},
      {"replace", R"(["h\u00e9", "", "-"])", R"("-h-é-")"},  // between characters; OPA would cut them up
      {"replace", R"(["", "", "-"])", R"("-")"},
      {"strings.replace_n", R"([{"<": "&lt;", ">": "&gt;"}, "<b>"])", R"("&lt;b&gt;")"},
      {"strings.replace_n", R"([{"f": "x", "foo": "xxx"}, "foobar"])",
       R"("xoobar")"},  // the first in order, not the longest
      {"strings.replace_n", R"([{"ab": "1", "b": "2", "bc": "3"}, "abcbcb"])", R"("1c2c2")"},
      {"strings.replace_n", R"([{"a": "b", "b": "a"}, "abab"])", R"("baba")"},  // replacements are not looked at again
      {"strings.replace_n", R"([{"": "X", "a": "Y"}, "aab"])", R"("XYXYXbX")"},
      {"strings.replace_n", R"([{}, "ab"])", R"("ab")"},
      {"strings.replace_n", R"([{"$pairs": [[2, "x"]]}, "a"])",
       "eval_type_error: strings.replace_n: operand 1 non-string key found in pattern object"},
      {"strings.replace_n", R"([{"a": 2}, "a"])",
       "eval_type_error: strings.replace_n: operand 1 non-string value found in pattern object"},
  };
  check_cases(kCases);
}

TEST_CASE("a text cannot grow for nothing") {
  std::string spaces(3000, ' ');
  std::string args = "[\"" + spaces + "\", \" \", \"" + spaces + "\"]";
  Bench bench;
  bench.services.fuel = 100'000;
  CHECK(bench.run("replace", args) == "E_FUEL");
  Bench rich;
  CHECK(rich.run("replace", args).size() == 3000 * 3000 + 2);
  CHECK(rich.services.used >= 3000 * 3000 / 16);
}

TEST_CASE("searching is linear") {
  // Would take minutes if it were quadratic.
  std::string text = "[\"" + std::string(1'000'000, 'a') + "\", \"" + std::string(400'000, 'a') + "b\"]";
  Bench bench;
  CHECK(bench.run("contains", text) == "false");
  CHECK(bench.run("indexof", text) == "-1");
  CHECK(bench.run("indexof_n", text) == "[]");
  CHECK(bench.run("strings.count", text) == "0");
}

}  // namespace
}  // namespace writ
