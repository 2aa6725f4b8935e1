// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("globs as gobwas/glob matches them") {
  constexpr Case kCases[] = {
      {"glob.match", R"~(["*",null,"abc"])~", R"~(true)~"},
      {"glob.match", R"~(["*",[],"b"])~", R"~(true)~"},
      {"glob.match", R"~(["**",null,"ab"])~", R"~(true)~"},
      {"glob.match", R"~(["**",[],"b"])~", R"~(true)~"},
      {"glob.match", R"~(["a*",null,"abc"])~", R"~(true)~"},
      {"glob.match", R"~(["a*b",["/"],"acd"])~", R"~(false)~"},
      {"glob.match", R"~(["a*b",null,"foo.x.bar"])~", R"~(false)~"},
      {"glob.match", R"~(["a*b",[],"foo.x.bar"])~", R"~(false)~"},
      {"glob.match", R"~(["abc*cde",["/"],"a"])~", R"~(false)~"},
      {"glob.match", R"~(["?",[],"ax"])~", R"~(false)~"},
      {"glob.match", R"~(["?",[],"abba"])~", R"~(false)~"},
      {"glob.match", R"~(["??",null,"ab"])~", R"~(true)~"},
      {"glob.match", R"~(["??",null,"-"])~", R"~(false)~"},
      {"glob.match", R"~(["[abc]",[],""])~", R"~(false)~"},
      {"glob.match", R"~(["[!abc]",null,"a"])~", R"~(false)~"},
      {"glob.match", R"~(["[!abc]",null,"ü"])~", R"~(true)~"},
      {"glob.match", R"~(["[a-c]x",null,"x.com"])~", R"~(false)~"},
      {"glob.match", R"~(["[!a-c]",null,"a{b"])~", R"~(false)~"},
      {"glob.match", R"~(["{a*,b?}c",["/"],""])~", R"~(false)~"},
      {"glob.match", R"~(["{a,{b,c}}d",null,"b"])~", R"~(false)~"},
      {"glob.match", R"~(["{a,b",null,""])~", R"~(false)~"},
      {"glob.match", R"~(["{a,b",null,"*"])~", R"~(false)~"},
      {"glob.match", R"~(["a}",["/"],"b"])~", R"~(false)~"},
      {"glob.match", R"~(["a,b",null,"b"])~", R"~(false)~"},
      {"glob.match", R"~(["\\",null,"x.com"])~", R"~(false)~"},
      {"glob.match", R"~(["[a",null,"a.b"])~", "eval_builtin_error: glob.match: unexpected end of input"},
      {"glob.match", R"~(["[a",null,"acd"])~", "eval_builtin_error: glob.match: unexpected end of input"},
      {"glob.match", R"~(["[]",null,"abc"])~", "eval_builtin_error: glob.match: could not parse range"},
      {"glob.match", R"~(["[!]",[],"a"])~", "eval_builtin_error: glob.match: could not parse range"},
      {"glob.match", R"~(["[!]",[],"abcde"])~", "eval_builtin_error: glob.match: could not parse range"},
      {"glob.match", R"~(["[!]",["/"],"*"])~", "eval_builtin_error: glob.match: could not parse range"},
      {"glob.match", R"~(["[!]",null,"b"])~", "eval_builtin_error: glob.match: could not parse range"},
      {"glob.match", R"~(["[a-",["/"],"abcde"])~", "eval_builtin_error: glob.match: unexpected end of input"},
      {"glob.match", R"~(["[a-b",[],""])~", "eval_builtin_error: glob.match: unexpected end of input"},
      {"glob.match", R"~(["[a-b",[],"é"])~", "eval_builtin_error: glob.match: unexpected end of input"},
      {"glob.match", R"~(["[b-a]",[],""])~",
       "eval_builtin_error: glob.match: hi character 'a' should be greater than lo 'b'"},
      {"glob.match", R"~(["[b-a]",null,"bc"])~",
       "eval_builtin_error: glob.match: hi character 'a' should be greater than lo 'b'"},
      {"glob.match", R"~(["[b-a]",null,"é"])~",
       "eval_builtin_error: glob.match: hi character 'a' should be greater than lo 'b'"},
      {"glob.match", R"~(["[b-a]",null,"foo.x.y.bar"])~",
       "eval_builtin_error: glob.match: hi character 'a' should be greater than lo 'b'"},
      {"glob.match", R"~(["[b-a]",[],"b"])~",
       "eval_builtin_error: glob.match: hi character 'a' should be greater than lo 'b'"},
      {"glob.match", R"~(["[a-bc]",null,"abc"])~", "eval_builtin_error: glob.match: expected close range character"},
      {"glob.match", R"~(["[a-bc]",["/"],"a.b"])~", "eval_builtin_error: glob.match: expected close range character"},
      {"glob.match", R"~(["[a-bc]",null,"x.y.x"])~", "eval_builtin_error: glob.match: expected close range character"},
      {"glob.match", R"~(["[a-bc]",[],"bc"])~", "eval_builtin_error: glob.match: expected close range character"},
      {"glob.match", R"~(["[a-bc]",[],"ü"])~", "eval_builtin_error: glob.match: expected close range character"},
      {"glob.match", R"~(["[\\]]",null,"abc"])~", R"~(false)~"},
      {"glob.match", R"~(["[\\]]",[],"foo.x.y.bar"])~", R"~(false)~"},
      {"glob.match", R"~(["{,a}b",null,"ax"])~", R"~(false)~"},
      {"glob.match", R"~(["a**b",["/"],"*"])~", R"~(false)~"},
      {"glob.match", R"~(["{a**,b}",["/"],"abc"])~", R"~(true)~"},
      {"glob.match", R"~(["{a**,b}",[],"abcde"])~", R"~(true)~"},
      {"glob.match", R"~(["{a**,b}",null,"abba"])~", R"~(true)~"},
      {"glob.match", R"~(["foo.*.bar",null,"ax"])~", R"~(false)~"},
      {"glob.match", R"~(["ab*ba",["/"],"aba"])~", R"~(false)~"},
      {"glob.match", R"~(["*a*b*",null,"a{b"])~", R"~(true)~"},
      {"glob.match", R"~(["a?*",["/"],"foo.x.bar"])~", R"~(false)~"},
      {"glob.match", R"~(["[-a]",["/"],"*"])~", R"~(false)~"},
      {"glob.match", R"~(["[-a]",["/"],"abba"])~", R"~(false)~"},
      {"glob.match", R"~(["[a!]",null,"foo.x.bar"])~", R"~(false)~"},
      {"glob.match", R"~(["[!!]",[],"abba"])~", R"~(false)~"},
  };
  check_cases(kCases);
}

TEST_CASE("no glob takes more than the product of the sizes") {
  std::string pattern;
  for (int i = 0; i < 200; i++) pattern += "*a";
  std::string text(2'000, 'a');
  CHECK(run("glob.match", "[\"" + pattern + "b\", null, \"" + text + "\"]") == "false");
  CHECK(run("glob.match", "[\"" + pattern + "\", null, \"" + text + "\"]") == "true");
  CHECK(run("glob.match", "[\"" + pattern + "\", null, \"" + text + "\"]", 100) == "E_FUEL");
}

TEST_CASE("braces nest, but not without bound") {
  std::string open(400, '{');
  std::string close(400, '}');
  CHECK(run("glob.match", "[\"" + open + "a" + close + "\", null, \"a\"]") == "true");
  open.assign(100'000, '{');
  CHECK(run("glob.match", "[\"" + open + "\", null, \"a\"]") == "eval_builtin_error: glob.match: braces are nested too deeply");
}

}  // namespace
}  // namespace writ
