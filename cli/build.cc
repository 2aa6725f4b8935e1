// writ build: policies to one compiled file, or a look at the stages in between.
#include <filesystem>
#include <fstream>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/report.h"
#include "store/file.h"
#include "store/folder.h"

namespace writ::cli {

namespace {

constexpr std::string_view kNotes =
    "The file that -o names holds the compiled policy with the texts of its modules; `writ decide -p` and\n"
    "`writ eval -d` take it in place of the modules. Data is not part of it. Exit codes: 0; 1 for every\n"
    "error, as in OPA; 7 if the file could not be written.";

struct BuildFlags {
  std::string output;
  std::string dump;
  bool bundle = false;
  std::vector<std::string> ignore;
  std::vector<std::string> entries;
  std::vector<std::string> words;
  LanguageFlags language;
};

int fail(const ErrorReport& report, Terminal& terminal) {
  print_for_people(report, terminal);
  return kOpaFailed;
}

// The stages in print. Policy keeps none of them, so the compiler is asked again.
int dump(const std::string& stage, const std::vector<lang::Source>& sources, const EngineOptions& engine,
         Terminal& terminal) {
  lang::CompileOptions options = engine;
  options.keep_dumps = true;
  lang::Compiled compiled = lang::compile(sources, options);
  if (!compiled.program) {
    return fail(report_diagnostics(compiled.diagnostics, compiled.sources, terminal.err_colour), terminal);
  }
  terminal.out << (stage == "ast"    ? compiled.ast_dump
                   : stage == "plan" ? compiled.plan_dump
                                     : disassemble(*compiled.program));
  return kExitOk;
}

// A device or a pipe must be written to, not replaced.
bool is_special(const std::string& path) {
  std::error_code code;
  auto status = std::filesystem::status(path, code);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

void write_through(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  if (!file) throw CommandFailure(kExitWrite, "cannot write " + path);
}

int write(const Policy& policy, const std::string& path, Terminal& terminal) {
  std::string bytes = policy.serialise();
  try {
    if (is_special(path)) {
      write_through(path, bytes);
    } else {
      write_file_durably(path, bytes);
    }
  } catch (const Failure& failure) {
    throw CommandFailure(kExitWrite, failure.error().detail);
  }
  terminal.err << "wrote " << path << ": " << count_of(policy.modules().size(), "module") << ", "
               << count_of(policy.entries().size(), "entry point") << ", " << count_of(bytes.size(), "byte") << '\n';
  return kExitOk;
}

}  // namespace

int run_build(const Words& words, Terminal& terminal) {
  BuildFlags flags;
  OptionSet options("build", "PATH …", "Compiles policies into one file, or shows a stage of their compilation.",
                    std::string(kNotes));
  options.text("-o,--output", flags.output, "FILE", "write the compiled policy here");
  options.choice("--dump", flags.dump, {"ast", "plan", "bytecode"}, "print this stage instead of writing a file");
  options.flag("-b,--bundle", flags.bundle, "the paths are folders to load by the rules of bundles");
  options.texts("-e,--entrypoint", flags.entries, "PATH", "must exist in the policy; repeatable");
  options.texts("--ignore", flags.ignore, "PATTERN", "pass over files and folders of such names; repeatable");
  flags.language.declare(options, true);
  for (const char* name : {"-O,--optimize", "-t,--target", "-r,--revision", "--capabilities", "--signing-key",
                           "--signing-alg", "--signing-plugin", "--claims-file", "--verification-key",
                           "--verification-key-id", "--scope", "--exclude-files-verify", "--partial-namespace"}) {
    options.unsupported(name, true);
  }
  for (const char* name : {"--debug", "--prune-unused", "--follow-symlinks", "--wasm-include-print"}) {
    options.unsupported(name, false);
  }
  options.words(flags.words);
  if (auto over = options.parse(words, terminal)) return *over;
  if (flags.words.empty()) throw CommandFailure(kOpaFailed, "specify at least one file");
  if (flags.output.empty() == flags.dump.empty()) {
    throw CommandFailure(kOpaFailed, "say what to make: -o FILE or --dump=ast|plan|bytecode");
  }

  EngineOptions engine;
  flags.language.apply(engine);
  LoadRequest request;
  (flags.bundle ? request.bundles : request.paths) = flags.words;
  request.ignore = flags.ignore;
  try {
    LoadedFiles loaded = load_files(request);
    if (!flags.dump.empty() && loaded.program.empty()) return dump(flags.dump, loaded.sources(), engine, terminal);
    std::shared_ptr<const Policy> policy;
    if (!loaded.program.empty()) {
      policy = Policy::load(loaded.program, engine);
      if (flags.dump != "bytecode") {
        throw CommandFailure(kOpaFailed,
                             loaded.program_name + " is compiled already; only --dump=bytecode can be shown");
      }
      terminal.out << disassemble(policy->program());
      return kExitOk;
    }
    CompileResult compiled = Policy::compile(loaded.sources_by_path(), engine);
    if (!compiled.policy) {
      SourceMap sources = renamed(compiled.sources, loaded.modules);
      return fail(report_diagnostics(compiled.diagnostics, sources, terminal.err_colour), terminal);
    }
    for (const std::string& entry : flags.entries) {
      if (compiled.policy->entry_index(entry_path(entry)) == kNone32) {
        throw CommandFailure(kOpaFailed, "entry point " + entry + " is not in the policy");
      }
    }
    return write(*compiled.policy, flags.output, terminal);
  } catch (const LoadFailure& failure) {
    return fail(report_load_failure(failure), terminal);
  } catch (const Failure& failure) {
    return fail(report_failure(failure.error()), terminal);
  }
}

}  // namespace writ::cli
