// What is left over, row by row: the queries and support modules are OPA's, up to names of variables.
#include "lang/partial/partial.h"

#include <pthread.h>

#include <catch2/catch.hpp>

#include "engine/base/error.h"
#include "engine/value/json.h"
#include "lang/partial/partial_rows.h"

namespace writ::lang {
namespace {

PartialResult evaluate(const std::string& policy, const std::string& query, const PartialOptions& options,
                       PartialInput input = {}) {
  std::vector<Source> sources;
  if (!policy.empty()) sources.push_back({"policy.rego", "package doors\n" + policy});
  CompileOptions compile;
  compile.language.experimental_keywords = policy.find("not {") != std::string::npos;
  QueryOptions query_options;
  query_options.text = query;
  return partial_evaluate(sources, compile, query_options, input, options);
}

std::string joined(const std::vector<std::string>& texts, const std::string& separator) {
  std::string result;
  for (const std::string& text : texts) result += (result.empty() && &text == &texts[0] ? "" : separator) + text;
  return result;
}

// "none" if no query is left: one that always holds is "".
std::string queries(const PartialResult& result) {
  return result.residue.queries.empty() ? "none" : joined(query_texts(result.residue), " | ");
}

std::string code_of(const PartialResult& result) { return std::string(error_code_name(result.error.code)); }

TEST_CASE("partial evaluation leaves what OPA leaves", "[partial]") {
  for (const Row& row : kRows) {
    CAPTURE(row.about);
    Arena arena;
    PartialInput input;
    if (*row.data != 0) input.data = read_json(row.data, arena);
    if (*row.input != 0) input.input = read_json(row.input, arena);
    PartialOptions options;
    options.shallow_inlining = row.shallow;
    options.inline_false_defaults = true;
    if (*row.unknown != 0) options.unknowns = {{row.unknown_root, row.unknown}};
    if (*row.keep != 0) options.disable_inlining = {{"data", "doors", row.keep}};
    PartialResult result = evaluate(row.policy, row.query, options, input);
    REQUIRE(result.ok());
    CHECK(queries(result) == row.queries);
    CHECK(joined(support_texts(result.residue), "\n") == row.support);
  }
}

TEST_CASE("the imports of keywords in what is left over", "[partial]") {
  PartialResult result = evaluate("p if { not {input.a; input.b} }", "data.doors.p", {});
  REQUIRE(result.ok());
  CHECK(query_imports(result.residue) == std::vector<std::string>{"future.keywords.not"});
  CHECK(query_imports(evaluate("p if not input.a", "data.doors.p", {}).residue).empty());
}

TEST_CASE("a default of false is kept or not", "[partial]") {
  const std::string policy = "default open := false\nopen if input.a == 1\nshut if not open";
  for (const char* query : {"data.doors.open", "not data.doors.open"}) {
    CAPTURE(query);
    PartialOptions inlined;
    inlined.inline_false_defaults = true;
    CHECK(evaluate(policy, query, inlined).residue.support.empty());
    CHECK(support_texts(evaluate(policy, query, {}).residue) ==
          std::vector<std::string>{"package partial.doors\n\ndefault open = false\nopen = true if { input.a = 1 }"});
  }
}

// --- both kinds of `not` ---------------------------------------------------------------------------------------------

// Where `not` is imported, an operand without a value makes the negation hold.
TEST_CASE("a `not` of the older kind beside one with a block keeps its meaning", "[partial]") {
  std::vector<Source> sources = {
      {"a.rego", "package a\nr if not startswith(input.x, \"a\")\ns if not input.z[input.k] == 1\nt if not startswith(input.x, \"a\")\n"},
      {"b.rego", "package b\nimport future.keywords.not\nq if { not { input.y == 1 }; data.a.r }\nq2 if { not { input.y == 1 }; data.a.s }\n"}};
  auto text = [&](const std::string& query) {
    PartialResult result = partial_evaluate(sources, {}, {query, "", {}}, {}, {});
    std::string before = joined(query_texts(result.residue), " | ");
    CHECK(joined(query_texts(result.residue), " | ") == before);  // the tree is as it was
    return before;
  };
  CHECK(text("data.b.q") == "not {input.y = 1}; __localh0__ = input.x; not startswith(__localh0__, \"a\")");
  CHECK(text("data.b.q2") == "not {input.y = 1}; __localh0__ = input.k; not input.z[__localh0__] = 1");
  CHECK(text("data.a.t") == "not startswith(input.x, \"a\")");
  PartialOptions shallow;
  shallow.shallow_inlining = true;
  PartialResult kept = partial_evaluate(sources, {}, {"data.b.q", "", {}}, {}, shallow);
  for (const std::string& module : support_texts(kept.residue)) CHECK(module.find("not startswith(input.x") == std::string::npos);
}

// --- limits ----------------------------------------------------------------------------------------------------------

// Twenty statements with two ways each are a million queries.
PartialResult million_queries(const PartialInput& input) {
  std::string policy, query = "data.doors.p0";
  for (int i = 0; i < 20; ++i) {
    std::string name = "p" + std::to_string(i);
    policy += name + " if input.a == " + std::to_string(i) + "\n" + name + " if input.b == " + std::to_string(i) + "\n";
    if (i > 0) query += "; data.doors." + name;
  }
  return evaluate(policy, query, {}, input);
}

TEST_CASE("work that grows without bound ends in a failure", "[partial]") {
  PartialInput input;
  input.fuel = 1'000'000;
  PartialResult result = million_queries(input);
  CHECK(code_of(result) == "E_FUEL");
  CHECK(result.residue.queries.empty());
}

TEST_CASE("memory is counted", "[partial]") {
  PartialInput input;
  input.memory_bytes = 1 << 16;
  PartialResult result = evaluate("", "count(numbers.range(1, 1000000), x); input.x = x", {}, input);
  CHECK(code_of(result) == "E_MEMORY");
  // That of the residue, too.
  CHECK(code_of(million_queries(input)) == "E_MEMORY");
}

TEST_CASE("rules that depend on each other in a long chain", "[partial]") {
  auto chain = [](int length, const std::string& last) {
    std::string policy = "p0 := " + last + "\n";
    for (int i = 1; i < length; ++i) policy += "p" + std::to_string(i) + " := p" + std::to_string(i - 1) + "\n";
    return policy;
  };
  // Inlined rules need no stack.
  CHECK(queries(evaluate(chain(3000, "input.x"), "data.doors.p2999 = 1", {})) == "1 = input.x");
  CHECK(queries(evaluate(chain(100, "1"), "data.doors.p99 = x; input.x", {})) == "input.x; x = 1");
  // Those that have a value are computed within each other.
  CHECK(code_of(evaluate(chain(3000, "1"), "data.doors.p2999 = x; input.x", {})) == "E_DEPTH");
}

TEST_CASE("terms that become deep end in a failure", "[partial]") {
  std::string body = "x0 := input.x";
  for (int i = 1; i < 1500; ++i) body += "; x" + std::to_string(i) + " := [x" + std::to_string(i - 1) + "]";
  PartialResult result = evaluate("p := x1499 if { " + body + " }", "data.doors.p = x", {});
  CHECK(code_of(result) == "E_DEPTH");
}

#if defined(__OPTIMIZE__) && !WRIT_SANITIZED
TEST_CASE("a thread with a stack of one megabyte has room", "[partial]") {
  auto chain = [](const std::string& rest) {
    std::string policy = "p0 := input.x\nq0 := 1\n";
    for (int i = 1; i < 400; ++i) {
      std::string before = std::to_string(i - 1), name = std::to_string(i);
      policy += "default p" + name + " := 7\np" + name + " := x if { x := p" + before + rest + " }\n";
      policy += "q" + name + " := [y | y := q" + before + rest + "][0]\n";
    }
    return policy;
  };
  const std::string policies[] = {chain(""), chain(" with input.y as 1"), chain(" with data.y as 1")};
  auto run = [](void* given) -> void* {
    for (const std::string& policy : *static_cast<const std::string(*)[3]>(given)) {
      for (const char* query : {"data.doors.p399 = x", "data.doors.q399 = x; input.z"}) evaluate(policy, query, {});
    }
    return given;
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 20);
  pthread_t thread;
  REQUIRE(pthread_create(&thread, &attributes, run, const_cast<std::string(*)[3]>(&policies)) == 0);
  void* done = nullptr;
  REQUIRE(pthread_join(thread, &done) == 0);
  CHECK(done == &policies);
  pthread_attr_destroy(&attributes);
}
#endif

// --- mistakes --------------------------------------------------------------------------------------------------------

TEST_CASE("what is wrong with policy or query is said, and nothing is evaluated", "[partial]") {
  CHECK_FALSE(evaluate("p if {", "data.doors.p", {}).diagnostics.empty());
  CHECK_FALSE(evaluate("p if input.x", "data.doors.p; y > 1", {}).diagnostics.empty());
  CHECK(evaluate("p if input.x", "data.doors.p; y > 1", {}).residue.queries.empty());
}

TEST_CASE("values that differ are a conflict", "[partial]") {
  PartialResult result = evaluate("p := 1 if 1 < 2\np := 2 if 2 < 3", "data.doors.p = x; input.x", {});
  CHECK(code_of(result) == "E_CONFLICT");
  CHECK(result.error.opa_code == "eval_conflict_error");
}

TEST_CASE("names of instances do not meet names of the query", "[partial]") {
  // The x of the rule is x1 as in OPA, unless the query has that variable.
  CHECK(queries(evaluate("p if { x = input.a[_]; x.b }", "data.doors.p", {})) != "none");
  std::string text = queries(evaluate("p if { x = input.a; y = x[i]; y[i] }", "x1 = input.b; y1 = 3; i1 = 4; data.doors.p", {}));
  CAPTURE(text);
  CHECK(text.find("i1_") != std::string::npos);
}

}  // namespace
}  // namespace writ::lang
