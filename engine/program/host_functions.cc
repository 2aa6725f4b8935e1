// Functions that the host registers: built-ins of one program, answered through the port.
#include <algorithm>

#include "engine/base/error.h"
#include "engine/program/program.h"

namespace writ {

namespace {

Value call_host_function(BuiltinCall& call) { return call.services.call_host(call.name, call.args); }

}  // namespace

const Builtin* Program::host_function(const HostFunction& function) {
  auto known = std::find_if(host_functions.begin(), host_functions.end(), [&](const HostBuiltin& called) {
    return called.function.name == function.name && called.function.arity == function.arity;
  });
  if (known != host_functions.end()) return &known->builtin;
  if (function.arity > kMaxArity) {
    throw Failure(ErrorCode::E_POLICY, "the host function " + function.name + " takes too many arguments");
  }
  HostBuiltin& added = host_functions.emplace_back();
  added.function = function;
  added.builtin.name = added.function.name;
  added.builtin.category = kHostCategory;
  added.builtin.effect = Effect::kHost;
  added.builtin.once = function.once;
  added.builtin.arity = static_cast<uint8_t>(function.arity);
  added.builtin.function = call_host_function;
  std::fill(std::begin(added.builtin.argument_kinds), std::end(added.builtin.argument_kinds), uint16_t{0xffff});
  return &added.builtin;
}

}  // namespace writ
