// writ test: runs the tests in policies.
//
// In order: load the modules, find the tests and what must be written into their modules (test_discovery.h), compile
// all of that as one policy, run each test as a decision (test_runner.h), print (test_report.h). Everything up to the
// first test fails with status 1, as in OPA; a test that does not pass is status 2.
#include <re2/re2.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/host.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/report.h"
#include "cli/schema_files.h"
#include "cli/test_discovery.h"
#include "cli/test_report.h"
#include "cli/test_runner.h"
#include "store/folder.h"

namespace writ::cli {

namespace {

constexpr std::string_view kNotes =
    "A test is a rule whose name begins with test_; it passes if it is true. A rule whose name begins with\n"
    "todo_test_ is skipped. A test that is a partial object, such as test_x[case] if …, has a result for each key.\n"
    "--fuel limits the steps of each test; there is no limit of time unless --timeout sets one.";

Limits default_limits() {
  Limits limits;
  limits.fuel = 500'000'000;  // a few seconds
  return limits;
}

struct TestFlags {
  std::string format = "pretty";
  std::string filter;
  std::string sort = "none";
  std::vector<std::string> ignore;
  std::vector<std::string> words;
  ErrorLimitFlag max_errors;
  std::string timeout;
  std::optional<uint64_t> threads;
  bool bundle = false;
  bool verbose = false;
  bool skipped_is_fine = false;
  bool fail_on_empty = false;
  LanguageFlags language;
  CapabilitiesFlag capabilities;
  SchemaFlag schema;
  LimitFlags limits;
  NetworkFlag network;
};

std::optional<int> parse_flags(TestFlags& flags, const Words& words, Terminal& terminal) {
  OptionSet options("test", "PATH …", "Run the tests in policies.", std::string(kNotes));
  options.flag("-v,--verbose", flags.verbose, "print passing tests, too, and the statements at which failing ones failed");
  options.text("-r,--run", flags.filter, "REGEX", "run only tests whose full name, data.package.test_x, matches");
  options.choice("-f,--format", flags.format, {"pretty", "json"}, "set the output format");
  options.choice("--sort", flags.sort, {"none", "duration"}, "sort the results in JSON output");
  options.flag("-z,--exit-zero-on-skipped", flags.skipped_is_fine, "ignore skipped tests in the exit status");
  options.flag("--fail-on-empty", flags.fail_on_empty, "exit with status 1 if no tests were run");
  options.flag("-b,--bundle", flags.bundle, "load each path as a bundle");
  options.texts("--ignore", flags.ignore, "PATTERN", "skip files and folders whose name matches; repeatable");
  options.number("-p,--parallel", flags.threads, "N", "set the number of threads (default: the number of processors)");
  flags.max_errors.declare(options);
  options.text("--timeout", flags.timeout, "DURATION", "end a test that takes longer, such as 500ms, 5s or 1m30s");
  flags.language.declare(options, false);
  flags.capabilities.declare(options);
  flags.schema.declare(options);
  flags.limits.declare(options, default_limits());
  flags.network.declare(options);
  for (const char* name : {"--coverage-runs", "--threshold", "--count", "--explain", "-t,--target"}) {
    options.unsupported(name, true);
  }
  for (const char* name : {"-c,--coverage", "--bench", "--benchmem", "-w,--watch", "--var-values"}) {
    options.unsupported(name, false);
  }
  options.words(flags.words);
  return options.parse(words, terminal);
}

int fail(const std::string& text, Terminal& terminal) {
  terminal.err << text << '\n';
  return kOpaFailed;
}

std::vector<const FoundTest*> select(const std::vector<FoundTest>& tests, const std::string& filter) {
  re2::RE2::Options quiet;
  quiet.set_log_errors(false);
  re2::RE2 pattern(filter, quiet);
  if (!pattern.ok())
    throw CommandFailure(kOpaFailed, "invalid regular expression `" + filter + "` for --run: " + pattern.error());
  std::vector<const FoundTest*> selected;
  for (const FoundTest& test : tests) {
    // OPA filters by name before it numbers tests of equal names.
    if (filter.empty() || re2::RE2::PartialMatch(test.package + "." + test.name, pattern)) selected.push_back(&test);
  }
  return selected;
}

RunOptions run_options(const TestFlags& flags) {
  RunOptions options;
  options.threads = static_cast<uint32_t>(flags.threads.value_or(0));
  options.explain_failures = flags.verbose && flags.format == "pretty";
  if (flags.timeout.empty()) return options;
  std::optional<uint64_t> timeout = read_go_duration(flags.timeout);
  if (!timeout) {
    throw CommandFailure(kOpaFailed, "invalid argument \"" + flags.timeout +
                                         "\" for \"--timeout\" flag: must be a duration like \"30s\" or \"5m\"");
  }
  options.timeout_ns = *timeout;
  return options;
}

// Compiles what discovery wrote, and the modules as they are if that does not compile: their own errors are the ones
// to report, and a test whose cases cannot be named is better than none.
CompileResult compile(Discovery& discovery, const std::vector<lang::Source>& sources, const EngineOptions& engine) {
  CompileResult compiled = Policy::compile(discovery.sources, engine);
  if (compiled.policy || !discovery.rewritten) return compiled;
  return Policy::compile(sources, engine);
}

int run(const TestFlags& flags, const EngineOptions& given, Terminal& terminal) {
  LoadRequest request;
  (flags.bundle ? request.bundles : request.paths) = flags.words;
  request.ignore = flags.ignore;
  LoadedFiles loaded = load_files(request);
  if (!loaded.program.empty())
    throw CommandFailure(kOpaFailed, "`" + loaded.program_name + "` is a compiled policy; tests need its modules");
  const EngineOptions engine = loaded.options_for_sources(given);
  std::vector<lang::Source> sources = loaded.sources();
  Discovery discovery = discover_tests(sources, engine.language);
  std::vector<const FoundTest*> selected = select(discovery.tests, flags.filter);
  CompileResult compiled = compile(discovery, sources, engine);
  if (!compiled.policy) {
    ErrorReport report = report_diagnostics(compiled.diagnostics, compiled.sources, terminal.err_colour);
    return fail(report.human, terminal);
  }
  std::shared_ptr<const BoundPolicy> bound_policy;
  try {
    bound_policy = BoundPolicy::make(compiled.policy, loaded.data, BoundPolicy::Digests::kNone);
  } catch (const Failure& failure) {
    return fail(report_failure(name_conflict(failure.error(), loaded)).text, terminal);
  }
  std::vector<TestResult> results = run_tests(selected, bound_policy, run_options(flags));
  if (flags.format == "json") {
    print_test_json(terminal.out, results, flags.sort == "duration");
  } else {
    print_test_report(terminal.out, results, flags.verbose);
  }
  bool passed = true;
  for (const TestResult& result : results) {
    if (!result.passed() && !(result.test->skipped && flags.skipped_is_fine)) passed = false;
  }
  if (results.empty() && flags.fail_on_empty) return fail("no tests were run", terminal);
  return passed ? kExitOk : kOpaTestFailed;
}

}  // namespace

int run_test(const Words& words, Terminal& terminal) {
  TestFlags flags;
  if (auto over = parse_flags(flags, words, terminal)) return *over;
  if (flags.words.empty()) throw CommandFailure(kOpaFailed, "specify at least one file");
  EngineOptions engine;
  engine.language.keep_print = true;
  engine.strict_builtin_errors = false;
  engine.verdict = VerdictMode::kNone;
  flags.language.apply(engine);
  flags.capabilities.apply(engine);
  flags.max_errors.apply(engine);
  engine.limits = flags.limits.limits();
  flags.network.apply();
  try {
    flags.schema.apply(engine);
    return run(flags, engine, terminal);
  } catch (const LoadFailure& failure) {
    return fail(report_load_failure(failure).text, terminal);
  } catch (const Failure& failure) {
    return fail(report_failure(failure.error()).text, terminal);
  }
}

}  // namespace writ::cli
