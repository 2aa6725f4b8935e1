// Answers: requests by way of the cache, names by way of the resolver of the system.
//
// A request is read (request.h), sent with its redirects and attempts (sender.h), and its response made a value. With
// "cache" or "force_cache" the response may be one that was kept: as it is while it is fresh, and otherwise after the server
// was asked whether it still holds. What is kept is the response and not the value, so it is read by each policy's own
// switches.
#include "engine/http/client.h"

#include <netdb.h>
#include <time.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <set>

#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/host/request_key.h"
#include "engine/http/freshness.h"
#include "engine/http/sender.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ::http {

namespace {

constexpr std::string_view kSend = "http.send";
constexpr std::string_view kLookUp = "net.lookup_ip_addr";

int64_t now_seconds() { return static_cast<int64_t>(time(nullptr)); }

Value error_value(const RequestError& error, Arena& arena) {
  ObjectBuilder details(arena), answer(arena);
  details.insert("code", Value::string(error.kind == ErrorKind::kNetwork ? "eval_http_send_network_error"
                                                                         : "eval_http_send_internal_error"));
  details.insert("message", make_string(arena, error.message));
  answer.insert("error", details.finish());
  answer.insert("status_code", Value::of(int64_t{0}));
  return answer.finish();
}

Value headers_value(const Headers& headers, Arena& arena) {
  std::map<std::string_view, ArrayBuilder> by_name;
  for (const auto& [name, value] : headers) by_name.try_emplace(name, arena).first->second.append(make_string(arena, value));
  ObjectBuilder object(arena);
  for (const auto& [name, values] : by_name) object.insert(make_string(arena, name), values.finish());
  return object.finish();
}

Value response_value(const Response& response, Arena& arena) {
  ObjectBuilder answer(arena);
  answer.insert("status", make_string(arena, response.status));
  answer.insert("status_code", Value::of(response.status_code));
  answer.insert("headers", headers_value(response.headers, arena));
  if (is_utf8(response.body)) {
    answer.insert("raw_body", make_string(arena, response.body));
  } else {
    std::string encoded;
    append_base64(encoded, response.body);
    answer.insert("raw_body_base64", make_string(arena, encoded));
  }
  return answer.finish();
}

// What a 304 says replaces what was said before.
void replace_headers(Headers& headers, const Headers& newer) {
  std::set<std::string_view> names;
  for (const auto& header : newer) names.insert(header.first);
  std::erase_if(headers, [&](const auto& header) { return names.contains(header.first); });
  headers.insert(headers.end(), newer.begin(), newer.end());
}

// One call with the cache.
class CachedSend {
 public:
  CachedSend(const Request& request, Sender& sender, ResponseCache& cache, std::string key)
      : request_(request), sender_(sender), cache_(cache), key_(std::move(key)) {}

  std::variant<Response, RequestError> run() {
    if (std::optional<CachedResponse> cached = cache_.find(key_)) {
      if (now_seconds() < cached->expires_at) return std::move(cached->response);
      if (auto result = revalidate(*cached)) return std::move(*result);
    }
    std::variant<Response, RequestError> result = sender_.send();
    if (const auto* response = std::get_if<Response>(&result)) keep(*response);
    return result;
  }

 private:
  // Asks the server whether a response that is no longer fresh still holds; nothing if that cannot be asked or is not known.
  std::optional<std::variant<Response, RequestError>> revalidate(CachedResponse& cached) {
    Headers conditions;
    std::string etag(first_header(cached.response.headers, "etag"));
    std::string modified(first_header(cached.response.headers, "last-modified"));
    if (!etag.empty()) conditions.emplace_back("If-None-Match", etag);
    if (!modified.empty()) conditions.emplace_back("If-Modified-Since", modified);
    std::variant<Response, RequestError> result{RequestError{}};
    if (!conditions.empty()) result = sender_.send(conditions);
    cache_.remove(key_);
    if (conditions.empty()) return std::nullopt;
    auto* response = std::get_if<Response>(&result);
    if (response == nullptr) return result;
    if (response->status_code == 200) {
      keep(*response);
      return result;
    }
    if (response->status_code != 304) return std::nullopt;
    std::optional<int64_t> end = end_of(*response);
    if (!end) return RequestError{ErrorKind::kInternal, "no date header"};
    replace_headers(cached.response.headers, response->headers);
    cached.expires_at = *end;
    cache_.insert(key_, cached);
    return std::move(cached.response);
  }

  void keep(const Response& response) {
    if (request_.forced_seconds <= 0 && !may_store(response.headers)) return;
    if (!is_cacheable_status(response.status_code)) return;
    if (std::optional<int64_t> end = end_of(response)) cache_.insert(key_, {response, *end});
  }

  std::optional<int64_t> end_of(const Response& response) const {
    return request_.forced_seconds > 0 ? now_seconds() + request_.forced_seconds : expiry(response.headers);
  }

  const Request& request_;
  Sender& sender_;
  ResponseCache& cache_;
  const std::string key_;
};

Value unknown_name(const std::string& name, int code, Arena& arena) {
  std::string why = code == EAI_AGAIN ? "server misbehaving" : "no such host";
  ObjectBuilder details(arena), answer(arena);
  details.insert("message", make_string(arena, "lookup " + name + ": " + why));
  answer.insert("error", details.finish());
  return answer.finish();
}

}  // namespace

bool Client::answers(std::string_view function) { return function == kSend || function == kLookUp; }

Value Client::call(std::string_view function, std::span<const Value> args, Arena& arena) {
  if (function == kSend) return send(args, arena);
  if (function == kLookUp) return look_up(args, arena);
  throw Failure(ErrorCode::E_OUTSIDE, "the host does not provide `" + std::string(function) + "`");
}

Value Client::send(std::span<const Value> args, Arena& arena) {
  std::variant<Request, RequestError> read = read_request(args, options_);
  if (const auto* error = std::get_if<RequestError>(&read)) return error_value(*error, arena);
  const Request& request = std::get<Request>(read);
  Sender sender(request, options_);
  std::variant<Response, RequestError> result =
      request.uses_cache ? CachedSend(request, sender, cache_, request_key(kSend, args)).run() : sender.send();
  if (const auto* error = std::get_if<RequestError>(&result)) return error_value(*error, arena);
  return response_value(std::get<Response>(result), arena);
}

Value Client::look_up(std::span<const Value> args, Arena& arena) {
  if (args.size() != 1 || !args[0].is_string()) throw Failure(ErrorCode::E_OUTSIDE, "net.lookup_ip_addr: no name");
  std::string name(args[0].text());
  const auto& allowed = options_.allowed_hosts;
  if (allowed && std::find(allowed->begin(), allowed->end(), name) == allowed->end()) {
    throw Failure(ErrorCode::E_OUTSIDE, "net.lookup_ip_addr: the host " + name + " is denied");
  }
  if (name.empty() || name.find('\0') != std::string::npos) return unknown_name(name, EAI_NONAME, arena);
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int code = getaddrinfo(name.c_str(), nullptr, &wanted, &found);
  if (code != 0) return unknown_name(name, code, arena);
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  SetBuilder set(arena);
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof(text), nullptr, 0, NI_NUMERICHOST) != 0) continue;
    set.add(make_string(arena, text));
  }
  return set.finish();
}

}  // namespace writ::http
