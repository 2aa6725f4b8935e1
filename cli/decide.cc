// writ decide: one decision, or one for every line of a stream, each on a line of its own.
//
// Nothing is printed before its record is on its way to disk, and a decision whose record could not be written is
// printed as an error. A bad line of a stream is a decision, too, with the verdict error, and the run goes on.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <istream>
#include <map>
#include <ostream>
#include <system_error>

#include "cli/commands.h"
#include "cli/decision_line.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/host.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/report.h"
#include "cli/suggest.h"
#include "store/folder.h"
#include "store/policy_store.h"
#include "store/record_file.h"

namespace writ::cli {

namespace {

constexpr std::string_view kNotes =
    "Each decision is one line of JSON with verdict, status, result or error, and fuel; with --record also its id\n"
    "and digests. Only the verdict `allow` is a permission. Without --input and --jsonl, the input is undefined.\n"
    "Blank lines in a stream are skipped. -p also accepts a policy compiled by `writ build -o`.\n\n"
    "With --verdict=boolean, true is `allow` and false is `deny`; with --verdict=object, the result is an object\n"
    "whose member `verdict` decides; with --verdict=none, every result has the verdict `value`.\n\n"
    "A stream is read to its end unless output or records cannot be written. Each line is answered before the next\n"
    "one is waited for, so another program can ask through pipes. Its exit status is the first of those below that\n"
    "applies to any of its decisions.\n\n"
    "A record file has one writer at a time; another one waits for it up to --lock-timeout. With --record=-, standard\n"
    "output holds the records and nothing else: a record says all that the line of its decision would say.";

constexpr std::string_view kStandardOutput = "-";
constexpr uint64_t kUsualLockTimeout = 10'000;  // milliseconds
constexpr uint64_t kUsualKeepRejected = 64u << 10;

// Lines up to this size reach the engine, which rejects and records what is beyond the limit.
constexpr uint64_t kHeldLine = 64ull << 20;

struct DecideFlags {
  LoadRequest load;
  std::vector<std::string> data;
  std::string entry;
  std::optional<std::string> input_path;
  std::optional<std::string> stream_path;
  std::optional<std::string> record_path;
  std::optional<std::string> store_path;
  std::string verdict = "boolean";
  bool strict_builtin_errors = true;
  bool sync = false;
  bool cut_torn = false;
  std::optional<uint64_t> lock_timeout;
  std::optional<uint64_t> keep_rejected;
  RecordSizeFlag record_size;

  bool records_to_output() const { return record_path == kStandardOutput; }
  bool quiet = false;
  bool exit_code = false;
  std::optional<uint64_t> clock;
  LanguageFlags language;
  LimitFlags limits;
  DeadlineFlag deadline;
  NetworkFlag network;
};

std::optional<int> parse_flags(DecideFlags& flags, const Words& words, Terminal& terminal) {
  OptionSet options("decide", "-p PATH … -e ENTRY", "Decide one input, or each input of a stream.",
                    std::string(kNotes));
  options.texts("-p,--policy", flags.load.paths, "PATH",
                "load policies from a module, a folder or a compiled policy; repeatable");
  options.texts("-d,--data", flags.data, "PATH", "load data from a file or folder, as in `writ eval`; repeatable");
  options.texts("-b,--bundle", flags.load.bundles, "FOLDER", "load a folder as a bundle; repeatable");
  options.texts("--ignore", flags.load.ignore, "PATTERN", "skip files and folders whose name matches; repeatable");
  options.text("-e,--entry", flags.entry, "ENTRY", "evaluate this rule or package, such as authz/allow");
  options.optional_text("-i,--input", flags.input_path, "FILE", "decide the input in this file; - is standard input");
  options.optional_text("--jsonl", flags.stream_path, "FILE", "decide each line of this file; - is standard input");
  options.optional_text("--record", flags.record_path, "FILE", "append a record of each decision to this file; - is standard output");
  options.flag("--sync", flags.sync, "sync each record to disk before printing its decision");
  options.flag("--cut-torn", flags.cut_torn,
               "move an incomplete last line of the record file to a separate file");
  flags.record_size.declare(options);
  options.number("--keep-rejected", flags.keep_rejected, "BYTES",
                 "record an input that is no JSON with its bytes, if there are no more than this (default " +
                     std::to_string(kUsualKeepRejected) + ")");
  options.number("--lock-timeout", flags.lock_timeout, "MS",
                 "wait this long for another writer of the record file, in milliseconds (default " +
                     std::to_string(kUsualLockTimeout) + ")");
  options.optional_text("--store", flags.store_path, "FOLDER",
                        "keep modules, data and configuration in this policy store for replay");
  options.choice("--verdict", flags.verdict, {std::begin(kVerdictModes), std::end(kVerdictModes)},
                 "choose how a result becomes a verdict");
  options.flag("--strict-builtin-errors", flags.strict_builtin_errors,
               "end a decision when a built-in function fails");
  options.number("--clock", flags.clock, "NS", "set the clock to this time, in nanoseconds since 1970; for tests");
  options.flag("-q,--quiet", flags.quiet, "do not print the summary of a stream");
  options.flag("--exit-code", flags.exit_code, "exit with status 0 only if every verdict is allow");
  flags.language.declare(options, false);
  flags.limits.declare(options);
  flags.deadline.declare(options);
  flags.network.declare(options);
  return options.parse(words, terminal);
}

void check_usage(const DecideFlags& flags) {
  if (flags.load.paths.empty() && flags.load.bundles.empty()) {
    throw CommandFailure(kExitInput, "specify a policy", "-p takes a module, a folder or a compiled policy");
  }
  if (flags.entry.empty()) {
    throw CommandFailure(kExitInput, "specify an entry point", "-e takes a rule or a package, such as authz/allow");
  }
  if (flags.input_path && flags.stream_path) {
    throw CommandFailure(kExitInput, "specify --input or --jsonl but not both");
  }
  if (!flags.record_path && (flags.sync || flags.cut_torn)) {
    throw CommandFailure(kExitInput, "--sync and --cut-torn need a record file", "name it with --record");
  }
  if (flags.records_to_output() && (flags.sync || flags.cut_torn)) {
    throw CommandFailure(kExitInput, "--sync and --cut-torn need a record file",
                         "standard output is synced by whoever reads it");
  }
}

// --- Compiling -------------------------------------------------------------------------------------------------------

EngineOptions engine_options(const DecideFlags& flags) {
  EngineOptions options;
  options.strict_builtin_errors = flags.strict_builtin_errors;
  options.verdict = verdict_mode_from_name(flags.verdict).value_or(VerdictMode::kBoolean);
  flags.language.apply(options);
  options.limits = flags.limits.limits();
  return options;
}

std::shared_ptr<const Policy> load_program(const LoadedFiles& loaded, const EngineOptions& options) {
  if (!loaded.modules.empty()) {
    throw CommandFailure(
        kExitInput,
        "`" + loaded.program_name + "` is a compiled policy; `" + loaded.modules[0].name + "` cannot be added to it",
        "compile them together with `writ build -o`");
  }
  try {
    return Policy::load(loaded.program, options);
  } catch (const Failure& failure) {
    ExitStatus status = cli::exit_status_of(failure.error().code, false);
    throw CommandFailure(status == kExitPolicy ? kExitIntegrity : status,
                         "`" + loaded.program_name + "`: " + failure.error().detail,
                         "compile it again with `writ build -o`");
  }
}

// Records name the modules inside a compiled policy, and replay compiles those. If that would not give the same
// program, nothing must be recorded.
void check_program(const Policy& policy, const LoadedFiles& loaded) {
  std::vector<lang::Source> sources;
  for (const PolicyModule& module : policy.modules()) {
    sources.push_back({std::string(module.path), std::string(module.source)});
  }
  CompileResult compiled = Policy::compile(std::move(sources), policy.options());
  if (compiled.policy && compiled.policy->serialise() == policy.serialise()) return;
  throw CommandFailure(
      kExitIntegrity, "`" + loaded.program_name + "` is not what its modules compile to with these flags",
      "repeat the flags of `writ build`, such as --v0-compatible, or compile it again with this version");
}

// Nothing if the policy has errors, which are then printed.
std::shared_ptr<const Policy> make_policy(const LoadedFiles& loaded, const EngineOptions& options, Terminal& terminal) {
  if (!loaded.program.empty()) return load_program(loaded, options);
  CompileResult compiled = Policy::compile(loaded.sources_by_path(), loaded.options_for_sources_by_path(options));
  if (!compiled.policy) {
    SourceMap sources = renamed(compiled.sources, loaded.modules);
    print_for_people(report_diagnostics(compiled.diagnostics, sources, terminal.err_colour), terminal);
  }
  return compiled.policy;
}

void keep_policy(const BoundPolicy& bound_policy, const std::string& path) {
  try {
    PolicyStore(path).put(bound_policy);
  } catch (const Failure& failure) {
    throw CommandFailure(kExitWrite, "policy store `" + path + "`: " + failure.error().detail);
  }
}

void check_entry(const Policy& policy, const std::string& entry) {
  if (policy.entry_index(entry) != kNone32) return;
  std::vector<std::string> names;
  for (std::string_view name : policy.entries()) names.emplace_back(name);
  throw CommandFailure(kExitNothing, "there is no entry point `" + entry + "`" + did_you_mean(entry, names),
                       "entry points are rules and packages: `authz/allow` is the rule `allow` of package `authz`");
}

// The status of a verdict under --exit-code; errors have those of their codes.
ExitStatus exit_status_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAllow: return kExitOk;
    case Verdict::kDeny: return kExitNegative;
    case Verdict::kUndefined: return kExitUndefined;
    case Verdict::kEscalate: return kExitEscalate;
    case Verdict::kTransform: return kExitTransform;
    case Verdict::kDefer: return kExitDefer;
    case Verdict::kValue: return kExitValue;
    case Verdict::kNone:
    case Verdict::kError: return kExitEvaluation;
  }
  return kExitInternal;
}

// --- Deciding --------------------------------------------------------------------------------------------------------

class Session {
 public:
  Session(const DecideFlags& flags, std::shared_ptr<const BoundPolicy> bound_policy, Terminal& terminal)
      : flags_(flags),
        terminal_(terminal),
        host_(terminal.err),
        entry_(bound_policy->policy().entry_index(entry_path(flags.entry))),
        max_line_(std::clamp(bound_policy->policy().options().limits.input_bytes, kHeldLine, kMaxFileBytes)) {
    if (flags.clock) host_.set_clock(*flags.clock);
    context_.bind(std::move(bound_policy), host_);
    open_record();
  }

  int decide_one(std::optional<std::string> input, const std::string& name) {
    decide(input ? std::optional<std::string_view>(*input) : std::nullopt, 0, name);
    return status_;
  }

  int decide_stream(std::istream& in, const std::string& name) {
    LineReader reader(in, max_line_);
    Progress progress(terminal_, "decision");
    while (auto line = reader.next()) {
      if (line->too_long) {
        reject_line(*line, name);
      } else {
        decide(line->text, line->number, name);
      }
      if (stopped_) break;
      if (reader.is_drained()) terminal_.out.flush();
      progress.step(total());
    }
    progress.wipe();
    terminal_.out.flush();
    if (!flags_.quiet) print_summary();
    if (reader.failed()) throw CommandFailure(kExitInput, "cannot read `" + name + "` to its end");
    if (flags_.exit_code && total() == 0) note_status(kExitNothing);
    return status_;
  }

 private:
  void open_record() {
    if (!flags_.record_path || flags_.records_to_output()) return;
    const std::string& path = *flags_.record_path;
    uint64_t lock_timeout = flags_.lock_timeout.value_or(kUsualLockTimeout);
    try {
      if (flags_.cut_torn) {
        if (auto kept = cut_torn_line(path, lock_timeout))
          terminal_.err << "writ decide: moved an incomplete last line to `" << *kept << "`\n";
      }
      records_.emplace(path, flags_.sync ? Durability::kSync : Durability::kNone, lock_timeout);
      records_->set_max_line(flags_.record_size.bytes());
    } catch (const TornFile& failure) {
      throw CommandFailure(kExitWrite, failure.error().detail,
                           "nothing was decided; --cut-torn moves an incomplete last line away");
    } catch (const Failure& failure) {
      bool is_busy = failure.error().code == ErrorCode::E_LEDGER_BUSY;
      throw CommandFailure(kExitWrite, failure.error().detail,
                           is_busy ? "nothing was decided; --lock-timeout waits longer" : "nothing was decided");
    }
  }

  void decide(std::optional<std::string_view> input, uint64_t line, const std::string& name) {
    DecideOptions options;
    options.record = flags_.record_path.has_value();
    options.max_record_bytes = flags_.record_size.bytes();
    options.keep_rejected = static_cast<size_t>(flags_.keep_rejected.value_or(kUsualKeepRejected));
    flags_.deadline.apply(options);
    const Decision& decision = context_.decide(entry_, input, options);
    if (records_ && !decision.record.empty() && !append_record(decision)) return;
    text_.clear();
    if (flags_.records_to_output()) {
      text_ += decision.record;  // without one, what failed is on stderr
    } else {
      append_decision_line(text_, decision, line);
    }
    print(decision.verdict);
    if (decision.status == Status::kError) complain(decision.error, decision.rejected, line, name);
  }

  // False if the record could not be written: then the decision does not count.
  bool append_record(const Decision& decision) {
    try {
      records_->append(decision.record);
      return true;
    } catch (const Failure& failure) {
      text_.clear();
      append_error_line(text_, failure.error(), 0);
      print(Verdict::kError);
      terminal_.err << "writ decide: " << failure.error().detail << '\n'
                    << "  help: the decision is void; all earlier records are complete\n";
      note_status(kExitWrite);
      stopped_ = true;
      return false;
    }
  }

  void reject_line(const LineReader::Line& line, const std::string& name) {
    Error error;
    error.code = ErrorCode::E_SIZE;
    error.detail = "the line is longer than " + std::to_string(max_line_) + " bytes; --max-input-bytes allows more";
    text_.clear();
    if (!flags_.records_to_output()) append_error_line(text_, error, line.number);
    print(Verdict::kError);
    complain(error, true, line.number, name);
  }

  void print(Verdict verdict) {
    ++counts_[verdict];
    if (flags_.exit_code && verdict != Verdict::kError) note_status(exit_status_of(verdict));
    terminal_.out << text_;
    if (terminal_.out) return;
    note_status(kExitWrite);
    stopped_ = true;
  }

  void note_status(ExitStatus status) { status_ = graver(status_, status); }

  // `rejected`: the input is malformed, so the policy was not evaluated. In a stream the row is that of the line, whose
  // number the reader does not know.
  void complain(Error error, bool rejected, uint64_t line, const std::string& name) {
    note_status(cli::exit_status_of(error.code, rejected));
    if (rejected && line > 0) {
      if (error.file.empty()) error.row = static_cast<uint32_t>(line);
      if (error.column == 0) error.column = 1;
    }
    if (quiet_after_ == 0) return;
    --quiet_after_;
    std::string where = name;
    if (line > 0 && !rejected) where += ":" + std::to_string(line);
    if (error.file.empty()) {
      terminal_.err << "writ decide: " << describe(error, where) << '\n';
    } else {
      terminal_.err << "writ decide: " << where << ": " << describe(error, "") << '\n';
    }
    if (quiet_after_ == 0) terminal_.err << "writ decide: further errors are not printed\n";
  }

  uint64_t total() const {
    uint64_t sum = 0;
    for (const auto& [verdict, count] : counts_) sum += count;
    return sum;
  }

  void print_summary() {
    terminal_.err << "writ decide: " << count_of(total(), "decision");
    const char* separator = ": ";
    for (const auto& [verdict, count] : counts_) {
      terminal_.err << separator << count << ' ' << verdict_name(verdict);
      separator = ", ";
    }
    terminal_.err << '\n';
  }

  const DecideFlags& flags_;
  Terminal& terminal_;
  PrintingHost host_;
  Context context_;
  uint32_t entry_;
  uint64_t max_line_;  // longer lines are rejected without a record, because they are not held to be recorded
  std::optional<RecordFileWriter> records_;
  std::string text_;
  std::map<Verdict, uint64_t> counts_;
  ExitStatus status_ = kExitOk;
  bool stopped_ = false;
  uint32_t quiet_after_ = 20;  // a stream of nothing but errors must not fill a terminal
};

int decide_all(const DecideFlags& flags, std::shared_ptr<const BoundPolicy> bound_policy, Terminal& terminal) {
  if (flags.stream_path && *flags.stream_path != "-") {
    errno = 0;
    std::string path = local_path(*flags.stream_path);
    std::ifstream file(path, std::ios::binary);
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) errno = EISDIR;  // which opens, but cannot be read
    if (!file || errno == EISDIR)
      throw CommandFailure(kExitInput, "cannot open `" + *flags.stream_path + "`: " + stream_error());
    return Session(flags, std::move(bound_policy), terminal).decide_stream(file, *flags.stream_path);
  }
  if (flags.stream_path)
    return Session(flags, std::move(bound_policy), terminal).decide_stream(terminal.in, "standard input");
  std::optional<std::string> input;
  if (flags.input_path) {
    input = *flags.input_path == "-" ? read_whole_stream(terminal.in, "standard input")
                                     : read_whole_file(local_path(*flags.input_path));
  }
  std::string name = flags.input_path && *flags.input_path != "-" ? *flags.input_path : "standard input";
  if (!flags.input_path) name = flags.entry;
  return Session(flags, std::move(bound_policy), terminal).decide_one(std::move(input), name);
}

}  // namespace

int run_decide(const Words& words, Terminal& terminal) {
  DecideFlags flags;
  if (auto over = parse_flags(flags, words, terminal)) return *over;
  check_usage(flags);
  flags.record_size.bytes();
  flags.network.apply();
  flags.load.paths.insert(flags.load.paths.end(), flags.data.begin(), flags.data.end());
  EngineOptions options = engine_options(flags);
  LoadedFiles loaded;
  try {
    loaded = load_files(flags.load);
  } catch (const LoadFailure& failure) {
    print_for_people(report_load_failure(failure), terminal);
    return kExitInput;
  }
  std::shared_ptr<const BoundPolicy> bound_policy;
  try {
    std::shared_ptr<const Policy> policy = make_policy(loaded, options, terminal);
    if (!policy) return kExitPolicy;
    check_entry(*policy, entry_path(flags.entry));
    bool recorded = flags.record_path || flags.store_path;
    if (recorded && !loaded.program.empty()) check_program(*policy, loaded);
    using Digests = BoundPolicy::Digests;
    bound_policy = BoundPolicy::make(policy, loaded.data, recorded ? Digests::kRequired : Digests::kNone);
  } catch (const Failure& failure) {
    print_for_people(report_failure(name_conflict(failure.error(), loaded)), terminal);
    return cli::exit_status_of(failure.error().code, false);
  }
  if (flags.store_path) keep_policy(*bound_policy, *flags.store_path);
  // A reader that leaves is a failed write like any other: what was decided is counted and has a status.
  std::signal(SIGPIPE, SIG_IGN);
  return decide_all(flags, std::move(bound_policy), terminal);
}

}  // namespace writ::cli
