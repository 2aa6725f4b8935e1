// Time zones: which offset is in force in a place at a moment.
//
// This is the only door to zone data. The tables are part of the library (zone_tables.h) and their release is in the
// policy digest, so that decisions about local times do not depend on the machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace writ {

struct ZoneOffset {
  int32_t seconds = 0;           // east of UTC
  std::string abbreviation;      // "CET", "-03"
};

// False if there is no zone of that name. "" and "UTC" are UTC, and so is "Local": a decision knows no host.
bool zone_offset(std::string_view name, int64_t unix_seconds, ZoneOffset* offset);

// The offset that the rule at the end of a table gives, such as "CET-1CEST,M3.5.0,M10.5.0/3"; false if it is none.
// Exposed for tests.
bool offset_by_rule(std::string_view rule, int64_t unix_seconds, ZoneOffset* offset);

}  // namespace writ
