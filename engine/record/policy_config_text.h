// The configuration of a policy as text: everything besides modules and data that can change an outcome.
//
// The text is one canonical JSON object, and its digest is part of the policy digest. It is written from PolicyConfig and
// read back with insistence: what this engine would not write, it does not understand, and refuses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/record/semantics.h"
#include "engine/record/verdict.h"

namespace writ {

// Everything besides modules and data that can change an outcome [S-16.5].
struct PolicyConfig {
  std::vector<std::string> entrypoints;  // paths that may be evaluated, "authz/allow"; in any order
  std::string language{kLanguageId};
  std::vector<std::pair<std::string, uint64_t>> builtins;  // allow-list: name and version of its semantics
  std::string semantics{kSemanticsId};
  std::string numbers{kNumbersId};
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
