// http.send: the request is checked here, the host answers it [S-12.4].
#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kParameters[] = {
    "body", "cache", "cache_ignored_headers", "caching_mode", "enable_redirect", "force_cache",
    "force_cache_duration_seconds", "force_json_decode", "force_yaml_decode", "headers", "max_retry_attempts", "method",
    "raise_error", "raw_body", "timeout", "tls_ca_cert", "tls_ca_cert_env_variable", "tls_ca_cert_file", "tls_client_cert",
    "tls_client_cert_env_variable", "tls_client_cert_file", "tls_client_key", "tls_client_key_env_variable",
    "tls_client_key_file", "tls_insecure_skip_verify", "tls_server_name", "tls_use_system_certs", "url",
};
constexpr std::string_view kRequired[] = {"method", "url"};

bool is_parameter(const Value& key) {
  if (!key.is_string()) return false;
  for (std::string_view name : kParameters) {
    if (key.text() == name) return true;
  }
  return false;
}

}  // namespace

Value builtin_http_send(BuiltinCall& call) {
  SetBuilder unknown(call.arena);
  for (const Entry& entry : call[0].members()) {
    if (!is_parameter(entry.key)) unknown.add(entry.key);
  }
  if (Value set = unknown.finish(); set.size > 0) {
    return call.fault_argument(1, "invalid request parameters(s): " + to_rego(set));
  }
  SetBuilder missing(call.arena);
  for (std::string_view name : kRequired) {
    if (object_find(call[0], name) == nullptr) missing.add(Value::string(name));
  }
  if (Value set = missing.finish(); set.size > 0) {
    return call.fault_argument(1, "missing required request parameters(s): " + to_rego(set));
  }
  Value response = call.services.call_host(call.name, call.args);
  if (response.is_defined() && !response.is_object()) {
    throw Failure(ErrorCode::E_OUTSIDE, "http.send was answered with something that is not an object");
  }
  return response;
}

}  // namespace writ
