#include "engine/http/url.h"

namespace writ::http {

bool Url::parse(const std::string& text) { return parse_into(text) && is_http(); }

// On a handle that holds a URL, the text may be relative to it.
bool Url::parse_into(const std::string& text) {
  if (handle_ == nullptr) handle_ = curl().url();
  if (handle_ == nullptr) return false;
  return curl().url_set(handle_, CURLUPART_URL, text.c_str(), CURLU_PATH_AS_IS | CURLU_URLENCODE) == CURLUE_OK;
}

std::string Url::part(CURLUPart part, unsigned flags) const {
  char* text = nullptr;
  if (handle_ == nullptr || curl().url_get(handle_, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl().free(text);
  return copy;
}

bool Url::set(CURLUPart part, const std::string& text) {
  return curl().url_set(handle_, part, text.empty() ? nullptr : text.c_str(), 0) == CURLUE_OK;
}

std::string Url::authority() const {
  std::string port = part(CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
  return port.empty() ? host() : host() + ":" + port;
}

}  // namespace writ::http
