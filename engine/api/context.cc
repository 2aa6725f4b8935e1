// Deciding: read the input, evaluate, take the verdict, record.
//
// run() is the frame of every decision and throws nothing. Within it evaluate_and_record() goes through the steps and
// returns the outcome, which run() writes into the decision last of all: until then the decision is nobody's permission.
// What fails before the record is begun (no policy, no clock, no entropy) leaves no record; what fails after it is an
// outcome like any other, and the record says so. The third case is a record that cannot be finished: then whatever was
// found out counts for nothing (fail_without_record).
#include "engine/api/context.h"

#include <algorithm>
#include <new>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/text.h"
#include "lang/syntax/ast_json.h"

namespace writ {

namespace {

// As much as the canonical text of the value can have, or more; UINT64_MAX where that takes more than a look: deep
// values, keys that are not strings (two of them may coincide), and collections beyond `limit`.
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

}  // namespace

Context::Context() {
  DecisionRecord& record = writer_.record();
  record.engine_name = kEngineName;
  record.engine_version = kEngineVersion;
}

Context::~Context() = default;

void Context::bind(std::shared_ptr<const BoundPolicy> bound_policy, Host& host) {
  recording_port_.set_host(host);
  port_ = &recording_port_;
  bind_policy(std::move(bound_policy));
}

void Context::bind(std::shared_ptr<const BoundPolicy> bound_policy, DecisionPort& port) {
  port_ = &port;
  bind_policy(std::move(bound_policy));
}

void Context::bind_policy(std::shared_ptr<const BoundPolicy> bound_policy) {
  if (bound_policy == bound_policy_) return;
  reset();
  std::shared_ptr<const BoundPolicy> last = std::move(bound_policy_);  // the machine still points into it
  bound_policy_ = nullptr;
  if (bound_policy == nullptr) return;
  machine_.set_module_parser(lang::module_as_json);
  machine_.set_limits(bound_policy->policy().options().limits);
  machine_.bind(&bound_policy->program(), bound_policy->data().snapshot().get());
  machine_.set_strict_builtin_errors(bound_policy->policy().options().strict_builtin_errors);
  bound_policy_ = std::move(bound_policy);
}

// --- Requests --------------------------------------------------------------------------------------------------------

const Decision& Context::decide(std::string_view entry, std::optional<std::string_view> input,
                                const DecideOptions& options) noexcept {
  Request request;
  request.text = entry;
  request.input = input;
  try {
    if (bound_policy_ != nullptr) {
      const Policy& policy = bound_policy_->policy();
      uint32_t number = policy.entry_index(entry);
      if (number == kNone32) {
        entry_text_ = entry_path(entry);
        request.text = entry_text_;
        number = policy.entry_index(entry_text_);
      }
      if (number != kNone32) return decide(number, input, options);
      request.mode = policy.options().verdict;
    }
  } catch (...) {
    reset();
    fail_without_record();
    return decision_;
  }
  return run(request, options);
}

const Decision& Context::decide(uint32_t entry, std::optional<std::string_view> input,
                                const DecideOptions& options) noexcept {
  Request request;
  request.input = input;
  if (bound_policy_ != nullptr && bound_policy_->policy().is_exposed(entry)) {
    const EntryPoint& point = bound_policy_->policy().program().entries[entry];
    request.text = point.text;
    // A query has a program of its own. Of a policy from a file its rules are those of the file's modules, whatever the
    // file's program says, so they are found by name.
    request.function =
        bound_policy_->query() == nullptr ? point.function : bound_policy_->program().entry_function(point.text);
    request.mode = bound_policy_->policy().options().verdict;
  }
  return run(request, options);
}

const Decision& Context::query(std::optional<std::string_view> input, const DecideOptions& options) noexcept {
  Request request;
  request.kind = EntryKind::kQuery;
  request.input = input;
  if (const Query* query = bound_policy_ != nullptr ? bound_policy_->query() : nullptr) {
    request.text = query->options().text;
    request.function = query->function();
  }
  return run(request, options);
}

// --- Deciding --------------------------------------------------------------------------------------------------------

const Decision& Context::run(const Request& request, const DecideOptions& options) noexcept {
  reset();
  try {
    Outcome outcome = evaluate_and_record(request, options);
    decision_.status = outcome.status;
    decision_.code = outcome.code;
    decision_.verdict = outcome.verdict;
  } catch (...) {
    fail_without_record();
  }
  return decision_;
}

void Context::reset() {
  decision_.reset();
  input_ = Value();
  input_canonical_ = false;
  if (large_input_) large_input_.reset();
}

Outcome Context::evaluate_and_record(const Request& request, const DecideOptions& options) {
  begin(options);
  if (options.custom || options.requested_by || options.batch_decision_id) check_members(options);
  std::optional<Outcome> rejection;
  if (request.input) rejection = read_input(*request.input);
  if (options.record) begin_record(request, options);
  Outcome outcome;
  if (request.function == kNone32) {
    outcome = fail(missing_entry(request));  // whatever the input [S-17.6]
  } else {
    outcome = rejection ? *rejection : evaluate(request, options.record);
  }
  decision_.fuel = machine_.fuel_used();
  if (options.record) finish_record(outcome, options);
  return outcome;
}

void Context::begin(const DecideOptions& options) {
  if (bound_policy_ == nullptr) throw Failure(ErrorCode::E_POLICY, "no policy is bound");
  if (options.record && !bound_policy_->identity()) {
    throw Failure(ErrorCode::E_POLICY, "decisions of this policy cannot be recorded: " + bound_policy_->identity_error());
  }
  machine_.begin(options.fuel.value_or(UINT64_MAX));
  stops_.reset();
  if (options.cancel != nullptr || options.deadline_ns || options.recorded_stop) set_stops(options);
  port_->begin(bound_policy_->policy().each_call_functions(), options.record);
}

void Context::set_stops(const DecideOptions& options) {
  Stops& stops = stops_.emplace();
  stops.cancel = options.cancel;
  if (options.deadline_ns) {
    uint64_t now = port_->monotonic_ns();
    stops.deadline = now + std::min(*options.deadline_ns, Stops::kNoDeadline - 1 - now);
  }
  if (options.recorded_stop) {
    stops.recorded = options.recorded_stop->code;
    stops.recorded_fuel = options.recorded_stop->fuel;
  }
}

// The outcome if the reader rejects the input; nothing if it does not.
std::optional<Outcome> Context::read_input(std::string_view text) {
  const Program& program = bound_policy_->program();
  const Limits& limits = machine_.limits();
  try {
    JsonDocument document = reader_.read(text, machine_.arena(), {limits.input_bytes, limits.input_depth},
                                         &program.input_paths, machine_.input_slots());
    machine_.set_input(document.value, true);
    input_ = document.value;
    input_canonical_ = document.canonical;
    return std::nullopt;
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::E_MEMORY) {
      decision_.rejected = true;
      return fail(failure.error());
    }
    return read_large_input(text, failure.error());
  }
}

// The input is one that the reader takes, or it is rejected for what it is; that it needs more memory than the policy
// allows is a limit of the evaluation, and the record holds the input like any other [S-17.6].
Outcome Context::read_large_input(std::string_view text, const Error& no_memory) {
  const Limits& limits = machine_.limits();
  try {
    large_input_.emplace();
    JsonDocument document =
        reader_.read(text, *large_input_, {limits.input_bytes, limits.input_depth}, nullptr, nullptr);
    input_ = document.value;
    input_canonical_ = document.canonical;
    return fail(no_memory);
  } catch (const Failure& failure) {
    decision_.rejected = true;
    return fail(failure.error());
  }
}

Outcome Context::evaluate(const Request& request, bool record) {
  try {
    Value value = machine_.evaluate(request.function, *port_, stops_ ? &*stops_ : nullptr);
    Value rows;
    if (request.kind == EntryKind::kQuery) {
      rows = value;
      value = rows_to_objects(rows);
    }
    Outcome outcome = derive_outcome(request.mode, value);
    if (outcome.status == Status::kDefined) check_result(value, record);
    machine_.finish();
    if (outcome.code != ErrorCode::kNone) throw Failure(outcome.code, "the result of the entry point is not a verdict");
    decision_.value = value;
    decision_.rows = rows;
    return outcome;
  } catch (const Failure& failure) {
    // No host call fails with these two [S-17.3]: only a checkpoint does.
    ErrorCode code = failure.error().code;
    if (code == ErrorCode::E_DEADLINE || code == ErrorCode::E_CANCEL) port_->stop(code);
    return fail(failure.error());
  } catch (const std::bad_alloc&) {
    if (!port_->is_complete()) throw;
    // A property of this machine, not of the policy: recorded as a stop, so that replay ends at the same place.
    port_->stop(ErrorCode::E_MEMORY);
    Error error;
    error.code = ErrorCode::E_MEMORY;
    return fail(error);
  }
}

Error Context::missing_entry(const Request& request) {
  Error error;
  error.code = ErrorCode::E_ENTRY;
  error.detail = request.kind == EntryKind::kQuery ? std::string("the policy has no query")
                                                   : "there is no entry point `" + std::string(request.text) + "`";
  return error;
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

// Whether a result has a canonical text, and one that is not too large, is part of the outcome. A record needs the text;
// without one, a result that is certainly small enough is not written.
void Context::check_result(const Value& value, bool record) {
  uint64_t limit = machine_.limits().output_bytes;
  if (!record && canonical_bound(value, limit, 0) <= limit) return;
  result_text_.clear();
  append_cj1(result_text_, value, limit);
}

// --- Failures --------------------------------------------------------------------------------------------------------

Outcome Context::fail(const Error& error) {
  decision_.error.code = error.code;
  decision_.error = error;
  return derive_outcome(VerdictMode::kNone, Value(), error.code);
}

// Of the exception that is being handled. Without memory the error says less.
void Context::fail_without_record() noexcept {
  uint64_t fuel = decision_.fuel;
  bool rejected = decision_.rejected;
  bool option_refused = decision_.option_refused;
  decision_.reset();
  static_cast<DecisionEvidence&>(decision_) = DecisionEvidence();  // of a record that was nearly made
  decision_.fuel = fuel;
  decision_.rejected = rejected;
  decision_.option_refused = option_refused;
  ErrorCode code = ErrorCode::E_INTERNAL;
  try {
    throw;
  } catch (const Failure& failure) {
    code = failure.error().code;
    try {
      decision_.error = failure.error();
    } catch (...) {
      decision_.error = Error();
    }
  } catch (const std::bad_alloc&) {
    code = ErrorCode::E_MEMORY;
  } catch (...) {
    // code says it
  }
  decision_.error.code = code;
  decision_.code = code;
  decision_.verdict = Verdict::kError;
}

}  // namespace writ
