// writ build: compiles policies into one file, or prints a stage of the compilation.
//
// The file is what Policy::serialise gives, written so that a crash leaves the old one or the new one. A compiled policy
// may be given in place of modules, but then only its bytecode can be printed.
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/report.h"
#include "store/file.h"
#include "store/folder.h"

namespace writ::cli {

namespace {

constexpr std::string_view kNotes =
    "The output file holds the compiled policy and the text of its modules, but no data. `writ decide -p` and\n"
    "`writ eval -d` accept it in place of the modules.";

struct BuildFlags {
  std::string output;
  std::string dump;
  bool bundle = false;
  std::vector<std::string> ignore;
  std::vector<std::string> entries;
  std::vector<std::string> words;
  LanguageFlags language;
  CapabilitiesFlag capabilities;
};

int fail(const ErrorReport& report, Terminal& terminal) {
  print_for_people(report, terminal);
  return kOpaFailed;
}

// Prints a stage. Policy keeps none of them, so this compiles again.
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
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  if (!file) throw CommandFailure(kExitWrite, "cannot write `" + path + "`: " + stream_error());
}

// A folder that is not there is more likely a slip than one to make.
void check_folder(const std::string& path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code code;
  if (folder.empty() || std::filesystem::exists(folder, code)) return;
  throw CommandFailure(kExitWrite, "cannot write `" + path + "`: there is no folder `" + folder.string() + "`",
                       "make the folder first");
}

int write(const Policy& policy, const std::string& path, Terminal& terminal) {
  check_folder(path);
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

std::optional<int> parse_flags(BuildFlags& flags, const Words& words, Terminal& terminal) {
  OptionSet options("build", "PATH …", "Compile policies into one file, or print a stage of their compilation.",
                    std::string(kNotes));
  options.text("-o,--output", flags.output, "FILE", "write the compiled policy to this file");
  options.choice("--dump", flags.dump, {"ast", "plan", "bytecode"}, "print this stage instead of writing a file");
  options.flag("-b,--bundle", flags.bundle, "load each path as a bundle");
  options.texts("-e,--entrypoint", flags.entries, "PATH", "require this entry point to exist; repeatable");
  options.texts("--ignore", flags.ignore, "PATTERN", "skip files and folders whose name matches; repeatable");
  flags.language.declare(options, true);
  flags.capabilities.declare(options);
  for (const char* name : {"-O,--optimize", "-t,--target", "-r,--revision", "--signing-key",
                           "--signing-alg", "--signing-plugin", "--claims-file", "--verification-key",
                           "--verification-key-id", "--scope", "--exclude-files-verify", "--partial-namespace"}) {
    options.unsupported(name, true);
  }
  for (const char* name : {"--debug", "--prune-unused", "--follow-symlinks", "--wasm-include-print"}) {
    options.unsupported(name, false);
  }
  options.words(flags.words);
  return options.parse(words, terminal);
}

void check_usage(const BuildFlags& flags) {
  if (flags.words.empty()) throw CommandFailure(kOpaFailed, "specify at least one file");
  if (flags.output.empty() == flags.dump.empty()) {
    throw CommandFailure(kOpaFailed, "specify either -o FILE or --dump=ast|plan|bytecode");
  }
}

int dump_compiled(const BuildFlags& flags, const LoadedFiles& loaded, const EngineOptions& engine, Terminal& terminal) {
  std::shared_ptr<const Policy> policy = Policy::load(loaded.program, engine);
  if (flags.dump != "bytecode") {
    throw CommandFailure(kOpaFailed,
                         "`" + loaded.program_name + "` is compiled already; only --dump=bytecode is possible");
  }
  terminal.out << disassemble(policy->program());
  return kExitOk;
}

int build(const BuildFlags& flags, const LoadedFiles& loaded, const EngineOptions& engine, Terminal& terminal) {
  CompileResult compiled = Policy::compile(loaded.sources_by_path(), loaded.options_for_sources_by_path(engine));
  if (!compiled.policy) {
    SourceMap sources = renamed(compiled.sources, loaded.modules);
    return fail(report_diagnostics(compiled.diagnostics, sources, terminal.err_colour), terminal);
  }
  for (const std::string& entry : flags.entries) {
    if (compiled.policy->entry_index(entry_path(entry)) == kNone32) {
      throw CommandFailure(kOpaFailed, "there is no entry point `" + entry + "`");
    }
  }
  return write(*compiled.policy, flags.output, terminal);
}

}  // namespace

int run_build(const Words& words, Terminal& terminal) {
  BuildFlags flags;
  if (auto over = parse_flags(flags, words, terminal)) return *over;
  check_usage(flags);
  EngineOptions engine;
  flags.language.apply(engine);
  flags.capabilities.apply(engine);
  LoadRequest request;
  (flags.bundle ? request.bundles : request.paths) = flags.words;
  request.ignore = flags.ignore;
  try {
    LoadedFiles loaded = load_files(request);
    if (!loaded.program.empty()) return dump_compiled(flags, loaded, engine, terminal);
    if (!flags.dump.empty()) return dump(flags.dump, loaded.sources(), loaded.options_for_sources(engine), terminal);
    return build(flags, loaded, engine, terminal);
  } catch (const LoadFailure& failure) {
    return fail(report_load_failure(failure), terminal);
  } catch (const Failure& failure) {
    return fail(report_failure(failure.error()), terminal);
  }
}

}  // namespace writ::cli
