// Reading times by Go's layouts.
//
// TimeParser walks the chunks of the layout (time_chunks.h) and the text together and collects what the text says in
// TimeParts, which are then resolved to one moment. A fault names what was expected where, in Go's words.
#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "engine/builtins/time_chunks.h"
#include "engine/builtins/time_layout.h"

namespace writ {

namespace {

// --- Pieces of text --------------------------------------------------------------------------------------------------

// Literal text; a run of blanks matches any run of blanks.
bool skip_literal(std::string_view& text, std::string_view literal) {
  auto cut_blanks = [](std::string_view& s) { s.remove_prefix(std::min(s.find_first_not_of(' '), s.size())); };
  while (!literal.empty()) {
    if (literal[0] == ' ') {
      if (!text.empty() && text[0] != ' ') return false;
      cut_blanks(literal);
      cut_blanks(text);
      continue;
    }
    if (text.empty() || text[0] != literal[0]) return false;
    literal.remove_prefix(1);
    text.remove_prefix(1);
  }
  return true;
}

// One or two digits; two if `fixed`.
bool read_number_from(std::string_view& text, bool fixed, int* value) {
  if (!is_digit(text, 0) || (fixed && !is_digit(text, 1))) return false;
  size_t size = is_digit(text, 1) ? 2 : 1;
  *value = 0;
  for (size_t i = 0; i < size; i++) *value = *value * 10 + (text[i] - '0');
  text.remove_prefix(size);
  return true;
}

// "+5", "-11": a sign and hours up to 23.
size_t signed_offset_size(std::string_view text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
  size_t size = 1;
  int hours = 0;
  for (; is_digit(text, size); size++) hours = std::min(hours * 10 + (text[size] - '0'), 1000);
  return size == 1 || hours > 23 ? 0 : size;
}

size_t zone_name_size(std::string_view text) {
  if (text.size() < 3) return 0;
  if (text.starts_with("ChST") || text.starts_with("MeST")) return 4;
  if (text.starts_with("GMT")) return 3 + signed_offset_size(text.substr(3));
  if (text[0] == '+' || text[0] == '-') return signed_offset_size(text);
  size_t letters = 0;
  while (letters < 6 && letters < text.size() && text[letters] >= 'A' && text[letters] <= 'Z') letters++;
  if (letters == 5 && text[4] == 'T') return 5;
  if (letters == 4 && (text[3] == 'T' || text.starts_with("WITA"))) return 4;
  return letters == 3 ? 3 : 0;
}

// --- What a text says ------------------------------------------------------------------------------------------------

struct TimeParts {
  int64_t year = 0;
  std::optional<int> month;
  std::optional<int> day;
  std::optional<int> year_day;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int32_t nanoseconds = 0;
  bool morning = false;
  bool afternoon = false;
  bool is_utc = false;
  std::optional<int> offset;
  std::string_view zone;

  // The moment the parts mean. Empty, or what is wrong with them.
  std::string_view resolve(ZonedTime* time) {
    if (afternoon && hour < 12) hour += 12;
    if (!afternoon && morning && hour == 12) hour = 0;
    if (year_day) {
      if (std::string_view fault = resolve_year_day(); !fault.empty()) return fault;
    }
    int month_of_year = month.value_or(1);
    int day_of_month = day.value_or(1);
    if (day_of_month < 1 || day_of_month > days_in_month(year, month_of_year)) return "day out of range";
    time->unix_seconds = days_from_civil(year, month_of_year, day_of_month) * 86400 + (hour * 60 + minute) * 60 + second;
    time->nanoseconds = nanoseconds;
    if (is_utc) return {};
    // Go takes an offset of one second west for none at all.
    if (offset && *offset != -1) {
      time->unix_seconds -= *offset;
      time->offset = *offset;
    } else if (zone.size() > 3 && zone.starts_with("GMT")) {
      int hours = 0;
      for (char c : zone.substr(4)) hours = hours * 10 + (c - '0');
      // The digits say what the clock shows, and Go leaves it at that.
      time->offset = (zone[3] == '-' ? -hours : hours) * 3600;
    }
    time->zone = zone;
    return {};
  }

  std::string_view resolve_year_day() {
    int first = *year_day;
    int length = is_leap_year(year) ? 366 : 365;
    if (first < 1 || first > length) return "day-of-year out of range";
    CivilDate date = civil_from_days(days_from_civil(year, 1, 1) + first - 1);
    if (month && *month != date.month) return "day-of-year does not match month";
    if (day && *day != date.day) return "day-of-year does not match day";
    month = date.month;
    day = date.day;
    return {};
  }
};

// --- The walk --------------------------------------------------------------------------------------------------------

class TimeParser {
 public:
  TimeParser(std::string_view layout, std::string_view text) : whole_layout_(layout), whole_text_(text), text_(text) {}

  bool run(ZonedTime* time, std::string* fault) {
    bool ok = read_all() && resolve(time);
    if (!ok) *fault = fault_;
    return ok;
  }

 private:
  // --- faults

  bool fail_chunk(std::string_view element, std::string_view at) {
    fault_ = "parsing time " + quote_time_text(whole_text_) + " as " + quote_time_text(whole_layout_) +
             ": cannot parse " + quote_time_text(at) + " as " + quote_time_text(element);
    return false;
  }
  bool fail(std::string_view why) {
    fault_ = "parsing time " + quote_time_text(whole_text_) + ": " + std::string(why);
    return false;
  }

  // --- the whole

  bool resolve(ZonedTime* time) {
    std::string_view why = parts_.resolve(time);
    return why.empty() || fail(why);
  }

  // --- the loop over chunks

  bool read_all() {
    std::string_view layout = whole_layout_;
    while (true) {
      NextTimeChunk next = next_time_chunk(layout);
      if (!skip_literal(text_, next.before)) return fail_chunk(next.before, text_);
      if (next.chunk == TimeChunk::kNone) {
        return text_.empty() || fail("extra text: " + quote_time_text(text_));
      }
      layout = next.after;
      std::string_view at = text_;
      bool ok = read_chunk(next, layout);
      if (!out_of_range_.empty()) return fail(out_of_range_ + " out of range");
      if (!ok) return fail_chunk(next.text, at);
    }
  }

  bool read_chunk(const NextTimeChunk& next, std::string_view rest_of_layout) {
    switch (next.chunk) {
      case TimeChunk::kYear: return read_short_year();
      case TimeChunk::kLongYear: return read_long_year();
      case TimeChunk::kMonth: return read_name(kMonthNames, 3, &parts_.month);
      case TimeChunk::kLongMonth: return read_name(kMonthNames, 0, &parts_.month);
      case TimeChunk::kNumberMonth:
      case TimeChunk::kZeroMonth: {
        int value = 0;
        if (!read_number(next.chunk == TimeChunk::kZeroMonth, &value)) return false;
        parts_.month = value;
        return check(value >= 1 && value <= 12, "month");
      }
      case TimeChunk::kWeekday: return read_name(kWeekdayNames, 3, nullptr);
      case TimeChunk::kLongWeekday: return read_name(kWeekdayNames, 0, nullptr);
      case TimeChunk::kSpaceDay:
        if (text_.starts_with(' ')) text_.remove_prefix(1);
        return read_day(false);
      case TimeChunk::kDay: return read_day(false);
      case TimeChunk::kZeroDay: return read_day(true);
      case TimeChunk::kSpaceYearDay:
        for (int i = 0; i < 2 && text_.starts_with(' '); i++) text_.remove_prefix(1);
        return read_year_day(false);
      case TimeChunk::kZeroYearDay: return read_year_day(true);
      case TimeChunk::kHour: return read_number(false, &parts_.hour) && check(parts_.hour < 24, "hour");
      case TimeChunk::kHour12: return read_number(false, &parts_.hour) && check(parts_.hour <= 12, "hour");
      case TimeChunk::kZeroHour12: return read_number(true, &parts_.hour) && check(parts_.hour <= 12, "hour");
      case TimeChunk::kMinute: return read_number(false, &parts_.minute) && check(parts_.minute < 60, "minute");
      case TimeChunk::kZeroMinute: return read_number(true, &parts_.minute) && check(parts_.minute < 60, "minute");
      case TimeChunk::kSecond: return read_second(false, rest_of_layout);
      case TimeChunk::kZeroSecond: return read_second(true, rest_of_layout);
      case TimeChunk::kUpperPm: return read_half_day("AM", "PM");
      case TimeChunk::kLowerPm: return read_half_day("am", "pm");
      case TimeChunk::kOffset: return read_offset(next.text);
      case TimeChunk::kZoneName: return read_zone_name();
      case TimeChunk::kFraction0: return read_fraction(next.text.size());
      case TimeChunk::kFraction9: return read_optional_fraction();
      case TimeChunk::kNone: break;
    }
    return false;
  }

  bool check(bool in_range, std::string_view what) {
    if (!in_range) out_of_range_ = what;
    return in_range;
  }

  // --- parts

  bool read_number(bool fixed, int* value) { return read_number_from(text_, fixed, value); }

  // Any case; `size` letters of each name, 0 = all.
  bool read_name(std::span<const std::string_view> names, size_t size, std::optional<int>* number) {
    for (size_t i = 0; i < names.size(); i++) {
      std::string_view name = size == 0 ? names[i] : names[i].substr(0, size);
      bool same = text_.size() >= name.size();
      for (size_t k = 0; same && k < name.size(); k++) same = (text_[k] | 0x20) == (name[k] | 0x20);
      if (!same) continue;
      text_.remove_prefix(name.size());
      if (number != nullptr) *number = static_cast<int>(i) + 1;
      return true;
    }
    return false;
  }

  bool read_short_year() {
    // Go reads the two bytes as an integer with a sign.
    if (text_.size() < 2) return false;
    std::string_view two = text_.substr(0, 2);
    bool negative = two[0] == '-';
    if (negative || two[0] == '+') two.remove_prefix(1);
    int value = 0;
    for (char c : two) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(2);
    if (negative) value = -value;
    parts_.year = value + (value >= 69 ? 1900 : 2000);
    return true;
  }

  bool read_long_year() {
    if (text_.size() < 4) return false;
    int value = 0;
    for (size_t i = 0; i < 4; i++) {
      if (!is_digit(text_, i)) return false;
      value = value * 10 + (text_[i] - '0');
    }
    parts_.year = value;
    text_.remove_prefix(4);
    return true;
  }

  bool read_day(bool fixed) {
    int value = 0;
    if (!read_number(fixed, &value)) return false;
    parts_.day = value;
    return true;
  }

  bool read_year_day(bool fixed) {
    int value = 0;
    size_t size = 0;
    for (; size < 3 && is_digit(text_, size); size++) value = value * 10 + (text_[size] - '0');
    if (size == 0 || (fixed && size != 3)) return false;
    text_.remove_prefix(size);
    parts_.year_day = value;
    return true;
  }

  // A fraction may follow even if the layout does not say so.
  bool read_second(bool fixed, std::string_view rest_of_layout) {
    if (!read_number(fixed, &parts_.second) || !check(parts_.second < 60, "second")) return false;
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !is_digit(text_, 1)) return true;
    TimeChunk following = next_time_chunk(rest_of_layout).chunk;
    if (following == TimeChunk::kFraction0 || following == TimeChunk::kFraction9) return true;
    return read_optional_fraction();
  }

  bool read_half_day(std::string_view morning, std::string_view afternoon) {
    std::string_view two = text_.substr(0, 2);
    if (two != morning && two != afternoon) return false;
    (two == morning ? parts_.morning : parts_.afternoon) = true;
    text_.remove_prefix(2);
    return true;
  }

  bool read_optional_fraction() {
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !is_digit(text_, 1)) return true;
    size_t size = 1;
    while (is_digit(text_, size)) size++;
    return read_fraction(size);
  }

  // A dot or comma and digits, `size` bytes in all; digits after the ninth do not count.
  bool read_fraction(size_t size) {
    if (text_.size() < size || (text_[0] != '.' && text_[0] != ',')) return false;
    int32_t value = 0;
    for (size_t i = 1; i <= 9; i++) {
      if (i < size && !is_digit(text_, i)) return false;
      value = value * 10 + (i < size ? text_[i] - '0' : 0);
    }
    parts_.nanoseconds = value;
    text_.remove_prefix(size);
    return true;
  }

  bool read_offset(std::string_view form) {
    if (form[0] == 'Z' && text_.starts_with('Z')) {
      text_.remove_prefix(1);
      parts_.is_utc = true;
      return true;
    }
    if (text_.size() < form.size()) return false;
    std::string_view part = text_.substr(0, form.size());
    text_.remove_prefix(form.size());
    char sign = part[0];
    std::string digits;
    for (size_t i = 1; i < form.size(); i++) {
      if (form[i] == ':' && part[i] != ':') return false;
      if (form[i] != ':') digits += part[i];
    }
    digits.append(6 - digits.size(), '0');
    int parts[3] = {0, 0, 0};
    std::string_view rest = digits;
    bool ok = true;
    for (int i = 0; ok && i < 3; i++) {
      std::string_view two = rest.substr(static_cast<size_t>(i) * 2, 2);
      ok = read_number_from(two, true, &parts[i]);
    }
    if (parts[0] > 24) out_of_range_ = "time zone offset hour";
    if (parts[1] > 60) out_of_range_ = "time zone offset minute";
    if (parts[2] > 60) out_of_range_ = "time zone offset second";
    int seconds = (parts[0] * 60 + parts[1]) * 60 + parts[2];
    parts_.offset = sign == '-' ? -seconds : seconds;
    return ok && (sign == '+' || sign == '-');
  }

  bool read_zone_name() {
    if (text_.starts_with("UTC")) {
      text_.remove_prefix(3);
      parts_.is_utc = true;
      return true;
    }
    size_t size = zone_name_size(text_);
    if (size == 0) return false;
    parts_.zone = text_.substr(0, size);
    text_.remove_prefix(size);
    return true;
  }

  std::string_view whole_layout_;
  std::string_view whole_text_;
  std::string_view text_;
  std::string fault_;
  std::string out_of_range_;
  TimeParts parts_;
};

}  // namespace

bool parse_time(std::string_view layout, std::string_view text, ZonedTime* time, std::string* fault) {
  *time = {};
  return TimeParser(layout, text).run(time, fault);
}

}  // namespace writ
