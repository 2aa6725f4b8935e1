// Durations as Go reads them: "1h30m", "-1.5s", "0".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ {

// Nanoseconds. Nothing and `*reason` set ("time: missing unit in duration"; Go goes on with the quoted text) if it is none.
std::optional<int64_t> parse_go_duration(std::string_view text, std::string* reason);

}  // namespace writ
