// Every bound on a decision. Reaching one is a fatal error of the evaluation: no `not`, `default`, `else` or
// comprehension can turn it into an answer [S-13.1]. They are part of the policy
// digest [S-14.1].
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/host/record_size.h"

namespace writ {

struct Limits {
#define LIMIT(number, name, type, usual, ...) type name = usual;
#include "engine/vm/limits.def"
#undef LIMIT
};

// A row of limits.def, and the way to its member.
struct LimitRow {
  uint32_t number;
  std::string_view name;
  uint64_t most;
  std::string_view flag;
  std::string_view unit;
  std::string_view case_option;
  std::string_view text;
  std::string_view reason;
  uint64_t (*get)(const Limits&);
  void (*set)(Limits&, uint64_t);

  constexpr bool allows(uint64_t value) const { return value != 0 && value <= most; }
};

inline constexpr LimitRow kLimits[] = {
#define LIMIT(number, name, type, usual, most, c_name, flag, unit, case_option, text, reason)                \
  {number, #name, most, flag, unit, case_option, text, reason,                                               \
   [](const Limits& limits) -> uint64_t { return limits.name; },                                             \
   [](Limits& limits, uint64_t value) { limits.name = static_cast<type>(value); }},
#include "engine/vm/limits.def"
#undef LIMIT
};

}  // namespace writ
