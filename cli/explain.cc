// writ explain: what a diagnostic code or a built-in function means.
#include <optional>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/suggest.h"
#include "engine/api/capabilities.h"
#include "lang/syntax/diagnostics.h"

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
  const lang::DiagnosticInfo* info = lang::find_diagnostic(code);
  if (info == nullptr) {
    Words known;
    for (const lang::DiagnosticInfo& row : lang::diagnostic_table()) known.emplace_back(row.code);
    throw CommandFailure(kExitInput,
                         "unknown diagnostic code or built-in function `" + code + "`" + did_you_mean(code, known));
  }
  terminal.out << info->code << " (OPA: " << info->opa_code << ")\n  " << info->message << "\n";
  if (!info->help.empty()) terminal.out << "  help: " << info->help << "\n";
  return kExitOk;
}

}  // namespace writ::cli
