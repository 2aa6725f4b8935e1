// --schema: JSON schemas that the type check of policies uses (SEMANTICS.md section 12).
#pragma once

#include <optional>
#include <string>

#include "cli/options.h"
#include "engine/api/policy.h"

namespace writ::cli {

struct SchemaFlag {
  std::optional<std::string> path;

  void declare(OptionSet& options);
  // A file is the schema of the input; each file of a folder is one that annotations name by its path: a/b.json is schema.a.b.
  // Throws LoadFailure.
  void apply(EngineOptions& options) const;
};

}  // namespace writ::cli
