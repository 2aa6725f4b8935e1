// Makes the record of a decision: ids before the evaluation, digests and the line after it.
//
//   writer.record().labels.text = R"({"app":"billing"})";      the host's members; they stay from decision to decision
//   writer.begin(inputs);                                      ids exist from here on, for host calls to carry
//   … evaluate …
//   writer.finish(answer, out);                                appends the line
//
// All memory is kept between decisions: in steady state a decision does not allocate here, provided `out` has room.
// Entropy and time are arguments. Not thread-safe: one writer per evaluation context.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/record/identifiers.h"
#include "engine/host/call_log.h"
#include "engine/record/policy_identity.h"
#include "engine/record/semantics.h"
#include "engine/record/record.h"
#include "engine/record/record_digests.h"
#include "engine/record/verdict.h"

namespace writ {

// Salts of the four commitments: sixteen fresh random bytes each.
struct RecordSalts {
  Salt input, nd, outcome, meta;
};

// What is known before evaluation. Views must live until finish.
struct RecordInputs {
  const PolicyIdentity* policy = nullptr;
  EntryKind entry_kind = EntryKind::kPath;
  std::string_view entry_text;         // a path without leading slash, or the text of a query
  std::string_view entry_call = "{}";  // canonical
  // At most one of these two: the input in canonical form (the received bytes themselves where they are canonical), or
  // what the reader rejected. Neither: there was no input.
  std::optional<std::string_view> input;
  bool input_jcs = true;  // every number in the input survives an IEEE double
  struct Rejected {
    Digest sha256;
    uint64_t size;
    std::optional<std::string_view> kept;  // the bytes themselves, if the record is to hold them
  };
  std::optional<Rejected> rejected;
  uint64_t time_ns = 0;
  std::array<uint8_t, 10> random{};
  std::optional<RecordSalts> salts;  // nothing: open commitments
  // Profile `commit: fields`: the input as a value, and the key its salts come from. The salts of input and
  // non-deterministic values are then unused.
  const Value* input_value = nullptr;
  std::optional<FieldKey> field_key;
  size_t max_line = kMaxRecordLine;  // of the record; larger ones fail
};

// What the evaluation answered.
struct RecordOutcome {
  Outcome outcome;                 // see derive_outcome
  std::string_view result;         // canonical; only for Status::kDefined
  bool result_jcs = true;
  std::string_view error_message;  // only for Status::kError; never compared
  uint64_t fuel = 0;
  uint16_t fuel_model = kFuelModel;  // the unit of `fuel`
  const HostCallLog* nd = nullptr;   // null = no host calls
};

struct RecordDigests {
  Digest entry, input, nd, outcome, decision, meta;
};

class RecordWriter {
 public:
  RecordWriter();

  // The host sets labels, bundles, engine_*, custom, metrics, requested_by and the like here; empty texts are left out.
  // begin and finish set all other members.
  DecisionRecord& record() { return record_; }
  // Keeps the received headers as they are, or notes that one could not be kept. Views must live until finish.
  // Absent headers are nothing.
  void set_trace_context(std::optional<std::string_view> traceparent, std::optional<std::string_view> tracestate);

  // Computes ids. The decision id is new for every call.
  const TraceIds& begin(const RecordInputs& question);
  // Appends the line to `out`. Throws Failure(E_RECORD_SIZE), with `out` as before, if it would be too large: then the
  // decision must not be an allow.
  void finish(const RecordOutcome& answer, std::string& out);

  // After begin: entry and input. After finish: all.
  const RecordDigests& digests() const { return digests_; }
  // After finish, for the leaf of a ledger: three more hashes.
  Commitments commitments();

 private:
  // Digests of texts that come again and again: entry points, and answers like true and {"allow":false}.
  struct Memo {
    std::string key;
    Digest digest;
    bool filled = false;
  };

  void compute_entry_digest();
  void compute_input_digest();
  bool committed_by_field() const;
  std::string_view salt(Salt RecordSalts::*which) const;
  void compute_outcome_digest(const RecordOutcome& answer);
  void set_identity();
  void set_question();
  void set_rejected_input();
  void set_outcome(const RecordOutcome& answer);
  void set_digests(const RecordOutcome& answer);
  void set_salts();

  Hasher hasher_;
  DecisionRecord record_;
  RecordInputs question_;
  const HostCallLog* nd_ = nullptr;
  RecordDigests digests_;
  Digest no_calls_;
  Digest input_commitment_;
  Id128 decision_id_{};
  TraceIds trace_ids_;
  Memo entry_memo_;
  Memo outcome_memo_;
  std::string memo_key_;
  std::string hashed_;    // a text on its way into a digest
  std::string raw_text_;  // base64
  std::string decision_id_text_, trace_id_text_, span_id_text_, timestamp_text_;
};

}  // namespace writ
