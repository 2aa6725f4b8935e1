// time.* but for durations, which are in time_duration.cc.
//
// A moment is seconds since 1970 and nanoseconds; a place adds its offset at that moment (time_zone.h), and the
// calendar of time_calendar.h shows it as dates. read_time reads the forms in which policies give a moment; the
// functions follow.
#include <cstdint>
#include <optional>

#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/builtins/time_layout.h"
#include "engine/builtins/time_zone.h"
#include "engine/value/bf64.h"
#include "engine/value/build.h"

namespace writ {

namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

struct NamedLayout {
  std::string_view name;
  std::string_view layout;
};

constexpr std::string_view kRfc3339 = "2006-01-02T15:04:05Z07:00";
constexpr std::string_view kRfc3339Nano = "2006-01-02T15:04:05.999999999Z07:00";

constexpr NamedLayout kNamedLayouts[] = {
    {"ANSIC", "Mon Jan _2 15:04:05 2006"},
    {"UnixDate", "Mon Jan _2 15:04:05 MST 2006"},
    {"RubyDate", "Mon Jan 02 15:04:05 -0700 2006"},
    {"RFC822", "02 Jan 06 15:04 MST"},
    {"RFC822Z", "02 Jan 06 15:04 -0700"},
    {"RFC850", "Monday, 02-Jan-06 15:04:05 MST"},
    {"RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"},
    {"RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"},
    {"RFC3339", kRfc3339},
    {"RFC3339Nano", kRfc3339Nano},
};

std::string_view layout_of(std::string_view name) {
  for (const NamedLayout& row : kNamedLayouts) {
    if (row.name == name) return row.layout;
  }
  return name;
}

// --- Arguments -------------------------------------------------------------------------------------------------------

struct TimeArgument {
  ZonedTime time;
  std::string_view place;   // the zone's name
  std::string_view layout;  // empty if there is none
};

bool set_place(BuiltinCall& call, ZonedTime& time, std::string_view place) {
  constexpr uint64_t kUnitsPerZone = 4;
  if (!place.empty()) charge_elements(call, kUnitsPerZone);
  ZoneOffset offset;
  if (!zone_offset(place, time.unix_seconds, &offset)) {
    // No name of a zone leads out of the database.
    bool is_path = place.find("..") != place.npos || place[0] == '/' || place[0] == '\\';
    call.fault(is_path ? "time: invalid location name" : "unknown time zone " + std::string(place));
    return false;
  }
  time.offset = offset.seconds;
  time.zone = offset.abbreviation;
  return true;
}

bool fault_part(BuiltinCall& call, const Value& part, std::string_view expected) {
  call.fault_argument(1, "must be " + std::string(expected) + " but got " + std::string(kind_name(part.kind)));
  return false;
}

// A number as nanoseconds: rounded to a significand of 64 bits first, as OPA does, so that 3.0000000000000000001 is 3.
std::optional<int64_t> nanoseconds_of(const Value& number) {
  if (number.is_int64()) return number.integer;
  Bf64 rounded = bf64_of(number);
  if (rounded.is_zero()) return 0;
  if (!rounded.is_integral() || rounded.exponent > 0) return std::nullopt;
  uint64_t magnitude = rounded.significand >> -rounded.exponent;
  uint64_t most = static_cast<uint64_t>(INT64_MAX) + (rounded.negative ? 1 : 0);
  if (magnitude > most) return std::nullopt;
  return static_cast<int64_t>(rounded.negative ? 0 - magnitude : magnitude);
}

// Reads nanoseconds, [nanoseconds, zone] or [nanoseconds, zone, layout]; false with a fault on the call. Faults speak of
// argument 1 whichever it is, as OPA's do.
bool read_time(BuiltinCall& call, const Value& argument, TimeArgument* out) {
  Value number = argument;
  if (!argument.is_number()) {
    if (!argument.is_array() || argument.size == 0) return fault_part(call, argument, "either number (ns) or [number (ns), string (tz)]");
    number = argument.elements[0];
    if (!number.is_number()) return fault_part(call, number, "number");
    for (uint32_t i = 1; i < argument.size && i < 3; i++) {
      const Value& part = argument.elements[i];
      if (!part.is_string()) return fault_part(call, part, "string");
      (i == 1 ? out->place : out->layout) = part.text();
    }
  }
  charge_arithmetic(call, expanded_digits(number));
  std::optional<int64_t> nanoseconds = nanoseconds_of(number);
  if (!nanoseconds) {
    call.fault("timestamp too big");
    return false;
  }
  out->time.unix_seconds = floor_divide(*nanoseconds, kNanosecondsPerSecond);
  out->time.nanoseconds = static_cast<int32_t>(floor_remainder(*nanoseconds, kNanosecondsPerSecond));
  return set_place(call, out->time, out->place);
}

// The nanoseconds of a moment, or a fault if int64 does not hold them.
Value nanoseconds_value(BuiltinCall& call, const ZonedTime& time) {
  int64_t nanoseconds = 0;
  // Before 1970 the seconds round down, so that the fraction is added towards zero.
  bool negative = time.unix_seconds < 0;
  int64_t seconds = negative ? time.unix_seconds + 1 : time.unix_seconds;
  int64_t rest = negative ? time.nanoseconds - kNanosecondsPerSecond : time.nanoseconds;
  if (__builtin_mul_overflow(seconds, kNanosecondsPerSecond, &nanoseconds) ||
      __builtin_add_overflow(nanoseconds, rest, &nanoseconds)) {
    return call.fault("time outside of valid range");
  }
  return Value::of(nanoseconds);
}

Value numbers(BuiltinCall& call, std::span<const int64_t> values) {
  ArrayBuilder out(call.arena);
  for (int64_t value : values) out.append(Value::of(value));
  return out.finish();
}

// Each byte of a layout may begin any of the chunks.
void charge_layout(BuiltinCall& call, std::string_view layout) { charge_elements(call, layout.size() / 2); }

Value parse(BuiltinCall& call, std::string_view layout, std::string_view text) {
  charge_bytes(call, text.size());
  charge_layout(call, layout);
  ZonedTime time;
  std::string fault;
  if (!parse_time(layout, text, &time, &fault)) return call.fault(std::move(fault));
  return nanoseconds_value(call, time);
}

}  // namespace

Value builtin_time_now_ns(BuiltinCall& call) {
  Value now = call.services.call_host(call.name, {});
  if (!now.is_int64()) throw Failure(ErrorCode::E_CLOCK, "the host clock returned no time");
  return now;
}

Value builtin_time_parse_ns(BuiltinCall& call) { return parse(call, layout_of(call[0].text()), call[1].text()); }

Value builtin_time_parse_rfc3339_ns(BuiltinCall& call) { return parse(call, kRfc3339, call[0].text()); }

Value builtin_time_format(BuiltinCall& call) {
  TimeArgument argument;
  if (!read_time(call, call[0], &argument)) return Value::undefined();
  std::string_view layout = argument.layout.empty() ? kRfc3339Nano : layout_of(argument.layout);
  charge_layout(call, layout);
  return text_value(call, format_time(argument.time, layout));
}

Value builtin_time_date(BuiltinCall& call) {
  TimeArgument argument;
  if (!read_time(call, call[0], &argument)) return Value::undefined();
  CivilDate date = civil_from_days(argument.time.local_days());
  const int64_t parts[] = {date.year, date.month, date.day};
  return numbers(call, parts);
}

Value builtin_time_clock(BuiltinCall& call) {
  TimeArgument argument;
  if (!read_time(call, call[0], &argument)) return Value::undefined();
  int64_t second = argument.time.second_of_day();
  const int64_t parts[] = {second / 3600, second / 60 % 60, second % 60};
  return numbers(call, parts);
}

Value builtin_time_weekday(BuiltinCall& call) {
  TimeArgument argument;
  if (!read_time(call, call[0], &argument)) return Value::undefined();
  return Value::string(kWeekdayNames[weekday_of(argument.time.local_days())]);
}

// Takes what the other functions take, though its signature has a number there.
// Months and days beyond their range carry over: October 31 plus a month is December 1.
Value builtin_time_add_date(BuiltinCall& call) {
  TimeArgument argument;
  if (!read_time(call, call[0], &argument)) return Value::undefined();
  int64_t added[3];
  for (size_t i = 0; i < 3; i++) {
    if (!call[i + 1].is_number()) return call.fault_kind(i + 2, "number");
    if (!read_integer(call, i + 2, &added[i])) return Value::undefined();
    // No sum of this size ends within the range of times; beyond it the arithmetic below could overflow.
    if (added[i] < -1'000'000'000 || added[i] > 1'000'000'000) return call.fault("time outside of valid range");
  }
  CivilDate date = civil_from_days(argument.time.local_days());
  int64_t month = date.month - 1 + added[1];
  int64_t year = date.year + added[0] + floor_divide(month, 12);
  int64_t days = days_from_civil(year, floor_remainder(month, 12) + 1, 1) + date.day - 1 + added[2];
  int64_t local = days * 86400 + argument.time.second_of_day();
  // The offset in force then, found in two steps as Go does: first as if the clock showed UTC.
  argument.time.unix_seconds = local;
  for (int step = 0; step < 2; step++) {
    if (!set_place(call, argument.time, argument.place)) return Value::undefined();
    if (step == 0 && argument.time.offset == 0) break;
    argument.time.unix_seconds = local - argument.time.offset;
  }
  return nanoseconds_value(call, argument.time);
}

// The difference in years, months, days, hours, minutes and seconds, as a calendar in the first argument's zone shows it.
Value builtin_time_diff(BuiltinCall& call) {
  TimeArgument a;
  TimeArgument b;
  if (!read_time(call, call[0], &a) || !read_time(call, call[1], &b)) return Value::undefined();
  if (!set_place(call, b.time, a.place)) return Value::undefined();
  ZonedTime early = a.time;
  ZonedTime late = b.time;
  if (std::pair(late.unix_seconds, late.nanoseconds) < std::pair(early.unix_seconds, early.nanoseconds)) {
    std::swap(early, late);
  }
  CivilDate from = civil_from_days(early.local_days());
  CivilDate to = civil_from_days(late.local_days());
  int64_t from_second = early.second_of_day();
  int64_t to_second = late.second_of_day();
  int64_t years = to.year - from.year;
  int64_t months = to.month - from.month;
  int64_t days = to.day - from.day;
  int64_t hours = to_second / 3600 - from_second / 3600;
  int64_t minutes = to_second / 60 % 60 - from_second / 60 % 60;
  int64_t seconds = to_second % 60 - from_second % 60;
  auto borrow = [](int64_t& low, int64_t size, int64_t& high) {
    if (low >= 0) return;
    low += size;
    high--;
  };
  borrow(seconds, 60, minutes);
  borrow(minutes, 60, hours);
  borrow(hours, 24, days);
  borrow(days, days_in_month(from.year, from.month), months);
  borrow(months, 12, years);
  const int64_t parts[] = {years, months, days, hours, minutes, seconds};
  return numbers(call, parts);
}

}  // namespace writ
