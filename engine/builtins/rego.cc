// What only the compiler can answer. It replaces calls of most of these functions where their answer is known; here are those
// that are left, which have none. Modules it reads when it is asked to.
#include "engine/base/error.h"
#include "engine/builtins/builtin.h"

namespace writ {

namespace {

// The calling rule has the metadata, and a query is in no rule.
Value outside_of_rules(BuiltinCall& call) {
  return call.fault("the " + std::string(call.name) + " function must only be called within the scope of a rule");
}

}  // namespace

Value builtin_rego_metadata_chain(BuiltinCall& call) { return outside_of_rules(call); }

Value builtin_rego_metadata_rule(BuiltinCall& call) { return outside_of_rules(call); }

Value builtin_rego_parse_module(BuiltinCall& call) {
  ModuleParser parse = call.services.module_parser();
  if (parse == nullptr) throw Failure(ErrorCode::E_INTERNAL, "rego.parse_module: there is no compiler");
  std::string fault;
  Value tree = parse(call[0].text(), call[1].text(), call.arena, &fault);
  return tree.is_defined() ? tree : call.fault(std::move(fault));
}

// `assign(x, 1)` as a statement is `x := 1`; as a value it is nothing.
Value builtin_assign(BuiltinCall&) {
  Error error;
  error.code = ErrorCode::E_BUILTIN;
  error.detail = "unsupported built-in: assign";
  error.opa_code = "eval_internal_error";
  throw Failure(std::move(error));
}

}  // namespace writ
