// What replay says: the class of a record, the result of each check, the counts of a run.
//
// classes.def lists the classes in order of precedence, steps.def the checks, reasons.def why a record is INCOMPLETE.
// Findings collects what the checks of one record find and ends in a ReplayReport; a ReplaySummary counts reports and
// has the headline and the exit status. A check that did not run is never one that passed: without a failure the class
// follows from the steps, and "reproduced" needs every one of 6 to 13.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
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
#define REPLAY_CLASS(identifier, code, exit_code, step, kind, text) identifier,
#include "replay/classes.def"
#undef REPLAY_CLASS
};
enum class ReplayClassKind : uint8_t { kFailure, kOpen, kReproduced };

struct ReplayClassRow {
  std::string_view code;
  int exit_code;
  ReplayStep step;
  ReplayClassKind kind;
  std::string_view text;
};
const ReplayClassRow& replay_class_row(ReplayClass replay_class);
inline constexpr size_t kReplayClassCount = 0
#define REPLAY_CLASS(identifier, code, exit_code, step, kind, text) +1
#include "replay/classes.def"
#undef REPLAY_CLASS
    ;

enum class IncompleteReason : uint8_t {
#define REPLAY_REASON(identifier, text) identifier,
#include "replay/reasons.def"
};
inline constexpr std::string_view kIncompleteReasons[] = {
#define REPLAY_REASON(identifier, text) text,
#include "replay/reasons.def"
};
using IncompleteReasons = std::array<bool, std::size(kIncompleteReasons)>;

enum class StepResult : uint8_t { kNotRun, kPass, kFail, kPartial, kWithheld, kNotApplicable, kNotCompared };
std::string_view step_result_name(StepResult result);

// What is said about one record.
struct ReplayReport {
  uint64_t line = 0;        // 1-based
  std::string decision_id;  // empty if the line could not be read
  ReplayClass replay_class = ReplayClass::kIncomplete;
  // "same" or "different" (ENGINE_DRIFT); empty where nothing was compared.
  std::string_view sub_verdict;
  // One sentence per failed check, the one that gave the class first; then why steps did not run.
  std::vector<std::string> details;
  IncompleteReasons reasons{};       // also where something failed besides
  bool seal_not_compared = false;    // it holds a receipt that only a ledger can judge

  bool reproduced() const { return replay_class_row(replay_class).kind == ReplayClassKind::kReproduced; }
  StepResult step(ReplayStep step) const { return steps_[static_cast<size_t>(step)]; }
  void set_step(ReplayStep step, StepResult result) { steps_[static_cast<size_t>(step)] = result; }
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
  // Adds a failure; the step of its class has failed, or the one that is named.
  void fail(ReplayClass replay_class, std::string detail);
  void fail(ReplayClass replay_class, std::string detail, ReplayStep step);
  // The result of a step that has none yet.
  void note(ReplayStep step, StepResult result);
  // The same for that step and all after it.
  void note_from(ReplayStep first, StepResult result);
  // A step is partial or did not run, and so the record cannot be reproduced.
  void leave_open(IncompleteReason reason, std::string detail);
  // A withheld value was needed.
  void note_redacted(std::string detail);
  void note_seal_not_compared() { report_.seal_not_compared = true; }
  bool has_failed(ReplayStep step) const { return report_.step(step) == StepResult::kFail; }

  // The failure first in precedence gives the class; without one it follows from what ran.
  ReplayReport conclude();

 private:
  void set_class_by_steps();

  ReplayReport report_;
  std::vector<std::pair<ReplayClass, std::string>> failures_;
  std::vector<std::string> remarks_;
  bool redacted_ = false;
};

// Counts over a run, its headline and its exit status.
class ReplaySummary {
 public:
  void add(const ReplayReport& report);
  uint64_t records() const { return records_; }
  uint64_t count(ReplayClass replay_class) const { return counts_[static_cast<size_t>(replay_class)]; }
  uint64_t reproduced() const { return reproduced_; }
  // Records whose fuel was counted in another unit than this engine's.
  uint64_t cost_not_compared() const { return cost_not_compared_; }
  uint64_t seals_not_compared() const { return seals_not_compared_; }

  // The first class that any record has; INCOMPLETE if there was none.
  ReplayClass replay_class() const;
  // What a person asks first: "reproduced, unsealed (no ledger): 1,000 of 1,000 records".
  std::string headline() const;
  // That of the class. With `expect_reproduced`, 0 if there was a record and each was reproduced.
  int exit_code(bool expect_reproduced = false) const;
  // Canonical JSON.
  std::string json(bool expect_reproduced = false) const;

 private:
  std::string reasons_text() const;

  std::array<uint64_t, kReplayClassCount> counts_{};
  std::array<uint64_t, kReplayClassCount> first_line_{};  // of each class
  std::array<bool, std::size(kReplaySteps) + 1> not_run_{};  // steps that did not run, or not wholly, for some record
  IncompleteReasons reasons_{};
  uint64_t first_ = 0, last_ = 0;  // lines
  uint64_t records_ = 0;
  uint64_t reproduced_ = 0;
  uint64_t cost_not_compared_ = 0;
  uint64_t seals_not_compared_ = 0;
};

// "1,234,567".
std::string grouped(uint64_t number);

}  // namespace writ
