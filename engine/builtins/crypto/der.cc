// Reading DER as cryptobyte does. The header of an element decides everything: tags of one byte, lengths of at most
// four bytes in their shortest form. Times are taken only in the one spelling that Go would write them in.
#include "engine/builtins/crypto/der.h"

#include "engine/base/meter.h"

namespace writ {

namespace {

uint8_t byte_at(std::string_view bytes, size_t i) { return static_cast<uint8_t>(bytes[i]); }

// One number of an identifier; false if it is not minimal, cut short, or not below 2^31.
bool take_oid_number(std::string_view& bytes, int64_t* number) {
  int64_t value = 0;
  for (size_t i = 0; i < bytes.size(); i++) {
    uint8_t byte = byte_at(bytes, i);
    if ((i == 0 && byte == 0x80) || value >= int64_t{1} << 24) return false;
    value = value << 7 | (byte & 0x7F);
    if ((byte & 0x80) == 0) {
      bytes.remove_prefix(i + 1);
      *number = value;
      return true;
    }
  }
  return false;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes that many digits off the front.
bool take_digits(std::string_view& text, size_t count, int* value) {
  if (text.size() < count) return false;
  *value = 0;
  for (size_t i = 0; i < count; i++) {
    if (!is_digit(text[i])) return false;
    *value = *value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool is_leap_year(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_of_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : kDays[month - 1];
}

// Days since 1970-01-01 of the proleptic Gregorian calendar.
int64_t days_since_1970(int year, int month, int day) {
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

// "Z" or "±hhmm", which is all that is left; "+0000" is spelled "Z".
bool read_offset(std::string_view text, int* minutes) {
  *minutes = 0;
  if (text == "Z") return true;
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-')) return false;
  bool is_west = text[0] == '-';
  int hours = 0;
  int rest = 0;
  text.remove_prefix(1);
  if (!take_digits(text, 2, &hours) || !take_digits(text, 2, &rest)) return false;
  if (hours > 24 || rest >= 60 || (hours == 0 && rest == 0)) return false;
  *minutes = (is_west ? -1 : 1) * (hours * 60 + rest);
  return true;
}

// Everything behind the year, which is set.
bool read_rest(std::string_view text, bool has_seconds, DerTime* time) {
  if (!take_digits(text, 2, &time->month) || !take_digits(text, 2, &time->day) || !take_digits(text, 2, &time->hour) ||
      !take_digits(text, 2, &time->minute)) {
    return false;
  }
  time->second = 0;
  if (has_seconds && !take_digits(text, 2, &time->second)) return false;
  if (time->month < 1 || time->month > 12 || time->day < 1 || time->day > days_of_month(time->year, time->month) ||
      time->hour > 23 || time->minute > 59 || time->second > 59) {
    return false;
  }
  return read_offset(text, &time->offset);
}

void set_seconds(DerTime* time) {
  time->seconds = days_since_1970(time->year, time->month, time->day) * 86400 + time->hour * 3600 +
                  (time->minute - time->offset) * 60 + time->second;
}

void append_two(std::string& out, int number) {
  out += static_cast<char>('0' + number / 10 % 10);
  out += static_cast<char>('0' + number % 10);
}

}  // namespace

// --- Headers ---------------------------------------------------------------------------------------------------------

bool DerReader::take(bool with_header, std::string_view* out, uint8_t* tag) {
  if (bytes_.size() < 2) return false;
  *tag = byte_at(bytes_, 0);
  if ((*tag & 0x1F) == 0x1F) return false;
  uint64_t header = 2;
  uint64_t length = byte_at(bytes_, 1);
  if ((length & 0x80) != 0) {
    uint64_t count = length & 0x7F;
    if (count == 0 || count > 4 || bytes_.size() < 2 + count) return false;
    length = 0;
    for (uint64_t i = 0; i < count; i++) length = length << 8 | byte_at(bytes_, 2 + i);
    if (length < 128 || length >> ((count - 1) * 8) == 0) return false;
    header += count;
  }
  // Go counts in 32 bits.
  if (header + length > UINT32_MAX || bytes_.size() < header + length) return false;
  *out = with_header ? bytes_.substr(0, header + length) : bytes_.substr(header, length);
  bytes_.remove_prefix(header + length);
  charge_work(1);
  return true;
}

bool DerReader::read_any(std::string_view* contents, uint8_t* tag) { return take(false, contents, tag); }

bool DerReader::read_any_element(std::string_view* element, uint8_t* tag) { return take(true, element, tag); }

bool DerReader::read(uint8_t tag, std::string_view* contents) {
  uint8_t found = 0;
  return take(false, contents, &found) && found == tag;
}

bool DerReader::read_element(uint8_t tag, std::string_view* element) {
  uint8_t found = 0;
  return take(true, element, &found) && found == tag;
}

bool DerReader::enter(uint8_t tag, DerReader* inside) {
  std::string_view contents;
  if (!read(tag, &contents)) return false;
  *inside = DerReader(contents);
  return true;
}

bool DerReader::read_optional(uint8_t tag, std::string_view* contents, bool* present) {
  *present = peek(tag);
  return !*present || read(tag, contents);
}

bool DerReader::skip_optional(uint8_t tag) {
  std::string_view contents;
  return !peek(tag) || read(tag, &contents);
}

// --- Values ----------------------------------------------------------------------------------------------------------

bool DerReader::read_integer(std::string_view* bytes, uint8_t tag) {
  return read(tag, bytes) && is_minimal_integer(*bytes);
}

bool DerReader::read_int64(int64_t* value, uint8_t tag) {
  std::string_view bytes;
  return read_integer(&bytes, tag) && integer_value(bytes, value);
}

bool DerReader::read_boolean(bool* value) {
  std::string_view bytes;
  if (!read(der::kBoolean, &bytes) || bytes.size() != 1) return false;
  *value = bytes[0] != 0;
  return byte_at(bytes, 0) == 0 || byte_at(bytes, 0) == 0xFF;
}

bool DerReader::read_bit_string(BitString* bits) {
  std::string_view bytes;
  if (!read(der::kBitString, &bytes) || bytes.empty()) return false;
  uint8_t padding = byte_at(bytes, 0);
  bytes.remove_prefix(1);
  if (padding > 7 || (bytes.empty() && padding != 0)) return false;
  if (!bytes.empty() && (byte_at(bytes, bytes.size() - 1) & ((1 << padding) - 1)) != 0) return false;
  *bits = {bytes, bytes.size() * 8 - padding};
  return true;
}

bool DerReader::read_oid(std::string_view* oid) {
  if (!read(der::kOid, oid) || oid->empty()) return false;
  int64_t number = 0;
  for (std::string_view rest = *oid; !rest.empty();) {
    if (!take_oid_number(rest, &number)) return false;
  }
  return true;
}

bool DerReader::read_time(DerTime* time) {
  bool is_utc = peek(der::kUtcTime);
  std::string_view text;
  if (!read(is_utc ? der::kUtcTime : der::kGeneralizedTime, &text)) return false;
  return is_utc ? parse_utc_time(text, time) : parse_generalized_time(text, time);
}

std::string BitString::right_aligned() const {
  std::string out(bytes);
  unsigned shift = (8 - size % 8) % 8;
  if (shift == 0) return out;
  for (size_t i = out.size(); i-- > 0;) {
    unsigned above = i > 0 ? byte_at(bytes, i - 1) : 0u;
    out[i] = static_cast<char>(byte_at(bytes, i) >> shift | above << (8 - shift));
  }
  return out;
}

bool is_minimal_integer(std::string_view bytes) {
  if (bytes.size() < 2) return !bytes.empty();
  bool next_is_high = (bytes[1] & 0x80) != 0;
  return !(byte_at(bytes, 0) == 0 && !next_is_high) && !(byte_at(bytes, 0) == 0xFF && next_is_high);
}

bool integer_value(std::string_view bytes, int64_t* value) {
  if (bytes.size() > 8) return false;
  uint64_t bits = is_negative_integer(bytes) ? UINT64_MAX : 0;
  for (char c : bytes) bits = bits << 8 | static_cast<uint8_t>(c);
  *value = static_cast<int64_t>(bits);
  return true;
}

std::string_view integer_magnitude(std::string_view bytes) {
  size_t first = bytes.find_first_not_of('\0');
  return first == bytes.npos ? std::string_view() : bytes.substr(first);
}

// --- Times -----------------------------------------------------------------------------------------------------------

bool parse_utc_time(std::string_view text, DerTime* time) {
  std::string_view rest = text;
  int year = 0;
  if (!take_digits(rest, 2, &year)) return false;
  // Leap years are the same a century later, so that the year can be moved before the day is checked.
  time->year = year >= 50 ? 1900 + year : 2000 + year;
  if (!read_rest(rest, true, time) && !read_rest(rest, false, time)) return false;
  set_seconds(time);
  return true;
}

bool parse_generalized_time(std::string_view text, DerTime* time) {
  if (!take_digits(text, 4, &time->year) || !read_rest(text, true, time)) return false;
  set_seconds(time);
  return true;
}

std::string DerTime::text() const {
  std::string out;
  append_two(out, year / 100);
  append_two(out, year);
  for (auto [mark, number] : {std::pair{'-', month}, {'-', day}, {'T', hour}, {':', minute}, {':', second}}) {
    out += mark;
    append_two(out, number);
  }
  if (offset == 0) return out + "Z";
  int minutes = offset < 0 ? -offset : offset;
  out += offset < 0 ? '-' : '+';
  append_two(out, minutes / 60);
  out += ':';
  append_two(out, minutes % 60);
  return out;
}

// --- Identifiers -----------------------------------------------------------------------------------------------------

std::vector<int64_t> oid_numbers(std::string_view oid) {
  std::vector<int64_t> numbers;
  int64_t number = 0;
  while (!oid.empty() && take_oid_number(oid, &number)) {
    if (numbers.empty()) {
      numbers.push_back(number < 80 ? number / 40 : 2);
      number -= numbers[0] * 40;
    }
    numbers.push_back(number);
  }
  return numbers;
}

std::string oid_text(std::string_view oid) {
  std::string out;
  for (int64_t number : oid_numbers(oid)) {
    if (!out.empty()) out += '.';
    out += std::to_string(number);
  }
  return out;
}

}  // namespace writ
