#include "engine/builtins/http_members.h"

#include <string>

#include "engine/builtins/support.h"
#include "engine/value/build.h"
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

bool check_http_members(BuiltinCall& call, const Value& request) {
  SetBuilder unknown(call.arena);
  for (const Entry& entry : request.members()) {
    if (!is_parameter(entry.key)) unknown.add(entry.key);
  }
  if (Value set = unknown.finish(); set.size > 0) {
    call.fault_argument(1, "invalid request parameters(s): " + to_rego(set));
    return false;
  }
  SetBuilder missing(call.arena);
  for (std::string_view name : kRequired) {
    if (object_find(request, name) == nullptr) missing.add(Value::string(name));
  }
  if (Value set = missing.finish(); set.size > 0) {
    call.fault_argument(1, "missing required request parameters(s): " + to_rego(set));
    return false;
  }
  return true;
}

}  // namespace writ
