// What a policy is, as far as evidence goes: the function from (entry, input, non-deterministic values) to outcome.
//
// Three things make that function, and their digests make the *policy digest*: the exact source bytes of every module
// under its path, every top-level value of `data`, and a configuration of everything else that can change an outcome.
// Compiler, build and host are not in it, nor is what an evaluation costs: a better rule index must not make another
// policy of the same text. Cost touches outcomes at one place, the cost limits: the limit is inside, the unit it is
// counted in is not.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/digest_function.h"

namespace writ {

struct PolicyModule {
  std::string_view path;    // relative, "/" between segments; see check_module_path
  std::string_view source;  // exact bytes
};

struct PolicyData {
  std::string_view key;   // top-level key of the merged `data`
  std::string_view text;  // canonical JSON of its value
};

// The same parts known by SHA-256 of their bytes, as a store lists them.
struct PolicyPart {
  std::string name;  // module path, or key of `data`
  Digest content;
};

struct PolicyIdentity {
  Digest modules;
  Digest data;
  Digest config;
  Digest policy;

  bool operator==(const PolicyIdentity&) const = default;
};

// In any order. Throws Failure(E_POLICY) if a path is illegal, two paths are equal after ASCII case folding, or a key
// comes twice. `config` must be canonical JSON (PolicyConfig writes it).
PolicyIdentity identify_policy(std::span<const PolicyModule> modules, std::span<const PolicyData> data,
                               std::string_view config);
// The same from digests of the parts. `config_text` is hashed as it is.
PolicyIdentity identify_policy(std::vector<PolicyPart> modules, std::vector<PolicyPart> data,
                               std::string_view config_text);

// D("policy", …) of three digests taken from elsewhere.
Digest policy_digest(Hasher& hasher, const Digest& modules, const Digest& data, const Digest& config);

// Why a module path is not acceptable, empty if it is: relative, 1 to 1,024 bytes, no empty, "." or ".." segment,
// no backslash or control character, UTF-8 in normal form C.
std::string_view module_path_error(std::string_view path);

}  // namespace writ
