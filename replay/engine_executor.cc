// The engine behind replay: builds the policy a record names, then decides on the recorded input and host calls.
//
// execute() finds the policy (and, for a query, the query on top of it) among those it has built, refuses what may read
// a withheld part of the input, and decides: on its own context, or for the second run on a fresh context in another
// thread. RecordedPort is the world of both. A recorded stop (deadline, cancellation, memory) becomes a limit of fuel,
// so that the evaluation ends where it ended then.
#include "replay/engine_executor.h"

#include <algorithm>
#include <system_error>
#include <thread>

#include "engine/api/language.h"
#include "engine/api/policy_config.h"
#include "engine/base/error.h"
#include "engine/value/text.h"
#include "replay/recorded_port.h"

namespace writ {

namespace {

constexpr size_t kMostPrepared = 64;  // policies and queries that are kept

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
bool may_read(const BoundPolicy& bound_policy, const ExecutionRequest& request) {
  const Policy& policy = bound_policy.policy();
  uint32_t function = kNone32;
  if (request.entry_kind == EntryKind::kQuery) {
    function = bound_policy.query()->function();
  } else if (uint32_t entry = policy.entry_index(request.entry_text); entry != kNone32) {
    function = policy.program().entries[entry].function;
  }
  if (function == kNone32) return false;
  std::vector<std::vector<std::string>> reads = bound_policy.input_reads(function);
  return std::any_of(request.withheld.begin(), request.withheld.end(), [&](const std::string& path) {
    std::vector<std::string> steps = steps_of(path);
    return std::any_of(reads.begin(), reads.end(), [&](const auto& read) { return overlap(read, steps); });
  });
}

ExecutionResult decide_again(Context& context, const std::shared_ptr<const BoundPolicy>& bound_policy,
                             const ExecutionRequest& request) {
  RecordedPort port(request.time_ns, request.nd);
  context.bind(bound_policy, port);
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
  if (stop && request.nd.mismatch() == HostCallMismatch::kNone) {
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
  TableVersions tables = table_versions();
  semantics_.tzdb = std::move(tables.tzdb);
  semantics_.unicode = std::move(tables.unicode);
  semantics_.regex = std::move(tables.regex);
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
  if (!request.withheld.empty() && may_read(*bound_policy, request)) {
    Error error;
    error.code = ErrorCode::E_REDACTED_READ;
    error.detail = "the policy may read a withheld part of the input";
    return failed_with(error);
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
