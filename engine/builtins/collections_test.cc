// Aggregates, arrays, sets of sets, objects.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Bench;
using test::check_cases;
using test::run;

TEST_CASE("aggregates") {
  constexpr test::Case kCases[] = {
      {"count", R"(["h\u00e9\u00e9"])", "3"},
      {"count", R"([[1, 1]])", "2"},
      {"count", R"([{}])", "0"},
      {"sum", "[[]]", "0"},
      {"sum", "[[9223372036854775807, 1]]", "9223372036854775808"},
      {"sum", "[[0.1, 0.2]]", "0.3"},
      {"sum", R"([[1, "a"]])",
       "eval_type_error: sum: operand 1 must be array of numbers but got array containing string"},
      {"product", "[[]]", "1"},
      {"product", R"([{"$set": [2, 3, 4]}])", "24"},
      {"product", R"([{"$set": [null]}])",
       "eval_type_error: product: operand 1 must be set of numbers but got set containing null"},
      {"max", "[[]]", "undefined"},
      {"min", R"([{"$set": []}])", "undefined"},
      {"max", "[[1, 3, 2]]", "3"},
      {"max", "[[3, 3.0, 3.00]]", "3.00"},  // among equals the last
      {"min", "[[1, 1.0]]", "1.0"},
      {"max", R"([[1, "a", null]])", R"("a")"},
      {"min", R"([{"$set": [2, 1]}])", "1"},
      {"sort", "[[3, 1.0, 2, 1]]", "[1.0, 1, 2, 3]"},
      {"sort", R"([{"$set": ["b", "a"]}])", R"(["a", "b"])"},
      {"all", "[[]]", "true"},
      {"all", "[[true, 1]]", "false"},
      {"any", "[[]]", "false"},
      {"any", R"([{"$set": [1, true]}])", "true"},
  };
  check_cases(kCases);
}

TEST_CASE("arrays") {
  constexpr test::Case kCases[] = {
      {"array.concat", "[[1], [2, 3]]", "[1, 2, 3]"},
      {"array.concat", "[[], []]", "[]"},
      {"array.flatten", "[[1, [2, [3]], []]]", "[1, 2, [3]]"},
      {"array.reverse", "[[1, 2, 3]]", "[3, 2, 1]"},
      {"array.reverse", "[[]]", "[]"},
      {"array.slice", "[[1, 2, 3, 4], 1, 3]", "[2, 3]"},
      {"array.slice", "[[1, 2, 3], -5, 100]", "[1, 2, 3]"},
      {"array.slice", "[[1, 2, 3], 2, 1]", "[]"},
      {"array.slice", "[[1, 2, 3], 1.0, 2.0]", "[2]"},
      {"array.slice", "[[1, 2, 3], 1e0, 2]",
       "eval_type_error: array.slice: operand 2 must be integer number but got floating-point number"},
  };
  check_cases(kCases);
}

TEST_CASE("sets of sets") {
  constexpr test::Case kCases[] = {
      {"union", R"([{"$set": [{"$set": [1, 2]}, {"$set": [2, 3]}]}])", "{1, 2, 3}"},
      {"union", R"([{"$set": []}])", "set()"},
      {"union", R"([{"$set": [1]}])", "eval_type_error: union: operand 1 must be set but got number"},
      {"intersection", R"([{"$set": [{"$set": [1, 2]}, {"$set": [2, 3]}, {"$set": [2]}]}])", "{2}"},
      {"intersection", R"([{"$set": []}])", "set()"},
      {"intersection", R"([{"$set": [{"$set": [1]}, {"$set": []}]}])", "set()"},
  };
  check_cases(kCases);
}

TEST_CASE("object.get and object.keys") {
  constexpr test::Case kCases[] = {
      {"object.get", R"([{"a": 1}, "a", 9])", "1"},
      {"object.get", R"([{"a": 1}, "b", 9])", "9"},
      {"object.get", R"([{"a": false}, "a", 9])", "false"},
      {"object.get", R"([{"a": {"b": [7]}}, ["a", "b", 0], 9])", "7"},
      {"object.get", R"([{"a": {"b": 1}}, ["a", "b", "c"], 9])", "9"},
      {"object.get", R"([{"a": 1}, [], 9])", R"({"a": 1})"},
      {"object.get", R"([{"a": {"$set": ["x"]}}, ["a", "x"], 9])", R"("x")"},
      {"object.keys", R"([{"b": 1, "a": 2}])", R"({"a", "b"})"},
      {"object.keys", R"([{}])", "set()"},
  };
  check_cases(kCases);
}

TEST_CASE("object.union is deep and its right side wins") {
  constexpr test::Case kCases[] = {
      {"object.union", R"([{"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "d": 4}}])", R"({"a": {"b": 1, "c": 3, "d": 4}})"},
      {"object.union", R"([{"a": {"b": 1}}, {"a": 1}])", R"({"a": 1})"},
      {"object.union", R"([{"a": 1}, {"a": {"b": 1}}])", R"({"a": {"b": 1}})"},
      {"object.union", R"([{}, {"a": 1}])", R"({"a": 1})"},
      {"object.union_n", R"([[]])", "{}"},
      {"object.union_n", R"([[{"a": {"b": 2}}, {"a": 4}, {"a": {"c": 3}}]])", R"({"a": {"c": 3}})"},
      {"object.union_n", R"([[{"a": {"b": 2}}, {"a": {"c": 3}}, {"d": 1}, {"a": {"b": 5}}]])",
       R"({"a": {"b": 5, "c": 3}, "d": 1})"},
      {"object.union_n", R"([[{"a": {"b": {"x": 1}}}, {"a": {"b": 1}}, {"a": {"b": {"y": 2}}}]])",
       R"({"a": {"b": {"y": 2}}})"},
      {"object.union_n", R"([[{"a": 1}, 2]])",
       "eval_type_error: object.union_n: operand 1 must be array of objects but got array containing number"},
  };
  check_cases(kCases);
}

// The answer of union_n is that of union from left to right, whatever is under the keys.
TEST_CASE("object.union_n folds object.union") {
  const char* const kObjects[] = {R"({"a": 1})", R"({"a": {"p": 1}})", R"({"a": {"q": {"r": 1}}, "b": 2})",
                                  R"({"a": {"q": 5}})", R"({})", R"({"a": {"q": {"s": 2}}})"};
  for (const char* a : kObjects) {
    for (const char* b : kObjects) {
      for (const char* c : kObjects) {
        Bench bench;
        std::string pair = bench.run("object.union", "[" + std::string(a) + "," + b + "]");
        std::string folded = bench.run("object.union", "[" + pair + "," + c + "]");
        CHECK(bench.run("object.union_n", "[[" + std::string(a) + "," + b + "," + c + "]]") == folded);
      }
    }
  }
}

TEST_CASE("object.filter and object.remove take any collection of keys") {
  constexpr test::Case kCases[] = {
      {"object.filter", R"([{"a": 1, "b": 2, "c": 3}, ["a", "c", "x"]])", R"({"a": 1, "c": 3})"},
      {"object.filter", R"([{"a": 1, "b": 2}, {"$set": ["b"]}])", R"({"b": 2})"},
      {"object.filter", R"([{"a": 1, "b": 2}, {"b": null}])", R"({"b": 2})"},
      {"object.filter", R"([{"$pairs": [[1, "x"], [[2], "y"]]}, [[2], 1.0]])", R"({1: "x", [2]: "y"})"},
      {"object.remove", R"([{"a": 1, "b": 2, "c": 3}, ["a", "x"]])", R"({"b": 2, "c": 3})"},
      {"object.remove", R"([{"a": 1}, {"a": {"b": 1}}])", "{}"},
      {"object.remove", R"([{"a": 1}, []])", R"({"a": 1})"},
  };
  check_cases(kCases);
}

TEST_CASE("object.subset") {
  constexpr test::Case kCases[] = {
      {"object.subset", R"([{"a": {"b": [1, 2, 3], "c": 1}, "d": 1}, {"a": {"b": [2, 3]}}])", "true"},
      {"object.subset", R"([{"a": 1}, {"a": 2}])", "false"},
      {"object.subset", R"([{"a": 1}, {"b": 1}])", "false"},
      {"object.subset", R"([{"a": {"$set": [1, 2]}}, {"a": {"$set": [2]}}])", "true"},
      {"object.subset", R"([{"a": [1]}, {"a": {"$set": [1]}}])", "false"},  // the array and the set only at the top
      {"object.subset", R"([{"$set": [1, 2]}, {"$set": [1.0]}])", "true"},
      {"object.subset", "[[1, 1, 2], [1, 2]]", "true"},
      {"object.subset", "[[1, 2, 3], [1, 3]]", "false"},
      {"object.subset", "[[1], []]", "true"},
      {"object.subset", R"([[2, 1], {"$set": [1, 2]}])", "true"},
      {"object.subset", R"([[1, 1], {"$set": [1, 2]}])", "true"},  // OPA counts the 1 twice
      {"object.subset", R"([[], {"$set": []}])", "false"},         // and finds nothing in nothing
      {"object.subset", R"([{"$set": [1]}, [1]])",
       "eval_type_error: object.subset: both arguments object.subset must be of the same type or array and set"},
  };
  check_cases(kCases);
}

TEST_CASE("work that grows with the arguments is charged") {
  Bench bench;
  bench.services.fuel = 50;
  std::string ones = "[[1";
  for (int i = 0; i < 60; i++) ones += ",1";
  ones += "]]";
  CHECK(bench.run("sum", ones) == "E_FUEL");
  CHECK(bench.run("sort", ones) == "E_FUEL");
  CHECK(bench.run("array.reverse", ones) == "E_FUEL");
  // Every start of a run is paid for, so a quadratic search does not come for the price of a linear one.
  std::string text = "[[0";
  for (int i = 0; i < 400; i++) text += ",0";
  std::string run = text;
  text += "],";
  text += run.substr(1) + ",1]]";
  Bench search;
  CHECK(search.run("object.subset", text) == "false");
  Bench shorter;
  std::string half = "[[0";
  for (int i = 0; i < 400; i++) half += ",0";
  half += "],[0";
  for (int i = 0; i < 200; i++) half += ",0";
  half += ",1]]";
  CHECK(shorter.run("object.subset", half) == "false");
  CHECK(shorter.services.used > 200 * 199);
}

TEST_CASE("objects nested too deeply are refused") {
  std::string a = "1";
  for (int i = 0; i < 500; i++) a = R"({"a":)" + a + "}";
  CHECK(run("object.union", "[" + a + "," + a + "]").substr(0, 6) == R"({"a": )");
}

}  // namespace
}  // namespace writ
