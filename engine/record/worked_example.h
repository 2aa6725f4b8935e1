// The example that runs through the definition of evidence, by the names its tests use.
#pragma once

#include "engine/value/test_vectors.h"

namespace writ::worked_example {

// vectors.json has module names with "/" in them.
inline std::string_view module_source(std::string_view path) {
  return evidence::vector_text(*object_find(evidence::vector_at("policy/modules"), path), "source");
}

inline std::string_view authz_rego() { return module_source("authz.rego"); }
inline std::string_view limits_rego() { return module_source("lib/limits.rego"); }
inline std::string_view expiry_data() { return evidence::vector_text("policy/data/expiry/cj1"); }
inline std::string_view config_text() { return evidence::vector_text("policy/config"); }
inline constexpr std::string_view kInput =
    "{\"amount\":1.1,\"ref\":9007199254740993,\"tags\":[],\"user\":{\"name\":\"alice\",\"role\":\"admin\"}}";
// The stored line without its line feed.
inline std::string_view record_line() {
  std::string_view line = evidence::vector_text("record/line");
  return line.substr(0, line.size() - 1);
}

}  // namespace writ::worked_example
