// writ eval --partial: what is left of a query while something is unknown, and the data filter that it makes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "engine/api/data_set.h"
#include "engine/api/partial.h"
#include "engine/api/policy.h"
#include "engine/api/query.h"

namespace writ::cli {

struct PartialFlags {
  bool partial = false;
  std::vector<std::string> unknowns;
  std::vector<std::string> disable_inlining;
  bool shallow_inlining = false;
  bool nondeterministic_builtins = false;
  std::vector<std::string> filters;  // "sql+postgresql"
  std::string mappings_path;
  std::string mask_rule;

  void declare(OptionSet& options);
  // Throws CommandFailure(kOpaFailed) for what cannot be printed, or goes without --partial.
  void check(const std::string& format) const;
};

struct PartialOutcome {
  std::optional<PartialAnswer> answer;  // ok() if it was printed
  bool holds = false;                   // there is a query that can hold
};

// Evaluates and prints. Throws Failure.
PartialOutcome print_partial(const PartialFlags& flags, const QueryOptions& query, const std::string& format,
                             std::shared_ptr<const Policy> policy, std::shared_ptr<const DataSet> data,
                             const std::optional<std::string>& input, Terminal& terminal);

}  // namespace writ::cli
