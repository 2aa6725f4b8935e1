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
    {"eval", kExitOk, "success, even if the result is undefined"},
    {"eval", kExitNegative, "the result is one that --fail or --fail-defined rejects, or invalid usage"},
    {"eval", kOpaEvalError, "any error"},
    {"check", kExitOk, "no errors"},
    {"check", kOpaFailed, "any error"},
    {"test", kExitOk, "all tests passed"},
    {"test", kOpaFailed, "policies cannot be loaded or compiled, invalid usage, or --fail-on-empty"},
    {"test", kOpaTestFailed, "a test failed, ended in an error, or was skipped (without -z)"},
    {"build", kExitOk, "success"},
    {"build", kOpaFailed, "any other error"},
    {"build", kExitWrite, "the output file cannot be written"},
    {"decide", kExitOk, "every input was decided"},
    {"decide", kExitInput, "invalid usage, or an input or file that is missing or malformed"},
    {"decide", kExitPolicy, "the policy does not compile or does not fit its data"},
    {"decide", kExitEvaluation, "an evaluation failed or reached a limit"},
    {"decide", kExitNothing, "there is no such entry point"},
    {"decide", kExitIntegrity, "a compiled policy is damaged"},
    {"decide", kExitWrite, "output, records or the policy store cannot be written"},
    {"explain", kExitOk, "success"},
    {"explain", kExitInput, "invalid usage, or an unknown code or built-in function"},
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

}  // namespace writ::cli
