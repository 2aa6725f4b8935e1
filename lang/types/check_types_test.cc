#include "lang/types/check_types.h"

#include <catch2/catch.hpp>

#include "lang/compile.h"

namespace writ::lang {
namespace {

// What is wrong with a module of package a, as OPA prints it.
std::string errors(std::string_view rules) {
  Compiled compiled = compile({{"a.rego", "package a\n" + std::string(rules)}}, CompileOptions());
  return compiled.diagnostics.empty() ? "" : render_opa(compiled.diagnostics, compiled.sources);
}

TEST_CASE("what is known of no value is never wrong") {
  for (const char* rules : {
           "p if count(input.x) > 1\nq if p == input",
           "p if { x = y; y = 1; x == input.z }",
           "f(x) := x\np if f(1) == \"a\"\nq if f([1]).b.c",
           "p if { [x, y] = input.pair; x + y > 1 }",
           "p if { some k, v in data.other }\nq if data.b.c[_].d == 1",
           "p := {} if input.x\nq if { some x in p }\nr := []\ns if r[_] == 1",
           "p[x] := y if { some x, y in {\"a\": 1, 2: \"b\"} }\nq if p[_] == 1\nr if p.a == \"b\"",
           "default p := {}\nq if p.x with data.a.p as {\"x\": 1}",
       }) {
    CAPTURE(rules);
    CHECK(errors(rules) == "");
  }
}

TEST_CASE("the words of errors") {
  struct Row {
    const char *rules, *expected;
  };
  const Row rows[] = {
      {"p if count(1) > 0",
       "1 error occurred: a.rego:2: rego_type_error: count: invalid argument(s)\n\thave: (number, ?\?\?)\n"
       "\twant: (collection: any<...>, n: number)"},
      {"p if net.cidr_merge(1)",
       "1 error occurred: a.rego:2: rego_type_error: net.cidr_merge: invalid argument(s)\n\thave: (number)\n"
       "\twant: (addrs: any<array[any<string>], set[string]>, output: set[string])"},
      {"p if { some _, v in [][0]; v }", "1 error occurred: a.rego:2: rego_type_error: undefined ref: [][0][_]\n\t[][0][_]\n\t   ^\n"
                                        "\t   have: 0\n\t   want (one of): []"},
      {"p if 1 == \"a\"", "1 error occurred: a.rego:2: rego_type_error: match error\n\tleft  : number\n\tright : string"},
      {"q := {\"b\": 1, \"c\": 2}\np if q.d",
       "1 error occurred: a.rego:3: rego_type_error: undefined ref: data.a.q.d\n\tdata.a.q.d\n\t         ^\n"
       "\t         have: \"d\"\n\t         want (one of): [\"b\" \"c\"]"},
      {"q := 1\np if q.d", "1 error occurred: a.rego:3: rego_type_error: undefined ref: data.a.q.d\n\tdata.a.q.d\n\t^^^^^^^^\n"
                           "\thave: number"},
      {"f(x) := x\np := f", "1 error occurred: a.rego:3: rego_type_error: function data.a.f used as reference, not called\n"
                             "\tdata.a.f\n\t^^^^^^^^\n\thave: (any) => any"},
      {"p if [1, 2][\"a\"]", "1 error occurred: a.rego:2: rego_type_error: undefined ref: [1, 2].a\n\t[1, 2].a\n"
                            "\t       ^\n\t       have: \"a\"\n\t       want (type): number"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.rules);
    CHECK(errors(row.rules) == row.expected);
  }
}

TEST_CASE("comprehensions in comprehensions take work in proportion") {
  std::string inner = "1";
  for (int i = 0; i < 40; ++i) inner = "[" + inner + " | input.a[x" + std::to_string(i) + "] = [2 | true]]";
  CHECK(errors("p := " + inner) == "");
}

}  // namespace
}  // namespace writ::lang
