// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("what a graph reaches") {
  constexpr Case kCases[] = {
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["a"]])~",
       R"({"a", "b", "c", "d"})"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["zz"]])~",
       "set()"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},[]])~",
       "set()"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["g"]])~",
       R"({"f", "g"})"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["f"]])~",
       R"({"f"})"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["d"]])~",
       R"({"d"})"},
  };
  check_cases(kCases);
}

TEST_CASE("walk gives each value with its path, parents first") {
  constexpr Case kCases[] = {
      {"walk", R"([{"b": [1, {"c": null}], "a": "x"}])",
       R"([[[], {"a": "x", "b": [1, {"c": null}]}], [["a"], "x"], [["b"], [1, {"c": null}]], )"
       R"([["b", 0], 1], [["b", 1], {"c": null}], [["b", 1, "c"], null]])"},
      {"walk", "[5]", "[[[], 5]]"},
      {"walk", R"([{"$set": [2, 1]}])", "[[[], {1, 2}], [[1], 1], [[2], 2]]"},
      {"walk", "[[]]", "[[[], []]]"},
  };
  check_cases(kCases);
}

TEST_CASE("paths through a dense graph are paid for") {
  std::string graph = "{";
  std::string edges = "[0";
  for (int i = 1; i < 14; i++) edges += "," + std::to_string(i);
  edges += "]";
  for (int i = 0; i < 14; i++) graph += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":" + edges;
  // The keys are strings and the edges numbers, so nothing is reached …
  CHECK(run("graph.reachable_paths", "[" + graph + "}, [\"0\"]]") == R"({["0"]})");
  std::string strings = edges;
  strings.clear();
  for (int i = 0; i < 14; i++) strings += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\"";
  std::string dense = "{";
  for (int i = 0; i < 14; i++) dense += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":[" + strings + "]";
  // … but here there are 14! ways.
  CHECK(run("graph.reachable_paths", "[" + dense + "}, [\"0\"]]", 1'000'000) == "E_FUEL");
}

TEST_CASE("a long chain is followed without recursion") {
  std::string graph = "{";
  for (int i = 0; i < 5'000; i++) {
    graph += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":[\"" + std::to_string(i + 1) + "\"]";
  }
  CHECK(run("graph.reachable_paths", "[" + graph + "}, [\"0\"]]").size() > 5'000);
}

}  // namespace
}  // namespace writ
