// Replay: decides recorded decisions again and says which check holds and which does not.
//
//   PolicyStore store(folder);
//   ReplayReport report = replay_record(line, store);           one record: class, steps, details
//   if (report.reproduced()) …
//
// A file of records alone supports the checks 6 to 13 of a record (policy, causes, ids, semantics, execution); what
// needs a ledger (1 to 5: frames, chain, roots, signatures, anchors) ran in part at most, so the best result for a record
// is UNSEALED [S-19.2]. A check that did not run is never reported as passed.
//
// Step 12 executes every record a second time under varied conditions. No call of an evaluation reaches the live host,
// and whatever a record, a policy or a store holds, the work for it is bounded [S-19.6].
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/uuid.h"
#include "engine/record/record_digests.h"
#include "replay/execution_check.h"
#include "replay/executor.h"
#include "replay/policy_cache.h"
#include "replay/report.h"
#include "replay/seen_ids.h"
#include "store/evidence_folder.h"
#include "store/policy_store.h"

namespace writ {

struct ReplayOptions {
  ExecutionOptions execution;
  const EvidenceFolder* rejected_inputs = nullptr;  // bytes of rejected inputs, by the hex of their SHA-256; or null
  size_t max_record_bytes = kMaxRecordLine;
};

// What was found out about one record by itself.
struct JudgedRecord {
  Findings findings;
  std::optional<Id128> decision_id, trace_id;
};

// Judges records, each by itself. One per thread; cache and folder are shared.
class Replayer {
 public:
  Replayer(PolicyCache& policies, Executor& executor, ReplayOptions options = {})
      : policies_(policies), executor_(executor), options_(options) {}

  // `line` without line feed. `sealed`: what the leaf of a ledger commits to, where there is one; then step 7 compares
  // with it. Exceptions of the executor come back as INTERNAL.
  JudgedRecord judge(std::string_view line, uint64_t number, const Commitments* sealed = nullptr);

 private:
  PolicyCache& policies_;
  Executor& executor_;
  ReplayOptions options_;
  Hasher hasher_;
};

// What one record of a run says about another: no id comes twice. Records arrive in their order.
class DuplicateCheck {
 public:
  ReplayReport conclude(JudgedRecord judged);

 private:
  SeenIds decisions_, traces_;
};

// One record by itself, `line` with or without its line feed, by this engine. Policies that it needs are built anew;
// several records are better judged by one Replayer. Never throws but for lack of memory.
ReplayReport replay_record(std::string_view line, const PolicySource& policies, const ReplayOptions& options = {});

}  // namespace writ
