// Replay: decides recorded decisions again and says which check holds and which does not.
//
// A file of records alone supports the checks 6 to 13 of a record (policy, input, ids, semantics, execution); what
// needs a ledger (1 to 5: frames, chain, roots, signatures, anchors) did not run, so the best word for a record is
// INCOMPLETE, with the sub-verdict "reproduced". A check that did not run is never reported as passed. classes.def
// lists the words.
//
// Check 12 executes every record a second time under varied conditions. No call of an evaluation reaches the live host.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/identifiers.h"
#include "engine/record/record.h"
#include "engine/record/record_digests.h"
#include "replay/executor.h"
#include "store/policy_store.h"

namespace writ {

enum class ReplayClass : uint8_t {
#define REPLAY_CLASS(identifier, word, exit_code, step, failure, text) identifier,
#include "replay/classes.def"
#undef REPLAY_CLASS
};

struct ReplayClassRow {
  std::string_view word;
  int exit_code;
  int step;
  bool failure;
  std::string_view text;
};
const ReplayClassRow& replay_class_row(ReplayClass replay_class);
inline constexpr size_t kReplayClassCount = 0
#define REPLAY_CLASS(identifier, word, exit_code, step, failure, text) +1
#include "replay/classes.def"
#undef REPLAY_CLASS
    ;
inline constexpr int kReplayExitUsage = 64;
inline constexpr int kReplaySteps = 13;

enum class StepResult : uint8_t { kNotRun, kPass, kFail, kPartial, kWithheld, kNotApplicable, kNotCompared };
std::string_view step_result_name(StepResult result);

// What is said about one record.
struct ReplayReport {
  uint64_t line = 0;        // 1-based
  std::string decision_id;  // empty if the line could not be read
  ReplayClass replay_class = ReplayClass::kIncomplete;
  // "reproduced" (INCOMPLETE: all that a file supports ran and passed), "same" or "different" (ENGINE_DRIFT).
  std::string_view sub_verdict;
  std::array<StepResult, kReplaySteps + 1> steps{};  // by number; [0] unused
  // One sentence per failed check, the one that gave the class first.
  std::vector<std::string> details;

  // One line of canonical JSON, without line feed.
  std::string json() const;
};

// Counts over a run, and its exit code.
class ReplaySummary {
 public:
  void add(const ReplayReport& report);
  uint64_t records() const { return records_; }
  uint64_t count(ReplayClass replay_class) const { return counts_[static_cast<size_t>(replay_class)]; }
  uint64_t reproduced() const { return reproduced_; }
  // With `expect_reproduced`, 0 instead of 40 if every record was reproduced.
  int exit_code(bool expect_reproduced = false) const;
  std::string json() const;

 private:
  std::array<uint64_t, kReplayClassCount> counts_{};
  uint64_t records_ = 0;
  uint64_t reproduced_ = 0;
};

struct ReplayOptions {
  bool second_execution = true;  // off: check 12 does not run and no record is "reproduced"
  size_t cached_policies = 64;
};

// Replays records one after another. Holds the policies used last, and 16 bytes twice per record for check 2.
class Replayer {
 public:
  Replayer(const PolicyStore& store, Executor& executor, ReplayOptions options = {});
  ~Replayer();

  // `line` without line feed. `sealed`: what the leaf of a ledger commits to, where there is one; then check 7 compares
  // with it. Exceptions of the executor come back as INTERNAL.
  ReplayReport replay(std::string_view line, uint64_t number, const Commitments* sealed = nullptr);

 private:
  struct LoadedPolicy;
  class RecordCheck;
  // The last one stays valid until the next call. Throws StoreError.
  const LoadedPolicy& load_policy(const Digest& policy);

  const PolicyStore& store_;
  Executor& executor_;
  ReplayOptions options_;
  Hasher hasher_;
  std::map<Digest, std::unique_ptr<LoadedPolicy>> policies_;
  uint64_t uses_ = 0;
  std::set<Id128> seen_decisions_;
  std::set<Id128> seen_traces_;
};

}  // namespace writ
