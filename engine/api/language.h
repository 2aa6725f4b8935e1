// The language as this engine implements it: what clients need to know of it besides compiling and deciding.
//
// Sources and their parsed form, the table of diagnostics, the table of built-ins with what is available of it, and the
// versions of the tables of others that some built-ins read.
#pragma once

#include <string>

#include "engine/builtins/builtin.h"
#include "lang/compile.h"
#include "lang/syntax/diagnostics.h"
#include "lang/syntax/parse.h"

namespace writ {

// What the results of some built-ins depend on besides this engine: versions of time-zone data ("2026f"), of the Unicode
// tables for upper and lower case ("15.0.0") and of the engine of regular expressions ("re2/10.0.0"). "none" where
// there is none.
struct TableVersions {
  std::string tzdb, unicode, regex;
};
TableVersions table_versions();

}  // namespace writ
