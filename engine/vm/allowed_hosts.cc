#include "engine/vm/allowed_hosts.h"

#include <algorithm>
#include <optional>

#include "engine/builtins/url.h"
#include "engine/value/build.h"
#include "engine/value/order.h"

namespace writ {

namespace {

bool is_listed(const std::vector<std::string>& hosts, std::string_view host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

// In the form in which http.send's host and that of net.lookup_ip_addr report errors.
Value error_answer(const std::string& why, Arena& arena) {
  ObjectBuilder error(arena), answer(arena);
  error.insert("code", Value::string("eval_http_send_internal_error"));
  error.insert("message", make_string(arena, why));
  answer.insert("error", error.finish());
  answer.insert("status_code", Value::of(int64_t{0}));
  return answer.finish();
}

// The host of a URL as OPA cuts it: up to the first colon. What is no URL has none that could be listed.
std::string host_of(const Value& request) {
  const Value* text = request.is_object() ? object_find(request, "url") : nullptr;
  std::string fault;
  std::optional<Url> url = text != nullptr && text->is_string() ? parse_url(text->text(), &fault) : std::nullopt;
  return url ? url->host.substr(0, url->host.find(':')) : std::string();
}

Value send(const std::vector<std::string>& hosts, HostPort& port, std::string_view function,
           std::span<const Value> args, Arena& arena) {
  std::string host = host_of(args[0]);
  if (!is_listed(hosts, host)) return error_answer("disallowed host: " + host, arena);
  ArrayBuilder list(arena);
  for (const std::string& allowed : hosts) list.append(make_string(arena, allowed));
  ObjectBuilder restrictions(arena);
  restrictions.insert("allow_net", list.finish());
  const Value arguments[] = {args[0], restrictions.finish()};
  return port.call(function, arguments, arena);
}

}  // namespace

Value call_allowed_host(const std::vector<std::string>& hosts, HostPort& port, std::string_view function,
                        std::span<const Value> args, Arena& arena) {
  if (function == "http.send" && args.size() == 1) return send(hosts, port, function, args, arena);
  bool is_lookup = function == "net.lookup_ip_addr" && args.size() == 1 && args[0].is_string();
  if (is_lookup && !is_listed(hosts, args[0].text())) {
    return error_answer("disallowed host: " + std::string(args[0].text()), arena);
  }
  return port.call(function, args, arena);
}

}  // namespace writ
