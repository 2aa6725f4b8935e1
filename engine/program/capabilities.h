// What policies may use, of what there is: OPA's capabilities.
//
// A capabilities document names the built-in functions that a policy may call, functions of its host among them, the words
// of the language that it may use, and the hosts that it may reach. What it does not name is an error of the check, in
// OPA's words. Without such a document everything is allowed that this version has.
//
// The words and hosts become part of the language that a program is compiled as, because both can change what a decision
// says; the functions only decide whether a policy compiles.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/host_function.h"
#include "engine/program/words.h"

namespace writ {

struct Capabilities {
  std::vector<HostFunction> functions;        // sorted by name; of built-ins and of the host
  WordSet words = 0;
  std::vector<std::string> unknown_keywords;  // keywords that no version has: such a document is refused when it is used
  std::optional<std::vector<std::string>> allow_net;  // names and addresses of hosts; absent: any host

  // Whether policies may call the function of that name.
  bool allows(std::string_view function) const;
  // The functions that are not built-ins of this version: a host has to offer them.
  std::vector<HostFunction> host_functions() const;
};

// Reads a capabilities document: {"builtins": [{"name", "decl"}, …], "future_keywords", "features", "allow_net"}. Other
// members are passed over, as in OPA. Throws Failure: what read_json says, or E_POLICY with what is wrong with which member.
std::shared_ptr<const Capabilities> read_capabilities(std::string_view json);

// Those of a version of OPA, "v0.60.0"; null if no version has that name. Functions have the signatures of today.
std::shared_ptr<const Capabilities> capabilities_of_version(std::string_view version);
// All such names, oldest first.
std::span<const std::string_view> capability_versions();

}  // namespace writ
