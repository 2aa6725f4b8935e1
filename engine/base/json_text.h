// Pieces of canonical JSON text that need no Value: strings, decimals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ {

// A string literal with its quotes, escaped as cj1 demands and no more [C13]. The text must be UTF-8.
void append_cj1_string(std::string& out, std::string_view text);

// Plain decimal digits.
void append_decimal(std::string& out, uint64_t number);
// Decimal with at least `digits` digits, zeros in front.
void append_decimal_padded(std::string& out, uint64_t number, int digits);
// The number of a text that append_decimal would write; nothing for any other text ("", "01", "-1", 2^64).
std::optional<uint64_t> read_decimal(std::string_view text);

bool is_utf8(std::string_view text);

// How deep the containers of a JSON text are nested; 0 for a scalar. The text must be well-formed.
uint32_t nesting_of(std::string_view json);

}  // namespace writ
