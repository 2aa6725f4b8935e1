// Three things in turn: the rows of classes.def and steps.def, the findings of one record and the class they come to, and
// the counts of a run. JSON is canonical: members by name, and the numbers of steps are names, so "10" comes before "2".
#include "replay/report.h"

#include <algorithm>

#include "engine/api/engine.h"
#include "engine/base/json_writer.h"
#include "engine/base/utf8.h"
#include "engine/record/semantics.h"

namespace writ {

namespace {

constexpr size_t kMostDetails = 16;
constexpr size_t kMostDetailBytes = 400;

constexpr ReplayClassRow kClasses[] = {
#define REPLAY_CLASS(identifier, code, exit_code, step, kind, text) \
  {code, exit_code, ReplayStep::step, ReplayClassKind::kind, text},
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

// What records and files say goes to terminals: no control characters, no more than fits.
std::string printable(const std::string& detail) {
  if (!is_utf8(detail)) return "(detail is not UTF-8)";
  std::string text;
  for (unsigned char c : detail) {
    if (text.size() >= kMostDetailBytes && (c & 0xC0) != 0x80) return text + "…";
    if (c < 0x20 || c == 0x7F) {
      constexpr std::string_view kHex = "0123456789abcdef";
      text += {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
    } else {
      text += static_cast<char>(c);
    }
  }
  return text;
}

bool is_done(StepResult result) { return result == StepResult::kPass || result == StepResult::kNotApplicable; }

}  // namespace

const ReplayClassRow& replay_class_row(ReplayClass replay_class) { return kClasses[static_cast<size_t>(replay_class)]; }

std::string_view step_result_name(StepResult result) { return kStepResults[static_cast<size_t>(result)]; }

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

// --- One record ------------------------------------------------------------------------------------------------------

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
  json.key("line").quoted_number(line).member("reproduced", reproduced());
  json.key("steps").begin_object();
  for (const auto& [name, number] : steps_by_name()) json.member(name, step_result_name(step(number)));
  json.end_object();
  if (!sub_verdict.empty()) json.member("sub_verdict", sub_verdict);
  json.end_object();
  return out;
}

void Findings::fail(ReplayClass replay_class, std::string detail) {
  fail(replay_class, std::move(detail), replay_class_row(replay_class).step);
}

void Findings::fail(ReplayClass replay_class, std::string detail, ReplayStep step) {
  if (step != ReplayStep::kNone) report_.set_step(step, StepResult::kFail);
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

void Findings::leave_open(IncompleteReason reason, std::string detail) {
  report_.reasons[static_cast<size_t>(reason)] = true;
  remarks_.push_back(std::move(detail));
}

void Findings::note_redacted(std::string detail) {
  redacted_ = true;
  remarks_.push_back(std::move(detail));
}

ReplayReport Findings::conclude() {
  std::stable_sort(failures_.begin(), failures_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  auto add = [this](const std::string& detail) {
    if (report_.details.size() < kMostDetails) report_.details.push_back(printable(detail));
  };
  for (const auto& failure : failures_) add(failure.second);
  for (const std::string& remark : remarks_) add(remark);
  if (failures_.empty()) {
    set_class_by_steps();
  } else {
    report_.replay_class = failures_.front().first;
    if (report_.replay_class == ReplayClass::kEngineDrift) {
      bool differs = has_failed(ReplayStep::kHostCalls) || has_failed(ReplayStep::kOutcome);
      bool compared = report_.step(ReplayStep::kOutcome) == StepResult::kPass;
      report_.sub_verdict = differs ? "different" : compared ? "same" : "";
    }
  }
  return std::move(report_);
}

void Findings::set_class_by_steps() {
  bool reproduced = true, sealed = true;
  for (const ReplayStepRow& row : kReplaySteps) {
    StepResult result = report_.step(row.step);
    bool done = is_done(result) || (row.step == ReplayStep::kCost && result == StepResult::kNotCompared);
    if (!done) (row.needs_ledger ? sealed : reproduced) = false;
  }
  report_.replay_class = redacted_     ? ReplayClass::kRedacted
                         : !reproduced ? ReplayClass::kIncomplete
                         : !sealed     ? ReplayClass::kUnsealed
                                       : ReplayClass::kMatch;
}

// --- A run -----------------------------------------------------------------------------------------------------------

void ReplaySummary::add(const ReplayReport& report) {
  size_t index = static_cast<size_t>(report.replay_class);
  if (counts_[index]++ == 0) first_line_[index] = report.line;
  if (records_++ == 0) first_ = report.line;
  last_ = report.line;
  if (report.reproduced()) ++reproduced_;
  if (report.seal_not_compared) ++seals_not_compared_;
  if (report.step(ReplayStep::kCost) == StepResult::kNotCompared) ++cost_not_compared_;
  for (const ReplayStepRow& row : kReplaySteps) {
    StepResult result = report.step(row.step);
    if (result != StepResult::kPass && result != StepResult::kFail) not_run_[static_cast<size_t>(row.step)] = true;
  }
  for (size_t i = 0; i < reasons_.size(); ++i) reasons_[i] = reasons_[i] || report.reasons[i];
}

ReplayClass ReplaySummary::replay_class() const {
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    if (counts_[i] > 0) return static_cast<ReplayClass>(i);
  }
  return ReplayClass::kIncomplete;
}

std::string ReplaySummary::reasons_text() const {
  std::string text;
  for (size_t i = 0; i < reasons_.size(); ++i) {
    if (!reasons_[i]) continue;
    if (!text.empty()) text += ", ";
    text += kIncompleteReasons[i];
  }
  return text;
}

std::string ReplaySummary::headline() const {
  constexpr size_t kLimit = static_cast<size_t>(IncompleteReason::kVerifierLimit);
  if (records_ == 0) {
    return "not reproduced: incomplete (" + std::string(kIncompleteReasons[static_cast<size_t>(IncompleteReason::kNoRecords)]) + ")";
  }
  ReplayClass result = replay_class();
  std::string counts = ": " + grouped(reproduced_) + " of " + grouped(records_) + (records_ == 1 ? " record" : " records");
  switch (result) {
    case ReplayClass::kMatch: return "reproduced, sealed" + counts;
    case ReplayClass::kUnsealed: return "reproduced, unsealed (no ledger)" + counts;
    case ReplayClass::kImported: return "reproduced, imported" + counts;
    case ReplayClass::kIncomplete: return "not reproduced: incomplete (" + reasons_text() + ")" + counts + " reproduced";
    default: break;
  }
  std::string text = "not reproduced: ";
  if (result == ReplayClass::kRedacted) {
    text += "redacted";
  } else {
    text += std::string(replay_class_row(result).code) + ", first at line " +
            grouped(first_line_[static_cast<size_t>(result)]);
  }
  text += counts + " reproduced";
  if (reasons_[kLimit]) text += "; " + std::string(kIncompleteReasons[kLimit]);
  return text;
}

int ReplaySummary::exit_code(bool expect_reproduced) const {
  if (expect_reproduced && records_ > 0 && reproduced_ == records_) return 0;
  return replay_class_row(replay_class()).exit_code;
}

std::string ReplaySummary::json(bool expect_reproduced) const {
  std::vector<std::pair<std::string_view, uint64_t>> counts;
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    if (counts_[i] > 0) counts.emplace_back(kClasses[i].code, counts_[i]);
  }
  std::sort(counts.begin(), counts.end());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("class", replay_class_row(replay_class()).code);
  json.key("classes").begin_object();
  for (const auto& [code, count] : counts) json.member(code, count);
  json.end_object();
  json.member("cost_not_compared", cost_not_compared_);
  json.key("engine").begin_object().member("fuel_model", uint64_t{kFuelModel});
  json.member("name", std::string_view(kEngineName)).member("version", std::string_view(kEngineVersion)).end_object();
  json.member("exit_code", static_cast<uint64_t>(exit_code(expect_reproduced)));
  json.member("headline", std::string_view(headline()));
  if (records_ > 0) {
    json.key("lines").begin_object().key("first").quoted_number(first_).key("last").quoted_number(last_).end_object();
  }
  json.member("records", records_).member("reproduced", reproduced_);
  json.member("seals_not_compared", seals_not_compared_);
  json.key("steps_not_run").begin_array();
  for (const ReplayStepRow& row : kReplaySteps) {
    if (not_run_[static_cast<size_t>(row.step)]) json.string(std::to_string(row.number));
  }
  json.end_array().end_object();
  return out;
}

}  // namespace writ
