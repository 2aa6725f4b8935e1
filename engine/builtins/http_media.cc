#include "engine/builtins/http_media.h"

#include <map>
#include <string>

#include "engine/builtins/support.h"

namespace writ {

namespace {

bool is_token_character(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`{|}~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && kMarks.find(c) != std::string_view::npos);
}

std::string_view take_token(std::string_view& rest) {
  size_t size = 0;
  while (size < rest.size() && is_token_character(rest[size])) size++;
  std::string_view token = rest.substr(0, size);
  rest.remove_prefix(size);
  return token;
}

void skip_space(std::string_view& rest) {
  while (!rest.empty()) {
    Rune rune = decode_rune(rest);
    if (!is_space(rune.code)) return;
    rest.remove_prefix(rune.bytes);
  }
}

bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

// A token or a quoted text; false if there is none.
bool take_value(std::string_view& rest, std::string* value) {
  if (!rest.starts_with('"')) {
    *value = take_token(rest);
    return !value->empty();
  }
  constexpr std::string_view kSpecial = "()<>@,;:\\\"/[]?=";
  value->clear();
  for (size_t i = 1; i < rest.size(); i++) {
    char c = rest[i];
    if (c == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (c == '\r' || c == '\n') return false;
    if (c == '\\' && i + 1 < rest.size() && kSpecial.find(rest[i + 1]) != std::string_view::npos) c = rest[++i];
    *value += c;
  }
  return false;
}

// Whether all parameters, each with its semicolon, are well-formed, and none is given twice with two values.
bool parameters_are_valid(std::string_view rest) {
  std::map<std::string, std::string, std::less<>> seen;
  while (true) {
    skip_space(rest);
    if (rest.empty()) return true;
    if (!take(rest, ';')) return false;
    skip_space(rest);
    if (rest.empty()) return true;  // a semicolon at the end
    std::string name = to_lower(take_token(rest));
    skip_space(rest);
    if (name.empty() || !take(rest, '=')) return false;
    skip_space(rest);
    std::string value;
    if (!take_value(rest, &value)) return false;
    auto [place, is_new] = seen.emplace(name, value);
    if (!is_new && place->second != value) return false;
  }
}

bool is_json(std::string_view content_type) {
  size_t semicolon = std::min(content_type.find(';'), content_type.size());
  std::string lowered = to_lower(content_type.substr(0, semicolon));
  std::string_view media = lowered;
  skip_space(media);
  while (!media.empty() && is_space(decode_last_rune(media).code)) media.remove_suffix(decode_last_rune(media).bytes);
  std::string_view type = take_token(media);
  if (type != "application" || !take(media, '/')) return false;
  std::string_view subtype = take_token(media);
  if (!media.empty() || (subtype != "json" && !subtype.ends_with("+json"))) return false;
  return parameters_are_valid(content_type.substr(semicolon));
}

}  // namespace

HttpMedia http_media(std::string_view content_type) {
  if (is_json(content_type)) return HttpMedia::kJson;
  for (std::string_view name : {"application/yaml", "application/x-yaml"}) {
    if (content_type.find(name) != std::string_view::npos) return HttpMedia::kYaml;
  }
  return HttpMedia::kOther;
}

}  // namespace writ
