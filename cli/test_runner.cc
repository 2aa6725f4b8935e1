// A test is a decision on its rule. Threads take one test after another, each with a context and a host of its own that keeps
// what the test prints and which cases it tried. A test that failed runs once more, watched, where failures are to be
// explained. The cases of a test are read from its value and from those notes.
#include "cli/test_runner.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "cli/host.h"
#include "cli/terminal.h"
#include "engine/api/trace.h"
#include "engine/api/values.h"

namespace writ::cli {

// --- Cases -----------------------------------------------------------------------------------------------------------

namespace {

std::string key_text(const Value& key) {
  return key.is_string() ? std::string(key.text()) : to_json(key);
}

bool read_cases(const Value& value, std::map<std::string, CaseResult>& cases);

CaseResult read_case(const Value& value) {
  CaseResult result;
  if (value.is_object()) {
    result.fail = read_cases(value, result.cases);
  } else {
    result.fail = !value.is_true();
  }
  return result;
}

// Values nest at most as deep as the machine allows, so this may call itself.
bool read_cases(const Value& value, std::map<std::string, CaseResult>& cases) {
  bool fail = false;
  if (!value.is_object()) return fail;
  for (const Entry& entry : value.members()) {
    CaseResult result = read_case(entry.value);
    fail |= result.fail;
    cases.emplace(key_text(entry.key), std::move(result));
  }
  return fail;
}

// A case that was tried and left nothing in the object has failed, and everything above it with it.
bool note_tried(const std::vector<std::string>& path, size_t at, std::map<std::string, CaseResult>& cases) {
  if (at == path.size()) return true;
  auto [found, is_new] = cases.try_emplace(path[at]);
  CaseResult& result = found->second;
  if (is_new) result.fail = true;
  if (at + 1 == path.size()) return result.fail;
  bool fail = note_tried(path, at + 1, result.cases);
  result.fail |= fail;
  return fail;
}

std::vector<std::string> read_path(const std::string& text) {
  try {
    Arena arena;
    Value path = read_json(text, arena);
    std::vector<std::string> keys;
    for (const Value& key : path.items()) keys.push_back(key_text(key));
    return keys;
  } catch (const Failure&) {
    return {"INVALID"};  // as OPA names what has no JSON
  }
}

}  // namespace

bool collect_cases(const Value& value, const std::vector<std::string>& tried,
                   std::map<std::string, CaseResult>& cases) {
  bool fail = read_cases(value, cases);
  for (const std::string& text : tried) fail |= note_tried(read_path(text), 0, cases);
  return fail;
}

// --- Running ---------------------------------------------------------------------------------------------------------

namespace {

class TestThread {
 public:
  TestThread(std::shared_ptr<const BoundPolicy> bound_policy, const RunOptions& options)
      : program_(bound_policy->program()), explain_failures_(options.explain_failures) {
    context_.bind(std::move(bound_policy), host_);
    context_.machine().set_failure_stack(&stack_);
    if (options.timeout_ns != 0) options_.deadline_ns = options.timeout_ns;
  }

  void run(TestResult& result) {
    const FoundTest& test = *result.test;
    if (test.skipped) return;
    if (test.is_function) {
      result.error.code = ErrorCode::E_POLICY;
      result.error.opa_code = "rego_type_error";
      result.error.detail = "function " + test.package + "." + test.name + " used as reference, not called";
      return;
    }
    uint64_t started = monotonic_ns();
    stack_.clear();
    const Decision& decision = context_.decide(std::string_view(test.entry), std::nullopt, options_);
    result.duration_ns = monotonic_ns() - started;
    std::vector<std::string> tried;
    for (CollectingHost::Note& note : host_.take()) {
      if (note.first == "print") result.output += note.second + "\n";
      if (note.first == "test_case") tried.push_back(std::move(note.second));
    }
    read_result(decision, tried, result);
    if (result.error) result.traceback = traceback(test);
    if (result.fail && explain_failures_) result.failures = explain(test);
  }

 private:
  // Watched, an evaluation is slower, so those whose time counts are not.
  std::string explain(const FoundTest& test) {
    Trace trace;
    context_.machine().set_observer(&trace);
    context_.decide(std::string_view(test.entry), std::nullopt, options_);
    context_.machine().set_observer(nullptr);
    host_.take();
    std::string failures = trace.failures();
    // A rule that shares its name is shown under the name that its test has.
    std::string shown = test.name.substr(test.name.find_last_of('.') + 1);
    std::string compiled = test.entry.substr(test.entry.find_last_of('/') + 1);
    if (shown == compiled) return failures;
    for (size_t at = failures.find(compiled); at != std::string::npos; at = failures.find(compiled, at + shown.size())) {
      failures.replace(at, compiled.size(), shown);
    }
    return failures;
  }

  // To OPA a test is a query that reads its rule.
  Traceback traceback(const FoundTest& test) const {
    Traceback traceback = make_traceback(program_, stack_);
    if (!traceback.empty()) traceback.push_back({"", 1, 1, test.package + "." + test.name});
    return traceback;
  }

  static void read_result(const Decision& decision, const std::vector<std::string>& tried, TestResult& result) {
    if (decision.status == Status::kError) {
      result.error = decision.error;
      if (result.error.code == ErrorCode::kNone) result.error.code = decision.code;
    } else if (decision.status == Status::kUndefined) {
      result.fail = true;
    } else if (result.test->has_cases) {
      result.fail = collect_cases(decision.value, tried, result.cases);
    } else {
      result.fail = !decision.value.is_true();
    }
  }

  const Program& program_;
  bool explain_failures_;
  DecideOptions options_;
  CollectingHost host_;
  Context context_;
  std::vector<FailedStatement> stack_;
};

uint32_t thread_count(uint32_t wanted, size_t tests) {
  constexpr size_t kWorthAThread = 16;
  if (wanted == 0) wanted = std::max(1u, std::thread::hardware_concurrency());
  return static_cast<uint32_t>(std::clamp<size_t>(tests / kWorthAThread, 1, wanted));
}

}  // namespace

std::vector<TestResult> run_tests(const std::vector<const FoundTest*>& tests,
                                  std::shared_ptr<const BoundPolicy> bound_policy, const RunOptions& options) {
  std::vector<TestResult> results(tests.size());
  for (size_t i = 0; i < tests.size(); ++i) results[i].test = tests[i];
  std::atomic<size_t> next{0};
  auto work = [&] {
    TestThread thread(bound_policy, options);
    for (size_t i = next++; i < results.size(); i = next++) thread.run(results[i]);
  };
  std::vector<std::jthread> others;
  for (uint32_t i = 1; i < thread_count(options.threads, tests.size()); ++i) others.emplace_back(work);
  work();
  others.clear();
  return results;
}

}  // namespace writ::cli
