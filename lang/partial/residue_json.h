// A residue as OPA shows it in JSON: its queries and its support modules as syntax (ast_json.h).
#pragma once

#include <string>

#include "engine/base/arena.h"
#include "engine/base/span.h"
#include "engine/value/value.h"
#include "lang/partial/partial.h"

namespace writ::lang {

struct ResidueTrees {
  Value queries;  // an array of bodies
  Value support;  // an array of modules
};

// Names the wildcards of the residue and sorts its sets and objects in place, so texts are made first. Throws Failure(E_DEPTH) if
// values cannot be nested as deeply, and E_MEMORY.
ResidueTrees residue_trees(const Residue& residue, const SourceMap& sources, Ast& ast, Arena& arena);

}  // namespace writ::lang
