// How the texts of a policy are read: one set of options, from the command line to the parser.
//
//   Language          what the texts mean. A program keeps it and its file holds it, so that replay reads them alike.
//   LanguageOptions   that, and what only the check needs: it lets fewer texts through, or more, and changes none.
//
// The options of the engine and of the compiler contain these; parser, check and lowering take them by reference.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/host_function.h"

namespace writ {

// What the text of a module is read as. kV0CompatV1: as v0, and it has to be valid as v1 too. kV2: v1 in which `and`, `or`
// and `not` with a body are always there; a module can be it only where a bundle's manifest or the host says so.
enum class RegoVersion : uint8_t { kV0, kV1, kV0CompatV1, kV2 };

// A module that is read as another version than the rest.
struct ModuleVersion {
  std::string module;  // its name among the sources
  RegoVersion version = RegoVersion::kV1;
  bool operator==(const ModuleVersion&) const = default;
};

struct Language {
  RegoVersion version = RegoVersion::kV1;
  bool experimental_keywords = false;  // `and`, `or` and the new `not` without an import
  bool keep_print = false;             // print statements reach Host::note; otherwise they are erased
  std::vector<ModuleVersion> module_versions;  // sorted by module; what the manifests of bundles say

  // As which the module of that name is read.
  RegoVersion version_of(std::string_view module) const {
    auto other = std::lower_bound(module_versions.begin(), module_versions.end(), module,
                                  [](const ModuleVersion& row, std::string_view wanted) { return row.module < wanted; });
    return other != module_versions.end() && other->module == module ? other->version : version;
  }
};

struct LanguageOptions : Language {
  bool strict = false;  // unused variables, imports and arguments are errors
  uint32_t max_errors = 0;  // after so many the check stops and says so; 0 for no limit. Errors of reading have none
  std::vector<HostFunction> functions;  // what the host offers
};

}  // namespace writ
