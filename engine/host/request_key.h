// What makes two calls of the host the same: function and arguments, and of http.send without the headers that the request
// names in `cache_ignored_headers`. Calls of class `once` are compared by it, and responses are kept under it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/value/value.h"

namespace writ {

// Whether the key of the call is something else than its arguments.
bool has_request_key(std::string_view function, std::span<const Value> args);
// The faithful text of the arguments as they are compared. Throws E_RECORD_SIZE, E_DEPTH.
std::string request_key(std::string_view function, std::span<const Value> args);

}  // namespace writ
