#include "engine/record/writer.h"

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
  digests_.input = question_.rejected ? raw_input_digest(hasher_, question_.rejected->sha256)
                                      : input_digest(hasher_, question_.input);
  input_commitment_ = committed_by_field() ? commit_input_fields(hasher_, *question_.field_key, *question_.input_value)
                                           : commitment(hasher_, "input", question_.salts.input.view(), digests_.input);
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
                                      digests_.outcome, answer.outcome.verdict, answer.fuel);

  bool is_path = question_.entry_kind == EntryKind::kPath;
  record_.path = is_path ? record_field::Text(question_.entry_text) : std::nullopt;
  record_.query = is_path ? std::nullopt : record_field::Text(question_.entry_text);
  record_.entry_kind = question_.entry_kind;
  record_.entry_text = question_.entry_text;
  record_.entry_call.text = question_.entry_call;
  record_.input.text = question_.input.value_or(std::string_view());
  record_.raw_sha256.reset();
  record_.raw_size.reset();
  if (question_.rejected) {
    record_.raw_sha256 = question_.rejected->sha256;
    record_.raw_size.emplace(question_.rejected->size);
  }
  record_.policy_digest = question_.policy->policy;
  record_.policy_modules = question_.policy->modules;
  record_.policy_data = question_.policy->data;
  record_.policy_config = question_.policy->config;
  record_.nd.text = nd_ ? nd_->record_text() : std::string_view();

  record_.status = answer.outcome.status;
  record_.verdict = answer.outcome.verdict;
  record_.fuel.emplace(answer.fuel);
  record_.result.text = answer.outcome.status == Status::kDefined ? answer.result : std::string_view();
  record_.error_code.reset();
  record_.error_message.reset();
  if (answer.outcome.status == Status::kError) {
    record_.error_code = error_code_name(answer.outcome.code);
    if (!answer.error_message.empty()) record_.error_message = answer.error_message;
  }

  record_.input_digest = digests_.input;
  record_.nd_digest = digests_.nd;
  record_.outcome_digest = digests_.outcome;
  record_.decision_digest = digests_.decision;
  record_.jcs = (question_.input ? question_.input_jcs : true) && (!nd_ || nd_->jcs_exact()) &&
                (answer.outcome.status != Status::kDefined || answer.result_jcs);
  record_.field_key = question_.field_key;
  record_.input_salt.reset();
  record_.nd_salt.reset();
  if (!committed_by_field()) record_.input_salt = question_.salts.input;
  if (!question_.field_key) record_.nd_salt = question_.salts.nd;
  record_.outcome_salt = question_.salts.outcome;
  record_.meta_salt = question_.salts.meta;
  append_record(out, record_);
}

Commitments RecordWriter::commitments() {
  Commitments commitments;
  commitments.input = input_commitment_;
  if (question_.field_key) {
    static const HostCallLog kNoCalls;
    commitments.nd = commit_nd_fields(hasher_, *question_.field_key, nd_ ? *nd_ : kNoCalls);
  } else {
    commitments.nd = commitment(hasher_, "nd", question_.salts.nd.view(), digests_.nd);
  }
  commitments.outcome = commitment(hasher_, "outcome", question_.salts.outcome.view(), digests_.outcome);
  meta_.clear();
  append_record_meta(meta_, record_);
  Digest meta = hasher_.digest(DigestTag::kMeta, meta_);
  commitments.meta = commitment(hasher_, "meta", question_.salts.meta.view(), meta);
  return commitments;
}

}  // namespace writ
