#include "replay/engine_executor.h"

#include <algorithm>
#include <system_error>
#include <thread>

#include "engine/api/policy_config.h"
#include "engine/base/error.h"
#include "engine/builtins/table_versions.h"
#include "engine/program/reads.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr size_t kMostPrepared = 64;

// The world as it was recorded.
class RecordedHost : public Host {
 public:
  RecordedHost(uint64_t time_ns, HostCallReplay& nd) : time_ns_(time_ns), nd_(nd) {}

  uint64_t now_ns() override { return time_ns_; }
  void entropy(std::span<uint8_t>) override {
    throw Failure(ErrorCode::E_ENTROPY, "there is no randomness in a replay");
  }
  bool answers_clock() const override { return true; }

  Value answer(const HostCall& call, Arena& arena) override {
    std::optional<HostCallEntry> entry = nd_.answer(call.function, call.args_text);
    if (!entry) throw Failure(ErrorCode::E_OUTSIDE, "the record holds no answer to this call");
    switch (entry->kind) {
      case HostCallResult::kValue: return read_rv1(entry->body, arena);
      case HostCallResult::kUndefined: return Value::undefined();
      case HostCallResult::kError: break;
    }
    ErrorCode code = error_code_from_name(entry->body);
    if (code == ErrorCode::kNone) code = ErrorCode::E_OUTSIDE;
    throw Failure(code, std::string(call.function) + " failed, as recorded");
  }

 private:
  uint64_t time_ns_;
  HostCallReplay& nd_;
};

ExecutionResult failed_with(const Error& error) {
  ExecutionResult result;
  result.outcome = derive_outcome(VerdictMode::kNone, Value::undefined(), error.code);
  result.error_message = error.detail;
  return result;
}

// Whether one path leads to the other.
bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  size_t shared = std::min(a.size(), b.size());
  return std::equal(a.begin(), a.begin() + static_cast<ptrdiff_t>(shared), b.begin());
}

// Steps as written; indexes become their digits, which no member of an object that is read by name can be confused with
// in a way that matters: it would only be refused.
std::vector<std::string> steps_of(const std::string& path) {
  Arena arena;
  std::vector<std::string> steps;
  Value array = read_json(path, arena);
  for (const Value& step : array.items()) steps.push_back(step.is_string() ? std::string(step.text()) : to_json(step));
  return steps;
}

// Refused if the policy may read it, whether or not this evaluation would.
bool may_read(const Program& program, uint32_t function, const std::vector<std::string>& withheld) {
  std::vector<std::vector<std::string>> reads = input_reads(program, function);
  return std::any_of(withheld.begin(), withheld.end(), [&](const std::string& path) {
    std::vector<std::string> steps = steps_of(path);
    return std::any_of(reads.begin(), reads.end(), [&](const auto& read) { return overlap(read, steps); });
  });
}

ExecutionResult decide_again(Context& context, const std::shared_ptr<const BoundPolicy>& bound_policy,
                             const ExecutionRequest& request) {
  RecordedHost host(request.time_ns, request.nd);
  context.bind(bound_policy, host);
  DecideOptions options;
  options.fuel = request.fuel_limit;
  std::optional<ErrorCode> stop = request.nd.stop();
  if (stop) options.fuel = request.recorded_fuel;
  const Decision& decision = request.entry_kind == EntryKind::kQuery
                                 ? context.query(request.input, options)
                                 : context.decide(request.entry_text, request.input, options);
  ExecutionResult result;
  result.outcome = {decision.status, decision.code, decision.verdict};
  result.fuel = decision.fuel;
  result.error_message = decision.error.detail;
  if (stop && request.nd.fault() == HostCallMismatch::kNone) {
    // The event is in the log because nothing else ended the evaluation before it.
    request.nd.reached_stop();
    result.outcome = derive_outcome(VerdictMode::kNone, Value::undefined(), *stop);
    return result;
  }
  if (decision.status == Status::kDefined) append_cj1(result.result, decision.value);
  return result;
}

// On a thread of its own, with memory that was used for nothing before.
ExecutionResult decide_elsewhere(const std::shared_ptr<const BoundPolicy>& bound_policy, const ExecutionRequest& request) {
  ExecutionResult result;
  std::exception_ptr problem;
  auto run = [&] {
    try {
      Context context;
      result = decide_again(context, bound_policy, request);
    } catch (...) {
      problem = std::current_exception();
    }
  };
  try {
    std::thread(run).join();
  } catch (const std::system_error&) {
    run();
  }
  if (problem) std::rethrow_exception(problem);
  return result;
}

}  // namespace

EngineExecutor::EngineExecutor() : context_(std::make_unique<Context>()) {
  semantics_.tzdb = tzdb_version();
  semantics_.unicode = unicode_version();
  semantics_.regex = regex_version();
  for (const Builtin& builtin : builtins()) {
    if (builtin.function != nullptr) semantics_.builtins.emplace_back(std::string(builtin.name), builtin.version);
  }
}

EngineExecutor::~EngineExecutor() = default;

bool EngineExecutor::supports_language(std::string_view language) const {
  PolicyConfig config;
  config.language = language;
  try {
    options_from_config(config);
  } catch (const Failure&) {
    return false;
  }
  return true;
}

ExecutionResult EngineExecutor::execute(const ExecutionRequest& request) {
  const Prepared* prepared = &policy_of(request);
  if (prepared->bound_policy && request.entry_kind == EntryKind::kQuery) prepared = &query_of(request, *prepared);
  if (!prepared->bound_policy) return failed_with(prepared->failure);
  std::shared_ptr<const BoundPolicy> bound_policy = prepared->bound_policy;
  if (!request.withheld.empty()) {
    const Policy& policy = bound_policy->policy();
    uint32_t entry = policy.entry_index(request.entry_text);
    uint32_t function = request.entry_kind == EntryKind::kQuery ? bound_policy->query()->function()
                        : entry != kNone32                      ? policy.program().entries[entry].function
                                                                : kNone32;
    if (function != kNone32 && may_read(bound_policy->program(), function, request.withheld)) {
      Error error;
      error.code = ErrorCode::E_REDACTED_READ;
      error.detail = "the policy may read a withheld part of the input";
      return failed_with(error);
    }
  }
  return request.varied ? decide_elsewhere(bound_policy, request) : decide_again(*context_, bound_policy, request);
}

EngineExecutor::Prepared& EngineExecutor::keep(Key key) {
  if (prepared_.size() >= kMostPrepared) prepared_.clear();
  return prepared_[std::move(key)];
}

const EngineExecutor::Prepared& EngineExecutor::policy_of(const ExecutionRequest& request) {
  Key key{request.policy_digest, {}};
  if (auto known = prepared_.find(key); known != prepared_.end()) return known->second;
  Prepared& prepared = keep(std::move(key));
  try {
    std::vector<lang::Source> sources;
    for (const auto& [path, text] : request.policy.modules) sources.push_back({path, text});
    EngineOptions options = options_from_config(request.config);
    // The canonical text of an input may be longer than what was received, which was within the limit.
    options.limits.input_bytes = std::max<uint64_t>(options.limits.input_bytes, kMaxRecordLine);
    CompileResult compiled = Policy::compile(std::move(sources), options);
    if (compiled.policy == nullptr) {
      throw Failure(ErrorCode::E_POLICY, render_opa(compiled.diagnostics, compiled.sources));
    }
    prepared.bound_policy = BoundPolicy::make(compiled.policy, DataSet::from_json(request.policy.data_text()),
                                     BoundPolicy::Digests::kNone);
  } catch (const Failure& failure) {
    prepared.failure = failure.error();
  }
  return prepared;
}

const EngineExecutor::Prepared& EngineExecutor::query_of(const ExecutionRequest& request, const Prepared& policy) {
  std::string text(request.entry_call);
  text += '\n';
  text += request.entry_text;
  Key key{request.policy_digest, std::move(text)};
  if (auto known = prepared_.find(key); known != prepared_.end()) return known->second;
  std::shared_ptr<const BoundPolicy> base = policy.bound_policy;
  Prepared& prepared = keep(std::move(key));
  try {
    CompiledQuery compiled =
        Query::compile(base->shared_policy(), query_from_call(request.entry_text, request.entry_call));
    if (compiled.query == nullptr) {
      throw Failure(ErrorCode::E_POLICY, render_opa(compiled.diagnostics, compiled.sources));
    }
    prepared.bound_policy = BoundPolicy::make(compiled.query, base->shared_data(), BoundPolicy::Digests::kNone);
  } catch (const Failure& failure) {
    prepared.failure = failure.error();
  }
  return prepared;
}

}  // namespace writ
