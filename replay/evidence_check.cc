// Steps 1 and 5 to 8. Every digest in the record is recomputed from the record and the store;
// where a ledger has sealed the decision, the commitments of its leaf are recomputed too, with the salts of the record.
// What is withheld has neither digest nor salt, and then the step is "withheld" and not "passed".
//
// The input decides most: its form (InputState) says what digest it must have, whether the ids can be derived, and
// whether anything can be executed. Step 5, the receipt, comes last: its leaf holds what the other steps compute.
#include "replay/evidence_check.h"

#include <array>
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/base/uuid.h"
#include "engine/record/decision_leaf.h"
#include "engine/record/field_commitment.h"
#include "engine/record/identifiers.h"
#include "engine/record/policy_identity.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "replay/host_call_check.h"

namespace writ {

namespace {

constexpr JsonLimits kPartLimits{kMostRecordLine, kMaxRecordDepth};

template <size_t N>
std::string hex_of(const std::array<uint8_t, N>& bytes) {
  return to_hex(view_of(bytes));
}

ReplayClass class_of(StoreError::Reason reason) {
  switch (reason) {
    case StoreError::Reason::kMissing: return ReplayClass::kPolicyMissing;
    case StoreError::Reason::kMismatch: return ReplayClass::kPolicyMismatch;
    case StoreError::Reason::kUnreadable: break;
  }
  return ReplayClass::kUnreadable;
}

// The limit of fuel that a call sets.
std::optional<uint64_t> fuel_of_call(std::string_view call) {
  Arena arena;
  Value object = read_json(call, arena);
  const Value* limit = object_find(object, "fuel");
  if (!limit) return std::nullopt;
  std::string text;
  append_cj1(text, *limit);
  return read_decimal(text);
}

}  // namespace

Digest entry_digest_of(Hasher& hasher, const DecisionRecord& record) {
  return entry_digest(hasher, *record.entry_kind, *record.entry_text, record.entry_call.text);
}

bool EvidenceCheck::read(std::string_view line) {
  try {
    record_ = decode_record(line, facts_.arena, sources_.max_record_bytes);
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
  check_seal();
}

// --- Step 6: the policy ----------------------------------------------------------------------------------------------

void EvidenceCheck::check_policy() {
  if (policy_digest(hasher_, *record_.policy_modules, *record_.policy_data, *record_.policy_config) !=
      *record_.policy_digest) {
    findings_.fail(ReplayClass::kPolicyMismatch, "the recorded parts do not give the recorded policy digest");
  }
  facts_.policy = sources_.policies.get(*record_.policy_digest, executor_);
  if (!facts_.policy->identity) {
    ReplayClass problem = class_of(facts_.policy->reason);
    findings_.fail(problem, facts_.policy->problem);
    facts_.policy = nullptr;
    return;
  }
  check_call();
  findings_.note(ReplayStep::kPolicy, StepResult::kPass);
}

// A call may only lower a limit, and says so only if it does.
void EvidenceCheck::check_call() {
  facts_.fuel_limit = facts_.policy->config.limit("fuel");
  std::optional<uint64_t> of_call = fuel_of_call(record_.entry_call.text);
  if (!of_call) return;
  uint64_t of_policy = facts_.fuel_limit.value_or(executor_.usual_fuel());
  if (*of_call >= of_policy) {
    findings_.fail(ReplayClass::kFormat,
                   "`writ.entry.call`: the limit of fuel is not below that of the policy, " + std::to_string(of_policy),
                   ReplayStep::kPolicy);
    return;
  }
  facts_.fuel_limit = of_call;
}

// --- Step 7: causes --------------------------------------------------------------------------------------------------

void EvidenceCheck::check_input() {
  if (!record_.input.text.empty()) {
    facts_.input = InputState::kPresent;
    input_ = read_json(record_.input.text, facts_.arena, kPartLimits);
    check_input_digest(input_digest(hasher_, record_.input.text));
  } else if (record_.raw_sha256) {
    facts_.input = InputState::kRejected;
    check_input_digest(raw_input_digest(hasher_, *record_.raw_size, *record_.raw_sha256));
    check_received();
  } else if (!record_.fields.text.empty()) {
    facts_.input = InputState::kWithheld;
    check_disclosed_fields();
  } else if (!record_.input_digest) {
    facts_.input = InputState::kWithheld;
    facts_.withheld = withhold_everything();
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

// The bytes of a rejected input are in the record or in the folder that the user names. Neither name nor bytes are trusted.
void EvidenceCheck::check_received() {
  std::string where = "`writ.raw.text`";
  if (record_.raw_text) {
    facts_.received = read_base64(*record_.raw_text);
  } else if (sources_.rejected_inputs) {
    std::string name = to_hex(record_.raw_sha256->view());
    where = "the file `" + name + "`";
    try {
      facts_.received = sources_.rejected_inputs->read(name, kMaxReceivedBytes);
    } catch (const UnreadableFile& file) {
      findings_.fail(ReplayClass::kUnreadable, file.what());
    }
  }
  if (!facts_.received) return;
  if (facts_.received->size() == *record_.raw_size && sha256(*facts_.received) == *record_.raw_sha256) return;
  findings_.fail(ReplayClass::kInputMismatch, where + " does not hold the rejected input");
  facts_.received.reset();
}

void EvidenceCheck::check_disclosed_fields() {
  facts_.withheld = withhold_everything();
  try {
    std::vector<DisclosedField> fields = read_disclosed_fields(hasher_, record_.fields.text);
    std::vector<Digest> leaves;
    for (const DisclosedField& field : fields) leaves.push_back(field.leaf);
    input_commitment_ = fields_commitment(hasher_, fields_digest(hasher_, leaves));
    facts_.withheld = rebuild_input(fields);
  } catch (const Failure& failure) {
    findings_.fail(ReplayClass::kInputMismatch, failure.error().detail);
  }
}

void EvidenceCheck::find_input_commitment() {
  if (input_commitment_) return;
  if (record_.field_key && facts_.input == InputState::kPresent) {
    input_commitment_ = commit_input_fields(hasher_, *record_.field_key, input_);
  } else if (auto salt = commitment_salt(record_, record_.input_salt); salt && record_.input_digest) {
    input_commitment_ = commitment(hasher_, "input", *salt, *record_.input_digest);
  }
}

void EvidenceCheck::check_host_calls() {
  facts_.host_calls.all_withheld = !record_.nd_digest && record_.nd.text.empty();
  if (!read_host_calls()) return;
  const HostCallLog& log = facts_.host_calls.log;
  std::string contradiction = host_call_contradiction(record_, facts_.host_calls, executor_,
                                                      facts_.policy ? &facts_.policy->config : nullptr);
  if (!contradiction.empty()) findings_.fail(ReplayClass::kNdMismatch, contradiction);
  if (!record_.nd_digest) return;
  Digest digest = log.digest(hasher_);
  if (digest != *record_.nd_digest) {
    findings_.fail(ReplayClass::kNdMismatch, "the host calls have the digest " + digest_text(digest));
  }
  auto commit = host_calls_commitment();
  if (sealed_ && commit && *commit != sealed_->nd) {
    findings_.fail(ReplayClass::kNdMismatch, "the host calls do not match their commitment");
  }
}

// Withheld entries keep their places, so that the others keep theirs.
bool EvidenceCheck::read_host_calls() {
  if (record_.nd.text.empty()) return true;
  try {
    if (record_.nd_digest) {
      facts_.host_calls.log = HostCallLog::from_record_text(record_.nd.text, hasher_);
      return true;
    }
    Value entries = read_json(record_.nd.text, facts_.arena, kPartLimits);
    for (const Value& entry : entries.items()) {
      bool withheld = object_find(entry, "commit") != nullptr;
      facts_.host_calls.withheld.push_back(withheld);
      if (withheld) {
        facts_.host_calls.log.append(hasher_, {"", "[]", HostCallResult::kUndefined, ""});
        continue;
      }
      std::string text = "[";
      append_cj1(text, entry);
      HostCallLog one = HostCallLog::from_record_text(text + "]", hasher_);
      facts_.host_calls.log.append(hasher_, one.entry(0));
    }
    return true;
  } catch (const Failure& failure) {
    facts_.host_calls_readable = false;
    findings_.fail(ReplayClass::kNdMismatch, failure.error().detail);
    return false;
  }
}

std::optional<Digest> EvidenceCheck::host_calls_commitment() const {
  if (record_.field_key) return commit_nd_fields(hasher_, *record_.field_key, facts_.host_calls.log);
  auto salt = commitment_salt(record_, record_.nd_salt);
  if (!salt || !record_.nd_digest) return std::nullopt;
  return commitment(hasher_, "nd", *salt, *record_.nd_digest);
}

// Everything else in the record: the meta digest covers it, and what it says twice must be the same.
void EvidenceCheck::check_rest() {
  std::string timestamp;
  append_timestamp(timestamp, *record_.time_ns);
  if (*record_.timestamp != timestamp) differ("`timestamp` is not `time_ns`, which is " + timestamp);
  std::string_view shown = record_.path ? *record_.path : *record_.query;
  if (shown != *record_.entry_text) differ("`path` or `query` is not `writ.entry.text`");
  check_trace_context();
  check_exactness();
  Digest meta = meta_digest(hasher_, record_);
  if (meta != *record_.meta_digest) differ("the rest of the record has the digest " + digest_text(meta));
  if (salt_digest(hasher_, record_) != record_.salt_digest) differ("the salts do not have the recorded digest");
  if (auto salt = commitment_salt(record_, record_.meta_salt); sealed_ && salt) {
    if (commitment(hasher_, "meta", *salt, meta) != sealed_->meta) {
      differ("the rest of the record does not match its commitment");
    }
  }
  findings_.note(ReplayStep::kCauses, StepResult::kPass);
}

// Headers are kept as they came or left out as a whole, and `bad_trace` says that one was left out.
void EvidenceCheck::check_trace_context() {
  for (const record_field::Text* header : {&record_.traceparent, &record_.tracestate}) {
    if (*header && !trace_header_can_be_kept(**header)) differ("a trace header is longer than a record may keep");
  }
  if (record_.bad_trace && record_.traceparent && record_.tracestate) {
    differ("`writ.trace.bad_trace`, although both headers were kept");
  }
}

void EvidenceCheck::check_exactness() {
  if (!record_.jcs || !facts_.host_calls_readable) return;
  bool exact = facts_.host_calls.log.jcs_exact() && (facts_.input != InputState::kPresent || is_jcs_exact(input_));
  if (exact && !record_.result.text.empty()) {
    exact = is_jcs_exact(read_json(record_.result.text, facts_.arena, kPartLimits));
  }
  if (exact != *record_.jcs) {
    differ(exact ? "`writ.digest.jcs` is false, but every number survives an IEEE double"
                 : "`writ.digest.jcs` is true, but a number does not survive an IEEE double");
  }
}

// --- Step 8: ids -----------------------------------------------------------------------------------------------------

void EvidenceCheck::check_ids() {
  auto decision_id = uuid_from_text(*record_.decision_id);
  if (!decision_id || !decision_id_fits(*decision_id, *record_.time_ns)) {
    findings_.fail(ReplayClass::kTraceMismatch, "`decision_id` is not a UUID version 7 of `time_ns`");
  } else if (input_commitment_) {
    check_trace_ids(*decision_id);
  } else if (facts_.input == InputState::kWithheld) {
    findings_.note(ReplayStep::kIds, StepResult::kPartial);
    findings_.leave_open(IncompleteReason::kTraceId,
                         "step 8: the trace id follows from the input, which is withheld, and there is no leaf");
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
  if (!record_.decision_digest || !record_.input_digest || !record_.nd_digest || !record_.outcome_digest) return;
  Digest digest = decision_digest(hasher_, *record_.policy_digest, entry_digest_of(hasher_, record_),
                                  *record_.input_digest, *record_.nd_digest, *record_.outcome_digest, *record_.verdict);
  if (digest != *record_.decision_digest) {
    findings_.fail(ReplayClass::kTraceMismatch,
                   "the decision digest does not follow from the record: " + digest_text(digest));
  }
}

// --- Step 5: the receipt ---------------------------------------------------------------------------------------------

// Ledger, chain and size can only be compared with a ledger; the leaf follows from the line.
void EvidenceCheck::check_seal() {
  if (!record_.seal_leaf) return;
  std::optional<Digest> leaf = leaf_of_line();
  if (*record_.seal_size <= *record_.seal_seq) {
    findings_.fail(ReplayClass::kReceiptMismatch, "the ledger of the receipt is too short for its own leaf");
  } else if (!leaf && record_.decision_digest) {
    findings_.fail(ReplayClass::kReceiptMismatch, "no leaf follows from the record");
  } else if (leaf && *leaf != *record_.seal_leaf) {
    findings_.fail(ReplayClass::kReceiptMismatch, "the leaf of this record has the hash " + digest_text(*leaf));
  }
  findings_.note(ReplayStep::kAnchors, StepResult::kPartial);
  findings_.note_seal_not_compared();
}

// Nothing if a part is withheld. Built from the digests of the line, which step 7 holds against their parts.
std::optional<Digest> EvidenceCheck::leaf_of_line() const {
  auto outcome_salt = commitment_salt(record_, record_.outcome_salt);
  auto meta_salt = commitment_salt(record_, record_.meta_salt);
  auto nd = host_calls_commitment();
  if (!record_.decision_digest || !input_commitment_ || !nd || !outcome_salt || !meta_salt) return std::nullopt;
  Commitments commitments;
  commitments.input = *input_commitment_;
  commitments.nd = *nd;
  commitments.outcome = commitment(hasher_, "outcome", *outcome_salt, *record_.outcome_digest);
  commitments.meta = commitment(hasher_, "meta", *meta_salt, *record_.meta_digest);
  LeafLevel level = *record_.seal_level == "sync" ? LeafLevel::kSync : LeafLevel::kBatched;
  auto leaf = decision_leaf(record_, entry_digest_of(hasher_, record_), commitments, *record_.seal_seq, level);
  if (!leaf) return std::nullopt;
  return hasher_.leaf(*leaf);
}

}  // namespace writ
