// URLs as Go's net/url reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace writ {

// The parts of a URL; escapes are undone but where a name says otherwise.
struct Url {
  std::string scheme;               // in lower case
  std::string opaque;               // what follows the scheme, if that is no "/": "a@b" of "mailto:a@b"
  std::optional<std::string> user;  // "name" or "name:password", escaped
  std::string host;                 // with the port
  std::string path;
  std::string raw_path;             // with the escapes it was written with; that of "*" is "*"
  bool is_path_usual = true;        // those are the escapes that url_text would write
  std::string raw_query;
  std::string fragment;
  std::string raw_fragment;         // empty if it was written with the escapes that url_text would write
  bool omits_host = false;          // "file:/a": a scheme, but no "//"
  bool forces_query = false;        // ends with a "?" that nothing follows
};

// Nothing, and `*fault` as url_fault says it, if the text is no URL.
std::optional<Url> parse_url(std::string_view text, std::string* fault);
// The URL as Go writes it.
std::string url_text(const Url& url);

// Its path as Go writes it.
std::string url_escaped_path(const Url& url);
// What a reference means below a base (RFC 3986, section 5.2).
Url resolve_url(const Url& base, const Url& reference);

// Why the text is no URL, in Go's words: `parse "%zz": invalid URL escape "%zz"`. Empty if it is one.
std::string url_fault(std::string_view text);
// url.QueryEscape.
std::string url_query_escape(std::string_view text);

}  // namespace writ
