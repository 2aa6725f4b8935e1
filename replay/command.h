// The command `writ replay`: reads a file of records, replays each, prints what it found. The command line parses the
// options and hands the engine in.
#pragma once

#include <iosfwd>
#include <string>

#include "replay/executor.h"
#include "replay/replay.h"

namespace writ {

struct ReplayCommandOptions {
  enum class Format { kText, kJson };
  std::string records;  // file of records; "-" for standard input
  std::string store;    // directory of the policy store
  Format format = Format::kText;
  bool all = false;                // kText: a line for every record, not only for those that are not reproduced
  bool expect_reproduced = false;  // exit 0 if every record was reproduced
  ReplayOptions replay;
};

inline constexpr int kReplayExitUsage = 64;

// Returns the exit status: that of classes.def, kReplayExitUsage for invalid options or a file that cannot be opened,
// that of INTERNAL if the verifier itself fails. kJson prints one canonical line a record and one {"summary":…} at the
// end; kText prints lines for people. Neither holds timings, so the same file gives the same bytes. Errors go to `err`.
int run_replay(const ReplayCommandOptions& options, Executor& executor, std::ostream& out, std::ostream& err);

}  // namespace writ
