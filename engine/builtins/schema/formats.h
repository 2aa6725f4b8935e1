// The formats of strings that JSON schemas name, each as OPA's checker takes it: more generous here and stricter there than
// the standards.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/builtins/builtin.h"

namespace writ {

enum class SchemaFormat : uint8_t {
  kNone,  // no format, or one that nobody checks
  kDate,
  kDateTime,
  kEmail,
  kHostname,
  kIpv4,
  kIpv6,
  kJsonPointer,
  kRegex,
  kRelativeJsonPointer,
  kTime,
  kUri,
  kUriReference,
  kUriTemplate,
  kUuid,
};

SchemaFormat schema_format(std::string_view name);

// Whether the text has that format. Pays for reading it.
bool has_schema_format(BuiltinCall& call, SchemaFormat format, std::string_view text);

// Whether the text is one RFC 5322 address as Go's net/mail reads it: "Barry Gibbs <bg@example.com>" is.
bool is_mail_address(std::string_view text);

}  // namespace writ
