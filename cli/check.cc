// writ check: whether policies parse and compile.
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/report.h"
#include "cli/schema_files.h"
#include "store/folder.h"

namespace writ::cli {

namespace {

constexpr std::string_view kNotes =
    "Prints nothing if there are no errors. With --bundle, data that conflicts with a rule is an error, too.";

struct CheckFlags {
  bool bundle = false;
  std::string format = "pretty";
  std::string error_format;
  std::vector<std::string> ignore;
  std::vector<std::string> words;
  ErrorLimitFlag max_errors;
  bool v0_and_v1 = false;
  LanguageFlags language;
  CapabilitiesFlag capabilities;
  SchemaFlag schema;
};

constexpr std::string_view kParseError = "rego_parse_error";

// For OPA, reading a policy is part of loading it.
void say_during_loading(std::string& text) {
  constexpr std::string_view kOccurred = "occurred";
  text.insert(text.find(kOccurred) + kOccurred.size(), " during loading");
}

int fail(const ErrorReport& report, const std::string& format, Terminal& terminal) {
  const std::string& text = format == "json"    ? report.json
                            : format == "plain" ? report.full
                            : format == "short" ? report.lines
                            : format == "opa"   ? report.text
                                                : report.human;
  terminal.err << text << '\n';
  return kOpaFailed;
}

}  // namespace

int run_check(const Words& words, Terminal& terminal) {
  CheckFlags flags;
  OptionSet options("check", "PATH …", "Report the errors in policies, those of all modules in one run.",
                    std::string(kNotes));
  options.flag("-b,--bundle", flags.bundle, "load each path as a bundle");
  options.choice("-f,--format", flags.format, {"pretty", "json"},
                 "pretty, or json as OPA prints errors");
  options.choice("--error-format", flags.error_format, {"human", "plain", "json", "short", "opa"},
                 "human (default, unless -f json); plain: a line and its help; short: a line; opa, json: as OPA");
  options.texts("--ignore", flags.ignore, "PATTERN", "skip files and folders whose name matches; repeatable");
  options.flag("--v0-v1", flags.v0_and_v1, "require modules to be valid in both Rego v0 and v1");
  flags.max_errors.declare(options);
  flags.language.declare(options, true);
  flags.schema.declare(options);
  flags.capabilities.declare(options);
  options.words(flags.words);
  if (auto over = options.parse(words, terminal)) return *over;
  if (flags.words.empty()) throw CommandFailure(kOpaFailed, "specify at least one file");
  std::string format = !flags.error_format.empty() ? flags.error_format : flags.format == "json" ? "json" : "human";

  EngineOptions engine;
  engine.language.keep_print = true;
  flags.language.apply(engine);
  flags.max_errors.apply(engine);
  if (flags.v0_and_v1) engine.language.version = RegoVersion::kV0CompatV1;
  flags.capabilities.apply(engine);
  LoadRequest request;
  (flags.bundle ? request.bundles : request.paths) = flags.words;
  request.ignore = flags.ignore;
  // As in OPA, without --bundle only policies are looked at.
  request.only_modules = !flags.bundle;
  LoadedFiles loaded;
  try {
    flags.schema.apply(engine);
    loaded = load_files(request);
    EngineOptions options = loaded.options_for_sources(engine);
    CompileResult compiled = flags.bundle ? Policy::compile(loaded.sources(), options) : Policy::check(loaded.sources(), options);
    if (!compiled.diagnostics.empty()) {
      ErrorReport report = report_diagnostics(compiled.diagnostics, compiled.sources, terminal.err_colour);
      if (!flags.bundle && compiled.diagnostics.front().opa_code == kParseError) say_during_loading(report.text);
      return fail(report, format, terminal);
    }
    if (flags.bundle) BoundPolicy::make(compiled.policy, loaded.data, BoundPolicy::Digests::kNone);
    return kExitOk;
  } catch (const LoadFailure& failure) {
    return fail(report_load_failure(failure), format, terminal);
  } catch (const Failure& failure) {
    return fail(report_failure(name_conflict(failure.error(), loaded)), format, terminal);
  }
}

}  // namespace writ::cli
