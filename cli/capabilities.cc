#include "engine/api/capabilities.h"

#include <ostream>
#include <string>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/policy_options.h"

namespace writ::cli {

int run_capabilities(const Words& words, Terminal& terminal) {
  bool current = false, v0 = false;
  std::string version, file;
  OptionSet options(
      "capabilities", "",
      "Print what policies can use, in the format of OPA's capabilities files: the built-in functions, and the keywords\n"
      "and features of the language. Without a flag, list the versions of OPA that --capabilities of other commands knows.");
  options.flag("--current", current, "print those of this version");
  options.text("--version", version, "VERSION", "print those of a version of OPA, with the signatures of this version");
  options.text("--file", file, "FILE", "print what is left of a capabilities file in this version");
  options.flag("--v0-compatible", v0, "with --current: keywords and features of modules in Rego v0");
  if (auto over = options.parse(words, terminal)) return *over;
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
