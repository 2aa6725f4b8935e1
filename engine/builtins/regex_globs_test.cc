// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("globs that have a text in common") {
  constexpr Case kCases[] = {
      {"regex.globs_match", R"~(["a.*","abc"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["abc","a.*"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["a","b"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["b","a"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["[a-c]+","b"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["b","[a-c]+"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["[","x"])~",
       "eval_builtin_error: regex.globs_match: input:[, pos:1, found [ without matching ]: the input provided is invalid"},
      {"regex.globs_match", R"~(["x","["])~",
       "eval_builtin_error: regex.globs_match: input:[, pos:1, found [ without matching ]: the input provided is invalid"},
      {"regex.globs_match", R"~(["a*b*c","abc"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["abc","a*b*c"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["a+","a*"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["a*","a+"])~", R"~(true)~"},
      {"regex.globs_match", R"~([".*",".+"])~", R"~(true)~"},
      {"regex.globs_match", R"~([".+",".*"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["","a"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["a",""])~", R"~(false)~"},
      {"regex.globs_match", R"~(["",""])~", R"~(true)~"},
      {"regex.globs_match", R"~(["a.+b.*","ab"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["ab","a.+b.*"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["[ab]+c","a*c"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["a*c","[ab]+c"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["a+a+","aa"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["aa","a+a+"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["\\.","."])~", R"~(true)~"},
      {"regex.globs_match", R"~([".","\\."])~", R"~(true)~"},
      {"regex.globs_match", R"~(["a*","b"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["b","a*"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["a*","b*"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["b*","a*"])~", R"~(false)~"},
      {"regex.globs_match", R"~([".+x",".*y"])~", R"~(false)~"},
      {"regex.globs_match", R"~([".*y",".+x"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["[a-z]*[0-9]+","abc1"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["abc1","[a-z]*[0-9]+"])~", R"~(true)~"},
      {"regex.globs_match", R"~(["[a\\]]","]"])~",
       "eval_builtin_error: regex.globs_match: input:], pos:1, set-close ']' with no preceding '[': the input provided is invalid"},
      {"regex.globs_match", R"~(["]","[a\\]]"])~",
       "eval_builtin_error: regex.globs_match: input:], pos:1, set-close ']' with no preceding '[': the input provided is invalid"},
      {"regex.globs_match", R"~(["[]","a"])~", R"~(false)~"},
      {"regex.globs_match", R"~(["a","[]"])~", R"~(false)~"},
  };
  check_cases(kCases);
}

TEST_CASE("flags without end stop at a depth, not at a crash") {
  std::string glob;
  for (int i = 0; i < 3'000; i++) glob += "a*b*";
  CHECK(run("regex.globs_match", "[\"" + glob + "\", \"" + glob + "\"]", test::kPlentyOfFuel) == "E_DEPTH");
}

TEST_CASE("flags that could be tried in many orders are tried once each") {
  std::string left;
  for (int i = 0; i < 40; i++) left += "[ab]*[bc]*";
  CHECK(run("regex.globs_match", "[\"" + left + "x+\", \"" + left + "y+\"]") == "false");
}

}  // namespace
}  // namespace writ
