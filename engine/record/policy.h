// What a policy is, as far as evidence goes: the function from (entry, input, outside values) to (outcome, fuel).
//
// Three things make that function, and their digests make the *policy digest*: the exact source bytes of every module
// under its path, every top-level value of `data`, and a configuration of everything else that can change an outcome.
// Compiler, build and host are not in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/digest_function.h"

namespace writ {

// Names of the semantics this engine implements. They change when any outcome or fuel count of the same policy does.
inline constexpr std::string_view kSemanticsId = "writ/1";
inline constexpr std::string_view kNumbersId = "bf64/1";
inline constexpr std::string_view kLanguageId = "rego.v1";
inline constexpr uint64_t kFuelModel = 1;

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

// Why a module path is not acceptable, empty if it is [P1]: relative, 1 to 1,024 bytes, no empty, "." or ".." segment,
// no backslash or control character, UTF-8 in normal form C.
std::string_view module_path_error(std::string_view path);

// How the result of an entry point becomes a verdict.
enum class VerdictMode : uint8_t {
#define VERDICT_MODE(number, id, name, c_name, text) id = number,
#include "engine/record/verdicts.def"
};
inline constexpr std::string_view kVerdictModes[] = {
#define VERDICT_MODE(number, id, name, c_name, text) name,
#include "engine/record/verdicts.def"
};
std::string_view verdict_mode_name(VerdictMode mode);
std::optional<VerdictMode> verdict_mode_from_name(std::string_view name);

// Everything besides modules and data that can change an outcome [P3].
struct PolicyConfig {
  std::vector<std::string> entrypoints;  // paths that may be asked, "authz/allow"; in any order
  std::string language{kLanguageId};
  std::vector<std::pair<std::string, uint64_t>> builtins;  // allow-list: name and version of its semantics
  std::string semantics{kSemanticsId};
  std::string numbers{kNumbersId};
  uint64_t fuel_model = kFuelModel;
  std::vector<std::pair<std::string, uint64_t>> limits;  // by name; one left out has the default of `semantics`
  bool strict_builtin_errors = false;
  VerdictMode verdict = VerdictMode::kNone;
  // Versions of tables; given exactly when an allowed built-in depends on them.
  std::string tzdb;
  std::string unicode;
  std::string regex;

  // Canonical JSON. Throws Failure(E_POLICY) if a name comes twice.
  std::string text() const;
  // Reads what `text` writes. Throws Failure(E_POLICY) if a member is missing, unknown or of the wrong shape, or the
  // text is not canonical.
  static PolicyConfig from_text(std::string_view text);
  // The limit of that name, nothing if it is not given.
  std::optional<uint64_t> limit(std::string_view name) const;
};

}  // namespace writ
