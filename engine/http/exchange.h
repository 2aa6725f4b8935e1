// A request and its response, as they go over the network.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace writ::http {

// In order of arrival; of a response in lower case.
using Headers = std::vector<std::pair<std::string, std::string>>;

// The first value of that name (in lower case); "" if there is none.
inline std::string_view first_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

struct Response {
  std::string status;  // "200 OK"
  int64_t status_code = 0;
  Headers headers;
  std::string body;
};

// Why there is no response. The codes are OPA's.
enum class ErrorKind : uint8_t { kNetwork, kInternal };
struct RequestError {
  ErrorKind kind = ErrorKind::kNetwork;
  std::string message;
  bool timed_out = false;
  bool may_retry = true;
};

}  // namespace writ::http
