// writ eval: evaluates a query over policies, data and an input.
//
// What is printed, and where, is what OPA prints: results in one of its formats (eval_output.h); errors of the policy
// and of the evaluation in the JSON that programs read, or on standard error for the formats that have no place for
// them. Only wrong usage and files that cannot be read end the command by a CommandFailure, as in the other commands.
#include <istream>
#include <ostream>

#include "cli/commands.h"
#include "cli/eval_output.h"
#include "cli/eval_partial.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/host.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/report.h"
#include "cli/schema_files.h"
#include "engine/api/data_set.h"
#include "engine/api/trace.h"
#include "engine/api/traceback.h"
#include "engine/api/values.h"
#include "store/folder.h"

namespace writ::cli {

namespace {

constexpr std::string_view kNotes =
    "An input is read as JSON, or else as YAML, whatever its name is; an empty one is null.";

// OPA has no limits here. These are generous: no decision waits for a query on the command line.
Limits default_limits() {
  Limits limits;
  limits.fuel = 10'000'000'000;
  limits.input_bytes = kMaxFileBytes;
  return limits;
}

struct EvalFlags {
  LoadRequest load;
  LanguageFlags language;
  CapabilitiesFlag capabilities;
  SchemaFlag schema;
  LimitFlags limits;
  DeadlineFlag deadline;
  NetworkFlag network;
  PartialFlags partial;
  std::string format = "json";
  std::string explain = "off";
  std::optional<std::string> input_path;
  bool query_from_stdin = false;
  bool input_from_stdin = false;
  bool fail = false;
  bool fail_defined = false;
  bool strict_builtin_errors = false;
  bool disable_indexing = false;
  std::string package;
  std::vector<std::string> imports;
  std::string pretty_limit;
  std::vector<std::string> words;
};

std::optional<int> parse_flags(EvalFlags& flags, const Words& words, Terminal& terminal) {
  OptionSet options("eval", "QUERY", "Evaluate a Rego query and print its results.", std::string(kNotes));
  declare_load_flags(options, flags.load);
  options.optional_text("-i,--input", flags.input_path, "FILE", "read the input document from a file");
  options.flag("-I,--stdin-input", flags.input_from_stdin, "read the input document from standard input");
  options.flag("--stdin", flags.query_from_stdin, "read the query from standard input");
  options.choice("-f,--format", flags.format, {"json", "values", "bindings", "pretty", "source", "raw", "discard"},
                 "set the output format");
  options.choice("--explain", flags.explain, {"off", "full"},
                 "print each step of the evaluation to standard error");
  options.texts("--import", flags.imports, "PATH", "add an import to the query, such as `data.a as b`; repeatable");
  options.text("--package", flags.package, "PATH", "resolve names in the query as in this package");
  options.flag("--fail", flags.fail, "exit with status 1 if the result is undefined or empty");
  options.flag("--fail-defined", flags.fail_defined, "exit with status 1 if there is a result");
  options.flag("--strict-builtin-errors", flags.strict_builtin_errors,
               "end the evaluation when a built-in function fails");
  options.flag("--disable-indexing", flags.disable_indexing, "do not use rule indexes; results are the same");
  options.text("--pretty-limit", flags.pretty_limit, "N", "accepted for compatibility; output is never truncated");
  flags.language.declare(options, true);
  flags.capabilities.declare(options);
  flags.schema.declare(options);
  flags.limits.declare(options, default_limits());
  flags.deadline.declare(options);
  flags.network.declare(options);
  flags.partial.declare(options);
  for (const char* name : {"--profile-sort", "--profile-limit",
                           "--count", "--coverage-runs", "--timeout", "-O,--optimize", "-e,--entrypoint", "-t,--target"}) {
    options.unsupported(name, true);
  }
  for (const char* name :
       {"--disable-early-exit", "--show-builtin-errors", "--instrument", "--metrics", "--profile", "--coverage", "--var-values"}) {
    options.unsupported(name, false);
  }
  options.words(flags.words);
  return options.parse(words, terminal);
}

// In the words of OPA.
void check_usage(const EvalFlags& flags) {
  auto wrong = [](const char* message) { throw CommandFailure(kOpaFailed, message); };
  if (!flags.words.empty() && flags.query_from_stdin) wrong("specify query argument or --stdin but not both");
  if (flags.words.empty() && !flags.query_from_stdin) wrong("specify query argument or --stdin");
  if (flags.words.size() > 1) wrong("specify at most one query argument");
  if (flags.query_from_stdin && flags.input_from_stdin) wrong("specify --stdin or --stdin-input but not both");
  if (flags.input_from_stdin && flags.input_path) wrong("specify --stdin-input or --input but not both");
  if (flags.fail && flags.fail_defined) wrong("specify --fail or --fail-defined but not both");
  flags.partial.check(flags.format);
}

// Whether the text is JSON by its form; what else may be wrong with it, such as a member that occurs twice, is left to
// the reader of inputs.
bool is_json(std::string_view text) {
  try {
    Arena arena;
    read_json(text, arena);
    return true;
  } catch (const Failure& failure) {
    return failure.error().code != ErrorCode::E_JSON_SYNTAX && failure.error().code != ErrorCode::E_JSON_NUMBER;
  }
}

// JSON stays the text it is, YAML becomes JSON. A byte order mark is passed over, as in OPA.
std::optional<std::string> read_input(const EvalFlags& flags, Terminal& terminal) {
  if (!flags.input_from_stdin && !flags.input_path) return std::nullopt;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string name = flags.input_from_stdin ? "standard input" : local_path(*flags.input_path);
  std::string text = flags.input_from_stdin ? read_whole_stream(terminal.in, name) : read_whole_file(name);
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  if (is_json(text)) return text;
  try {
    return json_from_yaml(text);
  } catch (const Failure& failure) {
    // What was meant to be JSON is best explained by the reader of JSON, which says where.
    size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && (text[first] == '{' || text[first] == '[')) return text;
    throw CommandFailure(kOpaEvalError, "unable to parse input: " + name + ": " + failure.error().detail);
  }
}

// Prints where the format has a place for it: in the JSON that programs read, or on stderr.
int fail(const ErrorReport& report, const EvalFlags& flags, Terminal& terminal) {
  if (flags.format == "json" || flags.format == "discard") {
    terminal.out << report.json << '\n';
  } else {
    terminal.err << report.text << '\n';
  }
  return kOpaEvalError;
}

void print(const QueryResult& result, const std::string& format, std::ostream& out) {
  if (format == "json") print_json(out, result);
  if (format == "values") print_values(out, result);
  if (format == "bindings") print_bindings(out, result);
  if (format == "pretty") print_pretty(out, result);
  if (format == "raw") print_raw(out, result);
  if (format == "discard") print_discard(out, result);
}

EngineOptions engine_options(const EvalFlags& flags) {
  EngineOptions options;
  options.language.keep_print = true;
  options.strict_builtin_errors = flags.strict_builtin_errors;
  options.switches.index = !flags.disable_indexing;
  options.verdict = VerdictMode::kNone;
  flags.language.apply(options);
  flags.capabilities.apply(options);
  options.limits = flags.limits.limits();
  return options;
}

// The modules alone.
CompileResult make_policy(const LoadedFiles& loaded, const EngineOptions& options) {
  if (loaded.program.empty()) return Policy::compile(loaded.sources(), loaded.options_for_sources(options));
  if (!loaded.modules.empty()) {
    throw LoadFailure("`" + loaded.program_name + "` is a compiled policy; modules cannot be added to it");
  }
  CompileResult result;
  result.policy = Policy::load(loaded.program, options);
  return result;
}

int exit_status(const EvalFlags& flags, bool defined) {
  return (flags.fail && !defined) || (flags.fail_defined && defined) ? kExitNegative : kExitOk;
}

int evaluate_partial(const EvalFlags& flags, const QueryOptions& query, std::shared_ptr<const Policy> policy,
                     std::shared_ptr<const DataSet> data, const std::optional<std::string>& input, Terminal& terminal) {
  PartialOutcome outcome = print_partial(flags.partial, query, flags.format, std::move(policy), std::move(data), input, terminal);
  const lang::PartialResult& residue = outcome.answer->residue;
  if (!residue.diagnostics.empty()) return fail(report_diagnostics(residue.diagnostics, residue.sources, false), flags, terminal);
  if (residue.error) return fail(report_failure(residue.error), flags, terminal);
  return exit_status(flags, outcome.holds);
}

int evaluate(const EvalFlags& flags, std::shared_ptr<const BoundPolicy> bound_policy,
             const std::optional<std::string>& input, Terminal& terminal) {
  PrintingHost host(terminal.err);
  Context context;
  context.bind(bound_policy, host);
  std::vector<FailedStatement> stack;
  context.machine().set_failure_stack(&stack);
  Trace trace;
  if (flags.explain == "full") context.machine().set_observer(&trace);
  DecideOptions options;
  flags.deadline.apply(options);
  const Decision& decision = context.query(input, options);
  terminal.err << trace.text();
  if (decision.status == Status::kError) {
    if (!decision.rejected) {
      Traceback traceback = make_traceback(bound_policy->program(), stack);
      return fail(report_failure(decision.error, traceback), flags, terminal);
    }
    std::string name = flags.input_path.value_or("standard input");
    throw CommandFailure(kOpaEvalError, "unable to parse input: " + describe(decision.error, name));
  }
  QueryResult result = read_rows(bound_policy->query()->shape(), decision.rows);
  print(result, flags.format, terminal.out);
  return exit_status(flags, !result.rows.empty());
}

int run(const EvalFlags& flags, const QueryOptions& query, Terminal& terminal) {
  EngineOptions options = engine_options(flags);
  std::optional<std::string> input = read_input(flags, terminal);
  LoadedFiles loaded;
  try {
    flags.schema.apply(options);
    loaded = load_files(flags.load);
    if (query.text.find_first_not_of(" \t\r\n") == std::string::npos)
      throw LoadFailure("cannot evaluate empty query");
    CompileResult compiled = make_policy(loaded, options);
    if (!compiled.policy)
      return fail(report_diagnostics(compiled.diagnostics, compiled.sources, false), flags, terminal);
    if (flags.partial.partial || !flags.partial.filters.empty()) {
      return evaluate_partial(flags, query, compiled.policy, loaded.data, input, terminal);
    }
    CompiledQuery on_top = Query::compile(compiled.policy, query);
    if (!on_top.query) return fail(report_diagnostics(on_top.diagnostics, on_top.sources, false), flags, terminal);
    auto bound_policy = BoundPolicy::make(on_top.query, loaded.data, BoundPolicy::Digests::kNone);
    return evaluate(flags, bound_policy, input, terminal);
  } catch (const LoadFailure& failure) {
    return fail(report_load_failure(failure), flags, terminal);
  } catch (const Failure& failure) {
    return fail(report_failure(name_conflict(failure.error(), loaded)), flags, terminal);
  }
}

}  // namespace

int run_eval(const Words& words, Terminal& terminal) {
  EvalFlags flags;
  if (auto over = parse_flags(flags, words, terminal)) return *over;
  check_usage(flags);
  flags.network.apply();
  QueryOptions query;
  query.text = flags.query_from_stdin ? read_whole_stream(terminal.in, "standard input") : flags.words[0];
  query.package = flags.package;
  query.imports = flags.imports;
  query.capture = true;
  return run(flags, query, terminal);
}

}  // namespace writ::cli
