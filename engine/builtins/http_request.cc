// Checking and rewriting the request of http.send.
//
// The order of the checks is OPA's, because the first that fails is what a policy sees: names of members, cache, then the
// members one by one as they are sorted, then what Go's client says of the whole. What OPA finds only while it loads
// certificates, between the last two, is the host's to find.
#include "engine/builtins/http_request.h"

#include <algorithm>
#include <optional>
#include <span>

#include "engine/builtins/go_duration.h"
#include "engine/builtins/http_members.h"
#include "engine/builtins/support.h"
#include "engine/builtins/url.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// What becomes of a member on its way to the host.
enum class Rewrite : uint8_t { kNone, kText, kMethod, kUrl, kSwitch, kBody, kHeaders, kIgnored, kTimeout };

struct Parameter {
  std::string_view name;
  Rewrite rewrite;
};
constexpr Parameter kParameters[] = {
    {"body", Rewrite::kBody},
    {"cache", Rewrite::kNone},
    {"cache_ignored_headers", Rewrite::kIgnored},
    {"caching_mode", Rewrite::kNone},
    {"enable_redirect", Rewrite::kSwitch},
    {"force_cache", Rewrite::kNone},
    {"force_cache_duration_seconds", Rewrite::kNone},
    {"force_json_decode", Rewrite::kNone},
    {"force_yaml_decode", Rewrite::kNone},
    {"headers", Rewrite::kHeaders},
    {"max_retry_attempts", Rewrite::kNone},
    {"method", Rewrite::kMethod},
    {"raise_error", Rewrite::kNone},
    {"raw_body", Rewrite::kText},
    {"timeout", Rewrite::kTimeout},
    {"tls_ca_cert", Rewrite::kText},
    {"tls_ca_cert_env_variable", Rewrite::kText},
    {"tls_ca_cert_file", Rewrite::kText},
    {"tls_client_cert", Rewrite::kText},
    {"tls_client_cert_env_variable", Rewrite::kText},
    {"tls_client_cert_file", Rewrite::kText},
    {"tls_client_key", Rewrite::kText},
    {"tls_client_key_env_variable", Rewrite::kText},
    {"tls_client_key_file", Rewrite::kText},
    {"tls_insecure_skip_verify", Rewrite::kSwitch},
    {"tls_server_name", Rewrite::kText},
    {"tls_use_system_certs", Rewrite::kSwitch},
    {"url", Rewrite::kUrl},
};
constexpr std::string_view kRequired[] = {"method", "url"};

const Parameter* find_parameter(const Value& key) {
  if (!key.is_string()) return nullptr;
  for (const Parameter& row : kParameters) {
    if (row.name == key.text()) return &row;
  }
  return nullptr;
}

[[noreturn]] void refuse(std::string message) { throw HttpRefusal{kHttpInternalError, std::move(message)}; }
[[noreturn]] void refuse_plainly(std::string message) {
  throw HttpRefusal{kHttpInternalError, std::move(message), true};
}
[[noreturn]] void refuse_argument(std::string text) {
  throw HttpRefusal{kHttpInternalError, "operand 1 " + std::move(text), false, true};
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted_go(out, text);
  return out;
}

std::string_view without_quotes(std::string_view text) {
  while (text.starts_with('"')) text.remove_prefix(1);
  while (text.ends_with('"')) text.remove_suffix(1);
  return text;
}

void check_names(const Value& request, Arena& arena) {
  SetBuilder unknown(arena), missing(arena);
  for (const Entry& entry : request.members()) {
    if (find_parameter(entry.key) == nullptr) unknown.add(entry.key);
  }
  if (Value set = unknown.finish(); set.size > 0) refuse_argument("invalid request parameters(s): " + to_rego(set));
  for (std::string_view name : kRequired) {
    if (object_find(request, name) == nullptr) missing.add(Value::string(name));
  }
  if (Value set = missing.finish(); set.size > 0) {
    refuse_argument("missing required request parameters(s): " + to_rego(set));
  }
}

void check_cache(const Value& request) {
  const Value* ignored = object_find(request, "cache_ignored_headers");
  if (ignored != nullptr && object_find(request, "headers") != nullptr) {
    bool is_list = ignored->is_array() && std::all_of(ignored->items().begin(), ignored->items().end(),
                                                      [](const Value& name) { return name.is_string(); });
    if (!is_list) refuse_plainly("cache_ignored_headers must be an array of strings");
  }
  bool cache = read_http_switch(request, "cache");
  bool force = read_http_switch(request, "force_cache");
  if (force) {
    const Value* duration = object_find(request, "force_cache_duration_seconds");
    if (duration == nullptr) refuse("'force_cache' set but 'force_cache_duration_seconds' parameter is missing");
    std::optional<int64_t> seconds = duration->is_number() ? machine_integer(*duration) : std::nullopt;
    std::string parsing = "strconv.ParseInt: parsing " + quoted(to_rego(*duration)) + ": ";
    if (!seconds) refuse(parsing + "invalid syntax");
    int64_t count = seconds.value_or(0);
    if (count != static_cast<int32_t>(count)) refuse(parsing + "value out of range");
  }
  if (cache || force) {
    read_http_switch(request, "force_json_decode");
    read_http_switch(request, "force_yaml_decode");
  }
}

// Go's strconv.ParseBool of the value's text.
Value read_boolean(const Value& value) {
  std::string text = to_rego(value);
  if (text == "true" || text == "1") return Value::of(true);
  if (text == "false" || text == "0") return Value::of(false);
  refuse("strconv.ParseBool: parsing " + quoted(text) + ": invalid syntax");
}

// OPA's util.Atoi64: digits with a sign, and with nothing but zeros behind a point.
std::optional<int64_t> read_nanoseconds(std::string_view text) {
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 19) return std::nullopt;
  uint64_t number = 0;
  bool past_point = false;
  for (char c : text) {
    if (c == '.' && !past_point) {
      past_point = true;
    } else if (past_point ? c != '0' : c < '0' || c > '9') {
      return std::nullopt;
    } else if (!past_point) {
      number = number * 10 + static_cast<uint64_t>(c - '0');
    }
  }
  if (number > INT64_MAX) return std::nullopt;
  return negative ? -static_cast<int64_t>(number) : static_cast<int64_t>(number);
}

Value read_timeout(const Value& value) {
  if (value.is_number()) {
    if (std::optional<int64_t> nanoseconds = machine_integer(value)) return Value::of(*nanoseconds);
    refuse("invalid timeout number value " + to_rego(value) + ", must be int64");
  }
  if (!value.is_string()) {
    refuse_argument("'timeout' must be one of {string, number} but got " + std::string(kind_name(value.kind)));
  }
  if (std::optional<int64_t> nanoseconds = read_nanoseconds(value.text())) return Value::of(*nanoseconds);
  std::string reason;
  std::optional<int64_t> nanoseconds = parse_go_duration(value.text(), &reason);
  if (!nanoseconds) refuse("invalid timeout value " + to_rego(value) + ": " + reason + " " + quoted(value.text()));
  return Value::of(*nanoseconds);
}

// RFC 7230's token.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && kMarks.find(c) != std::string_view::npos);
  });
}

// "content-type" to "Content-Type"; a name with a character that is illegal in one stays as it is.
std::string canonical_name(std::string_view name) {
  std::string canonical(name);
  if (!is_token(name)) return canonical;
  bool first = true;
  for (char& c : canonical) {
    if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    if (!first && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    first = c == '-';
  }
  return canonical;
}

Value read_headers(BuiltinCall& call, const Value& headers) {
  if (!headers.is_object()) refuse("invalid type for headers key");
  charge_elements(call, headers.size);
  ObjectBuilder canonical(call.arena);
  for (const Entry& header : headers.members()) {
    std::string name = canonical_name(header.key.is_string() ? std::string(header.key.text()) : to_json(header.key));
    canonical.insert(make_string(call.arena, name), header.value);
  }
  return canonical.finish();
}

// Of the names in `ignored` those that headers of the request have, exactly as it spells them, in canonical form; sorted.
Value read_ignored_headers(BuiltinCall& call, const Value& ignored) {
  const Value* headers = object_find(call[0], "headers");
  if (headers == nullptr || !headers->is_object() || !ignored.is_array()) return Value::null();
  charge_elements(call, ignored.size);
  SetBuilder names(call.arena);
  for (const Value& name : ignored.items()) {
    if (object_find(*headers, name.text()) == nullptr) continue;
    names.add(make_string(call.arena, canonical_name(name.text())));
  }
  Value set = names.finish();
  return set.size == 0 ? Value::null() : make_array(call.arena, set.items());
}

// A header's value as Go's %q would write what is no string.
std::string header_value_text(const Value& value) {
  if (value.is_number()) return quoted(to_json(value));
  if (value.kind == Kind::kNull) return "%!q(<nil>)";
  if (value.kind == Kind::kBoolean) return std::string("%!q(bool=") + (value.is_true() ? "true)" : "false)");
  return to_json(value);
}

class RequestReader {
 public:
  explicit RequestReader(BuiltinCall& call) : call_(call), request_(call.arena) {}

  Value read() {
    check_names(call_[0], call_.arena);
    check_cache(call_[0]);
    for (const Entry& member : call_[0].members()) rewrite(member);
    check_whole();
    return request_.finish();
  }

 private:
  void rewrite(const Entry& member) {
    const Parameter& parameter = *find_parameter(member.key);
    switch (parameter.rewrite) {
      case Rewrite::kNone: return keep(member.key, member.value);
      case Rewrite::kSwitch: return keep(member.key, read_boolean(member.value));
      case Rewrite::kTimeout: return keep(member.key, read_timeout(member.value));
      case Rewrite::kIgnored: return keep(member.key, read_ignored_headers(call_, member.value));
      case Rewrite::kHeaders: return keep(member.key, headers_ = read_headers(call_, member.value));
      case Rewrite::kBody: return read_body(member.value);
      case Rewrite::kText:
      case Rewrite::kMethod:
      case Rewrite::kUrl: break;
    }
    if (!member.value.is_string()) refuse(quoted(parameter.name) + " must be a string");
    std::string_view text = without_quotes(member.value.text());
    if (parameter.rewrite == Rewrite::kMethod) {
      method_ = text.empty() ? "GET" : to_upper(text);
      return keep(member.key, text_value(call_, method_));
    }
    if (parameter.rewrite == Rewrite::kUrl) check_host(url_text_ = text);
    keep(member.key, part_value(text));
  }

  // As OPA cuts the host: up to the first colon, so that of "[::1]:80" is "[".
  void check_host(std::string_view url_text) {
    if (call_.services.allowed_hosts() == nullptr) return;
    std::optional<Url> url = parse_url(url_text, &fault_);
    if (!url) refuse(fault_);
    std::string why = host_refusal(call_, url->host.substr(0, url->host.find(':')));
    if (!why.empty()) refuse(why);
  }

  void keep(const Value& name, const Value& value) { request_.insert(name, value); }

  // A raw_body, which comes later, replaces it.
  void read_body(const Value& body) {
    charge_value(call_, body);
    keep(Value::string("raw_body"), text_value(call_, to_json(body)));
  }

  // What Go's client says of the request as a whole.
  void check_whole() {
    if (!is_token(method_)) refuse("net/http: invalid method " + quoted(method_));
    std::optional<Url> url = parse_url(url_text_, &fault_);
    if (!url) refuse(fault_);
    for (const Entry& header : headers_.members()) {
      if (!header.value.is_string()) refuse("invalid type for headers value " + header_value_text(header.value));
    }
    check_retries();
    for (const Entry& header : headers_.members()) check_header(header);
    bool over_socket = url->scheme == "unix" && !url->raw_query.empty();
    if (url->scheme != "http" && url->scheme != "https" && !over_socket) {
      refuse_by_network("unsupported protocol scheme " + quoted(url->scheme));
    }
    if (url->host.empty()) refuse_by_network("http: no Host in request URL");
  }

  void check_retries() {
    const Value* retries = object_find(call_[0], "max_retry_attempts");
    if (retries == nullptr) return;
    std::optional<int64_t> number = retries->is_number() ? machine_integer(*retries) : std::nullopt;
    if (!number || *number < 0) {
      refuse_plainly("invalid value " + to_rego(*retries) + " for field \"max_retry_attempts\"");
    }
  }

  void check_header(const Entry& header) {
    if (!is_token(header.key.text())) {
      refuse_by_network("net/http: invalid header field name " + quoted(header.key.text()));
    }
    for (char c : header.value.text()) {
      bool is_control = (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
      if (is_control) refuse_by_network("net/http: invalid header field value for " + quoted(header.key.text()));
    }
  }

  // As Go's url.Error: `Get "ftp://x": …`.
  [[noreturn]] void refuse_by_network(std::string reason) {
    std::string message(1, method_[0]);
    for (char c : method_.substr(1)) message += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    throw HttpRefusal{kHttpNetworkError, message + " " + quoted(url_text_) + ": " + reason};
  }

  BuiltinCall& call_;
  ObjectBuilder request_;
  Value headers_ = Value::sorted_object(nullptr, 0);
  std::string method_;
  std::string_view url_text_;
  std::string fault_;
};

}  // namespace

bool read_raise_error(BuiltinCall& call, bool* raise) {
  const Value* given = object_find(call[0], "raise_error");
  *raise = given == nullptr || given->is_true();
  if (given == nullptr || given->kind == Kind::kBoolean) return true;
  call.fault("invalid value for raise_error field");
  return false;
}

bool read_http_switch(const Value& request, std::string_view name) {
  const Value* value = object_find(request, name);
  if (value == nullptr) return false;
  if (value->kind != Kind::kBoolean) refuse("invalid value for " + quoted(name) + " field");
  return value->is_true();
}

bool check_http_members(BuiltinCall& call, const Value& request) {
  try {
    check_names(request, call.arena);
    return true;
  } catch (const HttpRefusal& refusal) {
    call.fault(refusal.message);
    call.type_fault = true;
    return false;
  }
}

Value read_http_request(BuiltinCall& call) { return RequestReader(call).read(); }

}  // namespace writ
