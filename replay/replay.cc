#include "replay/replay.h"

#include <exception>
#include <string>
#include <utility>

#include "replay/engine_executor.h"
#include "replay/evidence_check.h"

namespace writ {

JudgedRecord Replayer::judge(std::string_view line, uint64_t number, const Commitments* sealed) {
  JudgedRecord judged{Findings(number), std::nullopt, std::nullopt};
  try {
    EvidenceSources sources{policies_, options_.rejected_inputs, sealed, options_.max_record_bytes};
    EvidenceCheck evidence(hasher_, executor_, sources, judged.findings);
    if (evidence.read(line)) {
      const DecisionRecord& record = evidence.facts().record;
      judged.decision_id = uuid_from_text(*record.decision_id);
      Id128 trace_id;
      if (read_hex(*record.trace_id, trace_id.data(), trace_id.size())) judged.trace_id = trace_id;
      judged.findings.note(ReplayStep::kOrder, StepResult::kPartial);
      evidence.run();
      ExecutionCheck(hasher_, executor_, evidence.facts(), sealed, options_.execution, judged.findings).run();
    }
  } catch (const std::exception& error) {
    judged.findings.fail(ReplayClass::kInternal, error.what());
  }
  return judged;
}

ReplayReport DuplicateCheck::conclude(JudgedRecord judged) {
  if (judged.decision_id && !decisions_.add(*judged.decision_id)) {
    judged.findings.fail(ReplayClass::kDuplicateId, "an earlier record has this `decision_id`");
  }
  if (judged.trace_id && !traces_.add(*judged.trace_id)) {
    judged.findings.fail(ReplayClass::kDuplicateId, "an earlier record has this `trace_id`");
  }
  return judged.findings.conclude();
}

ReplayReport replay_record(std::string_view line, const PolicySource& policies, const ReplayOptions& options) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  PolicyCache cache(policies);
  EngineExecutor executor(options.execution.limits);
  return Replayer(cache, executor, options).judge(line, 1).findings.conclude();
}

}  // namespace writ
