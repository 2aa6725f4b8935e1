// What stands between the machine and the host: asks, remembers, writes down.
//
// Every call that reaches the host leaves one entry in the log, in order of arrival, failed and undefined answers
// included [S-17.3]. Functions of class `once` reach it at most once per decision for equal operands; repeats are answered
// from memory and leave no new entry. Functions of class `each` reach it every time [S-17.3].
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/host_function.h"
#include "engine/host/host.h"
#include "engine/host/call_log.h"
#include "engine/host/port.h"

namespace writ {

class RecordingPort : public HostPort {
 public:
  // Forgets the last decision. `functions` says which are of class once; both must outlive the decision. With
  // `every_call` the log is complete; without it, calls whose answer nobody can see again (the clock) are left out.
  void begin(Host& host, const std::vector<HostFunction>& functions, bool every_call);

  // The clock reading of this decision. Throws Failure(E_CLOCK).
  uint64_t time_ns();

  Value ask(std::string_view function, std::span<const Value> args, Arena& arena) override;
  void note(std::string_view function, std::string_view text) override;
  // The evaluation ended here for a reason from outside; `code` is one of kStops [S-17.3].
  void stop(ErrorCode code);

  const HostCallLog& log() const { return log_; }
  // Whether a call is missing from the log, or half of it, for lack of memory: then no record may be made of it.
  bool is_complete() const { return complete_; }

 private:
  bool is_once(std::string_view function) const;
  Value ask_and_remember(std::string_view function, std::span<const Value> args, Arena& arena);
  Value ask_host(const HostCall& call, Arena& arena);
  void remember(const HostCall& call, HostCallResult kind, std::string_view body, const Value& value);

  Host* host_ = nullptr;
  const std::vector<HostFunction>* functions_ = nullptr;
  bool every_call_ = false;
  bool complete_ = true;
  std::optional<uint64_t> time_ns_;
  Hasher hasher_;
  HostCallLog log_;
  std::vector<Value> answers_;  // to the entries of the log, in the arena of this decision
  std::string args_text_;
  std::string body_text_;
};

}  // namespace writ
