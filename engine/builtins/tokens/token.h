// A JSON Web Token in compact form: three texts in base64url with a period between them (RFC 7515, section 7.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/builtin.h"
#include "engine/value/value.h"

namespace writ {

// As it is written; parts of the text that was split.
struct CompactToken {
  std::string_view header, payload, signature;
  // What a signature signs: the first two and the period between them.
  std::string_view message() const {
    return {header.data(), header.size() + 1 + payload.size()};
  }
};

// What OPA looks at in a header. `unknown` are the names of all other members.
struct TokenHeader {
  std::string_view algorithm, key_id, content_type;
  std::vector<std::string_view> critical, unknown;

  // Whether it says its algorithm, and nothing in it must be understood that is not.
  bool is_valid() const;
};

// Each is false, with the call faulted in OPA's words, if it cannot be done. Everything is paid for here.
bool split_token(BuiltinCall& call, std::string_view text, CompactToken* token);
// `prefix` begins the error.
bool decode_header(BuiltinCall& call, const CompactToken& token, Value* header);
bool decode_payload(BuiltinCall& call, const CompactToken& token, std::string_view* payload);
bool decode_signature(BuiltinCall& call, const CompactToken& token, std::string* signature, std::string_view prefix = {});
bool read_object(BuiltinCall& call, std::string_view json, Value* object, std::string_view prefix = {});
bool read_header(BuiltinCall& call, const Value& header, TokenHeader* read);

}  // namespace writ
