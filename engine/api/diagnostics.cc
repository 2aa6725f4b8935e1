#include "engine/api/diagnostics.h"

#include "lang/syntax/diagnostics.h"

namespace writ {

std::optional<std::string> describe_diagnostic(std::string_view code) {
  const lang::DiagnosticInfo* info = lang::find_diagnostic(code);
  if (info == nullptr) return std::nullopt;
  std::string text(info->code);
  text.append(" (OPA: ").append(info->opa_code).append(")\n  ").append(info->message).append("\n");
  if (!info->help.empty()) text.append("  help: ").append(info->help).append("\n");
  return text;
}

std::vector<std::string> diagnostic_codes() {
  std::vector<std::string> codes;
  for (const lang::DiagnosticInfo& row : lang::diagnostic_table()) codes.emplace_back(row.code);
  return codes;
}

}  // namespace writ
