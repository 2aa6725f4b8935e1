// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"
#include "engine/builtins/yaml.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("YAML by way of JSON") {
  constexpr Case kCases[] = {
      {"yaml.unmarshal", R"~(["a: [1,2"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: line 1: did not find expected ',' or ']'"},
      {"yaml.unmarshal", R"~(["[1,2,3"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: line 1: did not find expected ',' or ']'"},
      {"yaml.unmarshal", R"~(["a:\n  - b\n - c"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: line 2: did not find expected key"},
      {"yaml.is_valid", R"~(["x: yes\ny: No\nz: ~\nn: null"])~", R"~(true)~"},
      {"yaml.unmarshal", R"~(["<<: 1"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: map merge requires map or sequence of maps as the value"},
      {"yaml.unmarshal", R"~(["a: .inf"])~", "eval_builtin_error: yaml.unmarshal: json: unsupported value: +Inf"},
      {"yaml.is_valid", R"~(["a: .inf"])~", R"~(false)~"},
      {"yaml.unmarshal", R"~(["a: .nan"])~", "eval_builtin_error: yaml.unmarshal: json: unsupported value: NaN"},
      {"yaml.unmarshal", R"~(["- -.inf"])~", "eval_builtin_error: yaml.unmarshal: json: unsupported value: -Inf"},
      {"yaml.unmarshal", R"~(["*foo"])~", "eval_builtin_error: yaml.unmarshal: yaml: unknown anchor 'foo' referenced"},
      {"yaml.is_valid", R"~(["*foo"])~", R"~(false)~"},
      {"yaml.unmarshal", R"~(["a: &a [*a]"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: anchor 'a' value contains itself"},
      {"yaml.unmarshal", R"~(["!!int x"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: cannot decode !!str `x` as a !!int"},
      {"yaml.unmarshal", R"~(["!!float 5"])~", R"~(5)~"},
      {"yaml.is_valid", R"~(["!!float 5"])~", R"~(true)~"},
      {"yaml.is_valid", R"~(["!!binary aGk="])~", R"~(true)~"},
      {"yaml.unmarshal", R"~(["!!binary ???"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: !!binary value contains invalid base64 data"},
      {"yaml.is_valid", R"~(["!!timestamp 2001-01-01"])~", R"~(true)~"},
      {"yaml.is_valid", R"~(["\"5\""])~", R"~(true)~"},
      {"yaml.unmarshal", R"~(["\"\\u263a\\n\""])~", R"~("☺\n")~"},
      {"yaml.unmarshal", R"~(["a: |\n  x\n  y\nb: >\n  x\n  y\n"])~", R"({"a": "x\ny\n", "b": "x y\n"})"},
      {"yaml.is_valid", R"~(["a: |\n  x\n  y\nb: >\n  x\n  y\n"])~", R"~(true)~"},
      {"yaml.unmarshal", R"~(["a: b: c"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: mapping values are not allowed in this context"},
      {"yaml.is_valid", R"~(["a: b: c"])~", R"~(false)~"},
      {"yaml.unmarshal", R"~(["\t"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: found character that cannot start any token"},
      {"yaml.is_valid", R"~(["\t"])~", R"~(false)~"},
      {"yaml.unmarshal", R"~(["a: 'x"])~", "eval_builtin_error: yaml.unmarshal: yaml: found unexpected end of stream"},
      {"yaml.unmarshal", R"~(["@x"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: found character that cannot start any token"},
      {"yaml.unmarshal", R"~(["%"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: could not find expected directive name"},
      {"yaml.is_valid", R"~(["%"])~", R"~(false)~"},
      {"yaml.unmarshal", R"~(["a: \"\\ud83d\""])~",
       "eval_builtin_error: yaml.unmarshal: yaml: found invalid Unicode character escape code"},
      {"yaml.unmarshal", R"~(["\u0001"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: control characters are not allowed"},
      {"yaml.unmarshal", R"~(["a:\n\t- b"])~",
       "eval_builtin_error: yaml.unmarshal: yaml: line 2: found character that cannot start any token"},
      {"yaml.is_valid", R"~(["a:\n\t- b"])~", R"~(false)~"},
      {"yaml.unmarshal", R"~(["[a, *b]"])~", "eval_builtin_error: yaml.unmarshal: yaml: unknown anchor 'b' referenced"},
      {"yaml.unmarshal", R"~(["# only comment"])~", R"~(null)~"},
      {"yaml.unmarshal", R"~(["---\n...\n"])~", R"~(null)~"},
      {"yaml.is_valid", R"~(["x: 1 # c"])~", R"~(true)~"},
      {"yaml.unmarshal", R"~(["x: 0_8"])~", R"({"x": 8})"},
      {"yaml.unmarshal", R"~(["+"])~", R"~("+")~"},
      {"yaml.unmarshal", R"~(["-1e-400"])~", R"~(-0)~"},
      {"yaml.unmarshal", R"~(["Y"])~", R"~(true)~"},
      {"yaml.unmarshal", R"~(["-9223372036854775808"])~", R"~(-9223372036854775808)~"},
      {"yaml.unmarshal", R"~(["a: &a [x,x,x]\nb: [*a,*a,*a]"])~",
       R"({"a": ["x", "x", "x"], "b": [["x", "x", "x"], ["x", "x", "x"], ["x", "x", "x"]]})"},
      {"yaml.marshal", R"~([1])~", R"~("1\n")~"},
      {"yaml.marshal", R"~([[1]])~", R"~("- 1\n")~"},
      {"yaml.marshal", R"~([{"k":1.5}])~", R"~("k: 1.5\n")~"},
      {"yaml.marshal", R"~([1e+21])~", R"~("1e+21\n")~"},
      {"yaml.marshal", R"~([{"k":1e+100}])~", R"~("k: 1e+100\n")~"},
      {"yaml.marshal", R"~([[1e+100]])~", R"~("- 1e+100\n")~"},
      {"yaml.marshal", R"~([0])~", R"~("0\n")~"},
      {"yaml.marshal", R"~([[-1]])~", R"~("- -1\n")~"},
      {"yaml.marshal", R"~([true])~", R"~("true\n")~"},
      {"yaml.marshal", R"~([[""]])~", R"~("- \"\"\n")~"},
      {"yaml.marshal", R"~([["a"]])~", R"~("- a\n")~"},
      {"yaml.marshal", R"~(["yes"])~", R"~("\"yes\"\n")~"},
      {"yaml.marshal", R"~([["a: b"]])~", R"~("- 'a: b'\n")~"},
      {"yaml.marshal", R"~(["12:30"])~", R"~("\"12:30\"\n")~"},
      {"yaml.marshal", R"~([{"k":"x\ny"}])~", R"~("k: |-\n  x\n  y\n")~"},
      {"yaml.marshal", R"~([["x\ny"]])~", R"~("- |-\n  x\n  y\n")~"},
      {"yaml.marshal", R"~(["x\n\n"])~", R"~("|+\n  x\n\n")~"},
      {"yaml.marshal", R"~([" x"])~", R"~("' x'\n")~"},
      {"yaml.marshal", R"~([["x "]])~", R"~("- 'x '\n")~"},
      {"yaml.marshal", R"~([["a\\b"]])~", R"~("- a\\b\n")~"},
      {"yaml.marshal", R"~([["{"]])~", R"~("- '{'\n")~"},
      {"yaml.marshal", R"~([{"k":"*a"}])~", R"~("k: '*a'\n")~"},
      {"yaml.marshal", R"~(["&a"])~", R"~("'&a'\n")~"},
      {"yaml.marshal", R"~([["!a"]])~", R"~("- '!a'\n")~"},
      {"yaml.marshal", R"~(["|"])~", R"~("'|'\n")~"},
      {"yaml.marshal", R"~([{"k":"> x"}])~", R"~("k: '> x'\n")~"},
      {"yaml.marshal", R"~([["a,b"]])~", R"~("- a,b\n")~"},
      {"yaml.marshal", R"~([{"k":"?"}])~", R"~("k: '?'\n")~"},
      {"yaml.marshal", R"~([["? a"]])~", R"~("- '? a'\n")~"},
      {"yaml.marshal", R"~(["..."])~", R"~("'...'\n")~"},
      {"yaml.marshal", R"~([["1_000"]])~", R"~("- \"1_000\"\n")~"},
      {"yaml.marshal", R"~(["[]"])~", R"~("'[]'\n")~"},
      {"yaml.marshal", R"~([{"k":"[]"}])~", R"~("k: '[]'\n")~"},
      {"yaml.marshal", R"~(["a]"])~", R"~("a]\n")~"},
      {"yaml.marshal", R"~(["a:"])~", R"~("'a:'\n")~"},
      {"yaml.marshal", R"~([["\u0007"]])~", R"~("- \"\\a\"\n")~"},
  };
  check_cases(kCases);
}

TEST_CASE("yaml_parse owns nothing outside the arena and says what is wrong") {
  Arena arena;
  std::string error;
  Value value;
  {
    std::string text = "a: [yes, 0x10, 'x']";
    value = yaml_parse(text, arena, &error);
    text.assign(text.size(), '#');
  }
  CHECK(to_json(value) == R"({"a":[true,16,"x"]})");
  CHECK(!yaml_parse("a: b: c", arena, &error).is_defined());
  CHECK(error == "yaml: mapping values are not allowed in this context");
}

TEST_CASE("aliases share what they name and may not multiply") {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'k'; c++) {
    std::string before(1, static_cast<char>(c - 1));
    text += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; i++) text += "*" + before + (i < 8 ? "," : "]\n");
  }
  Arena arena;
  std::string error;
  CHECK(!yaml_parse(text, arena, &error).is_defined());
  CHECK(error == "yaml: document contains excessive aliasing");
}

TEST_CASE("values nested too deeply end the evaluation") {
  std::string brackets(5'000, '[');
  CHECK(run("yaml.unmarshal", "[\"" + brackets + "\"]") == "E_DEPTH");
}

}  // namespace
}  // namespace writ
