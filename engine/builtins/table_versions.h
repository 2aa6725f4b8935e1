// Versions of the tables that answers of some built-ins depend on; part of a policy's configuration.
//
// They say what runs, not what the library was built with: a table that comes from a shared library is asked each time a
// program starts. None is ever empty or a placeholder.
#pragma once

#include <string>

namespace writ {

// Of the time-zone data, which is part of the library: "2026f".
std::string tzdb_version();
// Of the Unicode tables for upper and lower case: "15.0.0".
std::string unicode_version();
// Of the regular-expression engine and of the Unicode classes in it: "re2/9.0.0+unicode14".
std::string regex_version();

}  // namespace writ
