// The IANA time-zone database as part of the library: every zone in the form of RFC 9636, compiled when the library is
// built (zones/embed.cmake), and the release it comes from.
#pragma once

#include <span>
#include <string_view>

namespace writ {

struct ZoneTable {
  std::string_view name;  // "Europe/Berlin"
  std::string_view data;  // version 2 or later of the form
};

extern const std::string_view kZoneTablesVersion;  // "2026f"
std::span<const ZoneTable> zone_tables();          // sorted by name, byte by byte

}  // namespace writ
