#include "engine/builtins/time_zone.h"

#include <date/tz.h>

#include <exception>

#include "engine/builtins/time_calendar.h"

namespace writ {

namespace {

// The tables list changes up to here only; what comes later follows the rule of the last years.
constexpr int64_t kFirstUnlistedYear = 2037;
constexpr int64_t kSecondsPerDay = 86400;

int64_t start_of_year(int64_t year) { return days_from_civil(year, 1, 1) * kSecondsPerDay; }

date::sys_info info_at(const date::time_zone& zone, int64_t unix_seconds) {
  return zone.get_info(date::sys_seconds(std::chrono::seconds(unix_seconds)));
}

// Whether the clocks still change in the last listed year.
bool changes_every_year(const date::time_zone& zone) {
  int64_t last_year = start_of_year(kFirstUnlistedYear - 1);
  return info_at(zone, last_year).end.time_since_epoch() < std::chrono::seconds(start_of_year(kFirstUnlistedYear));
}

// A moment of a listed year at the same date and weekday. Rules name weekdays of months, so from March on it does not
// matter whether the year is a leap year, and the last eleven years have all the weekdays there are.
int64_t same_moment_in_listed_year(int64_t unix_seconds) {
  int64_t days = floor_divide(unix_seconds, kSecondsPerDay);
  CivilDate date = civil_from_days(days);
  int month = date.month > 2 ? 3 : 1;
  for (int64_t year = kFirstUnlistedYear - 1;; year--) {
    int64_t shift = days_from_civil(date.year, month, 1) - days_from_civil(year, month, 1);
    if (shift % 7 == 0) return unix_seconds - shift * kSecondsPerDay;
  }
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
    date::sys_info info = info_at(*zone, unix_seconds);
    bool is_last = info.end.time_since_epoch() > std::chrono::seconds(start_of_year(2500));
    if (is_last && unix_seconds >= start_of_year(kFirstUnlistedYear) && changes_every_year(*zone)) {
      info = info_at(*zone, same_moment_in_listed_year(unix_seconds));
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
