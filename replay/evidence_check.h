// The checks of a record that need no evaluation: steps 1 and 6 to 8. They read the line, find its policy, hash again
// what has a digest and derive the ids again, and leave behind what an evaluation needs to know.
#pragma once

#include <optional>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/base/digest_function.h"
#include "engine/host/call_log.h"
#include "engine/record/record.h"
#include "engine/record/record_digests.h"
#include "replay/policy_cache.h"
#include "replay/report.h"

namespace writ {

enum class InputState : uint8_t {
  kPresent,   // the record holds it
  kAbsent,    // the decision had none
  kRejected,  // the reader refused it; the record holds its digest only
  kWithheld,  // taken out of the record, as a whole or but for some fields
  kMissing,   // it should be there and is not
};

// A record and what was found out about it. Its texts live in `arena` and in the line.
struct RecordFacts {
  Arena arena;
  DecisionRecord record;
  const CachedPolicy* policy = nullptr;  // null: the store does not give it
  InputState input = InputState::kMissing;
  HostCallLog host_calls;
  bool host_calls_withheld = false;
  bool host_calls_readable = true;
};

class EvidenceCheck {
 public:
  // `sealed` may be null. All must outlive the check.
  EvidenceCheck(Hasher& hasher, PolicyCache& policies, const Commitments* sealed, Findings& findings)
      : hasher_(hasher), policies_(policies), sealed_(sealed), findings_(findings) {}

  // Step 1. False if the line is no record: then there is nothing else to check.
  bool read(std::string_view line);
  // Steps 6 to 8.
  void run();
  const RecordFacts& facts() const { return facts_; }

 private:
  void check_policy();
  void check_input();
  void check_input_digest(const Digest& digest);
  void check_disclosed_fields();
  void find_input_commitment();
  void check_host_calls();
  void check_host_calls_commitment(const Digest& digest);
  void check_rest();
  void check_ids();
  void check_trace_ids(const Id128& decision_id);
  void check_decision_digest();

  Hasher& hasher_;
  PolicyCache& policies_;
  const Commitments* sealed_;
  Findings& findings_;
  RecordFacts facts_;
  DecisionRecord& record_ = facts_.record;
  std::optional<Digest> input_commitment_;
};

// D("entry", …) of a record.
Digest entry_digest_of(Hasher& hasher, const DecisionRecord& record);

}  // namespace writ
