// YAML as OPA reads it since 1.21, which is how Go's yaml.v3 does, with a detour to JSON.
//
// Only the first document of a text counts, but all of them must be well-formed. Plain scalars become null, booleans
// ("true" and "false" alone), numbers or strings; timestamps stay strings; keys become strings; "<<" merges mappings,
// and a mapping's own members and earlier merges win. Aliases share the value they name, and a document in which
// aliases multiply beyond Go's bounds is refused.
//
// Reading is two steps: text to nodes (yaml_nodes.h), nodes to values (yaml.cc).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

// What two members of one name in a mapping are. Names are compared as the strings they become: `1` and `"1"` are one.
enum class YamlDuplicates : uint8_t {
  kLastWins,  // as in OPA
  kRefused,   // Failure(E_DUP_KEY): for documents of which every reader must see the same
};

// The value of the first document; null if there is none. Undefined and `*error` set ("yaml: line 2: …", as Go says it)
// if the text is not YAML or has no JSON form. Nothing in the result points outside `arena`, which also holds what is
// needed on the way, in proportion to the text. Throws Failure(E_DEPTH) when values are nested too deeply.
Value yaml_parse(std::string_view text, Arena& arena, std::string* error,
                 YamlDuplicates duplicates = YamlDuplicates::kLastWins);

struct YamlNode;

// A document for whoever reads it into types of its own, as Go does into a struct: the caller walks the nodes
// (yaml_nodes.h) as far as it knows their types and has the others decoded, which gives them their values. In those, keys
// keep their kinds: an object with a key that is no string is what Go calls a map[interface {}]interface {}. Times are in the
// form of RFC 3339.
class YamlTree {
 public:
  // Throws YamlRefusal if the text is not YAML, and Failure(E_DEPTH). `arena` holds all nodes and values.
  YamlTree(std::string_view text, Arena& arena);
  ~YamlTree();
  // Null if there is no document.
  YamlNode* root();
  // The node that has the value: of an alias the one it names. Throws the same, and Failure(E_DUP_KEY).
  YamlNode& decode(YamlNode& node);
  // The value alone. A number that is not finite is null in it, and why_not_json() says that there was one.
  Value value(YamlNode& node);
  const std::string& why_not_json() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
// Whether a key merges its value into the mapping: "<<".
bool is_yaml_merge(const YamlNode& key);
// "!!int", "!mine": as written, or what the node is otherwise.
std::string_view yaml_tag(const YamlNode& node);

// What an unquoted scalar would be read as.
enum class YamlKind : uint8_t { kString, kNull, kBoolean, kInteger, kFloat, kNotFinite, kTimestamp, kMerge };

struct YamlScalar {
  YamlKind kind = YamlKind::kString;
  bool truth = false;
  std::string text;  // of an integer or a float: as JSON writes it; of a timestamp: in the form of RFC 3339
};
YamlScalar resolve_yaml_scalar(std::string_view text, bool with_timestamps = true);

// The double nearest to a decimal text, as JSON of Go writes it; nothing if that is infinite.
std::optional<std::string> yaml_float(std::string_view number);

// "yes", "Off", "n": booleans in YAML 1.1 and strings since. What writes YAML quotes them.
std::optional<bool> old_yaml_boolean(std::string_view text);

}  // namespace writ
