// The port as a context uses it: from one decision to the next, with the log of its calls and what identifies a record.
//
// There are two. RecordingPort is that of a live host and logs every call. In replay, RecordedPort returns what was
// recorded and has no host at all.
//
// Functions are of one of two classes. Those of class `once` are called at most once per decision for equal arguments;
// repeats return the same value and leave no entry in the log. Those of class `each` are called every time [S-17.3].
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/host/call_log.h"
#include "engine/host/port.h"

namespace writ {

class DecisionPort : public HostPort {
 public:
  // Starts a decision and forgets the last one. `each` are the functions of class `each`, sorted; all others are of
  // class `once`. It must outlive the decision. With `record` the log is complete; without it, calls whose result is
  // known anyway may be left out.
  virtual void begin(const std::vector<std::string>& each, bool record) = 0;
  // The one clock reading of the decision, in nanoseconds since 1970 UTC. Throws Failure(E_CLOCK).
  virtual uint64_t time_ns() = 0;
  // Fills all of `bytes` with cryptographic randomness. Throws Failure(E_ENTROPY).
  virtual void entropy(std::span<uint8_t> bytes) = 0;
  // The evaluation ended here for a reason outside it; `code` is one of kStops [S-17.3].
  virtual void stop(ErrorCode code) = 0;
  virtual const HostCallLog& log() const = 0;
  // Whether a call, or half of it, is missing from the log for lack of memory: then no record may be made of it.
  virtual bool is_complete() const = 0;
};

}  // namespace writ
