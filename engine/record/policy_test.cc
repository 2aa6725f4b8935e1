#include "engine/record/policy.h"

#include <catch2/catch.hpp>

#include "engine/base/error.h"
#include "engine/record/worked_example.h"

namespace writ {
namespace {

using namespace worked_example;

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

struct Parts {
  std::vector<PolicyModule> modules = {{"lib/limits.rego", kLimitsRego}, {"authz.rego", kAuthzRego}};
  std::vector<PolicyData> data = {{"expiry", kExpiry}, {"cap", "100.5"}};
  std::string config{kConfig};
  PolicyIdentity identity() const { return identify_policy(modules, data, config); }
};

TEST_CASE("policy digest of the worked example") {
  Hasher h;
  CHECK(kAuthzRego.size() == 164);
  CHECK(kLimitsRego.size() == 43);
  CHECK(hex(sha256(kAuthzRego)) == "df7f171ba035205154d5cb5eb402e2b74c05a4fc0ac64e4044620c9969c9b269");
  CHECK(hex(sha256(kLimitsRego)) == "9c984ae94992c085e9fab2d1e33fc4b72645b647dd31b541b9afad4c09ae6d9d");
  CHECK(hex(h.digest(DigestTag::kModule, "authz.rego", sha256(kAuthzRego))) ==
        "223d05df0785e397923bbcb6cfb4ebb2f682261b3e425a07499605db6dcaeb59");
  CHECK(hex(h.digest(DigestTag::kModule, "lib/limits.rego", sha256(kLimitsRego))) ==
        "89211472694194b0a94f075ad277a2208cb20ce96409e1d2a1ddf11753af7c12");
  CHECK(hex(h.digest(DigestTag::kData, "cap", sha256("100.5"))) ==
        "8cea5b38f4ba4bd1fe81eabf19719e5bcb135095a32f00c292fd08359e1cf486");
  CHECK(hex(h.digest(DigestTag::kData, "expiry", sha256(kExpiry))) ==
        "34d91064c6d760b4b36c97e4b8311917e9a45385746c197498fbcc8c0b1b1f72");

  PolicyIdentity identity = Parts().identity();
  CHECK(hex(identity.modules) == "a0926dbd428489cc78771d21ed3ba58bf4b264fd2f4677f92a0e2d8398b71ebf");
  CHECK(hex(identity.data) == "13bda45e7c5b9ac0f07860322c193aa4a80ce548ed189ab6026f33bbe4240a85");
  CHECK(hex(identity.config) == "f09c9aceb26837e7003e2a3eb3728105e6c89af9581237f5224d0a383365eee3");
  CHECK(hex(identity.policy) == "8def8df96b0a4f363a3c7113b79bc80a4f97c3f428e051a96029cae37f7a64be");
}

TEST_CASE("a change of any part changes the policy digest") {
  Parts parts;
  parts.data[1].text = "100.51";
  CHECK(hex(parts.identity().policy) == "4a681998a0c30e65e422184174fc4e6238a6ca169d2f71ab27d33686ee4aa2e0");
  parts = {};
  std::string spaced = std::string(kAuthzRego) + " ";
  parts.modules[1].source = spaced;
  CHECK(hex(parts.identity().policy) == "9d990b5bf99d251480cd74482216fd7c4465facf0f54f7259e80a18412834b09");
  parts = {};
  parts.modules[1].path = "authz2.rego";
  CHECK(hex(parts.identity().policy) == "2cfccf0305d4630bb1adea5b6abeb77a9264dd9e3b64db71d59fdc2fb54b8312");
  parts = {};
  parts.data.clear();
  CHECK(hex(parts.identity().data) == "47fece3fe6db22877ee908e7b48bca1e889393ec6bba35b585bce11423ee5cfb");
  parts = {};
  parts.config += " ";
  CHECK(parts.identity().policy != Parts().identity().policy);
  parts = {};
  parts.data[0].key = "expire";
  CHECK(parts.identity().policy != Parts().identity().policy);
}

TEST_CASE("module paths") {
  for (std::string_view path : {"a.rego", "lib/limits.rego", "a/..b/.c", "...", "r\xc3\xa4ume.rego", "a b", "x:/y"}) {
    CAPTURE(path);
    CHECK(module_path_error(path) == "");
  }
  CHECK(module_path_error(std::string(1024, 'a')) == "");
  CHECK(module_path_error(std::string(1025, 'a')) == "is longer than 1,024 bytes");
  struct {
    std::string_view path, fault;
  } cases[] = {{"", "is empty"},
               {"/a", "is not relative"},
               {"a//b", "has an empty segment"},
               {"a/", "has an empty segment"},
               {".", "has a segment \".\" or \"..\""},
               {"a/../b", "has a segment \".\" or \"..\""},
               {"..", "has a segment \".\" or \"..\""},
               {"a\\b", "has a backslash"},
               {"a\nb", "has a control character"},
               {std::string_view("a\0b", 3), "has a control character"},
               {"a\x7f", "has a control character"},
               {"a\xc2\x85", "has a control character"},
               {"a\xff", "is not UTF-8"},
               {"a\xed\xa0\x80", "is not UTF-8"},
               {"ra\xcc\x88ume", "is not in Unicode normal form C"}};
  for (const auto& c : cases) {
    CAPTURE(c.path);
    CHECK(module_path_error(c.path) == c.fault);
  }
}

TEST_CASE("modules and data keys must differ") {
  Parts parts;
  parts.modules.push_back({"AUTHZ.rego", "package x\n"});
  CHECK_THROWS_AS(parts.identity(), Failure);
  parts = {};
  parts.modules.push_back({"../x.rego", "package x\n"});
  CHECK_THROWS_AS(parts.identity(), Failure);
  parts = {};
  parts.data.push_back({"cap", "1"});
  CHECK_THROWS_AS(parts.identity(), Failure);
}

TEST_CASE("the configuration of the worked example is written as it stands there") {
  PolicyConfig config;
  config.entrypoints = {"authz/allow"};
  config.builtins = {{"time.now_ns", 1}, {"lte", 1}, {"equal", 1}, {"lt", 1}};
  config.limits = {{"output_bytes", 1048576}, {"fuel", 1000000}};
  config.strict_builtin_errors = true;
  config.verdict = VerdictMode::kBoolean;
  CHECK(config.text() == kConfig);

  PolicyConfig read = PolicyConfig::from_text(kConfig);
  CHECK(read.text() == kConfig);
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
        "\"fuel_model\":1,\"language\":\"rego.v1\",\"limits\":{},\"numbers\":\"bf64/1\",\"regex\":\"re2/1\",\"semantics\":"
        "\"writ/1\",\"strict_builtin_errors\":false,\"tzdb\":\"2025b\",\"unicode\":\"15.0.0\",\"verdict\":\"object\"}");
  CHECK(PolicyConfig::from_text(text).text() == text);
}

TEST_CASE("a configuration that is not ours is refused") {
  std::string good(kConfig);
  auto replaced = [&](std::string_view what, std::string_view with) {
    std::string text = good;
    size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
  };
  std::string bad[] = {"",
                       "[]",
                       good + " ",
                       replaced("\"fuel_model\":1,", ""),
                       replaced("\"fuel_model\":1,", "\"fuel_model\":1.5,"),
                       replaced("\"fuel_model\":1,", "\"fuel_model\":1.0,"),
                       replaced("\"fuel_model\":1,", "\"fuel_model\":-1,"),
                       replaced("\"fuel_model\":1,", "\"fuel_model\":\"1\","),
                       replaced("\"fuel_model\":1,", "\"fuel_model\":1,\"future\":1,"),
                       replaced("\"boolean\"", "\"bool\""),
                       replaced("[\"authz/allow\"]", "[1]"),
                       replaced("[\"authz/allow\"]", "[\"b\",\"a\"]"),
                       replaced("[\"authz/allow\"]", "[\"a\",\"a\"]"),
                       replaced("\"semantics\":\"writ/1\"", "\"regex\":\"\",\"semantics\":\"writ/1\"")};
  for (const std::string& text : bad) {
    CAPTURE(text);
    CHECK_THROWS_AS(PolicyConfig::from_text(text), Failure);
  }
}

}  // namespace
}  // namespace writ
