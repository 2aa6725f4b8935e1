// Returning recorded results in place of host calls: entry i of the log to call i, and only if it is the same call.
//
// A log may end with a stop: the event, outside the evaluation, that ended it. Where the stop was is said by the fuel
// count of the record, and the evaluation is then stopped at that count (kAtCount). A count of another fuel model means
// nothing here; then the place among the calls is all there is (kAtPlace): an evaluation that asks for one call more
// than the record holds was still running, and is stopped there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/host/call_log.h"

namespace writ {

// How an evaluation departed from the recorded calls.
enum class HostCallMismatch : uint8_t {
  kNone,
  kMissing,   // the evaluation made a call the log does not hold at this place
  kExtra,     // the log holds entries the evaluation did not ask for
  kArgument,  // same function at this place, other arguments
  kWithheld,  // the evaluation asked for an entry that is withheld
};

// The calls of a record as replay needs them.
struct RecordedCalls {
  HostCallLog log;              // withheld entries are there in place, empty
  std::vector<bool> withheld;   // by entry; empty if none is
  bool all_withheld = false;    // the log is not shown at all: `log` is empty, whatever it was

  bool is_withheld(uint32_t index) const { return index < withheld.size() && withheld[index]; }
  bool shows_everything() const { return !all_withheld && withheld.empty(); }
  // Whether a stop may be among what is withheld: it would be the last entry.
  bool may_hide_stop() const { return all_withheld || (!log.empty() && is_withheld(log.size() - 1)); }
  // The code of the stop that the log ends with.
  std::optional<ErrorCode> stop() const;
};

// The first mismatch stays; after it every call is refused.
class HostCallReplay {
 public:
  enum class Stop : uint8_t { kAtCount, kAtPlace };

  // The calls must outlive it and not change.
  explicit HostCallReplay(const RecordedCalls& calls, Stop stop = Stop::kAtCount);

  // The recorded answer to the next call, nothing if it is another call (then mismatch() says how), or if the evaluation
  // ends here (then stopped() is true).
  // Where the wanted call comes later, the entries before it are extra; where the entry at this place is of the
  // same function, the argument differs; otherwise the call is missing.
  std::optional<HostCallEntry> answer(std::string_view function, std::string_view args);

  // The code of a stop that has to be armed at the recorded fuel count.
  std::optional<ErrorCode> stop_at_count() const;
  // The evaluation reached that count; it counts as the answer to the last entry.
  void reached_count();
  // The evaluation ended at a recorded stop, and with its code.
  std::optional<ErrorCode> stopped() const { return stopped_; }

  // To be called when the evaluation has ended: entries that were not called for are a mismatch, except for a stop that
  // only its place could show (then stop_not_shown() is true).
  HostCallMismatch finish();
  bool stop_not_shown() const { return stop_not_shown_; }

  const HostCallLog& log() const { return calls_->log; }
  HostCallMismatch mismatch() const { return mismatch_; }
  // For people: which entry, which call.
  const std::string& detail() const { return detail_; }

 private:
  void fail(HostCallMismatch mismatch, std::string detail);
  bool is_at_stop() const { return stop_ && next_ + 1 == calls_->log.size(); }

  const RecordedCalls* calls_;
  Stop where_;
  std::optional<ErrorCode> stop_;  // of the last entry, if it is one
  uint32_t next_ = 0;              // index of the entry that the next call must be
  HostCallMismatch mismatch_ = HostCallMismatch::kNone;
  std::optional<ErrorCode> stopped_;
  bool stop_not_shown_ = false;
  std::string detail_;             // see detail()
};

}  // namespace writ
