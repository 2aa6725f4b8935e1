// What the targets of one request can say, all of them together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/partial/filters/filters.h"

namespace writ::lang {

enum class FilterFeature : uint8_t {
  kNot,        // "not"
  kFieldRef,   // "field-ref": a field compared with another
  kExistence,  // "existence-ref": that a field is there
};

// One row of dialects.def.
struct Dialect {
  std::string_view target, name;
  std::string_view shown;       // "SQL (sqlite)"
  std::string_view operators;   // of built-ins beyond comparisons, with blanks around each
  std::string_view features;
};

// Null if there is none.
const Dialect* find_dialect(const FilterTarget& target);

class FilterConstraints {
 public:
  explicit FilterConstraints(const std::vector<FilterTarget>& targets);

  // What the targets say that lack it, a line each, in OPA's words; "" if all have it.
  std::string missing_builtin(std::string_view name) const;
  std::string missing_feature(FilterFeature feature) const;

 private:
  std::vector<const Dialect*> dialects_;
};

}  // namespace writ::lang
