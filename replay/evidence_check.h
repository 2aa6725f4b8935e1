// The checks of a record that need no evaluation: steps 1 and 5 to 8. They read the line, find its policy, hash again
// what has a digest and derive the ids again, and leave behind what an evaluation needs to know.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/base/digest_function.h"
#include "engine/record/record.h"
#include "engine/record/record_digests.h"
#include "engine/value/value.h"
#include "replay/disclosed_input.h"
#include "replay/executor.h"
#include "replay/host_call_replay.h"
#include "replay/policy_cache.h"
#include "replay/report.h"
#include "store/evidence_folder.h"

namespace writ {

enum class InputState : uint8_t {
  kPresent,   // the record holds it
  kAbsent,    // the decision had none
  kRejected,  // the reader refused it
  kWithheld,  // taken out of the record, as a whole or but for some fields
  kMissing,   // it should be there and is not
};

// A record and what was found out about it. Its texts live in `arena` and in the line.
struct RecordFacts {
  Arena arena;
  DecisionRecord record;
  std::shared_ptr<const CachedPolicy> policy;  // null: the store does not give it
  InputState input = InputState::kMissing;
  WithheldInput withheld;               // for kWithheld
  std::optional<std::string> received;  // for kRejected: the bytes, if they are at hand
  RecordedCalls host_calls;
  bool host_calls_readable = true;
  // Of configuration and call the lower; nothing: the default.
  std::optional<uint64_t> fuel_limit;
};

// What the checks of a record reach besides it.
struct EvidenceSources {
  PolicyCache& policies;
  const EvidenceFolder* rejected_inputs = nullptr;  // bytes of rejected inputs by the hex of their SHA-256; may be null
  const Commitments* sealed = nullptr;              // what the leaf of a ledger commits to; null without one
  size_t max_record_bytes = kMaxRecordLine;
};

class EvidenceCheck {
 public:
  static constexpr uint64_t kMaxReceivedBytes = 256u << 20;

  // All must outlive the check.
  EvidenceCheck(Hasher& hasher, Executor& executor, const EvidenceSources& sources, Findings& findings)
      : hasher_(hasher), executor_(executor), sources_(sources), sealed_(sources.sealed), findings_(findings) {}

  // Step 1. False if the line is no record: then there is nothing else to check.
  bool read(std::string_view line);
  // Steps 5 to 8.
  void run();
  const RecordFacts& facts() const { return facts_; }

 private:
  void check_policy();
  void check_call();
  void check_input();
  void check_input_digest(const Digest& digest);
  void check_received();
  void check_disclosed_fields();
  void find_input_commitment();
  void check_host_calls();
  bool read_host_calls();
  std::optional<Digest> host_calls_commitment() const;
  void check_rest();
  void check_trace_context();
  void check_exactness();
  void check_ids();
  void check_trace_ids(const Id128& decision_id);
  void check_decision_digest();
  void check_seal();
  std::optional<Digest> leaf_of_line() const;

  void differ(std::string detail) { findings_.fail(ReplayClass::kMetaMismatch, std::move(detail)); }

  Hasher& hasher_;
  Executor& executor_;
  const EvidenceSources& sources_;
  const Commitments* sealed_;
  Findings& findings_;
  RecordFacts facts_;
  DecisionRecord& record_ = facts_.record;
  Value input_;  // of kPresent
  std::optional<Digest> input_commitment_;
};

// D("entry", …) of a record.
Digest entry_digest_of(Hasher& hasher, const DecisionRecord& record);

}  // namespace writ
