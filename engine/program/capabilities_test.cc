#include "engine/program/capabilities.h"

#include <catch2/catch.hpp>

#include "engine/base/error.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/signature.h"

namespace writ {
namespace {

std::string declared(std::string_view decl) {
  auto read = read_capabilities(R"({"builtins": [{"name": "acme.f", "decl": )" + std::string(decl) + "}]}");
  REQUIRE(read->functions.size() == 1);
  CHECK(read->host_functions().size() == 1);
  return read->functions[0].signature;
}

std::string refusal(std::string_view json) {
  try {
    read_capabilities(json);
    return "read";
  } catch (const Failure& failure) {
    return failure.error().detail;
  }
}

TEST_CASE("declarations become signatures", "[capabilities]") {
  CHECK(declared(R"({"type": "function", "args": [], "result": {"type": "boolean"}})") == "() -> boolean");
  CHECK(declared(R"({"type": "function", "args": [{"name": "x", "type": "string"}, {"type": "number"}]})") ==
        "(x0: string, x1: number) -> void");
  CHECK(declared(R"({"type": "function", "args": [{"type": "any", "of": [{"type": "null"}, {"type": "string"}]}],
                     "result": {"type": "any"}})") == "(x0: any<null, string>) -> any");
  CHECK(declared(R"({"type": "function", "args": [{"type": "array", "dynamic": {"type": "number"}},
                     {"type": "array", "static": [{"type": "number"}, {"type": "any"}]}, {"type": "array"}],
                     "result": {"type": "set", "of": {"type": "string"}}})") ==
        "(x0: array[number], x1: array<number, any>, x2: array[any]) -> set[string]");
  CHECK(declared(R"({"type": "function", "args": [{"type": "object",
                     "dynamic": {"key": {"type": "string"}, "value": {"type": "number"}}}, {"type": "object",
                     "static": [{"key": "a", "value": {"type": "number"}}], "dynamic": null}, {"type": "object"}],
                     "result": {"type": "object", "static": [{"key": "a-b", "value": {"type": "null"}}],
                     "dynamic": {"key": {"type": "any"}, "value": {"type": "any"}}}})") ==
        "(x0: object[string: number], x1: object<a: number>, x2: object[any: any]) -> object<a-b: null>[any: any]");
  // Of a built-in the declaration of this version counts.
  CHECK(read_capabilities(R"({"builtins": [{"name": "count"}]})")->functions[0].signature.empty());
}

TEST_CASE("capabilities that cannot be read say why", "[capabilities]") {
  CHECK(refusal("[]") == "capabilities: the document must be an object");
  CHECK(refusal(R"({"builtins": {}})") == "capabilities: `builtins` must be an array");
  CHECK(refusal(R"({"builtins": [{}]})") == "capabilities: a built-in without a `name`");
  CHECK(refusal(R"({"builtins": [{"name": "f"}]})") == "capabilities: built-in `f`: its declaration `decl` is missing");
  CHECK(refusal(R"({"builtins": [{"name": "f", "decl": {"type": "any"}}]})") ==
        "capabilities: built-in `f`: `type` of `decl` must be \"function\"");
  CHECK(refusal(R"({"builtins": [{"name": "f", "decl": {"type": "function", "variadic": {"type": "any"}}}]})") ==
        "capabilities: built-in `f`: functions of the host take a fixed number of arguments");
  CHECK(refusal(R"({"builtins": [{"name": "f", "decl": {"type": "function", "args": [{"type": "int"}]}}]})") ==
        "capabilities: built-in `f`: unknown type `int`");
  CHECK(refusal(R"({"features": [1]})") == "capabilities: `features` must be an array of strings");
  std::string deep = R"({"type": "any"})";
  for (int i = 0; i < 40; ++i) deep = R"({"type": "set", "of": )" + deep + "}";
  CHECK(refusal(R"({"builtins": [{"name": "f", "decl": {"type": "function", "args": [)" + deep + "]}}]}") ==
        "capabilities: built-in `f`: its types are nested too deeply");
  std::string wide;
  for (int i = 0; i < 70; ++i) wide += R"({"type": "any"},)";
  CHECK(refusal(R"({"builtins": [{"name": "f", "decl": {"type": "function", "args": [{"type": "array", "static": [)" + wide +
                R"({"type": "any"}]}]}}]})") ==
        "capabilities: built-in `f`: its declaration is too large, or has keys that are not words");
}

TEST_CASE("words and hosts", "[capabilities]") {
  auto read = read_capabilities(
      R"({"future_keywords": ["in", "soon"], "features": ["rego_v1", "later"], "allow_net": [], "wasm_abi_versions": [1]})");
  CHECK(read->words == (word_bit(Word::kIn) | word_bit(Word::kRegoV1)));
  CHECK(read->unknown_keywords == std::vector<std::string>{"soon"});
  REQUIRE(read->allow_net.has_value());
  CHECK(read->allow_net->empty());
  CHECK_FALSE(read_capabilities(R"({"allow_net": null, "builtins": null})")->allow_net.has_value());
}

TEST_CASE("capabilities of the versions of OPA", "[capabilities]") {
  CHECK(capability_versions().front() == "v0.17.0");
  CHECK(capability_versions().back() == "v1.22.4");
  CHECK(capabilities_of_version("v9") == nullptr);
  auto newest = capabilities_of_version("v1.22.4");
  CHECK(newest->functions.size() == builtins().size());
  CHECK(newest->words == default_words(false));
  auto old = capabilities_of_version("v0.40.0");
  CHECK(old->allows("object.union_n"));
  CHECK_FALSE(old->allows("strings.count"));
  CHECK(old->words == (word_bit(Word::kIn) | word_bit(Word::kEvery)));
  CHECK(capabilities_of_version("v0.70.0")->words ==
        (default_words(true) & ~(word_bit(Word::kAnd) | word_bit(Word::kNot) | word_bit(Word::kOr) |
                                 word_bit(Word::kKeywordsInRefs) | word_bit(Word::kRegoV1) | word_bit(Word::kRegoV2) |
                                 word_bit(Word::kRegoV2Import))));
}

}  // namespace
}  // namespace writ
