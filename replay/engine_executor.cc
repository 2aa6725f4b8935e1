// The engine behind replay: builds the policy a record names, then decides on the recorded input and host calls.
//
// execute() takes the policy (or, for a query, the query on top of it), refuses what may read a withheld part of the
// input, and decides: on its own context, or for the second run on a fresh context in another thread. RecordedPort is
// the world of both. A recorded stop (deadline, cancellation, memory) is armed at its count of fuel, so that the
// evaluation ends where it ended then. The limits of the verifier are put under those of the policy, and a
// decision that ended at one of them is none.
#include "replay/engine_executor.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "engine/api/language.h"
#include "engine/api/policy_config.h"
#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/value/text.h"
#include "replay/recorded_port.h"

namespace writ {

namespace {

constexpr uint64_t kMostQueryBytes = 16u << 20;
constexpr uint64_t kWeightOfQuery = 64u << 10;

class EnginePolicy : public PreparedPolicy {
 public:
  EnginePolicy(std::shared_ptr<const BoundPolicy> policy, bool memory_capped, bool output_capped)
      : bound_policy(std::move(policy)), memory_is_capped(memory_capped), output_is_capped(output_capped) {}
  bool has_entry(std::string_view path) const override { return bound_policy->policy().entry_index(path) != kNone32; }

  std::shared_ptr<const BoundPolicy> bound_policy;
  bool memory_is_capped, output_is_capped;  // by the verifier, below the limit of the policy
};

ExecutionResult failed_with(const Error& error) {
  ExecutionResult result;
  result.outcome = derive_outcome(VerdictMode::kNone, Value::undefined(), error.code);
  result.error_message = error.detail;
  return result;
}

// --- Withheld parts of the input ---------------------------------------------------------------------------------------

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

bool is_below(const std::vector<std::string>& path, const std::vector<std::string>& shown) {
  return shown.size() <= path.size() && std::equal(shown.begin(), shown.end(), path.begin());
}

std::vector<std::vector<std::string>> steps_of_all(const std::vector<std::string>& paths) {
  std::vector<std::vector<std::string>> all;
  for (const std::string& path : paths) all.push_back(steps_of(path));
  return all;
}

// Refused if the policy may read it, whether or not this evaluation would.
bool may_read_withheld(const BoundPolicy& bound_policy, const ExecutionRequest& request) {
  const Policy& policy = bound_policy.policy();
  uint32_t function = kNone32;
  if (request.entry_kind == EntryKind::kQuery) {
    function = bound_policy.query()->function();
  } else if (uint32_t entry = policy.entry_index(request.entry_text); entry != kNone32) {
    function = policy.program().entries[entry].function;
  }
  if (function == kNone32) return false;
  auto withheld = steps_of_all(request.withheld->paths);
  auto shown = steps_of_all(request.withheld->shown);
  auto reads = bound_policy.input_reads(function);
  return std::any_of(reads.begin(), reads.end(), [&](const auto& read) {
    if (std::any_of(withheld.begin(), withheld.end(), [&](const auto& path) { return overlap(read, path); })) return true;
    return request.withheld->some_unlisted &&
           std::none_of(shown.begin(), shown.end(), [&](const auto& path) { return is_below(read, path); });
  });
}

// --- Deciding ----------------------------------------------------------------------------------------------------------

uint64_t nanoseconds(uint64_t milliseconds) { return std::min<uint64_t>(milliseconds, INT32_MAX) * 1'000'000; }

// Ends a build that takes too long, from within.
class BuildDeadline : public Checkpoint {
 public:
  explicit BuildDeadline(uint64_t time_ms)
      : end_(std::chrono::steady_clock::now() + std::chrono::nanoseconds(nanoseconds(time_ms))) {}
  void reached() override {
    if (std::chrono::steady_clock::now() >= end_) throw VerifierLimitReached(VerifierLimit::kTime);
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

// What is built while this lives has the verifier's time.
class LimitedBuild {
 public:
  explicit LimitedBuild(uint64_t time_ms) : deadline_(time_ms), scope_(watched()) {}
  // The end of the build.
  void finish() { deadline_.reached(); }

 private:
  Meter* watched() {
    meter_.begin(UINT64_MAX);
    meter_.watch(deadline_, false);
    return &meter_;
  }

  BuildDeadline deadline_;
  Meter meter_;
  Meter::Scope scope_;
};

// The options of a decision that repeats a recorded one, within the limits of the verifier.
DecideOptions options_of(const ExecutionRequest& request) {
  DecideOptions options;
  options.fuel = request.fuel_limit;
  if (request.limits.fuel < options.fuel.value_or(Limits().fuel)) options.fuel = request.limits.fuel;
  options.deadline_ns = nanoseconds(request.limits.time_ms);
  if (auto stop = request.nd.stop_at_count()) options.recorded_stop = RecordedStop{*stop, request.recorded_fuel};
  return options;
}

// Whether the decision ended at the stop that was recorded, and not at a limit like it.
bool reached_recorded_stop(const Decision& decision, const DecideOptions& options) {
  return options.recorded_stop && decision.code == options.recorded_stop->code &&
         decision.fuel == options.recorded_stop->fuel;
}

std::optional<VerifierLimit> limit_of(const Decision& decision, const ExecutionRequest& request,
                                      const EnginePolicy& policy, const RecordedPort& port) {
  if (port.stop() == ErrorCode::E_MEMORY) return VerifierLimit::kMemory;
  if (port.stop() != ErrorCode::kNone) return VerifierLimit::kTime;
  bool fuel_is_capped = request.limits.fuel < request.fuel_limit.value_or(Limits().fuel);
  // The list of a conflict's values is cut at that limit and not refused.
  bool may_end_there = decision.code == ErrorCode::E_FUEL ||
                       (decision.code == ErrorCode::E_CONFLICT && decision.fuel == request.limits.fuel);
  if (fuel_is_capped && may_end_there) return VerifierLimit::kFuel;
  if (decision.code == ErrorCode::E_MEMORY && policy.memory_is_capped) return VerifierLimit::kMemory;
  if (decision.code == ErrorCode::E_OUTPUT && policy.output_is_capped) return VerifierLimit::kMemory;
  return std::nullopt;
}

struct Subject {
  const EnginePolicy& policy;
  std::shared_ptr<const BoundPolicy> bound_policy;  // the policy's, or that of a query
};

ExecutionResult decide_again(Context& context, const Subject& subject, const ExecutionRequest& request) {
  RecordedPort port(request.time_ns, request.nd);
  context.bind(subject.bound_policy, port);
  DecideOptions options = options_of(request);
  const Decision& decision = request.entry_kind == EntryKind::kQuery
                                 ? context.query(request.input, options)
                                 : context.decide(request.entry_text, request.input, options);
  ExecutionResult result;
  result.outcome = {decision.status, decision.code, decision.verdict};
  result.fuel = decision.fuel;
  result.error_message = decision.error.detail;
  result.input_rejected = decision.rejected;
  if (reached_recorded_stop(decision, options)) {
    request.nd.reached_count();
  } else {
    result.limit = limit_of(decision, request, subject.policy, port);
    if (result.limit) return result;
  }
  if (auto stopped = request.nd.stopped()) {
    result.outcome = derive_outcome(VerdictMode::kNone, Value::undefined(), *stopped);
  } else if (decision.status == Status::kDefined) {
    append_cj1(result.result, decision.value);
  }
  return result;
}

}  // namespace

// --- A second thread -----------------------------------------------------------------------------------------------------

// Runs one task after another on a thread of its own, while the caller waits.
class EngineExecutor::SecondThread {
 public:
  SecondThread() : thread_([this] { work(); }) {}
  ~SecondThread() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  // Throws what the task throws.
  void run(const std::function<void()>& task) {
    std::unique_lock<std::mutex> lock(mutex_);
    task_ = &task;
    problem_ = nullptr;
    changed_.notify_all();
    changed_.wait(lock, [this] { return task_ == nullptr; });
    if (problem_) std::rethrow_exception(problem_);
  }

 private:
  void work() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return over_ || task_ != nullptr; });
      if (over_) return;
      const std::function<void()>* task = task_;
      std::exception_ptr problem;
      lock.unlock();
      try {
        (*task)();
      } catch (...) {
        problem = std::current_exception();
      }
      lock.lock();
      problem_ = problem;
      task_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* task_ = nullptr;  // null: none, or it is done
  std::exception_ptr problem_;
  bool over_ = false;
  std::thread thread_;
};

// --- The executor --------------------------------------------------------------------------------------------------------

EngineExecutor::EngineExecutor(VerifierLimits limits)
    : limits_(limits), queries_(kMostQueryBytes), context_(std::make_unique<Context>()) {
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

void EngineExecutor::check_limits(const PolicyConfig& config) const {
  PolicyConfig limits;
  limits.limits = config.limits;
  options_from_config(limits);
}

uint64_t EngineExecutor::usual_fuel() const { return Limits().fuel; }

uint64_t EngineExecutor::usual_input_bytes() const { return Limits().input_bytes; }

bool EngineExecutor::asks_once(std::string_view function, const PolicyConfig* config) const {
  if (const Builtin* builtin = find_builtin(function)) return builtin->once;
  if (config == nullptr || config->language.find("+host:") == std::string::npos) return false;
  try {
    EngineOptions options = options_from_config(*config);
    for (const HostFunction& declared : options.language.functions) {
      if (declared.name == function) return declared.once;
    }
  } catch (const Failure&) {
    return false;  // a language that is not ours; step 9 says so
  }
  return false;
}

std::shared_ptr<const PreparedPolicy> EngineExecutor::prepare(const StoredPolicy& policy, const PolicyConfig& config) {
  EngineOptions options = options_from_config(config);
  // The canonical text of an input may be longer than what was received, which was within the limit.
  options.limits.input_bytes = std::max<uint64_t>(options.limits.input_bytes, kMostRecordLine);
  bool memory_is_capped = limits_.memory_bytes < options.limits.memory_bytes;
  if (memory_is_capped) options.limits.memory_bytes = std::max<uint64_t>(limits_.memory_bytes, 1);
  bool output_is_capped = limits_.memory_bytes < options.limits.output_bytes;
  if (output_is_capped) options.limits.output_bytes = std::max<uint64_t>(limits_.memory_bytes, 1);
  LimitedBuild build(limits_.time_ms);
  CompileResult compiled = Policy::compile(policy.sources(), options);
  build.finish();
  if (compiled.policy == nullptr) {
    throw Failure(ErrorCode::E_POLICY, render_opa(compiled.diagnostics, compiled.sources));
  }
  auto bound_policy = BoundPolicy::make(compiled.policy, DataSet::from_json(policy.data_text()),
                                        BoundPolicy::Digests::kNone);
  return std::make_shared<EnginePolicy>(std::move(bound_policy), memory_is_capped, output_is_capped);
}

ExecutionResult EngineExecutor::execute(const ExecutionRequest& request) {
  const EnginePolicy& policy = static_cast<const EnginePolicy&>(request.policy);
  Subject subject{policy, policy.bound_policy};
  if (request.entry_kind == EntryKind::kQuery) {
    const PreparedQuery& query = query_of(request);
    if (!query.bound_policy) {
      ExecutionResult result;
      result.limit = query.limit;
      result.not_loaded = query.failure;
      return result;
    }
    subject.bound_policy = query.bound_policy;
  }
  if (request.withheld && may_read_withheld(*subject.bound_policy, request)) {
    Error error;
    error.code = ErrorCode::E_REDACTED_READ;
    error.detail = "the policy may read a withheld part of the input";
    return failed_with(error);
  }
  if (!request.varied) return decide_again(*context_, subject, request);
  // On another thread, with memory that was used for nothing before.
  ExecutionResult result;
  std::function<void()> task = [&] {
    Context context;
    result = decide_again(context, subject, request);
  };
  try {
    if (!second_) second_ = std::make_unique<SecondThread>();
  } catch (const std::system_error&) {
    task();
    return result;
  }
  second_->run(task);
  return result;
}

const EngineExecutor::PreparedQuery& EngineExecutor::query_of(const ExecutionRequest& request) {
  std::string text(request.entry_call);
  text += '\n';
  text += request.entry_text;
  QueryKey key{request.policy_digest, std::move(text)};
  if (PreparedQuery* known = queries_.find(key)) return *known;
  const BoundPolicy& base = *static_cast<const EnginePolicy&>(request.policy).bound_policy;
  PreparedQuery prepared;
  try {
    LimitedBuild build(limits_.time_ms);
    CompiledQuery compiled =
        Query::compile(base.shared_policy(), query_from_call(request.entry_text, request.entry_call));
    build.finish();
    if (compiled.query == nullptr) {
      throw Failure(ErrorCode::E_POLICY, render_opa(compiled.diagnostics, compiled.sources));
    }
    prepared.bound_policy = BoundPolicy::make(compiled.query, base.shared_data(), BoundPolicy::Digests::kNone);
  } catch (const VerifierLimitReached& reached) {
    prepared.limit = reached.limit();
  } catch (const Failure& failure) {
    prepared.failure = failure.error().detail.empty() ? "it does not compile" : failure.error().detail;
  }
  uint64_t weight = kWeightOfQuery + key.second.size();
  return queries_.add(std::move(key), std::move(prepared), weight);
}

}  // namespace writ
