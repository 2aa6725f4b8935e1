// The record of a decision: its inputs and identity before the evaluation, its outcome and digests after it.
//
// begin_record() gathers what is known before anything is evaluated, so that ids exist while host calls are made.
// finish_record() adds the outcome and writes the line. Texts are canonical; the bytes of an input that are canonical
// already are used as they are, and everything else is written into strings that keep their memory.
#include <algorithm>
#include <array>

#include "engine/api/context.h"
#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// The canonical text of an object of the host, which may be as large as an input usually is: 4 MiB, 512 levels.
std::string canonical_object(std::string_view text, std::string_view what, bool of_strings = false) {
  try {
    Arena arena;
    Value value = read_json(text.empty() ? " " : text, arena);
    if (!value.is_object()) throw Failure(ErrorCode::E_JSON_SYNTAX, "not an object");
    for (const Entry& entry : value.members()) {
      if (of_strings && !entry.value.is_string()) throw Failure(ErrorCode::E_JSON_SYNTAX, "a value is not a string");
    }
    std::string canonical;
    append_cj1(canonical, value);
    return canonical;
  } catch (const Failure& failure) {
    Error error = failure.error();
    error.detail = std::string(what) + ": " + error.detail;
    throw Failure(std::move(error));
  }
}

// A file may come from a compiler of another model; charged by this engine, its fuel is in neither unit.
uint16_t fuel_model_of(const Program& program) {
  return program.fuel_model == kFuelModel ? kFuelModel : kNoFuelModel;
}

template <size_t N>
void take(std::span<const uint8_t>& from, std::array<uint8_t, N>& to) {
  std::copy_n(from.begin(), N, to.begin());
  from = from.subspan(N);
}

}  // namespace

void Context::set_record_members(const RecordMembers& members) {
  RecordMembers canonical = members;
  canonical.labels = canonical_object(members.labels.empty() ? "{}" : members.labels, "labels", true);
  if (!members.bundles.empty()) canonical.bundles = canonical_object(members.bundles, "bundles");
  if (!members.custom.empty()) canonical.custom = canonical_object(members.custom, "custom");
  members_ = std::move(canonical);
}

// What a caller got wrong is wrong with a record and without one.
void Context::check_members(const DecideOptions& options) {
  decision_.option_refused = true;
  auto check_text = [](std::optional<std::string_view> text, const char* what) {
    if (text && !is_utf8(*text)) throw Failure(ErrorCode::E_UTF8, what);
  };
  check_text(options.requested_by, "the option `requested_by` is not UTF-8");
  check_text(options.batch_decision_id, "the option `batch_decision_id` is not UTF-8");
  if (options.custom) custom_text_ = canonical_object(*options.custom, "the option `custom`");
  decision_.option_refused = false;
}

void Context::begin_record(const Request& request, const DecideOptions& options) {
  if (!is_utf8(request.text)) throw Failure(ErrorCode::E_ENTRY, "the entry point is not UTF-8");
  record_inputs_ = RecordInputs{};
  record_inputs_.policy = &*bound_policy_->identity();
  record_inputs_.entry_kind = request.kind;
  record_inputs_.entry_text = request.text;
  write_entry_call(request, options);
  record_inputs_.entry_call = call_text_;
  record_inputs_.max_line = std::min(options.max_record_bytes, kMostRecordLine);
  if (decision_.rejected) {
    record_inputs_.rejected = RecordInputs::Rejected{sha256(*request.input), request.input->size(), std::nullopt};
    if (request.input->size() <= std::min(options.keep_rejected, kMaxKeptInput)) {
      record_inputs_.rejected->kept = request.input;
    }
  } else if (request.input) {
    if (!input_canonical_) {
      input_text_.clear();
      append_cj1(input_text_, input_);
    }
    record_inputs_.input = input_canonical_ ? *request.input : std::string_view(input_text_);
    record_inputs_.input_jcs = is_jcs_exact(input_);
  }
  draw_ids(options.open_commitments);
  set_members(options);
  trace_ids_ = &writer_.begin(record_inputs_);
}

// Of the limits only what this call lowered; of a query its package and imports.
void Context::write_entry_call(const Request& request, const DecideOptions& options) {
  std::optional<uint64_t> fuel = options.fuel;
  if (fuel >= bound_policy_->policy().options().limits.fuel) fuel.reset();
  const Query* query = request.kind == EntryKind::kQuery ? bound_policy_->query() : nullptr;
  call_text_.clear();
  append_entry_call(call_text_, fuel, query != nullptr ? &query->options() : nullptr);
}

// One draw for everything random about a record.
void Context::draw_ids(bool open_commitments) {
  std::array<uint8_t, 10 + 4 * 16> drawn{};
  port_->entropy(drawn);
  std::span<const uint8_t> left = drawn;
  record_inputs_.time_ns = port_->time_ns();
  take(left, record_inputs_.random);
  if (open_commitments) return;
  RecordSalts& salts = record_inputs_.salts.emplace();
  for (Salt* salt : {&salts.input, &salts.nd, &salts.outcome, &salts.meta}) take(left, salt->bytes);
}

void Context::set_members(const DecideOptions& options) {
  DecisionRecord& record = writer_.record();
  record.labels.text = members_.labels;
  record.bundles.text = members_.bundles;
  record.custom.text = options.custom ? custom_text_ : members_.custom;
  record.enforced.reset();
  if (!options.enforced) record.enforced = false;  // absent is true
  record.engine_build = members_.engine_build;
  record.engine_program = members_.engine_program;
  record.requested_by = options.requested_by;
  record.batch_decision_id = options.batch_decision_id;
  record.action = options.action;
  writer_.set_trace_context(options.traceparent, options.tracestate);
}

void Context::finish_record(const Outcome& outcome, const DecideOptions& options) {
  RecordOutcome answer;
  answer.outcome = outcome;
  answer.fuel = decision_.fuel;
  answer.fuel_model = fuel_model_of(bound_policy_->program());
  answer.nd = &port_->log();
  if (outcome.status == Status::kDefined) {
    answer.result = result_text_;
    answer.result_jcs = is_jcs_exact(decision_.value);
  }
  if (is_utf8(decision_.error.detail)) answer.error_message = decision_.error.detail;
  line_.clear();
  writer_.finish(answer, line_);
  decision_.digests = writer_.digests();
  decision_.trace = *trace_ids_;
  if (options.commitments) decision_.commitments = writer_.commitments();
  decision_.decision_id = *writer_.record().decision_id;
  decision_.record = line_;
}

}  // namespace writ
