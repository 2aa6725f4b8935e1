// The strings of ASN.1 as UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/arena.h"

namespace writ {

// Whether a universal tag is one of the strings that decode_asn1_text takes.
bool is_asn1_text(int64_t tag);
// The name of that string for faults: "PrintableString".
std::string_view asn1_text_name(int64_t tag);
// Nothing if the contents are not of that kind. What needs no conversion stays where it is; the rest is placed in the
// arena.
std::optional<std::string_view> decode_asn1_text(int64_t tag, std::string_view contents, Arena& arena);

}  // namespace writ
