// What the exit code of a command says.
//
// Commands that OPA has answer with OPA's codes (see kEval… and so on); commands of our own use the table. `writ
// replay` has a table of its own, replay/classes.def.
#pragma once

namespace writ::cli {

enum ExitCode : int {
  kExitOk = 0,
  kExitNegative = 1,    // the answer is the one a flag such as --fail asked about
  kExitInput = 2,       // usage, or a file that is missing, unreadable or malformed
  kExitPolicy = 3,      // the policy does not parse, compile or fit its data
  kExitEvaluation = 4,  // a failure of the evaluation, or a limit
  kExitNothing = 5,     // nothing matched: no such entry point
  kExitIntegrity = 6,   // a file is not what its digest says
  kExitWrite = 7,       // output, records or the store could not be written
  kExitInternal = 70,   // a fault of this program

  kOpaFailed = 1,      // opa check, build, test: load or compile error; any command: usage
  kOpaEvalError = 2,   // opa eval: every error
  kOpaTestFailed = 2,  // opa test: a test failed, or was skipped
};

}  // namespace writ::cli
