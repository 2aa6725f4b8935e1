// The exit statuses of the program: one table, from which the help of each command is made.
//
// Commands that OPA has use OPA's statuses (kOpa…); the others use kExit…. `writ replay` has a table of its own,
// replay/classes.def, for the records it reads.
#pragma once

#include <iosfwd>
#include <string_view>

namespace writ::cli {

enum ExitStatus : int {
  kExitOk = 0,
  kExitNegative = 1,    // the result is one that a flag such as --fail rejects
  kExitInput = 2,       // invalid usage, or a file that is missing, unreadable or malformed
  kExitPolicy = 3,      // the policy does not parse, does not compile or does not fit its data
  kExitEvaluation = 4,  // the evaluation failed or reached a limit
  kExitNothing = 5,     // there is no such entry point
  kExitIntegrity = 6,   // a compiled policy is damaged
  kExitWrite = 7,       // output, records or the policy store cannot be written
  kExitInternal = 70,   // a bug in this program

  kOpaFailed = 1,      // opa check, build, test: load or compile error; any command: usage
  kOpaEvalError = 2,   // opa eval: every error
  kOpaTestFailed = 2,  // opa test: a test failed, or was skipped
};

// The rows for a command, as its help prints them; nothing for a command that has none.
void print_exit_statuses(std::ostream& out, std::string_view command);

}  // namespace writ::cli
