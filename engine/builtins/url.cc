// urlquery.* and uri.*: URLs as Go's net/url reads and writes them.
//
// Each part of a URL has its own marks that need no escape (unescaped_marks). UrlParser follows url.Parse step by step,
// so that faults are Go's; query strings are read parameter by parameter, as url.ParseQuery does.
#include <algorithm>
#include <optional>
#include <vector>

#include "engine/builtins/ip.h"
#include "engine/builtins/support.h"
#include "engine/builtins/url.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// --- Percent escapes -------------------------------------------------------------------------------------------------

// Which part of a URL a text is; each leaves other characters unescaped.
enum class Part : uint8_t { kPath, kHost, kZone, kUser, kQuery, kFragment };

constexpr size_t kMaxQueryParameters = 10'000;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The marks that need no escape in each part, besides letters and digits.
std::string_view unescaped_marks(Part part) {
  switch (part) {
    case Part::kPath: return "-_.~$&+,/:;=@";
    case Part::kHost:
    case Part::kZone: return "-_.~!$&'()*+,;=:[]<>\"";
    case Part::kUser: return "-_.~$&+,;=";
    case Part::kQuery: return "-_.~";
    case Part::kFragment: return "-_.~$&+,/:;=?@!()*";
  }
  return {};
}

bool must_escape(char c, Part part) {
  return !is_letter_or_digit(c) && (c == '\0' || unescaped_marks(part).find(c) == std::string_view::npos);
}

std::string escape(std::string_view text, Part part) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (!must_escape(c, part)) {
      out += c;
    } else if (c == ' ' && part == Part::kQuery) {
      out += '+';
    } else {
      out += '%';
      out += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
      out += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

std::string quoted(std::string_view before, std::string_view text, std::string_view after = {}) {
  std::string out(before);
  append_quoted_go(out, text);
  return out.append(after);
}

// Nothing and `*fault` set if an escape or, in a host, a character is not allowed.
std::optional<std::string> unescape(std::string_view text, Part part, std::string* fault) {
  std::string out;
  out.reserve(text.size());
  bool in_host = part == Part::kHost || part == Part::kZone;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '%') {
      std::string_view triple = text.substr(i, 3);
      bool legal = triple.size() == 3 && hex_digit(triple[1]) >= 0 && hex_digit(triple[2]) >= 0;
      int byte = legal ? hex_digit(triple[1]) << 4 | hex_digit(triple[2]) : 0;
      // Hosts may escape only what is not ASCII, and the "%" before a zone; zones also a blank and what needs none.
      if (part == Part::kHost && byte < 0x80 && triple != "%25") legal = false;
      if (part == Part::kZone && triple != "%25" && byte != ' ' && must_escape(static_cast<char>(byte), Part::kHost)) {
        legal = false;
      }
      if (!legal) {
        *fault = quoted("invalid URL escape ", triple);
        return std::nullopt;
      }
      out += static_cast<char>(byte);
      i += 2;
    } else if (c == '+' && part == Part::kQuery) {
      out += ' ';
    } else if (in_host && static_cast<unsigned char>(c) < 0x80 && must_escape(c, part)) {
      *fault = quoted("invalid character ", text.substr(i, 1), " in host name");
      return std::nullopt;
    } else {
      out += c;
    }
  }
  return out;
}

// The text of a part: as it was written, if that has no character that should have been escaped.
std::string written(std::string_view raw, std::string_view plain, bool is_usual, Part part) {
  bool is_sound = !is_usual && std::all_of(raw.begin(), raw.end(), [&](char c) {
    return std::string_view("!$&'()*+,;=:@[]%").find(c) != std::string_view::npos || !must_escape(c, part);
  });
  return is_sound ? std::string(raw) : escape(plain, part);
}

// --- URLs ------------------------------------------------------------------------------------------------------------

bool is_optional_port(std::string_view text) {
  if (text.empty()) return true;
  if (text[0] != ':') return false;
  return std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class UrlParser {
 public:
  // Nothing and fault() set if the text is not a URL.
  std::optional<Url> run(std::string_view text) {
    size_t hash = text.find('#');
    std::string_view without_fragment = text.substr(0, hash);
    if (!parse(without_fragment)) return blame(without_fragment);
    if (hash == text.npos || hash + 1 == text.size()) return url_;
    std::optional<std::string> fragment = unescape(text.substr(hash + 1), Part::kFragment, &fault_);
    if (!fragment) return blame(text);
    url_.fragment = std::move(*fragment);
    if (escape(url_.fragment, Part::kFragment) != text.substr(hash + 1)) url_.raw_fragment = text.substr(hash + 1);
    return url_;
  }
  const std::string& fault() const { return fault_; }

 private:
  std::optional<Url> blame(std::string_view text) {
    fault_ = quoted("parse ", text, ": ") + fault_;
    return std::nullopt;
  }

  bool fail(std::string why) {
    fault_ = std::move(why);
    return false;
  }

  bool parse(std::string_view text) {
    for (char c : text) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return fail("net/url: invalid control character in URL");
    }
    if (text == "*") {
      url_.path = "*";
      url_.raw_path = "*";
      return true;
    }
    std::string_view rest = text;
    if (!take_scheme(rest)) return false;
    if (size_t mark = rest.find('?'); mark != rest.npos) {
      url_.raw_query = rest.substr(mark + 1);
      url_.forces_query = url_.raw_query.empty();
      rest = rest.substr(0, mark);
    }
    if (!rest.starts_with('/')) {
      if (!url_.scheme.empty()) {
        url_.opaque = rest;
        return true;
      }
      if (rest.substr(0, rest.find('/')).find(':') != rest.npos) {
        return fail("first path segment in URL cannot contain colon");
      }
    }
    if (rest.starts_with("//") && (!url_.scheme.empty() || !rest.starts_with("///"))) {
      std::string_view authority = rest.substr(2);
      size_t slash = authority.find('/');
      rest = slash == authority.npos ? std::string_view() : authority.substr(slash);
      if (!parse_authority(authority.substr(0, slash))) return false;
    } else {
      url_.omits_host = !url_.scheme.empty() && rest.starts_with('/');
    }
    return set_path(rest);
  }

  bool take_scheme(std::string_view& rest) {
    for (size_t i = 0; i < rest.size(); i++) {
      char c = rest[i];
      if (c == ':') {
        if (i == 0) return fail("missing protocol scheme");
        for (char letter : rest.substr(0, i)) url_.scheme += letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
        rest.remove_prefix(i + 1);
        return true;
      }
      bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      bool is_later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      if (!is_letter && !(is_later && i > 0)) return true;
    }
    return true;
  }

  bool parse_authority(std::string_view authority) {
    size_t at = authority.rfind('@');
    if (at == authority.npos) return parse_host(authority);
    if (!parse_host(authority.substr(at + 1))) return false;
    std::string_view user = authority.substr(0, at);
    for (char c : user) {
      if (!is_letter_or_digit(c) && (c == '\0' || std::string_view("-._:~!$&'()*+,;=%@").find(c) == user.npos)) {
        return fail("net/url: invalid userinfo");
      }
    }
    size_t colon = user.find(':');
    std::optional<std::string> name = unescape(user.substr(0, colon), Part::kUser, &fault_);
    if (!name) return false;
    url_.user = escape(*name, Part::kUser);
    if (colon == user.npos) return true;
    std::optional<std::string> password = unescape(user.substr(colon + 1), Part::kUser, &fault_);
    if (!password) return false;
    url_.user->append(":").append(escape(*password, Part::kUser));
    return true;
  }

  bool parse_host(std::string_view host) {
    size_t open = host.rfind('[');
    if (open == 0) return parse_bracketed_host(host);
    if (open != host.npos) return fail("invalid IP-literal");
    size_t colon = host.find(':');
    if (colon != host.npos) {
      // Only these schemes insist on one colon; others take what follows the last one.
      if (url_.scheme != "http" && url_.scheme != "https") colon = host.rfind(':');
      if (!is_optional_port(host.substr(colon))) return fail(quoted("invalid port ", host.substr(colon), " after host"));
    }
    std::optional<std::string> plain = unescape(host, Part::kHost, &fault_);
    if (!plain) return false;
    url_.host = std::move(*plain);
    return true;
  }

  bool parse_bracketed_host(std::string_view host) {
    size_t close = host.rfind(']');
    if (close == host.npos) return fail("missing ']' in host");
    std::string_view port = host.substr(close + 1);
    if (!is_optional_port(port)) return fail(quoted("invalid port ", port, " after host"));
    std::string_view name = host.substr(1, close - 1);
    size_t zone = name.find("%25");
    std::optional<std::string> plain = unescape(name.substr(0, zone), Part::kHost, &fault_);
    if (!plain) return false;
    if (zone != name.npos) {
      std::optional<std::string> plain_zone = unescape(name.substr(zone), Part::kZone, &fault_);
      if (!plain_zone) return false;
      *plain += *plain_zone;
    }
    IpParse address = parse_ip_address(*plain);
    if (!address.fault.empty()) return fail("invalid host: " + address.fault);
    if (address.written_as_v4) return fail("invalid IP-literal");
    url_.host = "[" + *plain + "]" + std::string(port);
    return true;
  }

  bool set_path(std::string_view raw) {
    std::optional<std::string> path = unescape(raw, Part::kPath, &fault_);
    if (!path) return false;
    url_.path = std::move(*path);
    url_.is_path_usual = escape(url_.path, Part::kPath) == raw;
    url_.raw_path = url_.is_path_usual ? url_.path : std::string(raw);
    return true;
  }

  Url url_;
  std::string fault_;
};

// The path that `reference` means below `base`, both escaped, with "." and ".." gone.
std::string resolve_path(std::string_view base, std::string_view reference) {
  std::string full;
  if (reference.empty()) {
    full = base;
  } else if (reference[0] != '/') {
    full = base.substr(0, base.rfind('/') + 1);  // nothing if there is no slash
    full.append(reference);
  } else {
    full = reference;
  }
  if (full.empty()) return full;
  std::string out = "/";
  std::string_view step;
  bool first = true;
  for (size_t begin = 0; begin != std::string::npos;) {
    size_t slash = full.find('/', begin);
    step = std::string_view(full).substr(begin, slash == full.npos ? slash : slash - begin);
    begin = slash == full.npos ? slash : slash + 1;
    if (step == ".") {
      first = false;
    } else if (step == "..") {
      size_t last = out.rfind('/');
      out.resize(last >= 1 ? last : 1);
      first = out.size() == 1;
    } else {
      if (!first) out += '/';
      out.append(step);
      first = false;
    }
  }
  if (step == "." || step == "..") out += '/';
  return out.starts_with("//") ? out.substr(1) : out;
}

// Sets the path to one that is escaped already.
void set_escaped_path(Url& url, std::string_view escaped) {
  std::string fault;
  std::optional<std::string> path = unescape(escaped, Part::kPath, &fault);
  if (!path) return;
  url.path = std::move(*path);
  url.is_path_usual = escape(url.path, Part::kPath) == escaped;
  url.raw_path = url.is_path_usual ? url.path : std::string(escaped);
}

// --- Objects of query parameters -------------------------------------------------------------------------------------

struct Parameter {
  std::string key;
  Value value;
};

// The key as a JSON object has it: the string, or the JSON text of any other key.
std::string key_text(const Value& key) { return key.is_string() ? std::string(key.text()) : to_json(key); }

// Appends "key=value" for each of the values; false if one is not a string.
bool append_parameters(std::string& out, const Parameter& parameter) {
  std::span<const Value> values{&parameter.value, 1};
  if (parameter.value.is_array() || parameter.value.is_set()) values = parameter.value.items();
  std::string key = escape(parameter.key, Part::kQuery);
  for (const Value& value : values) {
    if (!value.is_string()) return false;
    if (!out.empty()) out += '&';
    out.append(key).append("=").append(escape(value.text(), Part::kQuery));
  }
  return true;
}

}  // namespace

std::string url_query_escape(std::string_view text) { return escape(text, Part::kQuery); }

Value builtin_urlquery_encode(BuiltinCall& call) {
  return make_string(call.arena, url_query_escape(call[0].text()));
}

Value builtin_urlquery_decode(BuiltinCall& call) {
  std::string fault;
  std::optional<std::string> text = unescape(call[0].text(), Part::kQuery, &fault);
  return text ? make_string(call.arena, *text) : call.fault(fault);
}

Value builtin_urlquery_encode_object(BuiltinCall& call) {
  charge_value(call, call[0]);
  std::vector<Parameter> parameters;
  for (const Entry& entry : call[0].members()) parameters.push_back({key_text(entry.key), entry.value});
  std::sort(parameters.begin(), parameters.end(), [](const Parameter& a, const Parameter& b) { return a.key < b.key; });
  std::string out;
  for (const Parameter& parameter : parameters) {
    if (!append_parameters(out, parameter)) {
      return call.fault_argument(1, "values must be string, array[string], or set[string]");
    }
  }
  return make_string(call.arena, out);
}

// Reads on behind a fault, as Go does, and reports the first; a semicolon's takes the place of those before it.
Value builtin_urlquery_decode_object(BuiltinCall& call) {
  std::string_view query = call[0].text();
  if (static_cast<size_t>(std::count(query.begin(), query.end(), '&')) + 1 > kMaxQueryParameters) {
    return call.fault("number of URL query parameters exceeded limit");
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string first_fault;
  for (size_t begin = 0; begin < query.size();) {
    size_t end = std::min(query.find('&', begin), query.size());
    std::string_view pair = query.substr(begin, end - begin);
    begin = end + 1;
    if (pair.find(';') != pair.npos) {
      first_fault = "invalid semicolon separator in query";
      continue;
    }
    charge_elements(call, 1);
    if (pair.empty()) continue;
    size_t equals = pair.find('=');
    std::string fault;
    std::optional<std::string> key = unescape(pair.substr(0, equals), Part::kQuery, &fault);
    std::optional<std::string> value;
    if (key) {
      value = unescape(equals == pair.npos ? std::string_view() : pair.substr(equals + 1), Part::kQuery, &fault);
    }
    if (value) {
      pairs.emplace_back(std::move(*key), std::move(*value));
    } else if (first_fault.empty()) {
      first_fault = fault;
    }
  }
  if (!first_fault.empty()) return call.fault(first_fault);
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  ObjectBuilder object(call.arena);
  for (size_t i = 0; i < pairs.size();) {
    ArrayBuilder values(call.arena);
    size_t same = i;
    for (; same < pairs.size() && pairs[same].first == pairs[i].first; same++) {
      values.append(make_string(call.arena, pairs[same].second));
    }
    object.insert(make_string(call.arena, pairs[i].first), values.finish());
    i = same;
  }
  return object.finish();
}

std::optional<Url> parse_url(std::string_view text, std::string* fault) {
  UrlParser parser;
  std::optional<Url> url = parser.run(text);
  if (!url) *fault = parser.fault();
  return url;
}

std::string url_escaped_path(const Url& url) {
  return url.path == "*" ? url.path : written(url.raw_path, url.path, url.is_path_usual, Part::kPath);
}

std::string url_text(const Url& url) {
  std::string out;
  if (!url.scheme.empty()) out += url.scheme + ":";
  if (!url.opaque.empty()) {
    out += url.opaque;
  } else {
    bool has_authority = !url.host.empty() || url.user;
    if ((!url.scheme.empty() || has_authority) && (has_authority || !url.omits_host)) {
      if (has_authority || !url.path.empty()) out += "//";
      if (url.user) out += *url.user + "@";
      out += escape(url.host, Part::kHost);
    }
    std::string path = url_escaped_path(url);
    if (!path.empty() && path[0] != '/' && !url.host.empty()) out += '/';
    // The first segment of a relative path would else be read as a scheme.
    if (out.empty() && path.substr(0, path.find('/')).find(':') != path.npos) out += "./";
    out += path;
  }
  if (url.forces_query || !url.raw_query.empty()) out += "?" + url.raw_query;
  if (!url.fragment.empty()) {
    out += "#" + written(url.raw_fragment, url.fragment, url.raw_fragment.empty(), Part::kFragment);
  }
  return out;
}

Url resolve_url(const Url& base, const Url& reference) {
  Url url = reference;
  if (reference.scheme.empty()) url.scheme = base.scheme;
  if (!reference.scheme.empty() || !reference.host.empty() || reference.user) {
    set_escaped_path(url, resolve_path(url_escaped_path(reference), ""));
    return url;
  }
  if (reference.path.empty() && !reference.forces_query && reference.raw_query.empty()) {
    url.raw_query = base.raw_query;
    if (reference.fragment.empty()) {
      url.fragment = base.fragment;
      url.raw_fragment = base.raw_fragment;
    }
  }
  if (reference.path.empty() && !base.opaque.empty()) {
    url.opaque = base.opaque;
    return url;
  }
  url.host = base.host;
  url.user = base.user;
  set_escaped_path(url, resolve_path(url_escaped_path(base), url_escaped_path(reference)));
  return url;
}

std::string url_fault(std::string_view text) {
  UrlParser parser;
  return parser.run(text) ? std::string() : parser.fault();
}

namespace {

// Each byte may have to be written as three and compared.
void charge_uri(BuiltinCall& call) {
  constexpr uint64_t kBytesPerUnit = 8;
  charge_elements(call, call[0].size / kBytesPerUnit);
}

}  // namespace

// Parts that are empty are left out.
Value builtin_uri_parse(BuiltinCall& call) {
  charge_uri(call);
  UrlParser parser;
  std::optional<Url> url = parser.run(call[0].text());
  if (!url) return call.fault(parser.fault());
  std::string_view host = url->host;
  std::string_view port;
  if (size_t colon = host.rfind(':'); colon != host.npos && is_optional_port(host.substr(colon))) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::pair<std::string_view, std::string_view> parts[] = {
      {"scheme", url->scheme},     {"hostname", host},           {"port", port},         {"path", url->path},
      {"raw_path", url->raw_path}, {"raw_query", url->raw_query}, {"fragment", url->fragment},
  };
  ObjectBuilder object(call.arena);
  for (const auto& [name, text] : parts) {
    if (!text.empty()) object.insert(name, make_string(call.arena, text));
  }
  return object.finish();
}

Value builtin_uri_is_valid(BuiltinCall& call) {
  if (!call[0].is_string() || call[0].size == 0) return Value::of(false);
  charge_uri(call);
  return Value::of(UrlParser().run(call[0].text()).has_value());
}

}  // namespace writ
