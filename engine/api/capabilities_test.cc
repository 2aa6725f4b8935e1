#include "engine/api/capabilities.h"

#include <catch2/catch.hpp>

#include "engine/api/engine.h"
#include "engine/api/policy_config.h"
#include "engine/api/required.h"
#include "engine/api/test_policy.h"
#include "engine/builtins/builtin.h"

namespace writ {
namespace {

TEST_CASE("signatures in the form of OPA's capabilities") {
  CHECK(signature_json("(x: number) -> number", false) ==
        R"({"args":[{"name":"x","type":"number"}],"result":{"type":"number"},"type":"function"})");
  CHECK(signature_json("(x: number) -> rounded up: number", false) ==
        R"({"args":[{"name":"x","type":"number"}],"result":{"name":"rounded up","type":"number"},"type":"function"})");
  CHECK(signature_json("() -> number", false) == R"({"result":{"type":"number"},"type":"function"})");
  CHECK(signature_json("(x0: array[set[any]]) -> void", false) ==
        R"({"args":[{"dynamic":{"of":{"type":"any"},"type":"set"},"type":"array"}],"type":"function"})");
  CHECK(signature_json("(x: any<string, array[any]>) -> object<a: string>[string: any]", false) ==
        R"({"args":[{"name":"x","of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"}],)"
        R"("result":{"static":[{"key":"a","value":{"type":"string"}}],)"
        R"("dynamic":{"key":{"type":"string"},"value":{"type":"any"}},"type":"object"},"type":"function"})");
  CHECK(signature_json("(x: any) -> array<boolean, string>", false) ==
        R"({"args":[{"name":"x","type":"any"}],)"
        R"("result":{"static":[{"type":"boolean"},{"type":"string"}],"type":"array"},"type":"function"})");
  CHECK_THROWS(signature_json("(x number) -> number", false));
  CHECK_THROWS(signature_json("(x: number", false));
}

TEST_CASE("every signature of the table can be read") {
  for (const Builtin& builtin : builtins()) {
    INFO(builtin.name);
    CHECK_NOTHROW(signature_json(builtin.signature, builtin.variadic));
  }
}

TEST_CASE("a built-in is described by its row") {
  CHECK(describe_builtin("plus") == "plus(x: number, y: number) -> z: number\n  The sum `x` + `y`.\n  operator: +\n");
  CHECK(describe_builtin("set_diff") ==
        "set_diff(x0: set[any], x1: set[any]) -> set[any]\n  The elements of a set that are not in another.\n"
        "  deprecated: only policies in Rego v0 can call it\n");
  CHECK(describe_builtin("graphql.parse_query") ==
        "graphql.parse_query(query: string) -> output: object[any: any]\n  The syntax tree of a GraphQL query.\n");
  CHECK_FALSE(describe_builtin("REGO0207").has_value());
}

// Without blanks and line feeds.
std::string required_of(std::string_view text, const EngineOptions& options = {}) {
  lang::Required required = required_capabilities({{"p.rego", std::string(text)}}, options);
  if (!required.capabilities) return render_opa(required.diagnostics, required.sources);
  std::string json = required_json(*required.capabilities);
  std::erase_if(json, [](char c) { return c == ' ' || c == '\n'; });
  return json;
}

TEST_CASE("what policies require") {
  const std::string eq = R"({"name":"eq","decl":{"args":[{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},)"
                         R"("type":"function"},"infix":"="})";
  const std::string v1 = R"(,"features":["rego_v1"]})";
  CHECK(required_of("package p\nx := 1") == R"({"features":["rego_v1"]})");
  CHECK(required_of("package p\nx if input = 1") == R"({"builtins":[)" + eq + "]" + v1);
  // What is unknown is left out, and so is what bodies of `every` call; names of arguments are not said.
  CHECK(required_of("package p\nx if { every y in [1] { upper(y) }; unknown(1) }") == R"({"builtins":[)" + eq + "]" + v1);
  CHECK(required_of("package p\nx if startswith(\"b\", \"a\")") ==
        R"({"builtins":[{"name":"startswith","decl":{"args":[{"type":"string"},{"type":"string"}],)"
        R"("result":{"type":"boolean"},"type":"function"}}])" + v1);
  CHECK(required_of("package p\nimport future.keywords\nx := 1") ==
        R"({"future_keywords":["and","not","or"],"features":["rego_v1"]})");
  CHECK(required_of("package p\nx if print(1)") ==
        R"({"builtins":[{"name":"print","decl":{"variadic":{"type":"any"},"type":"function"}}])" + v1);
  EngineOptions v0;
  v0.language.version = RegoVersion::kV0;
  CHECK(required_of("package p\nimport future.keywords.in\nimport rego.v1\nx := 1", v0) ==
        R"({"future_keywords":["in"],"features":["rego_v1_import"]})");
  CHECK(required_of("package p\na.b.c = 1", v0) == R"({"features":["rule_head_ref_string_prefixes"]})");
  CHECK(required_of("package p\na.b[x].c = 1 { x = input }", v0) == R"({"builtins":[)" + eq + R"(],"features":["rule_head_refs"]})");
  // Functions of the host, whether their types are known or not; what comes out can be read back.
  EngineOptions host;
  host.language.functions = {{.name = "acme.limit", .arity = 1, .once = true}};
  std::string json = required_of("package p\nx := acme.limit(1)", host);
  CHECK(json == R"({"builtins":[{"name":"acme.limit","decl":{"args":[{"type":"any"}],"result":{"type":"any"},)"
                R"("type":"function"}}])" + v1);
  CHECK(read_capabilities(json)->allows("acme.limit"));
  CHECK(required_of("package p\nx if count(1)").starts_with("1 error occurred: p.rego:2: rego_type_error: count: invalid"));
}

TEST_CASE("the language of the capabilities") {
  std::string v1 = capabilities_json(), v0 = capabilities_json(true);
  auto tail = [](const std::string& text) {
    std::string words;
    for (char c : text.substr(text.find("\"future_keywords\""))) words += c == ' ' || c == '\n' ? "" : std::string(1, c);
    return words;
  };
  CHECK(tail(v1) == R"("future_keywords":["and","not","or"],)"
                    R"("features":["keywords_in_refs","rego_v1","rego_v2","rego_v2_import","template_strings"]})");
  CHECK(tail(v0) == R"("future_keywords":["and","contains","every","if","in","not","or"],"features":["keywords_in_refs",)"
                    R"("rego_v1","rego_v1_import","rego_v2","rego_v2_import","rule_head_ref_string_prefixes",)"
                    R"("rule_head_refs"]})");
}

TEST_CASE("what capabilities say of words and hosts is part of the configuration") {
  auto language_of = [](std::string_view capabilities) {
    EngineOptions options;
    options.language.restrict_to(read_capabilities(capabilities));
    auto policy = compile_or_throw({{"policy.rego", "package p\nq := 1\n"}}, options);
    // The same from a file, and from what a record says.
    CHECK(Policy::load(policy->serialise(), options)->config().language == policy->config().language);
    EngineOptions again = options_from_config(policy->config());
    CHECK(compile_or_throw({{"policy.rego", "package p\nq := 1\n"}}, again)->config().language == policy->config().language);
    return policy->config().language;
  };
  CHECK(language_of(R"({"features": ["rego_v1"]})") == "rego.v1+words:rego_v1");
  CHECK(language_of(R"({"features": ["rego_v1"], "future_keywords": ["not", "in"], "allow_net": []})") ==
        "rego.v1+allow-net+words:in,not,rego_v1");
  CHECK(language_of(R"({"features": ["rego_v1"], "allow_net": ["b+c", "a%"]})") ==
        "rego.v1+allow-net:a%25+allow-net:b%2Bc+words:rego_v1");
  CHECK(language_of(R"({"future_keywords": ["and", "not", "or"], "features": ["keywords_in_refs", "rego_v1", "rego_v2",
                        "rego_v2_import", "template_strings"]})") == "rego.v1");
}

}  // namespace
}  // namespace writ
