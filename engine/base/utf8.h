// UTF-8, one code point at a time.
//
// Decoding accepts exactly what the Unicode standard calls well-formed: no overlong forms, no surrogates, nothing above
// U+10FFFF. One ill-formed byte is one step, as in Go, so that texts of broken strings come out the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace writ {

struct CodePoint {
  static constexpr uint32_t kInvalid = UINT32_MAX;
  uint32_t value;  // kInvalid for a byte that starts no well-formed sequence
  uint32_t size;   // bytes taken; 1 for an invalid one
};

// The code point that starts at `begin`; `begin < end`.
inline CodePoint decode_utf8(const char* begin, const char* end) {
  auto byte = [&](int i) { return static_cast<uint8_t>(begin[i]); };
  auto follows = [&](int i) { return (byte(i) & 0xC0) == 0x80; };
  const CodePoint invalid{CodePoint::kInvalid, 1};
  uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xC2 || first > 0xF4) return invalid;
  auto left = end - begin;
  if (first < 0xE0) {
    if (left < 2 || !follows(1)) return invalid;
    return {(first & 0x1F) << 6 | (byte(1) & 0x3Fu), 2};
  }
  if (first < 0xF0) {
    if (left < 3 || !follows(1) || !follows(2)) return invalid;
    uint32_t value = (first & 0x0F) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF)) return invalid;
    return {value, 3};
  }
  if (left < 4 || !follows(1) || !follows(2) || !follows(3)) return invalid;
  uint32_t value = (first & 0x07) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
  if (value < 0x10000 || value > 0x10FFFF) return invalid;
  return {value, 4};
}

// Writes a code point up to U+10FFFF to `to`, which has room for four bytes; returns how many were written.
inline uint32_t encode_utf8(uint32_t value, char* to) {
  if (value < 0x80) {
    to[0] = static_cast<char>(value);
    return 1;
  }
  if (value < 0x800) {
    to[0] = static_cast<char>(0xC0 | value >> 6);
    to[1] = static_cast<char>(0x80 | (value & 0x3F));
    return 2;
  }
  if (value < 0x10000) {
    to[0] = static_cast<char>(0xE0 | value >> 12);
    to[1] = static_cast<char>(0x80 | (value >> 6 & 0x3F));
    to[2] = static_cast<char>(0x80 | (value & 0x3F));
    return 3;
  }
  to[0] = static_cast<char>(0xF0 | value >> 18);
  to[1] = static_cast<char>(0x80 | (value >> 12 & 0x3F));
  to[2] = static_cast<char>(0x80 | (value >> 6 & 0x3F));
  to[3] = static_cast<char>(0x80 | (value & 0x3F));
  return 4;
}

inline void append_utf8(std::string& out, uint32_t value) {
  char bytes[4];
  out.append(bytes, encode_utf8(value, bytes));
}

inline bool is_utf8(std::string_view text) {
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    CodePoint point = decode_utf8(p, end);
    if (point.value == CodePoint::kInvalid) return false;
    p += point.size;
  }
  return true;
}

// The text in one line: white space between other characters becomes one space, and what is behind the first `most`
// characters "...".
std::string one_line(std::string_view text, size_t most);

}  // namespace writ
