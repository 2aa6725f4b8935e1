// The checks of a record that decide it again: steps 9 to 13.
#pragma once

#include <optional>
#include <string>

#include "engine/base/digest_function.h"
#include "engine/record/record_digests.h"
#include "replay/evidence_check.h"
#include "replay/executor.h"
#include "replay/report.h"

namespace writ {

class ExecutionCheck {
 public:
  // `sealed` may be null. All must outlive the check.
  ExecutionCheck(Hasher& hasher, Executor& executor, const RecordFacts& facts, const Commitments* sealed,
                 Findings& findings)
      : hasher_(hasher), executor_(executor), facts_(facts), record_(facts.record), sealed_(sealed), findings_(findings) {}

  // Executes twice if `repeat` is set; otherwise step 12 does not run.
  void run(bool repeat);

 private:
  struct Execution {
    ExecutionResult result;
    Digest outcome;
    HostCallMismatch mismatch = HostCallMismatch::kNone;
    std::string mismatch_detail;
    bool made_recorded_calls() const { return mismatch == HostCallMismatch::kNone; }
  };

  void check_semantics();
  void check_rejection();
  void check_executions(bool repeat);
  bool needs_withheld(const Execution& execution) const;
  void check_outcome(const Execution& execution);
  DecisionRecord with_effects_of(const Execution& execution) const;
  void check_cost(const Execution& execution);
  void check_repetition(const Execution& first);
  Execution execute(bool varied);
  Digest outcome_digest_of(const ExecutionResult& result);

  Hasher& hasher_;
  Executor& executor_;
  const RecordFacts& facts_;
  const DecisionRecord& record_;
  const Commitments* sealed_;
  Findings& findings_;
  std::optional<uint64_t> fuel_limit_;  // of configuration and call the lower; nothing: the default
};

}  // namespace writ
