// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("regular expressions in Go's syntax") {
  constexpr Case kCases[] = {
      {"regex.match", R"~(["(a)(b)?","a"])~", R"~(true)~"},
      {"regex.is_valid", R"~(["(?P<n>a)"])~", R"~(true)~"},
      {"regex.match", R"~(["[(?<x>]",""])~", R"~(false)~"},
      {"regex.match", R"~(["\\C","AB c"])~",
       R"(eval_builtin_error: regex.match: error parsing regexp: invalid escape sequence: `\C`)"},
      {"regex.match", R"~(["(","a"])~",
       "eval_builtin_error: regex.match: error parsing regexp: missing closing ): `(`"},
      {"regex.match", R"~(["a)","AB c"])~",
       "eval_builtin_error: regex.match: error parsing regexp: unexpected ): `a)`"},
      {"regex.is_valid", R"~(["[a"])~", R"~(false)~"},
      {"regex.match", R"~(["[a","a"])~",
       "eval_builtin_error: regex.match: error parsing regexp: missing closing ]: `[a`"},
      {"regex.match", R"~(["a**",""])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid nested repetition operator: `**`"},
      {"regex.match", R"~(["a**","a"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid nested repetition operator: `**`"},
      {"regex.match", R"~(["a{2}{3}","a"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid nested repetition operator: `{2}{3}`"},
      {"regex.is_valid", R"~(["a{1001}"])~", R"~(false)~"},
      {"regex.match", R"~(["\\","a"])~",
       "eval_builtin_error: regex.match: error parsing regexp: trailing backslash at end of expression: ``"},
      {"regex.match", R"~(["(?<=a)","foo bar"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid named capture: `(?<=a)`"},
      {"regex.match", R"~(["(?P<n","AB c"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid named capture: `(?P<n`"},
      {"regex.match", R"~(["(?P<n","éé"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid named capture: `(?P<n`"},
      {"regex.match", R"~(["[b-a]","ab"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid character class range: `b-a`"},
      {"regex.match", R"~(["[b-a]","foo bar"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid character class range: `b-a`"},
      {"regex.match", R"~(["[b-a]","(?<"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid character class range: `b-a`"},
      {"regex.match", R"~(["[[:foo:]]","(?<"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid character class range: `[:foo:]`"},
      {"regex.match", R"~(["*a","(?<"])~",
       "eval_builtin_error: regex.match: error parsing regexp: missing argument to repetition operator: `*`"},
      {"regex.match", R"~(["x{2,1}","foo bar"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid repeat count: `{2,1}`"},
      {"regex.match", R"~(["^a$",""])~", R"~(false)~"},
      {"regex.match", R"~(["\\bfoo\\b","(?<"])~", R"~(false)~"},
      {"regex.match", R"~(["a*?","foo bar"])~", R"~(true)~"},
      {"regex.match", R"~(["(x{1000}){1000}","a"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid repeat count: `{1000}`"},
      {"regex.match", R"~(["(x{1000}){1000}","foo bar"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid repeat count: `{1000}`"},
      {"regex.match", R"~(["(x{1000}){1000}","(?<"])~",
       "eval_builtin_error: regex.match: error parsing regexp: invalid repeat count: `{1000}`"},
      {"regex.match", R"~(["\\8","a"])~",
       R"(eval_builtin_error: regex.match: error parsing regexp: invalid escape sequence: `\8`)"},
      {"regex.match", R"~(["a|b|","ab"])~", R"~(true)~"},
      {"regex.match", R"~(["[^\\n]+","AB c"])~", R"~(true)~"},
      {"regex.is_valid", R"~(["\\xff"])~", R"~(true)~"},
      {"regex.match", R"~(["\\xff","ab"])~", R"~(false)~"},
      {"regex.match", R"~(["(?i)ſ",""])~", R"~(false)~"},
      {"regex.match", R"~(["\\z",""])~", R"~(true)~"},
      {"regex.replace", R"~(["aab b","a*",""])~", R"~("b b")~"},
      {"regex.replace", R"~(["ééa","a*","$$"])~", R"~("$é$é$")~"},
      {"regex.find_all_string_submatch_n", R"~(["a","",-1])~", R"~([])~"},
      {"regex.replace", R"~(["a","a","${1"])~", R"~("${1")~"},
      {"regex.find_n", R"~(["a","ééa",1])~", R"~(["a"])~"},
      {"regex.replace", R"~(["","","$$"])~", R"~("$")~"},
      {"regex.find_n", R"~(["","aab b",2])~", R"(["", ""])"},
      {"regex.replace", R"~(["aab b","","$1"])~", R"~("aab b")~"},
      {"regex.replace", R"~(["aab b","","${"])~", R"~("${a${a${b${ ${b${")~"},
      {"regex.replace", R"~(["","b|a*","${"])~", R"~("${")~"},
      {"regex.replace", R"~(["a","b|a*","$1"])~", R"~("")~"},
      {"regex.find_n", R"~(["b|a*","baac",2])~", R"(["b", "aa"])"},
      {"regex.replace", R"~(["ééa","b|a*","$1"])~", R"~("éé")~"},
      {"regex.replace", R"~(["","(a)(b)?","x"])~", R"~("")~"},
      {"regex.find_n", R"~(["\\b","ééa",1])~", R"~([""])~"},
      {"regex.replace", R"~(["ééa","\\b","${"])~", R"~("éé${a${")~"},
      {"regex.find_all_string_submatch_n", R"~(["^","baac",-1])~", R"~([[""]])~"},
      {"regex.replace", R"~(["baac","^","$1x"])~", R"~("baac")~"},
      {"regex.replace", R"~(["aab b","^",""])~", R"~("aab b")~"},
      {"regex.replace", R"~(["a","$","$1"])~", R"~("a")~"},
      {"regex.replace", R"~(["baac","$","${1"])~", R"~("baac${1")~"},
      {"regex.find_n", R"~(["$","aab b",1])~", R"~([""])~"},
      {"regex.find_n", R"~(["$","ééa",-1])~", R"~([""])~"},
      {"regex.find_n", R"~(["x*?","",1])~", R"~([""])~"},
      {"regex.replace", R"~(["","x*?","$"])~", R"~("$")~"},
      {"regex.find_n", R"~(["x*?","baac",2])~", R"(["", ""])"},
      {"regex.replace", R"~(["baac","x*?",""])~", R"~("baac")~"},
      {"regex.find_n", R"~(["x*?","aab b",-1])~", R"(["", "", "", "", "", ""])"},
      {"regex.replace", R"~(["","[^a]","[${1}]"])~", R"~("")~"},
      {"regex.replace", R"~(["a","[^a]","$0"])~", R"~("a")~"},
      {"regex.replace", R"~(["baac","[^a]","$0"])~", R"~("baac")~"},
      {"regex.replace", R"~(["baac","[^a]","${"])~", R"~("${aa${")~"},
      {"regex.template_match", R"~(["a}b","a","{","}"])~",
       R"(eval_builtin_error: regex.template_match: unbalanced braces in "a}b")"},
      {"regex.template_match", R"~(["{a{1,2}}","aa","{","}"])~", R"~(true)~"},
      {"regex.template_match", R"~(["||a|","a","|","|"])~",
       R"(eval_builtin_error: regex.template_match: unbalanced braces in "||a|")"},
  };
  check_cases(kCases);
}

TEST_CASE("a pattern costs the same whether it was compiled before or not") {
  test::Bench bench;
  bench.run("regex.match", R"(["^a+b$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"])");
  uint64_t first = bench.services.used;
  CHECK(first > 0);
  bench.run("regex.match", R"(["^a+b$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"])");
  CHECK(bench.services.used == 2 * first);
}

TEST_CASE("no pattern takes more than linear time") {
  std::string text(100'000, 'a');
  CHECK(run("regex.match", "[\"^(a+)+$\", \"" + text + "b\"]") == "false");
  CHECK(run("regex.match", "[\"(a|aa)+$\", \"" + text + "\"]") == "true");
}

TEST_CASE("a pattern cache drops what was not used for longest") {
  PatternCache cache(nullptr, 2);
  std::string fault;
  CHECK(cache.regex("a", &fault) != nullptr);
  CHECK(cache.regex("b", &fault) != nullptr);
  CHECK(cache.regex("a", &fault) == cache.find_regex("a"));
  CHECK(cache.regex("c", &fault) != nullptr);
  CHECK(cache.find_regex("a") != nullptr);
  CHECK(cache.find_regex("b") == nullptr);
  CHECK(cache.find_regex("c") != nullptr);
  CHECK(cache.regex("(", &fault) == nullptr);
  CHECK(fault == "error parsing regexp: missing closing ): `(`");
}

TEST_CASE("a pattern cache looks into the fixed one first") {
  PatternCache fixed;
  std::string fault;
  const Regex* regex = fixed.regex("a", &fault);
  const char32_t delimiters[] = {U'.'};
  const Glob* glob = fixed.glob("*.b", delimiters, &fault);
  PatternCache cache(&fixed);
  CHECK(cache.regex("a", &fault) == regex);
  CHECK(cache.glob("*.b", delimiters, &fault) == glob);
  CHECK(cache.find_regex("a") == nullptr);
  CHECK(cache.glob("*.b", {}, &fault) != glob);
  CHECK(PatternCache::glob_key("a.", {}) != PatternCache::glob_key("a", delimiters));
}

TEST_CASE("a pattern that is too large is refused, not compiled") {
  CHECK(run("regex.match", R"~(["((((x{100}){100}){100}){100})", "x"])~").starts_with("eval_builtin_error: regex.match: error parsing"));
}

}  // namespace
}  // namespace writ
