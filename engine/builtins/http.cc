// http.send: the request is checked here, the host answers it [S-12.4].
#include "engine/base/error.h"
#include "engine/builtins/http_members.h"
#include "engine/builtins/support.h"

namespace writ {

Value builtin_http_send(BuiltinCall& call) {
  if (!check_http_members(call, call[0])) return Value::undefined();
  Value response = call.services.call_host(call.name, call.args);
  if (response.is_defined() && !response.is_object()) {
    throw Failure(ErrorCode::E_OUTSIDE, "http.send was answered with something that is not an object");
  }
  return response;
}

}  // namespace writ
