// The members of a request of http.send, which providers.aws.sign_req takes too.
#pragma once

#include "engine/builtins/builtin.h"

namespace writ {

// Whether a request, an object and the first argument of the call, has no members but those that http.send knows, and those
// that it needs. False, with the call faulted, if not.
bool check_http_members(BuiltinCall& call, const Value& request);

}  // namespace writ
