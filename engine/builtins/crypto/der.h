// ASN.1 as certificates have it: DER, read with the strictness of Go's cryptobyte, which is not OpenSSL's (lengths and
// integers must be minimal, tags have one byte). A reader is a window on bytes that somebody else owns; nothing is
// copied, and nothing recurses: how deep a structure goes is written in the code that reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace writ {

namespace der {
inline constexpr uint8_t kBoolean = 0x01;
inline constexpr uint8_t kInteger = 0x02;
inline constexpr uint8_t kBitString = 0x03;
inline constexpr uint8_t kOctetString = 0x04;
inline constexpr uint8_t kNull = 0x05;
inline constexpr uint8_t kOid = 0x06;
inline constexpr uint8_t kUtf8String = 0x0C;
inline constexpr uint8_t kNumericString = 0x12;
inline constexpr uint8_t kPrintableString = 0x13;
inline constexpr uint8_t kT61String = 0x14;
inline constexpr uint8_t kIa5String = 0x16;
inline constexpr uint8_t kUtcTime = 0x17;
inline constexpr uint8_t kGeneralizedTime = 0x18;
inline constexpr uint8_t kGeneralString = 0x1B;
inline constexpr uint8_t kBmpString = 0x1E;
inline constexpr uint8_t kSequence = 0x30;
inline constexpr uint8_t kSet = 0x31;
constexpr uint8_t context(uint8_t number) { return static_cast<uint8_t>(0x80 | number); }
constexpr uint8_t context_constructed(uint8_t number) { return static_cast<uint8_t>(0xA0 | number); }
}  // namespace der

struct BitString {
  std::string_view bytes;
  uint64_t size = 0;  // bits

  bool at(uint64_t i) const {
    return i < size && (static_cast<unsigned char>(bytes[i / 8]) >> (7 - i % 8) & 1) != 0;
  }
  // The bits as the low ones of a number.
  std::string right_aligned() const;
};

// A moment with the offset from UTC that it was written with.
struct DerTime {
  int64_t seconds = 0;  // since 1970, UTC
  int year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0;  // where it was written
  int offset = 0;       // minutes east of UTC

  // RFC 3339: "2026-01-02T03:04:05Z", "…+01:00".
  std::string text() const;
  // Whether there is such a text: DER can say 24 hours from UTC, RFC 3339 cannot.
  bool has_text() const { return offset < 24 * 60 && offset > -24 * 60; }
};
// What Go says where there is none.
inline constexpr std::string_view kTimeFault =
    "json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: timezone hour outside of range [0,23]";

// Why reading failed is not said: each caller has Go's words for it. After a failure a reader is not used any more.
class DerReader {
 public:
  explicit DerReader(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::string_view rest() const { return bytes_; }
  bool peek(uint8_t tag) const { return !bytes_.empty() && static_cast<uint8_t>(bytes_[0]) == tag; }

  // The next element: its contents, or with its header.
  bool read_any(std::string_view* contents, uint8_t* tag);
  bool read_any_element(std::string_view* element, uint8_t* tag);
  bool read(uint8_t tag, std::string_view* contents);
  bool read_element(uint8_t tag, std::string_view* element);
  // A reader of the contents.
  bool enter(uint8_t tag, DerReader* inside);
  // True if the element is there and whole, or is not there at all.
  bool read_optional(uint8_t tag, std::string_view* contents, bool* present);
  bool skip_optional(uint8_t tag);

  // Two's complement, minimal.
  bool read_integer(std::string_view* bytes, uint8_t tag = der::kInteger);
  bool read_int64(int64_t* value, uint8_t tag = der::kInteger);
  bool read_boolean(bool* value);
  bool read_bit_string(BitString* bits);
  // The encoded bytes of an identifier whose numbers are minimal and below 2^31, so that equal bytes are equal
  // identifiers.
  bool read_oid(std::string_view* oid);
  // UTCTime (years 1950 to 2049) or GeneralizedTime, by its tag.
  bool read_time(DerTime* time);

 private:
  bool take(bool with_header, std::string_view* out, uint8_t* tag);
  std::string_view bytes_;
};

// The value of a minimal two's complement integer of at most eight bytes.
bool integer_value(std::string_view bytes, int64_t* value);
bool is_minimal_integer(std::string_view bytes);
inline bool is_negative_integer(std::string_view bytes) { return !bytes.empty() && (bytes[0] & 0x80) != 0; }
// The magnitude of a non-negative one, without leading zeros.
std::string_view integer_magnitude(std::string_view bytes);
// "YYMMDDhhmm[ss]" or "YYYYMMDDhhmmss", with Z or ±hhmm behind it, and in no other spelling.
bool parse_utc_time(std::string_view text, DerTime* time);
bool parse_generalized_time(std::string_view text, DerTime* time);

// The numbers of an identifier; each is below 2^31. "1.2.840.113549".
std::vector<int64_t> oid_numbers(std::string_view oid);
std::string oid_text(std::string_view oid);

}  // namespace writ
