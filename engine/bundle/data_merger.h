// Puts documents together as OPA does with the files of a folder or a bundle: each under its path below `data`, objects
// merged member by member. Two values at one place are an error unless both are objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/value/json.h"
#include "engine/value/value.h"

namespace writ {

// A path below `data`, by segments; empty is `data` itself.
using DataPath = std::vector<std::string>;

// Data is the operator's and not an attacker's: large documents are welcome.
inline constexpr JsonLimits kDataLimits{4ull << 30, 512};

class DataMerger {
 public:
  // `name` is for messages. Both copy what they are given. Throw Failure: E_POLICY with the name as its file and "merge
  // error: conflicting values at data.a.b", or, for a document of the root that is not an object, E_POLICY; the reader's
  // code for what is not JSON.
  void add(const DataPath& place, const Value& document, std::string_view name);
  void add_json(const DataPath& place, std::string_view text, std::string_view name);

  // All that was added; lives as long as this merger.
  const Value& root() const { return root_; }

 private:
  Value merge(const Value& into, const Value& from, DataPath& path, std::string_view name);

  Arena arena_;
  Value root_ = Value::sorted_object(nullptr, 0);
};

}  // namespace writ
