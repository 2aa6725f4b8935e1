// What calls of some built-ins cost more than those of others: the property slow(n) of their rows in builtins.def.
#pragma once

#include <cstdint>

#include "engine/builtins/builtin.h"

namespace writ {

// Units of fuel that a call costs beside the one that every call costs. If it is not 0, all bytes of its texts are paid for.
// 0 for a function of the host.
uint32_t call_units(const Builtin& builtin);

}  // namespace writ
