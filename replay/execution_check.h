// The checks of a record that decide it again: steps 9 to 13.
#pragma once

#include <optional>
#include <string>

#include "engine/base/digest_function.h"
#include "engine/record/record_digests.h"
#include "replay/evidence_check.h"
#include "replay/executor.h"
#include "replay/report.h"
#include "replay/verifier_limits.h"

namespace writ {

struct ExecutionOptions {
  bool repeat = true;  // off: step 12 does not run, and no record is reproduced
  VerifierLimits limits;
};

class ExecutionCheck {
 public:
  // `sealed` may be null. All must outlive the check.
  ExecutionCheck(Hasher& hasher, Executor& executor, const RecordFacts& facts, const Commitments* sealed,
                 const ExecutionOptions& options, Findings& findings)
      : hasher_(hasher),
        executor_(executor),
        facts_(facts),
        record_(facts.record),
        sealed_(sealed),
        options_(options),
        findings_(findings),
        same_fuel_model_(*record_.fuel_model != kNoFuelModel &&
                         *record_.fuel_model == executor.semantics().fuel_model) {}

  void run();

 private:
  struct Execution {
    ExecutionResult result;
    Digest outcome;
    HostCallMismatch mismatch = HostCallMismatch::kNone;
    std::string mismatch_detail;
    bool stop_not_shown = false;
    bool made_recorded_calls() const { return mismatch == HostCallMismatch::kNone; }
  };

  void check_semantics();
  bool check_loading();
  void check_recorded_outcome();
  void check_recorded_fuel();
  void check_rejection();
  void check_reading_again();
  void check_executions();
  bool has_no_outcome(const Execution& execution, ReplayStep first);
  bool needs_withheld(const Execution& execution);
  void check_host_calls(const Execution& execution);
  void check_outcome(const Execution& execution);
  bool may_be_withheld(const Execution& execution) const;
  bool is_by_cost_limit(const Execution& execution) const;
  void drift(const std::string& detail, ReplayStep step);
  DecisionRecord with_effects_of(const Execution& execution) const;
  void check_cost(const Execution& execution);
  void check_repetition(const Execution& first);
  void leave_switched_off();
  Execution execute(bool varied);
  Digest outcome_digest_of(const ExecutionResult& result);

  ErrorCode recorded_code() const {
    return record_.error_code ? error_code_from_name(*record_.error_code) : ErrorCode::kNone;
  }

  Hasher& hasher_;
  Executor& executor_;
  const RecordFacts& facts_;
  const DecisionRecord& record_;
  const Commitments* sealed_;
  const ExecutionOptions& options_;
  Findings& findings_;
  bool same_fuel_model_;  // recorded fuel and the fuel of this engine are in one unit
};

}  // namespace writ
