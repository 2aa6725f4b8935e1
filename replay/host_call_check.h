// What a log of host calls may not contradict: itself, and the record it stands in. None of this needs an evaluation; no
// evaluation leaves such a log [S-17.3].
#pragma once

#include <string>

#include "engine/record/policy_config_text.h"
#include "engine/record/record.h"
#include "replay/executor.h"
#include "replay/host_call_replay.h"

namespace writ {

// The first contradiction, empty if there is none. `config` may be null where the policy is not known; then only
// built-ins are known to be of class `once`.
std::string host_call_contradiction(const DecisionRecord& record, const RecordedCalls& calls, const Executor& executor,
                                    const PolicyConfig* config);

}  // namespace writ
