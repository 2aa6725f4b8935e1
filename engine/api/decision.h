// A decision: what is asked for besides the entry point and the input, and what comes back.
//
// Everything fails closed. A decision starts as Verdict::kNone and its verdict is written last; whatever goes wrong on
// the way, lack of memory included, ends as Verdict::kError with a code.
#pragma once

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

struct DecideOptions {
  bool record = false;
  std::optional<uint64_t> fuel;  // lowers the limit of the policy for this call; never raises it
  std::optional<std::string_view> traceparent, tracestate, requested_by;
  std::optional<std::string_view> batch_decision_id;
  std::optional<Digest> action;  // of the bytes the executor will act on
  bool open_commitments = false;  // without salts: whoever can guess an input can confirm it
  bool commitments = false;       // also compute what the leaf of a ledger holds: three more hashes
  // The record of an input that the reader rejected holds its bytes if there are no more than this; never more than
  // kMaxKeptInput.
  size_t keep_rejected = 0;
};

// Lives in its context and is valid, with everything it points to, until that context's next decision.
struct Decision {
  Verdict verdict = Verdict::kNone;
  Status status = Status::kError;
  ErrorCode code = ErrorCode::kNone;  // of Status::kError
  Value value;                        // of Status::kDefined; text.h makes JSON of it
  Error error;                        // of Status::kError: for people
  uint64_t fuel = 0;
  bool rejected = false;              // the reader refused the input
  // Of a query: all solutions, [[binding values …], [expression values …]] each; see lang::QueryShape.
  Value rows;

  // If a record was asked for and could be made: the line with its line feed. Empty means there is none, and then the
  // verdict is never kAllow.
  std::string_view record;
  // Valid if `record` is not empty.
  RecordDigests digests;
  std::string_view decision_id;
  TraceIds trace;
  Commitments commitments;  // if asked for
};

// What stands in every record of a context. Texts are JSON objects in any form.
struct RecordMembers {
  std::string labels = "{}";
  std::string bundles;                // "" = left out
  std::string custom;
  std::optional<Digest> engine_build;    // of the executable
  std::optional<Digest> engine_program;  // of the compiled program
};

}  // namespace writ
