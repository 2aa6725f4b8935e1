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
      {"glob.match", R"~(["{a,b",null,""])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 4: unclosed `{`)~"},
      {"glob.match", R"~(["{a,b",null,"*"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 4: unclosed `{`)~"},
      {"glob.match", R"~(["a}",["/"],"b"])~", R"~(false)~"},
      {"glob.match", R"~(["a,b",null,"b"])~", R"~(false)~"},
      {"glob.match", R"~(["\\",null,"x.com"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 1: trailing backslash)~"},
      {"glob.match", R"~(["[a",null,"a.b"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 2: unexpected end of input)~"},
      {"glob.match", R"~(["[a",null,"acd"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 2: unexpected end of input)~"},
      {"glob.match", R"~(["[]",null,"abc"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 2: could not parse range)~"},
      {"glob.match", R"~(["[!]",[],"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: could not parse range)~"},
      {"glob.match", R"~(["[!]",[],"abcde"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: could not parse range)~"},
      {"glob.match", R"~(["[!]",["/"],"*"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: could not parse range)~"},
      {"glob.match", R"~(["[!]",null,"b"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: could not parse range)~"},
      {"glob.match", R"~(["[a-",["/"],"abcde"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: unexpected end of input)~"},
      {"glob.match", R"~(["[a-b",[],""])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 4: unexpected end of input)~"},
      {"glob.match", R"~(["[a-b",[],"é"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 4: unexpected end of input)~"},
      {"glob.match", R"~(["[b-a]",[],""])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: range hi character is less than lo)~"},
      {"glob.match", R"~(["[b-a]",null,"bc"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: range hi character is less than lo)~"},
      {"glob.match", R"~(["[b-a]",null,"é"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: range hi character is less than lo)~"},
      {"glob.match", R"~(["[b-a]",null,"foo.x.y.bar"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: range hi character is less than lo)~"},
      {"glob.match", R"~(["[b-a]",[],"b"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: range hi character is less than lo)~"},
      {"glob.match", R"~(["[a-bc]",null,"abc"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: expected close range character)~"},
      {"glob.match", R"~(["[a-bc]",["/"],"a.b"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: expected close range character)~"},
      {"glob.match", R"~(["[a-bc]",null,"x.y.x"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: expected close range character)~"},
      {"glob.match", R"~(["[a-bc]",[],"bc"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: expected close range character)~"},
      {"glob.match", R"~(["[a-bc]",[],"ü"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: expected close range character)~"},
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

TEST_CASE("globs since gobwas/glob 1.1: all ways through stars and braces, and faults with their place") {
  constexpr Case kCases[] = {
      {"glob.match", R"~(["?",null,""])~", R"~(false)~"},
      {"glob.match", R"~(["[!0-9]",null,""])~", R"~(false)~"},
      {"glob.match", R"~(["a/*/b",null,"a/b"])~", R"~(false)~"},
      {"glob.match", R"~(["a/**/b",null,"a/b"])~", R"~(false)~"},
      {"glob.match", R"~(["{**/,}x",null,"x"])~", R"~(true)~"},
      {"glob.match", R"~(["{**/,}x",null,"a/b/x"])~", R"~(true)~"},
      {"glob.match", R"~(["{a*,b}c",[],"axxc"])~", R"~(true)~"},
      {"glob.match", R"~(["{a*,b}c",[],"ac"])~", R"~(true)~"},
      {"glob.match", R"~(["{a*,b}c",[],"bc"])~", R"~(true)~"},
      {"glob.match", R"~(["{a*,b}c",[],"a.c"])~", R"~(false)~"},
      {"glob.match", R"~(["***",["."],""])~", R"~(true)~"},
      {"glob.match", R"~(["*?*",[".","/"],"api.github.com"])~", R"~(false)~"},
      {"glob.match", R"~(["*?*",[".","/"],"api"])~", R"~(true)~"},
      {"glob.match", R"~(["é?",null,"éà"])~", R"~(true)~"},
      {"glob.match", R"~(["{ab*ba,x}",null,"aba"])~", R"~(false)~"},
      {"glob.match", R"~(["ab*ba",null,"aba"])~", R"~(false)~"},
      {"glob.match", R"~(["{}",null,""])~", R"~(true)~"},
      {"glob.match", R"~(["{}a",null,"a"])~", R"~(true)~"},
      {"glob.match", R"~(["{a,b",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 4: unclosed `{`)~"},
      {"glob.match", R"~(["a\\",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 2: trailing backslash)~"},
      {"glob.match", R"~(["[a",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 2: unexpected end of input)~"},
      {"glob.match", R"~(["[a-",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: unexpected end of input)~"},
      {"glob.match", R"~(["[z-a]",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: range hi character is less than lo)~"},
      {"glob.match", R"~(["[]",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 2: could not parse range)~"},
      {"glob.match", R"~(["[a-z0]",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: expected close range character)~"},
      {"glob.match", R"~(["[z-a0]",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 5: expected close range character)~"},
      {"glob.match", R"~(["[a\\",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: unexpected end of input)~"},
      {"glob.match", R"~(["{[a",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: unexpected end of input)~"},
      {"glob.match", R"~(["a}",null,"a}"])~", R"~(true)~"},
      {"glob.match", R"~(["a,b",null,"a,b"])~", R"~(true)~"},
      {"glob.match", R"~(["[^a]",null,"^"])~", R"~(true)~"},
      {"glob.match", R"~(["[!]a]",null,"a"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: could not parse range)~"},
      {"glob.match", R"~(["é{",null,"é"])~",
       R"~(eval_builtin_error: glob.match: glob: syntax error at 3: unclosed `{`)~"},
      {"glob.match", R"~(["*{,a}",["."],"aab"])~", R"~(true)~"},
      {"glob.match", R"~(["*{,a}",["."],"a."])~", R"~(false)~"},
      {"glob.match", R"~(["[!.:]*",[".",":"],".a"])~", R"~(false)~"},
      {"glob.match", R"~(["????*",[".",":"],"a:.b"])~", R"~(false)~"},
      {"glob.match", R"~(["[!a]**{,,}",["."],"b"])~", R"~(true)~"},
      {"glob.match", R"~(["{a,{b,c}}d",null,"bd"])~", R"~(true)~"},
      {"glob.match", R"~(["**",["."],"a.b"])~", R"~(true)~"},
      {"glob.match", R"~(["\\*",null,"*"])~", R"~(true)~"},
      {"glob.match", R"~(["[*]",null,"*"])~", R"~(true)~"},
      {"glob.match", R"~(["a\u0000b",null,"a\u0000b"])~", R"~(true)~"},
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
  CHECK(run("glob.match", "[\"" + open + "\", null, \"a\"]") == 
        "eval_builtin_error: glob.match: glob: syntax error at 501: braces are nested too deeply");
}

}  // namespace
}  // namespace writ
