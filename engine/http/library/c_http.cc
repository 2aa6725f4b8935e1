// The functions of writ/writ_http.h. What comes in and goes out passes through the functions of writ.h as JSON, so the two
// libraries share nothing but them.
#include "writ/writ_http.h"

#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/http/client.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

struct writ_http {
  writ::http::Client client;
};

namespace writ {

namespace {

constexpr uint32_t kFlags = WRIT_HTTP_DENY_PRIVATE | WRIT_HTTP_DENY_LOCAL | WRIT_HTTP_NO_PROXY;

// An older, shorter struct is completed with zeros; of a newer one, what is not known here must be zero.
bool copy_options(const writ_http_options& from, writ_http_options& copy) {
  size_t size = from.struct_size;
  if (size < sizeof(size_t) || size > 4096) return false;
  std::memcpy(&copy, &from, size < sizeof(copy) ? size : sizeof(copy));
  const auto* bytes = reinterpret_cast<const unsigned char*>(&from);
  for (size_t i = sizeof(copy); i < size; ++i) {
    if (bytes[i] != 0) return false;
  }
  return (copy.flags & ~kFlags) == 0;
}

http::ClientOptions client_options(const writ_http_options& given) {
  http::ClientOptions options;
  options.deny_private = (given.flags & WRIT_HTTP_DENY_PRIVATE) != 0;
  options.deny_local = (given.flags & WRIT_HTTP_DENY_LOCAL) != 0;
  options.no_proxy = (given.flags & WRIT_HTTP_NO_PROXY) != 0;
  if (given.allowed_hosts != nullptr) {
    options.allowed_hosts.emplace(given.allowed_hosts, given.allowed_hosts + given.allowed_host_count);
  }
  if (given.max_body_bytes != 0) options.max_body_bytes = given.max_body_bytes;
  if (given.max_header_bytes != 0) options.max_header_bytes = given.max_header_bytes;
  if (given.max_call_ns != 0) options.max_call_ns = std::min<uint64_t>(given.max_call_ns, INT64_MAX / 2);
  if (given.cache_bytes != 0) options.cache_bytes = given.cache_bytes;
  return options;
}

// A value of the other library; texts of numbers are as they were.
Value read_argument(writ_value argument, Arena& arena) {
  char* text = nullptr;
  size_t size = 0;
  if (writ_value_to_json(argument, &text, &size, nullptr) != WRIT_OK) {
    throw Failure(ErrorCode::E_OUTSIDE, "an argument has no JSON form");
  }
  try {
    std::string_view copy = arena.copy({text, size});
    writ_free(text);
    text = nullptr;
    return read_json(copy, arena);
  } catch (...) {
    writ_free(text);
    throw;
  }
}

}  // namespace

}  // namespace writ

writ_http* writ_http_create(const writ_http_options* options) WRIT_NOEXCEPT {
  try {
    writ_http_options given{};
    if (options != nullptr && !writ::copy_options(*options, given)) return nullptr;
    return new writ_http{writ::http::Client(writ::client_options(given))};
  } catch (...) {
    return nullptr;
  }
}

void writ_http_free(writ_http* http) WRIT_NOEXCEPT { delete http; }

void writ_http_call(void* http, const char* function, size_t function_size, const writ_value* arguments, size_t count,
                    writ_reply* reply) WRIT_NOEXCEPT {
  try {
    std::string_view name(function, function_size);
    if (http == nullptr || !writ::http::Client::answers(name)) return;
    writ::Arena arena;
    std::vector<writ::Value> values;
    for (size_t i = 0; i < count; ++i) values.push_back(writ::read_argument(arguments[i], arena));
    writ::Value answer = static_cast<writ_http*>(http)->client.call(name, values, arena);
    std::string json = writ::to_json(answer);
    writ_reply_json(reply, json.data(), json.size());
  } catch (const writ::Failure& failure) {
    writ_reply_error(reply, failure.error().detail.data(), failure.error().detail.size());
  } catch (...) {
    writ_reply_error(reply, "out of memory", WRIT_NUL);
  }
}
