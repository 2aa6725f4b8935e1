#include "engine/builtins/time_layout.h"

#include <algorithm>
#include <optional>
#include <span>

namespace writ {

const std::string_view kMonthNames[12] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
const std::string_view kWeekdayNames[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};

namespace {

bool is_digit(std::string_view text, size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; }

// --- Chunks of a layout ------------------------------------------------------------------------------------------------

enum class Chunk : uint8_t {
  kNone, kLongMonth, kMonth, kNumberMonth, kZeroMonth, kLongWeekday, kWeekday, kDay, kSpaceDay, kZeroDay,
  kSpaceYearDay, kZeroYearDay, kHour, kHour12, kZeroHour12, kMinute, kZeroMinute, kSecond, kZeroSecond, kLongYear,
  kYear, kUpperPm, kLowerPm, kZoneName, kOffset, kFraction0, kFraction9,
};

struct ChunkText {
  std::string_view text;
  Chunk chunk;
  bool not_before_lower = false;  // "Jan" is no month in "Janet"
};

// In the order in which they are tried: the longer ones first.
constexpr ChunkText kChunkTexts[] = {
    {"January", Chunk::kLongMonth},   {"Jan", Chunk::kMonth, true},     {"Monday", Chunk::kLongWeekday},
    {"Mon", Chunk::kWeekday, true},   {"MST", Chunk::kZoneName},        {"01", Chunk::kZeroMonth},
    {"02", Chunk::kZeroDay},          {"03", Chunk::kZeroHour12},       {"04", Chunk::kZeroMinute},
    {"05", Chunk::kZeroSecond},       {"06", Chunk::kYear},             {"002", Chunk::kZeroYearDay},
    {"15", Chunk::kHour},             {"1", Chunk::kNumberMonth},       {"2006", Chunk::kLongYear},
    {"2", Chunk::kDay},               {"__2", Chunk::kSpaceYearDay},    {"_2", Chunk::kSpaceDay},
    {"3", Chunk::kHour12},            {"4", Chunk::kMinute},            {"5", Chunk::kSecond},
    {"PM", Chunk::kUpperPm},          {"pm", Chunk::kLowerPm},          {"-070000", Chunk::kOffset},
    {"-07:00:00", Chunk::kOffset},    {"-0700", Chunk::kOffset},        {"-07:00", Chunk::kOffset},
    {"-07", Chunk::kOffset},          {"Z070000", Chunk::kOffset},      {"Z07:00:00", Chunk::kOffset},
    {"Z0700", Chunk::kOffset},        {"Z07:00", Chunk::kOffset},       {"Z07", Chunk::kOffset},
};

// The first chunk of a layout: what stands before it is literal text.
struct NextChunk {
  std::string_view before;
  Chunk chunk = Chunk::kNone;
  std::string_view text;
  std::string_view after;
};

// ".000" or ",999": a fraction, if no other digit follows.
size_t fraction_size(std::string_view layout) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',') || (layout[1] != '0' && layout[1] != '9')) return 0;
  size_t size = 1;
  while (size < layout.size() && layout[size] == layout[1]) size++;
  return is_digit(layout, size) ? 0 : size;
}

NextChunk next_chunk(std::string_view layout) {
  auto found = [&](size_t at, size_t size, Chunk chunk) {
    return NextChunk{layout.substr(0, at), chunk, layout.substr(at, size), layout.substr(at + size)};
  };
  for (size_t at = 0; at < layout.size(); at++) {
    std::string_view rest = layout.substr(at);
    // "_2006" is an underscore and a year.
    if (rest.starts_with("_2006")) return found(at + 1, 4, Chunk::kLongYear);
    if (size_t size = fraction_size(rest)) {
      return found(at, size, rest[1] == '0' ? Chunk::kFraction0 : Chunk::kFraction9);
    }
    for (const ChunkText& row : kChunkTexts) {
      if (!rest.starts_with(row.text)) continue;
      bool lower_behind = rest.size() > row.text.size() && rest[row.text.size()] >= 'a' && rest[row.text.size()] <= 'z';
      if (row.not_before_lower && lower_behind) continue;
      return found(at, row.text.size(), row.chunk);
    }
  }
  return {layout, Chunk::kNone, {}, {}};
}

// --- Writing -----------------------------------------------------------------------------------------------------------

void append_number(std::string& out, int64_t number, size_t width) {
  if (number < 0) out += '-';
  std::string digits = std::to_string(number < 0 ? -number : number);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// The form of the layout's offset says which parts to write and whether colons stand between them.
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

// --- Reading -----------------------------------------------------------------------------------------------------------

class TimeParser {
 public:
  TimeParser(std::string_view layout, std::string_view text) : whole_layout_(layout), whole_text_(text), text_(text) {}

  bool run(ZonedTime* time, std::string* fault) {
    bool ok = read_all() && settle(time);
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

  // --- the loop over chunks

  bool read_all() {
    std::string_view layout = whole_layout_;
    while (true) {
      NextChunk next = next_chunk(layout);
      if (!skip_literal(next.before)) return fail_chunk(next.before, text_);
      if (next.chunk == Chunk::kNone) {
        return text_.empty() || fail("extra text: " + quote_time_text(text_));
      }
      layout = next.after;
      std::string_view at = text_;
      bool ok = read_chunk(next, layout);
      if (!out_of_range_.empty()) return fail(out_of_range_ + " out of range");
      if (!ok) return fail_chunk(next.text, at);
    }
  }

  // Literal text; a run of blanks stands for any run of blanks.
  bool skip_literal(std::string_view literal) {
    auto cut_blanks = [](std::string_view& s) { s.remove_prefix(std::min(s.find_first_not_of(' '), s.size())); };
    while (!literal.empty()) {
      if (literal[0] == ' ') {
        if (!text_.empty() && text_[0] != ' ') return false;
        cut_blanks(literal);
        cut_blanks(text_);
        continue;
      }
      if (text_.empty() || text_[0] != literal[0]) return false;
      literal.remove_prefix(1);
      text_.remove_prefix(1);
    }
    return true;
  }

  bool read_chunk(const NextChunk& next, std::string_view rest_of_layout) {
    switch (next.chunk) {
      case Chunk::kYear: return read_short_year();
      case Chunk::kLongYear: return read_long_year();
      case Chunk::kMonth: return read_name(kMonthNames, 3, &month_);
      case Chunk::kLongMonth: return read_name(kMonthNames, 0, &month_);
      case Chunk::kNumberMonth:
      case Chunk::kZeroMonth: {
        int value = 0;
        if (!read_number(next.chunk == Chunk::kZeroMonth, &value)) return false;
        month_ = value;
        return check(value >= 1 && value <= 12, "month");
      }
      case Chunk::kWeekday: return read_name(kWeekdayNames, 3, nullptr);
      case Chunk::kLongWeekday: return read_name(kWeekdayNames, 0, nullptr);
      case Chunk::kSpaceDay:
        if (text_.starts_with(' ')) text_.remove_prefix(1);
        return read_day(false);
      case Chunk::kDay: return read_day(false);
      case Chunk::kZeroDay: return read_day(true);
      case Chunk::kSpaceYearDay:
        for (int i = 0; i < 2 && text_.starts_with(' '); i++) text_.remove_prefix(1);
        return read_year_day(false);
      case Chunk::kZeroYearDay: return read_year_day(true);
      case Chunk::kHour: return read_number(false, &hour_) && check(hour_ < 24, "hour");
      case Chunk::kHour12: return read_number(false, &hour_) && check(hour_ <= 12, "hour");
      case Chunk::kZeroHour12: return read_number(true, &hour_) && check(hour_ <= 12, "hour");
      case Chunk::kMinute: return read_number(false, &minute_) && check(minute_ < 60, "minute");
      case Chunk::kZeroMinute: return read_number(true, &minute_) && check(minute_ < 60, "minute");
      case Chunk::kSecond: return read_second(false, rest_of_layout);
      case Chunk::kZeroSecond: return read_second(true, rest_of_layout);
      case Chunk::kUpperPm: return read_half_day("AM", "PM");
      case Chunk::kLowerPm: return read_half_day("am", "pm");
      case Chunk::kOffset: return read_offset(next.text);
      case Chunk::kZoneName: return read_zone_name();
      case Chunk::kFraction0: return read_fraction(next.text.size());
      case Chunk::kFraction9: return read_optional_fraction();
      case Chunk::kNone: break;
    }
    return false;
  }

  bool check(bool in_range, std::string_view what) {
    if (!in_range) out_of_range_ = what;
    return in_range;
  }

  // --- parts

  // One or two digits; two if `fixed`.
  bool read_number(bool fixed, int* value) { return read_number_from(text_, fixed, value); }
  static bool read_number_from(std::string_view& text, bool fixed, int* value) {
    if (!is_digit(text, 0) || (fixed && !is_digit(text, 1))) return false;
    size_t size = is_digit(text, 1) ? 2 : 1;
    *value = 0;
    for (size_t i = 0; i < size; i++) *value = *value * 10 + (text[i] - '0');
    text.remove_prefix(size);
    return true;
  }

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
    year_ = value + (value >= 69 ? 1900 : 2000);
    return true;
  }

  bool read_long_year() {
    if (text_.size() < 4) return false;
    int value = 0;
    for (size_t i = 0; i < 4; i++) {
      if (!is_digit(text_, i)) return false;
      value = value * 10 + (text_[i] - '0');
    }
    year_ = value;
    text_.remove_prefix(4);
    return true;
  }

  bool read_day(bool fixed) {
    int value = 0;
    if (!read_number(fixed, &value)) return false;
    day_ = value;
    return true;
  }

  bool read_year_day(bool fixed) {
    int value = 0;
    size_t size = 0;
    for (; size < 3 && is_digit(text_, size); size++) value = value * 10 + (text_[size] - '0');
    if (size == 0 || (fixed && size != 3)) return false;
    text_.remove_prefix(size);
    year_day_ = value;
    return true;
  }

  // A fraction may follow even if the layout does not say so.
  bool read_second(bool fixed, std::string_view rest_of_layout) {
    if (!read_number(fixed, &second_) || !check(second_ < 60, "second")) return false;
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !is_digit(text_, 1)) return true;
    Chunk following = next_chunk(rest_of_layout).chunk;
    if (following == Chunk::kFraction0 || following == Chunk::kFraction9) return true;
    return read_optional_fraction();
  }

  bool read_half_day(std::string_view morning, std::string_view afternoon) {
    std::string_view two = text_.substr(0, 2);
    if (two != morning && two != afternoon) return false;
    (two == morning ? morning_ : afternoon_) = true;
    text_.remove_prefix(2);
    return true;
  }

  bool read_optional_fraction() {
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !is_digit(text_, 1)) return true;
    size_t size = 1;
    while (is_digit(text_, size)) size++;
    return read_fraction(size);
  }

  // A point or comma and digits, `size` bytes in all; digits behind the ninth do not count.
  bool read_fraction(size_t size) {
    if (text_.size() < size || (text_[0] != '.' && text_[0] != ',')) return false;
    int32_t value = 0;
    for (size_t i = 1; i <= 9; i++) {
      if (i < size && !is_digit(text_, i)) return false;
      value = value * 10 + (i < size ? text_[i] - '0' : 0);
    }
    nanoseconds_ = value;
    text_.remove_prefix(size);
    return true;
  }

  bool read_offset(std::string_view form) {
    if (form[0] == 'Z' && text_.starts_with('Z')) {
      text_.remove_prefix(1);
      is_utc_ = true;
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
    offset_ = sign == '-' ? -seconds : seconds;
    return ok && (sign == '+' || sign == '-');
  }

  bool read_zone_name() {
    if (text_.starts_with("UTC")) {
      text_.remove_prefix(3);
      is_utc_ = true;
      return true;
    }
    size_t size = zone_name_size(text_);
    if (size == 0) return false;
    zone_ = text_.substr(0, size);
    text_.remove_prefix(size);
    return true;
  }

  static size_t zone_name_size(std::string_view text) {
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

  // "+5", "-11": a sign and hours up to 23.
  static size_t signed_offset_size(std::string_view text) {
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
    size_t size = 1;
    int hours = 0;
    for (; is_digit(text, size); size++) hours = std::min(hours * 10 + (text[size] - '0'), 1000);
    return size == 1 || hours > 23 ? 0 : size;
  }

  // --- the whole

  bool settle(ZonedTime* time) {
    if (afternoon_ && hour_ < 12) hour_ += 12;
    if (!afternoon_ && morning_ && hour_ == 12) hour_ = 0;
    if (year_day_ && !settle_year_day()) return false;
    int month = month_.value_or(1);
    int day = day_.value_or(1);
    if (day < 1 || day > days_in_month(year_, month)) return fail("day out of range");
    time->unix_seconds = days_from_civil(year_, month, day) * 86400 + (hour_ * 60 + minute_) * 60 + second_;
    time->nanoseconds = nanoseconds_;
    if (is_utc_) return true;
    // Go takes an offset of one second west for none at all.
    if (offset_ && *offset_ != -1) {
      time->unix_seconds -= *offset_;
      time->offset = *offset_;
    } else if (zone_.size() > 3 && zone_.starts_with("GMT")) {
      int hours = 0;
      for (char c : zone_.substr(4)) hours = hours * 10 + (c - '0');
      // The digits say what the clock shows, and Go leaves it at that.
      time->offset = (zone_[3] == '-' ? -hours : hours) * 3600;
    }
    time->zone = zone_;
    return true;
  }

  bool settle_year_day() {
    int first = *year_day_;
    int length = is_leap_year(year_) ? 366 : 365;
    if (first < 1 || first > length) return fail("day-of-year out of range");
    CivilDate date = civil_from_days(days_from_civil(year_, 1, 1) + first - 1);
    if (month_ && *month_ != date.month) return fail("day-of-year does not match month");
    if (day_ && *day_ != date.day) return fail("day-of-year does not match day");
    month_ = date.month;
    day_ = date.day;
    return true;
  }

  std::string_view whole_layout_;
  std::string_view whole_text_;
  std::string_view text_;
  std::string fault_;
  std::string out_of_range_;

  int64_t year_ = 0;
  std::optional<int> month_;
  std::optional<int> day_;
  std::optional<int> year_day_;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int32_t nanoseconds_ = 0;
  bool morning_ = false;
  bool afternoon_ = false;
  bool is_utc_ = false;
  std::optional<int> offset_;
  std::string_view zone_;
};

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
    NextChunk next = next_chunk(layout);
    out += next.before;
    layout = next.after;
    switch (next.chunk) {
      case Chunk::kNone: return out;
      case Chunk::kYear: append_number(out, (date.year < 0 ? -date.year : date.year) % 100, 2); break;
      case Chunk::kLongYear: append_number(out, date.year, 4); break;
      case Chunk::kMonth: out += month.substr(0, 3); break;
      case Chunk::kLongMonth: out += month; break;
      case Chunk::kNumberMonth: append_number(out, date.month, 0); break;
      case Chunk::kZeroMonth: append_number(out, date.month, 2); break;
      case Chunk::kWeekday: out += weekday.substr(0, 3); break;
      case Chunk::kLongWeekday: out += weekday; break;
      case Chunk::kDay: append_number(out, date.day, 0); break;
      case Chunk::kSpaceDay:
        if (date.day < 10) out += ' ';
        append_number(out, date.day, 0);
        break;
      case Chunk::kZeroDay: append_number(out, date.day, 2); break;
      case Chunk::kSpaceYearDay:
        if (year_day < 100) out += ' ';
        if (year_day < 10) out += ' ';
        append_number(out, year_day, 0);
        break;
      case Chunk::kZeroYearDay: append_number(out, year_day, 3); break;
      case Chunk::kHour: append_number(out, hour, 2); break;
      case Chunk::kHour12: append_number(out, hour12, 0); break;
      case Chunk::kZeroHour12: append_number(out, hour12, 2); break;
      case Chunk::kMinute: append_number(out, minute, 0); break;
      case Chunk::kZeroMinute: append_number(out, minute, 2); break;
      case Chunk::kSecond: append_number(out, second, 0); break;
      case Chunk::kZeroSecond: append_number(out, second, 2); break;
      case Chunk::kUpperPm: out += hour >= 12 ? "PM" : "AM"; break;
      case Chunk::kLowerPm: out += hour >= 12 ? "pm" : "am"; break;
      case Chunk::kOffset: append_offset(out, time.offset, next.text); break;
      case Chunk::kZoneName:
        if (time.zone.empty()) {
          append_offset(out, time.offset, "-0700");
        } else {
          out += time.zone;
        }
        break;
      case Chunk::kFraction0:
      case Chunk::kFraction9: append_fraction(out, time.nanoseconds, next.text); break;
    }
  }
  return out;
}

bool parse_time(std::string_view layout, std::string_view text, ZonedTime* time, std::string* fault) {
  *time = {};
  return TimeParser(layout, text).run(time, fault);
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
