// URLs as libcurl reads them, which is how it goes where they lead: what is checked is what is used.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "engine/http/curl_library.h"

namespace writ::http {

class Url {
 public:
  Url() = default;
  ~Url() {
    if (handle_ != nullptr) curl().url_cleanup(handle_);
  }
  Url(Url&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Url& operator=(Url&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  // An absolute one; false if it is none of http or https.
  bool parse(const std::string& text);
  // What a redirect from here leads to; false likewise.
  bool follow(const std::string& location) { return parse_into(location) && is_http(); }
  // "" if it has none. A host of IPv6 is in brackets.
  std::string part(CURLUPart part, unsigned flags = 0) const;
  bool set(CURLUPart part, const std::string& text);

  std::string scheme() const { return part(CURLUPART_SCHEME); }
  std::string host() const { return part(CURLUPART_HOST); }
  std::string port() const { return part(CURLUPART_PORT, CURLU_DEFAULT_PORT); }
  // With a port unless it is the usual one.
  std::string authority() const;
  std::string text() const { return part(CURLUPART_URL); }
  CURLU* handle() const { return handle_; }

 private:
  bool parse_into(const std::string& text);
  bool is_http() const { return scheme() == "http" || scheme() == "https"; }

  CURLU* handle_ = nullptr;
};

}  // namespace writ::http
