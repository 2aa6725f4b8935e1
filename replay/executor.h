// What replay needs of an engine: decide again. The engine facade implements it; tests implement it with a fake.
//
// Implementing execute():
//   1. Build the program from request.policy (its module texts, data and configuration); keep it, keyed by
//      request.policy_digest and nothing less.
//   2. Run request.entry on request.input. The clock is request.time_ns; every host call goes to
//      request.nd.answer(function, rv1 of the arguments) instead, and its answer is decoded with read_rv1. If it gives
//      nothing, end the evaluation at once with any status: replay reads the mismatch from the HostCallReplay itself. A function
//      that is called once per decision must be kept within the evaluation as it is when deciding live.
//      If request.nd.stop() gives a code, end at request.recorded_fuel with that code and call request.nd.reached_stop().
//   3. Take the verdict with derive_outcome, in the mode of the configuration, as when deciding live.
// An input that cannot be run at all (a policy that no longer compiles, an unknown entry) is an ordinary result with
// status kError. Exceptions other than Failure are faults of the verifier and end the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/record/policy_config_text.h"
#include "engine/record/semantics.h"
#include "engine/record/record.h"
#include "engine/record/verdict.h"
#include "replay/host_call_replay.h"
#include "store/policy_store.h"

namespace writ {

struct ExecutionRequest {
  Digest policy_digest;
  const StoredPolicy& policy;
  const PolicyConfig& config;  // of that policy, already read
  EntryKind entry_kind;
  std::string_view entry_text;
  std::string_view entry_call;              // canonical; overrides that only lower limits
  std::optional<std::string_view> input;    // canonical; nothing = there was no input
  // Parts of the input that are withheld: paths as canonical arrays of steps, ["user","name"], where `input` holds
  // null; [] is the whole input. Reading one must end the evaluation with E_REDACTED_READ.
  std::vector<std::string> withheld;
  uint64_t time_ns;
  std::optional<uint64_t> fuel_limit;       // the lower of configuration and call; nothing = the default
  uint64_t recorded_fuel;                   // where a recorded stop ended the evaluation
  HostCallReplay& nd;
  bool varied;  // the second run: another hash seed, allocator pattern and, where possible, thread
};

struct ExecutionResult {
  Outcome outcome;
  std::string result;         // canonical; for Status::kDefined
  std::string error_message;  // for people
  uint64_t fuel = 0;
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
  virtual ExecutionResult execute(const ExecutionRequest& request) = 0;
};

}  // namespace writ
