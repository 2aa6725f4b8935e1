// A request with all that follows from it: redirects as Go's client follows them, and attempts as OPA repeats them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "engine/http/exchange.h"
#include "engine/http/options.h"
#include "engine/http/request.h"
#include "engine/http/url.h"

namespace writ::http {

class Sender {
 public:
  // Both must outlive it. The time that the call may take begins now.
  Sender(const Request& request, const ClientOptions& options);

  // `conditions`: headers to be sent besides. Errors are as Go words them: `Get "http://x": …`.
  // Throws Failure(E_OUTSIDE) for limits and for what the options deny.
  std::variant<Response, RequestError> send(const Headers& conditions = {});

 private:
  using Clock = std::chrono::steady_clock;

  std::variant<Response, RequestError> attempt(const Headers& conditions);
  struct Hop;
  // Goes on to where a redirect leads; nothing if that is a place to go to.
  std::optional<RequestError> follow(Hop& hop, const Response& response, const std::string& location) const;
  void copy_headers(Hop& hop, const Url& from) const;
  RequestError worded(RequestError error, const std::string& url) const;
  RequestError network_error(const std::string& why, const std::string& url) const;
  // The name of a host that capabilities do not list; "" if they do. Throws Failure for one that the options deny.
  std::string disallowed(const Url& url) const;
  // By the list of capabilities.
  bool may_reach(std::string_view name) const;
  int64_t remaining_ns() const;
  void wait(uint64_t attempt) const;

  const Request& request_;
  const ClientOptions& options_;
  Clock::time_point end_;
  std::string url_;     // of the first transfer: that of the request, or what leads over its socket
  std::string socket_;  // "": none
};

}  // namespace writ::http
