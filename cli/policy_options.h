// The flags that several commands share, and what they come to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/load.h"
#include "cli/options.h"
#include "engine/api/engine.h"

namespace writ::cli {

// Limits of a decision. What is not given keeps its default.
struct LimitFlags {
  std::optional<uint64_t> fuel, input_bytes, input_depth, memory_bytes, output_bytes, call_depth;
  void declare(OptionSet& options);
  // Throws CommandFailure(kExitInput) for a limit of zero or beyond what there is.
  void apply(Limits& limits) const;
};

// --data, --bundle, --ignore.
void declare_load_flags(OptionSet& options, LoadRequest& request);

struct LanguageFlags {
  bool v0 = false;
  bool v1 = false;
  bool strict = false;
  void declare(OptionSet& options, bool with_strict);
  void apply(EngineOptions& options) const;
};

}  // namespace writ::cli
