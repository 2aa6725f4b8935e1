// What a client may do, set by the program that makes it. Policies cannot change it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace writ::http {

struct ClientOptions {
  // Hosts that may be reached, as URLs name them; nothing: any. Beside the list of capabilities, which comes with a call.
  std::optional<std::vector<std::string>> allowed_hosts;
  bool deny_private = false;  // no address that is not of the public internet, and no Unix socket
  bool deny_local = false;    // no file, environment variable or Unix socket that a request names
  bool no_proxy = false;      // HTTP_PROXY and the like are not looked at

  uint64_t max_body_bytes = 6u << 20;    // of a response, decompressed; a record holds no more than 8 MiB of text
  uint64_t max_header_bytes = 256u << 10;  // of all headers of a response; libcurl has a limit of its own at 300 KiB
  uint64_t max_call_ns = 600'000'000'000;  // of a call with all its redirects and attempts
  uint64_t cache_bytes = 64u << 20;        // of the responses that are kept from one decision to another
};

}  // namespace writ::http
