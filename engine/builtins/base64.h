// Base 64 (RFC 4648) with the answers of Go's encoding/base64: line ends inside the text are skipped, unused bits of
// the last character are ignored, and a fault names the byte at which the text goes wrong.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace writ {

struct Base64 {
  bool url = false;     // "-_" instead of "+/"
  bool padded = true;   // "=" up to a multiple of four
};

std::string base64_encode(std::string_view bytes, Base64 form);
// False and `*fault_at` set to the offset Go reports if the text is not of that form.
bool base64_decode(std::string_view text, Base64 form, std::string* bytes, size_t* fault_at);

// Lower-case digits.
std::string hex_encode(std::string_view bytes);

}  // namespace writ
