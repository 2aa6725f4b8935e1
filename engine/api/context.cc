// Deciding: read, evaluate, settle, record. The verdict is written last.
#include "engine/api/context.h"

#include <algorithm>
#include <array>
#include <new>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/base/utf8.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// As much as the canonical text of the value can have, or more; UINT64_MAX where that takes more than a look: deep
// values, keys that are no strings (two of them may coincide), and collections beyond `limit`.
uint64_t canonical_bound(const Value& value, uint64_t limit, uint32_t depth) {
  constexpr uint32_t kDeepest = 32;
  constexpr uint64_t kLongestNumber = 1100;
  switch (value.kind) {
    case Kind::kNumber: return value.is_int64() ? 20 : value.size < 32 ? kLongestNumber : UINT64_MAX;
    case Kind::kString: return 2 + uint64_t{value.size} * 6;
    case Kind::kArray:
    case Kind::kSet:
    case Kind::kObject: break;
    default: return 5;
  }
  if (depth == kDeepest) return UINT64_MAX;
  bool object = value.is_object();
  uint64_t bound = 2;
  for (uint32_t i = 0; i < value.size && bound <= limit; ++i) {
    if (object) {
      if (!value.entries[i].key.is_string()) return UINT64_MAX;
      bound += 4 + uint64_t{value.entries[i].key.size} * 6;
    }
    uint64_t child = canonical_bound(object ? value.entries[i].value : value.elements[i], limit, depth + 1);
    if (child == UINT64_MAX) return UINT64_MAX;
    bound += child + 1;
  }
  return bound <= limit ? bound : UINT64_MAX;
}

std::string canonical_object(std::string_view text, std::string_view what) {
  if (text.empty()) return {};
  Arena arena;
  Value value = read_json(text, arena);
  if (!value.is_object()) throw Failure(ErrorCode::E_JSON_SYNTAX, std::string(what) + " of a record is not an object");
  std::string canonical;
  append_cj1(canonical, value);
  return canonical;
}

// Passes belong to the fuel model: without one of them a count is in units that have no name.
uint16_t fuel_model_of(const EngineOptions& options) {
  return options.switches == lang::Switches{} ? kFuelModel : kNoFuelModel;
}

template <size_t N>
void take(std::span<const uint8_t>& from, std::array<uint8_t, N>& to) {
  std::copy_n(from.begin(), N, to.begin());
  from = from.subspan(N);
}

}  // namespace

Context::Context() {
  DecisionRecord& record = writer_.record();
  record.engine_name = kEngineName;
  record.engine_version = kEngineVersion;
}

Context::~Context() = default;

void Context::bind(std::shared_ptr<const BoundPolicy> bound_policy, Host& host) {
  host_ = &host;
  if (bound_policy == bound_policy_) return;
  clear();
  std::shared_ptr<const BoundPolicy> last = std::move(bound_policy_);  // the machine still points into it
  bound_policy_ = nullptr;
  if (bound_policy == nullptr) return;
  machine_.bind(&bound_policy->program(), bound_policy->data().snapshot().get());
  machine_.set_strict_builtin_errors(bound_policy->policy().options().strict_builtin_errors);
  bound_policy_ = std::move(bound_policy);
}

void Context::set_record_members(const RecordMembers& members) {
  RecordMembers canonical = members;
  canonical.labels = canonical_object(members.labels.empty() ? "{}" : members.labels, "labels");
  canonical.bundles = canonical_object(members.bundles, "bundles");
  canonical.custom = canonical_object(members.custom, "custom");
  members_ = std::move(canonical);
}

// --- Questions -------------------------------------------------------------------------------------------------------

const Decision& Context::decide(std::string_view entry, std::optional<std::string_view> input,
                                const DecideOptions& options) noexcept {
  Question question;
  question.text = entry;
  question.input = input;
  try {
    if (bound_policy_ != nullptr) {
      uint32_t number = bound_policy_->policy().entry_index(entry);
      if (number == kNone32) {
        entry_text_ = entry_path(entry);
        question.text = entry_text_;
        number = bound_policy_->policy().entry_index(entry_text_);
      }
      if (number != kNone32) return decide(number, input, options);
      question.mode = bound_policy_->policy().options().verdict;
    }
  } catch (...) {
    clear();
    fail_from_current_exception();
    return decision_;
  }
  return run(question, options);
}

const Decision& Context::decide(uint32_t entry, std::optional<std::string_view> input,
                                const DecideOptions& options) noexcept {
  Question question;
  question.input = input;
  if (bound_policy_ != nullptr && bound_policy_->policy().is_exposed(entry)) {
    const EntryPoint& point = bound_policy_->program().entries[entry];
    question.text = point.text;
    question.function = point.function;
    question.mode = bound_policy_->policy().options().verdict;
  }
  return run(question, options);
}

const Decision& Context::query(std::optional<std::string_view> input, const DecideOptions& options) noexcept {
  Question question;
  question.kind = EntryKind::kQuery;
  question.input = input;
  if (const Query* query = bound_policy_ != nullptr ? bound_policy_->query() : nullptr) {
    question.text = query->options().text;
    question.function = query->function();
  }
  return run(question, options);
}

const Decision& Context::run(const Question& question, const DecideOptions& options) noexcept {
  clear();
  Verdict verdict = Verdict::kError;
  try {
    ask(question, options);
    decision_.status = outcome_.status;
    decision_.code = outcome_.code;
    verdict = outcome_.verdict;
  } catch (...) {
    fail_from_current_exception();
  }
  decision_.verdict = verdict;
  return decision_;
}

void Context::clear() {
  decision_.verdict = Verdict::kNone;
  decision_.status = Status::kError;
  decision_.code = ErrorCode::kNone;
  decision_.value = Value();
  if (decision_.error) decision_.error = Error();
  decision_.fuel = 0;
  decision_.rejected = false;
  decision_.rows = Value();
  decision_.record = {};
  decision_.decision_id = {};
  outcome_ = {};
  input_ = Value();
  input_canonical_ = false;
  result_written_ = false;
}

// Failures up to the beginning of the record leave none; those after it are what the record says.
void Context::ask(const Question& question, const DecideOptions& options) {
  start(options);
  if (options.record) question_ = RecordInputs{};
  bool readable = !question.input || read_input(*question.input);
  if (options.record) begin_record(question, options);
  if (readable) evaluate(question);
  decision_.fuel = machine_.fuel_used();
  if (options.record) finish_record(options);
}

void Context::start(const DecideOptions& options) {
  if (bound_policy_ == nullptr) throw Failure(ErrorCode::E_POLICY, "no policy is bound");
  if (options.record && !bound_policy_->identity()) {
    throw Failure(ErrorCode::E_POLICY, "decisions of this policy cannot be recorded: " + bound_policy_->identity_error());
  }
  const EngineOptions& engine = bound_policy_->policy().options();
  Limits limits = engine.limits;
  if (options.fuel) limits.fuel = std::min(limits.fuel, *options.fuel);
  machine_.set_limits(limits);
  machine_.begin();
  port_.begin(*host_, engine.language.functions, options.record || host_->answers_clock());
}

// False if the reader rejects the input; then the outcome says why.
bool Context::read_input(std::string_view text) {
  const Program& program = bound_policy_->program();
  const Limits& limits = machine_.limits();
  try {
    JsonDocument document = reader_.read(text, machine_.arena(), {limits.input_bytes, limits.input_depth},
                                         &program.input_paths, machine_.input_slots());
    machine_.set_input(document.value, true);
    input_ = document.value;
    input_canonical_ = document.canonical;
    return true;
  } catch (const Failure& failure) {
    fail(failure.error());
    decision_.rejected = true;
  }
  return false;
}

void Context::write_call(const Question& question, const DecideOptions& options) {
  std::optional<uint64_t> fuel = options.fuel;
  if (fuel >= bound_policy_->policy().options().limits.fuel) fuel.reset();
  const Query* query = question.kind == EntryKind::kQuery ? bound_policy_->query() : nullptr;
  call_text_.clear();
  append_entry_call(call_text_, fuel, query != nullptr ? &query->options() : nullptr);
}

void Context::evaluate(const Question& question) {
  try {
    if (question.function == kNone32) {
      throw Failure(ErrorCode::E_ENTRY, question.kind == EntryKind::kQuery
                                            ? std::string("the policy has no query")
                                            : "there is no entry point `" + std::string(question.text) + "`");
    }
    Value value = machine_.evaluate(question.function, port_);
    if (question.kind == EntryKind::kQuery) {
      decision_.rows = value;
      value = rows_to_objects(value);
    }
    decision_.value = value;
    settle_value(question);
  } catch (const Failure& failure) {
    fail(failure.error());
  } catch (const std::bad_alloc&) {
    if (!port_.is_complete()) throw;
    // Not the policy's doing but the machine's: an event from outside, so that replay can end at the same place.
    port_.stop(ErrorCode::E_MEMORY);
    Error error;
    error.code = ErrorCode::E_MEMORY;
    fail(error);
  }
}

// Whether the result has a canonical text, and one that is not too large, is part of the outcome: with a record or
// without.
void Context::settle_value(const Question& question) {
  outcome_ = derive_outcome(question.mode, decision_.value);
  if (outcome_.code != ErrorCode::kNone) throw Failure(outcome_.code, "the result of the entry point is not a verdict");
  if (outcome_.status != Status::kDefined) return;
  uint64_t limit = machine_.limits().output_bytes;
  if (canonical_bound(decision_.value, limit, 0) <= limit) return;
  result_text_.clear();
  append_cj1(result_text_, decision_.value, limit);
  result_written_ = true;
}

Value Context::rows_to_objects(const Value& rows) {
  if (!rows.is_array() || rows.size == 0) return Value::undefined();
  const std::vector<std::string>& names = bound_policy_->query()->shape().bindings;
  ArrayBuilder objects(machine_.arena());
  for (const Value& row : rows.items()) {
    ObjectBuilder object(machine_.arena());
    for (uint32_t i = 0; i < names.size(); ++i) object.insert(names[i], row.elements[0].elements[i]);
    objects.append(object.finish());
  }
  return objects.finish();
}

// --- Records ---------------------------------------------------------------------------------------------------------

void Context::begin_record(const Question& question, const DecideOptions& options) {
  if (!is_utf8(question.text)) throw Failure(ErrorCode::E_ENTRY, "the entry point is not UTF-8");
  question_.policy = &*bound_policy_->identity();
  question_.entry_kind = question.kind;
  question_.entry_text = question.text;
  write_call(question, options);
  question_.entry_call = call_text_;
  if (decision_.rejected) {
    question_.rejected = RecordInputs::Rejected{sha256(*question.input), question.input->size(), std::nullopt};
    if (question.input->size() <= std::min(options.keep_rejected, kMaxKeptInput)) question_.rejected->kept = question.input;
  } else if (question.input) {
    if (!input_canonical_) {
      input_text_.clear();
      append_cj1(input_text_, input_);
    }
    question_.input = input_canonical_ ? *question.input : std::string_view(input_text_);
    question_.input_jcs = is_jcs_exact(input_);
  }
  draw_identity(options.open_commitments);
  set_members(options);
  decision_.trace = writer_.begin(question_);
}

// One draw for everything random about a record.
void Context::draw_identity(bool open_commitments) {
  std::array<uint8_t, 10 + 4 * 16> drawn{};
  host_->entropy(drawn);
  std::span<const uint8_t> left = drawn;
  question_.time_ns = port_.time_ns();
  take(left, question_.random);
  if (open_commitments) return;
  RecordSalts& salts = question_.salts.emplace();
  for (Salt* salt : {&salts.input, &salts.nd, &salts.outcome, &salts.meta}) take(left, salt->bytes);
}

void Context::set_members(const DecideOptions& options) {
  for (const auto& text : {options.requested_by, options.batch_decision_id}) {
    if (text && !is_utf8(*text)) throw Failure(ErrorCode::E_UTF8, "a member of the record is not UTF-8");
  }
  DecisionRecord& record = writer_.record();
  record.labels.text = members_.labels;
  record.bundles.text = members_.bundles;
  record.custom.text = members_.custom;
  record.engine_build = members_.engine_build;
  record.engine_program = members_.engine_program;
  record.requested_by = options.requested_by;
  record.batch_decision_id = options.batch_decision_id;
  record.action = options.action;
  writer_.set_trace_context(options.traceparent, options.tracestate);
}

void Context::finish_record(const DecideOptions& options) {
  RecordOutcome answer;
  answer.outcome = outcome_;
  answer.fuel = decision_.fuel;
  answer.fuel_model = fuel_model_of(bound_policy_->policy().options());
  answer.nd = &port_.log();
  if (outcome_.status == Status::kDefined) {
    if (!result_written_) {
      result_text_.clear();
      append_cj1(result_text_, decision_.value);
    }
    answer.result = result_text_;
    answer.result_jcs = is_jcs_exact(decision_.value);
  }
  if (is_utf8(decision_.error.detail)) answer.error_message = decision_.error.detail;
  line_.clear();
  writer_.finish(answer, line_);
  decision_.digests = writer_.digests();
  if (options.commitments) decision_.commitments = writer_.commitments();
  decision_.decision_id = *writer_.record().decision_id;
  decision_.record = line_;
}

// --- Failures --------------------------------------------------------------------------------------------------------

void Context::fail(const Error& error) {
  outcome_ = derive_outcome(VerdictMode::kNone, Value(), error.code);
  decision_.value = Value();
  decision_.rows = Value();
  decision_.error.code = error.code;
  decision_.error = error;
}

// Whatever was known so far counts for nothing.
void Context::fail_from_current_exception() noexcept {
  decision_.value = Value();
  decision_.rows = Value();
  decision_.record = {};
  decision_.decision_id = {};
  decision_.status = Status::kError;
  ErrorCode code = ErrorCode::E_INTERNAL;
  try {
    throw;
  } catch (const Failure& failure) {
    code = failure.error().code;
    try {
      decision_.error = failure.error();
    } catch (...) {
      decision_.error.detail.clear();
    }
  } catch (const std::bad_alloc&) {
    code = ErrorCode::E_MEMORY;
    decision_.error.detail.clear();
  } catch (...) {
    decision_.error.detail.clear();
  }
  decision_.code = code;
  decision_.error.code = code;
  decision_.verdict = Verdict::kError;
}

}  // namespace writ
