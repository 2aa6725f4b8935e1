// What replay needs of an engine: build a policy, and decide again. EngineExecutor implements it; tests implement it with
// a fake.
//
// Implementing execute():
//   1. Run request.entry_text on request.input. The clock is request.time_ns; every host call goes to
//      request.nd.answer(function, rv1 of the arguments) instead, and its answer is decoded with read_rv1. If it gives
//      nothing, end the evaluation at once with any outcome: replay reads the reason from the HostCallReplay itself. A
//      function that is called once per decision must be kept within the evaluation as it is when deciding live.
//   2. If request.nd.stop_at_count() gives a code, end at request.recorded_fuel and call request.nd.reached_count(). If
//      request.nd.stopped() gives a code, that is the outcome.
//   3. Take the verdict with derive_outcome, in the mode of the configuration, as when deciding live.
//   4. Stay within the limits of the verifier. What meets one has no outcome: say which in ExecutionResult::limit.
// Exceptions other than Failure are faults of the verifier and end the run.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/digest.h"
#include "engine/record/policy_config_text.h"
#include "engine/record/record.h"
#include "engine/record/semantics.h"
#include "engine/record/verdict.h"
#include "replay/disclosed_input.h"
#include "replay/host_call_replay.h"
#include "replay/verifier_limits.h"
#include "store/policy_store.h"

namespace writ {

// A policy that an executor has built. Threads share it.
class PreparedPolicy {
 public:
  virtual ~PreparedPolicy() = default;
  // Whether the policy has that entry point and lets it be asked.
  virtual bool has_entry(std::string_view path) const = 0;
};

// Building a policy met a limit of the verifier.
class VerifierLimitReached : public std::exception {
 public:
  explicit VerifierLimitReached(VerifierLimit limit) : limit_(limit) {}
  VerifierLimit limit() const { return limit_; }
  const char* what() const noexcept override { return "a limit of the verifier"; }

 private:
  VerifierLimit limit_;
};

struct ExecutionRequest {
  Digest policy_digest;
  const PreparedPolicy& policy;
  EntryKind entry_kind;
  std::string_view entry_text;
  std::string_view entry_call;            // canonical; overrides that only lower limits
  std::optional<std::string_view> input;  // canonical, or as it was received; nothing = there was no input
  const WithheldInput* withheld;          // parts of the input that must not be read; null if there are none
  uint64_t time_ns;
  std::optional<uint64_t> fuel_limit;     // the lower of configuration and call; nothing = the default
  uint64_t recorded_fuel;                 // where a recorded stop ended the evaluation
  HostCallReplay& nd;
  VerifierLimits limits;
  bool varied;  // the second run: another allocator pattern and, where possible, thread
};

struct ExecutionResult {
  Outcome outcome;
  std::string result;         // canonical; for Status::kDefined
  std::string error_message;  // for people
  uint64_t fuel = 0;
  bool input_rejected = false;         // the reader refused the input
  std::optional<VerifierLimit> limit = {};  // then all else means nothing
  std::string not_loaded = {};         // why the query does not compile; then all else means nothing
};

// What the running engine implements, for comparison with a configuration.
struct EngineSemantics {
  std::string semantics{kSemanticsId};
  std::string numbers{kNumbersId};
  std::string language{kLanguageId};
  uint16_t fuel_model = kFuelModel;
  std::string tzdb, unicode, regex;                        // versions of tables
  std::vector<std::pair<std::string, uint64_t>> builtins;  // by name, with the version of each
};

class Executor {
 public:
  virtual ~Executor() = default;
  virtual const EngineSemantics& semantics() const = 0;
  // Whether policies of that language, additions included ("rego.v1+print"), mean here what they meant.
  virtual bool supports_language(std::string_view language) const { return language == semantics().language; }
  // Throws Failure(E_POLICY) for a limit that is unknown, 0 or above what this engine allows.
  virtual void check_limits(const PolicyConfig& config) const = 0;
  // The limit of fuel where a configuration sets none.
  virtual uint64_t usual_fuel() const = 0;
  virtual uint64_t usual_input_bytes() const = 0;
  // Whether repeats of a call of that function are answered from the log.
  virtual bool asks_once(std::string_view function, const PolicyConfig* config) const = 0;
  // Throws Failure(E_POLICY) if the policy does not compile or does not fit its data, and VerifierLimitReached.
  virtual std::shared_ptr<const PreparedPolicy> prepare(const StoredPolicy& policy, const PolicyConfig& config) = 0;
  virtual ExecutionResult execute(const ExecutionRequest& request) = 0;
};

}  // namespace writ
