// opa.runtime: how the host describes itself [S-12.4].
#include "engine/builtins/support.h"

namespace writ {

// A host that does not describe itself is described by the empty object.
Value builtin_opa_runtime(BuiltinCall& call) {
  Value runtime = call.services.call_host(call.name, call.args);
  return runtime.is_object() ? runtime : Value::sorted_object(nullptr, 0);
}

}  // namespace writ
