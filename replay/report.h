// What replay says: the class of a record, the result of each check, the counts of a run.
//
// classes.def lists the classes in order of precedence, steps.def the checks; a failure of a class is a failure of the
// step in its row. Findings collects what the checks of one record find and ends in a ReplayReport; a ReplaySummary
// counts reports and has the exit status.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace writ {

enum class ReplayStep : uint8_t {
  kNone = 0,
#define REPLAY_STEP(identifier, number, needs, text) identifier = number,
#include "replay/steps.def"
#undef REPLAY_STEP
};

struct ReplayStepRow {
  ReplayStep step;
  int number;
  bool needs_ledger;
  std::string_view text;
};
inline constexpr ReplayStepRow kReplaySteps[] = {
#define REPLAY_STEP(identifier, number, needs, text) \
  {ReplayStep::identifier, number, std::string_view(#needs) == "kLedger", text},
#include "replay/steps.def"
#undef REPLAY_STEP
};

enum class ReplayClass : uint8_t {
#define REPLAY_CLASS(identifier, code, exit_code, step, failure, text) identifier,
#include "replay/classes.def"
#undef REPLAY_CLASS
};

struct ReplayClassRow {
  std::string_view code;
  int exit_code;
  ReplayStep step;
  bool failure;
  std::string_view text;
};
const ReplayClassRow& replay_class_row(ReplayClass replay_class);
inline constexpr size_t kReplayClassCount = 0
#define REPLAY_CLASS(identifier, code, exit_code, step, failure, text) +1
#include "replay/classes.def"
#undef REPLAY_CLASS
    ;

enum class StepResult : uint8_t { kNotRun, kPass, kFail, kPartial, kWithheld, kNotApplicable, kNotCompared };
std::string_view step_result_name(StepResult result);

// What is said about one record.
struct ReplayReport {
  uint64_t line = 0;        // 1-based
  std::string decision_id;  // empty if the line could not be read
  ReplayClass replay_class = ReplayClass::kIncomplete;
  // "reproduced" (INCOMPLETE: all that a file supports ran and passed), "same" or "different" (ENGINE_DRIFT).
  std::string_view sub_verdict;
  // One sentence per failed check, the one that gave the class first.
  std::vector<std::string> details;

  StepResult step(ReplayStep step) const { return steps_[static_cast<size_t>(step)]; }
  void set_step(ReplayStep step, StepResult result) { steps_[static_cast<size_t>(step)] = result; }
  // Whether every check that a file of records supports ran and passed.
  bool all_of_file_passed() const;
  // One line of canonical JSON, without line feed.
  std::string json() const;

 private:
  std::array<StepResult, std::size(kReplaySteps) + 1> steps_{};  // by number; [0] unused
};

// The findings of one record's checks. A failure is never taken back, and a later result does not replace an earlier one.
class Findings {
 public:
  explicit Findings(uint64_t line) { report_.line = line; }

  void set_decision_id(std::string_view id) { report_.decision_id = id; }
  // Adds a failure; the step of its class has failed.
  void fail(ReplayClass replay_class, std::string detail);
  // The result of a step that has none yet.
  void note(ReplayStep step, StepResult result);
  // The same for that step and all after it.
  void note_from(ReplayStep first, StepResult result);
  // A withheld value was needed.
  void note_redacted();
  bool has_failed(ReplayStep step) const { return report_.step(step) == StepResult::kFail; }

  // The failure first in precedence gives the class; without one it follows from what ran.
  ReplayReport conclude();

 private:
  ReplayReport report_;
  std::vector<std::pair<ReplayClass, std::string>> failures_;
  bool redacted_ = false;
};

// Counts over a run, and its exit status.
class ReplaySummary {
 public:
  void add(const ReplayReport& report);
  uint64_t records() const { return records_; }
  uint64_t count(ReplayClass replay_class) const { return counts_[static_cast<size_t>(replay_class)]; }
  uint64_t reproduced() const { return reproduced_; }
  // Records whose fuel was counted in another unit than this engine's.
  uint64_t cost_not_compared() const { return cost_not_compared_; }
  // With `expect_reproduced`, 0 instead of 40 if every record was reproduced.
  int exit_code(bool expect_reproduced = false) const;
  std::string json() const;

 private:
  std::array<uint64_t, kReplayClassCount> counts_{};
  uint64_t records_ = 0;
  uint64_t reproduced_ = 0;
  uint64_t cost_not_compared_ = 0;
};

}  // namespace writ
