// Time zones: which offset is in force in a place at a moment.
//
// This is the only door to zone data. The rules come from the database of the host at present; they can be replaced by
// bundled data behind these two functions, so that decisions about local times do not depend on the machine.
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

}  // namespace writ
