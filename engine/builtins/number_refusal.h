// Which texts of numbers OPA refuses, whoever reads them: a policy, `json.unmarshal` or `to_number` [S-2.8].
#pragma once

#include <cstdint>
#include <string_view>

namespace writ {

enum class NumberRefusal : uint8_t {
  kNone,
  kInvalidFloat,  // the exponent has more bits than there is room for, of a zero too
  kTooBig,        // beyond 2^100,000, or nearer to zero than 2^-100,001
};

// Of a text that follows the grammar of number.h. Only one with an exponent is ever refused.
NumberRefusal refusal_of_number(std::string_view text);

}  // namespace writ
