// The names of what this engine implements. They are in the configuration of every policy, the fuel model in every
// record, so that replay can tell another engine from another answer.
#pragma once

#include <string_view>

#include "engine/base/fuel_model.h"

namespace writ {

// Names of the semantics this engine implements. They change when any outcome or host call of the same policy does.
inline constexpr std::string_view kSemanticsId = "writ/2";
inline constexpr std::string_view kNumbersId = "bf64/1";
inline constexpr std::string_view kLanguageId = "rego.v1";

}  // namespace writ
