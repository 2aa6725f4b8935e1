#include "cli/host.h"

#include <unistd.h>

#include <map>

#include "engine/api/values.h"
#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#if WRIT_HTTP
#include "engine/http/client.h"
#endif

namespace writ::cli {

namespace {

constexpr std::string_view kOpaVersion = "1.22.4";

#if WRIT_HTTP
http::ClientOptions& network_options() {
  static http::ClientOptions options;
  return options;
}

// One for all threads of a command: it holds the responses that are kept between decisions.
http::Client& network() {
  static http::Client client(network_options());
  return client;
}
#endif

// As `opa eval` describes itself.
Value runtime(Arena& arena) {
  std::map<std::string_view, std::optional<std::string_view>> variables;
  for (char** at = environ; *at != nullptr; ++at) {
    std::string_view variable = *at;
    size_t equals = variable.find('=');
    if (equals == std::string_view::npos) {
      variables.emplace(variable, std::nullopt);
    } else {
      variables.emplace(variable.substr(0, equals), variable.substr(equals + 1));
    }
  }
  std::string text;
  JsonWriter json(text, {JsonEscape::kText});
  json.begin_object().key("authorization_enabled").boolean(false).key("commit").string("").key("env").begin_object();
  for (const auto& [name, value] : variables) {
    json.key(name);
    if (value) json.string(*value);
    if (!value) json.null();
  }
  json.end_object().key("skip_known_schema_check").boolean(false).key("version").string(kOpaVersion).end_object();
  return read_json(text, arena);
}

}  // namespace

void NetworkFlag::declare(OptionSet& options) {
  options.flag("--deny-private-network", deny_private,
               "let http.send reach public addresses only: nothing local, in a private network, or on a Unix socket");
}

void NetworkFlag::apply() const {
#if WRIT_HTTP
  network_options().deny_private = deny_private;
#endif
}

Value CommandHost::call(std::string_view function, std::span<const Value> args, Arena& arena) {
  if (function == "opa.runtime") return runtime(arena);
#if WRIT_HTTP
  if (http::Client::answers(function)) return network().call(function, args, arena);
#endif
  return Host::call(function, args, arena);
}

}  // namespace writ::cli
