// YAML 1.1 as Go's sigs.k8s.io/yaml reads and writes it: a detour to JSON.
//
// Only the first document of a text counts. Plain scalars become null, booleans ("yes" is true), numbers or strings;
// timestamps stay strings; keys become strings; "<<" merges mappings. Aliases share the value they name, and a document
// in which aliases multiply beyond Go's bounds is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

// Which words are booleans: those of YAML 1.1 ("yes", "on", "n"), or only "true" and "false", as in newer readers.
enum class YamlBooleans : uint8_t { kAllWords, kTrueAndFalse };

// The value of the first document; null if there is none. Undefined and `*error` set ("yaml: line 2: …", as Go says it)
// if the text is not YAML or has no JSON form. Nothing in the result points outside `arena`. Throws Failure(E_DEPTH) when
// values are nested too deeply.
Value yaml_parse(std::string_view text, Arena& arena, std::string* error,
                 YamlBooleans booleans = YamlBooleans::kAllWords);

// What an unquoted scalar would be read as.
enum class YamlKind : uint8_t { kString, kNull, kBoolean, kInteger, kFloat, kNotFinite, kTimestamp };

struct YamlScalar {
  YamlKind kind = YamlKind::kString;
  bool truth = false;
  std::string number;  // of an integer or a float: as JSON writes it
};
YamlScalar resolve_yaml_scalar(std::string_view text);

}  // namespace writ
