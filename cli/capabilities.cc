#include "engine/api/capabilities.h"

#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/options.h"

namespace writ::cli {

int run_capabilities(const Words& words, Terminal& terminal) {
  bool current = false;
  OptionSet options(
      "capabilities", "",
      "Print what policies can use, in the format of OPA's capabilities files: the available built-in functions and,\n"
      "under `writ`, the names of OPA's built-in functions that are not available.");
  options.flag("--current", current, "accepted for compatibility; there is only one version");
  options.unsupported("--version", true);
  options.unsupported("--file", true);
  options.unsupported("--v0-compatible", false);
  if (auto over = options.parse(words, terminal)) return *over;
  terminal.out << capabilities_json();
  return kExitOk;
}

}  // namespace writ::cli
