#include "engine/record/policy_config_text.h"

#include <catch2/catch.hpp>

#include "engine/base/error.h"
#include "engine/record/worked_example.h"

namespace writ {
namespace {

using namespace worked_example;

TEST_CASE("the configuration of the worked example is written byte for byte") {
  PolicyConfig config;
  config.entrypoints = {"authz/allow"};
  config.builtins = {{"time.now_ns", 1}, {"lte", 1}, {"equal", 1}, {"lt", 1}};
  config.limits = {{"output_bytes", 1048576}, {"fuel", 1000000}};
  config.strict_builtin_errors = true;
  config.verdict = VerdictMode::kBoolean;
  CHECK(config.text() == config_text());

  PolicyConfig read = PolicyConfig::from_text(config_text());
  CHECK(read.text() == config_text());
  CHECK(read.limit("fuel") == 1000000u);
  CHECK_FALSE(read.limit("depth"));
  CHECK(read.verdict == VerdictMode::kBoolean);
  CHECK(read.strict_builtin_errors);
}

TEST_CASE("every member of the configuration is written and read back") {
  PolicyConfig config;
  config.entrypoints = {"b", "a/\"q\""};
  config.builtins = {{"b", UINT64_MAX}, {"\xee\x80\x80", 2}, {"\xf0\x9f\x98\x80", 3}};
  config.tzdb = "2025b";
  config.unicode = "15.0.0";
  config.regex = "re2/1";
  config.verdict = VerdictMode::kObject;
  std::string text = config.text();
  CHECK(text ==
        "{\"builtins\":{\"b\":18446744073709551615,\"\xf0\x9f\x98\x80\":3,\"\xee\x80\x80\":2},\"entrypoints\":[\"a/\\\"q\\\"\",\"b\"],"
        "\"language\":\"rego.v1\",\"limits\":{},\"numbers\":\"bf64/1\",\"regex\":\"re2/1\",\"semantics\":"
        "\"writ/2\",\"strict_builtin_errors\":false,\"tzdb\":\"2025b\",\"unicode\":\"15.0.0\",\"verdict\":\"object\"}");
  CHECK(PolicyConfig::from_text(text).text() == text);
}

TEST_CASE("a configuration that is not ours is refused") {
  std::string good(config_text());
  auto replaced = [&](std::string_view what, std::string_view with) {
    std::string text = good;
    size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
  };
  std::string bad[] = {"",
                       "[]",
                       good + " ",
                       replaced("\"language\":\"rego.v1\",", ""),
                       replaced("\"fuel\":1000000", "\"fuel\":1.5"),
                       replaced("\"fuel\":1000000", "\"fuel\":1000000.0"),
                       replaced("\"fuel\":1000000", "\"fuel\":-1"),
                       replaced("\"fuel\":1000000", "\"fuel\":\"1\""),
                       replaced("\"language\"", "\"future\":1,\"language\""),
                       replaced("\"boolean\"", "\"bool\""),
                       replaced("[\"authz/allow\"]", "[1]"),
                       replaced("[\"authz/allow\"]", "[\"b\",\"a\"]"),
                       replaced("[\"authz/allow\"]", "[\"a\",\"a\"]"),
                       replaced("\"semantics\":\"writ/2\"", "\"regex\":\"\",\"semantics\":\"writ/2\"")};
  for (const std::string& text : bad) {
    CAPTURE(text);
    CHECK_THROWS_AS(PolicyConfig::from_text(text), Failure);
  }
  for (const Value& text : evidence::vector_at("policy/configs_refused").items()) {
    CAPTURE(text.text());
    CHECK_THROWS_AS(PolicyConfig::from_text(text.text()), Failure);
  }
}

}  // namespace
}  // namespace writ
