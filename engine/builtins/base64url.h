// base64url as OPA reads it wherever it meets it: the padding may be missing, as RFC 7515 has it.
#pragma once

#include <string>
#include <string_view>

namespace writ {

// False and `*error` set, in OPA's words, if the text is not base64url.
bool decode_base64url(std::string_view text, std::string* bytes, std::string* error);

}  // namespace writ
