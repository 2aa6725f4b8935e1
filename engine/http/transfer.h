// One request over the network, without redirects and repetitions, by libcurl.
#pragma once

#include <string>
#include <variant>

#include "engine/http/exchange.h"
#include "engine/http/options.h"
#include "engine/http/tls.h"
#include "engine/http/url.h"

namespace writ::http {

struct TransferRequest {
  std::string method;
  const Url* url = nullptr;
  std::string body;
  Headers headers;          // Host and User-Agent aside
  std::string host_header;  // "": that of the URL
  std::string socket;       // of a Unix socket; "": none
  const TlsSettings* tls = nullptr;
  int64_t timeout_ns = 0;   // whatever is not positive: none
  int64_t most_ns = 0;      // after so long the call fails
};

// Whatever has a limit and goes beyond it, and an address that is denied, is a Failure(E_OUTSIDE): nothing a policy could
// take for undefined. Everything else that goes wrong is an error.
std::variant<Response, RequestError> transfer(const TransferRequest& request, const ClientOptions& options);

}  // namespace writ::http
