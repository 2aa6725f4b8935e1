// Contexts, decisions and results of the C library.
//
// A writ_context owns a Context and the one result that all its decisions share. Every function that changes it takes an
// InUseGuard first, so a callback that reaches for the context it is called from is refused instead of destroying what
// the running decision works with. decide() serves writ_decide and writ_query, which differ only in what they evaluate;
// verdict_of() is the short way for callers who want nothing but the verdict, without statuses, records and memory.
// Texts of a result are made at the first request for them and kept until reset().
#include "engine/api/c_handles.h"
#include "engine/value/text.h"

using namespace writ;
using namespace writ::c;

namespace {

// Marks the context as in use, so that a callback which reaches for it is refused.
class InUseGuard {
 public:
  explicit InUseGuard(writ_context* context) : context_(context) {
    require(context != nullptr, "the context is NULL");
    require(!context->in_use, "the context is in use");
    context->in_use = true;
  }
  ~InUseGuard() { context_->in_use = false; }
  InUseGuard(const InUseGuard&) = delete;
  InUseGuard& operator=(const InUseGuard&) = delete;

 private:
  writ_context* context_;
};

// Whatever happens next, nobody finds the last verdict here.
void reset(writ_result& result) {
  result.decision = nullptr;
  result.parent.clear();
  result.json.clear();
  result.digest.clear();
  result.traceparent.clear();
}

std::shared_ptr<const BoundPolicy> bound_policy_of(const writ_program* program, const writ_data* data) {
  require(program != nullptr, "the program is NULL");
  std::shared_ptr<const DataSet> documents = data == nullptr ? nullptr : data->data;
  if (program->query != nullptr) {
    return BoundPolicy::make(program->query, std::move(documents), BoundPolicy::Digests::kIfPossible);
  }
  return BoundPolicy::make(program->policy, std::move(documents), BoundPolicy::Digests::kIfPossible);
}

// A fresh one, so that a failure leaves the old one as it was.
std::unique_ptr<Context> new_context(writ_context& owner, std::shared_ptr<const BoundPolicy> bound_policy) {
  auto context = std::make_unique<Context>();
  context->set_record_members(owner.members);
  context->bind(std::move(bound_policy), owner.host);
  return context;
}

std::optional<std::string_view> input_of(const char* input, size_t size) {
  if (input == nullptr) {
    require(size == 0 || size == WRIT_NUL, "the input is a null pointer");
    return std::nullopt;
  }
  return text_of(input, size);
}

std::optional<std::string_view> optional_text(const char* text, size_t size) {
  if (text == nullptr) return std::nullopt;
  return text_of(text, size);
}

DecideOptions options_of(const writ_decide_options* given) {
  DecideOptions options;
  if (given == nullptr) return options;
  writ_decide_options from = copy_in(given);
  require((from.flags & ~static_cast<uint32_t>(WRIT_RECORD | WRIT_OPEN_COMMITMENTS)) == 0, "unknown flag");
  options.record = (from.flags & WRIT_RECORD) != 0;
  options.open_commitments = (from.flags & WRIT_OPEN_COMMITMENTS) != 0;
  if (from.fuel != 0) options.fuel = from.fuel;
  options.traceparent = optional_text(from.traceparent, from.traceparent_size);
  options.tracestate = optional_text(from.tracestate, from.tracestate_size);
  options.requested_by = optional_text(from.requested_by, from.requested_by_size);
  if (from.action_digest != nullptr) {
    options.action.emplace();
    std::memcpy(options.action->bytes.data(), from.action_digest, options.action->bytes.size());
  }
  return options;
}

// Evaluates with `evaluate`; the status says how it ended.
template <typename Evaluate>
writ_status decide(writ_context* context, const char* input, size_t input_size, const writ_decide_options* options,
                   const writ_result** result, writ_error* error, Evaluate evaluate) noexcept {
  writ_status status = WRIT_OK;
  if (result != nullptr) *result = nullptr;
  writ_status guard = guarded(error, Phase::kDeciding, [&] {
    InUseGuard in_use(context);
    reset(context->result);
    if (result != nullptr) *result = &context->result;
    DecideOptions decide_options = options_of(options);
    if (decide_options.record && decide_options.traceparent) context->result.parent = *decide_options.traceparent;
    const Decision& decision = evaluate(input_of(input, input_size), decide_options);
    context->result.decision = &decision;
    if (decision.status != Status::kError) return;
    Phase phase = decision.rejected ? Phase::kReading : Phase::kDeciding;
    status = report(error, status_of(decision.code, phase), decision.error);
  });
  return guard == WRIT_OK ? status : guard;
}

// The numbers are the same on both sides.
#define VERDICT(number, id, name, c_name, source, text) static_assert(WRIT_VERDICT_##c_name == number);
#include "engine/record/verdicts.def"
writ_verdict to_c(Verdict verdict) { return static_cast<writ_verdict>(verdict); }

template <typename Entry>
writ_verdict verdict_of(writ_context* context, Entry entry, const char* input, size_t input_size) noexcept {
  try {
    InUseGuard in_use(context);
    reset(context->result);
    const Decision& decision = context->context->decide(entry, input_of(input, input_size));
    context->result.decision = &decision;
    return to_c(decision.verdict);
  } catch (...) {
    return WRIT_VERDICT_ERROR;
  }
}

bool is_recorded(const writ_result* result) {
  return result != nullptr && result->decision != nullptr && !result->decision->record.empty();
}

}  // namespace

extern "C" {

// --- Contexts --------------------------------------------------------------------------------------------------------

writ_status writ_context_create(const writ_program* program, const writ_data* data, const writ_host* host,
                                writ_context** context, writ_error* error) noexcept {
  return guarded(error, Phase::kLoading, [&] {
    require(context != nullptr, "a pointer is NULL");
    auto made = std::make_unique<writ_context>(host == nullptr ? writ_host{} : copy_in(host));
    made->context = new_context(*made, bound_policy_of(program, data));
    *context = made.release();
  });
}

void writ_context_free(writ_context* context) noexcept {
  if (context != nullptr && !context->in_use) delete context;
}

writ_status writ_context_set_program(writ_context* context, const writ_program* program, const writ_data* data,
                                     writ_error* error) noexcept {
  return guarded(error, Phase::kLoading, [&] {
    InUseGuard in_use(context);
    std::unique_ptr<Context> next = new_context(*context, bound_policy_of(program, data));
    reset(context->result);
    context->context = std::move(next);
  });
}

writ_status writ_context_set_labels(writ_context* context, const char* json, size_t json_size,
                                    writ_error* error) noexcept {
  return guarded(error, Phase::kReading, [&] {
    InUseGuard in_use(context);
    RecordMembers members;
    members.labels = text_of(json, json_size);
    context->context->set_record_members(members);
    context->members = std::move(members);
  });
}

writ_status writ_context_policy_digest(const writ_context* context, uint8_t digest[32], writ_error* error) noexcept {
  return guarded(error, Phase::kLoading, [&] {
    require(context != nullptr && digest != nullptr, "a pointer is NULL");
    const std::shared_ptr<const BoundPolicy>& bound_policy = context->context->bound_policy();
    if (!bound_policy || !bound_policy->identity()) {
      throw Failure(ErrorCode::E_POLICY, bound_policy ? bound_policy->identity_error() : "no policy is bound");
    }
    std::memcpy(digest, bound_policy->identity()->policy.bytes.data(), 32);
  });
}

// --- Decisions -------------------------------------------------------------------------------------------------------

writ_status writ_decide(writ_context* context, const char* entry, size_t entry_size, const char* input,
                        size_t input_size, const writ_decide_options* options, const writ_result** result,
                        writ_error* error) noexcept {
  return decide(context, input, input_size, options, result, error,
                [&](std::optional<std::string_view> text, const DecideOptions& decide_options) -> const Decision& {
                  require(entry != nullptr, "the entry point is NULL");
                  return context->context->decide(text_of(entry, entry_size), text, decide_options);
                });
}

writ_status writ_query(writ_context* context, const char* input, size_t input_size, const writ_decide_options* options,
                       const writ_result** result, writ_error* error) noexcept {
  return decide(context, input, input_size, options, result, error,
                [&](std::optional<std::string_view> text, const DecideOptions& decide_options) -> const Decision& {
                  return context->context->query(text, decide_options);
                });
}

writ_verdict writ_decide_verdict(writ_context* context, const char* entry, size_t entry_size, const char* input,
                                 size_t input_size) noexcept {
  if (entry == nullptr) return verdict_of(context, kNone32, input, input_size);
  return verdict_of(context, std::string_view(entry, entry_size == WRIT_NUL ? std::strlen(entry) : entry_size), input,
                    input_size);
}

writ_verdict writ_decide_verdict_at(writ_context* context, uint32_t entry, const char* input,
                                    size_t input_size) noexcept {
  return verdict_of(context, entry, input, input_size);
}

// --- Results ---------------------------------------------------------------------------------------------------------

const writ_result* writ_context_result(const writ_context* context) noexcept {
  return context == nullptr ? nullptr : &context->result;
}

writ_verdict writ_result_verdict(const writ_result* result) noexcept {
  if (result == nullptr || result->decision == nullptr) return WRIT_VERDICT_NONE;
  return to_c(result->decision->verdict);
}

uint16_t writ_result_code(const writ_result* result) noexcept {
  if (result == nullptr || result->decision == nullptr) return 0;
  return static_cast<uint16_t>(result->decision->code);
}

writ_value writ_result_value(const writ_result* result) noexcept {
  return writ::c::to_c(result == nullptr || result->decision == nullptr ? Value() : result->decision->value);
}

writ_status writ_result_json(const writ_result* result, writ_text* text, writ_error* error) noexcept {
  return guarded(error, Phase::kDeciding, [&] {
    require(result != nullptr && text != nullptr, "a pointer is NULL");
    bool defined = result->decision != nullptr && result->decision->value.is_defined();
    if (defined && result->json.empty()) {
      std::string json;
      append_cj1(json, result->decision->value);
      result->json = std::move(json);
    }
    *text = view_of(result->json);
  });
}

uint64_t writ_result_fuel(const writ_result* result) noexcept {
  return result == nullptr || result->decision == nullptr ? 0 : result->decision->fuel;
}

writ_text writ_result_record(const writ_result* result) noexcept {
  return view_of(is_recorded(result) ? result->decision->record : std::string_view());
}

writ_text writ_result_decision_id(const writ_result* result) noexcept {
  return view_of(is_recorded(result) ? result->decision->decision_id : std::string_view());
}

writ_text writ_result_decision_digest(const writ_result* result) noexcept {
  if (!is_recorded(result)) return view_of({});
  try {
    if (result->digest.empty()) result->digest = digest_text(result->decision->digests.decision);
    return view_of(result->digest);
  } catch (...) {
    return view_of({});
  }
}

writ_text writ_result_traceparent(const writ_result* result) noexcept {
  if (!is_recorded(result)) return view_of({});
  try {
    if (result->traceparent.empty()) {
      std::optional<TraceParent> parent;
      if (!result->parent.empty()) parent = read_traceparent(result->parent);
      result->traceparent = outgoing_traceparent(parent, result->decision->trace, false);
    }
    return view_of(result->traceparent);
  } catch (...) {
    return view_of({});
  }
}

}  // extern "C"
