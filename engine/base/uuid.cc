#include "engine/base/uuid.h"

#include "engine/base/digest.h"

namespace writ {

void append_uuid(std::string& out, const Id128& id) {
  std::string_view bytes = view_of(id);
  append_hex(out, bytes.substr(0, 4));
  for (size_t begin : {4u, 6u, 8u}) {
    out += '-';
    append_hex(out, bytes.substr(begin, 2));
  }
  out += '-';
  append_hex(out, bytes.substr(10));
}

std::optional<Id128> uuid_from_text(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  char hex[32];
  size_t filled = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return std::nullopt;
    if (!dash) hex[filled++] = text[i];
  }
  Id128 id;
  if (!read_hex({hex, 32}, id.data(), id.size())) return std::nullopt;
  return id;
}

}  // namespace writ
