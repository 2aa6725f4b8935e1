// Steps 1 and 6 to 8, in their order. Every digest in the record is recomputed from the record and the store;
// where a ledger has sealed the decision, the commitments of its leaf are recomputed too, with the salts of the record.
// What is withheld has neither digest nor salt, and then the step is "withheld" and not "passed".
//
// The input decides most: its form (InputState) says what digest it must have, whether the ids can be derived, and
// whether anything can be executed.
#include "replay/evidence_check.h"

#include <array>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/uuid.h"
#include "engine/record/field_commitment.h"
#include "engine/record/identifiers.h"
#include "engine/value/json.h"

namespace writ {

namespace {

template <size_t N>
std::string hex_of(const std::array<uint8_t, N>& bytes) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), N));
}

}  // namespace

Digest entry_digest_of(Hasher& hasher, const DecisionRecord& record) {
  return entry_digest(hasher, *record.entry_kind, *record.entry_text, record.entry_call.text);
}

bool EvidenceCheck::read(std::string_view line) {
  try {
    record_ = decode_record(line, facts_.arena);
  } catch (const Failure& failure) {
    findings_.fail(ReplayClass::kFormat,
                   std::string(error_code_name(failure.error().code)) + ": " + failure.error().detail);
    return false;
  }
  findings_.set_decision_id(*record_.decision_id);
  findings_.note(ReplayStep::kForm, StepResult::kPartial);  // the line; there are no frames and no leaf to compare with
  return true;
}

void EvidenceCheck::run() {
  check_policy();
  check_input();
  check_host_calls();
  check_rest();
  check_ids();
}

// --- Step 6: the policy ----------------------------------------------------------------------------------------------

void EvidenceCheck::check_policy() {
  try {
    facts_.policy = &policies_.get(*record_.policy_digest);
  } catch (const StoreError& error) {
    bool missing = error.reason() == StoreError::Reason::kMissing;
    findings_.fail(missing ? ReplayClass::kPolicyMissing : ReplayClass::kPolicyMismatch, error.what());
    return;
  }
  const PolicyIdentity& identity = facts_.policy->stored.identity;
  if (identity.modules != *record_.policy_modules || identity.data != *record_.policy_data ||
      identity.config != *record_.policy_config) {
    findings_.fail(ReplayClass::kPolicyMismatch, "the recorded parts do not have the recorded policy digest");
  }
  findings_.note(ReplayStep::kPolicy, StepResult::kPass);
}

// --- Step 7: causes --------------------------------------------------------------------------------------------------

void EvidenceCheck::check_input() {
  if (!record_.input.text.empty() && (record_.raw_sha256 || !record_.fields.text.empty())) {
    findings_.fail(ReplayClass::kInputMismatch, "the record has `input` and also `writ.raw` or `writ.fields`");
  }
  if (!record_.input.text.empty()) {
    facts_.input = InputState::kPresent;
    check_input_digest(input_digest(hasher_, record_.input.text));
  } else if (record_.raw_sha256) {
    facts_.input = InputState::kRejected;
    check_input_digest(raw_input_digest(hasher_, *record_.raw_size, *record_.raw_sha256));
  } else if (!record_.fields.text.empty()) {
    facts_.input = InputState::kWithheld;
    check_disclosed_fields();
  } else if (!record_.input_digest) {
    facts_.input = InputState::kWithheld;
  } else if (*record_.input_digest == input_digest(hasher_, std::nullopt)) {
    facts_.input = InputState::kAbsent;
  } else {
    findings_.fail(ReplayClass::kInputMissing,
                   "the record does not hold the input with the digest " + digest_text(*record_.input_digest));
  }
  find_input_commitment();
  if (sealed_ && input_commitment_ && *input_commitment_ != sealed_->input) {
    findings_.fail(ReplayClass::kInputMismatch, "the input does not match its commitment");
  }
  if (sealed_ && !input_commitment_) input_commitment_ = sealed_->input;
}

void EvidenceCheck::check_input_digest(const Digest& digest) {
  if (record_.input_digest && *record_.input_digest != digest) {
    findings_.fail(ReplayClass::kInputMismatch, "the input has the digest " + digest_text(digest));
  }
}

void EvidenceCheck::check_disclosed_fields() {
  try {
    std::vector<Digest> leaves;
    for (const DisclosedField& field : read_disclosed_fields(hasher_, record_.fields.text)) {
      leaves.push_back(field.leaf);
    }
    input_commitment_ = fields_commitment(hasher_, fields_digest(hasher_, leaves));
  } catch (const Failure& failure) {
    findings_.fail(ReplayClass::kInputMismatch, failure.error().detail);
  }
}

void EvidenceCheck::find_input_commitment() {
  if (input_commitment_) return;
  if (record_.field_key && facts_.input == InputState::kPresent) {
    Value input = read_json(record_.input.text, facts_.arena, {kMaxRecordLine, kMaxRecordDepth});
    input_commitment_ = commit_input_fields(hasher_, *record_.field_key, input);
  } else if (auto salt = commitment_salt(record_, record_.input_salt); salt && record_.input_digest) {
    input_commitment_ = commitment(hasher_, "input", *salt, *record_.input_digest);
  }
}

void EvidenceCheck::check_host_calls() {
  // Without an open digest nothing says what the log was: whatever of it is shown, some of it may be withheld.
  facts_.host_calls_withheld = !record_.nd_digest.has_value();
  if (facts_.host_calls_withheld) return;
  try {
    if (!record_.nd.text.empty()) facts_.host_calls = HostCallLog::from_record_text(record_.nd.text, hasher_);
  } catch (const Failure& failure) {
    facts_.host_calls_readable = false;
    findings_.fail(ReplayClass::kNdMismatch, failure.error().detail);
    return;
  }
  Digest digest = facts_.host_calls.digest(hasher_);
  if (digest != *record_.nd_digest) {
    findings_.fail(ReplayClass::kNdMismatch, "the host calls have the digest " + digest_text(digest));
  }
  if (sealed_) check_host_calls_commitment(digest);
}

void EvidenceCheck::check_host_calls_commitment(const Digest& digest) {
  std::optional<Digest> commit;
  if (record_.field_key) {
    commit = commit_nd_fields(hasher_, *record_.field_key, facts_.host_calls);
  } else if (auto salt = commitment_salt(record_, record_.nd_salt)) {
    commit = commitment(hasher_, "nd", *salt, digest);
  }
  if (commit && *commit != sealed_->nd) {
    findings_.fail(ReplayClass::kNdMismatch, "the host calls do not match their commitment");
  }
}

// Everything else in the record: the meta digest covers it, and what it says twice must be the same.
void EvidenceCheck::check_rest() {
  auto differ = [this](std::string detail) { findings_.fail(ReplayClass::kMetaMismatch, std::move(detail)); };
  std::string timestamp;
  append_timestamp(timestamp, *record_.time_ns);
  if (*record_.timestamp != timestamp) differ("`timestamp` is not `time_ns`, which is " + timestamp);
  std::string_view shown = record_.path ? *record_.path : *record_.query;
  if (shown != *record_.entry_text) differ("`path` or `query` is not `writ.entry.text`");
  Digest meta = meta_digest(hasher_, record_);
  if (meta != *record_.meta_digest) differ("the rest of the record has the digest " + digest_text(meta));
  if (salt_digest(hasher_, record_) != record_.salt_digest) differ("the salts do not have the recorded digest");
  if (auto salt = commitment_salt(record_, record_.meta_salt); sealed_ && salt) {
    if (commitment(hasher_, "meta", *salt, meta) != sealed_->meta) {
      differ("the rest of the record does not match its commitment");
    }
  }
  bool withheld = facts_.input == InputState::kWithheld || facts_.host_calls_withheld;
  findings_.note(ReplayStep::kCauses, withheld ? StepResult::kWithheld : StepResult::kPass);
}

// --- Step 8: ids -----------------------------------------------------------------------------------------------------

void EvidenceCheck::check_ids() {
  auto decision_id = uuid_from_text(*record_.decision_id);
  if (!decision_id || !decision_id_fits(*decision_id, *record_.time_ns)) {
    findings_.fail(ReplayClass::kTraceMismatch, "`decision_id` is not a UUID version 7 of `time_ns`");
  } else if (input_commitment_) {
    check_trace_ids(*decision_id);
  } else {
    findings_.note(ReplayStep::kIds, StepResult::kWithheld);
  }
  check_decision_digest();
  findings_.note(ReplayStep::kIds, StepResult::kPass);
}

void EvidenceCheck::check_trace_ids(const Id128& decision_id) {
  TraceIds ids = derive_trace_ids(hasher_, decision_id, *record_.policy_digest, entry_digest_of(hasher_, record_),
                                  *input_commitment_);
  auto check = [this](std::string_view name, std::string_view recorded, const std::string& derived) {
    if (recorded == derived) return;
    findings_.fail(ReplayClass::kTraceMismatch,
                   "`" + std::string(name) + "` does not follow from the record: " + derived);
  };
  check("trace_id", *record_.trace_id, hex_of(ids.trace_id));
  check("span_id", *record_.span_id, hex_of(ids.span_id));
}

void EvidenceCheck::check_decision_digest() {
  if (!record_.decision_digest || !record_.input_digest || !record_.nd_digest || !record_.outcome_digest) {
    findings_.note(ReplayStep::kIds, StepResult::kWithheld);
    return;
  }
  Digest digest = decision_digest(hasher_, *record_.policy_digest, entry_digest_of(hasher_, record_),
                                  *record_.input_digest, *record_.nd_digest, *record_.outcome_digest, *record_.verdict);
  if (digest != *record_.decision_digest) {
    findings_.fail(ReplayClass::kTraceMismatch,
                   "the decision digest does not follow from the record: " + digest_text(digest));
  }
}

}  // namespace writ
