// Whether a residue is of the fragment of Rego that can be a filter.
#pragma once

#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "lang/partial/filters/constraints.h"
#include "lang/partial/filters/conditions.h"
#include "lang/partial/partial.h"

namespace writ::lang {

// Names that stand for a column (`input.name`), by the mappings of all targets: each `$table` two levels down.
std::vector<std::string> short_names(const Value& mappings);

// What is in the way, statement by statement; nothing for a filter.
std::vector<Diagnostic> check_fragment(const Residue& residue, const FilterConstraints& constraints,
                                       const std::vector<std::string>& shorts);

// An error about the residue as a whole, or about that place.
Diagnostic fragment_error(Span span, std::string message, std::string details = "");

}  // namespace writ::lang
