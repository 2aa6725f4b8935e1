// Steps 9 to 13: the record is executed with the recorded host calls in place of the world, and what comes out is put
// into a copy of the record. Then the two records are compared by the role that fields.def gives each member: effects
// must be equal. The one measure that is compared is fuel, and only where both counts are in the same unit.
//
// Read run() first, then check_executions(), which is the order of the steps. A rejected input takes another way: there
// is nothing to evaluate, so it is read again (check_rejection). Whatever meets a limit of the verifier has no outcome
// and is compared with nothing.
#include "replay/execution_check.h"

#include <algorithm>
#include <vector>

#include "engine/base/error.h"
#include "engine/value/json.h"
#include "replay/difference.h"

namespace writ {

namespace {

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

std::string_view name_of(ErrorCode code) { return code == ErrorCode::kNone ? "nothing" : error_code_name(code); }

bool is_of_reader(ErrorCode code) { return code >= ErrorCode::E_JSON_SYNTAX && code <= ErrorCode::E_NUM_RANGE; }

// Limits whose outcomes depend on the fuel model. What memory a stop reports is no limit of the policy, and a document
// that is too deep never began to be evaluated.
bool is_cost_limit(ErrorCode code, bool stopped, bool rejected) {
  return code == ErrorCode::E_FUEL || (code == ErrorCode::E_MEMORY && !stopped) ||
         (code == ErrorCode::E_DEPTH && !rejected);
}

// What is said of a member that differs: both values, and where in the result.
std::string difference(const std::string& name, const DecisionRecord& recorded, const DecisionRecord& made) {
  auto text = [](const std::optional<std::string_view>& value) { return std::string(value.value_or("nothing")); };
  if (name == "result") return first_difference(name, recorded.result.text, made.result.text);
  if (name == "error.code") return name + " is " + text(made.error_code) + " and was " + text(recorded.error_code);
  if (name == "writ.verdict") {
    return "verdict is " + std::string(verdict_name(*made.verdict)) + " and was " +
           std::string(verdict_name(*recorded.verdict));
  }
  if (name == "writ.status") {
    return "status is " + std::string(status_name(*made.status)) + " and was " + std::string(status_name(*recorded.status));
  }
  return name + " is not the recorded one";
}

// The verdict is what a reader looks for first, and digests say nothing that their parts do not.
std::vector<std::string> in_order_of_interest(std::vector<std::string> names) {
  auto rank = [](const std::string& name) {
    return name == "writ.verdict" ? 0 : name == "result" ? 1 : name.starts_with("writ.digest.") ? 3 : 2;
  };
  std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  while (names.size() > 1 && rank(names.back()) == 3) names.pop_back();
  return names;
}

}  // namespace

void ExecutionCheck::run() {
  check_semantics();
  if (facts_.policy && check_loading()) {
    if (facts_.input == InputState::kRejected) {
      check_rejection();
    } else if (facts_.input != InputState::kMissing && facts_.host_calls_readable) {
      check_executions();
    }
  }
  check_recorded_outcome();
  check_recorded_fuel();
}

void ExecutionCheck::check_semantics() {
  if (!facts_.policy) return;
  std::string drift = drift_of(facts_.policy->config, executor_);
  if (!drift.empty()) findings_.fail(ReplayClass::kEngineDrift, drift);
  findings_.note(ReplayStep::kSemantics, StepResult::kPass);
}

// What does not load under other semantics says nothing about the store.
bool ExecutionCheck::check_loading() {
  if (facts_.policy->prepared) return true;
  if (facts_.policy->limit) {
    Execution none;
    none.result.limit = facts_.policy->limit;
    has_no_outcome(none, ReplayStep::kHostCalls);
  } else if (!findings_.has_failed(ReplayStep::kSemantics)) {
    findings_.fail(ReplayClass::kPolicyMismatch, "the stored policy does not load: " + facts_.policy->problem);
  }
  return false;
}

// --- What the record says of outcome and fuel, whatever an execution says ----------------------------------------------

void ExecutionCheck::check_recorded_outcome() {
  if (!record_.outcome_digest) return;
  std::string_view body;
  if (*record_.status == Status::kDefined) body = record_.result.text;
  if (*record_.status == Status::kError) body = *record_.error_code;
  if (outcome_digest(hasher_, *record_.status, body) == *record_.outcome_digest) return;
  findings_.fail(ReplayClass::kOutputMismatch, "the recorded outcome does not have the recorded digest");
}

// A limit is in the unit of the fuel model that ran, so this holds under every model.
void ExecutionCheck::check_recorded_fuel() {
  auto fail = [this](std::string detail) { findings_.fail(ReplayClass::kCostMismatch, std::move(detail)); };
  uint64_t fuel = *record_.fuel;
  ErrorCode code = recorded_code();
  bool nothing_ran = code == ErrorCode::E_ENTRY || record_.raw_sha256.has_value();
  if (nothing_ran && fuel != 0) return fail("fuel is recorded as " + std::to_string(fuel) + ", but nothing was evaluated");
  if (!facts_.policy) return;
  uint64_t limit = facts_.fuel_limit.value_or(executor_.usual_fuel());
  std::string both = std::to_string(fuel) + ", and the limit was " + std::to_string(limit);
  if (fuel > limit) return fail("fuel is recorded as " + both);
  if (code == ErrorCode::E_FUEL && fuel != limit && !nothing_ran) fail("E_FUEL is recorded with fuel of " + both);
}

// --- A rejected input --------------------------------------------------------------------------------------------------

// Entry point first, then size, then content [S-17.6].
void ExecutionCheck::check_rejection() {
  auto fail = [this](std::string detail) { findings_.fail(ReplayClass::kOutputMismatch, std::move(detail)); };
  ErrorCode code = recorded_code();
  uint64_t limit = facts_.policy->config.limit("input_bytes").value_or(executor_.usual_input_bytes());
  bool has_entry = *record_.entry_kind == EntryKind::kQuery || facts_.policy->prepared->has_entry(*record_.entry_text);
  bool too_large = *record_.raw_size > limit;
  bool explained = true;  // without reading
  if (!has_entry) {
    if (code != ErrorCode::E_ENTRY) fail("error.code is E_ENTRY and was " + std::string(name_of(code)) +
                                         ": the policy has no such entry point");
  } else if (too_large) {
    if (code != ErrorCode::E_SIZE) fail("error.code is E_SIZE and was " + std::string(name_of(code)) +
                                        ": the input is larger than " + std::to_string(limit) + " bytes");
  } else if (code == ErrorCode::E_SIZE || !is_of_reader(code)) {
    fail("error.code was " + std::string(name_of(code)) + ", which the reader does not give for an input of " +
         std::to_string(*record_.raw_size) + " bytes");
  } else {
    explained = false;
  }
  findings_.note(ReplayStep::kHostCalls, StepResult::kPass);
  findings_.note(ReplayStep::kCost, StepResult::kPass);
  if (!facts_.received) {
    findings_.leave_open(IncompleteReason::kRejectedInput,
                         "steps 11 and 12: the bytes of the rejected input are neither in the record nor in a folder "
                         "that --raw names");
    return;
  }
  if (!explained) check_reading_again();
  findings_.note(ReplayStep::kOutcome, StepResult::kPass);
  options_.repeat ? findings_.note(ReplayStep::kRepetition, StepResult::kPass) : leave_switched_off();
}

void ExecutionCheck::check_reading_again() {
  ErrorCode recorded = recorded_code();
  Execution first = execute(false);
  if (has_no_outcome(first, ReplayStep::kOutcome)) return;
  if (!first.result.input_rejected) {
    findings_.fail(ReplayClass::kOutputMismatch, "the reader accepts the input, and error.code was " +
                                                     std::string(name_of(recorded)));
  } else if (first.result.outcome.code != recorded) {
    findings_.fail(ReplayClass::kOutputMismatch, "error.code is " + std::string(name_of(first.result.outcome.code)) +
                                                     " and was " + std::string(name_of(recorded)));
  }
  if (!options_.repeat) return;
  Execution second = execute(true);
  if (has_no_outcome(second, ReplayStep::kRepetition)) return;
  if (second.result.input_rejected != first.result.input_rejected || second.outcome != first.outcome) {
    findings_.fail(ReplayClass::kNondeterminism, "the input was read twice, with different results");
  }
}

// --- Executions --------------------------------------------------------------------------------------------------------

void ExecutionCheck::check_executions() {
  Execution first = execute(false);
  if (has_no_outcome(first, ReplayStep::kHostCalls) || needs_withheld(first)) return;
  if (first.stop_not_shown) {
    findings_.note(ReplayStep::kHostCalls, StepResult::kNotCompared);
    findings_.leave_open(IncompleteReason::kStopOfAnotherModel,
                         "step 10: the evaluation ended without another host call, so nothing shows that it was still "
                         "running when it was stopped; an engine of fuel model " +
                             std::to_string(*record_.fuel_model) + " can tell");
    return;
  }
  check_host_calls(first);
  if (first.made_recorded_calls()) {
    check_outcome(first);
    check_cost(first);
  }
  if (options_.repeat) {
    check_repetition(first);
  } else {
    if (first.made_recorded_calls()) findings_.note(ReplayStep::kCost, StepResult::kPartial);
    leave_switched_off();
  }
}

void ExecutionCheck::leave_switched_off() {
  findings_.leave_open(IncompleteReason::kSwitchedOff, "step 12: the second execution is switched off");
}

// Whether an execution ended by a limit of the verifier, or could not begin. The steps from `first` on have then no
// result.
bool ExecutionCheck::has_no_outcome(const Execution& execution, ReplayStep first) {
  if (!execution.result.not_loaded.empty()) {
    if (!findings_.has_failed(ReplayStep::kSemantics)) {
      findings_.fail(ReplayClass::kPolicyMismatch, "the query does not load: " + execution.result.not_loaded);
    }
    return true;
  }
  if (!execution.result.limit) return false;
  const VerifierLimitRow& row = kVerifierLimits[static_cast<size_t>(*execution.result.limit)];
  findings_.leave_open(IncompleteReason::kVerifierLimit,
                       "from step " + std::to_string(static_cast<int>(first)) + ": " + std::string(row.text) +
                           " is limited to " + std::to_string(options_.limits.*row.member) + " by " +
                           std::string(row.flag));
  return true;
}

bool ExecutionCheck::needs_withheld(const Execution& execution) {
  auto redacted = [this](std::string detail) {
    findings_.note_from(ReplayStep::kHostCalls, StepResult::kWithheld);
    findings_.note_redacted(std::move(detail));
    return true;
  };
  if (execution.mismatch == HostCallMismatch::kWithheld) return redacted("step 10: " + execution.mismatch_detail);
  if (execution.result.outcome.code == ErrorCode::E_REDACTED_READ && facts_.input == InputState::kWithheld) {
    return redacted("step 10: " + execution.result.error_message);
  }
  return false;
}

void ExecutionCheck::check_host_calls(const Execution& execution) {
  if (execution.made_recorded_calls()) {
    if (facts_.host_calls.all_withheld) {
      findings_.note(ReplayStep::kHostCalls, StepResult::kWithheld);
      findings_.note_redacted("step 10: the host calls are withheld, so nothing shows that there were none");
    }
    findings_.note(ReplayStep::kHostCalls, StepResult::kPass);
    return;
  }
  if (is_by_cost_limit(execution)) return drift(execution.mismatch_detail, ReplayStep::kHostCalls);
  findings_.fail(class_of(execution.mismatch), execution.mismatch_detail);
}

// Whether one of the two outcomes is a limit that the two fuel models count in different units: then neither record nor
// engine is at fault.
bool ExecutionCheck::is_by_cost_limit(const Execution& execution) const {
  if (same_fuel_model_) return false;
  bool rejected = execution.result.input_rejected;
  return is_cost_limit(recorded_code(), facts_.host_calls.stop().has_value(), false) ||
         is_cost_limit(execution.result.outcome.code, false, rejected);
}

void ExecutionCheck::drift(const std::string& detail, ReplayStep step) {
  findings_.fail(ReplayClass::kEngineDrift,
                 "a limit was met under one fuel model only, recorded " + std::to_string(*record_.fuel_model) +
                     " and here " + std::to_string(executor_.semantics().fuel_model) + ": " + detail,
                 step);
}

// --- Step 11: effects ------------------------------------------------------------------------------------------------

void ExecutionCheck::check_outcome(const Execution& execution) {
  auto differ = [this](std::string detail) { findings_.fail(ReplayClass::kOutputMismatch, std::move(detail)); };
  DecisionRecord made = with_effects_of(execution);
  std::vector<std::string> names = in_order_of_interest(record_differences(record_, made, FieldRole::kEffect));
  if (!names.empty() && may_be_withheld(execution)) {
    findings_.note(ReplayStep::kOutcome, StepResult::kWithheld);
    findings_.note_redacted("step 11: the outcome may follow from what is withheld");
  } else if (!names.empty() && is_by_cost_limit(execution)) {
    drift(difference(names[0], record_, made), ReplayStep::kOutcome);
  } else {
    for (const std::string& name : names) differ(difference(name, record_, made));
  }
  if (execution.result.input_rejected && execution.result.outcome.code != ErrorCode::E_ENTRY) {
    differ("the reader refuses the recorded input with " + std::string(name_of(execution.result.outcome.code)));
  }
  if (auto salt = commitment_salt(record_, record_.outcome_salt);
      sealed_ && salt && commitment(hasher_, "outcome", *salt, execution.outcome) != sealed_->outcome) {
    differ("the outcome does not match its commitment");
  }
  if (*record_.status == Status::kDefined && record_.result.text.empty()) {
    findings_.note(ReplayStep::kOutcome, StepResult::kWithheld);
    findings_.note_redacted("step 11: the result is withheld, so there is nothing to compare with");
  }
  findings_.note(ReplayStep::kOutcome, StepResult::kPass);
}

// A withheld input may have been refused by the reader, and a withheld entry may be a stop.
bool ExecutionCheck::may_be_withheld(const Execution& execution) const {
  ErrorCode code = recorded_code();
  bool whole_input = facts_.input == InputState::kWithheld && record_.fields.text.empty();
  if (whole_input && is_of_reader(code) && execution.made_recorded_calls()) return true;
  bool is_stop = std::any_of(std::begin(kStops), std::end(kStops), [&](const StopRow& stop) { return stop.code == code; });
  return is_stop && facts_.host_calls.may_hide_stop();
}

// The record as this execution would have written it. What is withheld stays so; digests of causes and of the rest of
// the record were checked in step 7, and the digest of the recorded outcome has been.
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
  if (!same_fuel_model_) {
    findings_.note(ReplayStep::kCost, StepResult::kNotCompared);
  } else if (execution.result.fuel != *record_.fuel) {
    findings_.fail(ReplayClass::kCostMismatch, "fuel is " + std::to_string(execution.result.fuel) + " and was " +
                                                   std::to_string(*record_.fuel));
  }
}

void ExecutionCheck::check_repetition(const Execution& first) {
  Execution second = execute(true);
  if (has_no_outcome(second, ReplayStep::kRepetition)) return;
  if (second.mismatch != first.mismatch || second.stop_not_shown != first.stop_not_shown ||
      second.outcome != first.outcome || second.result.input_rejected != first.result.input_rejected ||
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
  HostCallReplay nd(facts_.host_calls,
                    same_fuel_model_ ? HostCallReplay::Stop::kAtCount : HostCallReplay::Stop::kAtPlace);
  ExecutionRequest request{.policy_digest = *record_.policy_digest,
                           .policy = *facts_.policy->prepared,
                           .entry_kind = *record_.entry_kind,
                           .entry_text = *record_.entry_text,
                           .entry_call = record_.entry_call.text,
                           .input = std::nullopt,
                           .withheld = nullptr,
                           .time_ns = *record_.time_ns,
                           .fuel_limit = facts_.fuel_limit,
                           .recorded_fuel = *record_.fuel,
                           .nd = nd,
                           .limits = options_.limits,
                           .varied = varied};
  if (facts_.input == InputState::kPresent) request.input = record_.input.text;
  if (facts_.input == InputState::kRejected) request.input = *facts_.received;
  if (facts_.input == InputState::kWithheld) {
    request.input = facts_.withheld.text;
    request.withheld = &facts_.withheld;
  }
  Execution execution;
  try {
    execution.result = executor_.execute(request);
  } catch (const Failure& failure) {
    execution.result = {};
    execution.result.outcome = {Status::kError, failure.error().code, Verdict::kError};
    execution.result.error_message = failure.error().detail;
  }
  execution.mismatch = nd.finish();
  execution.stop_not_shown = nd.stop_not_shown();
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
