// Reading lines, handing them to the pool, and printing what comes back in order. A text report begins with the headline,
// so the first records of each class are kept until the end; JSON and `--all` print each record as it is judged.
#include "replay/command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <ostream>
#include <vector>

#include "engine/base/json_writer.h"
#include "store/evidence_folder.h"
#include "store/record_file.h"

namespace writ {

namespace {

constexpr size_t kMostShown = 10;  // records of each class

JudgedRecord unreadable_line(const RecordFileReader::Line& line, size_t most) {
  Findings findings(line.number);
  findings.fail(ReplayClass::kFormat, line.form == RecordFileReader::Line::Form::kCut
                                          ? "the file ends in the middle of this line, which begins at byte " +
                                                std::to_string(line.offset) +
                                                "; it was cut by a crash or an unfinished copy"
                                          : "the line is longer than " + std::to_string(most) +
                                                " bytes; --max-record-bytes allows more");
  return {std::move(findings), std::nullopt, std::nullopt};
}

std::string text_of(const ReplayReport& report) {
  std::string text = "line " + std::to_string(report.line);
  if (!report.decision_id.empty()) text += "  " + report.decision_id;
  text += "  ";
  text += replay_class_row(report.replay_class).code;
  if (!report.sub_verdict.empty()) text += " (" + std::string(report.sub_verdict) + ")";
  std::string_view before = "  ";
  for (const std::string& detail : report.details) {
    text += before;
    text += detail;
    before = "\n    ";
  }
  return text + "\n";
}

// What one run prints.
class RunReport {
 public:
  RunReport(const ReplayCommandOptions& options, std::ostream& out) : options_(options), out_(out) {}

  void add(const ReplayReport& report) {
    summary_.add(report);
    if (options_.format == ReplayCommandOptions::Format::kJson) {
      out_ << report.json() << '\n';
    } else if (options_.all) {
      out_ << text_of(report);
    } else if (!report.reproduced()) {
      std::vector<std::string>& shown = shown_[static_cast<size_t>(report.replay_class)];
      if (shown.size() < kMostShown) shown.push_back(text_of(report));
    }
    if (options_.progress) options_.progress(summary_.records());
  }

  int finish() {
    if (options_.format == ReplayCommandOptions::Format::kJson) {
      std::string line;
      JsonWriter(line).begin_object().key("summary").raw(summary_.json(options_.expect_reproduced)).end_object();
      out_ << line << '\n';
    } else {
      print_text();
    }
    out_.flush();
    return summary_.exit_code(options_.expect_reproduced);
  }

 private:
  void print_text() {
    out_ << summary_.headline() << '\n';
    if (summary_.cost_not_compared() > 0) {
      out_ << "  cost not compared: " << grouped(summary_.cost_not_compared())
           << (summary_.cost_not_compared() == 1 ? " record counts" : " records count")
           << " by another fuel model than this engine, " << kFuelModel << '\n';
    }
    if (summary_.seals_not_compared() > 0) {
      out_ << "  seal not compared: " << grouped(summary_.seals_not_compared())
           << (summary_.seals_not_compared() == 1 ? " record holds a receipt" : " records hold receipts")
           << " that only a ledger can judge\n";
    }
    for (size_t i = 0; i < kReplayClassCount; ++i) {
      uint64_t count = summary_.count(static_cast<ReplayClass>(i));
      const ReplayClassRow& row = replay_class_row(static_cast<ReplayClass>(i));
      if (count == 0 || row.kind == ReplayClassKind::kReproduced) continue;
      out_ << "  " << row.code << "  " << grouped(count) << "  " << row.text << '\n';
      for (const std::string& text : shown_[i]) out_ << "  " << text;
      if (!options_.all && count > shown_[i].size()) {
        out_ << "  … " << grouped(count - shown_[i].size()) << " more\n";
      }
    }
  }

  const ReplayCommandOptions& options_;
  std::ostream& out_;
  ReplaySummary summary_;
  std::array<std::vector<std::string>, kReplayClassCount> shown_;
};

int replay_all(RecordFileReader& reader, const ReplayCommandOptions& options, const ExecutorFactory& make_executor,
               std::ostream& out) {
  PolicyStore store(options.store);
  PolicyCache policies(store);
  std::optional<EvidenceFolder> rejected_inputs;
  if (options.rejected_inputs) rejected_inputs.emplace(*options.rejected_inputs);
  ReplayOptions replay{options.execution, rejected_inputs ? &*rejected_inputs : nullptr, options.max_record_bytes};
  ReplayPool pool(policies, make_executor, replay, options.threads);
  DuplicateCheck duplicates;
  RunReport report(options, out);
  auto take = [&] {
    auto judged = pool.take();
    if (judged) report.add(duplicates.conclude(std::move(*judged)));
    return judged.has_value();
  };
  uint64_t lines = 0;
  try {
    while (auto line = reader.next()) {
      lines = line->number;
      bool whole = line->form == RecordFileReader::Line::Form::kWhole;
      auto give = [&] {
        return whole ? pool.give(line->text, line->number)
                     : pool.give(unreadable_line(*line, options.max_record_bytes));
      };
      while (!give()) take();
      if (!out) break;
    }
  } catch (const Failure& failure) {  // the disk; what was read before is judged all the same
    Findings findings(lines + 1);
    findings.fail(ReplayClass::kUnreadable, failure.error().detail);
    JudgedRecord fault{std::move(findings), std::nullopt, std::nullopt};
    while (!pool.give(fault)) take();
  }
  while (take()) {
  }
  return report.finish();
}

// Why the folder cannot be used, empty if it can.
std::string folder_problem(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return "cannot open " + path + ": " + system_error_text();
  if (!S_ISDIR(status.st_mode)) return path + " is not a folder";
  return {};
}

std::string usage_problem(const ReplayCommandOptions& options) {
  if (options.records.empty() || options.store.empty()) return "specify a record file and a policy store";
  std::string problem = folder_problem(options.store);
  if (problem.empty() && options.rejected_inputs) problem = folder_problem(*options.rejected_inputs);
  return problem;
}

}  // namespace

int run_replay(const ReplayCommandOptions& options, const ExecutorFactory& make_executor, std::ostream& out,
               std::ostream& err) {
  std::string problem = usage_problem(options);
  std::optional<RecordFileReader> reader;
  try {
    if (problem.empty() && options.records == "-") {
      reader.emplace(STDIN_FILENO);
    } else if (problem.empty()) {
      reader.emplace(options.records);
    }
  } catch (const UnreadableFile& file) {
    err << "writ replay: " << file.what() << '\n';
    return replay_class_row(ReplayClass::kUnreadable).exit_code;
  } catch (const Failure& failure) {
    problem = failure.error().detail;
  }
  if (!problem.empty()) {
    err << "writ replay: " << problem << '\n';
    return kReplayExitUsage;
  }
  try {
    reader->set_max_line(options.max_record_bytes);
    int code = replay_all(*reader, options, make_executor, out);
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
