// Reading Cache-Control, Date and Expires as OPA does, its laxness included: directives are split at commas, and one with
// more than one "=" is passed over.
#include "engine/http/freshness.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace writ::http {

namespace {

constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

// Takes parts of a date from the front; once one is missing, everything fails.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  void expect(std::string_view text) {
    if (ok_ && rest_.starts_with(text)) {
      rest_.remove_prefix(text.size());
    } else {
      ok_ = false;
    }
  }
  // `digits` of them; a blank may stand for a leading zero if `padded`.
  int64_t number(size_t digits, bool padded = false) {
    int64_t value = 0;
    for (size_t i = 0; i < digits && ok_; ++i) {
      char c = i < rest_.size() ? rest_[i] : '\0';
      if (padded && i == 0 && c == ' ') c = '0';
      if (c < '0' || c > '9') ok_ = false;
      value = value * 10 + (c - '0');
    }
    if (ok_) rest_.remove_prefix(digits);
    return value;
  }
  int64_t month() {
    auto found = std::find(std::begin(kMonths), std::end(kMonths), rest_.substr(0, 3));
    if (found == std::end(kMonths)) {
      ok_ = false;
      return 0;
    }
    rest_.remove_prefix(3);
    return found - std::begin(kMonths) + 1;
  }
  void day_name(bool is_short) {
    for (std::string_view day : kDays) {
      std::string_view name = is_short ? day.substr(0, 3) : day;
      if (!rest_.starts_with(name)) continue;
      return rest_.remove_prefix(name.size());
    }
    ok_ = false;
  }
  bool is_done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Moment {
  int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void read_time(DateReader& reader, Moment& moment) {
  moment.hour = reader.number(2);
  reader.expect(":");
  moment.minute = reader.number(2);
  reader.expect(":");
  moment.second = reader.number(2);
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
bool read_rfc1123(std::string_view text, Moment& moment) {
  DateReader reader(text);
  reader.day_name(true);
  reader.expect(", ");
  moment.day = reader.number(2);
  reader.expect(" ");
  moment.month = reader.month();
  reader.expect(" ");
  moment.year = reader.number(4);
  reader.expect(" ");
  read_time(reader, moment);
  reader.expect(" GMT");
  return reader.is_done();
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
bool read_rfc850(std::string_view text, Moment& moment) {
  DateReader reader(text);
  reader.day_name(false);
  reader.expect(", ");
  moment.day = reader.number(2);
  reader.expect("-");
  moment.month = reader.month();
  reader.expect("-");
  moment.year = reader.number(2);
  moment.year += moment.year >= 69 ? 1900 : 2000;
  reader.expect(" ");
  read_time(reader, moment);
  reader.expect(" GMT");
  return reader.is_done();
}

// "Sun Nov  6 08:49:37 1994"
bool read_asctime(std::string_view text, Moment& moment) {
  DateReader reader(text);
  reader.day_name(true);
  reader.expect(" ");
  moment.month = reader.month();
  reader.expect(" ");
  moment.day = reader.number(2, true);
  reader.expect(" ");
  read_time(reader, moment);
  reader.expect(" ");
  moment.year = reader.number(4);
  return reader.is_done();
}

bool is_leap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

bool is_moment(const Moment& moment) {
  constexpr std::array<int64_t, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t length = kLengths[static_cast<size_t>(moment.month - 1)];
  if (moment.month == 2 && is_leap(moment.year)) length++;
  return moment.day >= 1 && moment.day <= length && moment.hour < 24 && moment.minute < 60 && moment.second < 60;
}

// Days since 1970-01-01 of the proleptic Gregorian calendar.
int64_t days_of(const Moment& moment) {
  int64_t year = moment.month <= 2 ? moment.year - 1 : moment.year;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (moment.month + (moment.month > 2 ? -3 : 9)) + 2) / 5 + moment.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

std::string_view trim(std::string_view text, char what) {
  while (text.starts_with(what)) text.remove_prefix(1);
  while (text.ends_with(what)) text.remove_suffix(1);
  return text;
}

// The value of a directive of Cache-Control, "" for one without a value; nothing if it is not there. The last one counts.
std::optional<std::string_view> directive(const Headers& headers, std::string_view name) {
  std::string_view rest = first_header(headers, "cache-control");
  std::optional<std::string_view> value;
  while (!rest.empty()) {
    size_t comma = std::min(rest.find(','), rest.size());
    std::string_view part = trim(rest.substr(0, comma), ' ');
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      if (part == name) value = "";
    } else if (part.find('=', equals + 1) == std::string_view::npos && trim(part.substr(0, equals), ' ') == name) {
      value = part.substr(equals + 1);
    }
  }
  return value;
}

// Nothing if it is no number; no more than an int32 holds.
std::optional<int64_t> read_seconds(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  int64_t seconds = 0;
  for (char c : text) seconds = std::min<int64_t>(seconds * 10 + (c - '0'), INT32_MAX);
  return seconds;
}

}  // namespace

std::optional<int64_t> parse_http_date(std::string_view text) {
  for (auto read : {read_rfc1123, read_rfc850, read_asctime}) {
    Moment moment;
    if (!read(text, moment) || !is_moment(moment)) continue;
    return days_of(moment) * 86'400 + moment.hour * 3'600 + moment.minute * 60 + moment.second;
  }
  return std::nullopt;
}

bool is_cacheable_status(int64_t status_code) {
  constexpr int64_t kCodes[] = {200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501};
  return std::find(std::begin(kCodes), std::end(kCodes), status_code) != std::end(kCodes);
}

bool may_store(const Headers& headers) { return !directive(headers, "no-store").has_value(); }

std::optional<int64_t> expiry(const Headers& headers) {
  if (std::optional<std::string_view> max_age = directive(headers, "max-age")) {
    std::optional<int64_t> seconds = read_seconds(*max_age);
    std::optional<int64_t> created = parse_http_date(first_header(headers, "date"));
    if (!seconds || !created) return std::nullopt;
    return *created + *seconds;
  }
  return parse_http_date(first_header(headers, "expires")).value_or(INT64_MIN);
}

}  // namespace writ::http
