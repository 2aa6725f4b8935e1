// The configuration of a policy, from options and back.
//
// `language` says what the words of the modules mean: "rego.v1", "rego.v0", "rego.v2" or "rego.v0-compat-v1", then a "+"
// and a name for each addition, sorted: "+allow-net:HOST" for each host that capabilities allow, "+allow-net" where they allow
// none, "+experimental-keywords", "+host:acme.limit/2:once", "+module:a/old.rego=rego.v0" for a module that is read as another
// version than the rest (`+` in its name is %2B, `%` is %25), "+print", "+words:in,rego_v1" where capabilities allow other words
// than the version has. Everything else has a member of its own.
#pragma once

#include <string>
#include <string_view>

#include "engine/api/policy.h"
#include "engine/host/call_log.h"

namespace writ {

// Empty if policies can call it: names separated by dots, not a built-in, at most kMaxArity arguments.
std::string_view declaration_error(const HostFunction& function);

PolicyConfig make_config(const EngineOptions& options, const Program& program);
// The options that give this configuration. Throws Failure(E_POLICY) for a language or limit this engine does not know.
EngineOptions options_from_config(const PolicyConfig& config);

}  // namespace writ
