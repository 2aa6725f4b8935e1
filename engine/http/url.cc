#include "engine/http/url.h"

#include <algorithm>
#include <string_view>

namespace writ::http {

namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A path as Go sends it: as it is written, or with escapes of its own if a character is there that should have one.
std::string escaped_path(std::string_view written) {
  constexpr std::string_view kUnescaped = "-_.~$&+,/:;=@";
  constexpr std::string_view kAllowed = "!'()*[]%";
  auto needs_none = [&](char c) { return is_letter_or_digit(c) || kUnescaped.find(c) != kUnescaped.npos; };
  bool is_sound = true;
  for (char c : written) is_sound = is_sound && (needs_none(c) || kAllowed.find(c) != kAllowed.npos);
  if (is_sound) return std::string(written);
  std::string out;
  for (size_t i = 0; i < written.size(); i++) {
    char c = written[i];
    if (c == '%') {
      int high = i + 2 < written.size() ? hex_value(written[i + 1]) : -1;
      int low = i + 2 < written.size() ? hex_value(written[i + 2]) : -1;
      if (high < 0 || low < 0) return std::string(written);  // no escape
      c = static_cast<char>(high << 4 | low);
      i += 2;
    }
    if (needs_none(c)) {
      out += c;
    } else {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      out.append(1, '%').append(1, kDigits[static_cast<unsigned char>(c) >> 4]).append(1, kDigits[c & 0xF]);
    }
  }
  return out;
}

// The text of a URL, whole or relative, with its path as Go sends it. libcurl would write escapes of its own otherwise, with
// digits in lower case.
std::string with_escaped_path(std::string_view text) {
  size_t end = std::min(text.find_first_of("?#"), text.size());
  size_t authority = text.substr(0, end).find("//");
  bool is_whole = authority == 0 || (authority != text.npos && authority > 0 && text[authority - 1] == ':' &&
                                     text.find('/') == authority);
  size_t begin = is_whole ? std::min(text.find('/', authority + 2), end) : 0;
  if (!is_whole && text.substr(0, end).find(':') < text.substr(0, end).find('/')) return std::string(text);  // not by path
  return std::string(text.substr(0, begin)) + escaped_path(text.substr(begin, end - begin)) + std::string(text.substr(end));
}

}  // namespace

bool Url::parse(const std::string& text) { return parse_into(text) && is_http(); }

// On a handle that holds a URL, the text may be relative to it.
bool Url::parse_into(const std::string& text) {
  if (handle_ == nullptr) handle_ = curl().url();
  if (handle_ == nullptr) return false;
  constexpr unsigned kFlags = CURLU_PATH_AS_IS | CURLU_URLENCODE;
  return curl().url_set(handle_, CURLUPART_URL, with_escaped_path(text).c_str(), kFlags) == CURLUE_OK;
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
