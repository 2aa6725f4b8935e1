// Memory: decisions that need none, and what happens when there is none.
#include <catch2/catch.hpp>

#include "engine/api/alloc/allocation.h"
#include "engine/api/engine.h"
#include "engine/base/error.h"

namespace writ {
namespace {

constexpr const char* kPolicy =
    "package authz\n"
    "import data.roles\n"
    "default allow := false\n"
    "allow if { input.user.role == \"admin\"; not blocked }\n"
    "allow if { some r in roles[input.user.name]; r.action == input.action; startswith(input.path, r.prefix) }\n"
    "blocked if input.user.name in data.blocked\n"
    "view := {\"allow\": allow, \"groups\": [g | some g in input.user.groups; g != \"x\"]}\n"
    "scan := count({x | some x in input.user.groups; regex.match(`^[a-z]+$`, x)})\n"
    "drawn := [rand.intn(\"k\", 10), time.now_ns(), uuid.rfc4122(\"k\")]\n";
constexpr const char* kData =
    R"({"blocked":["eve"],"roles":{"bob":[{"action":"read","prefix":"/a/"},{"action":"write","prefix":"/b/"}]}})";
constexpr const char* kInput =
    R"({"action":"write","path":"/b/1","user":{"groups":["dev","ops","x"],"name":"bob","role":"user"}})";

class QuietHost : public Host {
 public:
  uint64_t now_ns() override { return 1767225600123456789u; }
  uint64_t monotonic_ns() override { return 0; }
  void entropy(std::span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = next_++;
  }

 private:
  uint8_t next_ = 0;
};

std::shared_ptr<const BoundPolicy> load(VerdictMode mode = VerdictMode::kBoolean) {
  EngineOptions options;
  options.verdict = mode;
  CompileResult result = Policy::compile({{"authz.rego", kPolicy}}, options);
  if (result.policy == nullptr) throw Failure(ErrorCode::E_POLICY, render_opa(result.diagnostics, result.sources));
  return BoundPolicy::make(result.policy, DataSet::from_json(kData));
}

uint64_t allocations_of(Context& context, std::string_view entry, bool record) {
  DecideOptions options;
  options.record = record;
  for (int i = 0; i < 3; ++i) context.decide(entry, kInput, options);
  uint64_t before = Allocation::count();
  for (int i = 0; i < 100; ++i) {
    if (context.decide(entry, kInput, options).status != Status::kDefined) return UINT64_MAX;
  }
  return Allocation::count() - before;
}

TEST_CASE("in steady state a decision allocates nothing, recorded or not") {
  QuietHost host;
  Context context;
  context.bind(load(VerdictMode::kNone), host);
  for (std::string_view entry : {"authz/allow", "authz/view", "authz/scan"}) {
    CAPTURE(entry);
    CHECK(allocations_of(context, entry, false) == 0);
    CHECK(allocations_of(context, entry, true) == 0);
  }
  uint32_t number = context.bound_policy()->policy().entry_index("authz/allow");
  uint64_t before = Allocation::count();
  context.decide(number, kInput);
  CHECK(Allocation::count() == before);
}

// Runs `body` with the nth allocation failing, for every n until it needs no more of them.
template <typename Body>
void for_every_failure(Body body) {
  for (bool sticky : {false, true}) {
    for (uint64_t n = 1;; n = Allocation::next(n)) {
      Allocation::fail_at(n, sticky);
      bool fine = body();
      bool failed = Allocation::has_failed();
      Allocation::fail_never();
      if (!failed) {
        CHECK(fine);
        INFO("allocations: " << n - 1);
        SUCCEED();
        break;
      }
      REQUIRE(n < 1000000);
    }
  }
}

TEST_CASE("loading without memory is an error and leaves nothing behind") {
  QuietHost host;
  for_every_failure([&] {
    std::shared_ptr<const BoundPolicy> bound_policy;
    try {
      bound_policy = load();
    } catch (const std::bad_alloc&) {
      return false;
    } catch (const Failure&) {
      return false;
    }
    return bound_policy != nullptr;
  });
  Context context;
  context.bind(load(), host);
  CHECK(context.decide("authz/allow", kInput).verdict == Verdict::kAllow);
}

TEST_CASE("a decision without memory is an error, never an allow, and the context goes on") {
  QuietHost host;
  std::shared_ptr<const BoundPolicy> bound_policy = load();
  for (bool record : {false, true}) {
    for (std::string_view entry : {"authz/allow", "authz/scan", "authz/drawn"}) {
      DecideOptions options;
      options.record = record;
      bool sound = true;
      for_every_failure([&] {
        Verdict verdict = Verdict::kNone;
        bool recorded = false;
        try {
          Context context;
          context.bind(bound_policy, host);
          const Decision& decision = context.decide(entry, kInput, options);
          verdict = decision.verdict;
          recorded = !decision.record.empty();
          bool failed = Allocation::has_failed();
          if (failed && verdict == Verdict::kAllow && record && !recorded) sound = false;
          if (verdict == Verdict::kNone) sound = false;
          // Whatever happened, with memory it decides.
          Allocation::fail_never();
          Verdict again = context.decide(entry, kInput, options).verdict;
          if (entry == "authz/allow" && again != Verdict::kAllow) sound = false;
        } catch (const std::bad_alloc&) {
          return false;
        } catch (const Failure&) {
          return false;
        }
        return entry != "authz/allow" || verdict == Verdict::kAllow;
      });
      CAPTURE(entry, record);
      CHECK(sound);
    }
  }
}

TEST_CASE("without memory no policy denies less") {
  // What is undefined or false for lack of memory would become true under `not`.
  EngineOptions options;
  CompileResult result = Policy::compile(
      {{"p.rego",
        "package p\nallow if not deny\n"
        "deny if count([x | some x in input.xs; y := sprintf(\"%v\", [x]); y == \"3\"]) > 0\n"}},
      options);
  REQUIRE(result.policy != nullptr);
  auto bound_policy = BoundPolicy::make(result.policy, nullptr);
  QuietHost host;
  bool allowed = false;
  for_every_failure([&] {
    try {
      Context context;
      context.bind(bound_policy, host);
      Verdict verdict = context.decide("p/allow", R"({"xs":[1,2,3]})").verdict;
      allowed = allowed || verdict == Verdict::kAllow;
      return verdict == Verdict::kUndefined;
    } catch (const std::bad_alloc&) {
      return false;
    } catch (const Failure&) {
      return false;
    }
  });
  CHECK_FALSE(allowed);
}

}  // namespace
}  // namespace writ
