// The request of http.send as the client works with it, from the object that the built-in makes (SEMANTICS.md, S-12.14).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/http/exchange.h"
#include "engine/http/options.h"
#include "engine/http/tls.h"
#include "engine/value/value.h"

namespace writ::http {

struct Request {
  std::string method, url;  // the URL as the policy wrote it
  std::string body;
  Headers headers;          // canonical names; without Host
  std::string host_header;  // "": that of the URL
  std::string socket;       // of a Unix socket; "": none
  bool follows_redirects = false;
  bool raises = true;
  int64_t timeout_ns = 5'000'000'000;  // of an attempt; none if it is not positive
  uint64_t retries = 0;
  bool uses_cache = false;
  int64_t forced_seconds = 0;  // how long a response is fresh whatever it says; 0: it says it
  std::optional<std::vector<std::string>> allowed_hosts;  // of capabilities
  TlsSettings tls;
};

// What http.send was called with: the request, and what capabilities allow. An error if files or certificates that it names
// cannot be used. Throws Failure(E_OUTSIDE) for what no built-in sends, and for what the options deny.
std::variant<Request, RequestError> read_request(std::span<const Value> args, const ClientOptions& options);

}  // namespace writ::http
