// YAML text as a graph of nodes: what was written, before anything is said about what it means.
//
// A document is a node; a collection lists its children, keys and values of a mapping in turn; an alias points to the
// node its anchor names, which may be one that holds the alias. Nodes live in an arena. Documents after the first are
// read too, because they must be well-formed, and dropped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

// Why a text is not YAML or has no JSON form. Thrown, so that reading can stop anywhere; caught by yaml_parse.
struct YamlRefusal {
  std::string why;  // as Go says it
};

struct YamlNode {
  enum class Kind : uint8_t { kScalar, kSequence, kMapping, kAlias };
  enum class State : uint8_t { kNew, kDecoding, kDone };
  enum class NotFinite : uint8_t { kNo, kPositive, kNegative, kNan };

  Kind kind = Kind::kScalar;
  bool is_quoted = false;        // or a block scalar
  uint32_t line = 0;             // from 1
  std::string_view tag;          // "!!int", "!mine"; empty if there is none that counts
  std::string_view text;         // of a scalar; the name of an alias
  YamlNode* target = nullptr;    // of an alias
  YamlNode* first = nullptr;     // child
  YamlNode* next = nullptr;      // sibling

  // What the node means, once that was asked (yaml.cc).
  State state = State::kNew;
  NotFinite not_finite = NotFinite::kNo;  // a number that JSON does not have; `value` is undefined
  uint32_t depth = 1;            // of the value
  uint64_t nodes = 1;            // with all that is in it, aliases written out
  Value value;
};

// Of an alias the node that it names.
inline YamlNode& meant(YamlNode& node) { return node.kind == YamlNode::Kind::kAlias ? *node.target : node; }
inline const YamlNode& meant(const YamlNode& node) { return node.kind == YamlNode::Kind::kAlias ? *node.target : node; }

// The first document; null if the text has none. Throws YamlRefusal, or Failure(E_DEPTH).
YamlNode* read_yaml_nodes(std::string_view text, Arena& arena);

}  // namespace writ
