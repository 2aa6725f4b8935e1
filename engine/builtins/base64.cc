// base64.*, base64url.* and hex.*: bytes as text. A string of a policy may hold any bytes, so what is decoded need not be
// UTF-8. What cannot be read is a fault in Go's words.
#include "engine/base/base64.h"

#include <cstdint>

#include "engine/builtins/base64url.h"
#include "engine/builtins/hex.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

Value encode(BuiltinCall& call, Base64 form) { return make_string(call.arena, base64_encode(call[0].text(), form)); }

std::string illegal_base64(size_t fault_at) { return "illegal base64 data at input byte " + std::to_string(fault_at); }

Value decode(BuiltinCall& call, std::string_view text, Base64 form) {
  std::string bytes;
  size_t fault_at = 0;
  if (!base64_decode(text, form, &bytes, &fault_at)) {
    return call.fault(illegal_base64(fault_at));
  }
  return make_string(call.arena, bytes);
}

// "U+0067 'g'", Go's %#U of one byte.
std::string describe_byte(unsigned char byte) {
  std::string out = "U+00";
  out += "0123456789ABCDEF"[byte >> 4];
  out += "0123456789ABCDEF"[byte & 15];
  bool printable = byte >= 0x20 && byte != 0x7F && !(byte >= 0x80 && byte <= 0xA0) && byte != 0xAD;
  if (printable) {
    out += " '";
    append_rune(out, byte);
    out += "'";
  }
  return out;
}

}  // namespace

std::string hex_encode(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 15];
  }
  return out;
}

Value builtin_base64_encode(BuiltinCall& call) { return encode(call, {}); }

Value builtin_base64_decode(BuiltinCall& call) { return decode(call, call[0].text(), {}); }

Value builtin_base64_is_valid(BuiltinCall& call) {
  if (!call[0].is_string()) return Value::of(false);
  std::string bytes;
  size_t fault_at = 0;
  return Value::of(base64_decode(call[0].text(), {}, &bytes, &fault_at));
}

Value builtin_base64url_encode(BuiltinCall& call) { return encode(call, {.url = true}); }

Value builtin_base64url_encode_no_pad(BuiltinCall& call) { return encode(call, {.url = true, .padded = false}); }

bool decode_base64url(std::string_view text, std::string* bytes, std::string* error) {
  std::string padded(text);
  if (padded.empty() || padded.back() != '=') {
    size_t rest = padded.size() % 4;
    if (rest == 1) {
      *error = "illegal base64url string: " + padded;
      return false;
    }
    if (rest != 0) padded.append(4 - rest, '=');
  }
  size_t fault_at = 0;
  if (base64_decode(padded, {.url = true}, bytes, &fault_at)) return true;
  *error = illegal_base64(fault_at);
  return false;
}

Value builtin_base64url_decode(BuiltinCall& call) {
  std::string bytes;
  std::string error;
  if (!decode_base64url(call[0].text(), &bytes, &error)) return call.fault(std::move(error));
  return make_string(call.arena, bytes);
}

Value builtin_hex_encode(BuiltinCall& call) { return make_string(call.arena, hex_encode(call[0].text())); }

Value builtin_hex_decode(BuiltinCall& call) {
  std::string_view text = call[0].text();
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (size_t at = 0; at < text.size(); at += 2) {
    for (size_t i = at; i < at + 2 && i < text.size(); i++) {
      if (hex_value(text[i]) < 0) {
        return call.fault("encoding/hex: invalid byte: " + describe_byte(static_cast<unsigned char>(text[i])));
      }
    }
    if (at + 1 == text.size()) return call.fault("encoding/hex: odd length hex string");
    bytes += static_cast<char>(hex_value(text[at]) << 4 | hex_value(text[at + 1]));
  }
  return make_string(call.arena, bytes);
}

}  // namespace writ
