// writ test: runs the tests among policies.
#include <re2/re2.h>

#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/report.h"
#include "cli/test_discovery.h"
#include "cli/test_report.h"
#include "cli/test_runner.h"
#include "store/folder.h"

namespace writ::cli {

namespace {

constexpr std::string_view kNotes =
    "A test is a rule whose name begins with test_; it passes if it is true. todo_test_ marks tests to skip.\n"
    "A test that makes an object, as in test_x[case] if …, has a result for each key. Instead of a time\n"
    "limit, --fuel limits steps.\n\n"
    "Exit codes: 0 all passed; 1 policies could not be loaded or compiled, or --fail-on-empty; 2 a test\n"
    "failed, ended in an error, or was skipped (without -z).";

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
  std::string max_errors;
  std::optional<uint64_t> threads;
  bool bundle = false;
  bool verbose = false;
  bool skipped_is_fine = false;
  bool fail_on_empty = false;
  LanguageFlags language;
  LimitFlags limits;
};

std::optional<int> parse_flags(TestFlags& flags, const Words& words, Terminal& terminal) {
  OptionSet options("test", "PATH …", "Runs the tests among policies.", std::string(kNotes));
  options.flag("-v,--verbose", flags.verbose, "show tests that pass, too");
  options.text("-r,--run", flags.filter, "REGEX", "only tests whose full name, data.package.test_x, matches");
  options.choice("-f,--format", flags.format, {"pretty", "json"}, "how results are printed (pretty)");
  options.choice("--sort", flags.sort, {"none", "duration"}, "order of results in JSON (none)");
  options.flag("-z,--exit-zero-on-skipped", flags.skipped_is_fine, "skipped tests do not matter for the exit code");
  options.flag("--fail-on-empty", flags.fail_on_empty, "exit with 1 if there was no test to run");
  options.flag("-b,--bundle", flags.bundle, "the paths are folders to load by the rules of bundles");
  options.texts("--ignore", flags.ignore, "PATTERN", "pass over files and folders of such names; repeatable");
  options.number("-p,--parallel", flags.threads, "N", "threads (as many as there are processors)");
  options.text("-m,--max-errors", flags.max_errors, "N", "taken for compatibility; all errors are shown");
  flags.language.declare(options, false);
  flags.limits.declare(options, default_limits());
  for (const char* name : {"--coverage-runs", "--threshold", "--count", "--timeout", "--explain", "-t,--target",
                           "-s,--schema", "--capabilities"}) {
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
  if (!pattern.ok()) throw CommandFailure(kOpaFailed, "--run is no regular expression: " + pattern.error());
  std::vector<const FoundTest*> selected;
  for (const FoundTest& test : tests) {
    // OPA looks at names before it tells apart those that come twice.
    if (filter.empty() || re2::RE2::PartialMatch(test.package + "." + test.name, pattern)) selected.push_back(&test);
  }
  return selected;
}

// Compiles what discovery wrote, and the modules as they are if that does not compile: their own mistakes are the ones
// to report, and a test whose cases cannot be named is better than none.
CompileResult compile(Discovery& discovery, const std::vector<lang::Source>& sources, const EngineOptions& engine) {
  CompileResult compiled = Policy::compile(discovery.sources, engine);
  if (compiled.policy || !discovery.rewritten) return compiled;
  return Policy::compile(sources, engine);
}

int run(const TestFlags& flags, const EngineOptions& engine, Terminal& terminal) {
  LoadRequest request;
  (flags.bundle ? request.bundles : request.paths) = flags.words;
  request.ignore = flags.ignore;
  LoadedFiles loaded = load_files(request);
  if (!loaded.program.empty())
    throw CommandFailure(kOpaFailed, loaded.program_name + " is compiled; tests need its modules");
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
  std::vector<TestResult> results = run_tests(selected, bound_policy, static_cast<uint32_t>(flags.threads.value_or(0)));
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
  engine.limits = default_limits();
  flags.language.apply(engine);
  flags.limits.apply(engine.limits);
  try {
    return run(flags, engine, terminal);
  } catch (const LoadFailure& failure) {
    return fail(report_load_failure(failure).text, terminal);
  } catch (const Failure& failure) {
    return fail(report_failure(failure.error()).text, terminal);
  }
}

}  // namespace writ::cli
