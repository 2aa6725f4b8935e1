// IPv4 and IPv6 addresses and networks as Go's net package reads and writes them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ {

// 16 bytes; an IPv4 address is in the last four after ::ffff:, so that both kinds compare and count alike.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  // Also true of ::ffff:1.2.3.4, which is the same address.
  bool is_v4() const;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// "1.2.3.4", "2001:db8::1"; what is IPv4 is written as IPv4.
std::string ip_text(const IpAddress& address);

// An address and the number of leading bits that name the network, counted as in 16 bytes: an IPv4 /24 is 120.
struct IpNetwork {
  IpAddress address;
  unsigned prefix = 0;

  bool contains(const IpAddress& other) const;
  bool contains(const IpNetwork& other) const;
  IpAddress first() const;
  IpAddress last() const;
};

// "10.0.0.0/8"
std::string ip_network_text(const IpNetwork& network);

// Why a text is not an address, in the words of Go's netip; empty if it is one.
struct IpParse {
  IpAddress address;
  bool written_as_v4 = false;
  std::string zone;   // of an IPv6 address: "eth0" in fe80::1%eth0
  std::string fault;  // `ParseAddr("1.2.3"): IPv4 address too short`
};
IpParse parse_ip_address(std::string_view text);

// An address without a zone, as net.ParseIP reads it.
std::optional<IpAddress> parse_ip(std::string_view text);

// "10.1.2.3/8": the network 10.0.0.0/8, as net.ParseCIDR reads it; bits behind the prefix are cleared.
std::optional<IpNetwork> parse_cidr(std::string_view text);

}  // namespace writ
