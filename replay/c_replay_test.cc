// Replay of one record through the C library.
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/api/c_test_library.h"
#include "store/test_directory.h"
#include "writ/replay.hpp"

namespace {

using writ::text;

constexpr const char* kPolicy =
    "package p\ndefault allow := false\nallow if { input.n > data.limit; time.now_ns() > 0 }\n";

struct Recorded : writ::TestLibrary {
  writ::TestDirectory directory;
  writ_store* store = nullptr;
  writ_replayer* replayer = nullptr;
  const writ_replay_result* result = nullptr;
  std::string line;

  Recorded() {
    load(kPolicy, R"({"limit":3})");
    std::string path = directory.file("policies");
    REQUIRE(writ_store_open(path.data(), path.size(), &store, error) == WRIT_OK);
    REQUIRE(writ_store_put(store, program, data, nullptr, error) == WRIT_OK);
    REQUIRE(writ_replayer_create(store, &replayer, error) == WRIT_OK);
    REQUIRE(decide("p/allow", "{\"n\":4}", WRIT_RECORD) == WRIT_OK);
    line = text(writ_result_record(TestLibrary::result));
  }
  ~Recorded() {
    writ_replayer_free(replayer);
    writ_store_close(store);
  }
  writ_status replay(const std::string& record) {
    return writ_replay(replayer, record.data(), record.size(), &result, error);
  }
  // The line with something else in it.
  std::string edited(std::string_view from, std::string_view to) const {
    std::string copy = line;
    size_t place = copy.find(from);
    REQUIRE(place != std::string::npos);
    return copy.replace(place, from.size(), to);
  }
};

TEST_CASE("C: a record is reproduced, as often as one asks") {
  Recorded r;
  std::string without_feed = r.line.substr(0, r.line.size() - 1);
  for (const std::string& record : {r.line, without_feed, r.line}) {
    REQUIRE(r.replay(record) == WRIT_OK);
    CAPTURE(text(writ_replay_result_json(r.result)));
    CHECK(writ_replay_result_reproduced(r.result) == 1);
    CHECK(writ_replay_result_exit_status(r.result) != 70);
    CHECK(text(writ_replay_result_name(r.result)) != "INTERNAL");
    std::string json = text(writ_replay_result_json(r.result));
    CHECK(json.find(text(writ_replay_result_name(r.result))) != std::string::npos);
  }
  // The store may be closed, the context gone.
  writ_store_close(r.store);
  r.store = nullptr;
  CHECK(r.replay(r.line) == WRIT_OK);
  CHECK(writ_replay_result_reproduced(r.result) == 1);
}

TEST_CASE("C: a record that was changed is not reproduced, and nothing of the one before is left") {
  Recorded r;
  struct Row {
    std::string line;
    const char* name;
    int exit_status;
  };
  const Row rows[] = {{r.edited("\"n\":4", "\"n\":5"), "INPUT_MISMATCH", 23},
                      {"", "FORMAT", 10},
                      {"{}", "FORMAT", 10},
                      {r.line + r.line, "FORMAT", 10},
                      {r.edited("\"verdict\":\"allow\"", "\"verdict\":\"defer\""), nullptr, 0}};
  for (const Row& row : rows) {
    CAPTURE(row.line);
    REQUIRE(r.replay(r.line) == WRIT_OK);
    REQUIRE(writ_replay_result_reproduced(r.result) == 1);
    REQUIRE(r.replay(row.line) == WRIT_OK);
    CHECK(writ_replay_result_reproduced(r.result) == 0);
    CHECK(writ_replay_result_details(r.result).size > 0);
    CHECK(writ_replay_result_exit_status(r.result) != 0);
    if (row.name == nullptr) continue;
    CHECK(text(writ_replay_result_name(r.result)) == row.name);
    CHECK(writ_replay_result_exit_status(r.result) == row.exit_status);
  }
  // Another store has no such policy.
  writ_store* other = nullptr;
  writ_replayer* elsewhere = nullptr;
  std::string path = r.directory.file("other");
  REQUIRE(writ_store_open(path.data(), path.size(), &other, r.error) == WRIT_OK);
  REQUIRE(writ_replayer_create(other, &elsewhere, r.error) == WRIT_OK);
  REQUIRE(writ_replay(elsewhere, r.line.data(), r.line.size(), &r.result, r.error) == WRIT_OK);
  CHECK(text(writ_replay_result_name(r.result)) == "POLICY_MISSING");
  CHECK(writ_replay_result_exit_status(r.result) == 20);
  writ_replayer_free(elsewhere);
  writ_store_close(other);
}

TEST_CASE("C: senseless calls of replay") {
  Recorded r;
  auto* replayer = r.replayer;
  CHECK(writ_replayer_create(nullptr, &replayer, r.error) == WRIT_ERROR_ARGUMENT);
  CHECK(replayer == nullptr);
  CHECK(writ_replayer_create(r.store, nullptr, r.error) == WRIT_ERROR_ARGUMENT);
  REQUIRE(r.replay(r.line) == WRIT_OK);
  const writ_replay_result* before = r.result;
  REQUIRE(writ_replay_result_reproduced(before) == 1);
  CHECK(writ_replay(r.replayer, nullptr, 3, &r.result, r.error) == WRIT_ERROR_ARGUMENT);
  CHECK(r.result == nullptr);
  for (const writ_replay_result* result : {before, r.result}) {
    CHECK(writ_replay_result_reproduced(result) == 0);
    CHECK(text(writ_replay_result_name(result)) == "INTERNAL");
    CHECK(writ_replay_result_exit_status(result) == 70);
    CHECK(writ_replay_result_details(result).size == 0);
    CHECK(writ_replay_result_json(result).size == 0);
  }
  CHECK(writ_replay(nullptr, "{}", 2, &r.result, r.error) == WRIT_ERROR_ARGUMENT);
  writ_replayer_free(nullptr);
}

// Whatever a decision came to, and whatever options it had, its record is one that replay accepts.
TEST_CASE("C: records of all verdicts, failures and options are reproduced") {
  Recorded r;
  writ::TestLibrary l;
  REQUIRE(writ_options_set_mode(l.options, WRIT_MODE_OBJECT) == WRIT_OK);
  REQUIRE(writ_options_add_function(l.options, "acme.f", WRIT_NUL, 1, WRIT_CALL_EACH) == WRIT_OK);
  writ_host host{};
  host.struct_size = sizeof(host);
  // Answers of the wrong kind, and of the right one.
  host.call = [](void*, const char* function, size_t size, const writ_value*, size_t, writ_reply* reply) {
    std::string_view name(function, size);
    if (name == "acme.f") writ_reply_json(reply, "[1.50, {\"b\": null, \"a\": 1e3}]", WRIT_NUL);
    if (name == "net.lookup_ip_addr") writ_reply_json(reply, "[\"192.0.2.9\", \"192.0.2.1\"]", WRIT_NUL);
    if (name == "opa.runtime") writ_reply_undefined(reply);
    if (name == "http.send") writ_reply_json(reply, "7", 1);
  };
  l.load("package p\n"
         "said := {\"verdict\": input}\n"
         "called := {\"verdict\": \"defer\", \"got\": acme.f(1), \"at\": net.lookup_ip_addr(\"example.org\")}\n"
         "runtime := {\"verdict\": \"allow\"} if not opa.runtime().env.LOCKED\n"
         "sent := {\"verdict\": \"allow\"} if not http.send({\"method\": \"get\", \"url\": \"http://x\"}).body\n"
         "drawn := {\"verdict\": \"allow\", \"id\": uuid.rfc4122(\"a\"), \"n\": rand.intn(\"b\", 9)}\n",
         "{}", &host);
  REQUIRE(writ_store_put(r.store, l.program, l.data, nullptr, r.error) == WRIT_OK);
  struct Row {
    const char* entry;
    const char* input;
    writ_verdict verdict;
  };
  const Row rows[] = {{"p/said", "\"allow\"", WRIT_VERDICT_ALLOW},
                      {"p/said", "\"deny\"", WRIT_VERDICT_DENY},
                      {"p/said", "\"escalate\"", WRIT_VERDICT_ESCALATE},
                      {"p/said", "\"transform\"", WRIT_VERDICT_TRANSFORM},
                      {"p/said", "\"defer\"", WRIT_VERDICT_DEFER},
                      {"p/said", "\"value\"", WRIT_VERDICT_ERROR},
                      {"p/said", nullptr, WRIT_VERDICT_UNDEFINED},
                      {"p/said", "{\"a\":1,\"a\":1}", WRIT_VERDICT_ERROR},
                      {"p/none", "1", WRIT_VERDICT_ERROR},
                      {"p/called", "1", WRIT_VERDICT_DEFER},
                      {"p/runtime", "1", WRIT_VERDICT_ERROR},
                      {"p/sent", "1", WRIT_VERDICT_ERROR},
                      {"p/drawn", "1", WRIT_VERDICT_ALLOW}};
  writ_decide_options options{};
  options.struct_size = sizeof(options);
  options.batch_decision_id = "batch";
  options.batch_decision_id_size = WRIT_NUL;
  options.custom = "{\"n\": 1.0}";
  options.custom_size = WRIT_NUL;
  options.keep_rejected = 100;
  for (uint32_t more : {0u, static_cast<uint32_t>(WRIT_NOT_ENFORCED | WRIT_OPEN_COMMITMENTS)}) {
    options.flags = WRIT_RECORD | more;
    for (const Row& row : rows) {
      CAPTURE(row.entry, row.input == nullptr ? "" : row.input, more);
      size_t size = row.input == nullptr ? 0 : WRIT_NUL;
      writ_decide(l.context, row.entry, WRIT_NUL, row.input, size, &options, &l.result, l.error);
      CHECK(writ_result_verdict(l.result) == row.verdict);
      REQUIRE(r.replay(text(writ_result_record(l.result))) == WRIT_OK);
      CAPTURE(text(writ_result_record(l.result)), text(writ_replay_result_json(r.result)));
      CHECK(writ_replay_result_reproduced(r.result) == 1);
    }
  }
}

TEST_CASE("C++: a policy is kept, taken back and decides; its record is reproduced") {
  writ::TestDirectory directory;
  auto program = writ::Program::compile({{"p.rego", kPolicy}});
  writ::Store store(directory.file("policies"));
  writ::PolicyDigest digest = store.put(program, writ::Data::from_json(R"({"limit":3})"));
  auto [again, data] = store.load(digest);
  writ::Context context(again, data);
  writ::Decision decision = context.decide("p/allow", "{\"n\":4}", {.record = true});
  REQUIRE(decision.allowed());
  writ::Replayer replayer(store);
  writ::ReplayResult result = replayer.replay(decision.record());
  CHECK(result.reproduced());
  CHECK(result.name() == "UNSEALED");
  CHECK(result.exit_status() == 40);
  CHECK_FALSE(replayer.replay("{}").reproduced());
  CHECK_FALSE(result.reproduced());
  digest[0] ^= 1;
  CHECK_THROWS_AS(store.load(digest), writ::Exception);
}

TEST_CASE("C: two threads that use one replayer by mistake", "[threads]") {
  Recorded r;
  std::atomic<int> judged{0}, refused{0}, wrong{0};
  auto work = [&] {
    for (int i = 0; i < 20; ++i) {
      const writ_replay_result* result = nullptr;
      writ_status status = writ_replay(r.replayer, r.line.data(), r.line.size(), &result, nullptr);
      ++(status == WRIT_OK ? judged : status == WRIT_ERROR_ARGUMENT ? refused : wrong);
      writ_replay_result_reproduced(result);
    }
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(judged > 0);
  CHECK(judged + refused == 60);
}

}  // namespace
