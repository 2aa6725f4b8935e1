// The host's side of http.send and net.lookup_ip_addr: what `writ` uses, and libwrit_http (writ/writ_http.h) offers.
//
// A client holds its options and the responses it keeps between decisions; it may be shared by any number of threads. What
// a policy is told is a value in every case, errors included; only limits, and what options deny, are failures.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/http/options.h"
#include "engine/http/request.h"
#include "engine/http/response_cache.h"
#include "engine/value/value.h"

namespace writ::http {

class Client {
 public:
  explicit Client(ClientOptions options = {}) : options_(std::move(options)), cache_(options_.cache_bytes) {}

  // Whether it answers calls of that function.
  static bool answers(std::string_view function);
  // The answer, in `arena`. Throws Failure(E_OUTSIDE), also for functions that it does not answer.
  Value call(std::string_view function, std::span<const Value> args, Arena& arena);

 private:
  Value send(std::span<const Value> args, Arena& arena);
  Value look_up(std::span<const Value> args, Arena& arena);

  const ClientOptions options_;
  ResponseCache cache_;
};

}  // namespace writ::http
