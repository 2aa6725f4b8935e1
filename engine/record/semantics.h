// The names of what this engine implements. They are in the configuration of every policy, the fuel model in every
// record, so that replay can tell another engine from another answer.
#pragma once

#include <cstdint>
#include <string_view>

namespace writ {

// Names of the semantics this engine implements. They change when any outcome or host call of the same policy does.
inline constexpr std::string_view kSemanticsId = "writ/2";
inline constexpr std::string_view kNumbersId = "bf64/1";
inline constexpr std::string_view kLanguageId = "rego.v1";
// Names the unit of fuel: the cost table and the passes of the compiler. It changes when any count of the same policy
// does. Zero is no model: the count of a program compiled without one of the passes.
inline constexpr uint16_t kFuelModel = 1;
inline constexpr uint16_t kNoFuelModel = 0;

}  // namespace writ
