#include "cli/exit_status.h"

#include <ostream>
#include <string>

namespace writ::cli {

namespace {

struct Row {
  std::string_view command;
  ExitStatus status;
  std::string_view text;
};

constexpr Row kRows[] = {
#define EXIT_ROW(command, name, text) {command, name, text},
#include "cli/exit_status.def"
};

}  // namespace

void print_exit_statuses(std::ostream& out, std::string_view command) {
  bool any = false;
  for (const Row& row : kRows) {
    if (row.command != command) continue;
    if (!any) out << "\nExit status:\n";
    any = true;
    std::string number = std::to_string(row.status);
    out << "  " << number << std::string(5 - number.size(), ' ') << row.text << '\n';
  }
}

ExitStatus exit_status_of(ErrorCode code, bool rejected) {
  if (rejected) return kExitInput;
  switch (error_class(code)) {
    case ErrorClass::kNone: return kExitOk;
    case ErrorClass::kDocument:  // of a document that the policy read, not of the input
    case ErrorClass::kEvaluation:
    case ErrorClass::kHost:
    case ErrorClass::kLimit: return kExitEvaluation;
    case ErrorClass::kPolicy: return kExitPolicy;
    case ErrorClass::kEntry: return kExitNothing;
    case ErrorClass::kRecord: return kExitWrite;
    case ErrorClass::kInternal: return kExitInternal;
  }
  return kExitInternal;
}

ExitStatus graver(ExitStatus a, ExitStatus b) {
  if (a == kExitInternal || b == kExitInternal) return kExitInternal;
  for (const Row& row : kRows) {
    if (row.command == "decide" && (row.status == a || row.status == b)) return row.status;
  }
  return a;
}

}  // namespace writ::cli
