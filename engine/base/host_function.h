// A function that the host offers to policies, and a policy may call like a built-in of that name.
#pragma once

#include <cstdint>
#include <string>

namespace writ {

struct HostFunction {
  std::string name;       // "acme.limit"
  uint32_t arity = 0;
  bool once = false;      // call it at most once per decision for equal arguments
  std::string signature;  // OPA's text, as of a built-in: "(x: string) -> number"; "": any arguments, any result
};

}  // namespace writ
