// Versions of the tables that answers of some built-ins depend on; part of a policy's configuration.
#pragma once

#include <string>

namespace writ {

// Of the time-zone data: "2026f"; "none" where there is none.
std::string tzdb_version();
// Of the Unicode tables for upper and lower case: "15.0.0".
std::string unicode_version();
// Of the regular-expression engine: "re2/10.0.0".
std::string regex_version();

}  // namespace writ
