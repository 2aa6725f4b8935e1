// The port of a replay: returns what was recorded, and has no host.
//
// A call must be the next call of the record, function and arguments alike; anything else is kept as a mismatch by the
// HostCallReplay and ends the evaluation. Functions of class `once` are called as often as they were when deciding
// live: repeats return the same value and do not move the cursor. There is no randomness here, so records cannot be
// made, and print goes nowhere. A stop of this run (its deadline, its memory) is an event of the verifier and no part of
// the record; whoever runs the evaluation has to ask for it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/host/decision_port.h"
#include "engine/host/once_results.h"
#include "replay/host_call_replay.h"

namespace writ {

class RecordedPort : public DecisionPort {
 public:
  // The cursor outlives the port.
  RecordedPort(uint64_t time_ns, HostCallReplay& replay) : time_ns_(time_ns), replay_(replay) {}

  void begin(const std::vector<std::string>& each, bool record) override;
  Value call(std::string_view function, std::span<const Value> args, Arena& arena) override;
  void note(std::string_view, std::string_view) override {}
  uint64_t time_ns() override { return time_ns_; }
  uint64_t monotonic_ns() override;  // of this run, for the verifier's own deadline
  void entropy(std::span<uint8_t> bytes) override;
  void stop(ErrorCode code) override { stop_ = code; }
  const HostCallLog& log() const override { return replay_.log(); }
  bool is_complete() const override { return true; }
  // What ended this evaluation from outside; kNone if nothing did.
  ErrorCode stop() const { return stop_; }

 private:
  uint64_t time_ns_;        // the clock reading of the recorded decision
  HostCallReplay& replay_;  // the cursor over the recorded calls
  const std::vector<std::string>* each_ = nullptr;  // functions of class `each`
  ErrorCode stop_ = ErrorCode::kNone;               // see stop()
  OnceResults once_results_;
  std::string args_text_;
};

}  // namespace writ
