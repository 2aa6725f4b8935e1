#include "engine/record/policy_identity.h"

#include <catch2/catch.hpp>

#include "engine/base/error.h"
#include "engine/record/worked_example.h"

namespace writ {
namespace {

using namespace worked_example;

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

struct Parts {
  std::vector<PolicyModule> modules = {{"lib/limits.rego", limits_rego()}, {"authz.rego", authz_rego()}};
  std::vector<PolicyData> data = {{"expiry", expiry_data()}, {"cap", "100.5"}};
  std::string config{config_text()};
  PolicyIdentity identity() const { return identify_policy(modules, data, config); }
};

TEST_CASE("policy digest of the worked example") {
  Hasher h;
  for (const auto& [path, source] : {std::pair{"authz.rego", authz_rego()}, std::pair{"lib/limits.rego", limits_rego()}}) {
    const Value& module = *object_find(evidence::vector_at("policy/modules"), path);
    CHECK(source.size() == static_cast<uint64_t>(evidence::vector_at(module, "size").integer));
    CHECK(hex(sha256(source)) == evidence::vector_text(module, "sha256"));
    CHECK(hex(h.digest(DigestTag::kModule, path, sha256(source))) == evidence::vector_text(module, "leaf"));
  }
  for (const auto& [key, text] : {std::pair{"cap", std::string_view("100.5")}, std::pair{"expiry", expiry_data()}}) {
    const Value& data = *object_find(evidence::vector_at("policy/data"), key);
    CHECK(text == evidence::vector_text(data, "cj1"));
    CHECK(hex(h.digest(DigestTag::kData, key, sha256(text))) == evidence::vector_text(data, "leaf"));
  }
  PolicyIdentity identity = Parts().identity();
  CHECK(hex(identity.modules) == evidence::vector_text("policy/modules_digest"));
  CHECK(hex(identity.data) == evidence::vector_text("policy/dataset_digest"));
  CHECK(hex(identity.config) == evidence::vector_text("policy/config_digest"));
  CHECK(hex(identity.policy) == evidence::vector_text("policy/policy_digest"));
}

TEST_CASE("a change of any part changes the policy digest") {
  Parts parts;
  parts.data[1].text = "100.51";
  CHECK(hex(parts.identity().policy) == evidence::vector_text("policy/policy_digest_with_cap_100.51"));
  parts = {};
  std::string spaced = std::string(authz_rego()) + " ";
  parts.modules[1].source = spaced;
  CHECK(hex(parts.identity().policy) == evidence::vector_text("policy/policy_digest_with_trailing_space"));
  parts = {};
  parts.modules[1].path = "authz2.rego";
  CHECK(hex(parts.identity().policy) == evidence::vector_text("policy/policy_digest_with_authz2.rego"));
  parts = {};
  parts.data.clear();
  CHECK(hex(parts.identity().data) == evidence::vector_text("policy/dataset_digest_of_empty_data"));
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
               {".", "has a segment `.` or `..`"},
               {"a/../b", "has a segment `.` or `..`"},
               {"..", "has a segment `.` or `..`"},
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

}  // namespace
}  // namespace writ
