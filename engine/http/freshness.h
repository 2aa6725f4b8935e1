// How long a response may be used again, and whether at all: RFC 7234 as far as OPA follows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/http/exchange.h"

namespace writ::http {

// Seconds since 1970; of texts in the three forms of RFC 7231 ("Sun, 06 Nov 1994 08:49:37 GMT"). Nothing for others.
std::optional<int64_t> parse_http_date(std::string_view text);

// Whether answers with that status are kept.
bool is_cacheable_status(int64_t status_code);
// Not "Cache-Control: no-store".
bool may_store(const Headers& headers);
// The end of its freshness in seconds since 1970, by max-age and Date or by Expires; INT64_MIN, long ago, if neither says
// anything. Nothing if what is said makes no sense: then it is not kept.
std::optional<int64_t> expiry(const Headers& headers);

}  // namespace writ::http
