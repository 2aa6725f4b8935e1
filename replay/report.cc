// What is said about records: words, lines, counts, exit codes.
#include <algorithm>

#include "engine/base/json_writer.h"
#include "replay/replay.h"

namespace writ {

namespace {

constexpr bool kFailure = true;
constexpr bool kOpen = false;
constexpr ReplayClassRow kClasses[] = {
#define REPLAY_CLASS(identifier, word, exit_code, step, failure, text) {word, exit_code, step, failure, text},
#include "replay/classes.def"
#undef REPLAY_CLASS
};

constexpr std::string_view kStepResults[] = {"not run", "pass", "fail", "partial", "withheld", "not applicable",
                                             "not compared"};

void append_member(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  append_cj1_string(out, name);
  out += ':';
}

void append_count(std::string& out, std::string_view name, uint64_t count) {
  append_member(out, name);
  append_decimal(out, count);
}

std::vector<int> steps_as_text_sorts() {
  std::vector<std::pair<std::string, int>> names;
  for (int step = 1; step <= kReplaySteps; ++step) names.emplace_back(std::to_string(step), step);
  std::sort(names.begin(), names.end());
  std::vector<int> steps;
  for (const auto& [name, step] : names) steps.push_back(step);
  return steps;
}

}  // namespace

const ReplayClassRow& replay_class_row(ReplayClass replay_class) { return kClasses[static_cast<size_t>(replay_class)]; }

std::string_view step_result_name(StepResult result) { return kStepResults[static_cast<size_t>(result)]; }

std::string ReplayReport::json() const {
  std::string out = "{";
  append_member(out, "class");
  append_cj1_string(out, replay_class_row(replay_class).word);
  if (!decision_id.empty()) {
    append_member(out, "decision_id");
    append_cj1_string(out, decision_id);
  }
  if (!details.empty()) {
    append_member(out, "details");
    out += '[';
    for (size_t i = 0; i < details.size(); ++i) {
      if (i > 0) out += ',';
      append_cj1_string(out, details[i]);
    }
    out += ']';
  }
  append_member(out, "line");
  out += '"';
  append_decimal(out, line);
  out += '"';
  append_member(out, "steps");
  out += '{';
  for (int step : steps_as_text_sorts()) {
    append_member(out, std::to_string(step));
    append_cj1_string(out, step_result_name(steps[static_cast<size_t>(step)]));
  }
  out += '}';
  if (!sub_verdict.empty()) {
    append_member(out, "sub_verdict");
    append_cj1_string(out, sub_verdict);
  }
  return out + "}";
}

void ReplaySummary::add(const ReplayReport& report) {
  ++records_;
  ++counts_[static_cast<size_t>(report.replay_class)];
  if (report.replay_class == ReplayClass::kIncomplete && report.sub_verdict == "reproduced") ++reproduced_;
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
    if (counts_[i] > 0) counts.emplace_back(kClasses[i].word, counts_[i]);
  }
  std::sort(counts.begin(), counts.end());
  std::string out = "{";
  append_member(out, "classes");
  out += '{';
  for (const auto& [word, count] : counts) append_count(out, word, count);
  out += '}';
  append_count(out, "records", records_);
  append_count(out, "reproduced", reproduced_);
  append_member(out, "steps_without_ledger");
  out += R"(["6","7","8","9","10","11","12","13"])";
  return out + "}";
}

}  // namespace writ
