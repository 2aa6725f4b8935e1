// The limits of a verifier (limits.def).
#pragma once

#include <cstdint>
#include <string_view>

namespace writ {

struct VerifierLimits {
#define VERIFIER_LIMIT(identifier, member, usual, flag, unit, text) uint64_t member = usual;
#include "replay/limits.def"
};

enum class VerifierLimit : uint8_t {
#define VERIFIER_LIMIT(identifier, member, usual, flag, unit, text) identifier,
#include "replay/limits.def"
};

struct VerifierLimitRow {
  uint64_t VerifierLimits::*member;
  std::string_view flag;
  std::string_view unit;
  std::string_view text;
};
inline constexpr VerifierLimitRow kVerifierLimits[] = {
#define VERIFIER_LIMIT(identifier, member, usual, flag, unit, text) {&VerifierLimits::member, flag, unit, text},
#include "replay/limits.def"
};

}  // namespace writ
