#include "engine/api/capabilities.h"

#include <ostream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/policy_options.h"
#include "cli/report.h"
#include "engine/api/required.h"
#include "store/folder.h"

namespace writ::cli {

namespace {

// A module by itself, anything else as a bundle: as `opa inspect` reads it.
LoadRequest request_of(const std::vector<std::string>& paths) {
  LoadRequest request;
  request.only_modules = true;
  for (const std::string& path : paths) (path.ends_with(".rego") ? request.paths : request.bundles).push_back(path);
  return request;
}

int list_required(const std::vector<std::string>& paths, const EngineOptions& engine, Terminal& terminal) {
  LoadedFiles loaded;
  try {
    loaded = load_files(request_of(paths));
    lang::Required required = required_capabilities(loaded.sources(), loaded.options_for_sources(engine));
    if (required.capabilities) {
      terminal.out << required_json(*required.capabilities);
      return kExitOk;
    }
    print_for_people(report_diagnostics(required.diagnostics, required.sources, terminal.err_colour), terminal);
  } catch (const LoadFailure& failure) {
    print_for_people(report_load_failure(failure), terminal);
  } catch (const Failure& failure) {
    print_for_people(report_failure(name_conflict(failure.error(), loaded)), terminal);
  }
  return kOpaFailed;
}

}  // namespace

int run_capabilities(const Words& words, Terminal& terminal) {
  bool current = false, required = false, v0 = false;
  std::string version, file;
  std::vector<std::string> paths;
  CapabilitiesFlag capabilities;
  OptionSet options(
      "capabilities", "[PATH …]",
      "Print what policies can use, in the format of OPA's capabilities files: the built-in functions, and the keywords\n"
      "and features of the language. Without a flag, list the versions of OPA that --capabilities of other commands knows.",
      "With --required, each PATH is a module, or a bundle: what is printed is what `opa inspect` lists as capabilities.");
  options.flag("--current", current, "print those of this version");
  options.text("--version", version, "VERSION", "print those of a version of OPA, with the signatures of this version");
  options.text("--file", file, "FILE", "print what is left of a capabilities file in this version");
  options.flag("--required", required, "print what the policies at each PATH require, and no more");
  options.flag("--v0-compatible", v0, "with --current and --required: modules are in Rego v0");
  capabilities.declare(options);
  options.words(paths);
  if (auto over = options.parse(words, terminal)) return *over;
  if (required == paths.empty()) {
    throw CommandFailure(kOpaFailed, required ? "specify at least one file" : "only --required takes files");
  }
  if (required) {
    EngineOptions engine;
    engine.language.version = v0 ? RegoVersion::kV0 : RegoVersion::kV1;
    capabilities.apply(engine);
    return list_required(paths, engine, terminal);
  }
  if (!version.empty()) {
    auto known = capabilities_of_version(version);
    if (known == nullptr) throw CommandFailure(kOpaFailed, "no capabilities version found " + version);
    terminal.out << capabilities_json(*known);
  } else if (!file.empty()) {
    terminal.out << capabilities_json(*load_capabilities(file));
  } else if (current) {
    terminal.out << capabilities_json(v0);
  } else {
    for (std::string_view known : capability_versions()) terminal.out << known << '\n';
  }
  return kExitOk;
}

}  // namespace writ::cli
