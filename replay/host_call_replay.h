// Returning recorded results in place of host calls: entry i of the log to call i, and only if it is the same call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/host/call_log.h"

namespace writ {

// How an evaluation departed from the recorded calls.
enum class HostCallMismatch : uint8_t {
  kNone,
  kMissing,   // the evaluation made a call the log does not hold at this place
  kExtra,     // the log holds entries the evaluation did not ask for
  kArgument,  // same function at this place, other arguments
};

// The first mismatch stays; after it every call is refused.
class HostCallReplay {
 public:
  // The log must outlive it and not change.
  explicit HostCallReplay(const HostCallLog& log) : log_(&log) {}

  // The recorded answer to the next call, nothing if it is another call (then mismatch() says how).
  // Where the wanted call comes later, the entries before it are extra; where the entry at this place is of the
  // same function, the argument differs; otherwise the call is missing.
  std::optional<HostCallEntry> answer(std::string_view function, std::string_view args);
  // The code of the stop that the log ends with: the evaluation must stop with it at the recorded fuel count.
  std::optional<ErrorCode> stop() const;
  // The evaluation stopped there; it counts as the answer to the last entry.
  void reached_stop();
  // To be called when the evaluation has ended: entries that were not called for are a mismatch.
  HostCallMismatch finish();

  const HostCallLog& log() const { return *log_; }
  HostCallMismatch mismatch() const { return mismatch_; }
  // For people: which entry, which call.
  const std::string& detail() const { return detail_; }

 private:
  void fail(HostCallMismatch mismatch, std::string detail);

  const HostCallLog* log_;  // the recorded calls
  uint32_t next_ = 0;       // index of the entry that the next call must be
  HostCallMismatch mismatch_ = HostCallMismatch::kNone;
  std::string detail_;      // see detail()
};

}  // namespace writ
