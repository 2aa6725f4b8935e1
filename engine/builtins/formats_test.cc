// JSON, semantic versions, UUIDs, notes, template strings, and what the host knows.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Bench;
using test::check_cases;
using test::run;

TEST_CASE("json.marshal") {
  constexpr test::Case kCases[] = {
      {"json.marshal", R"([{"b": {"$set": [2, 1]}, "a": 1.50}])", R"("{\"a\":1.50,\"b\":[1,2]}")"},
      {"json.marshal", R"(["<&>"])", R"("\"\\u003c\\u0026\\u003e\"")"},
      {"json.marshal", R"([{"$pairs": [[1, "x"]]}])", R"("{\"1\":\"x\"}")"},
      {"json.marshal_with_options", R"([[1, {"a": [], "b": {}}], {}])", R"("[1,{\"a\":[],\"b\":{}}]")"},
      {"json.marshal_with_options", R"([[1, {"a": [], "b": {}}], {"pretty": true}])",
       R"("[\n\t1,\n\t{\n\t\t\"a\": [],\n\t\t\"b\": {}\n\t}\n]")"},
      {"json.marshal_with_options", R"([["a,b:[]\"\\"], {"indent": ""}])", R"("[\n\"a,b:[]\\\"\\\\\"\n]")"},
      {"json.marshal_with_options", R"([[1], {"prefix": "> ", "indent": "  "}])", R"("> [\n>   1\n> ]")"},
      {"json.marshal_with_options", R"([[1], {"pretty": false, "prefix": "x"}])", R"("[1]")"},
      {"json.marshal_with_options", R"([[1], {"colour": 1}])",
       R"(eval_type_error: json.marshal_with_options: operand 2 object contained unknown key "colour")"},
      {"json.marshal_with_options", R"([[1], {"indent": 1}])",
       R"(eval_type_error: json.marshal_with_options: operand 2 key "indent" failed cast to string: )"
       "operand 0 must be string but got number"},
      {"json.marshal_with_options", R"([[1], {"pretty": 1}])",
       R"(eval_type_error: json.marshal_with_options: operand 2 key "pretty" failed cast to bool)"},
  };
  check_cases(kCases);
}

// Values can share parts; writing them out does not, so it is paid for as often as it is written.
TEST_CASE("json.marshal of a small value with a huge text") {
  Bench bench;
  Value value = Value::string("0123456789012345678901234567890");
  for (int i = 0; i < 40; i++) {
    Value pair[] = {value, value};
    value = make_array(bench.arena, pair);
  }
  Value args[] = {value};
  const Builtin& marshal = *find_builtin("json.marshal");
  BuiltinCall call{marshal.name, args, bench.arena, bench.services};
  CHECK_THROWS_AS(call_builtin(marshal, call), Failure);
}

TEST_CASE("json.unmarshal") {
  constexpr test::Case kCases[] = {
      {"json.unmarshal", R"(["{\"a\":[1.50,null,true,\"\\u00e9\"]}"])", R"({"a": [1.50, null, true, "é"]})"},
      {"json.unmarshal", R"(["{\"a\":1,\"a\":2}"])", R"({"a": 2})"},
      {"json.unmarshal", R"(["\"\\ud83d\\ude00\\ud800x\\udc00\""])", R"("😀�x�")"},
      {"json.unmarshal", R"(["\"\\ud800\\u0041\""])", R"("�A")"},
      {"json.unmarshal", R"([" [ ] "])", "[]"},
      {"json.unmarshal", R"(["1 null"])", "1"},
      {"json.unmarshal", R"([""])", "eval_builtin_error: json.unmarshal: EOF"},
      {"json.unmarshal", R"(["{"])", "eval_builtin_error: json.unmarshal: unexpected EOF"},
      {"json.unmarshal", R"(["-"])", "eval_builtin_error: json.unmarshal: unexpected EOF"},
      {"json.unmarshal", R"(["[1,]"])",
       "eval_builtin_error: json.unmarshal: invalid character ']' looking for beginning of value"},
      {"json.unmarshal", R"(["[1 2]"])",
       "eval_builtin_error: json.unmarshal: invalid character '2' after array element"},
      {"json.unmarshal", R"(["{\"a\" 1}"])",
       "eval_builtin_error: json.unmarshal: invalid character '1' after object key"},
      {"json.unmarshal", R"(["{\"a\":1 \"b\":2}"])",
       "eval_builtin_error: json.unmarshal: invalid character '\"' after object key:value pair"},
      {"json.unmarshal", R"(["{1:2}"])",
       "eval_builtin_error: json.unmarshal: invalid character '1' looking for beginning of object key string"},
      {"json.unmarshal", R"(["nul!"])",
       "eval_builtin_error: json.unmarshal: invalid character '!' in literal null (expecting 'l')"},
      {"json.unmarshal", R"(["\"\\x\""])",
       "eval_builtin_error: json.unmarshal: invalid character 'x' in string escape code"},
      {"json.unmarshal", R"(["\"a\nb\""])",
       R"(eval_builtin_error: json.unmarshal: invalid character '\n' in string literal)"},
      {"json.unmarshal", R"(["1.x"])",
       "eval_builtin_error: json.unmarshal: invalid character 'x' after decimal point in numeric literal"},
      {"json.unmarshal", R"(["1 2"])",
       "eval_builtin_error: json.unmarshal: error: invalid character '2' after top-level value"},
      {"json.unmarshal", R"(["1 true"])",
       "eval_builtin_error: json.unmarshal: error: invalid character '%!s(bool=true)' after top-level value"},
      {"json.unmarshal", R"(["1e7000"])", "E_NUM_RANGE"},
      {"json.unmarshal", R"(["9.99e30102"])", "E_NUM_RANGE"},
      {"json.unmarshal", R"(["[-0.1e-30102]"])", "E_NUM_RANGE"},
      {"json.unmarshal", R"(["9.9901e30102"])", "eval_builtin_error: json.unmarshal: invalid number: number too big"},
      {"json.unmarshal", R"(["0.05e-30102"])", "eval_builtin_error: json.unmarshal: invalid number: number too big"},
      {"json.unmarshal", R"(["{\"a\":1e7000,\"b\":[1e40000]}"])",
       "eval_builtin_error: json.unmarshal: invalid number: number too big"},
      {"json.unmarshal", R"(["1e2147483646"])", "eval_builtin_error: json.unmarshal: invalid number: number too big"},
      {"json.unmarshal", R"(["1e2147483647"])", "eval_builtin_error: json.unmarshal: invalid number: invalid float"},
      {"json.unmarshal", R"(["1e-2147483648"])", "E_NUM_RANGE"},
      {"json.unmarshal", R"(["0e40000"])", "0e40000"},
      {"json.unmarshal", R"(["0.0e+99999999999"])", "0.0e+99999999999"},
      {"json.unmarshal", R"(["[0e99999999999999999999]"])",
       "eval_builtin_error: json.unmarshal: invalid number: invalid float"},
      {"json.unmarshal", R"(["[1e7000"])", "eval_builtin_error: json.unmarshal: unexpected EOF"},
      {"json.unmarshal", R"(["1 1e7000"])",
       "eval_builtin_error: json.unmarshal: error: invalid character '1e7000' after top-level value"},
      {"json.is_valid", R"(["1e40000"])", "true"},
      {"json.unmarshal", "[1]", "eval_type_error: json.unmarshal: operand 1 must be string but got number"},
  };
  check_cases(kCases);
}

TEST_CASE("json.is_valid") {
  constexpr test::Case kCases[] = {
      {"json.is_valid", R"(["{\"a\": [1, 2e5]}"])", "true"}, {"json.is_valid", R"(["1 null"])", "false"},
      {"json.is_valid", R"(["01"])", "false"},               {"json.is_valid", R"([""])", "false"},
      {"json.is_valid", R"([" null "])", "true"},            {"json.is_valid", R"(["{\"a\":1,\"a\":2}"])", "true"},
      {"json.is_valid", "[null]", "false"},
  };
  check_cases(kCases);
}

TEST_CASE("depth of JSON texts") {
  auto nested = [](int depth) { return "[\"" + std::string(depth, '[') + std::string(depth, ']') + "\"]"; };
  CHECK(run("json.unmarshal", nested(512)).size() == 1024);
  CHECK(run("json.unmarshal", nested(513)) == "E_DEPTH");
  CHECK(run("json.is_valid", nested(10'000)) == "true");
  CHECK(run("json.is_valid", nested(10'001)) == "false");
}

TEST_CASE("semantic versions") {
  constexpr test::Case kCases[] = {
      {"semver.compare", R"(["1.2.3", "1.2.3"])", "0"},
      {"semver.compare", R"(["v1.10.0", "1.9.0"])", "1"},
      {"semver.compare", R"(["1.0.0-alpha", "1.0.0"])", "-1"},
      {"semver.compare", R"(["1.0.0-alpha.1", "1.0.0-alpha"])", "1"},
      {"semver.compare", R"(["1.0.0-1", "1.0.0-alpha"])", "-1"},
      {"semver.compare", R"(["1.0.0-2", "1.0.0-10"])", "-1"},
      {"semver.compare", R"(["1.0.0+a", "1.0.0+b"])", "0"},
      {"semver.compare", R"(["1.0.0-01", "1.0.0-1"])",
       R"(eval_builtin_error: semver.compare: operand 1: string "1.0.0-01" is not a valid SemVer)"},
      {"semver.compare", R"(["1", "1.0.0"])",
       R"(eval_builtin_error: semver.compare: operand 1: string "1" is not a valid SemVer)"},
      {"semver.compare", R"(["1.0.0", "1.0.x"])",
       R"(eval_builtin_error: semver.compare: operand 2: string "1.0.x" is not a valid SemVer)"},
      {"semver.is_valid", R"(["1.2.3-a-b.c+d.e"])", "true"},
      {"semver.is_valid", R"(["1.2.3-a..b"])", "false"},
      {"semver.is_valid", R"(["1.2.9223372036854775808"])", "false"},
      {"semver.is_valid", R"(["1.2.3.4"])", "false"},
      {"semver.is_valid", "[1]", "false"},
  };
  check_cases(kCases);
}

TEST_CASE("semantic versions are strict") {
  constexpr test::Case kCases[] = {
      {"semver.is_valid", R"~(["01.2.3"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.02.3"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.2.3-01"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.2.3-0"])~", R"~(true)~"},
      {"semver.is_valid", R"~(["1.2.3-0a"])~", R"~(true)~"},
      {"semver.is_valid", R"~(["1.2.3-01a"])~", R"~(true)~"},
      {"semver.is_valid", R"~(["1.2.3-alpha.01"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.2.3-0.00"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.2.3-"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.2.3+"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.2.3-+b"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.2.3+01"])~", R"~(true)~"},
      {"semver.is_valid", R"~(["v1.2.3"])~", R"~(true)~"},
      {"semver.is_valid", R"~(["vv1.2.3"])~", R"~(false)~"},
      {"semver.is_valid", R"~(["1.2.3--"])~", R"~(true)~"},
      {"semver.compare", R"~(["01.2.3","1.2.3"])~",
       R"~(eval_builtin_error: semver.compare: operand 1: string "01.2.3" is not a valid SemVer)~"},
      {"semver.compare", R"~(["1.2.3","1.2.3-"])~",
       R"~(eval_builtin_error: semver.compare: operand 2: string "1.2.3-" is not a valid SemVer)~"},
  };
  test::check_cases(kCases);
}

// The time of the first one is before 1678, so its nanoseconds wrap around, as they do in OPA.
TEST_CASE("UUIDs") {
  constexpr test::Case kCases[] = {
      {"uuid.parse", R"(["00000000-0000-1000-8000-0123456789ab"])",
       R"({"clocksequence": 0, "macvariables": "global:multicast", "nodeid": "01-23-45-67-89-ab", )"
       R"("time": 6227451273709551616, "variant": "RFC4122", "version": 1})"},
      {"uuid.parse", R"(["123e4567-e89b-42d3-c456-426614174000"])", R"({"variant": "Microsoft", "version": 4})"},
      {"uuid.parse", R"(["URN:UUID:123E4567-E89B-42D3-A456-426614174000"])", R"({"variant": "RFC4122", "version": 4})"},
      {"uuid.parse", R"(["{123e4567-e89b-42d3-a456-426614174000}"])", R"({"variant": "RFC4122", "version": 4})"},
      {"uuid.parse", R"(["123e4567e89b42d3a456426614174000"])", R"({"variant": "RFC4122", "version": 4})"},
      {"uuid.parse", R"(["123e4567-e89b-42d3-a456-42661417400"])", "undefined"},
      {"uuid.parse", R"(["123e4567-e89b-42d3-a456-42661417400g"])", "undefined"},
      {"uuid.parse", R"(["123e4567e-89b-42d3-a456-426614174000"])", "undefined"},
  };
  check_cases(kCases);
  Bench bench;
  bench.services.answers["uuid.rfc4122"] = R"("123e4567-e89b-42d3-a456-426614174000")";
  CHECK(bench.run("uuid.rfc4122", R"(["key"])") == R"("123e4567-e89b-42d3-a456-426614174000")");
  CHECK(bench.services.host_calls == std::vector<std::string>{R"(uuid.rfc4122 ["key"])"});
  bench.services.answers["uuid.rfc4122"] = "1";
  CHECK(bench.run("uuid.rfc4122", R"(["key"])") == "E_OUTSIDE");
}

TEST_CASE("notes") {
  Bench bench;
  CHECK(bench.run("internal.print", R"([["a", 1, {"$set": [["x"]]}, {"$set": []}]])") == "true");
  CHECK(bench.run("internal.print", R"([[{"$set": [1, 2]}, {"$set": ["a", "b"]}]])") == "true");
  CHECK(bench.run("internal.print", "[[]]") == "true");
  CHECK(bench.run("trace", R"(["here"])") == "true");
  CHECK(bench.services.notes == std::vector<std::string>{"print: a 1 [\"x\"] <undefined>", "print: 1 a", "print: 1 b",
                                                         "print: 2 a", "print: 2 b", "print: ", "trace: here"});
}

TEST_CASE("print cannot say more than it pays for") {
  Bench bench;
  bench.services.fuel = 1000;
  std::string digits = R"({"$set": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]})";
  std::string args = "[[" + digits;
  for (int i = 0; i < 8; i++) args += "," + digits;
  CHECK(bench.run("internal.print", args + "]]") == "E_FUEL");
  CHECK(bench.services.notes.size() <= 1000);
}

TEST_CASE("template strings") {
  constexpr test::Case kCases[] = {
      {"internal.template_string", R"([["a ", {"$set": ["b"]}, 1, {"$set": [[1, "x"]]}, {"$set": []}]])",
       R"("a b1[1, \"x\"]<undefined>")"},
      {"internal.template_string", "[[]]", R"("")"},
      {"internal.template_string", R"([[{"$set": [1, 2]}]])", "E_CONFLICT"},
  };
  check_cases(kCases);
}

TEST_CASE("what the host knows") {
  Bench bench;
  CHECK(bench.run("time.now_ns", "[]") == "1700000000000000000");
  CHECK(bench.run("opa.runtime", "[]") == "E_OUTSIDE");
  bench.services.answers["opa.runtime"] = "[]";
  CHECK(bench.run("opa.runtime", "[]") == "E_OUTSIDE");
  bench.services.answers["opa.runtime"] = R"({"version": "1"})";
  CHECK(bench.run("opa.runtime", "[]") == R"({"version": "1"})");
  constexpr std::string_view kRequest = R"([{"method": "get", "url": "http://example.org"}])";
  CHECK(bench.run("http.send", kRequest) == "undefined");
  bench.services.answers["http.send"] = "200";
  CHECK(bench.run("http.send", kRequest) == "E_OUTSIDE");
  bench.services.answers["http.send"] = R"({"status_code": 200})";
  CHECK(bench.run("http.send", kRequest) == R"({"status_code": 200})");
}

}  // namespace
}  // namespace writ
