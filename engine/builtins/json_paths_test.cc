// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("paths into values") {
  constexpr Case kCases[] = {
      {"json.remove", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},["a/b"]])~",
       R"({"a": {"d": 3}, "e~f/g": {"h": 1}, "i": [[1, 2], [3, 4]]})"},
      {"json.filter", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},["a/b/0"]])~",
       R"({"a": {"b": [1]}})"},
      {"json.filter", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},["a/b/1/c","a"]])~",
       R"({"a": {"b": [1, {"c": 2}], "d": 3}})"},
      {"json.remove", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},["e~0f~1g"]])~",
       R"({"a": {"b": [1, {"c": 2}], "d": 3}, "i": [[1, 2], [3, 4]]})"},
      {"json.remove", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},[["a","b"]]])~",
       R"({"a": {"d": 3}, "e~f/g": {"h": 1}, "i": [[1, 2], [3, 4]]})"},
      {"json.remove", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},[["a","b",0]]])~",
       R"({"a": {"b": [1, {"c": 2}], "d": 3}, "e~f/g": {"h": 1}, "i": [[1, 2], [3, 4]]})"},
      {"json.remove", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},[["a","b","0"]]])~",
       R"({"a": {"b": [{"c": 2}], "d": 3}, "e~f/g": {"h": 1}, "i": [[1, 2], [3, 4]]})"},
      {"json.remove", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},["x/y"]])~",
       R"({"a": {"b": [1, {"c": 2}], "d": 3}, "e~f/g": {"h": 1}, "i": [[1, 2], [3, 4]]})"},
      {"json.remove", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},[["i"],"a/d"]])~",
       R"({"a": {"b": [1, {"c": 2}]}, "e~f/g": {"h": 1}})"},
      {"json.filter", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},["a/"]])~", R"({"a": {}})"},
      {"json.remove", R"~([{"a":{"b":[1,{"c":2}],"d":3},"e~f/g":{"h":1},"i":[[1,2],[3,4]]},[[]]])~",
       R"({"a": {"b": [1, {"c": 2}], "d": 3}, "e~f/g": {"h": 1}, "i": [[1, 2], [3, 4]]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"remove","path":"a","value":9}]])~", R"({"c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"replace","path":"a","value":9}]])~",
       R"({"a": 9, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"remove","path":"a/b","value":9}]])~",
       R"({"a": {}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","from":"a","path":"a/b"}]])~",
       R"({"a": {"b": {"b": 1}}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","path":"a/b","from":"a/b"}]])~",
       R"({"a": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"add","path":"c/0","value":9}]])~",
       R"({"a": {"b": 1}, "c": [9, 1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","from":"a","path":"c/0"}]])~",
       R"({"a": {"b": 1}, "c": [{"b": 1}, 1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"add","path":"c/-","value":9}]])~",
       R"({"a": {"b": 1}, "c": [1, 2, 3, 9]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","from":"a","path":"c/-"}]])~",
       R"({"a": {"b": 1}, "c": [1, 2, 3, {"b": 1}]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"move","from":"a","path":"c/3"}]])~",
       R"({"c": [1, 2, 3, {"b": 1}]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","from":"a","path":""}]])~", R"({"b": 1})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"add","path":"0","value":9}]])~",
       R"({"0": 9, "a": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"move","from":"a","path":"0"}]])~",
       R"({"0": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","from":"a","path":"-"}]])~",
       R"({"-": {"b": 1}, "a": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"move","from":"a","path":"-"}]])~",
       R"({"-": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"move","from":"a","path":"c/x"}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"move","from":"a","path":"c/-1"}]])~",
       "eval_builtin_error: json.patch: index for array insertion out of bounds"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"add","path":"set/x","value":9}]])~",
       R"(eval_builtin_error: json.patch: path "set" does not exist in object term {"a": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"remove","path":"/a/b","value":9}]])~",
       R"({"a": {}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"test","path":"/a/b","value":1}]])~",
       R"({"a": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","path":"/a/b","from":"/a/b"}]])~",
       R"({"a": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","from":"a","path":["c",0]}]])~",
       R"({"a": {"b": 1}, "c": [{"b": 1}, 1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","path":["c",0],"from":["c",0]}]])~",
       R"({"a": {"b": 1}, "c": [1, 1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"replace","path":["c","1"],"value":9}]])~",
       R"({"a": {"b": 1}, "c": [1, 9, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"move","from":"a","path":["c","1"]}]])~",
       R"({"c": [1, {"b": 1}, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","path":["c","1"],"from":["c","1"]}]])~",
       R"({"a": {"b": 1}, "c": [1, 2, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"remove","path":["a"],"value":9}]])~",
       R"({"c": [1, 2, 3]})"},
      {"json.patch", R"~([{"a":{"b":1},"c":[1,2,3]},[{"op":"copy","path":["a"],"from":["a"]}]])~",
       R"({"a": {"b": 1}, "c": [1, 2, 3]})"},
      {"json.patch", R"~([[1,2],[{"op":"replace","path":"a","value":9}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~([[1,2],[{"op":"move","from":"a","path":"c/01"}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~([[1,2],[{"op":"add","path":"","value":9}]])~", R"~(9)~"},
      {"json.patch", R"~([[1,2],[{"op":"copy","path":"x/y","from":"x/y"}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~([[1,2],[{"op":"add","path":"0","value":9}]])~", "[9, 1, 2]"},
      {"json.patch", R"~([[1,2],[{"op":"remove","path":"0","value":9}]])~", R"~([2])~"},
      {"json.patch", R"~([[1,2],[{"op":"add","path":"-","value":9}]])~", "[1, 2, 9]"},
      {"json.patch", R"~([[1,2],[{"op":"remove","path":"c/x","value":9}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~([[1,2],[{"op":"test","path":"c/-1","value":9}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~([[1,2],[{"op":"test","path":["c",0],"value":1}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~([[1,2],[{"op":"copy","path":["c",0],"from":["c",0]}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~([[1,2],[{"op":"test","path":["a"],"value":1}]])~",
       "eval_builtin_error: json.patch: invalid string for indexing"},
      {"json.patch", R"~(["s",[{"op":"test","path":"c/0","value":9}]])~",
       R"(eval_builtin_error: json.patch: expected composite type for path "c", found value: "s" (type: ast.String))"},
      {"json.patch", R"~(["s",[{"op":"test","path":"c/3","value":1}]])~",
       R"(eval_builtin_error: json.patch: expected composite type for path "c", found value: "s" (type: ast.String))"},
      {"json.patch", R"~(["s",[{"op":"move","from":"a","path":""}]])~",
       R"(eval_builtin_error: json.patch: expected composite type for path "a", found value: "s" (type: ast.String))"},
      {"json.patch", R"~(["s",[{"op":"copy","path":"","from":""}]])~", R"~("s")~"},
      {"json.patch", R"~(["s",[{"op":"move","from":"a","path":"0"}]])~",
       R"(eval_builtin_error: json.patch: expected composite type for path "a", found value: "s" (type: ast.String))"},
      {"json.patch", R"~(["s",[{"op":"test","path":"-","value":9}]])~",
       R"(eval_builtin_error: json.patch: expected composite type for path "-", found value: "s" (type: ast.String))"},
      {"json.patch", R"~(["s",[{"op":"remove","path":"c/x","value":9}]])~",
       R"(eval_builtin_error: json.patch: expected composite type for path "c", found value: "s" (type: ast.String))"},
      {"json.patch", R"~(["s",[{"op":"copy","path":"c/x","from":"c/x"}]])~",
       R"(eval_builtin_error: json.patch: expected composite type for path "c", found value: "s" (type: ast.String))"},
      {"json.patch", R"~(["s",[{"op":"copy","path":"a/b/c","from":"a/b/c"}]])~",
       R"(eval_builtin_error: json.patch: expected composite type for path "a", found value: "s" (type: ast.String))"},
      {"json.patch", R"~([{"set":{"x":1}},[{"op":"add","path":"a/b","value":9}]])~",
       R"(eval_builtin_error: json.patch: path "a" does not exist in object term {"set": {"x": 1}})"},
      {"json.patch", R"~([{"set":{"x":1}},[{"op":"add","path":"-","value":9}]])~", R"({"-": 9, "set": {"x": 1}})"},
      {"json.patch", R"~([{"set":{"x":1}},[{"op":"add","path":"set/x","value":9}]])~", R"({"set": {"x": 9}})"},
      {"json.patch", R"~([{"set":{"x":1}},[{"op":"copy","path":"set/x","from":"set/x"}]])~", R"({"set": {"x": 1}})"},
      {"json.patch", R"~([{"set":{"x":1}},[{"op":"test","path":["c","1"],"value":9}]])~",
       R"(eval_builtin_error: json.patch: path "c" does not exist in object term {"set": {"x": 1}})"},
      {"json.patch", R"~([{},[{"op":"add"}]])~", "eval_builtin_error: json.patch: missing required attribute 'path'"},
      {"json.patch", R"~([{},[{"op":"add","path":"a"}]])~",
       "eval_builtin_error: json.patch: missing required attribute 'value'"},
      {"json.patch", R"~([{},[{"op":"move","path":"","from":""}]])~", R"~({})~"},
      {"json.patch", R"~([{"a":{"$set":[1,2]}},[{"op":"remove","path":["a",1]}]])~", R"({"a": {2}})"},
      {"json.patch", R"~([{"a":{"$set":[1,2]}},[{"op":"replace","path":["a",1],"value":1}]])~", R"({"a": {1, 2}})"},
  };
  check_cases(kCases);
}

TEST_CASE("json.patch works through sets") {
  constexpr Case kCases[] = {
      {"json.patch", R"([{"a": {"$set": [1, 2]}}, [{"op": "add", "path": ["a", 3], "value": 3}]])",
       R"({"a": {1, 2, 3}})"},
      {"json.patch", R"([{"a": {"$set": [1, 2]}}, [{"op": "remove", "path": ["a", 1]}]])", R"({"a": {2}})"},
      {"json.patch", R"([{"a": {"$set": [1, 2]}}, [{"op": "add", "path": ["a", 3], "value": 4}]])",
       "eval_builtin_error: json.patch: set key 3 does not equal value to be inserted 4"},
      {"json.patch", R"([{"a": {"$set": [[1], 2]}}, [{"op": "add", "path": ["a", [1], 0], "value": 4}]])",
       R"({"a": {2, [4, 1]}})"},
  };
  check_cases(kCases);
}

TEST_CASE("moving the root onto itself succeeds, removing it leaves nothing") {
  CHECK(run("json.patch", R"([{"a": 1}, [{"op": "move", "from": [], "path": []}]])") == R"({"a": 1})");
  CHECK(run("json.patch", R"([{"a": 1}, [{"op": "remove", "path": ""}]])") == "undefined");
  CHECK(run("json.patch", R"([{}, [{"op": "remove", "path": ""}, {"op": "add", "path": "", "value": 3}]])") == "3");
}

TEST_CASE("a path of very many steps does not recurse") {
  std::string path(1'000'000, '/');
  CHECK(run("json.remove", "[{\"a\": 1}, [\"a/b" + path + "c\"]]") == R"({"a": 1})");
  CHECK(run("json.filter", "[{\"a\": {}}, [\"a/b" + path + "c\"]]") == R"({"a": {}})");
}

TEST_CASE("what is made of paths takes memory of the evaluation") {
  Arena arena(4'000'000);
  test::FakeServices services(arena);
  std::string path = "a";
  for (int i = 0; i < 100'000; ++i) path += "/" + std::to_string(i % 10);
  const Value text = Value::string(path);
  const Value args[] = {Value::sorted_object(nullptr, 0), Value::array(&text, 1)};
  BuiltinCall call{"json.filter", args, arena, services};
  ErrorCode code = ErrorCode::kNone;
  try {
    call_builtin(*find_builtin("json.filter"), call);
  } catch (const Failure& failure) {
    code = failure.error().code;
  }
  CHECK(code == ErrorCode::E_MEMORY);
}

}  // namespace
}  // namespace writ
