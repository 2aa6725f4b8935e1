// The port of a live host: makes each call and logs it.
//
// Every call that reaches the host leaves one entry in the log, in order of arrival, failed and undefined ones included.
// Two things are special. The clock is read at most once per decision, by whoever needs it
// first: the evaluation or the record's identity; and since its reading is known anyway, time.now_ns is not logged
// unless there will be a record. rand.intn, uuid.rfc4122 and the random bytes of io.jwt.encode_sign are not functions of
// the host: they are drawn from its entropy, and logged as they are called.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/host/decision_port.h"
#include "engine/host/host.h"
#include "engine/host/once_results.h"

namespace writ {

class RecordingPort : public DecisionPort {
 public:
  // Must outlive its use; before the first begin().
  void set_host(Host& host) { host_ = &host; }

  void begin(const std::vector<std::string>& each, bool record) override;
  Value call(std::string_view function, std::span<const Value> args, Arena& arena) override;
  void note(std::string_view function, std::string_view text) override;
  uint64_t monotonic_ns() override { return host_->monotonic_ns(); }
  uint64_t time_ns() override;
  void entropy(std::span<uint8_t> bytes) override;
  void stop(ErrorCode code) override;
  const HostCallLog& log() const override { return log_; }
  bool is_complete() const override { return complete_; }

 private:
  Value call_and_log(std::string_view function, std::span<const Value> args, Arena& arena);
  Value result_of(std::string_view function, std::span<const Value> args, Arena& arena);

  Host* host_ = nullptr;
  // Of this decision.
  const std::vector<std::string>* each_ = nullptr;  // functions of class `each`
  bool record_ = false;                             // the clock, too, is logged
  bool complete_ = true;                            // see is_complete()
  std::optional<uint64_t> time_ns_;                 // the clock reading, once there is one
  HostCallLog log_;
  OnceResults once_results_;  // values in the arena of this decision

  Hasher hasher_;
  Arena scratch_;  // of the running call
  std::string args_text_, result_text_;  // faithful texts of the running call
};

}  // namespace writ
