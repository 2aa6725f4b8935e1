#include "engine/api/capabilities.h"

#include <catch2/catch.hpp>

#include "engine/api/engine.h"
#include "engine/api/policy_config.h"
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
