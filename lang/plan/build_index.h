// From the conditions of a rule's definitions to the decision tree of a rule index.
//
// A node tests one input slot or argument; each constant that some definition wants there leads to a node that holds the
// definitions which want it or do not care. The test that most definitions depend on comes first; where few depend on any,
// the tree ends, since each further test would copy the others into every child for nothing.
#pragma once

#include <vector>

#include "engine/program/program.h"
#include "lang/plan/plan.h"

namespace writ::lang {

// `conditions` holds a list per branch. The alternatives in the leaves are numbers of branches; the emitter replaces them by
// entry points.
RuleIndex build_index(const std::vector<std::vector<IndexCondition>>& conditions);

}  // namespace writ::lang
