// opa.runtime: how the host describes itself [S-12.4].
#include "engine/base/error.h"
#include "engine/builtins/support.h"

namespace writ {

// A host that does not describe itself has failed: anything else would let `not opa.runtime().env.X` hold.
Value builtin_opa_runtime(BuiltinCall& call) {
  Value runtime = call.services.call_host(call.name, call.args);
  if (!runtime.is_object()) {
    throw Failure(ErrorCode::E_OUTSIDE, "opa.runtime was answered with something that is not an object");
  }
  return runtime;
}

}  // namespace writ
