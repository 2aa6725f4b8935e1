// The policy store through the C library.
#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/api/c_test_library.h"
#include "store/test_directory.h"
#include "writ/store.h"

namespace {

using writ::text;

constexpr const char* kPolicy = "package p\ndefault allow := false\nallow if input.n > data.limit\n";

struct Stored : writ::TestLibrary {
  writ::TestDirectory directory;
  writ_store* store = nullptr;

  Stored() {
    load(kPolicy, R"({"limit":3})");
    REQUIRE(open(path()) == WRIT_OK);
  }
  ~Stored() { writ_store_close(store); }
  std::string path() const { return directory.file("policies"); }
  writ_status open(const std::string& name) { return writ_store_open(name.data(), name.size(), &store, error); }
};

TEST_CASE("C: a policy goes into a store and comes back under its digest") {
  Stored s;
  uint8_t digest[32], of_context[32];
  REQUIRE(writ_store_put(s.store, s.program, s.data, digest, s.error) == WRIT_OK);
  REQUIRE(writ_context_policy_digest(s.context, of_context, s.error) == WRIT_OK);
  CHECK(std::memcmp(digest, of_context, 32) == 0);
  CHECK(writ_store_put(s.store, s.program, s.data, nullptr, s.error) == WRIT_OK);

  writ::TestLibrary back;
  REQUIRE(writ_store_load(s.store, digest, &back.program, &back.data, back.error) == WRIT_OK);
  REQUIRE(writ_context_create(back.program, back.data, nullptr, &back.context, back.error) == WRIT_OK);
  CHECK(writ_decide_verdict(back.context, "p/allow", WRIT_NUL, "{\"n\":4}", WRIT_NUL) == WRIT_VERDICT_ALLOW);
  CHECK(writ_decide_verdict(back.context, "p/allow", WRIT_NUL, "{\"n\":3}", WRIT_NUL) == WRIT_VERDICT_DENY);
  REQUIRE(writ_context_policy_digest(back.context, of_context, back.error) == WRIT_OK);
  CHECK(std::memcmp(digest, of_context, 32) == 0);
  // Of a query, its policy; without data.
  writ_program* query = nullptr;
  REQUIRE(writ_program_query(s.program, "x := data.p.allow", WRIT_NUL, &query, s.error) == WRIT_OK);
  uint8_t other[32];
  CHECK(writ_store_put(s.store, query, nullptr, other, s.error) == WRIT_OK);
  CHECK(std::memcmp(digest, other, 32) != 0);
  writ_program_free(query);
  writ_program* alone = nullptr;
  CHECK(writ_store_load(s.store, other, &alone, nullptr, s.error) == WRIT_OK);
  CHECK(alone != nullptr);
  writ_program_free(alone);
}

TEST_CASE("C: what a store refuses leaves nothing in the outputs") {
  Stored s;
  uint8_t digest[32];
  std::memset(digest, 7, sizeof(digest));
  auto* program = reinterpret_cast<writ_program*>(&s);
  auto* data = reinterpret_cast<writ_data*>(&s);
  CHECK(writ_store_load(s.store, digest, &program, &data, s.error) == WRIT_ERROR_POLICY);
  CHECK(program == nullptr);
  CHECK(data == nullptr);
  CHECK(writ_error_message(s.error).size > 0);
  CHECK(writ_store_load(nullptr, digest, &program, &data, s.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_store_load(s.store, nullptr, &program, &data, s.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_store_load(s.store, digest, nullptr, &data, s.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_store_put(s.store, nullptr, nullptr, digest, s.error) == WRIT_ERROR_ARGUMENT);
  CHECK(std::string(reinterpret_cast<char*>(digest), 32) == std::string(32, '\0'));
  auto* store = reinterpret_cast<writ_store*>(&s);
  CHECK(writ_store_open("", 0, &store, s.error) == WRIT_ERROR_ARGUMENT);
  CHECK(store == nullptr);
  CHECK(writ_store_open("a\0b", 3, &store, s.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_store_open(nullptr, 0, &store, s.error) == WRIT_ERROR_ARGUMENT);
  CHECK(writ_store_open("a", 1, nullptr, s.error) == WRIT_ERROR_ARGUMENT);
  writ_store_close(nullptr);

  // A policy that no record could name, and one that does not fit its data.
  writ::TestLibrary absolute;
  writ_source source{"/etc/p.rego", WRIT_NUL, "package p\nallow := true\n", WRIT_NUL};
  REQUIRE(writ_program_compile(&source, 1, nullptr, &absolute.program, absolute.error) == WRIT_OK);
  CHECK(writ_store_put(s.store, absolute.program, nullptr, digest, s.error) == WRIT_ERROR_POLICY);
  REQUIRE(writ_data_from_json(R"({"p":{"allow":1}})", WRIT_NUL, &absolute.data, s.error) == WRIT_OK);
  CHECK(writ_store_put(s.store, s.program, absolute.data, digest, s.error) == WRIT_ERROR_POLICY);
}

TEST_CASE("C: a store whose files are not what their names say, or whose disk refuses") {
  Stored s;
  uint8_t digest[32];
  REQUIRE(writ_store_put(s.store, s.program, s.data, digest, s.error) == WRIT_OK);
  size_t damaged = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(s.path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path());
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    in.close();
    std::ofstream(entry.path()) << "x" << bytes;
    ++damaged;
    writ_program* program = nullptr;
    CHECK(writ_store_load(s.store, digest, &program, nullptr, s.error) == WRIT_ERROR_POLICY);
    CHECK(program == nullptr);
    std::ofstream(entry.path()) << bytes;
  }
  CHECK(damaged == 4);
  CHECK(writ_store_put(s.store, s.program, s.data, digest, s.error) == WRIT_OK);
  // A directory that is a file.
  std::string file = s.directory.file("file");
  std::ofstream(file) << "x";
  writ_store_close(s.store);
  REQUIRE(s.open(file) == WRIT_OK);
  CHECK(writ_store_put(s.store, s.program, s.data, digest, s.error) == WRIT_ERROR_STORE);
  CHECK(text(writ_error_code_name(s.error)) == "E_LEDGER");
}

TEST_CASE("C: threads share a store", "[threads]") {
  Stored s;
  std::vector<int> failures(4, 0);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < failures.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        uint8_t digest[32];
        writ_program* program = nullptr;
        if (writ_store_put(s.store, s.program, s.data, digest, nullptr) != WRIT_OK) ++failures[t];
        if (writ_store_load(s.store, digest, &program, nullptr, nullptr) != WRIT_OK) ++failures[t];
        writ_program_free(program);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == std::vector<int>(4, 0));
}

}  // namespace
