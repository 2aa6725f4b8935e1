// Three things in turn: the rows of classes.def and steps.def, the findings of one record and the class they come to, and
// the counts of a run. JSON is canonical: members by name, and the numbers of steps are names, so "10" comes before "2".
#include "replay/report.h"

#include <algorithm>

#include "engine/base/json_writer.h"
#include "engine/base/utf8.h"

namespace writ {

namespace {

constexpr size_t kMostDetailBytes = 400;

constexpr bool kFailure = true;
constexpr bool kOpen = false;
constexpr ReplayClassRow kClasses[] = {
#define REPLAY_CLASS(identifier, code, exit_code, step, failure, text) {code, exit_code, ReplayStep::step, failure, text},
#include "replay/classes.def"
#undef REPLAY_CLASS
};

constexpr std::string_view kStepResults[] = {"not run",  "pass",           "fail",        "partial",
                                             "withheld", "not applicable", "not compared"};

// The numbers of the steps as text, in the order of text: keys of canonical JSON.
std::vector<std::pair<std::string, ReplayStep>> steps_by_name() {
  std::vector<std::pair<std::string, ReplayStep>> names;
  for (const ReplayStepRow& row : kReplaySteps) names.emplace_back(std::to_string(row.number), row.step);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

const ReplayClassRow& replay_class_row(ReplayClass replay_class) { return kClasses[static_cast<size_t>(replay_class)]; }

std::string_view step_result_name(StepResult result) { return kStepResults[static_cast<size_t>(result)]; }

// --- One record ------------------------------------------------------------------------------------------------------

bool ReplayReport::all_of_file_passed() const {
  return std::all_of(std::begin(kReplaySteps), std::end(kReplaySteps), [this](const ReplayStepRow& row) {
    StepResult result = step(row.step);
    return row.needs_ledger || result == StepResult::kPass || result == StepResult::kNotApplicable ||
           result == StepResult::kNotCompared;
  });
}

std::string ReplayReport::json() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("class", replay_class_row(replay_class).code);
  if (!decision_id.empty()) json.member("decision_id", decision_id);
  if (!details.empty()) {
    json.key("details").begin_array();
    for (const std::string& detail : details) json.string(detail);
    json.end_array();
  }
  json.key("line").quoted_number(line);
  json.key("steps").begin_object();
  for (const auto& [name, number] : steps_by_name()) json.member(name, step_result_name(step(number)));
  json.end_object();
  if (!sub_verdict.empty()) json.member("sub_verdict", sub_verdict);
  json.end_object();
  return out;
}

void Findings::fail(ReplayClass replay_class, std::string detail) {
  report_.set_step(replay_class_row(replay_class).step, StepResult::kFail);
  if (detail.size() > kMostDetailBytes) detail.resize(kMostDetailBytes);
  if (!is_utf8(detail)) detail = "(detail is not UTF-8)";
  failures_.emplace_back(replay_class, std::move(detail));
}

void Findings::note(ReplayStep step, StepResult result) {
  if (report_.step(step) == StepResult::kNotRun) report_.set_step(step, result);
}

void Findings::note_from(ReplayStep first, StepResult result) {
  for (const ReplayStepRow& row : kReplaySteps) {
    if (row.step >= first) note(row.step, result);
  }
}

void Findings::note_redacted() {
  redacted_ = true;
  note_from(ReplayStep::kHostCalls, StepResult::kWithheld);
}

ReplayReport Findings::conclude() {
  std::stable_sort(failures_.begin(), failures_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [replay_class, detail] : failures_) report_.details.push_back(std::move(detail));
  if (!failures_.empty()) {
    report_.replay_class = failures_.front().first;
    if (report_.replay_class == ReplayClass::kEngineDrift) {
      bool differs = has_failed(ReplayStep::kHostCalls) || has_failed(ReplayStep::kOutcome);
      report_.sub_verdict = differs ? "different" : "same";
    }
  } else if (redacted_) {
    report_.replay_class = ReplayClass::kRedacted;
  } else {
    report_.replay_class = ReplayClass::kIncomplete;
    if (report_.all_of_file_passed()) report_.sub_verdict = "reproduced";
  }
  return std::move(report_);
}

// --- A run -----------------------------------------------------------------------------------------------------------

void ReplaySummary::add(const ReplayReport& report) {
  ++records_;
  ++counts_[static_cast<size_t>(report.replay_class)];
  if (report.replay_class == ReplayClass::kIncomplete && report.sub_verdict == "reproduced") ++reproduced_;
  if (report.step(ReplayStep::kCost) == StepResult::kNotCompared) ++cost_not_compared_;
}

int ReplaySummary::exit_code(bool expect_reproduced) const {
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    if (counts_[i] == 0) continue;
    bool all_reproduced = static_cast<ReplayClass>(i) == ReplayClass::kIncomplete && reproduced_ == counts_[i];
    return expect_reproduced && all_reproduced ? 0 : kClasses[i].exit_code;
  }
  return 0;
}

std::string ReplaySummary::json() const {
  std::vector<std::pair<std::string_view, uint64_t>> counts;
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    if (counts_[i] > 0) counts.emplace_back(kClasses[i].code, counts_[i]);
  }
  std::sort(counts.begin(), counts.end());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("classes").begin_object();
  for (const auto& [code, count] : counts) json.member(code, count);
  json.end_object();
  if (cost_not_compared_ > 0) json.member("cost_not_compared", cost_not_compared_);
  json.member("records", records_).member("reproduced", reproduced_);
  json.key("steps_without_ledger").begin_array();
  for (const ReplayStepRow& row : kReplaySteps) {
    if (!row.needs_ledger) json.string(std::to_string(row.number));
  }
  json.end_array().end_object();
  return out;
}

}  // namespace writ
