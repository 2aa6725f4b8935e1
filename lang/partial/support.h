// The support modules: rules that what is left over refers to, in modules by their packages below `data.partial`.
#pragma once

#include <string>
#include <vector>

#include "lang/partial/unknowns.h"

namespace writ::lang {

// A path below `data` as a package and the reference of a rule in it.
struct RulePath {
  std::vector<std::string> package;
  RefSteps rule;
};
// As much of the path is the package as consists of names; the last of these begins the rule.
RulePath split_path(Terms& terms, const RefSteps& path);

class Support {
 public:
  explicit Support(Terms& terms) : terms_(terms) {}

  // Whether there is a rule at or below the path.
  bool exists(const RefSteps& path) const;
  void insert(const std::vector<std::string>& package, Rule* rule);
  // All modules, their rules in OPA's order: by arguments, reference, element, value and body.
  std::vector<Module*> finish();

 private:
  Module* find(const std::vector<std::string>& package) const;

  Terms& terms_;
  std::vector<Module*> modules_;
};

}  // namespace writ::lang
