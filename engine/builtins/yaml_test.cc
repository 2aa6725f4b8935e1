// The expected answers are those of OPA v1.22.4.
#include "engine/base/meter.h"
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
      {"yaml.unmarshal", R"~(["Y"])~", R"~("Y")~"},
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

TEST_CASE("YAML 1.2: scalars, structure, merges and keys") {
  constexpr Case kCases[] = {
      {"yaml.unmarshal", R"~(["yes"])~", R"~("yes")~"},
      {"yaml.unmarshal", R"~(["on: push"])~", R"~({"on": "push"})~"},
      {"yaml.unmarshal", R"~(["a: [y, n, Yes, NO, off]"])~", R"~({"a": ["y", "n", "Yes", "NO", "off"]})~"},
      {"yaml.unmarshal", R"~(["nULL"])~", R"~("nULL")~"},
      {"yaml.unmarshal", R"~(["017"])~", R"~(15)~"},
      {"yaml.unmarshal", R"~(["0o17"])~", R"~(15)~"},
      {"yaml.unmarshal", R"~(["0O17"])~", R"~(15)~"},
      {"yaml.unmarshal", R"~(["08"])~", R"~(8)~"},
      {"yaml.unmarshal", R"~(["0001"])~", R"~(1)~"},
      {"yaml.unmarshal", R"~(["0o8"])~", R"~("0o8")~"},
      {"yaml.unmarshal", R"~(["0b2"])~", R"~("0b2")~"},
      {"yaml.unmarshal", R"~(["0x"])~", R"~("0x")~"},
      {"yaml.unmarshal", R"~(["0x1F"])~", R"~(31)~"},
      {"yaml.unmarshal", R"~(["-0x10"])~", R"~(-16)~"},
      {"yaml.unmarshal", R"~(["1_000"])~", R"~(1000)~"},
      {"yaml.unmarshal", R"~(["18446744073709551615"])~", R"~(18446744073709551615)~"},
      {"yaml.unmarshal", R"~(["18446744073709551616"])~", R"~(18446744073709552000)~"},
      {"yaml.unmarshal", R"~([".5"])~", R"~(0.5)~"},
      {"yaml.unmarshal", R"~(["5."])~", R"~(5)~"},
      {"yaml.unmarshal", R"~(["1_0.5"])~", R"~(10.5)~"},
      {"yaml.unmarshal", R"~(["12e03"])~", R"~(12000)~"},
      {"yaml.unmarshal", R"~(["1.0"])~", R"~(1)~"},
      {"yaml.unmarshal", R"~(["1e21"])~", R"~(1e+21)~"},
      {"yaml.unmarshal", R"~(["-0.0"])~", R"~(-0)~"},
      {"yaml.unmarshal", R"~(["a: 1e400"])~", R"~({"a": "1e400"})~"},
      {"yaml.unmarshal", R"~([".1_0"])~", R"~(0.1)~"},
      {"yaml.unmarshal", R"~(["._1"])~", R"~("._1")~"},
      {"yaml.unmarshal", R"~(["2023-01-01"])~", R"~("2023-01-01")~"},
      {"yaml.unmarshal", R"~(["!!timestamp 2023-01-01"])~", R"~("2023-01-01T00:00:00Z")~"},
      {"yaml.unmarshal", R"~(["1:30"])~", R"~("1:30")~"},
      {"yaml.unmarshal", R"~(["!!bool yes"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: cannot decode !!str `yes` as a !!bool)~"},
      {"yaml.unmarshal", R"~(["! 12"])~", R"~(12)~"},
      {"yaml.unmarshal", R"~(["! \"12\""])~", R"~("12")~"},
      {"yaml.unmarshal", R"~(["!foo 12"])~", R"~("12")~"},
      {"yaml.unmarshal", R"~(["!!float 9007199254740993"])~", R"~(9007199254740992)~"},
      {"yaml.unmarshal", R"~(["!!float 18446744073709551615"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: cannot decode !!int `18446744073709551615` as a !!float)~"},
      {"yaml.unmarshal", R"~(["!!set {a, b}"])~", R"~({"a": null, "b": null})~"},
      {"yaml.unmarshal", R"~(["%YAML 1.1\n---\na: yes"])~", R"~({"a": "yes"})~"},
      {"yaml.unmarshal", R"~(["%YAML 1.2\n---\na: 1"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: found incompatible YAML document)~"},
      {"yaml.unmarshal", R"~(["a: 1\n---\n\tb: 2"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: line 3: found character that cannot start any token)~"},
      {"yaml.unmarshal", R"~(["a: 1\n---\nb: ["])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: line 3: did not find expected node content)~"},
      {"yaml.unmarshal", R"~(["  a:\nb: 1"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: line 1: did not find expected <document start>)~"},
      {"yaml.unmarshal", R"~(["a: 1\n...\nfoo"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: line 2: did not find expected <document start>)~"},
      {"yaml.unmarshal", R"~(["--- 1\n--- 2"])~", R"~(1)~"},
      {"yaml.unmarshal", R"~([""])~", R"~(null)~"},
      {"yaml.unmarshal", R"~(["x: &x {k: 1, j: 2}\ny: &y {k: 3}\nz:\n  <<: *x\n  <<: *y"])~",
       R"~({"x": {"j": 2, "k": 1}, "y": {"k": 3}, "z": {"j": 2, "k": 1}})~"},
      {"yaml.unmarshal", R"~(["x: &x {k: 1}\nz: {k: 9, <<: *x}"])~", R"~({"x": {"k": 1}, "z": {"k": 9}})~"},
      {"yaml.unmarshal", R"~(["x: &x {k: 1}\ny: &y {k: 2, m: 3}\nz: {<<: [*x, *y]}"])~",
       R"~({"x": {"k": 1}, "y": {"k": 2, "m": 3}, "z": {"k": 1, "m": 3}})~"},
      {"yaml.unmarshal", R"~(["\"<<\": {a: 1}"])~", R"~({"<<": {"a": 1}})~"},
      {"yaml.unmarshal", R"~(["<<: {<<: {a: 1}, b: 2}\nc: 3"])~", R"~({"a": 1, "b": 2, "c": 3})~"},
      {"yaml.unmarshal", R"~(["<<: {0x10: v, ~: w}"])~", R"~({"0x10": "v"})~"},
      {"yaml.unmarshal", R"~(["1: a\n<<: {0x10: v}"])~", R"~({"1": "a", "16": "v"})~"},
      {"yaml.unmarshal", R"~(["a: 1\na: 2"])~", R"~({"a": 2})~"},
      {"yaml.unmarshal", R"~(["1: a\n\"1\": b"])~", R"~({"1": "b"})~"},
      {"yaml.unmarshal", R"~(["0x10: a\n16: b"])~", R"~({"16": "b"})~"},
      {"yaml.unmarshal", R"~(["a: .inf\na: 1"])~", R"~({"a": 1})~"},
      {"yaml.unmarshal", R"~(["0x10: x"])~", R"~({"16": "x"})~"},
      {"yaml.unmarshal", R"~(["1e3: x"])~", R"~({"1000": "x"})~"},
      {"yaml.unmarshal", R"~(["1e6: x"])~", R"~({"1e+06": "x"})~"},
      {"yaml.unmarshal", R"~(["1e39: x"])~", R"~({".inf": "x"})~"},
      {"yaml.unmarshal", R"~([".inf: x"])~", R"~({".inf": "x"})~"},
      {"yaml.unmarshal", R"~(["False: x"])~", R"~({"false": "x"})~"},
      {"yaml.unmarshal", R"~(["~: d"])~",
       R"~(eval_builtin_error: yaml.unmarshal: unsupported map key of type: %!s(<nil>), key: <nil>, value: "d")~"},
      {"yaml.unmarshal", R"~(["{a: ~, ~: 1}"])~",
       R"~(eval_builtin_error: yaml.unmarshal: unsupported map key of type: %!s(<nil>), key: <nil>, value: 1)~"},
      {"yaml.unmarshal", R"~(["[a, b]: c"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: invalid map key: []interface {}{"a", "b"})~"},
      {"yaml.unmarshal", R"~(["{a: b}: c"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: invalid map key: map[string]interface {}{"a":"b"})~"},
      {"yaml.unmarshal", R"~(["? [a, 1, ~, true]\n: c"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: invalid map key: []interface {}{"a", 1, interface {}(nil), true})~"},
      {"yaml.unmarshal", R"~(["- a\n-b"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: line 2: could not find expected ':')~"},
      {"yaml.unmarshal", R"~(["&a {b: *a}"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: anchor 'a' value contains itself)~"},
      {"yaml.unmarshal", R"~(["&a {<<: *a}"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: anchor 'a' value contains itself)~"},
      {"yaml.unmarshal", R"~(["x: &x [1]\nz: {<<: *x}"])~",
       R"~(eval_builtin_error: yaml.unmarshal: yaml: map merge requires map or sequence of maps as the value)~"},
      {"yaml.is_valid", R"~([""])~", R"~(true)~"},
      {"yaml.is_valid", R"~(["a: 1\n---\n\tb: 2"])~", R"~(false)~"},
      {"yaml.is_valid", R"~(["  a:\nb: 1"])~", R"~(false)~"},
      {"yaml.is_valid", R"~(["a: 1"])~", R"~(true)~"},
  };
  check_cases(kCases);
}

TEST_CASE("YAML as it is written") {
  constexpr Case kCases[] = {
      {"yaml.marshal", R"~([{"a":[1,2]}])~", R"~("a:\n  - 1\n  - 2\n")~"},
      {"yaml.marshal", R"~([{"a":{"b":[[1],[2,{"c":3}]]}}])~", R"~("a:\n  b:\n    - - 1\n    - - 2\n      - c: 3\n")~"},
      {"yaml.marshal", R"~([[[1,2],[3]]])~", R"~("- - 1\n  - 2\n- - 3\n")~"},
      {"yaml.marshal", R"~([[{"a":1,"b":[2]}]])~", R"~("- a: 1\n  b:\n    - 2\n")~"},
      {"yaml.marshal", R"~([{"a":{},"b":[],"c":""}])~", R"~("a: {}\nb: []\nc: \"\"\n")~"},
      {"yaml.marshal", R"~(["<<"])~", R"~("\"<<\"\n")~"},
      {"yaml.marshal", R"~([{"<<":1}])~", R"~("\"<<\": 1\n")~"},
      {"yaml.marshal", R"~(["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b"])~",
       R"~("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b\n")~"},
      {"yaml.marshal", R"~([{"k":"word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word "}])~",
       R"~("k: 'word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word '\n")~"},
      {"yaml.marshal", R"~([{"a\nb":1}])~", R"~("? |-\n  a\n  b\n: 1\n")~"},
      {"yaml.marshal", R"~([{"a\nb":[1,{"c":2}]}])~", R"~("? |-\n  a\n  b\n: - 1\n  - c: 2\n")~"},
      {"yaml.marshal", R"~([{"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk":1}])~",
       R"~("? kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\n: 1\n")~"},
      {"yaml.marshal", R"~([{"b10":1,"b9":2,"b":3,"1a":4,"1_":5}])~", R"~("1a: 4\n\"1_\": 5\nb: 3\nb9: 2\nb10: 1\n")~"},
      {"yaml.marshal", R"~(["😀"])~", R"~("\"\\U0001F600\"\n")~"},
      {"yaml.marshal", R"~(["a b"])~", R"~("'a\u2028  b'\n")~"},
      {"yaml.marshal", R"~([{"k":"a b"}])~", R"~("k: 'a\u2028  b'\n")~"},
      {"yaml.marshal", R"~([" a\nb"])~", R"~("|2-\n   a\n  b\n")~"},
      {"yaml.marshal", R"~(["a \nb"])~", R"~("\"a \\nb\"\n")~"},
      {"yaml.marshal", R"~(["a\n"])~", R"~("|\n  a\n")~"},
      {"yaml.marshal", R"~(["\n"])~", R"~("|2+\n\n")~"},
      {"yaml.marshal", R"~(["a\n\nb\n\n"])~", R"~("|+\n  a\n\n  b\n\n")~"},
      {"yaml.marshal", R"~([["a\n b"]])~", R"~("- |-\n  a\n   b\n")~"},
      {"yaml.marshal", R"~(["\t"])~", R"~("\"\\t\"\n")~"},
      {"yaml.marshal", R"~(["it's: so"])~", R"~("'it''s: so'\n")~"},
      {"yaml.marshal", R"~(["on"])~", R"~("\"on\"\n")~"},
      {"yaml.marshal", R"~([{"on":"y"}])~", R"~("\"on\": \"y\"\n")~"},
      {"yaml.marshal", R"~(["2023-01-01"])~", R"~("\"2023-01-01\"\n")~"},
      {"yaml.marshal", R"~(["0o17"])~", R"~("\"0o17\"\n")~"},
      {"yaml.marshal", R"~(["é"])~", R"~("é\n")~"},
      {"yaml.marshal", R"~(["a #b"])~", R"~("'a #b'\n")~"},
      {"yaml.marshal", R"~([":"])~", R"~("':'\n")~"},
      {"yaml.marshal", R"~(["-"])~", R"~("'-'\n")~"},
      {"yaml.marshal", R"~(["- a"])~", R"~("'- a'\n")~"},
      {"yaml.marshal", R"~(["~"])~", R"~("\"~\"\n")~"},
      {"yaml.marshal", R"~(["null"])~", R"~("\"null\"\n")~"},
      {"yaml.marshal", R"~(["1e3"])~", R"~("\"1e3\"\n")~"},
      {"yaml.marshal", R"~([".5"])~", R"~("\".5\"\n")~"},
      {"yaml.marshal", R"~([""])~", R"~("' '\n")~"},
  };
  check_cases(kCases);
}

TEST_CASE("documents of which every reader must see the same have no duplicate keys") {
  auto read = [](std::string_view text) -> std::string {
    Arena arena;
    std::string error;
    try {
      Value value = yaml_parse(text, arena, &error, YamlDuplicates::kRefused);
      return value.is_defined() ? to_json(value) : error;
    } catch (const Failure& failure) {
      return std::string(error_code_name(failure.error().code)) + ": " + failure.error().detail;
    }
  };
  CHECK(read("a: 1\nb: 2\n") == R"({"a":1,"b":2})");
  CHECK(read("a: 1\nb:\n  c: 1\n  \"c\": 2\n") == "E_DUP_KEY: line 4: mapping key \"c\" already defined at line 3");
  CHECK(read("1: a\n0x1: b\n") == "E_DUP_KEY: line 2: mapping key \"1\" already defined at line 1");
  // What a merge brings is no second definition.
  CHECK(read("x: &x {a: 1}\ny: {a: 2, <<: *x}\n") == R"({"x":{"a":1},"y":{"a":2}})");
}

TEST_CASE("values nested by aliases are not deeper than others") {
  std::string text = "a0: &a0 1\n";
  for (int i = 1; i < 200; i++) {
    std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [[[[[*a" + std::to_string(i - 1) + "]]]]]\n";
  }
  Arena arena;
  std::string error;
  CHECK_THROWS_AS(yaml_parse(text, arena, &error), Failure);
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
  CHECK(to_json(value) == R"({"a":["yes",16,"x"]})");
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

TEST_CASE("many nodes far down are paid for by their depth") {
  auto fuel_of = [](size_t depth) {
    std::string text = std::string(depth, '[');
    for (int i = 0; i < 10'000; ++i) text += "0,";
    text += "0" + std::string(depth, ']');
    test::Bench bench;
    Meter meter;
    meter.begin(UINT64_MAX);
    Meter::Scope scope(&meter);
    bench.run("yaml.unmarshal", "[\"" + text + "\"]");
    return meter.used();
  };
  CHECK(fuel_of(500) > fuel_of(5) + 500'000);
}

}  // namespace
}  // namespace writ
