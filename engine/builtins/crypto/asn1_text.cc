#include "engine/builtins/crypto/asn1_text.h"

#include <algorithm>
#include <string>

#include "engine/base/utf8.h"
#include "engine/builtins/crypto/der.h"

namespace writ {

namespace {

constexpr std::string_view kPrintableMarks = "'()+,-./ :=?*&";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
// "*" and "&" are not of the standard, but Go takes them.
bool is_printable(char c) {
  return is_letter(c) || is_digit(c) || (c != '\0' && kPrintableMarks.find(c) != kPrintableMarks.npos);
}
bool is_ascii_byte(char c) { return static_cast<uint8_t>(c) < 0x80; }

// T.61, read as Latin-1: what everybody writes there.
std::string_view latin1(std::string_view contents, Arena& arena) {
  if (std::all_of(contents.begin(), contents.end(), is_ascii_byte)) return contents;
  std::string text;
  for (char c : contents) append_utf8(text, static_cast<uint8_t>(c));
  return arena.copy(text);
}

// Two bytes a character; one terminator is dropped. Surrogates and what is no character are refused.
std::optional<std::string_view> ucs2(std::string_view contents, Arena& arena) {
  if (contents.size() % 2 != 0) return std::nullopt;
  if (contents.ends_with(std::string_view("\0\0", 2))) contents.remove_suffix(2);
  std::string text;
  for (size_t i = 0; i < contents.size(); i += 2) {
    uint32_t point = static_cast<uint8_t>(contents[i]) << 8 | static_cast<uint8_t>(contents[i + 1]);
    bool is_reserved = point >= 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF) || (point >= 0xD800 && point <= 0xDFFF);
    if (is_reserved) return std::nullopt;
    append_utf8(text, point);
  }
  return arena.copy(text);
}

}  // namespace

std::string_view asn1_text_name(int64_t tag) {
  switch (tag) {
    case der::kPrintableString: return "PrintableString";
    case der::kUtf8String: return "UTF-8 string";
    case der::kBmpString: return "BMPString";
    case der::kIa5String: return "IA5String";
    case der::kNumericString: return "NumericString";
    case der::kT61String: return "T61String";
  }
  return {};
}

bool is_asn1_text(int64_t tag) { return !asn1_text_name(tag).empty(); }

std::optional<std::string_view> decode_asn1_text(int64_t tag, std::string_view contents, Arena& arena) {
  bool fits = true;
  switch (tag) {
    case der::kT61String: return latin1(contents, arena);
    case der::kBmpString: return ucs2(contents, arena);
    case der::kUtf8String: fits = is_utf8(contents); break;
    case der::kPrintableString: fits = std::all_of(contents.begin(), contents.end(), is_printable); break;
    case der::kIa5String: fits = std::all_of(contents.begin(), contents.end(), is_ascii_byte); break;
    case der::kNumericString:
      fits = std::all_of(contents.begin(), contents.end(), [](char c) { return is_digit(c) || c == ' '; });
      break;
    default: fits = false;
  }
  if (!fits) return std::nullopt;
  return contents;
}

}  // namespace writ
