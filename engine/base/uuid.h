// 128-bit identifiers and their UUID text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ {

using Id128 = std::array<uint8_t, 16>;

// The bytes of an identifier, as the argument of a digest or for their hex text. Valid as long as `bytes`.
template <size_t N>
std::string_view view_of(const std::array<uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

// "019b76da-a87b-7123-8567-89abcdef0123".
void append_uuid(std::string& out, const Id128& id);
// Nothing for any other form; lower case only.
std::optional<Id128> uuid_from_text(std::string_view text);

}  // namespace writ
