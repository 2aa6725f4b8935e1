// writ replay: the flags of replay/command.h.
#include <ostream>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "replay/command.h"
#include "replay/engine_executor.h"

namespace writ::cli {

namespace {

std::string notes() {
  std::string text = "Exit status: that of the first result in this table that any record has.\n";
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    const ReplayClassRow& row = replay_class_row(static_cast<ReplayClass>(i));
    std::string code = std::to_string(row.exit_code);
    text += "  " + code + std::string(5 - code.size(), ' ') + std::string(row.code) +
            std::string(18 - row.code.size(), ' ') + std::string(row.text) + "\n";
  }
  return text + "  64   invalid usage, or a file that cannot be opened";
}

}  // namespace

int run_replay(const Words& words, Terminal& terminal) {
  ReplayCommandOptions command;
  std::string format = "text";
  bool once = false;
  std::vector<std::string> files;
  OptionSet options(
      "replay", "FILE --store FOLDER",
      "Repeat recorded decisions, from the records and the stored policies alone, and report what differs.\n"
      "FILE holds records written by `writ decide --record`; - is standard input.",
      notes());
  options.text("--store", command.store, "FOLDER", "read policies from this store, written by `writ decide --store`");
  options.choice("-f,--format", format, {"text", "json"},
                 "text, or json: one line per record and one for the summary (default text)");
  options.flag("--all", command.all, "list every record in text output, not only those that were not reproduced");
  options.flag("--expect-reproduced", command.expect_reproduced, "exit with status 0 if every record was reproduced");
  options.flag("--once", once, "repeat each decision once instead of twice; then no record counts as reproduced");
  options.words(files);
  if (auto over = options.parse(words, terminal)) return *over;
  if (files.size() != 1) throw CommandFailure(kReplayExitUsage, "specify one record file");
  command.records = files[0];
  command.format = format == "json" ? ReplayCommandOptions::Format::kJson : ReplayCommandOptions::Format::kText;
  command.replay.second_execution = !once;
  EngineExecutor executor;
  return writ::run_replay(command, executor, terminal.out, terminal.err);
}

}  // namespace writ::cli
