// What METADATA says of a rule that is to become a data filter.
//
//   # METADATA
//   # scope: package
//   # compile:
//   #   unknowns: [input.fruits]
//   #   mask_rule: masks
#pragma once

#include <string>
#include <vector>

#include "lang/compile.h"

namespace writ::lang {

struct FilterAnnotations {
  std::vector<std::string> unknowns;  // references, of all annotations of the rule: its own first, then outwards
  std::string mask_rule;              // "data.filters.masks", of the nearest that has one; "" if none has
};

// Of the rule at that path ({"filters", "include"}; of several definitions the first), in modules that compile. Throws
// Failure(E_POLICY) for an unknown that is neither of `input` nor of `data`.
FilterAnnotations filter_annotations(const std::vector<Source>& sources, const LanguageOptions& language,
                                     const std::vector<std::string>& path);

}  // namespace writ::lang
