// A context decides, one decision after another, and owns all the memory that takes.
//
//   SystemHost host;
//   Context context;
//   context.bind(bound_policy, host);
//   const Decision& decision = context.decide("authz/allow", input);
//   if (decision.verdict == Verdict::kAllow) …
//
// One thread at a time; make one per thread. In steady state a decision without a record, and one with a record of
// usual size, does not call malloc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/api/bound_policy.h"
#include "engine/api/decision.h"
#include "engine/base/arena.h"
#include "engine/host/host.h"
#include "engine/host/recording_port.h"
#include "engine/record/record.h"
#include "engine/record/writer.h"
#include "engine/value/json.h"
#include "engine/vm/machine.h"

namespace writ {

class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // May be called again at any time between decisions, for instance with newer data: O(data slots of the program). The
  // host must outlive its use.
  void bind(std::shared_ptr<const BoundPolicy> bound_policy, Host& host);
  // The same with a port of the caller's in place of a host: what replay needs.
  void bind(std::shared_ptr<const BoundPolicy> bound_policy, DecisionPort& port);
  const std::shared_ptr<const BoundPolicy>& bound_policy() const { return bound_policy_; }

  // Throws Failure with the reader's code.
  void set_record_members(const RecordMembers& members);

  // Decides an entry point. No input is not the same as null. Never throws.
  const Decision& decide(std::string_view entry, std::optional<std::string_view> input,
                         const DecideOptions& options = {}) noexcept;
  // The same by number (Policy::entry_index), which spares the search.
  const Decision& decide(uint32_t entry, std::optional<std::string_view> input,
                         const DecideOptions& options = {}) noexcept;
  // Evaluates the query that is bound. The value is an array of objects {binding: value}, one per solution; no
  // solution is undefined. The verdict is kValue, kUndefined or kError whatever the mode of the policy.
  const Decision& query(std::optional<std::string_view> input, const DecideOptions& options = {}) noexcept;

  // For measurements and special clients.
  Machine& machine() { return machine_; }
  // The host calls of the last decision. With a port of the caller's, only while that port lives.
  const HostCallLog& host_calls() const { return port_->log(); }

 private:
  struct Request {
    EntryKind kind = EntryKind::kPath;
    std::string_view text;         // of the entry point or query
    uint32_t function = kNone32;   // kNone32: there is no such entry point
    VerdictMode mode = VerdictMode::kNone;
    std::optional<std::string_view> input;
  };

  void bind_policy(std::shared_ptr<const BoundPolicy> bound_policy);
  void reset();

  // In context.cc, in the order of a decision.
  const Decision& run(const Request& request, const DecideOptions& options) noexcept;
  Outcome evaluate_and_record(const Request& request, const DecideOptions& options);
  void begin(const DecideOptions& options);
  void set_stops(const DecideOptions& options);
  std::optional<Outcome> read_input(std::string_view text);
  Outcome read_large_input(std::string_view text, const Error& no_memory);
  Outcome evaluate(const Request& request, bool record);
  static Error missing_entry(const Request& request);
  Value rows_to_objects(const Value& rows);
  void check_result(const Value& value, bool record);
  Outcome fail(const Error& error);
  void fail_without_record() noexcept;

  // In context_record.cc.
  void check_members(const DecideOptions& options);
  void begin_record(const Request& request, const DecideOptions& options);
  void write_entry_call(const Request& request, const DecideOptions& options);
  void draw_ids(bool open_commitments);
  void set_members(const DecideOptions& options);
  void finish_record(const Outcome& outcome, const DecideOptions& options);

  std::shared_ptr<const BoundPolicy> bound_policy_;
  Machine machine_;
  JsonReader reader_;
  RecordingPort recording_port_;           // before the host, if one is bound
  DecisionPort* port_ = &recording_port_;  // what evaluations call
  RecordWriter writer_;
  RecordMembers members_;                  // canonical
  Decision decision_;                      // what the caller sees

  // Of the running decision.
  std::optional<Stops> stops_;
  Value input_;                   // undefined: none, or rejected
  bool input_canonical_ = false;  // the input's text is its canonical text
  std::optional<Arena> large_input_;  // of an input that has no room in the machine's
  RecordInputs record_inputs_;
  const TraceIds* trace_ids_ = nullptr;  // of the record that is begun; the writer's
  std::string entry_text_;        // the entry point in its one form, if it came in another
  std::string call_text_;         // `entry.call` of the record
  std::string input_text_;        // canonical, if the text of the input is not
  std::string result_text_;       // canonical, for the record
  std::string custom_text_;       // canonical, if the options have one
  std::string line_;              // the record
};

}  // namespace writ
