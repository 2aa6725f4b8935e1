#include <catch2/catch.hpp>

#include "cli/test_discovery.h"
#include "cli/test_runner.h"
#include "engine/api/values.h"

using namespace writ;
using namespace writ::cli;

namespace {

Discovery discover(const std::string& text) {
  return discover_tests({{"t.rego", text}}, {});
}

std::string written(const std::string& rule) {
  return discover("package p\n" + rule).sources[0].text.substr(10);
}

bool collect(const std::string& value, const std::vector<std::string>& tried, std::map<std::string, CaseResult>& cases) {
  Arena arena;
  return collect_cases(read_json(value, arena), tried, cases);
}

}  // namespace

TEST_CASE("which rules are tests, and their names") {
  Discovery found = discover(
      "package a[\"b-c\"].d\n"
      "test_one if true\n"
      "helper if true\n"
      "todo_test_two if true\n"
      "x.test_three.y if true\n"
      "test_four(x) if x\n"
      "my_test_five if true\n");
  REQUIRE(found.tests.size() == 4);
  CHECK(found.tests[0].package == R"(data.a["b-c"].d)");
  CHECK(found.tests[0].name == "test_one");
  CHECK(found.tests[0].entry == "a/b-c/d/test_one");
  CHECK((found.tests[0].row == 2 && found.tests[0].column == 1));
  CHECK(found.tests[1].skipped);
  CHECK(found.tests[2].name == "x.test_three");
  CHECK(found.tests[2].entry == "a/b-c/d/x/test_three");
  CHECK(found.tests[3].is_function);
  CHECK(found.rewritten);  // x.test_three has a case, y
  CHECK(!discover("package a\ntest_one if true\n").rewritten);
}

TEST_CASE("modules that do not parse hold no tests") {
  CHECK(discover("package a\ntest_x if {\n").tests.empty());
}

TEST_CASE("tests of one name are numbered, across files too") {
  Discovery found = discover_tests({{"a.rego", "package p\ntest_x if true\ntest_x if false\n"},
                                    {"b.rego", "package p\ntest_x := false\n"},
                                    {"c.rego", "package q\ntest_x if true\n"}},
                                   {});
  REQUIRE(found.tests.size() == 4);
  CHECK(found.tests[1].name == "test_x#01");
  CHECK(found.tests[2].name == "test_x#02");
  CHECK(found.tests[3].name == "test_x");
  CHECK(found.tests[1].entry == "p/test_x__rule_01");
  CHECK(found.sources[0].text == "package p\ntest_x if true\ntest_x__rule_01 if false\n");
  CHECK(found.sources[1].text == "package p\ntest_x__rule_02 := false\n");
}

TEST_CASE("the call that names a case is inserted where its key is known") {
  CHECK(written("test_x[k] if {\n\tsome k, v in input.c\n\tv == 1\n}\n") ==
        "test_x[k] if {\n\tsome k, v in input.c; internal.test_case([k])\n\tv == 1\n}\n");
  CHECK(written("test_x[t.n].y if {\n\tsome t in data.c # all\n\tt.v\n}\n") ==
        "test_x[t.n].y if {\n\tsome t in data.c; internal.test_case([t.n, \"y\"]) # all\n\tt.v\n}\n");
  CHECK(written("test_x[k] if input.c[k] == 1\n") == "test_x[k] if { input.c[k] == 1; internal.test_case([k]) }\n");
  CHECK(written("test_x.a if input.c == 1\n") == "test_x.a if { internal.test_case([\"a\"]); input.c == 1 }\n");
  CHECK(written("test_x[k] if { some k; input.c[k] }\n") ==
        "test_x[k] if { some k; input.c[k]; internal.test_case([k]) }\n");
  CHECK(written("test_x if input.c[k]\n") == "test_x if input.c[k]\n");
  CHECK(written("test_x[k] := true if { some k in [1]; internal.test_case([k]) }\n") ==
        "test_x[k] := true if { some k in [1]; internal.test_case([k]) }\n");
}

TEST_CASE("cases: what the object says, and what was tried and is not in it") {
  std::map<std::string, CaseResult> cases;
  CHECK(collect(R"({"one": true, "two": {"x": true, "y": false}})", {R"(["one"])", R"(["three"])", R"(["two", "x"])"},
               cases));
  CHECK(!cases["one"].fail);
  CHECK(cases["two"].fail);
  CHECK(!cases["two"].cases["x"].fail);
  CHECK(cases["two"].cases["y"].fail);
  CHECK(cases["three"].fail);
}

TEST_CASE("cases: all well, nothing at all, keys of other types") {
  std::map<std::string, CaseResult> cases;
  CHECK(!collect(R"({"a": true})", {R"(["a"])"}, cases));
  cases.clear();
  CHECK(!collect("{}", {}, cases));
  CHECK(collect("{}", {"[3]", R"([{"k": 1}])", "[[1, 2]]"}, cases));
  CHECK(cases.size() == 3);
  CHECK(cases.contains("3"));
  CHECK(cases.contains(R"({"k":1})"));
  CHECK(cases.contains("[1,2]"));
}
