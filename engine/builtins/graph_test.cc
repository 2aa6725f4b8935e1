// The expected answers are those of OPA v1.20.2.
#include "engine/builtins/calls_test.h"

namespace writ {

using namespace calls_test;

TEST_CASE("what a graph reaches") {
  const Row rows[] = {
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["a"]])~",
       R"~(["a","b","c","d"])~"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["zz"]])~",
       R"~([])~"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},[]])~",
       R"~([])~"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["g"]])~",
       R"~(["f","g"])~"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["f"]])~",
       R"~(["f"])~"},
      {"graph.reachable", R"~([{"a":["b","c"],"b":["a"],"c":["d","zz"],"d":[],"e":["e"],"f":null,"g":["f"]},["d"]])~",
       R"~(["d"])~"},
  };
  check(rows);
}

TEST_CASE("walk gives each value with its path, parents first") {
  const Row rows[] = {
      {"walk", R"([{"b": [1, {"c": null}], "a": "x"}])",
       R"([[[],{"a":"x","b":[1,{"c":null}]}],[["a"],"x"],[["b"],[1,{"c":null}]],[["b",0],1],)"
       R"([["b",1],{"c":null}],[["b",1,"c"],null]])"},
      {"walk", "[5]", "[[[],5]]"},
      {"walk", R"([{"set!": [2, 1]}])", "[[[],[1,2]],[[1],1],[[2],2]]"},
      {"walk", "[[]]", "[[[],[]]]"},
  };
  check(rows);
}

TEST_CASE("paths through a dense graph are paid for") {
  std::string graph = "{";
  std::string edges = "[0";
  for (int i = 1; i < 14; i++) edges += "," + std::to_string(i);
  edges += "]";
  for (int i = 0; i < 14; i++) graph += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":" + edges;
  // The keys are strings and the edges numbers, so nothing is reached …
  CHECK(run("graph.reachable_paths", "[" + graph + "}, [\"0\"]]") == R"([["0"]])");
  std::string strings = edges;
  strings.clear();
  for (int i = 0; i < 14; i++) strings += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\"";
  std::string dense = "{";
  for (int i = 0; i < 14; i++) dense += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":[" + strings + "]";
  // … but here there are 14! ways.
  CHECK(failure("graph.reachable_paths", "[" + dense + "}, [\"0\"]]", 1'000'000) == ErrorCode::E_FUEL);
}

TEST_CASE("a long chain is followed without recursion") {
  std::string graph = "{";
  for (int i = 0; i < 5'000; i++) {
    graph += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":[\"" + std::to_string(i + 1) + "\"]";
  }
  CHECK(run("graph.reachable_paths", "[" + graph + "}, [\"0\"]]").size() > 5'000);
}

}  // namespace writ
