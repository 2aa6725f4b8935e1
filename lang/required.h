// What policies require of whoever runs them, from their texts (lang/check/required.h says what that is).
#pragma once

#include <optional>
#include <vector>

#include "lang/compile.h"

namespace writ::lang {

struct Required {
  std::optional<Capabilities> capabilities;  // absent if there are diagnostics
  std::vector<Diagnostic> diagnostics;
  SourceMap sources;
};

// As compile(), never throws for anything a policy author can write.
Required required(const std::vector<Source>& sources, const CompileOptions& options);

}  // namespace writ::lang
