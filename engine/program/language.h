// How the texts of a policy are read: one set of options, from the command line to the parser.
//
//   Language          what the texts mean. A program keeps it and its file holds it, so that replay reads them alike.
//   LanguageOptions   that, and what only the check needs: it lets fewer texts through, or more, and changes none.
//
// The options of the engine and of the compiler contain these; parser, check and lowering take them by reference.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/host_function.h"

namespace writ {

enum class RegoVersion : uint8_t { kV0, kV1, kV0CompatV1 };

struct Language {
  RegoVersion version = RegoVersion::kV1;
  bool experimental_keywords = false;  // `and`, `or` and the new `not` without an import
  bool keep_print = false;             // print statements reach Host::note; otherwise they are erased
};

struct LanguageOptions : Language {
  bool strict = false;  // unused variables, imports and arguments are errors
  std::vector<HostFunction> functions;  // what the host offers
};

}  // namespace writ
