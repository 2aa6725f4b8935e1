#include <catch2/catch.hpp>

#include "engine/api/policy_config.h"
#include "engine/api/query.h"
#include "engine/api/test_policy.h"

namespace writ {
namespace {

EngineOptions mixed() {
  EngineOptions options;
  options.language.module_versions = {{"a+b%.rego", RegoVersion::kV0}, {"two.rego", RegoVersion::kV2}};
  return options;
}

std::vector<lang::Source> sources() {
  return {{"a+b%.rego", "package old\np[x] { x := 1 }"},
          {"one.rego", "package one\nor := 1\np contains or"},
          {"two.rego", "package two\np if data.old.p or data.one.missing"}};
}

TEST_CASE("modules of one policy may be of different versions, and the policy says so") {
  std::shared_ptr<const Policy> policy = compile_or_throw(sources(), mixed());
  CHECK(policy->config().language == "rego.v1+module:a%2Bb%25.rego=rego.v0+module:two.rego=rego.v2");
  CHECK(options_from_config(policy->config()).language.module_versions == mixed().language.module_versions);
  CHECK_FALSE(Policy::compile(sources(), {}).policy);

  std::shared_ptr<const Policy> loaded = Policy::load(policy->serialise(), {});
  CHECK(loaded->config().language == policy->config().language);
  QueryOptions query;
  query.text = "x := data.two.p";
  CHECK(Query::compile(loaded, query).query != nullptr);
}

TEST_CASE("a version that the options give anyway is not said twice") {
  EngineOptions options;
  options.language.module_versions = {{"one.rego", RegoVersion::kV1}};
  CHECK(compile_or_throw({{"one.rego", "package one\np := 1"}}, options)->config().language == "rego.v1");
}

TEST_CASE("queries are read as the modules are, and their imports count") {
  struct Row {
    RegoVersion version;
    std::vector<std::string> imports;
    std::string text;
    bool compiles;
  };
  for (const Row& row : {Row{RegoVersion::kV0, {}, "every x in [1] { x }", false},
                         Row{RegoVersion::kV1, {}, "every x in [1] { x }", true},
                         Row{RegoVersion::kV1, {}, "false or true", false},
                         Row{RegoVersion::kV2, {}, "false or true", true},
                         Row{RegoVersion::kV1, {"rego.v2"}, "false or true", true},
                         Row{RegoVersion::kV0, {"rego.v2"}, "x := $\"{1}\"; x == \"1\" or 1 in [1]", true},
                         Row{RegoVersion::kV0, {"rego.v1"}, "1 in [1]", true},
                         Row{RegoVersion::kV0, {"future.keywords.in"}, "1 in [1]", true},
                         Row{RegoVersion::kV1, {"rego.v3"}, "1 in [1]", false},
                         Row{RegoVersion::kV1, {"rego.v2 as x"}, "1 in [1]", false}}) {
    INFO(row.text);
    EngineOptions options;
    options.language.version = row.version;
    QueryOptions query;
    query.text = row.text;
    query.imports = row.imports;
    CHECK((Query::compile(compile_or_throw({{"a.rego", "package a\np = 1"}}, options), query).query != nullptr) ==
          row.compiles);
  }
}

}  // namespace
}  // namespace writ
