// PEM: blocks of base 64 between BEGIN and END lines, found as Go's encoding/pem finds them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace writ {

struct PemBlock {
  std::string type;          // "CERTIFICATE", "RSA PRIVATE KEY", …
  bool has_headers = false;  // "Proc-Type: 4,ENCRYPTED" and the like
  std::string bytes;
};

// The first block of the text, and what follows it in `*rest`. What is no block is skipped. Nothing if there is none;
// then `*rest` is the text. Takes time linear in the text, for which the caller has paid.
std::optional<PemBlock> decode_pem(std::string_view text, std::string_view* rest);

}  // namespace writ
