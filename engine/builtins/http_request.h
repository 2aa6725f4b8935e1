// The request of http.send: checked in OPA's order and words, and put into the form in which the host gets it.
//
// To the host goes the policy's object with these members rewritten: `method` in upper case; `raw_body`, the bytes to send,
// in place of `body`; `headers` with names in canonical form and values that are strings; `timeout` as a number of
// nanoseconds; the switches of TLS and redirects as booleans. Everything about a request that can be known without a
// network, a file or the environment is settled here, so a host need not, and a wrong request reaches none.
#pragma once

#include <string>
#include <string_view>

#include "engine/builtins/builtin.h"

namespace writ {

inline constexpr std::string_view kHttpNetworkError = "eval_http_send_network_error";
inline constexpr std::string_view kHttpInternalError = "eval_http_send_internal_error";

// Why there is no response. With "raise_error": false it is the answer, otherwise a fault of the call.
struct HttpRefusal {
  std::string_view code = kHttpInternalError;
  std::string message;
  bool is_plain = false;       // its message does not name the error code of the fault
  bool is_type_fault = false;  // eval_type_error
};

// Whether failures are faults; false, with the call faulted, if "raise_error" is not a boolean.
bool read_raise_error(BuiltinCall& call, bool* raise);
// What the host gets. Throws HttpRefusal.
Value read_http_request(BuiltinCall& call);
// A member that must be a boolean if it is there. Throws HttpRefusal.
bool read_http_switch(const Value& request, std::string_view name);

}  // namespace writ
