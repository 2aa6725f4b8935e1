// The command `writ replay`: reads a file of records, replays each, prints what it found. The command line parses the
// options and hands the engine in.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "replay/executor.h"
#include "replay/pool.h"
#include "replay/replay.h"

namespace writ {

struct ReplayCommandOptions {
  enum class Format { kText, kJson };
  std::string records;                         // file of records; "-" for standard input
  std::string store;                           // directory of the policy store
  std::optional<std::string> rejected_inputs;  // directory with the bytes of rejected inputs
  Format format = Format::kText;
  bool all = false;                // kText: a line for every record, not only for the first of each class
  bool expect_reproduced = false;  // exit 0 if every record was reproduced
  uint32_t threads = 1;
  size_t max_record_bytes = kMaxRecordLine;  // longer lines are no records
  ExecutionOptions execution;
  std::function<void(uint64_t records)> progress;  // called after each record; may be empty
};

inline constexpr int kReplayExitUsage = 64;

// Returns the exit status: that of classes.def, kReplayExitUsage for invalid options or a file or folder that does not
// exist or cannot be opened, that of INTERNAL if the verifier itself fails. kJson prints one canonical line a record and
// one {"summary":…} at the end; kText prints lines for people, the headline first (with `all`, after the records, which
// are not kept). Neither holds timings, and the same file gives the same bytes whatever the number of threads. Errors
// go to `err`.
int run_replay(const ReplayCommandOptions& options, const ExecutorFactory& make_executor, std::ostream& out,
               std::ostream& err);

}  // namespace writ
