#include "engine/api/capabilities.h"

#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/options.h"

namespace writ::cli {

int run_capabilities(const Words& words, Terminal& terminal) {
  bool current = false, v0 = false;
  OptionSet options(
      "capabilities", "",
      "Print what policies can use, in the format of OPA's capabilities files: the available built-in functions, the\n"
      "keywords and features of the language and, under `writ`, the names of OPA's built-in functions that are not\n"
      "available.");
  options.flag("--current", current, "accepted for compatibility; there is only one version");
  options.unsupported("--version", true);
  options.unsupported("--file", true);
  options.flag("--v0-compatible", v0, "keywords and features of modules in Rego v0");
  if (auto over = options.parse(words, terminal)) return *over;
  terminal.out << capabilities_json(v0);
  return kExitOk;
}

}  // namespace writ::cli
