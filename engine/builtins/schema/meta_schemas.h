// The meta-schemas of the drafts, which a schema may name without anything being fetched.
#pragma once

#include <string_view>

#include "engine/builtins/schema/references.h"

namespace writ {

struct MetaSchema {
  std::string_view address;  // without a fragment
  SchemaDraft draft;
  std::string_view text;
};

// Null if there is none of that address.
const MetaSchema* find_meta_schema(std::string_view address);

}  // namespace writ
