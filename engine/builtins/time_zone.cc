// A zone is a table of moments at which its offset changes, and a rule for all time after the last of them (RFC 9636).
// ZoneReader reads the table where it lies; RuleReader reads the rule, which is in the form of the variable TZ of POSIX.
// Before the first change a zone is in the first state of its table that is not daylight saving time, as in Go.
#include "engine/builtins/time_zone.h"

#include <algorithm>
#include <optional>

#include "engine/builtins/time_calendar.h"
#include "engine/builtins/zone_tables.h"

namespace writ {

namespace {

constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kSecondsPerHour = 3600;

// --- Rules -----------------------------------------------------------------------------------------------------------

// When daylight saving time begins or ends, each year.
struct YearlyMoment {
  enum class Kind { kJulian, kDayOfYear, kWeekdayOfMonth } kind = Kind::kDayOfYear;
  int64_t day = 0;  // 1 … 365 without leap days, 0 … 365 with them, or 0 … 6 from Sunday on
  int64_t week = 0;
  int64_t month = 0;
  int64_t time = 2 * kSecondsPerHour;

  // Seconds since the year began, where clocks run `offset` seconds ahead of UTC.
  int64_t in_year(int64_t year, int64_t offset) const {
    int64_t days = 0;
    switch (kind) {
      case Kind::kJulian: days = day - 1 + (is_leap_year(year) && day >= 60 ? 1 : 0); break;
      case Kind::kDayOfYear: days = day; break;
      case Kind::kWeekdayOfMonth: days = weekday_of_month(year); break;
    }
    return days * kSecondsPerDay + time - offset;
  }

 private:
  int64_t weekday_of_month(int64_t year) const {
    int64_t first = days_from_civil(year, month, 1);
    int64_t day_of_month = floor_remainder(day - weekday_of(first), 7) + 7 * (week - 1);
    while (day_of_month >= days_in_month(year, static_cast<int>(month))) day_of_month -= 7;  // week 5 is the last one
    return first - days_from_civil(year, 1, 1) + day_of_month;
  }
};

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  bool read() {
    if (!read_name(standard_.abbreviation) || !read_offset(standard_.seconds)) return false;
    if (text_.empty()) return true;
    if (!read_name(summer_.abbreviation)) return false;
    has_summer_ = true;
    summer_.seconds = standard_.seconds + static_cast<int32_t>(kSecondsPerHour);
    if (!text_.empty() && text_[0] != ',' && !read_offset(summer_.seconds)) return false;
    return take(',') && read_moment(begin_) && take(',') && read_moment(end_) && text_.empty();
  }

  ZoneOffset at(int64_t unix_seconds) const {
    if (!has_summer_) return standard_;
    int64_t year = civil_from_days(floor_divide(unix_seconds, kSecondsPerDay)).year;
    int64_t second = unix_seconds - days_from_civil(year, 1, 1) * kSecondsPerDay;
    int64_t begin = begin_.in_year(year, standard_.seconds);
    int64_t end = end_.in_year(year, summer_.seconds);
    bool is_summer = begin <= end ? second >= begin && second < end : second < end || second >= begin;
    return is_summer ? summer_ : standard_;
  }

 private:
  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  // Letters, or anything in angle brackets.
  bool read_name(std::string& name) {
    bool quoted = take('<');
    size_t size = quoted ? text_.find('>') : text_.find_first_of("+-,0123456789");
    if (size == text_.npos && quoted) return false;
    size = std::min(size, text_.size());
    name = text_.substr(0, size);
    text_.remove_prefix(size + (quoted ? 1 : 0));
    return name.size() >= 3 || quoted;
  }

  bool read_number(int64_t most, int64_t& number) {
    size_t size = 0;
    number = 0;
    while (size < text_.size() && text_[size] >= '0' && text_[size] <= '9' && number <= most) {
      number = number * 10 + (text_[size++] - '0');
    }
    text_.remove_prefix(size);
    return size > 0 && number <= most;
  }

  bool read_time(int64_t& seconds) {
    int64_t sign = take('-') ? -1 : 1;
    if (sign > 0) take('+');
    int64_t hours = 0, minutes = 0, rest = 0;
    if (!read_number(24 * 7, hours)) return false;
    if (take(':') && !read_number(59, minutes)) return false;
    if (take(':') && !read_number(59, rest)) return false;
    seconds = sign * (hours * kSecondsPerHour + minutes * 60 + rest);
    return true;
  }

  // POSIX counts west of UTC.
  bool read_offset(int32_t& east) {
    int64_t west = 0;
    if (!read_time(west)) return false;
    east = static_cast<int32_t>(-west);
    return true;
  }

  bool read_moment(YearlyMoment& moment) {
    bool good = false;
    if (take('M')) {
      moment.kind = YearlyMoment::Kind::kWeekdayOfMonth;
      good = read_number(12, moment.month) && moment.month > 0 && take('.') && read_number(5, moment.week) &&
             moment.week > 0 && take('.') && read_number(6, moment.day);
    } else {
      bool julian = take('J');
      moment.kind = julian ? YearlyMoment::Kind::kJulian : YearlyMoment::Kind::kDayOfYear;
      good = read_number(365, moment.day) && (!julian || moment.day > 0);
    }
    return good && (!take('/') || read_time(moment.time));
  }

  std::string_view text_;
  ZoneOffset standard_, summer_;
  YearlyMoment begin_, end_;
  bool has_summer_ = false;
};

// --- Tables ----------------------------------------------------------------------------------------------------------

class ZoneReader {
 public:
  explicit ZoneReader(std::string_view data) {
    constexpr size_t kHeader = 44;
    // The first block has times of 32 bits and is there for readers of version 1.
    read_counts(data);
    size_t first_block = kHeader + times_ * 5 + types_ * 6 + characters_ + leaps_ * 8 + standards_ + universals_;
    data.remove_prefix(first_block);
    read_counts(data);
    moments_ = data.substr(kHeader);
    indexes_ = moments_.substr(times_ * 8);
    states_ = indexes_.substr(times_);
    names_ = states_.substr(types_ * 6);
    rule_ = names_.substr(characters_ + leaps_ * 12 + standards_ + universals_);
    rule_ = rule_.substr(1, rule_.find('\n', 1) - 1);
  }

  ZoneOffset at(int64_t unix_seconds) const {
    size_t after = first_moment_after(unix_seconds);
    if (after == times_ && !rule_.empty()) {
      ZoneOffset offset;
      if (offset_by_rule(rule_, unix_seconds, &offset)) return offset;
    }
    return state(after == 0 ? first_state() : index(after - 1));
  }

 private:
  static uint64_t big_endian(std::string_view bytes, size_t at, size_t size) {
    uint64_t number = 0;
    for (size_t i = 0; i < size; ++i) number = number << 8 | static_cast<uint8_t>(bytes[at + i]);
    return number;
  }

  void read_counts(std::string_view data) {
    size_t* counts[] = {&universals_, &standards_, &leaps_, &times_, &types_, &characters_};
    for (size_t i = 0; i < std::size(counts); ++i) *counts[i] = big_endian(data, 20 + 4 * i, 4);
  }

  int64_t moment(size_t i) const { return static_cast<int64_t>(big_endian(moments_, 8 * i, 8)); }
  size_t index(size_t i) const { return static_cast<uint8_t>(indexes_[i]); }
  bool is_summer(size_t i) const { return states_[6 * i + 4] != 0; }

  ZoneOffset state(size_t i) const {
    std::string_view name = names_.substr(static_cast<uint8_t>(states_[6 * i + 5]));
    return {static_cast<int32_t>(big_endian(states_, 6 * i, 4)), std::string(name.substr(0, name.find('\0')))};
  }

  size_t first_moment_after(int64_t unix_seconds) const {
    size_t low = 0, high = times_;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (moment(middle) <= unix_seconds) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  size_t first_state() const {
    bool used = indexes_.substr(0, times_).find('\0') != std::string_view::npos;
    if (!used) return 0;
    if (times_ > 0 && is_summer(index(0))) {
      for (size_t i = index(0); i-- > 0;) {
        if (!is_summer(i)) return i;
      }
    }
    for (size_t i = 0; i < types_; ++i) {
      if (!is_summer(i)) return i;
    }
    return 0;
  }

  size_t universals_ = 0, standards_ = 0, leaps_ = 0, times_ = 0, types_ = 0, characters_ = 0;
  std::string_view moments_, indexes_, states_, names_, rule_;
};

}  // namespace

bool offset_by_rule(std::string_view rule, int64_t unix_seconds, ZoneOffset* offset) {
  RuleReader reader(rule);
  if (!reader.read()) return false;
  *offset = reader.at(unix_seconds);
  return true;
}

bool zone_offset(std::string_view name, int64_t unix_seconds, ZoneOffset* offset) {
  if (name.empty() || name == "UTC" || name == "Local") {
    *offset = {0, "UTC"};
    return true;
  }
  std::span<const ZoneTable> tables = zone_tables();
  auto found = std::lower_bound(tables.begin(), tables.end(), name,
                                [](const ZoneTable& table, std::string_view wanted) { return table.name < wanted; });
  if (found == tables.end() || found->name != name) return false;
  *offset = ZoneReader(found->data).at(unix_seconds);
  return true;
}

}  // namespace writ
