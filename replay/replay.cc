#include "replay/replay.h"

#include <string>

#include "engine/base/uuid.h"
#include "replay/evidence_check.h"
#include "replay/execution_check.h"

namespace writ {

ReplayReport Replayer::replay(std::string_view line, uint64_t number, const Commitments* sealed) {
  Findings findings(number);
  try {
    EvidenceCheck evidence(hasher_, policies_, sealed, findings);
    if (evidence.read(line)) {
      check_unique(evidence.facts().record, findings);
      evidence.run();
      ExecutionCheck(hasher_, executor_, evidence.facts(), sealed, findings).run(options_.second_execution);
    }
  } catch (const std::exception& error) {
    findings.fail(ReplayClass::kInternal, error.what());
  }
  return findings.conclude();
}

void Replayer::check_unique(const DecisionRecord& record, Findings& findings) {
  auto decision_id = uuid_from_text(*record.decision_id);
  if (decision_id && !seen_decisions_.insert(*decision_id).second) {
    findings.fail(ReplayClass::kDuplicateId, "an earlier record has the `decision_id` " + std::string(*record.decision_id));
  }
  Id128 trace_id;
  if (read_hex(*record.trace_id, trace_id.data(), trace_id.size()) && !seen_traces_.insert(trace_id).second) {
    findings.fail(ReplayClass::kDuplicateId, "an earlier record has the `trace_id` " + std::string(*record.trace_id));
  }
  findings.note(ReplayStep::kOrder, StepResult::kPartial);
}

}  // namespace writ
