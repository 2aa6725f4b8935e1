// Redirects and attempts.
//
// Redirects are followed here and not by libcurl, because each one is a host to be looked up in the lists, and because Go
// decides otherwise than libcurl which method, body and headers go along. In particular what authorises the policy goes to
// no other domain.
#include "engine/http/sender.h"

#include <algorithm>
#include <thread>

#include "engine/base/error.h"
#include "engine/http/transfer.h"
#include "engine/value/text.h"

namespace writ::http {

namespace {

constexpr int kMostRequests = 10;  // as Go's client counts: the first and nine redirects

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_listed(const std::vector<std::string>& hosts, std::string_view name) {
  return std::find(hosts.begin(), hosts.end(), name) != hosts.end();
}

bool authorises(std::string_view header) {
  return is_one_of(header, {"Authorization", "Www-Authenticate", "Cookie", "Cookie2", "Proxy-Authorization",
                            "Proxy-Authenticate"});
}

bool describes_body(std::string_view header) {
  return is_one_of(header, {"Content-Encoding", "Content-Language", "Content-Location", "Content-Type"});
}

bool is_domain_or_subdomain(std::string_view sub, std::string_view parent) {
  if (sub == parent) return true;
  if (sub.find_first_of(":%") != std::string_view::npos || !sub.ends_with(parent)) return false;
  return sub[sub.size() - parent.size() - 1] == '.';
}

bool is_redirect(int64_t status) {
  return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted_go(out, text);
  return out;
}

std::string without_password(const std::string& text) {
  Url url;
  if (!url.parse(text) || url.part(CURLUPART_PASSWORD).empty()) return text;
  return url.set(CURLUPART_PASSWORD, "***") ? url.text() : std::string();
}

// What a request to `to` says it comes from; "" if nothing: from HTTPS to HTTP.
std::string referer(const Url& from, const Url& to) {
  if (from.scheme() == "https" && to.scheme() == "http") return {};
  Url plain;
  if (!plain.parse(from.text()) || !plain.set(CURLUPART_USER, "") || !plain.set(CURLUPART_PASSWORD, "") ||
      !plain.set(CURLUPART_FRAGMENT, "")) {
    return {};
  }
  return plain.text();
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string query_text(std::string_view escaped) {
  std::string text;
  for (size_t i = 0; i < escaped.size(); ++i) {
    bool is_escape = escaped[i] == '%' && i + 2 < escaped.size() && hex_digit(escaped[i + 1]) >= 0 &&
                     hex_digit(escaped[i + 2]) >= 0;
    if (is_escape) {
      text += static_cast<char>(hex_digit(escaped[i + 1]) << 4 | hex_digit(escaped[i + 2]));
      i += 2;
    } else {
      text += escaped[i] == '+' ? ' ' : escaped[i];
    }
  }
  return text;
}

// Takes the parameters `socket` out of "unix://localhost/path?socket=%2Frun%2Fx&a=b"; the first one counts. The rest is a
// URL of http.
std::string take_socket(const std::string& text, std::string& socket) {
  size_t mark = text.find('?');
  std::string url = "http" + text.substr(4, mark - 4);
  std::string_view query = std::string_view(text).substr(mark + 1);
  query = query.substr(0, query.find('#'));
  char separator = '?';
  while (!query.empty()) {
    size_t end = std::min(query.find('&'), query.size());
    std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    size_t equals = std::min(parameter.find('='), parameter.size());
    if (query_text(parameter.substr(0, equals)) == "socket") {
      if (socket.empty()) socket = query_text(parameter.substr(std::min(equals + 1, parameter.size())));
    } else {
      url.append(1, separator).append(parameter);
      separator = '&';
    }
  }
  return url;
}

// The host of a redirect as it was written, up to the first colon; nothing if the redirect names none. libcurl makes
// "127.0.0.1" of "0x7f.1" and of "%31%32%37.0.0.1": lists of hosts hold neither.
std::optional<std::string> written_host(std::string_view location) {
  size_t begin = std::min(location.find("//"), location.size());
  bool is_first = begin == 0 || (location[begin - 1] == ':' && location.find_first_of("/?#") == begin);
  if (begin == location.size() || !is_first) return std::nullopt;
  std::string_view authority = location.substr(begin + 2);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  return std::string(authority.substr(0, authority.find(':')));
}

bool is_unix(std::string_view url) {
  std::string scheme(url.substr(0, 5));
  for (char& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return scheme == "unix:" && url.find('?') != std::string_view::npos;
}

}  // namespace

// Where a chain of redirects has come to.
struct Sender::Hop {
  Url url;
  std::string shown;  // its text, for errors
  std::string method;
  Headers headers;
  std::string host_header;
  bool sends_body = true;
  bool is_foreign = false;  // it has left the domain that it began in
};

Sender::Sender(const Request& request, const ClientOptions& options)
    : request_(request), options_(options), end_(Clock::now() + std::chrono::nanoseconds(options.max_call_ns)),
      url_(request.url) {
  if (!is_unix(url_)) return;
  if (options_.deny_local || options_.deny_private) {
    throw Failure(ErrorCode::E_OUTSIDE, "http.send: Unix sockets are denied by the host");
  }
  url_ = take_socket(request.url, socket_);
  // One that has none: OPA's dial fails in the same way as for a socket that is not there.
  if (socket_.empty()) socket_ = "/dev/null";
}

std::variant<Response, RequestError> Sender::send(const Headers& conditions) {
  for (uint64_t i = 0;; ++i) {
    std::variant<Response, RequestError> result = attempt(conditions);
    const auto* error = std::get_if<RequestError>(&result);
    if (error == nullptr || !error->may_retry || i == request_.retries) return result;
    wait(i);
  }
}

std::variant<Response, RequestError> Sender::attempt(const Headers& conditions) {
  Clock::time_point begin = Clock::now();
  Hop hop{{}, without_password(url_), request_.method, request_.headers, request_.host_header};
  hop.headers.insert(hop.headers.end(), conditions.begin(), conditions.end());
  if (!hop.url.parse(url_)) return network_error("the URL is not supported", hop.shown);
  if (std::string host = disallowed(hop.url); !host.empty()) return network_error("disallowed host: " + host, hop.shown);
  for (int requests = 1;; ++requests) {
    TransferRequest next{hop.method, &hop.url, hop.sends_body ? request_.body : "", hop.headers, hop.host_header, socket_,
                         &request_.tls};
    int64_t elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin).count();
    if (request_.timeout_ns > 0) next.timeout_ns = std::max<int64_t>(request_.timeout_ns - elapsed, 1);
    next.most_ns = remaining_ns();
    std::variant<Response, RequestError> result = transfer(next, options_);
    if (auto* error = std::get_if<RequestError>(&result)) return worded(std::move(*error), hop.shown);
    const Response& response = std::get<Response>(result);
    std::string location(first_header(response.headers, "location"));
    if (!request_.follows_redirects || !is_redirect(response.status_code) || location.empty()) return result;
    if (requests == kMostRequests) return network_error("stopped after 10 redirects", location);
    if (std::optional<RequestError> error = follow(hop, response, location)) return *error;
  }
}

std::optional<RequestError> Sender::follow(Hop& hop, const Response& response, const std::string& location) const {
  Url from = std::move(hop.url);
  hop.url = Url();
  if (!hop.url.parse(from.text()) || !hop.url.follow(location)) {
    std::string scheme = hop.url.scheme();
    bool is_other = !scheme.empty() && scheme != "http" && scheme != "https";
    return network_error(is_other ? "unsupported protocol scheme " + quoted(scheme)
                                  : "failed to parse Location header " + quoted(location),
                         location);
  }
  std::string host = disallowed(hop.url);
  std::optional<std::string> written = written_host(location);
  if (host.empty() && written && !may_reach(*written)) host = *written;
  if (!host.empty()) return network_error("disallowed host: " + host, location);
  if (response.status_code <= 303) {
    if (hop.method != "GET" && hop.method != "HEAD") hop.method = "GET";
    hop.sends_body = false;
  }
  // Only a redirect within the host keeps a name that the policy gave it.
  if (location.find("://") != std::string::npos || location.starts_with("//")) hop.host_header.clear();
  copy_headers(hop, from);
  hop.shown = without_password(hop.url.text());
  return std::nullopt;
}

void Sender::copy_headers(Hop& hop, const Url& from) const {
  Url first;
  bool is_known = first.parse(url_);
  hop.is_foreign = hop.is_foreign || !is_known || !is_domain_or_subdomain(hop.url.host(), first.host());
  hop.headers.clear();
  bool has_referer = false;
  for (const auto& header : request_.headers) {
    if ((hop.is_foreign && authorises(header.first)) || (!hop.sends_body && describes_body(header.first))) continue;
    has_referer = has_referer || header.first == "Referer";
    hop.headers.push_back(header);
  }
  std::string comes_from = has_referer ? std::string() : referer(from, hop.url);
  if (!comes_from.empty()) hop.headers.emplace_back("Referer", comes_from);
}

RequestError Sender::network_error(const std::string& why, const std::string& url) const {
  return worded({ErrorKind::kNetwork, why}, url);
}

RequestError Sender::worded(RequestError error, const std::string& url) const {
  if (error.kind != ErrorKind::kNetwork) return error;
  std::string operation = request_.method.substr(0, 1);
  for (char c : request_.method.substr(1)) operation += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  error.message = error.timed_out && request_.raises ? operation + " " + url + ": request timed out"
                                                     : operation + " " + quoted(url) + ": " + error.message;
  return error;
}

std::string Sender::disallowed(const Url& url) const {
  std::string host = url.host();
  if (options_.allowed_hosts && !is_listed(*options_.allowed_hosts, host)) {
    throw Failure(ErrorCode::E_OUTSIDE, "http.send: the host " + quoted(host) + " is denied");
  }
  std::string name = host.substr(0, host.find(':'));  // as OPA cuts it
  return may_reach(name) ? std::string() : name;
}

bool Sender::may_reach(std::string_view name) const {
  return !request_.allowed_hosts || is_listed(*request_.allowed_hosts, name);
}

int64_t Sender::remaining_ns() const {
  int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(end_ - Clock::now()).count();
  if (ns <= 0) throw Failure(ErrorCode::E_OUTSIDE, "http.send: the call took longer than the host lets it");
  return ns;
}

// None after the first attempt, then 160 ms and 1.6 times as much again, up to a minute.
void Sender::wait(uint64_t attempt) const {
  constexpr int64_t kMost = 60'000'000'000;
  int64_t delay = attempt == 0 ? 0 : 100'000'000;
  for (uint64_t i = 0; i < attempt && delay < kMost; ++i) delay = std::min(delay / 10 * 16, kMost);
  if (delay >= remaining_ns()) {
    throw Failure(ErrorCode::E_OUTSIDE, "http.send: its attempts would take longer than the host lets a call");
  }
  std::this_thread::sleep_for(std::chrono::nanoseconds(delay));
}

}  // namespace writ::http
