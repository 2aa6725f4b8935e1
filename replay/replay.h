// Replay: decides recorded decisions again and says which check holds and which does not.
//
// A file of records alone supports the checks 6 to 13 of a record (policy, causes, ids, semantics, execution); what
// needs a ledger (1 to 5: frames, chain, roots, signatures, anchors) did not run, so the best result for a record is
// INCOMPLETE, with the sub-verdict "reproduced" [S-19.2]. A check that did not run is never reported as passed.
//
// Step 12 executes every record a second time under varied conditions. No call of an evaluation reaches the live host.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "engine/record/identifiers.h"
#include "engine/record/record_digests.h"
#include "replay/executor.h"
#include "replay/policy_cache.h"
#include "replay/report.h"
#include "store/policy_store.h"

namespace writ {

struct ReplayOptions {
  bool second_execution = true;  // off: step 12 does not run and no record is "reproduced"
  size_t cached_policies = 64;
};

// Replays records one after another. Holds the policies used last, and 16 bytes twice per record for step 2.
class Replayer {
 public:
  Replayer(const PolicyStore& store, Executor& executor, ReplayOptions options = {})
      : executor_(executor), options_(options), policies_(store, options.cached_policies) {}

  // `line` without line feed. `sealed`: what the leaf of a ledger commits to, where there is one; then step 7 compares
  // with it. Exceptions of the executor come back as INTERNAL.
  ReplayReport replay(std::string_view line, uint64_t number, const Commitments* sealed = nullptr);

 private:
  void check_unique(const DecisionRecord& record, Findings& findings);

  Executor& executor_;
  ReplayOptions options_;
  PolicyCache policies_;
  Hasher hasher_;
  std::set<Id128> seen_decisions_;
  std::set<Id128> seen_traces_;
};

}  // namespace writ
