// Which addresses are of the public internet.
#pragma once

#include <sys/socket.h>

#include <string>

namespace writ::http {

// False of everything else: this machine, private networks, links (with the metadata services of clouds), multicast,
// what is reserved, and IPv6 addresses that stand for an IPv4 address of these kinds.
bool is_public_address(const sockaddr& address);

// "127.0.0.1:80", "[::1]:80"; "" of what is neither.
std::string address_text(const sockaddr& address);

}  // namespace writ::http
