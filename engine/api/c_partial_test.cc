#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "engine/api/c_test_library.h"
#include "writ/writ.h"
#include "writ/writ.hpp"

namespace {

using writ::text;

constexpr const char* kPolicy = R"(
# METADATA
# scope: package
# compile:
#   unknowns: [input.fruits]
#   mask_rule: masks
package filters

include if {
  input.fruits.colour in data.colours
  input.fruits.price < input.budget
}
include if input.user == "root"

default masks.fruits.supplier := {"replace": {"value": "***"}}

odd if count(input.fruits.name) % 2 == 1
slow if { some x in numbers.range(1, 1000000); x == input.fruits.n }
asked := http.send({"method": "get", "url": input.url}) if input.fruits.id == 1
)";

struct Library : writ::TestLibrary {
  Library() { load(kPolicy, R"({"colours":["red","green"]})"); }

  std::string partial(const std::string& request, writ_status expected = WRIT_OK) {
    char* answer = nullptr;
    size_t size = 7;
    CHECK(writ_partial(program, data, nullptr, request.data(), request.size(), &answer, &size, error) == expected);
    CHECK((answer == nullptr) == (expected != WRIT_OK));
    CHECK(writ_error_status(error) == expected);
    std::string made(answer == nullptr ? "" : answer, size);
    writ_free(answer);
    return expected == WRIT_OK ? made : text(writ_error_json(error));
  }
};

TEST_CASE("C: what is left of a query", "[partial]") {
  Library l;
  CHECK(l.partial(R"({"query": "input.a = 1", "unknowns": ["input.a"]})") ==
        R"({"result":{"queries":[[{"index":0,"terms":[{"type":"ref","value":[{"type":"var","value":"eq"}]},)"
        R"({"type":"ref","value":[{"type":"var","value":"input"},{"type":"string","value":"a"}]},{"type":"number","value":1}]}]]}})");
  CHECK(l.partial(R"({"query": "input.b == 1", "unknowns": ["input.a"], "input": {"b": 1}})") == R"({"result":{"queries":[[]]}})");
  CHECK(l.partial(R"({"query": "input.b == 1", "unknowns": ["input.a"], "input": {"b": 2}})") == R"({"result":{}})");
  std::string kept = l.partial(R"({"query": "data.filters.include", "input": {"user": "eve", "budget": 5}, "unknowns": ["input.fruits"],
                                   "options": {"disableInlining": ["data.filters.include"]}})");
  CHECK(kept.find(R"("support":[{"package":)") != std::string::npos);
  CHECK(kept.find("root") == std::string::npos);
}

TEST_CASE("C: data filters of a rule, with what its METADATA says", "[partial]") {
  Library l;
  const std::string asked = R"({"query": "data.filters.include", "input": {"user": "eve", "budget": 5}, "options": {)";
  CHECK(l.partial(asked + R"("targetDialects": ["sql+postgresql", "ucast+all"]}})") ==
        R"-({"result":{"postgresql":{"query":"WHERE (fruits.colour IN (E'red', E'green') AND fruits.price < E'5')",)-"
        R"("masks":{"fruits":{"supplier":{"replace":{"value":"***"}}}}},)"
        R"("ucast":{"query":{"operator":"and","type":"compound","value":[)"
        R"({"field":"fruits.colour","operator":"in","type":"field","value":["red","green"]},)"
        R"({"field":"fruits.price","operator":"lt","type":"field","value":5}]},)"
        R"("masks":{"fruits":{"supplier":{"replace":{"value":"***"}}}}}}})");
  CHECK(l.partial(asked + R"("targetDialects": ["sql+mysql"], "targetSQLTableMappings": {"fruits": {"$self": "F"}}}})")
            .find("WHERE (F.colour IN") != std::string::npos);
  CHECK(l.partial(R"({"query": "data.filters.include", "input": {"user": "root", "budget": 5},
                      "options": {"targetDialects": ["sql+sqlite"]}})")
            .find(R"("query":"")") != std::string::npos);
  // Nothing is allowed: there is no member.
  CHECK(l.partial(R"({"query": "data.filters.include", "input": {}, "options": {"targetDialects": ["sql+sqlite"]}})") ==
        R"({"result":{}})");
  std::string refused = l.partial(
      R"({"query": "data.filters.odd", "options": {"targetDialects": ["sql+sqlite"]}})", WRIT_ERROR_POLICY);
  CHECK(refused.find("pe_fragment_error") != std::string::npos);
  CHECK(text(writ_error_file(l.error)) == "policy.rego");
}

TEST_CASE("C: requests that are none, and limits", "[partial]") {
  Library l;
  l.partial("{", WRIT_ERROR_DOCUMENT);
  l.partial("[]", WRIT_ERROR_DOCUMENT);
  l.partial(R"({"query": "true", "query": "false"})", WRIT_ERROR_DOCUMENT);
  l.partial("{}", WRIT_ERROR_POLICY);
  l.partial(R"({"query": 1})", WRIT_ERROR_POLICY);
  l.partial(R"({"query": "x ="})", WRIT_ERROR_POLICY);
  l.partial(R"({"query": "true", "unknowns": "input"})", WRIT_ERROR_POLICY);
  l.partial(R"({"query": "true", "unknowns": ["input[x]"]})", WRIT_ERROR_POLICY);
  l.partial(R"({"query": "true", "options": {"targetDialects": ["sql+mysql"]}})", WRIT_ERROR_POLICY);
  l.partial(R"({"query": "data.filters.include", "options": {"targetDialects": ["sql+oracle"]}})", WRIT_ERROR_POLICY);
  l.partial(R"({"query": "data.filters.include", "options": {"targetDialects": ["sql+mysql"], "maskRule": "nope["}})",
            WRIT_ERROR_POLICY);
  char* answer = nullptr;
  size_t size = 0;
  CHECK(writ_partial(nullptr, nullptr, nullptr, "{}", 2, &answer, &size, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_partial(l.program, nullptr, nullptr, nullptr, 0, &answer, &size, l.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_partial(l.program, nullptr, nullptr, "{}", 2, nullptr, &size, l.error) == WRIT_ERROR_ARGUMENT);
  // Without a host there is no network: it is asked, and the call fails as a decision would.
  l.partial(R"({"query": "data.filters.asked", "input": {"url": "http://localhost"}, "options": {"targetDialects": ["sql+mysql"]}})",
            WRIT_ERROR_OUTSIDE);

  Library small;
  writ_program_free(small.program);
  REQUIRE(writ_options_set_limit(small.options, WRIT_LIMIT_FUEL, 1000) == WRIT_OK);
  REQUIRE(small.compile(kPolicy) == WRIT_OK);
  std::string error = small.partial(R"({"query": "data.filters.slow", "unknowns": ["input.fruits"]})", WRIT_ERROR_LIMIT);
  CHECK(error.find("E_FUEL") != std::string::npos);
}

TEST_CASE("C: any number of threads evaluate partially, and C++ has it", "[partial][threads]") {
  writ::Program program = writ::Program::compile({{"p.rego", "package p\nallow if { input.a == 1; data.b }"}});
  writ::Data data = writ::Data::from_json(R"({"b": true})");
  const std::string request = R"({"query": "data.p.allow", "options": {"targetDialects": []}})";
  std::string first = writ::partial(program, &data, request);
  CHECK(first.find("queries") != std::string::npos);
  CHECK(writ::partial(program, nullptr, request) == R"({"result":{}})");
  std::vector<std::thread> threads;
  std::vector<std::string> answers(4);
  for (std::string& answer : answers) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) answer = writ::partial(program, &data, request);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& answer : answers) CHECK(answer == first);
  CHECK_THROWS_AS(writ::partial(program, &data, "{"), writ::Exception);
}

}  // namespace
