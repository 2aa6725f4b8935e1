// base64.*, base64url.* and hex.*: bytes as text.
//
// A string of a policy may hold any bytes, so what is decoded need not be UTF-8. Decoder reads base64 as Go's decoder
// does, line feeds skipped; what it cannot read is a fault that names the offset, in Go's words.
#include "engine/builtins/base64.h"

#include <cstdint>

#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr char kStandardAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrlAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kHexDigits[] = "0123456789abcdef";

// The six bits a character stands for, -1 if it is not in the alphabet.
int sextet(char c, bool url) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == (url ? '-' : '+')) return 62;
  if (c == (url ? '_' : '/')) return 63;
  return -1;
}

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Reads groups of four characters; kept as an object because the offset of a fault depends on where a group stops.
class Decoder {
 public:
  Decoder(std::string_view text, Base64 form, std::string* bytes) : text_(text), form_(form), bytes_(bytes) {}

  bool run(size_t* fault_at) {
    while (at_ < text_.size() && !finished_) {
      if (!read_group()) {
        *fault_at = fault_at_;
        return false;
      }
    }
    return true;
  }

 private:
  bool read_group() {
    uint32_t bits = 0;
    int count = 0;
    while (count < 4) {
      if (at_ == text_.size()) {
        finished_ = true;
        if (count == 0) return true;
        if (count == 1 || form_.padded) return fail(at_ - static_cast<size_t>(count));
        break;
      }
      char c = text_[at_++];
      int six = sextet(c, form_.url);
      if (six >= 0) {
        bits = bits << 6 | static_cast<uint32_t>(six);
        count++;
      } else if (is_line_end(c)) {
        continue;
      } else if (c == '=' && form_.padded) {
        if (!read_padding(count)) return false;
        finished_ = true;
        break;
      } else {
        return fail(at_ - 1);
      }
    }
    bits <<= 6 * (4 - count);
    for (int i = 0; i < count - 1; i++) bytes_->push_back(static_cast<char>(bits >> (16 - 8 * i)));
    return true;
  }

  // The first "=" has been read.
  bool read_padding(int count) {
    if (count < 2) return fail(at_ - 1);
    if (count == 2) {
      skip_line_ends();
      if (at_ == text_.size()) return fail(at_);
      if (text_[at_] != '=') return fail(at_ - 1);
      at_++;
    }
    skip_line_ends();
    return at_ == text_.size() || fail(at_);
  }

  void skip_line_ends() {
    while (at_ < text_.size() && is_line_end(text_[at_])) at_++;
  }

  bool fail(size_t at) {
    fault_at_ = at;
    return false;
  }

  std::string_view text_;
  Base64 form_;
  std::string* bytes_;
  size_t at_ = 0;
  size_t fault_at_ = 0;
  bool finished_ = false;
};

Value encode(BuiltinCall& call, Base64 form) { return make_string(call.arena, base64_encode(call[0].text(), form)); }

Value decode(BuiltinCall& call, std::string_view text, Base64 form) {
  std::string bytes;
  size_t fault_at = 0;
  if (!base64_decode(text, form, &bytes, &fault_at)) {
    return call.fault("illegal base64 data at input byte " + std::to_string(fault_at));
  }
  return make_string(call.arena, bytes);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
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

std::string base64_encode(std::string_view bytes, Base64 form) {
  const char* alphabet = form.url ? kUrlAlphabet : kStandardAlphabet;
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; i++) bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (size_t i = 0; i <= count; i++) out += alphabet[bits >> (18 - 6 * i) & 63];
    if (form.padded) out.append(3 - count, '=');
  }
  return out;
}

bool base64_decode(std::string_view text, Base64 form, std::string* bytes, size_t* fault_at) {
  bytes->clear();
  bytes->reserve(text.size() / 4 * 3 + 3);
  return Decoder(text, form, bytes).run(fault_at);
}

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

// Missing padding is added, as RFC 7515 appendix C does.
Value builtin_base64url_decode(BuiltinCall& call) {
  std::string text(call[0].text());
  if (text.empty() || text.back() != '=') {
    size_t rest = text.size() % 4;
    if (rest == 1) return call.fault("illegal base64url string: " + text);
    if (rest != 0) text.append(4 - rest, '=');
  }
  return decode(call, text, {.url = true});
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
