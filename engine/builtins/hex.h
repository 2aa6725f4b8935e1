// Bytes as hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace writ {

// Lower-case digits.
std::string hex_encode(std::string_view bytes);

}  // namespace writ
