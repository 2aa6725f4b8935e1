// Formats are rows of kFormats; each has a check that follows what OPA's does rather than what it is called after: "date-time"
// takes a date or a time alone, "email" takes a name in front, "uri-template" only looks whether braces are closed. Times
// and addresses are read by the readers of time.* and net.*, URLs by that of uri.*.
#include "engine/builtins/schema/formats.h"

#include <algorithm>
#include <string>

#include "engine/builtins/ip.h"
#include "engine/builtins/patterns.h"
#include "engine/builtins/support.h"
#include "engine/builtins/time_layout.h"
#include "engine/builtins/url.h"

namespace writ {

namespace {

struct NamedFormat {
  std::string_view name;
  SchemaFormat format;
};

constexpr NamedFormat kFormats[] = {
    {"date", SchemaFormat::kDate},
    {"date-time", SchemaFormat::kDateTime},
    {"email", SchemaFormat::kEmail},
    {"hostname", SchemaFormat::kHostname},
    {"idn-email", SchemaFormat::kEmail},
    {"ipv4", SchemaFormat::kIpv4},
    {"ipv6", SchemaFormat::kIpv6},
    {"iri", SchemaFormat::kUri},
    {"iri-reference", SchemaFormat::kUriReference},
    {"json-pointer", SchemaFormat::kJsonPointer},
    {"regex", SchemaFormat::kRegex},
    {"relative-json-pointer", SchemaFormat::kRelativeJsonPointer},
    {"time", SchemaFormat::kTime},
    {"uri", SchemaFormat::kUri},
    {"uri-reference", SchemaFormat::kUriReference},
    {"uri-template", SchemaFormat::kUriTemplate},
    {"uuid", SchemaFormat::kUuid},
};

constexpr std::string_view kDateLayouts[] = {"2006-01-02"};
constexpr std::string_view kTimeLayouts[] = {"15:04:05Z07:00", "15:04:05"};
constexpr std::string_view kDateTimeLayouts[] = {"15:04:05", "15:04:05Z07:00", "2006-01-02",
                                                 "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.999999999Z07:00"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool follows_one_of(std::span<const std::string_view> layouts, std::string_view text) {
  return std::any_of(layouts.begin(), layouts.end(), [&](std::string_view layout) {
    ZonedTime time;
    std::string fault;
    return parse_time(layout, text, &time, &fault);
  });
}

bool is_label(std::string_view label) {
  constexpr size_t kLongestLabel = 63;
  return !label.empty() && label.size() <= kLongestLabel && is_letter_or_digit(label.front()) &&
         is_letter_or_digit(label.back()) &&
         std::all_of(label.begin(), label.end(), [](char c) { return c == '-' || is_letter_or_digit(c); });
}

bool is_hostname(std::string_view text) {
  constexpr size_t kLongestName = 255;
  if (text.size() > kLongestName) return false;
  while (true) {
    size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_uri_reference(std::string_view text) { return text.find('\\') == text.npos && url_fault(text).empty(); }

bool is_uri(std::string_view text) {
  std::string fault;
  std::optional<Url> url = parse_url(text, &fault);
  return url && !url->scheme.empty() && text.find('\\') == text.npos;
}

// Only that every brace of the path that is opened is closed again.
bool is_uri_template(std::string_view text) {
  std::string fault;
  std::optional<Url> url = parse_url(text, &fault);
  if (!url || text.find('\\') != text.npos) return false;
  bool open = false;
  for (char c : url->path) {
    if (c == (open ? '}' : '{')) open = !open;
  }
  return !open;
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kShape.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    bool is_hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (kShape[i] == '-' ? c != '-' : !is_hex) return false;
  }
  return true;
}

bool is_json_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '~') continue;
    if (++i == text.size() || (text[i] != '0' && text[i] != '1')) return false;
  }
  return true;
}

bool is_relative_json_pointer(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) digits++;
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  text.remove_prefix(digits);
  return text == "#" || is_json_pointer(text);
}

}  // namespace

SchemaFormat schema_format(std::string_view name) {
  for (const NamedFormat& row : kFormats) {
    if (row.name == name) return row.format;
  }
  return SchemaFormat::kNone;
}

bool has_schema_format(BuiltinCall& call, SchemaFormat format, std::string_view text) {
  charge_elements(call, text.size() / 4 + 8);
  switch (format) {
    case SchemaFormat::kNone: return true;
    case SchemaFormat::kDate: return follows_one_of(kDateLayouts, text);
    case SchemaFormat::kDateTime: return follows_one_of(kDateTimeLayouts, text);
    case SchemaFormat::kEmail: return is_mail_address(text);
    case SchemaFormat::kHostname: return is_hostname(text);
    case SchemaFormat::kIpv4: return parse_ip(text).has_value() && text.find('.') != text.npos;
    case SchemaFormat::kIpv6: return parse_ip(text).has_value() && text.find(':') != text.npos;
    case SchemaFormat::kJsonPointer: return is_json_pointer(text);
    case SchemaFormat::kRegex: {
      std::string fault;
      return text.empty() || call.services.patterns().regex(text, &fault) != nullptr;
    }
    case SchemaFormat::kRelativeJsonPointer: return is_relative_json_pointer(text);
    case SchemaFormat::kTime: return follows_one_of(kTimeLayouts, text);
    case SchemaFormat::kUri: return is_uri(text);
    case SchemaFormat::kUriReference: return is_uri_reference(text);
    case SchemaFormat::kUriTemplate: return is_uri_template(text);
    case SchemaFormat::kUuid: return is_uuid(text);
  }
  return true;
}

}  // namespace writ
