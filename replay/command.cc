#include "replay/command.h"

#include <unistd.h>

#include <optional>
#include <ostream>

#include "engine/base/json_writer.h"
#include "store/record_file.h"

namespace writ {

namespace {

ReplayReport unreadable_line(const RecordFileReader::Line& line) {
  ReplayReport report;
  report.line = line.number;
  report.replay_class = ReplayClass::kFormat;
  report.set_step(ReplayStep::kForm, StepResult::kFail);
  report.details.push_back(line.form == RecordFileReader::Line::Form::kCut
                               ? "the file ends in the middle of this line, which begins at byte " +
                                     std::to_string(line.offset) + "; it was cut by a crash or an unfinished copy"
                               : "the line is longer than 16 MiB");
  return report;
}

void print_text(const ReplayReport& report, std::ostream& out) {
  out << "line " << report.line << ": " << replay_class_row(report.replay_class).code;
  if (!report.sub_verdict.empty()) out << " (" << report.sub_verdict << ")";
  if (!report.decision_id.empty()) out << "  " << report.decision_id;
  out << '\n';
  for (const std::string& detail : report.details) out << "  " << detail << '\n';
}

void print_text(const ReplaySummary& summary, std::ostream& out) {
  out << "replayed " << summary.records() << (summary.records() == 1 ? " record" : " records") << '\n';
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    ReplayClass replay_class = static_cast<ReplayClass>(i);
    if (summary.count(replay_class) == 0) continue;
    const ReplayClassRow& row = replay_class_row(replay_class);
    out << "  " << row.code << "  " << summary.count(replay_class) << "  " << row.text << '\n';
  }
  out << "  reproduced  " << summary.reproduced() << "  policy, input, ids and both executions agree with the record\n";
  if (summary.cost_not_compared() > 0) {
    out << "  cost not compared  " << summary.cost_not_compared() << "  the recorded fuel is counted by another fuel model\n";
  }
}

bool is_worth_a_line(const ReplayReport& report, bool all) {
  return all || report.replay_class != ReplayClass::kIncomplete || report.sub_verdict != "reproduced";
}

int replay_all(RecordFileReader& reader, const ReplayCommandOptions& options, Executor& executor, std::ostream& out) {
  PolicyStore store(options.store);
  Replayer replayer(store, executor, options.replay);
  bool json = options.format == ReplayCommandOptions::Format::kJson;
  ReplaySummary summary;
  while (auto line = reader.next()) {
    bool whole = line->form == RecordFileReader::Line::Form::kWhole;
    ReplayReport report = whole ? replayer.replay(line->text, line->number) : unreadable_line(*line);
    summary.add(report);
    if (json) {
      out << report.json() << '\n';
    } else if (is_worth_a_line(report, options.all)) {
      print_text(report, out);
    }
  }
  if (json) {
    std::string line;
    JsonWriter(line).begin_object().key("summary").raw(summary.json()).end_object();
    out << line << '\n';
  } else {
    print_text(summary, out);
  }
  out.flush();
  return summary.exit_code(options.expect_reproduced);
}

}  // namespace

int run_replay(const ReplayCommandOptions& options, Executor& executor, std::ostream& out, std::ostream& err) {
  if (options.records.empty() || options.store.empty()) {
    err << "writ replay: specify a record file and a policy store\n";
    return kReplayExitUsage;
  }
  std::optional<RecordFileReader> reader;
  try {
    if (options.records == "-") {
      reader.emplace(STDIN_FILENO);
    } else {
      reader.emplace(options.records);
    }
  } catch (const Failure& failure) {
    err << "writ replay: " << failure.error().detail << '\n';
    return kReplayExitUsage;
  }
  try {
    int code = replay_all(*reader, options, executor, out);
    if (out) return code;
    err << "writ replay: the report could not be written\n";
  } catch (const Failure& failure) {
    err << "writ replay: " << failure.error().detail << '\n';
  } catch (const std::exception& error) {
    err << "writ replay: " << error.what() << '\n';
  }
  return replay_class_row(ReplayClass::kInternal).exit_code;
}

}  // namespace writ
