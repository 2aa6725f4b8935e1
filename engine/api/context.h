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
  const std::shared_ptr<const BoundPolicy>& bound_policy() const { return bound_policy_; }

  // Throws Failure with the reader's code.
  void set_record_members(const RecordMembers& members);

  // Asks an entry point. No input is not the same as null. Never throws.
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
  const HostCallLog& outside() const { return port_.log(); }

 private:
  struct Question {
    EntryKind kind = EntryKind::kPath;
    std::string_view text;         // of the entry point or query
    uint32_t function = kNone32;   // kNone32: there is no such entry point
    VerdictMode mode = VerdictMode::kNone;
    std::optional<std::string_view> input;
  };

  const Decision& run(const Question& question, const DecideOptions& options) noexcept;
  void clear();
  void ask(const Question& question, const DecideOptions& options);
  void start(const DecideOptions& options);
  bool read_input(std::string_view text);
  void write_call(const Question& question, const DecideOptions& options);
  void evaluate(const Question& question);
  void settle_value(const Question& question);
  Value rows_to_objects(const Value& rows);
  void begin_record(const Question& question, const DecideOptions& options);
  void draw_identity(bool open_commitments);
  void set_members(const DecideOptions& options);
  void finish_record(const DecideOptions& options);
  void fail(const Error& error);
  void fail_from_current_exception() noexcept;

  std::shared_ptr<const BoundPolicy> bound_policy_;
  Host* host_ = nullptr;
  Machine machine_;
  JsonReader reader_;
  RecordingPort port_;
  RecordWriter writer_;
  Decision decision_;
  Outcome outcome_;

  // Of the running decision.
  Value input_;                 // undefined: none, or rejected
  bool input_canonical_ = false;
  bool result_written_ = false;  // result_text_ is the canonical text of the value
  RecordInputs question_;
  std::string entry_text_, call_text_, input_text_, result_text_, line_;
  RecordMembers members_;       // canonical
};

}  // namespace writ
