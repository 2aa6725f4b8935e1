#include "store/policy_store.h"

#include <catch2/catch.hpp>
#include <cerrno>

#include "engine/base/error.h"
#include "engine/record/worked_example.h"
#include "store/file.h"
#include "store/test_directory.h"

namespace writ {
namespace {

using namespace worked_example;

struct Example {
  TestDirectory directory;
  PolicyStore store{directory.file("a/store")};
  std::vector<PolicyModule> modules = {{"lib/limits.rego", limits_rego()}, {"authz.rego", authz_rego()}};
  std::vector<PolicyData> data = {{"expiry", expiry_data()}, {"cap", "100.5"}};
  PolicyIdentity identity = store.put(modules, data, config_text());

  std::string object(std::string_view bytes) {
    std::string hex = to_hex(sha256(bytes).view());
    return store.root() + "/" + hex.substr(0, 2) + "/" + hex;
  }
  std::string manifest() { return store.root() + "/policy/" + to_hex(identity.policy.view()); }
  // "", "missing: …" or "mismatch: …"
  std::string problem() {
    try {
      store.load(identity.policy);
      return "";
    } catch (const StoreError& error) {
      return (error.reason() == StoreError::Reason::kMissing ? "missing: " : "mismatch: ") + std::string(error.what());
    }
  }
};

TEST_CASE("a policy comes back from the store as it went in") {
  Example example;
  CHECK(digest_text(example.identity.policy) ==
        "sha256:" + std::string(evidence::vector_text("policy/policy_digest")));
  StoredPolicy policy = example.store.load(example.identity.policy);
  CHECK(policy.identity == example.identity);
  CHECK(policy.config == config_text());
  REQUIRE(policy.modules.size() == 2);
  CHECK(policy.modules[0] == std::pair<std::string, std::string>("authz.rego", authz_rego()));
  CHECK(policy.modules[1] == std::pair<std::string, std::string>("lib/limits.rego", limits_rego()));
  CHECK(policy.data_text() == "{\"cap\":100.5,\"expiry\":" + std::string(expiry_data()) + "}");
  CHECK(bytes_of(example.object(authz_rego())) == authz_rego());
  CHECK_THAT(bytes_of(example.manifest()), Catch::StartsWith("{\"config\":\"sha256:") && Catch::EndsWith(",\"v\":1}"));
}

TEST_CASE("a bound policy is kept under the digests it has") {
  TestDirectory directory;
  PolicyStore store(directory.file("store"));
  CompileResult compiled =
      Policy::compile({{"b.rego", "package b\nallow := data.x\n"}, {"a.rego", "package a\np := 1\n"}}, {});
  REQUIRE(compiled.policy);
  auto data = DataSet::from_json(R"({"x":true,"k":[1.0]})");
  auto bound = BoundPolicy::make(compiled.policy, data);
  PolicyIdentity identity = store.put(*bound);
  CHECK(identity == *bound->identity());
  StoredPolicy stored = store.load(identity.policy);
  CHECK(stored.identity == identity);
  CHECK(stored.modules.size() == 2);
  CHECK(stored.data_text() == R"({"k":[1],"x":true})");
  CHECK(store.put(bound->policy().modules(), std::vector<PolicyData>{{"k", "[1]"}, {"x", "true"}},
                  bound->policy().config_text()) == identity);
  CHECK_THROWS_AS(store.put(*BoundPolicy::make(compiled.policy, data, BoundPolicy::Digests::kNone)), Failure);
}

TEST_CASE("an empty policy is a policy") {
  Example example;
  PolicyIdentity identity = example.store.put({}, {}, config_text());
  StoredPolicy policy = example.store.load(identity.policy);
  CHECK(policy.modules.empty());
  CHECK(policy.data_text() == "{}");
}

TEST_CASE("storing again changes nothing, and mends what is damaged") {
  Example example;
  auto before = std::filesystem::last_write_time(example.object(authz_rego()));
  example.store.put(example.modules, example.data, config_text());
  CHECK(std::filesystem::last_write_time(example.object(authz_rego())) == before);
  set_bytes(example.object(authz_rego()), "package other\n");
  set_bytes(example.manifest(), "{}");
  CHECK_THAT(example.problem(), Catch::StartsWith("mismatch: "));
  example.store.put(example.modules, example.data, config_text());
  CHECK(example.problem() == "");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(example.store.root())) {
    CHECK(entry.path().string().find(".tmp") == std::string::npos);
  }
}

TEST_CASE("whatever is missing is missing") {
  Example example;
  for (std::string path : {example.object(authz_rego()), example.object(limits_rego()), example.object(expiry_data()),
                           example.object("100.5"), example.object(config_text()), example.manifest()}) {
    CAPTURE(path);
    std::string bytes = bytes_of(path);
    std::filesystem::remove(path);
    CHECK_THAT(example.problem(), Catch::StartsWith("missing: "));
    set_bytes(path, bytes);
    CHECK(example.problem() == "");
  }
}

TEST_CASE("no byte of the store can change unnoticed") {
  Example example;
  for (std::string path : {example.object(limits_rego()), example.object("100.5"), example.manifest()}) {
    std::string bytes = bytes_of(path);
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      set_bytes(path, changed);
      CAPTURE(path, i);
      CHECK(example.problem() != "");
    }
    for (std::string changed : {std::string(), bytes + " ", bytes.substr(1)}) {
      set_bytes(path, changed);
      CHECK_THAT(example.problem(), Catch::StartsWith("mismatch: "));
    }
    set_bytes(path, bytes);
  }
}

TEST_CASE("a manifest of another policy does not count") {
  Example example;
  example.data.pop_back();
  PolicyIdentity other = example.store.put(example.modules, example.data, config_text());
  std::filesystem::copy_file(example.store.root() + "/policy/" + to_hex(other.policy.view()), example.manifest(),
                             std::filesystem::copy_options::overwrite_existing);
  CHECK_THAT(example.problem(), Catch::StartsWith("mismatch: ") && Catch::EndsWith("describes another policy"));
}

// Fails the n-th of its calls, counting from 0.
class FailingCalls : public FileCalls {
 public:
  explicit FailingCalls(int n) : left_(n) {}
  bool failed() const { return left_ < 0; }
  int open(const char* p, int f, mode_t m) override { return fails() ? -1 : FileCalls::open(p, f, m); }
  int open_at(int d, const char* n, int f) override { return fails() ? -1 : FileCalls::open_at(d, n, f); }
  ssize_t read(int d, char* b, size_t s) override { return fails() ? -1 : FileCalls::read(d, b, s); }
  ssize_t write(int d, const char* b, size_t s) override { return fails() ? -1 : FileCalls::write(d, b, s); }
  int sync(int d) override { return fails() ? -1 : FileCalls::sync(d); }
  int rename(const char* f, const char* t) override { return fails() ? -1 : FileCalls::rename(f, t); }

 private:
  bool fails() {
    if (left_-- != 0) return false;
    errno = EIO;
    return true;
  }
  int left_;
};

TEST_CASE("a durable write that fails at any call leaves the old file or the new one") {
  int failures = 0;
  for (int n = 0;; ++n) {
    TestDirectory directory;
    std::string path = directory.file("x/y/file");
    write_file_durably(path, "old");
    FailingCalls calls(n);
    try {
      write_file_durably(path, "new bytes", calls);
      CHECK(bytes_of(path) == "new bytes");
      break;
    } catch (const Failure& failure) {
      ++failures;
      CHECK(failure.error().code == ErrorCode::E_LEDGER);
      std::string bytes = bytes_of(path);
      CHECK((bytes == "old" || bytes == "new bytes"));
      size_t files = 0;
      for (const auto& entry : std::filesystem::directory_iterator(directory.file("x/y"))) files += entry.exists();
      CHECK(files == 1);
    }
  }
  CHECK(failures == 4);  // write, sync, rename, sync of the directory
}

TEST_CASE("a disk that fails at any call is an error, and what was kept before stays whole") {
  Example example;
  for (int n = 0;; ++n) {
    std::filesystem::remove_all(example.store.root());
    FailingCalls calls(n);
    PolicyStore failing(example.store.root(), calls);
    try {
      failing.put(example.modules, example.data, config_text());
      CHECK_FALSE(calls.failed());
      CHECK(n > 20);
      break;
    } catch (const Failure& failure) {
      CHECK(failure.error().code == ErrorCode::E_LEDGER);
      std::string problem = example.problem();  // whole if nothing but the last sync failed
      CHECK((problem.empty() || problem.starts_with("missing: ")));
      example.store.put(example.modules, example.data, config_text());
      CHECK(example.problem() == "");
    }
  }
  for (int n = 0;; ++n) {
    FailingCalls calls(n);
    try {
      PolicyStore(example.store.root(), calls).load(example.identity.policy);
      CHECK_FALSE(calls.failed());
      break;
    } catch (const StoreError& error) {
      CHECK(calls.failed());
      CHECK(error.reason() == StoreError::Reason::kUnreadable);
    }
  }
}

}  // namespace
}  // namespace writ
