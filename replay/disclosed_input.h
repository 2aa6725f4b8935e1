// An input of which a part is withheld: what is shown of it, as a document with null in place of what is not, and which
// of its paths an evaluation must not read.
#pragma once

#include <string>
#include <vector>

#include "engine/record/field_commitment.h"

namespace writ {

// Paths are canonical arrays of steps: ["user","name"]; [] is the whole input.
struct WithheldInput {
  std::string text;                 // canonical; "null" if the whole is withheld
  std::vector<std::string> paths;   // withheld
  // Some paths are not listed: then whatever is not at or below one of `shown` counts as withheld.
  bool some_unlisted = false;
  std::vector<std::string> shown;
};

// Nothing of the input is shown.
WithheldInput withhold_everything();
// Throws Failure(E_JSON_SYNTAX) if no input has these fields: a path below a field, keys beside indexes, a missing
// index.
WithheldInput rebuild_input(const std::vector<DisclosedField>& fields);

}  // namespace writ
