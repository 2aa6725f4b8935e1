// writ version: the versions of everything a policy digest or a record names.
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "engine/api/engine.h"
#include "engine/api/language.h"

namespace writ::cli {

int run_version(const Words& words, Terminal& terminal) {
  OptionSet options("version", "", "Print the version of the program and of what it implements.");
  options.unsupported("-c,--check", false);
  if (auto over = options.parse(words, terminal)) return *over;
  TableVersions tables = table_versions();
  terminal.out << "Version: " << kEngineVersion
               << "\nRego Version: v1\nCompatible With: OPA 1.22.4\nSemantics: " << kSemanticsId
               << "\nNumbers: " << kNumbersId << "\nFuel Model: " << kFuelModel << "\nTime Zones: " << tables.tzdb
               << "\nUnicode: " << tables.unicode << "\nRegular Expressions: " << tables.regex << '\n';
  return kExitOk;
}

}  // namespace writ::cli
