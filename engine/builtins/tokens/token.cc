#include "engine/builtins/tokens/token.h"

#include <algorithm>
#include <utility>

#include "engine/builtins/base64url.h"
#include "engine/builtins/go_json.h"
#include "engine/builtins/support.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr uint64_t kJsonBytesPerUnit = 4;

bool fail(BuiltinCall& call, std::string text) {
  call.fault(std::move(text));
  return false;
}

// The bytes of a part, in the arena.
bool decode_part(BuiltinCall& call, std::string_view part, std::string_view* bytes, std::string* error) {
  charge_bytes(call, part.size());
  std::string decoded;
  if (!decode_base64url(part, &decoded, error)) return false;
  *bytes = call.arena.copy(decoded);
  return true;
}

bool read_critical(BuiltinCall& call, const Value& value, TokenHeader* read) {
  if (!value.is_array()) return fail(call, "crit: must be a list");
  for (const Value& element : value.items()) {
    if (!element.is_string()) break;  // what follows counts for nothing
    read->critical.push_back(element.text());
  }
  return !read->critical.empty() || fail(call, "crit: must be a nonempty list");
}

}  // namespace

bool TokenHeader::is_valid() const {
  if (algorithm.empty()) return false;
  // Both are sorted: `unknown` as members of an object are.
  std::vector<std::string_view> sorted = critical;
  std::sort(sorted.begin(), sorted.end());
  return std::none_of(unknown.begin(), unknown.end(), [&](std::string_view name) {
    return std::binary_search(sorted.begin(), sorted.end(), name);
  });
}

bool split_token(BuiltinCall& call, std::string_view text, CompactToken* token) {
  charge_bytes(call, text.size());
  auto periods = std::count(text.begin(), text.end(), '.');
  if (periods == 0) return fail(call, "encoded JWT had no period separators");
  if (periods != 2) return fail(call, "encoded JWT must have 3 sections, found " + std::to_string(periods + 1));
  size_t first = text.find('.');
  size_t second = text.find('.', first + 1);
  *token = {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
  return true;
}

bool read_object(BuiltinCall& call, std::string_view json, Value* object, std::string_view prefix) {
  charge_elements(call, json.size() / kJsonBytesPerUnit);
  std::string error;
  if (!unmarshal_go_json(json, call.arena, object, &error)) {
    return fail(call, std::string(prefix) + "invalid JSON: " + error);
  }
  return object->is_object() || fail(call, std::string(prefix) + "decoded JSON type was not an Object");
}

bool decode_header(BuiltinCall& call, const CompactToken& token, Value* header) {
  std::string_view json;
  std::string error;
  if (!decode_part(call, token.header, &json, &error)) return fail(call, "JWT header had invalid encoding: " + error);
  if (!read_object(call, json, header, "bad JWT header: ")) return false;
  return object_find(*header, "enc") == nullptr || fail(call, "JWT is a JWE object, which is not supported");
}

bool decode_payload(BuiltinCall& call, const CompactToken& token, std::string_view* payload) {
  std::string error;
  return decode_part(call, token.payload, payload, &error) || fail(call, "JWT payload had invalid encoding: " + error);
}

bool decode_signature(BuiltinCall& call, const CompactToken& token, std::string* signature, std::string_view prefix) {
  charge_bytes(call, token.signature.size());
  std::string error;
  return decode_base64url(token.signature, signature, &error) || fail(call, std::string(prefix) + error);
}

bool read_header(BuiltinCall& call, const Value& header, TokenHeader* read) {
  for (const Entry& member : header.members()) {
    std::string_view name = member.key.text();
    if (name == "crit") {
      if (!read_critical(call, member.value, read)) return false;
    } else if (name == "alg" || name == "kid" || name == "typ" || name == "cty") {
      if (!member.value.is_string()) return fail(call, std::string(name) + ": must be a string");
      if (name == "alg") read->algorithm = member.value.text();
      if (name == "kid") read->key_id = member.value.text();
      if (name == "cty") read->content_type = member.value.text();
    } else {
      read->unknown.push_back(name);
    }
  }
  return true;
}

}  // namespace writ
