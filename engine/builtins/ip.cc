// Reading and writing addresses and networks. Parser follows Go's netip.ParseAddr, faults included; the functions after
// it are arithmetic on the 128 bits of an address.
#include "engine/builtins/ip.h"

#include "engine/value/text.h"

namespace writ {

namespace {

constexpr unsigned kBits = 128;
constexpr unsigned kV4Offset = 96;  // bits before the IPv4 part

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Reads one address; every way out sets `fault` or leaves it empty.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  IpParse run() {
    for (char c : text_) {
      if (c == '.') {
        result_.written_as_v4 = true;
        result_.address.bytes[10] = result_.address.bytes[11] = 0xFF;
        parse_v4(text_, &result_.address.bytes[12]);
        return result_;
      }
      if (c == ':') {
        parse_v6();
        return result_;
      }
      if (c == '%') {
        fail("missing IPv6 address");
        return result_;
      }
    }
    fail("unable to parse IP");
    return result_;
  }

 private:
  bool fail(std::string_view why, std::string_view at = {}) {
    result_.fault = "ParseAddr(";
    append_quoted_go(result_.fault, text_);
    result_.fault.append("): ").append(why);
    if (!at.empty()) {
      result_.fault += " (at ";
      append_quoted_go(result_.fault, at);
      result_.fault += ")";
    }
    return false;
  }

  bool parse_v4(std::string_view s, uint8_t* fields) {
    unsigned value = 0;
    unsigned digits = 0;
    unsigned field = 0;
    for (size_t i = 0; i < s.size(); i++) {
      char c = s[i];
      if (c >= '0' && c <= '9') {
        if (digits == 1 && value == 0) return fail("IPv4 field has octet with leading zero");
        value = value * 10 + static_cast<unsigned>(c - '0');
        digits++;
        if (value > 255) return fail("IPv4 field has value >255");
      } else if (c == '.') {
        if (i == 0 || i == s.size() - 1 || s[i - 1] == '.') {
          return fail("IPv4 field must have at least one digit", s.substr(i));
        }
        if (field == 3) return fail("IPv4 address too long");
        fields[field++] = static_cast<uint8_t>(value);
        value = digits = 0;
      } else {
        return fail("unexpected character", s.substr(i));
      }
    }
    if (field < 3) return fail("IPv4 address too short");
    fields[3] = static_cast<uint8_t>(value);
    return true;
  }

  bool parse_v6() {
    std::string_view s = text_;
    if (size_t percent = s.find('%'); percent != s.npos) {
      result_.zone = s.substr(percent + 1);
      s = s.substr(0, percent);
      if (result_.zone.empty()) return fail("zone must be a non-empty string");
    }
    uint8_t* ip = result_.address.bytes.data();
    int gap = -1;  // where "::" is
    if (s.starts_with("::")) {
      gap = 0;
      s.remove_prefix(2);
      if (s.empty()) return true;
    }
    int at = 0;
    while (at < 16) {
      unsigned value = 0;
      size_t digits = 0;
      for (; digits < s.size() && hex_digit(s[digits]) >= 0; digits++) {
        if (digits > 3) return fail("each group must have 4 or less digits", s);
        value = value << 4 | static_cast<unsigned>(hex_digit(s[digits]));
      }
      if (digits == 0) return fail("each colon-separated field must have at least one digit", s);
      if (digits < s.size() && s[digits] == '.') {
        if (gap < 0 && at != 12) {
          return fail("embedded IPv4 address must replace the final 2 fields of the address", s);
        }
        if (at + 4 > 16) return fail("too many hex fields to fit an embedded IPv4 at the end of the address", s);
        if (!parse_v4(s, ip + at)) return false;
        s = {};
        at += 4;
        break;
      }
      ip[at++] = static_cast<uint8_t>(value >> 8);
      ip[at++] = static_cast<uint8_t>(value);
      s.remove_prefix(digits);
      if (s.empty()) break;
      if (s[0] != ':') return fail("unexpected character, want colon", s);
      if (s.size() == 1) return fail("colon must be followed by more characters", s);
      s.remove_prefix(1);
      if (s[0] == ':') {
        if (gap >= 0) return fail("multiple :: in address", s);
        gap = at;
        s.remove_prefix(1);
        if (s.empty()) break;
      }
    }
    if (!s.empty()) return fail("trailing garbage after address", s);
    return widen(ip, at, gap);
  }

  // Moves what follows "::" to the end.
  bool widen(uint8_t* ip, int at, int gap) {
    if (at == 16) return gap < 0 || fail("the :: must expand to at least one field of zeros");
    if (gap < 0) return fail("address string too short");
    int moved = 16 - at;
    for (int i = at - 1; i >= gap; i--) ip[i + moved] = ip[i];
    for (int i = gap; i < gap + moved; i++) ip[i] = 0;
    return true;
  }

  std::string_view text_;
  IpParse result_;
};

// The address with the bits behind `prefix` set to `bit`.
IpAddress fill(IpAddress address, unsigned prefix, bool bit) {
  for (unsigned i = 0; i < 16; i++) {
    unsigned kept = prefix > i * 8 ? prefix - i * 8 : 0;
    uint8_t rest = kept >= 8 ? 0 : static_cast<uint8_t>(0xFFu >> kept);
    address.bytes[i] = bit ? address.bytes[i] | rest : address.bytes[i] & static_cast<uint8_t>(~rest);
  }
  return address;
}

void append_v6(std::string& out, const IpAddress& address) {
  unsigned groups[8];
  for (int i = 0; i < 8; i++) groups[i] = static_cast<unsigned>(address.bytes[2 * i] << 8 | address.bytes[2 * i + 1]);
  // The longest run of at least two zero groups is left out (RFC 5952).
  int run_begin = -1;
  int run_size = 1;
  for (int i = 0; i < 8; i++) {
    int end = i;
    while (end < 8 && groups[end] == 0) end++;
    if (end - i > run_size) {
      run_begin = i;
      run_size = end - i;
    }
    if (end > i) i = end;
  }
  for (int i = 0; i < 8; i++) {
    if (i == run_begin) {
      out += "::";
      i += run_size - 1;
      continue;
    }
    if (i > 0 && out.back() != ':') out += ':';
    bool shown = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      unsigned digit = groups[i] >> shift & 15;
      if (digit == 0 && !shown && shift > 0) continue;
      shown = true;
      out += "0123456789abcdef"[digit];
    }
  }
}

}  // namespace

bool IpAddress::is_v4() const {
  for (int i = 0; i < 10; i++) {
    if (bytes[i] != 0) return false;
  }
  return bytes[10] == 0xFF && bytes[11] == 0xFF;
}

std::string ip_text(const IpAddress& address) {
  std::string out;
  if (!address.is_v4()) {
    append_v6(out, address);
    return out;
  }
  for (int i = 12; i < 16; i++) {
    if (i > 12) out += '.';
    out += std::to_string(address.bytes[i]);
  }
  return out;
}

bool IpNetwork::contains(const IpAddress& other) const {
  // A wide IPv6 network never contains an IPv4 address, though its bits would match.
  if (address.is_v4() != other.is_v4()) return false;
  return fill(other, prefix, false) == fill(address, prefix, false);
}

bool IpNetwork::contains(const IpNetwork& other) const {
  // Between networks of IPv6 the prefixes decide: some addresses of a wide one are written like IPv4.
  if (!address.is_v4() && !other.address.is_v4()) {
    return prefix <= other.prefix && fill(other.address, prefix, false) == fill(address, prefix, false);
  }
  return contains(other.first()) && contains(other.last());
}

IpAddress IpNetwork::first() const { return fill(address, prefix, false); }
IpAddress IpNetwork::last() const { return fill(address, prefix, true); }

std::string ip_network_text(const IpNetwork& network) {
  unsigned shown = network.address.is_v4() && network.prefix >= kV4Offset ? network.prefix - kV4Offset : network.prefix;
  return ip_text(network.address) + "/" + std::to_string(shown);
}

IpParse parse_ip_address(std::string_view text) { return Parser(text).run(); }

std::optional<IpAddress> parse_ip(std::string_view text) {
  IpParse parsed = parse_ip_address(text);
  if (!parsed.fault.empty() || !parsed.zone.empty()) return std::nullopt;
  return parsed.address;
}

std::optional<IpNetwork> parse_cidr(std::string_view text) {
  size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  IpParse parsed = parse_ip_address(text.substr(0, slash));
  if (!parsed.fault.empty() || !parsed.zone.empty()) return std::nullopt;
  std::string_view digits = text.substr(slash + 1);
  if (digits.empty()) return std::nullopt;
  unsigned prefix = 0;
  for (char c : digits) {
    if (c < '0' || c > '9' || prefix > kBits) return std::nullopt;
    prefix = prefix * 10 + static_cast<unsigned>(c - '0');
  }
  if (parsed.written_as_v4) prefix += kV4Offset;
  if (prefix > kBits) return std::nullopt;
  return IpNetwork{fill(parsed.address, prefix, false), prefix};
}

}  // namespace writ
