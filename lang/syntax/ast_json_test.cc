#include <catch2/catch.hpp>

#include <string>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/value/text.h"
#include "lang/syntax/ast_json.h"

namespace writ::lang {
namespace {

std::string tree(const std::string& text) {
  try {
    Arena arena;
    std::string fault;
    Value value = module_as_json("x.rego", text, arena, &fault);
    return value.is_defined() ? to_json(value) : fault;
  } catch (const Failure& failure) {
    return std::string(error_code_name(failure.error().code));
  }
}

// The rules of a module of package `a`.
std::string rules(const std::string& text) {
  std::string all = tree("package a\n" + text);
  size_t begin = all.find("\"rules\":");
  return begin == std::string::npos ? all : all.substr(begin + 8, all.size() - begin - 9);
}

const std::string kTrueBody = R"([{"generated":true,"index":0,"terms":{"type":"boolean","value":true}}])";

TEST_CASE("a module is its package, imports, rules and comments", "[ast_json]") {
  CHECK(tree("package a.b\nimport data.x.y as z # c\nimport input") ==
        R"({"comments":[{"Location":{"col":22,"file":"x.rego","row":2},"Text":"IGM="}],)"
        R"("imports":[{"alias":"z","path":{"type":"ref","value":[{"type":"var","value":"data"},{"type":"string","value":"x"},)"
        R"({"type":"string","value":"y"}]}},{"path":{"type":"ref","value":[{"type":"var","value":"input"}]}}],)"
        R"("package":{"path":[{"type":"var","value":"data"},{"type":"string","value":"a"},{"type":"string","value":"b"}]}})");
}

TEST_CASE("heads are those that OPA gives rules", "[ast_json]") {
  const std::string one = R"({"type":"number","value":1})";
  CHECK(rules("p := 1") == "[{\"body\":" + kTrueBody + R"(,"head":{"assign":true,"name":"p","ref":[{"type":"var","value":"p"}],)" +
                              "\"value\":" + one + "}}]");
  const std::string ref = R"("ref":[{"type":"var","value":"p"},{"type":"string","value":"k"}])";
  CHECK(rules("p[\"k\"] := 1") == "[{\"body\":" + kTrueBody + R"(,"head":{"assign":true,"key":{"type":"string","value":"k"},)" +
                                      R"("name":"p",)" + ref + ",\"value\":" + one + "}}]");
  CHECK(rules("p.k := 1 if 1") == R"([{"body":[{"index":0,"terms":)" + one + R"(}],"head":{"assign":true,"name":"p",)" + ref +
                                      ",\"value\":" + one + "}}]");
  CHECK(rules("p contains 1") == "[{\"body\":" + kTrueBody + R"(,"head":{"key":)" + one +
                                     R"(,"name":"p","ref":[{"type":"var","value":"p"}]}}])");
  CHECK(rules("default p := 1") == "[{\"body\":" + kTrueBody + R"(,"default":true,"head":{"assign":true,"name":"p",)" +
                                       R"("ref":[{"type":"var","value":"p"}],"value":)" + one + "}}]");
}

TEST_CASE("branches and wildcards", "[ast_json]") {
  // The wildcard of the branch is a new one, and what is inside an argument is not.
  CHECK(rules("f(_, [_]) if 1 else := _") ==
        R"([{"body":[{"index":0,"terms":{"type":"number","value":1}}],"else":{"body":)" + kTrueBody +
            R"(,"head":{"args":[{"type":"var","value":"$2"},{"type":"array","value":[{"type":"var","value":"$1"}]}],)"
            R"("assign":true,"name":"f","ref":[{"type":"var","value":"f"}],"value":{"type":"var","value":"$3"}}},)"
            R"("head":{"args":[{"type":"var","value":"$0"},{"type":"array","value":[{"type":"var","value":"$1"}]}],)"
            R"("name":"f","ref":[{"type":"var","value":"f"}],"value":{"type":"boolean","value":true}}}])");
}

TEST_CASE("terms and statements", "[ast_json]") {
  auto terms = [](const std::string& statement) {
    std::string all = rules("p if " + statement);
    size_t begin = all.find("[{\"index\":0,\"terms\":") + 20;
    return all.substr(begin, all.find("}],\"head\"") - begin);
  };
  CHECK(terms("null") == R"({"type":"null","value":{}})");
  CHECK(terms("1.50") == R"({"type":"number","value":1.50})");
  CHECK(terms("x == 1") == R"([{"type":"ref","value":[{"type":"var","value":"equal"}]},{"type":"var","value":"x"},)"
                           R"({"type":"number","value":1}])");
  CHECK(terms("input.x[_]") == R"({"type":"ref","value":[{"type":"var","value":"input"},{"type":"string","value":"x"},)"
                               R"({"type":"var","value":"$0"}]})");
  CHECK(terms("x == {2, 1, 2}") ==
        R"([{"type":"ref","value":[{"type":"var","value":"equal"}]},{"type":"var","value":"x"},)"
        R"({"type":"set","value":[{"type":"number","value":1},{"type":"number","value":2}]}])");
  CHECK(terms("some x in y") ==
        R"({"symbols":[{"type":"call","value":[{"type":"ref","value":[{"type":"var","value":"internal"},)"
        R"({"type":"string","value":"member_2"}]},{"type":"var","value":"x"},{"type":"var","value":"y"}]}]})");
  CHECK(terms("every x in y { x }") ==
        R"({"body":[{"index":0,"terms":{"type":"var","value":"x"}}],"domain":{"type":"var","value":"y"},"key":null,)"
        R"("value":{"type":"var","value":"x"}})");
  CHECK(terms("$\"a{x}{1}\"") ==
        R"({"type":"templatestring","value":{"multi_line":false,"parts":[{"type":"string","value":"a"},)"
        R"({"index":0,"terms":{"type":"var","value":"x"}},{"type":"number","value":1}]}})");
  // Repeated keys are there as often as they were written.
  CHECK(terms("[{\"b\": 1, \"a\": 2, \"b\": 3}]") ==
        R"({"type":"array","value":[{"type":"object","value":[[{"type":"string","value":"a"},{"type":"number","value":2}],)"
        R"([{"type":"string","value":"b"},{"type":"number","value":1}],)"
        R"([{"type":"string","value":"b"},{"type":"number","value":3}]]}]})");
}

TEST_CASE("chains of the logical keywords are pairs", "[ast_json]") {
  CHECK(rules("import future.keywords.or\np if x or {y} or z") ==
        R"([{"body":[{"index":0,"terms":{"lhs":[{"index":0,"terms":{"explicit_rhs":true,)"
        R"("lhs":[{"index":0,"terms":{"type":"var","value":"x"}}],"rhs":[{"index":0,"terms":{"type":"var","value":"y"}}],)"
        R"("type":"or"}}],"rhs":[{"index":0,"terms":{"type":"var","value":"z"}}],"type":"or"}}],)"
        R"("head":{"name":"p","ref":[{"type":"var","value":"p"}],"value":{"type":"boolean","value":true}}}])");
}

TEST_CASE("errors are OPA's text", "[ast_json]") {
  CHECK(tree("") == "x.rego:0: rego_parse_error: empty module");
  CHECK(tree("package a\np := 1 with") ==
        "1 error occurred: x.rego:2: rego_parse_error: unexpected eof token: expected ident\n\tp := 1 with\n\t          ^");
  CHECK(tree("package a\np[x] { true }\nq { true }\n1") ==
        "4 errors occurred:\nx.rego:4: rego_parse_error: number cannot be used for rule name\n"
        "x.rego:2: rego_parse_error: `if` keyword is required before rule body\n"
        "x.rego:2: rego_parse_error: `contains` keyword is required for partial set rules\n"
        "x.rego:3: rego_parse_error: `if` keyword is required before rule body");
  CHECK(tree("package a\np := .5") == "json: invalid number literal \".5\"");
  // METADATA is a comment.
  CHECK(tree("package a\n# METADATA\n").find("IE1FVEFEQVRB") != std::string::npos);
}

TEST_CASE("what is too large is fatal", "[ast_json]") {
  auto nested = [](size_t levels) { return "package a\np := " + std::string(levels, '[') + std::string(levels, ']'); };
  CHECK(tree(nested(300)).starts_with("{"));
  CHECK(tree(nested(400)) == "E_DEPTH");
  CHECK(tree(nested(5000)) == "E_DEPTH");

  Meter meter;
  meter.begin(1000);
  Meter::Scope scope(&meter);
  CHECK(tree("package a\np := [" + std::string(2000, ',') + "]") == "E_FUEL");
}

TEST_CASE("nested sets are sorted once", "[ast_json]") {
  std::string set = "1";
  for (int i = 0; i < 12; ++i) set = "{" + set + ", {" + set + "}}";
  Meter meter;
  meter.begin(UINT64_MAX / 2);
  Meter::Scope scope(&meter);
  CHECK(tree("package a\np := " + set).starts_with("{"));
}

}  // namespace
}  // namespace writ::lang
