// Base 64 (RFC 4648) in two manners: as Go's encoding/base64 takes it, which is what policies see, and in its one canonical
// spelling, which is what records hold.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace writ {

struct Base64 {
  bool url = false;     // "-_" instead of "+/"
  bool padded = true;   // "=" up to a multiple of four
};

std::string base64_encode(std::string_view bytes, Base64 form = {});
// Line ends inside the text are skipped, unused bits of the last character are ignored. False and `*fault_at` set to the
// offset Go reports if the text is not of that form.
bool base64_decode(std::string_view text, Base64 form, std::string* bytes, size_t* fault_at);

void append_base64(std::string& out, std::string_view bytes);
// Nothing for any text that append_base64 would not write: without padding, with line ends, with bits that stand for
// nothing.
std::optional<std::string> read_base64(std::string_view text);

}  // namespace writ
