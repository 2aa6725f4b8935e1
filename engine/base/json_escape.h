// What an ASCII character becomes inside a JSON string [S-16.1]: the one table of all writers.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace writ {

// By byte: the letter behind the backslash, 'u' for \u00xx, 0 for what stands for itself.
inline constexpr std::array<char, 256> kJsonEscapes = [] {
  std::array<char, 256> letters{};
  for (size_t byte = 0; byte < 0x20; ++byte) letters[byte] = 'u';
  letters['"'] = '"';
  letters['\\'] = '\\';
  letters['\b'] = 'b';
  letters['\f'] = 'f';
  letters['\n'] = 'n';
  letters['\r'] = 'r';
  letters['\t'] = 't';
  return letters;
}();

inline char json_escape_of(char c) { return kJsonEscapes[static_cast<uint8_t>(c)]; }

// `letter`: that of the table, or 'u' for any other character.
inline void append_json_escape(std::string& out, char c, char letter) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  out += '\\';
  out += letter;
  if (letter != 'u') return;
  out += "00";
  out += kHexDigits[static_cast<uint8_t>(c) >> 4];
  out += kHexDigits[static_cast<uint8_t>(c) & 15];
}

}  // namespace writ
