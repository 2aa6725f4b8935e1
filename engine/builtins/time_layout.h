// Go's time layouts: the reference moment "Mon Jan 2 15:04:05 MST 2006" written the way a time is to be read or
// written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/builtins/time_calendar.h"

namespace writ {

// A moment and how a place shows it.
struct ZonedTime {
  int64_t unix_seconds = 0;
  int32_t nanoseconds = 0;  // 0 … 999,999,999
  int32_t offset = 0;       // seconds east of UTC
  std::string zone;         // abbreviation; may be empty

  int64_t local_seconds() const { return unix_seconds + offset; }
  int64_t local_days() const { return floor_divide(local_seconds(), 86400); }
  int64_t second_of_day() const { return floor_remainder(local_seconds(), 86400); }
};

extern const std::string_view kMonthNames[12];
extern const std::string_view kWeekdayNames[7];

std::string format_time(const ZonedTime& time, std::string_view layout);
// False and `*fault` set, in Go's words, if the text does not follow the layout. Zone names other than UTC and GMT+n are
// read and mean nothing, as in Go without a local zone.
bool parse_time(std::string_view layout, std::string_view text, ZonedTime* time, std::string* fault);

// Go's quote of package time: escapes bytes, not characters.
std::string quote_time_text(std::string_view text);

}  // namespace writ
