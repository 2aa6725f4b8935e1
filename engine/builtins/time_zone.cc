#include "engine/builtins/time_zone.h"

#include <date/tz.h>

#include <exception>

#include "engine/builtins/time_calendar.h"

namespace writ {

namespace {

// The tables list changes up to here only; what comes later follows the rule of the last years.
constexpr int64_t kFirstUnlistedYear = 2037;

// The last listed year whose days fall on the same dates and weekdays.
int64_t year_like(int64_t year) {
  for (int64_t candidate = kFirstUnlistedYear - 1;; candidate--) {
    bool same_length = is_leap_year(candidate) == is_leap_year(year);
    if (same_length && weekday_of(days_from_civil(candidate, 1, 1)) == weekday_of(days_from_civil(year, 1, 1))) {
      return candidate;
    }
  }
}

int64_t same_moment_in_listed_year(int64_t unix_seconds) {
  int64_t year = civil_from_days(floor_divide(unix_seconds, 86400)).year;
  int64_t days = days_from_civil(year, 1, 1) - days_from_civil(year_like(year), 1, 1);
  return unix_seconds - days * 86400;
}

}  // namespace

bool zone_offset(std::string_view name, int64_t unix_seconds, ZoneOffset* offset) {
  if (name.empty() || name == "UTC" || name == "Local") {
    *offset = {0, "UTC"};
    return true;
  }
  // Names are relative paths in the database: none may lead out of it.
  if (name.find("..") != name.npos || name.front() == '/' || name.find('\\') != name.npos) return false;
  try {
    const date::time_zone* zone = date::locate_zone(name);
    auto info = zone->get_info(date::sys_seconds(std::chrono::seconds(unix_seconds)));
    bool is_last = info.end.time_since_epoch() > std::chrono::seconds(days_from_civil(2500, 1, 1) * 86400);
    if (is_last && unix_seconds >= days_from_civil(kFirstUnlistedYear, 1, 1) * 86400) {
      info = zone->get_info(date::sys_seconds(std::chrono::seconds(same_moment_in_listed_year(unix_seconds))));
    }
    *offset = {static_cast<int32_t>(info.offset.count()), info.abbrev};
    return true;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace writ
