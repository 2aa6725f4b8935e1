// What may end an evaluation from outside: a cancellation, a deadline, and in a replay the stop that was recorded.
//
// The machine looks at the first two at the checkpoints of its meter only (engine/base/meter.h), so the fuel at which one
// was seen is a count that the evaluation reaches again: replay stops it there [S-17.3].
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/base/error.h"

namespace writ {

struct Stops {
  static constexpr uint64_t kNoDeadline = UINT64_MAX;

  // Set by any thread to end the evaluation with E_CANCEL; null: nobody can.
  const std::atomic<bool>* cancel = nullptr;
  // On the monotonic clock of the port: from here on the evaluation ends with E_DEADLINE.
  uint64_t deadline = kNoDeadline;
  // The evaluation ends with `recorded` (if it is a code) where it would use more fuel than `recorded_fuel`.
  ErrorCode recorded = ErrorCode::kNone;
  uint64_t recorded_fuel = 0;
};

}  // namespace writ
