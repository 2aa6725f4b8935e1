// Bytes as hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace writ {

// Of a hexadecimal digit; -1 for anything else.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Lower-case digits.
std::string hex_encode(std::string_view bytes);

}  // namespace writ
