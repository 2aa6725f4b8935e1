// Go's time layouts: taking a layout apart, and writing a time. Reading one is in time_parse.cc.
//
// A layout is text with chunks in it, each a piece of the reference moment in one of its spellings. next_time_chunk
// finds the first one; format_time writes, chunk by chunk, what the time has in that place.
#include "engine/builtins/time_layout.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/builtins/time_chunks.h"

namespace writ {

const std::string_view kMonthNames[12] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
const std::string_view kWeekdayNames[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};

namespace {

// --- Chunks of a layout ----------------------------------------------------------------------------------------------

struct TimeChunkText {
  std::string_view text;
  TimeChunk chunk;
  bool not_before_lower = false;  // "Jan" is no month in "Janet"
};

// In the order in which they are tried: the longer ones first.
constexpr TimeChunkText kChunkTexts[] = {
    {"January", TimeChunk::kLongMonth},   {"Jan", TimeChunk::kMonth, true},     {"Monday", TimeChunk::kLongWeekday},
    {"Mon", TimeChunk::kWeekday, true},   {"MST", TimeChunk::kZoneName},        {"01", TimeChunk::kZeroMonth},
    {"02", TimeChunk::kZeroDay},          {"03", TimeChunk::kZeroHour12},       {"04", TimeChunk::kZeroMinute},
    {"05", TimeChunk::kZeroSecond},       {"06", TimeChunk::kYear},             {"002", TimeChunk::kZeroYearDay},
    {"15", TimeChunk::kHour},             {"1", TimeChunk::kNumberMonth},       {"2006", TimeChunk::kLongYear},
    {"2", TimeChunk::kDay},               {"__2", TimeChunk::kSpaceYearDay},    {"_2", TimeChunk::kSpaceDay},
    {"3", TimeChunk::kHour12},            {"4", TimeChunk::kMinute},            {"5", TimeChunk::kSecond},
    {"PM", TimeChunk::kUpperPm},          {"pm", TimeChunk::kLowerPm},          {"-070000", TimeChunk::kOffset},
    {"-07:00:00", TimeChunk::kOffset},    {"-0700", TimeChunk::kOffset},        {"-07:00", TimeChunk::kOffset},
    {"-07", TimeChunk::kOffset},          {"Z070000", TimeChunk::kOffset},      {"Z07:00:00", TimeChunk::kOffset},
    {"Z0700", TimeChunk::kOffset},        {"Z07:00", TimeChunk::kOffset},       {"Z07", TimeChunk::kOffset},
};

// What a chunk can begin with, so that most bytes of a layout are looked at once.
constexpr std::array<bool, 256> kFirstBytes = [] {
  std::array<bool, 256> bytes{};
  for (const TimeChunkText& row : kChunkTexts) bytes[static_cast<uint8_t>(row.text[0])] = true;
  for (char c : std::string_view(".,")) bytes[static_cast<uint8_t>(c)] = true;
  return bytes;
}();

// ".000" or ",999": a fraction, if no other digit follows.
size_t fraction_size(std::string_view layout) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',') || (layout[1] != '0' && layout[1] != '9')) return 0;
  size_t size = 1;
  while (size < layout.size() && layout[size] == layout[1]) size++;
  return is_digit(layout, size) ? 0 : size;
}

}  // namespace

NextTimeChunk next_time_chunk(std::string_view layout) {
  auto found = [&](size_t at, size_t size, TimeChunk chunk) {
    return NextTimeChunk{layout.substr(0, at), chunk, layout.substr(at, size), layout.substr(at + size)};
  };
  for (size_t at = 0; at < layout.size(); at++) {
    if (!kFirstBytes[static_cast<uint8_t>(layout[at])]) continue;
    std::string_view rest = layout.substr(at);
    // "_2006" is an underscore and a year.
    if (rest.starts_with("_2006")) return found(at + 1, 4, TimeChunk::kLongYear);
    if (size_t size = fraction_size(rest)) {
      return found(at, size, rest[1] == '0' ? TimeChunk::kFraction0 : TimeChunk::kFraction9);
    }
    for (const TimeChunkText& row : kChunkTexts) {
      if (row.text[0] != rest[0] || !rest.starts_with(row.text)) continue;
      bool lower_behind = rest.size() > row.text.size() && rest[row.text.size()] >= 'a' && rest[row.text.size()] <= 'z';
      if (row.not_before_lower && lower_behind) continue;
      return found(at, row.text.size(), row.chunk);
    }
  }
  return {layout, TimeChunk::kNone, {}, {}};
}

namespace {

// --- Writing ---------------------------------------------------------------------------------------------------------

void append_number(std::string& out, int64_t number, size_t width) {
  if (number < 0) out += '-';
  std::string digits = std::to_string(number < 0 ? -number : number);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// The form of the layout's offset gives the parts to write and whether colons separate them.
void append_offset(std::string& out, int32_t offset, std::string_view form) {
  if (form[0] == 'Z' && offset == 0) {
    out += 'Z';
    return;
  }
  int32_t minutes = offset / 60;
  out += minutes < 0 ? '-' : '+';
  int32_t seconds = minutes < 0 ? -offset : offset;
  if (minutes < 0) minutes = -minutes;
  bool colons = form.find(':') != form.npos;
  append_number(out, minutes / 60, 2);
  if (form.size() == 3) return;
  if (colons) out += ':';
  append_number(out, minutes % 60, 2);
  if (form.size() < 7) return;
  if (colons) out += ':';
  append_number(out, seconds % 60, 2);
}

void append_fraction(std::string& out, int32_t nanoseconds, std::string_view form) {
  bool trims = form[1] == '9';
  if (trims && nanoseconds == 0) return;
  std::string digits;
  append_number(digits, nanoseconds, 9);
  digits.resize(std::min<size_t>(digits.size(), form.size() - 1));
  while (trims && digits.ends_with('0')) digits.pop_back();
  if (digits.empty()) return;
  out.append(form.substr(0, 1)).append(digits);
}

}  // namespace

std::string format_time(const ZonedTime& time, std::string_view layout) {
  std::string out;
  CivilDate date = civil_from_days(time.local_days());
  int64_t year_day = time.local_days() - days_from_civil(date.year, 1, 1) + 1;
  std::string_view month = kMonthNames[date.month - 1];
  std::string_view weekday = kWeekdayNames[weekday_of(time.local_days())];
  int64_t hour = time.second_of_day() / 3600;
  int64_t minute = time.second_of_day() / 60 % 60;
  int64_t second = time.second_of_day() % 60;
  int64_t hour12 = hour % 12 == 0 ? 12 : hour % 12;
  while (!layout.empty()) {
    NextTimeChunk next = next_time_chunk(layout);
    out += next.before;
    layout = next.after;
    switch (next.chunk) {
      case TimeChunk::kNone: return out;
      case TimeChunk::kYear: append_number(out, (date.year < 0 ? -date.year : date.year) % 100, 2); break;
      case TimeChunk::kLongYear: append_number(out, date.year, 4); break;
      case TimeChunk::kMonth: out += month.substr(0, 3); break;
      case TimeChunk::kLongMonth: out += month; break;
      case TimeChunk::kNumberMonth: append_number(out, date.month, 0); break;
      case TimeChunk::kZeroMonth: append_number(out, date.month, 2); break;
      case TimeChunk::kWeekday: out += weekday.substr(0, 3); break;
      case TimeChunk::kLongWeekday: out += weekday; break;
      case TimeChunk::kDay: append_number(out, date.day, 0); break;
      case TimeChunk::kSpaceDay:
        if (date.day < 10) out += ' ';
        append_number(out, date.day, 0);
        break;
      case TimeChunk::kZeroDay: append_number(out, date.day, 2); break;
      case TimeChunk::kSpaceYearDay:
        if (year_day < 100) out += ' ';
        if (year_day < 10) out += ' ';
        append_number(out, year_day, 0);
        break;
      case TimeChunk::kZeroYearDay: append_number(out, year_day, 3); break;
      case TimeChunk::kHour: append_number(out, hour, 2); break;
      case TimeChunk::kHour12: append_number(out, hour12, 0); break;
      case TimeChunk::kZeroHour12: append_number(out, hour12, 2); break;
      case TimeChunk::kMinute: append_number(out, minute, 0); break;
      case TimeChunk::kZeroMinute: append_number(out, minute, 2); break;
      case TimeChunk::kSecond: append_number(out, second, 0); break;
      case TimeChunk::kZeroSecond: append_number(out, second, 2); break;
      case TimeChunk::kUpperPm: out += hour >= 12 ? "PM" : "AM"; break;
      case TimeChunk::kLowerPm: out += hour >= 12 ? "pm" : "am"; break;
      case TimeChunk::kOffset: append_offset(out, time.offset, next.text); break;
      case TimeChunk::kZoneName:
        if (time.zone.empty()) {
          append_offset(out, time.offset, "-0700");
        } else {
          out += time.zone;
        }
        break;
      case TimeChunk::kFraction0:
      case TimeChunk::kFraction9: append_fraction(out, time.nanoseconds, next.text); break;
    }
  }
  return out;
}

std::string quote_time_text(std::string_view text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c >= 0x80 || c < 0x20) {
      out += "\\x";
      out += "0123456789abcdef"[c >> 4];
      out += "0123456789abcdef"[c & 15];
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += static_cast<char>(c);
    }
  }
  return out + "\"";
}

}  // namespace writ
