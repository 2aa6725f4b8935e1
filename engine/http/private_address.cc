#include "engine/http/private_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace writ::http {

namespace {

using Bytes = std::array<uint8_t, 16>;

struct Network {
  Bytes bytes;
  unsigned prefix;
};

// RFC 6890 and what followed it.
constexpr Network kReserved4[] = {
    {{0}, 8},            {{10}, 8},           {{100, 64}, 10},     {{127}, 8},         {{169, 254}, 16},
    {{172, 16}, 12},     {{192, 0, 0}, 24},   {{192, 0, 2}, 24},   {{192, 88, 99}, 24}, {{192, 168}, 16},
    {{198, 18}, 15},     {{198, 51, 100}, 24}, {{203, 0, 113}, 24}, {{224}, 3},  // 224.0.0.0 to the end
};
// Of IPv6 only 2000::/3 is of the public internet, without these.
constexpr Network kReserved6[] = {{{0x20, 0x01}, 23}, {{0x20, 0x01, 0x0D, 0xB8}, 32}, {{0x3F, 0xFF}, 20}};

bool is_in(const Bytes& address, const Network& network) {
  for (unsigned bit = 0; bit < network.prefix; ++bit) {
    unsigned mask = 0x80u >> bit % 8;
    if ((address[bit / 8] & mask) != (network.bytes[bit / 8] & mask)) return false;
  }
  return true;
}

bool is_public4(const uint8_t* bytes) {
  Bytes address{};
  std::memcpy(address.data(), bytes, 4);
  for (const Network& network : kReserved4) {
    if (is_in(address, network)) return false;
  }
  return true;
}

bool is_public6(const Bytes& address) {
  constexpr Network kMapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96};
  constexpr Network kTranslated{{0x00, 0x64, 0xFF, 0x9B}, 96};
  constexpr Network k6to4{{0x20, 0x02}, 16};
  constexpr Network kGlobal{{0x20}, 3};
  if (is_in(address, kMapped) || is_in(address, kTranslated)) return is_public4(address.data() + 12);
  if (is_in(address, k6to4)) return is_public4(address.data() + 2);
  if (!is_in(address, kGlobal)) return false;
  for (const Network& network : kReserved6) {
    if (is_in(address, network)) return false;
  }
  return true;
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return is_public4(reinterpret_cast<const uint8_t*>(&v4.sin_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  Bytes bytes;
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, bytes.size());
  return is_public6(bytes);
}

std::string address_text(const sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text));
    return std::string(text) + ":" + std::to_string(ntohs(v4.sin_port));
  }
  if (address.sa_family != AF_INET6) return {};
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text));
  return "[" + std::string(text) + "]:" + std::to_string(ntohs(v6.sin6_port));
}

}  // namespace writ::http
