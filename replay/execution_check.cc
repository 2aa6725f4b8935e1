// Steps 9 to 13: the record is executed with the recorded host calls in place of the world, and what comes out is put
// into a copy of the record. Then the two records are compared by the role that fields.def gives each member: effects
// must be equal. The one measure that is compared is fuel, and only where both counts are in the same unit.
//
// Read run() first, then check_executions(), which is the order of the steps.
#include "replay/execution_check.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// A limit of the call, nothing if it sets none.
std::optional<uint64_t> call_limit(std::string_view call, std::string_view name) {
  Arena arena;
  Value object = read_json(call, arena);
  const Value* limit = object_find(object, name);
  if (!limit || !limit->is_number()) return std::nullopt;
  std::string text;
  append_cj1(text, *limit);
  return read_decimal(text);
}

std::optional<uint64_t> lower_of(std::optional<uint64_t> a, std::optional<uint64_t> b) {
  if (!a) return b;
  return b ? std::min(*a, *b) : *a;
}

std::string differs(std::string_view name, std::string_view recorded, std::string_view here) {
  return std::string(name) + " is " + std::string(here) + " here and was " + std::string(recorded);
}

// How the running engine differs from what a configuration requires, empty if it does not. The fuel model is none of
// it: what an evaluation costs is not what it means.
std::string drift_of(const PolicyConfig& config, const Executor& executor) {
  const EngineSemantics& engine = executor.semantics();
  if (config.semantics != engine.semantics) return differs("semantics", config.semantics, engine.semantics);
  if (config.numbers != engine.numbers) return differs("numbers", config.numbers, engine.numbers);
  if (!executor.supports_language(config.language)) return differs("language", config.language, engine.language);
  if (!config.tzdb.empty() && config.tzdb != engine.tzdb) return differs("tzdb", config.tzdb, engine.tzdb);
  if (!config.unicode.empty() && config.unicode != engine.unicode) {
    return differs("unicode", config.unicode, engine.unicode);
  }
  if (!config.regex.empty() && config.regex != engine.regex) return differs("regex", config.regex, engine.regex);
  for (const auto& [name, version] : config.builtins) {
    auto found = std::find_if(engine.builtins.begin(), engine.builtins.end(),
                              [&name = name](const auto& builtin) { return builtin.first == name; });
    if (found == engine.builtins.end()) return "the built-in `" + name + "` does not exist here";
    if (found->second != version) {
      return differs("built-in `" + name + "`", std::to_string(version), std::to_string(found->second));
    }
  }
  return {};
}

ReplayClass class_of(HostCallMismatch mismatch) {
  switch (mismatch) {
    case HostCallMismatch::kExtra: return ReplayClass::kNdExtra;
    case HostCallMismatch::kArgument: return ReplayClass::kNdArgument;
    default: return ReplayClass::kNdMissing;
  }
}

// The value of a member ("writ.verdict") among those that the meta digest covers, as JSON; "nothing" if it is not there.
std::string meta_member(const DecisionRecord& record, std::string_view name) {
  std::string text;
  append_record_meta(text, record);
  Arena arena;
  Value value = read_json(text, arena, {kMaxRecordLine, kMaxRecordDepth});
  const Value* at = &value;
  for (size_t begin = 0; at != nullptr && begin <= name.size();) {
    size_t end = std::min(name.find('.', begin), name.size());
    at = at->is_object() ? object_find(*at, name.substr(begin, end - begin)) : nullptr;
    begin = end + 1;
  }
  return at == nullptr ? "nothing" : to_json(*at);
}

// What is said of a member that differs: both values, unless it is outside meta; then it may be large or private.
std::string difference(const std::string& name, const DecisionRecord& recorded, const DecisionRecord& made) {
  std::string was = meta_member(recorded, name);
  std::string is = meta_member(made, name);
  return was == is ? name + " is not the recorded one" : name + " is " + is + " and was " + was;
}

}  // namespace

void ExecutionCheck::run(bool repeat) {
  check_semantics();
  if (facts_.input == InputState::kRejected) return check_rejection();
  if (facts_.policy && facts_.input != InputState::kMissing && facts_.host_calls_readable) check_executions(repeat);
}

void ExecutionCheck::check_semantics() {
  if (!facts_.policy) return;
  std::string drift = drift_of(facts_.policy->config, executor_);
  if (!drift.empty()) findings_.fail(ReplayClass::kEngineDrift, drift);
  findings_.note(ReplayStep::kSemantics, StepResult::kPass);
}

// The document is not stored, so its rejection cannot be repeated; what the record says of it must fit together.
void ExecutionCheck::check_rejection() {
  ErrorCode code = record_.error_code ? error_code_from_name(*record_.error_code) : ErrorCode::kNone;
  bool is_possible = code == ErrorCode::E_ENTRY || (code >= ErrorCode::E_JSON_SYNTAX && code <= ErrorCode::E_NUM_RANGE);
  Digest outcome = outcome_digest(hasher_, Status::kError, record_.error_code.value_or(""));
  if (!is_possible || *record_.status != Status::kError || *record_.verdict != Verdict::kError || *record_.fuel != 0 ||
      !facts_.host_calls.empty() || (record_.outcome_digest && *record_.outcome_digest != outcome)) {
    findings_.fail(ReplayClass::kOutputMismatch, "a rejected input must end in an error of the JSON reader or in E_ENTRY");
  }
  findings_.note_from(ReplayStep::kHostCalls, StepResult::kNotApplicable);
}

void ExecutionCheck::check_executions(bool repeat) {
  fuel_limit_ = lower_of(facts_.policy->config.limit("fuel"), call_limit(record_.entry_call.text, "fuel"));
  Execution first = execute(false);
  if (needs_withheld(first)) return findings_.note_redacted();
  if (first.made_recorded_calls()) {
    findings_.note(ReplayStep::kHostCalls, facts_.host_calls_withheld ? StepResult::kWithheld : StepResult::kPass);
    check_outcome(first);
    check_cost(first);
  } else {
    findings_.fail(class_of(first.mismatch), first.mismatch_detail);
  }
  if (repeat) {
    check_repetition(first);
  } else if (first.made_recorded_calls()) {
    findings_.note(ReplayStep::kCost, StepResult::kPartial);
  }
}

bool ExecutionCheck::needs_withheld(const Execution& execution) const {
  bool reads = execution.result.outcome.code == ErrorCode::E_REDACTED_READ && facts_.input == InputState::kWithheld;
  return reads || (facts_.host_calls_withheld && execution.mismatch == HostCallMismatch::kMissing);
}

// --- Step 11: effects ------------------------------------------------------------------------------------------------

void ExecutionCheck::check_outcome(const Execution& execution) {
  auto differ = [this](std::string detail) { findings_.fail(ReplayClass::kOutputMismatch, std::move(detail)); };
  DecisionRecord made = with_effects_of(execution);
  for (const std::string& name : record_differences(record_, made, FieldRole::kEffect)) {
    differ(difference(name, record_, made));
  }
  if (auto salt = commitment_salt(record_, record_.outcome_salt);
      sealed_ && salt && commitment(hasher_, "outcome", *salt, execution.outcome) != sealed_->outcome) {
    differ("the outcome does not match its commitment");
  }
  bool partial = record_.status == Status::kDefined && record_.result.text.empty() && !record_.outcome_digest;
  findings_.note(ReplayStep::kOutcome, partial ? StepResult::kPartial : StepResult::kPass);
}

// The record as this execution would have written it. What is withheld stays so; digests of causes and of the rest of
// the record were checked in step 7.
DecisionRecord ExecutionCheck::with_effects_of(const Execution& execution) const {
  DecisionRecord made = record_;
  const Outcome& outcome = execution.result.outcome;
  made.status = outcome.status;
  made.verdict = outcome.verdict;
  made.error_code.reset();
  if (outcome.status == Status::kError) made.error_code = error_code_name(outcome.code);
  bool result_withheld = record_.status == Status::kDefined && record_.result.text.empty();
  if (!result_withheld) {
    made.result.text = outcome.status == Status::kDefined ? execution.result.result : std::string_view();
  }
  if (record_.outcome_digest) made.outcome_digest = execution.outcome;
  if (record_.decision_digest && record_.input_digest && record_.nd_digest) {
    made.decision_digest =
        decision_digest(hasher_, *record_.policy_digest, entry_digest_of(hasher_, record_), *record_.input_digest,
                        *record_.nd_digest, execution.outcome, outcome.verdict);
  }
  return made;
}

// --- Steps 12 and 13 -------------------------------------------------------------------------------------------------

// A count says nothing without its unit.
void ExecutionCheck::check_cost(const Execution& execution) {
  if (*record_.fuel_model != executor_.semantics().fuel_model) {
    findings_.note(ReplayStep::kCost, StepResult::kNotCompared);
  } else if (execution.result.fuel != *record_.fuel) {
    findings_.fail(ReplayClass::kCostMismatch, "fuel is " + std::to_string(execution.result.fuel) + " and was " +
                                                   std::to_string(*record_.fuel));
  }
}

void ExecutionCheck::check_repetition(const Execution& first) {
  Execution second = execute(true);
  if (second.mismatch != first.mismatch || second.outcome != first.outcome ||
      second.result.outcome.verdict != first.result.outcome.verdict) {
    findings_.fail(ReplayClass::kNondeterminism, "a second execution under other conditions has another outcome");
  } else if (second.result.fuel != first.result.fuel) {
    findings_.fail(ReplayClass::kCostMismatch, "two executions used fuel of " + std::to_string(first.result.fuel) +
                                                   " and " + std::to_string(second.result.fuel));
  }
  findings_.note(ReplayStep::kRepetition, StepResult::kPass);
  if (first.made_recorded_calls()) findings_.note(ReplayStep::kCost, StepResult::kPass);
}

// --- Executing -------------------------------------------------------------------------------------------------------

ExecutionCheck::Execution ExecutionCheck::execute(bool varied) {
  HostCallReplay nd(facts_.host_calls);
  ExecutionRequest request{.policy_digest = *record_.policy_digest,
                           .policy = facts_.policy->stored,
                           .config = facts_.policy->config,
                           .entry_kind = *record_.entry_kind,
                           .entry_text = *record_.entry_text,
                           .entry_call = record_.entry_call.text,
                           .input = std::nullopt,
                           .withheld = {},
                           .time_ns = *record_.time_ns,
                           .fuel_limit = fuel_limit_,
                           .recorded_fuel = *record_.fuel,
                           .nd = nd,
                           .varied = varied};
  if (facts_.input == InputState::kPresent) request.input = record_.input.text;
  if (facts_.input == InputState::kWithheld) {
    request.input = "null";
    request.withheld = {"[]"};
  }
  Execution execution;
  try {
    execution.result = executor_.execute(request);
  } catch (const Failure& failure) {
    execution.result = {{Status::kError, failure.error().code, Verdict::kError}, "", failure.error().detail, 0};
  }
  execution.mismatch = nd.finish();
  execution.mismatch_detail = nd.detail();
  execution.outcome = outcome_digest_of(execution.result);
  return execution;
}

Digest ExecutionCheck::outcome_digest_of(const ExecutionResult& result) {
  std::string_view body;
  if (result.outcome.status == Status::kDefined) body = result.result;
  if (result.outcome.status == Status::kError) body = error_code_name(result.outcome.code);
  return outcome_digest(hasher_, result.outcome.status, body);
}

}  // namespace writ
