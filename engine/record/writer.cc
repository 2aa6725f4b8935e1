// Making the record of a decision, in two halves: `begin` before the evaluation, `finish` after it.
//
// `begin` computes the digests of entry and input and the ids that follow from them. `finish` computes the other digests,
// then sets the members of the record part by part (question, outcome, salts, digests) and writes the line. The digests
// come last because those of meta and salts are over what was set before. Digests of texts that come again and again are
// remembered, and every buffer is kept, so that in steady state nothing here allocates.
#include "engine/record/writer.h"

#include "engine/base/base64.h"
#include "engine/record/field_commitment.h"

namespace writ {

namespace {

constexpr size_t kLongestMemo = 256;

}  // namespace

RecordWriter::RecordWriter() {
  record_.labels.text = "{}";
  no_calls_ = HostCallLog().digest(hasher_);
}

void RecordWriter::set_trace_context(std::optional<std::string_view> traceparent,
                                     std::optional<std::string_view> tracestate) {
  bool bad = false;
  auto keep = [&bad](std::optional<std::string_view> header) -> record_field::Text {
    if (!header || trace_header_can_be_kept(*header)) return header;
    bad = true;
    return std::nullopt;
  };
  record_.traceparent = keep(traceparent);
  record_.tracestate = keep(tracestate);
  record_.bad_trace.reset();
  if (bad) record_.bad_trace = true;
}

const TraceIds& RecordWriter::begin(const RecordInputs& question) {
  question_ = question;
  compute_entry_digest();
  compute_input_digest();
  decision_id_ = make_decision_id(question.time_ns, question.random);
  trace_ids_ = derive_trace_ids(hasher_, decision_id_, question.policy->policy, digests_.entry, input_commitment_);
  set_identity();
  return trace_ids_;
}

void RecordWriter::compute_entry_digest() {
  memo_key_.assign(entry_kind_name(question_.entry_kind));
  memo_key_ += '\0';
  memo_key_ += question_.entry_text;
  memo_key_ += '\0';
  memo_key_ += question_.entry_call;
  if (!entry_memo_.filled || entry_memo_.key != memo_key_) {
    entry_memo_.filled = false;  // should memory run out half way
    entry_memo_.digest = entry_digest(hasher_, question_.entry_kind, question_.entry_text, question_.entry_call);
    entry_memo_.key = memo_key_;
    entry_memo_.filled = true;
  }
  digests_.entry = entry_memo_.digest;
}

void RecordWriter::compute_input_digest() {
  const auto& rejected = question_.rejected;
  digests_.input = rejected ? raw_input_digest(hasher_, rejected->size, rejected->sha256)
                            : input_digest(hasher_, question_.input);
  input_commitment_ = committed_by_field() ? commit_input_fields(hasher_, *question_.field_key, *question_.input_value)
                                           : commitment(hasher_, "input", salt(&RecordSalts::input), digests_.input);
}

// Empty under open commitments.
std::string_view RecordWriter::salt(Salt RecordSalts::*which) const {
  return question_.salts ? ((*question_.salts).*which).view() : std::string_view();
}

bool RecordWriter::committed_by_field() const {
  return question_.field_key && question_.input_value && question_.input_value->is_defined();
}

void RecordWriter::set_identity() {
  auto set_hex = [](std::string& text, std::string_view bytes) {
    text.clear();
    append_hex(text, bytes);
  };
  decision_id_text_.clear();
  append_uuid(decision_id_text_, decision_id_);
  set_hex(trace_id_text_, view_of(trace_ids_.trace_id));
  set_hex(span_id_text_, view_of(trace_ids_.span_id));
  timestamp_text_.clear();
  append_timestamp(timestamp_text_, question_.time_ns);

  record_.version.emplace(kRecordVersion);
  record_.decision_id = decision_id_text_;
  record_.trace_id = trace_id_text_;
  record_.span_id = span_id_text_;
  record_.timestamp = timestamp_text_;
  record_.time_ns.emplace(question_.time_ns);
}

void RecordWriter::compute_outcome_digest(const RecordOutcome& answer) {
  std::string_view body;
  if (answer.outcome.status == Status::kDefined) body = answer.result;
  if (answer.outcome.status == Status::kError) body = error_code_name(answer.outcome.code);
  if (body.size() > kLongestMemo) {
    digests_.outcome = outcome_digest(hasher_, answer.outcome.status, body);
    return;
  }
  memo_key_.assign(1, static_cast<char>(answer.outcome.status));
  memo_key_ += body;
  if (!outcome_memo_.filled || outcome_memo_.key != memo_key_) {
    outcome_memo_.filled = false;
    outcome_memo_.digest = outcome_digest(hasher_, answer.outcome.status, body);
    outcome_memo_.key = memo_key_;
    outcome_memo_.filled = true;
  }
  digests_.outcome = outcome_memo_.digest;
}

void RecordWriter::finish(const RecordOutcome& answer, std::string& out) {
  nd_ = answer.nd && !answer.nd->empty() ? answer.nd : nullptr;
  digests_.nd = nd_ ? nd_->digest(hasher_) : no_calls_;
  compute_outcome_digest(answer);
  digests_.decision = decision_digest(hasher_, question_.policy->policy, digests_.entry, digests_.input, digests_.nd,
                                      digests_.outcome, answer.outcome.verdict);
  set_question();
  set_outcome(answer);
  set_salts();
  set_digests(answer);  // last: two of them are over what was set before
  append_record(out, record_, question_.max_line);
}

void RecordWriter::set_question() {
  bool is_path = question_.entry_kind == EntryKind::kPath;
  record_.path = is_path ? record_field::Text(question_.entry_text) : std::nullopt;
  record_.query = is_path ? std::nullopt : record_field::Text(question_.entry_text);
  record_.entry_kind = question_.entry_kind;
  record_.entry_text = question_.entry_text;
  record_.entry_call.text = question_.entry_call;
  record_.input.text = question_.input.value_or(std::string_view());
  set_rejected_input();
  record_.policy_digest = question_.policy->policy;
  record_.policy_modules = question_.policy->modules;
  record_.policy_data = question_.policy->data;
  record_.policy_config = question_.policy->config;
}

void RecordWriter::set_rejected_input() {
  record_.raw_sha256.reset();
  record_.raw_size.reset();
  record_.raw_text.reset();
  if (!question_.rejected) return;
  record_.raw_sha256 = question_.rejected->sha256;
  record_.raw_size.emplace(question_.rejected->size);
  if (!question_.rejected->kept) return;
  raw_text_.clear();
  append_base64(raw_text_, *question_.rejected->kept);
  record_.raw_text = raw_text_;
}

void RecordWriter::set_outcome(const RecordOutcome& answer) {
  record_.nd.text = nd_ ? nd_->record_text() : std::string_view();
  record_.status = answer.outcome.status;
  record_.verdict = answer.outcome.verdict;
  record_.fuel.emplace(answer.fuel);
  record_.fuel_model.emplace(answer.fuel_model);
  record_.result.text = answer.outcome.status == Status::kDefined ? answer.result : std::string_view();
  record_.error_code.reset();
  record_.error_message.reset();
  if (answer.outcome.status == Status::kError) {
    record_.error_code = error_code_name(answer.outcome.code);
    if (!answer.error_message.empty()) record_.error_message = answer.error_message;
  }
}

// Under commitments by field one key replaces two salts.
void RecordWriter::set_salts() {
  record_.field_key = question_.field_key;
  record_.input_salt.reset();
  record_.nd_salt.reset();
  record_.outcome_salt.reset();
  record_.meta_salt.reset();
  if (!question_.salts) return;
  if (!committed_by_field()) record_.input_salt = question_.salts->input;
  if (!question_.field_key) record_.nd_salt = question_.salts->nd;
  record_.outcome_salt = question_.salts->outcome;
  record_.meta_salt = question_.salts->meta;
}

void RecordWriter::set_digests(const RecordOutcome& answer) {
  record_.input_digest = digests_.input;
  record_.nd_digest = digests_.nd;
  record_.outcome_digest = digests_.outcome;
  record_.decision_digest = digests_.decision;
  record_.jcs = (question_.input ? question_.input_jcs : true) && (!nd_ || nd_->jcs_exact()) &&
                (answer.outcome.status != Status::kDefined || answer.result_jcs);
  hashed_.clear();
  append_record_meta(hashed_, record_);
  digests_.meta = hasher_.digest(DigestTag::kMeta, hashed_);
  record_.meta_digest = digests_.meta;
  hashed_.clear();
  append_record_salt(hashed_, record_);
  record_.salt_digest.reset();
  if (!hashed_.empty()) record_.salt_digest = hasher_.digest(DigestTag::kSalt, hashed_);
}

Commitments RecordWriter::commitments() {
  Commitments commitments;
  commitments.input = input_commitment_;
  if (question_.field_key) {
    static const HostCallLog kNoCalls;
    commitments.nd = commit_nd_fields(hasher_, *question_.field_key, nd_ ? *nd_ : kNoCalls);
  } else {
    commitments.nd = commitment(hasher_, "nd", salt(&RecordSalts::nd), digests_.nd);
  }
  commitments.outcome = commitment(hasher_, "outcome", salt(&RecordSalts::outcome), digests_.outcome);
  commitments.meta = commitment(hasher_, "meta", salt(&RecordSalts::meta), digests_.meta);
  return commitments;
}

}  // namespace writ
