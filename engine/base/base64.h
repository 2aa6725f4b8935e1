// Base 64 as records hold bytes in it: RFC 4648 section 4, padded, in its one canonical spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace writ {

void append_base64(std::string& out, std::string_view bytes);
// Nothing for any text that append_base64 would not write: without padding, with line ends, with bits that stand for
// nothing.
std::optional<std::string> read_base64(std::string_view text);

}  // namespace writ
