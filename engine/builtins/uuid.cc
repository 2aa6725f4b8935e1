// uuid.parse and uuid.rfc4122.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/builtins/hex.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"

namespace writ {

namespace {

struct Uuid {
  uint8_t bytes[16] = {};

  uint64_t number(size_t begin, size_t end) const {
    uint64_t value = 0;
    for (size_t i = begin; i < end; i++) value = value << 8 | bytes[i];
    return value;
  }
  int version() const { return bytes[6] >> 4; }
};

// Plain, with "urn:uuid:" before it, between any two characters (meant: braces), or 32 digits without hyphens.
std::optional<Uuid> read_uuid(std::string_view text) {
  constexpr std::string_view kUrn = "urn:uuid:";
  constexpr size_t kPlain = 36;
  if (text.size() == kPlain + kUrn.size()) {
    if (to_lower(text.substr(0, kUrn.size())) != kUrn) return std::nullopt;
    text.remove_prefix(kUrn.size());
  } else if (text.size() == kPlain + 2) {
    text = text.substr(1, kPlain);
  } else if (text.size() != kPlain && text.size() != 32) {
    return std::nullopt;
  }
  bool hyphens = text.size() == kPlain;
  Uuid uuid;
  size_t at = 0;
  for (size_t i = 0; i < 16; i++) {
    if (hyphens && (i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-') return std::nullopt;
    int high = hex_value(text[at]);
    int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.bytes[i] = static_cast<uint8_t>(high << 4 | low);
    at += 2;
  }
  return uuid;
}

std::string_view variant_name(const Uuid& uuid) {
  if ((uuid.bytes[8] & 0xC0) == 0x80) return "RFC4122";
  if ((uuid.bytes[8] & 0xE0) == 0xC0) return "Microsoft";
  if ((uuid.bytes[8] & 0xE0) == 0xE0) return "Future";
  return "Reserved";
}

// What the first byte of a MAC address says.
std::string_view address_kind(uint8_t first) {
  switch (first & 3) {
    case 3: return "local:multicast";
    case 1: return "global:multicast";
    case 2: return "local:unicast";
    default: return "global:unicast";
  }
}

std::string domain_name(uint8_t domain) {
  switch (domain) {
    case 0: return "Person";
    case 1: return "Group";
    case 2: return "Org";
    default: return "Domain" + std::to_string(domain);
  }
}

std::string node_text(const Uuid& uuid) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (size_t i = 10; i < 16; i++) {
    if (i > 10) text += '-';
    text.append({kDigits[uuid.bytes[i] >> 4], kDigits[uuid.bytes[i] & 0xF]});
  }
  return text;
}

// Of a time-based UUID, in nanoseconds since 1970; wraps around like OPA's.
int64_t unix_time(const Uuid& uuid) {
  constexpr uint64_t kTicksTo1970 = 122'192'928'000'000'000;  // of 100 ns, since the Gregorian calendar began
  uint64_t ticks = uuid.number(0, 4) | uuid.number(4, 6) << 32 | (uuid.number(6, 8) & 0xFFF) << 48;
  return static_cast<int64_t>((ticks - kTicksTo1970) * 100);
}

}  // namespace

// Undefined if the text is not a UUID. Time, node and so on are there for versions 1 and 2 only.
Value builtin_uuid_parse(BuiltinCall& call) {
  std::optional<Uuid> uuid = read_uuid(call[0].text());
  if (!uuid.has_value()) return Value::undefined();
  ObjectBuilder object(call.arena);
  object.insert("version", Value::of(uuid->version()));
  object.insert("variant", Value::string(variant_name(*uuid)));
  if (uuid->version() == 1 || uuid->version() == 2) {
    object.insert("time", Value::of(unix_time(*uuid)));
    object.insert("nodeid", make_string(call.arena, node_text(*uuid)));
    object.insert("macvariables", Value::string(address_kind(uuid->bytes[10])));
    object.insert("clocksequence", Value::of(static_cast<int64_t>(uuid->number(8, 10) & 0x3FFF)));
  }
  if (uuid->version() == 2) {
    object.insert("id", Value::of(static_cast<int64_t>(uuid->number(0, 4))));
    object.insert("domain", make_string(call.arena, domain_name(uuid->bytes[9])));
  }
  return object.finish();
}

// A random UUID, the same for the same key within a decision. It comes from the host and is recorded.
Value builtin_uuid_rfc4122(BuiltinCall& call) {
  Value drawn = call.services.call_host(call.name, call.args);
  if (!drawn.is_string() || !read_uuid(drawn.text()).has_value()) {
    throw Failure(ErrorCode::E_OUTSIDE, "uuid.rfc4122 was answered with something that is not a UUID");
  }
  return drawn;
}

}  // namespace writ
