// Contexts, decisions and results of the C library.
//
// A writ_context owns a Context and the one result that all its decisions share. Every function that is given a context
// or its result claims it first, so a callback that reaches for the context it is called from, or a second thread, is
// refused instead of destroying what the running decision works with. The functions that decide then forget the last
// result before they look at anything else: whatever is wrong with the call, nobody finds an earlier verdict. decide()
// serves writ_decide and writ_query, which differ only in what they evaluate; verdict_of() is the short way for callers
// who want nothing but the verdict, without statuses, records and memory. Texts of a result are made at the first
// request for them and kept until reset().
#include <new>

#include "engine/api/c_decide_options.h"
#include "engine/api/c_handles.h"
#include "engine/value/text.h"

using namespace writ;
using namespace writ::c;

namespace {

// Whatever happens next, nobody finds the last verdict here.
void reset(writ_result& result, writ_verdict verdict) {
  result.decision = nullptr;
  result.verdict = verdict;
  result.code = ErrorCode::kNone;
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

// Evaluates with `evaluate`; the status says how it ended.
template <typename Evaluate>
writ_status decide(writ_context* context, const char* input, size_t input_size, const writ_decide_options* options,
                   const writ_result** result, writ_error* error, Evaluate evaluate) noexcept {
  clear_output(result);
  return guarded(error, Phase::kDeciding, [&]() -> writ_status {
    ContextClaim claim(context);
    reset(context->result, WRIT_VERDICT_ERROR);
    if (result != nullptr) *result = &context->result;
    try {
      context->cancelled = false;
      DecideOptions decide_options = decide_options_of(options);
      decide_options.cancel = &context->cancelled;
      if (decide_options.record && decide_options.traceparent) context->result.parent = *decide_options.traceparent;
      const Decision& decision = evaluate(input_of(input, input_size), decide_options);
      context->result.decision = &decision;
      if (decision.status != Status::kError) return WRIT_OK;
      bool refused = decision.rejected || decision.option_refused;
      return report(error, status_of(decision.code, refused ? Phase::kReading : Phase::kDeciding), decision.error);
    } catch (const std::bad_alloc&) {
      context->result.code = ErrorCode::E_MEMORY;
      throw;
    }
  });
}

// The numbers are the same on both sides.
#define VERDICT(number, id, name, c_name, source, text) static_assert(WRIT_VERDICT_##c_name == number);
#include "engine/record/verdicts.def"
writ_verdict to_c(Verdict verdict) { return static_cast<writ_verdict>(verdict); }

template <typename Entry>
writ_verdict verdict_of(writ_context* context, Entry entry, const char* input, size_t input_size) noexcept {
  try {
    ContextClaim claim(context);
    reset(context->result, WRIT_VERDICT_ERROR);
    context->cancelled = false;
    DecideOptions options;
    options.cancel = &context->cancelled;
    const Decision& decision = context->context->decide(entry, input_of(input, input_size), options);
    context->result.decision = &decision;
    return to_c(decision.verdict);
  } catch (...) {
    return WRIT_VERDICT_ERROR;
  }
}

// What `read` finds in the decision of a result; `nothing` if there is none, or it is not to be read now.
template <typename Answer, typename Read>
Answer read_decision(const writ_result* result, Answer nothing, Read read) noexcept {
  try {
    Claim claim(result);
    return claim && result->decision != nullptr ? read(*result->decision) : nothing;
  } catch (...) {
    return nothing;
  }
}

// The same for what only a recorded decision has.
template <typename Read>
writ_text read_recorded(const writ_result* result, Read read) noexcept {
  return read_decision(result, view_of({}), [&](const Decision& decision) {
    return decision.record.empty() ? view_of({}) : view_of(read(decision));
  });
}

}  // namespace

extern "C" {

// --- Contexts --------------------------------------------------------------------------------------------------------

writ_status writ_context_create(const writ_program* program, const writ_data* data, const writ_host* host,
                                writ_context** context, writ_error* error) noexcept {
  clear_output(context);
  return guarded(error, Phase::kLoading, [&] {
    require(context != nullptr, "a pointer is NULL");
    auto made = std::make_unique<writ_context>(host == nullptr ? writ_host{} : copy_in(host));
    made->context = new_context(*made, bound_policy_of(program, data));
    *context = made.release();
  });
}

void writ_context_free(writ_context* context) noexcept {
  if (context == nullptr) return;
  Claim claim(&context->result);
  if (!claim) return;
  claim.keep();
  delete context;
}

writ_status writ_context_set_program(writ_context* context, const writ_program* program, const writ_data* data,
                                     writ_error* error) noexcept {
  return guarded(error, Phase::kLoading, [&] {
    ContextClaim claim(context);
    reset(context->result, WRIT_VERDICT_NONE);
    std::unique_ptr<Context> next = new_context(*context, bound_policy_of(program, data));
    context->context = std::move(next);
  });
}

writ_status writ_context_set_labels(writ_context* context, const char* json, size_t json_size,
                                    writ_error* error) noexcept {
  return guarded(error, Phase::kReading, [&] {
    ContextClaim claim(context);
    reset(context->result, WRIT_VERDICT_NONE);
    RecordMembers members;
    members.labels = text_of(json, json_size);
    context->context->set_record_members(members);
    context->members = std::move(members);
  });
}

writ_status writ_context_policy_digest(const writ_context* context, uint8_t digest[32], writ_error* error) noexcept {
  if (digest != nullptr) std::memset(digest, 0, 32);
  return guarded(error, Phase::kLoading, [&] {
    require(digest != nullptr, "a pointer is NULL");
    ContextClaim claim(context);
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

void writ_context_cancel(writ_context* context) noexcept {
  if (context != nullptr) context->cancelled.store(true, std::memory_order_relaxed);
}

// --- Results ---------------------------------------------------------------------------------------------------------

const writ_result* writ_context_result(const writ_context* context) noexcept {
  if (context == nullptr) return nullptr;
  Claim claim(&context->result);
  return claim ? &context->result : nullptr;
}

writ_verdict writ_result_verdict(const writ_result* result) noexcept {
  Claim claim(result);
  if (!claim) return WRIT_VERDICT_NONE;
  return result->decision == nullptr ? result->verdict : to_c(result->decision->verdict);
}

uint16_t writ_result_code(const writ_result* result) noexcept {
  Claim claim(result);
  if (!claim) return 0;
  return static_cast<uint16_t>(result->decision == nullptr ? result->code : result->decision->code);
}

writ_value writ_result_value(const writ_result* result) noexcept {
  return read_decision(result, writ::c::to_c(Value()),
                       [](const Decision& decision) { return writ::c::to_c(decision.value); });
}

writ_status writ_result_json(const writ_result* result, writ_text* text, writ_error* error) noexcept {
  clear_output(text);
  return guarded(error, Phase::kDeciding, [&] {
    require(result != nullptr && text != nullptr, "a pointer is NULL");
    Claim claim(result);
    require(static_cast<bool>(claim), "the context is in use");
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
  return read_decision(result, uint64_t{0}, [](const Decision& decision) { return decision.fuel; });
}

writ_text writ_result_record(const writ_result* result) noexcept {
  return read_recorded(result, [](const Decision& decision) { return decision.record; });
}

writ_text writ_result_decision_id(const writ_result* result) noexcept {
  return read_recorded(result, [](const Decision& decision) { return decision.decision_id; });
}

writ_text writ_result_decision_digest(const writ_result* result) noexcept {
  return read_recorded(result, [&](const Decision& decision) -> std::string_view {
    if (result->digest.empty()) result->digest = digest_text(decision.digests.decision);
    return result->digest;
  });
}

writ_text writ_result_traceparent(const writ_result* result) noexcept {
  return read_recorded(result, [&](const Decision& decision) -> std::string_view {
    if (result->traceparent.empty()) {
      std::optional<TraceParent> parent;
      if (!result->parent.empty()) parent = read_traceparent(result->parent);
      result->traceparent = outgoing_traceparent(parent, decision.trace, false);
    }
    return result->traceparent;
  });
}

}  // extern "C"
