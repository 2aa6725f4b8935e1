#include "replay/replay.h"

#include <algorithm>

#include "engine/record/field_commitment.h"
#include "engine/base/json_writer.h"
#include "engine/base/utf8.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr size_t kMostDetailBytes = 400;

std::string hex_of(std::string_view bytes) { return to_hex(bytes); }

template <size_t N>
std::string hex_of(const std::array<uint8_t, N>& bytes) {
  return hex_of(std::string_view(reinterpret_cast<const char*>(bytes.data()), N));
}

// A limit of the call, nothing if it sets none.
std::optional<uint64_t> call_limit(std::string_view call, std::string_view name) {
  Arena arena;
  Value object = read_json(call, arena);
  const Value* limit = object_find(object, name);
  if (!limit || !limit->is_int64() || limit->integer < 0) return std::nullopt;
  return static_cast<uint64_t>(limit->integer);
}

std::optional<uint64_t> lower_of(std::optional<uint64_t> a, std::optional<uint64_t> b) {
  if (!a) return b;
  return b ? std::min(*a, *b) : *a;
}

// How the running engine differs from what a configuration asks for, empty if it does not.
std::string drift_of(const PolicyConfig& config, const Executor& executor) {
  const EngineSemantics& engine = executor.semantics();
  auto differs = [](std::string_view name, std::string_view recorded, std::string_view here) {
    return std::string(name) + " is " + std::string(here) + " here and was " + std::string(recorded);
  };
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
    if (found == engine.builtins.end()) return "built-in " + name + " does not exist here";
    if (found->second != version) {
      return differs("built-in " + name, std::to_string(version), std::to_string(found->second));
    }
  }
  return {};
}

ReplayClass class_of(HostCallMismatch fault) {
  switch (fault) {
    case HostCallMismatch::kExtra: return ReplayClass::kNdExtra;
    case HostCallMismatch::kArgument: return ReplayClass::kNdArgument;
    default: return ReplayClass::kNdMissing;
  }
}

}  // namespace

struct Replayer::LoadedPolicy {
  StoredPolicy stored;
  PolicyConfig config;
  uint64_t last_use = 0;
};

// --- The checks of one record, in their order -----------------------------------------------------------------------

class Replayer::RecordCheck {
 public:
  RecordCheck(Replayer& replayer, std::string_view line, uint64_t number, const Commitments* sealed)
      : replayer_(replayer), hasher_(replayer.hasher_), line_(line), sealed_(sealed) {
    report_.line = number;
  }

  ReplayReport run() {
    try {
      if (check_form()) {
        check_unique();
        check_policy();
        check_input();
        check_outside_values();
        check_meta();
        check_ids();
        check_semantics();
        check_execution();
      }
    } catch (const std::exception& error) {
      fail(ReplayClass::kInternal, 0, error.what());
    }
    conclude();
    return std::move(report_);
  }

 private:
  enum class InputState { kPresent, kAbsent, kRejected, kWithheld, kMissing };
  struct Execution {
    ExecutionResult result;
    Digest outcome;
    HostCallMismatch fault = HostCallMismatch::kNone;
    std::string fault_detail;
  };

  void fail(ReplayClass replay_class, int step, std::string detail) {
    if (step > 0) report_.steps[static_cast<size_t>(step)] = StepResult::kFail;
    if (detail.size() > kMostDetailBytes) detail.resize(kMostDetailBytes);
    if (!is_utf8(detail)) detail = "(detail is not UTF-8)";
    failures_.emplace_back(replay_class, std::move(detail));
  }
  // Notes a result unless a failure is already noted.
  void note(int step, StepResult result) {
    StepResult& noted = report_.steps[static_cast<size_t>(step)];
    if (noted == StepResult::kNotRun) noted = result;
  }

  bool check_form();
  void check_unique();
  void check_policy();
  void check_input();
  void check_input_digest(const Digest& digest);
  void check_disclosed_fields();
  void find_input_commitment();
  void check_outside_values();
  void check_meta();
  void check_ids();
  void check_trace_ids(const Id128& decision_id);
  void check_decision_digest();
  void check_semantics();
  void check_execution();
  void check_rejection();
  Execution execute(bool varied);
  void compare_outcome(const Execution& first);
  void conclude();
  bool all_of_file_passed() const;

  std::string_view recorded_body() const {
    if (record_.status == Status::kDefined) return record_.result.text;
    return record_.status == Status::kError ? *record_.error_code : std::string_view();
  }

  Replayer& replayer_;
  Hasher& hasher_;
  std::string_view line_;
  const Commitments* sealed_;
  Arena arena_;
  DecisionRecord record_;
  ReplayReport report_;
  std::vector<std::pair<ReplayClass, std::string>> failures_;
  const LoadedPolicy* policy_ = nullptr;
  InputState input_state_ = InputState::kMissing;
  std::optional<Digest> input_commitment_;
  HostCallLog nd_;
  bool nd_withheld_ = false;
  bool nd_readable_ = true;
  bool drifted_ = false;
  bool redacted_ = false;
  bool outcome_differs_ = false;
};

bool Replayer::RecordCheck::check_form() {
  try {
    record_ = decode_record(line_, arena_);
  } catch (const Failure& failure) {
    fail(ReplayClass::kFormat, 1,
         std::string(error_code_name(failure.error().code)) + ": " + failure.error().detail);
    return false;
  }
  report_.decision_id = *record_.decision_id;
  note(1, StepResult::kPartial);  // the line; there are no frames and no leaf to compare with
  return true;
}

void Replayer::RecordCheck::check_unique() {
  auto decision_id = uuid_from_text(*record_.decision_id);
  Id128 trace_id;
  if (decision_id && !replayer_.seen_decisions_.insert(*decision_id).second) {
    fail(ReplayClass::kDuplicateId, 2, "decision_id " + std::string(*record_.decision_id) + " came before");
  }
  if (read_hex(*record_.trace_id, trace_id.data(), trace_id.size()) &&
      !replayer_.seen_traces_.insert(trace_id).second) {
    fail(ReplayClass::kDuplicateId, 2, "trace_id " + std::string(*record_.trace_id) + " came before");
  }
  note(2, StepResult::kPartial);
}

void Replayer::RecordCheck::check_policy() {
  try {
    policy_ = &replayer_.load_policy(*record_.policy_digest);
  } catch (const StoreError& fault) {
    fail(fault.missing() ? ReplayClass::kPolicyMissing : ReplayClass::kPolicyMismatch, 6, fault.what());
    return;
  }
  const PolicyIdentity& identity = policy_->stored.identity;
  if (identity.modules != *record_.policy_modules || identity.data != *record_.policy_data ||
      identity.config != *record_.policy_config) {
    fail(ReplayClass::kPolicyMismatch, 6, "the recorded parts are not those of the recorded policy digest");
  }
  note(6, StepResult::kPass);
}

// --- Step 7: causes -------------------------------------------------------------------------------------------------

void Replayer::RecordCheck::check_input() {
  if (!record_.input.text.empty() && (record_.raw_sha256 || !record_.fields.text.empty())) {
    fail(ReplayClass::kInputMismatch, 7, "the record shows an input and says it has none to show");
  }
  if (!record_.input.text.empty()) {
    input_state_ = InputState::kPresent;
    check_input_digest(input_digest(hasher_, record_.input.text));
  } else if (record_.raw_sha256) {
    input_state_ = InputState::kRejected;
    check_input_digest(raw_input_digest(hasher_, *record_.raw_size, *record_.raw_sha256));
  } else if (!record_.fields.text.empty()) {
    input_state_ = InputState::kWithheld;
    check_disclosed_fields();
  } else if (!record_.input_digest) {
    input_state_ = InputState::kWithheld;
  } else if (*record_.input_digest == input_digest(hasher_, std::nullopt)) {
    input_state_ = InputState::kAbsent;
  } else {
    fail(ReplayClass::kInputMissing, 7, "the record lacks the input of digest " + digest_text(*record_.input_digest));
  }
  find_input_commitment();
  if (sealed_ && input_commitment_ && *input_commitment_ != sealed_->input) {
    fail(ReplayClass::kInputMismatch, 7, "the input is not the one that was committed to");
  }
  if (sealed_ && !input_commitment_) input_commitment_ = sealed_->input;
}

void Replayer::RecordCheck::check_input_digest(const Digest& digest) {
  if (record_.input_digest && *record_.input_digest != digest) {
    fail(ReplayClass::kInputMismatch, 7, "the input has the digest " + digest_text(digest));
  }
}

void Replayer::RecordCheck::check_disclosed_fields() {
  try {
    std::vector<Digest> leaves;
    for (const DisclosedField& field : read_disclosed_fields(hasher_, record_.fields.text)) {
      leaves.push_back(field.leaf);
    }
    input_commitment_ = fields_commitment(hasher_, fields_digest(hasher_, leaves));
  } catch (const Failure& failure) {
    fail(ReplayClass::kInputMismatch, 7, failure.error().detail);
  }
}

void Replayer::RecordCheck::find_input_commitment() {
  if (input_commitment_) return;
  if (record_.field_key && input_state_ == InputState::kPresent) {
    Value input = read_json(record_.input.text, arena_, {kMaxRecordLine, kMaxRecordDepth});
    input_commitment_ = commit_input_fields(hasher_, *record_.field_key, input);
  } else if (auto salt = commitment_salt(record_, record_.input_salt); salt && record_.input_digest) {
    input_commitment_ = commitment(hasher_, "input", *salt, *record_.input_digest);
  }
}

void Replayer::RecordCheck::check_outside_values() {
  // Without an open digest nothing says what the log was: whatever of it is shown, some of it may be withheld.
  nd_withheld_ = !record_.nd_digest.has_value();
  if (nd_withheld_) return;
  try {
    if (!record_.nd.text.empty()) nd_ = HostCallLog::from_record_text(record_.nd.text, hasher_);
  } catch (const Failure& failure) {
    nd_readable_ = false;
    fail(ReplayClass::kNdMismatch, 7, failure.error().detail);
    return;
  }
  Digest digest = nd_.digest(hasher_);
  if (digest != *record_.nd_digest) {
    fail(ReplayClass::kNdMismatch, 7, "the outside values have the digest " + digest_text(digest));
  }
  if (!sealed_) return;
  std::optional<Digest> commit;
  if (record_.field_key) {
    commit = commit_nd_fields(hasher_, *record_.field_key, nd_);
  } else if (auto salt = commitment_salt(record_, record_.nd_salt)) {
    commit = commitment(hasher_, "nd", *salt, digest);
  }
  if (commit && *commit != sealed_->nd) {
    fail(ReplayClass::kNdMismatch, 7, "the outside values are not those that were committed to");
  }
}

void Replayer::RecordCheck::check_meta() {
  std::string timestamp;
  append_timestamp(timestamp, *record_.time_ns);
  if (*record_.timestamp != timestamp) {
    fail(ReplayClass::kMetaMismatch, 7, "timestamp is not time_ns, which is " + timestamp);
  }
  std::string_view shown = record_.path ? *record_.path : *record_.query;
  if (shown != *record_.entry_text) {
    fail(ReplayClass::kMetaMismatch, 7, "path or query is not the text of writ.entry");
  }
  Digest meta = meta_digest(hasher_, record_);
  if (meta != *record_.meta_digest) {
    fail(ReplayClass::kMetaMismatch, 7, "the rest of the record has the digest " + digest_text(meta));
  }
  if (salt_digest(hasher_, record_) != record_.salt_digest) {
    fail(ReplayClass::kMetaMismatch, 7, "the salts do not have the recorded digest");
  }
  if (auto salt = commitment_salt(record_, record_.meta_salt); sealed_ && salt) {
    if (commitment(hasher_, "meta", *salt, meta) != sealed_->meta) {
      fail(ReplayClass::kMetaMismatch, 7, "the rest of the record is not what was committed to");
    }
  }
  bool withheld = input_state_ == InputState::kWithheld || nd_withheld_;
  note(7, withheld ? StepResult::kWithheld : StepResult::kPass);
}

// --- Step 8: ids ----------------------------------------------------------------------------------------------------

void Replayer::RecordCheck::check_ids() {
  auto decision_id = uuid_from_text(*record_.decision_id);
  if (!decision_id || !decision_id_fits(*decision_id, *record_.time_ns)) {
    fail(ReplayClass::kTraceMismatch, 8, "decision_id is no UUID version 7 of time_ns");
  } else if (input_commitment_) {
    check_trace_ids(*decision_id);
  } else {
    note(8, StepResult::kWithheld);
  }
  check_decision_digest();
  note(8, StepResult::kPass);
}

void Replayer::RecordCheck::check_trace_ids(const Id128& decision_id) {
  Digest entry = entry_digest(hasher_, *record_.entry_kind, *record_.entry_text, record_.entry_call.text);
  TraceIds ids = derive_trace_ids(hasher_, decision_id, *record_.policy_digest, entry, *input_commitment_);
  if (*record_.trace_id != hex_of(ids.trace_id)) {
    fail(ReplayClass::kTraceMismatch, 8, "trace_id does not follow from the record: " + hex_of(ids.trace_id));
  }
  if (*record_.span_id != hex_of(ids.span_id)) {
    fail(ReplayClass::kTraceMismatch, 8, "span_id does not follow from the record: " + hex_of(ids.span_id));
  }
}

void Replayer::RecordCheck::check_decision_digest() {
  if (!record_.decision_digest || !record_.input_digest || !record_.nd_digest || !record_.outcome_digest) {
    note(8, StepResult::kWithheld);
    return;
  }
  Digest entry = entry_digest(hasher_, *record_.entry_kind, *record_.entry_text, record_.entry_call.text);
  Digest digest = decision_digest(hasher_, *record_.policy_digest, entry, *record_.input_digest, *record_.nd_digest,
                                  *record_.outcome_digest, *record_.verdict);
  if (digest != *record_.decision_digest) {
    fail(ReplayClass::kTraceMismatch, 8, "the decision digest does not follow from the record: " + digest_text(digest));
  }
}

// --- Steps 9 to 13: deciding again ----------------------------------------------------------------------------------

void Replayer::RecordCheck::check_semantics() {
  if (!policy_) return;
  std::string drift = drift_of(policy_->config, replayer_.executor_);
  drifted_ = !drift.empty();
  if (drifted_) fail(ReplayClass::kEngineDrift, 9, drift);
  note(9, StepResult::kPass);
}

void Replayer::RecordCheck::check_execution() {
  if (input_state_ == InputState::kRejected) return check_rejection();
  if (!policy_ || input_state_ == InputState::kMissing || !nd_readable_) return;
  Execution first = execute(false);
  bool reads_withheld = first.result.outcome.code == ErrorCode::E_REDACTED_READ;
  bool asks_withheld = nd_withheld_ && first.fault == HostCallMismatch::kMissing;
  if ((reads_withheld && input_state_ == InputState::kWithheld) || asks_withheld) {
    redacted_ = true;
    for (int step = 10; step <= kReplaySteps; ++step) note(step, StepResult::kWithheld);
    return;
  }
  if (first.fault != HostCallMismatch::kNone) {
    outcome_differs_ = true;
    fail(class_of(first.fault), 10, first.fault_detail);
  } else {
    note(10, nd_withheld_ ? StepResult::kWithheld : StepResult::kPass);
    compare_outcome(first);
  }
  // A count says nothing without its unit.
  bool comparable = *record_.fuel_model == replayer_.executor_.semantics().fuel_model;
  if (first.fault == HostCallMismatch::kNone && comparable && first.result.fuel != *record_.fuel) {
    fail(ReplayClass::kCostMismatch, 13,
         "fuel is " + std::to_string(first.result.fuel) + " and was " + std::to_string(*record_.fuel));
  }
  if (!replayer_.options_.second_execution) {
    if (first.fault == HostCallMismatch::kNone) note(13, StepResult::kPartial);
    return;
  }
  Execution second = execute(true);
  if (second.fault != first.fault || second.outcome != first.outcome ||
      second.result.outcome.verdict != first.result.outcome.verdict) {
    fail(ReplayClass::kNondeterminism, 12, "a second execution under other conditions gives another answer");
  } else if (second.result.fuel != first.result.fuel) {
    fail(ReplayClass::kCostMismatch, 13,
         "fuel is " + std::to_string(first.result.fuel) + " once and " + std::to_string(second.result.fuel) + " then");
  }
  note(12, StepResult::kPass);
  if (first.fault == HostCallMismatch::kNone) {
    note(13, comparable ? StepResult::kPass : StepResult::kNotCompared);
  }
}

// The document is not stored, so its rejection cannot be repeated; what the record says of it must fit together.
void Replayer::RecordCheck::check_rejection() {
  ErrorCode code = record_.error_code ? error_code_from_name(*record_.error_code) : ErrorCode::kNone;
  bool reader_code = code >= ErrorCode::E_JSON_SYNTAX && code <= ErrorCode::E_NUM_RANGE;
  Digest outcome = outcome_digest(hasher_, *record_.status, recorded_body());
  if (!reader_code || *record_.verdict != Verdict::kError || *record_.fuel != 0 || !nd_.empty() ||
      (record_.outcome_digest && *record_.outcome_digest != outcome)) {
    fail(ReplayClass::kOutputMismatch, 11, "a rejected input ends in an error of the reader before any evaluation");
  }
  for (int step = 10; step <= kReplaySteps; ++step) note(step, StepResult::kNotApplicable);
}

Replayer::RecordCheck::Execution Replayer::RecordCheck::execute(bool varied) {
  HostCallReplay nd(nd_);
  ExecutionRequest request{.policy_digest = *record_.policy_digest,
                           .policy = policy_->stored,
                           .config = policy_->config,
                           .entry_kind = *record_.entry_kind,
                           .entry_text = *record_.entry_text,
                           .entry_call = record_.entry_call.text,
                           .input = std::nullopt,
                           .withheld = {},
                           .time_ns = *record_.time_ns,
                           .fuel_limit = lower_of(policy_->config.limit("fuel"),
                                                  call_limit(record_.entry_call.text, "fuel")),
                           .recorded_fuel = *record_.fuel,
                           .nd = nd,
                           .varied = varied};
  if (input_state_ == InputState::kPresent) request.input = record_.input.text;
  if (input_state_ == InputState::kWithheld) {
    request.input = "null";
    request.withheld = {"[]"};
  }
  Execution execution;
  try {
    execution.result = replayer_.executor_.execute(request);
  } catch (const Failure& failure) {
    execution.result = {{Status::kError, failure.error().code, Verdict::kError}, "", failure.error().detail, 0};
  }
  execution.fault = nd.finish();
  execution.fault_detail = nd.detail();
  const Outcome& outcome = execution.result.outcome;
  std::string_view body;
  if (outcome.status == Status::kDefined) body = execution.result.result;
  if (outcome.status == Status::kError) body = error_code_name(outcome.code);
  execution.outcome = outcome_digest(hasher_, outcome.status, body);
  return execution;
}

void Replayer::RecordCheck::compare_outcome(const Execution& first) {
  const Outcome& outcome = first.result.outcome;
  auto differ = [this](std::string detail) {
    outcome_differs_ = true;
    fail(ReplayClass::kOutputMismatch, 11, std::move(detail));
  };
  if (outcome.status != *record_.status) {
    differ("status is " + std::string(status_name(outcome.status)) + " and was " +
           std::string(status_name(*record_.status)));
  } else if (outcome.status == Status::kError && error_code_name(outcome.code) != *record_.error_code) {
    differ("code is " + std::string(error_code_name(outcome.code)) + " and was " + std::string(*record_.error_code));
  }
  if (outcome.verdict != *record_.verdict) {
    differ("verdict is " + std::string(verdict_name(outcome.verdict)) + " and was " +
           std::string(verdict_name(*record_.verdict)));
  }
  bool result_withheld = record_.status == Status::kDefined && record_.result.text.empty();
  if (!result_withheld && first.outcome != outcome_digest(hasher_, *record_.status, recorded_body())) {
    differ("the result is not the recorded one");
  }
  if (record_.outcome_digest && first.outcome != *record_.outcome_digest) {
    differ("the outcome digest is " + digest_text(first.outcome));
  }
  auto salt = commitment_salt(record_, record_.outcome_salt);
  if (sealed_ && salt && commitment(hasher_, "outcome", *salt, first.outcome) != sealed_->outcome) {
    differ("the outcome is not what was committed to");
  }
  note(11, result_withheld && !record_.outcome_digest ? StepResult::kPartial : StepResult::kPass);
}

// --- The word -------------------------------------------------------------------------------------------------------

bool Replayer::RecordCheck::all_of_file_passed() const {
  return std::all_of(report_.steps.begin() + 6, report_.steps.end(), [](StepResult result) {
    return result == StepResult::kPass || result == StepResult::kNotApplicable || result == StepResult::kNotCompared;
  });
}

void Replayer::RecordCheck::conclude() {
  std::stable_sort(failures_.begin(), failures_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [replay_class, detail] : failures_) report_.details.push_back(std::move(detail));
  if (!failures_.empty()) {
    report_.replay_class = failures_.front().first;
    if (report_.replay_class == ReplayClass::kEngineDrift) {
      report_.sub_verdict = outcome_differs_ ? "different" : "same";
    }
  } else if (redacted_) {
    report_.replay_class = ReplayClass::kRedacted;
  } else {
    report_.replay_class = ReplayClass::kIncomplete;
    if (all_of_file_passed()) report_.sub_verdict = "reproduced";
  }
}

// --- The run --------------------------------------------------------------------------------------------------------

Replayer::Replayer(const PolicyStore& store, Executor& executor, ReplayOptions options)
    : store_(store), executor_(executor), options_(options) {}

Replayer::~Replayer() = default;

ReplayReport Replayer::replay(std::string_view line, uint64_t number, const Commitments* sealed) {
  return RecordCheck(*this, line, number, sealed).run();
}

const Replayer::LoadedPolicy& Replayer::load_policy(const Digest& policy) {
  auto found = policies_.find(policy);
  if (found == policies_.end()) {
    auto loaded = std::make_unique<LoadedPolicy>();
    try {
      loaded->stored = store_.load(policy);
      loaded->config = PolicyConfig::from_text(loaded->stored.config);
    } catch (const Failure& failure) {
      throw StoreError(false, failure.error().detail);
    }
    if (policies_.size() >= std::max<size_t>(options_.cached_policies, 1)) {
      policies_.erase(std::min_element(policies_.begin(), policies_.end(), [](const auto& a, const auto& b) {
        return a.second->last_use < b.second->last_use;
      }));
    }
    found = policies_.emplace(policy, std::move(loaded)).first;
  }
  found->second->last_use = ++uses_;
  return *found->second;
}

}  // namespace writ
