// Types of functions that policies call without defining them: built-ins, from their signatures, and functions of the host.
#pragma once

#include <string>
#include <unordered_map>

#include "engine/base/host_function.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/signature.h"
#include "lang/types/type.h"

namespace writ::lang {

// The type of a signature. Names of arguments are left out where OPA has none (x0, x1, …).
TypeRef function_type(TypeStore& types, const Signature& signature, bool is_variadic);
// Takes that many arguments of any type and gives anything.
TypeRef open_function_type(TypeStore& types, size_t arity);

// The types of built-ins and of functions of the host, each made when it is first asked for.
class FunctionTypes {
 public:
  explicit FunctionTypes(TypeStore& types) : types_(types) {}
  TypeRef of(const Builtin& builtin);
  // Without a signature its arguments and result may be anything.
  TypeRef of(const HostFunction& function);

 private:
  TypeStore& types_;
  std::unordered_map<const void*, TypeRef> known_;
};

}  // namespace writ::lang
