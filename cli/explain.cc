// writ explain: what a diagnostic code or a built-in function means.
#include <optional>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/suggest.h"
#include "engine/api/capabilities.h"
#include "engine/api/diagnostics.h"

namespace writ::cli {

int run_explain(const Words& words, Terminal& terminal) {
  Words codes;
  OptionSet options("explain", "CODE|BUILT-IN",
                    "Explain what a diagnostic code means and what to do about it, or what a built-in function does.");
  options.words(codes);
  if (auto over = options.parse(words, terminal)) return *over;
  if (codes.size() != 1) throw CommandFailure(kExitInput, "specify one code, such as REGO0207, or built-in function");
  const std::string& code = codes[0];
  if (std::optional<std::string> description = describe_builtin(code)) {
    terminal.out << *description;
    return kExitOk;
  }
  if (std::optional<std::string> description = describe_diagnostic(code)) {
    terminal.out << *description;
    return kExitOk;
  }
  throw CommandFailure(kExitInput, "unknown diagnostic code or built-in function `" + code + "`" +
                                       did_you_mean(code, diagnostic_codes()));
}

}  // namespace writ::cli
