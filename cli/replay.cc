// writ replay: the flags of replay/command.h.
#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <thread>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/terminal.h"
#include "replay/command.h"
#include "replay/engine_executor.h"

namespace writ::cli {

namespace {

constexpr uint64_t kMostThreads = 256;

std::string notes() {
  std::string text =
      "The first line says whether every decision was made again with the same answer, and whether a ledger seals the\n"
      "records. Text output then shows the first records of each result; json has one line for each record, and one for\n"
      "the summary. Output is the same for any number of threads.\n\n"
      "Exit status: that of the first result in this table that any record has.\n";
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    const ReplayClassRow& row = replay_class_row(static_cast<ReplayClass>(i));
    std::string code = std::to_string(row.exit_code);
    text += "  " + code + std::string(5 - code.size(), ' ') + std::string(row.code) +
            std::string(18 - row.code.size(), ' ') + std::string(row.text) + "\n";
  }
  return text + "  64   invalid usage, or a file or folder that does not exist";
}

uint32_t usual_threads() { return std::clamp(std::thread::hardware_concurrency(), 1u, 64u); }

}  // namespace

int run_replay(const Words& words, Terminal& terminal) {
  ReplayCommandOptions command;
  std::string format = "text";
  bool once = false;
  std::optional<uint64_t> threads;
  std::optional<uint64_t> limits[std::size(kVerifierLimits)];
  std::vector<std::string> files;
  OptionSet options(
      "replay", "FILE --store FOLDER",
      "Repeat recorded decisions, from the records and the stored policies alone, and report what differs.\n"
      "FILE holds records written by `writ decide --record`; - is standard input.",
      notes());
  options.text("--store", command.store, "FOLDER", "read policies from this store, written by `writ decide --store`");
  options.optional_text("--raw", command.rejected_inputs, "FOLDER",
                        "read rejected inputs again from the files of this folder, named by the hex of their SHA-256");
  options.choice("-f,--format", format, {"text", "json"},
                 "text, or json: one line per record and one for the summary");
  options.flag("--all", command.all, "list every record in text output, before the headline");
  options.flag("--expect-reproduced", command.expect_reproduced,
               "exit with status 0 if there was a record and every one was reproduced");
  options.flag("--once", once, "repeat each decision once instead of twice; then no record counts as reproduced");
  options.number("-p,--threads", threads, "N", "judge records on N cores (default: those of the machine)");
  for (size_t i = 0; i < std::size(kVerifierLimits); ++i) {
    const VerifierLimitRow& row = kVerifierLimits[i];
    options.number(std::string(row.flag), limits[i], std::string(row.unit),
                   "limit the " + std::string(row.text) + " (default " +
                       std::to_string(VerifierLimits().*row.member) + ")");
  }
  RecordSizeFlag record_size;
  record_size.declare(options);
  options.words(files);
  if (auto over = options.parse(words, terminal)) return *over;
  if (files.size() != 1) throw CommandFailure(kReplayExitUsage, "specify one record file");
  if (threads && (*threads == 0 || *threads > kMostThreads)) {
    throw CommandFailure(kReplayExitUsage, "--threads takes a number from 1 to " + std::to_string(kMostThreads));
  }
  command.records = files[0];
  command.format = format == "json" ? ReplayCommandOptions::Format::kJson : ReplayCommandOptions::Format::kText;
  command.execution.repeat = !once;
  command.max_record_bytes = record_size.bytes();
  command.threads = threads ? static_cast<uint32_t>(*threads) : usual_threads();
  for (size_t i = 0; i < std::size(kVerifierLimits); ++i) {
    if (limits[i]) command.execution.limits.*kVerifierLimits[i].member = *limits[i];
  }
  Progress progress(terminal, "record");
  command.progress = [&progress](uint64_t records) { progress.step(records); };
  VerifierLimits verifier_limits = command.execution.limits;
  auto make_executor = [verifier_limits] { return std::make_unique<EngineExecutor>(verifier_limits); };
  int status = writ::run_replay(command, make_executor, terminal.out, terminal.err);
  progress.wipe();
  return status;
}

}  // namespace writ::cli
