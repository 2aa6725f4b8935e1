// A decision: its parameters besides entry point and input, and its outcome.
//
// Everything fails closed. A decision starts as Verdict::kNone and its verdict is written last; whatever goes wrong on
// the way, lack of memory included, ends as Verdict::kError with a code.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "engine/record/identifiers.h"
#include "engine/record/record_digests.h"
#include "engine/record/verdict.h"
#include "engine/record/writer.h"
#include "engine/value/value.h"

namespace writ {

// In a replay: the decision was ended from outside with `code` when it had used that much fuel.
struct RecordedStop {
  ErrorCode code;
  uint64_t fuel;
};

// Listed in decide_options.def. An option that is no UTF-8, or a `custom` that is no JSON object of usual size, is an
// error of the decision, with a record and without one: nothing is evaluated and nothing recorded.
struct DecideOptions {
  bool record = false;
  std::optional<uint64_t> fuel;  // lowers the limit of the policy for this call; never raises it
  // Ends the decision with E_DEADLINE once it has taken that many nanoseconds, the reading of its input included. Looked
  // at every few thousand steps; a host call is not interrupted.
  std::optional<uint64_t> deadline_ns;
  // Ends the decision with E_CANCEL, soon after any thread has set it. The caller's; it must outlive the decision.
  const std::atomic<bool>* cancel = nullptr;
  std::optional<RecordedStop> recorded_stop;
  // Members of the record: W3C trace context as received, the client, the batch this decision is part of, and a JSON
  // object of the host's own fields, in place of that of the context (RecordMembers).
  std::optional<std::string_view> traceparent, tracestate, requested_by, batch_decision_id, custom;
  bool enforced = true;           // false: the verdict is only observed, nothing depends on it
  std::optional<Digest> action;   // of the bytes the executor will act on
  bool open_commitments = false;  // without salts: whoever can guess an input can confirm it
  bool commitments = false;       // also compute what the leaf of a ledger holds: three more hashes
  // The record of an input that the reader rejected holds its bytes if there are no more than this; never more than
  // kMaxKeptInput.
  size_t keep_rejected = 0;
  // A larger record is E_RECORD_SIZE. Whoever replays it must be given the same limit; at most kMostRecordLine.
  size_t max_record_bytes = kMaxRecordLine;
};

// What proves a decision, if a record was requested and could be made.
struct DecisionEvidence {
  std::string_view record;       // the line with its line feed; empty if there is none
  // Valid if `record` is not empty.
  RecordDigests digests;
  std::string_view decision_id;  // a UUID
  TraceIds trace;
  Commitments commitments;       // if requested
};

// Belongs to its context and is valid, with everything it points to, until that context's next decision. With a record
// requested and none made, the verdict is never kAllow.
struct Decision : DecisionEvidence {
  Verdict verdict = Verdict::kNone;
  Status status = Status::kError;
  ErrorCode code = ErrorCode::kNone;  // of Status::kError
  Value value;                        // of Status::kDefined; append_json writes its text
  Error error;                        // of Status::kError: for people
  uint64_t fuel = 0;                  // used, also by a decision that failed
  bool rejected = false;              // the reader refused the input
  bool option_refused = false;        // a text of the options is not what it must be; see DecideOptions
  // Of a query: all solutions, [[binding values …], [expression values …]] each; see lang::QueryShape.
  Value rows;

  // Back to a decision that has not begun: all members, those that are large only if they were used.
  void reset() {
    verdict = Verdict::kNone;
    status = Status::kError;
    code = ErrorCode::kNone;
    value = rows = Value();
    fuel = 0;
    rejected = option_refused = false;
    if (error) error = Error();
    if (!record.empty()) static_cast<DecisionEvidence&>(*this) = DecisionEvidence();
  }
};

// What is in every record of a context. Texts are JSON objects in any form.
struct RecordMembers {
  std::string labels = "{}";
  std::string bundles;                   // "" = left out
  std::string custom;                    // "" = left out
  std::optional<Digest> engine_build;    // of the executable
  std::optional<Digest> engine_program;  // of the compiled program
};

}  // namespace writ
