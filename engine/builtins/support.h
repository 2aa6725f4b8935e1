// What the families of built-in functions share: their declarations, made from builtins.def, and small helpers.
//
// A family's file defines `Value builtin_<function>(BuiltinCall& call)` for its rows. Unless the row says kUnchecked,
// the kinds of the operands have been checked against the signature by then; the kinds of *elements* have not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/builtins/builtin.h"

namespace writ {

#define BUILTIN(name, signature, infix, category, effect, flags, function) Value builtin_##function(BuiltinCall& call);
#define DECLARED(name, signature, infix, category, effect, flags, function)
#include "engine/builtins/builtins.def"
#undef BUILTIN
#undef DECLARED

// --- Kinds -----------------------------------------------------------------------------------------------------------

constexpr uint16_t kind_bit(Kind kind) { return static_cast<uint16_t>(1u << static_cast<unsigned>(kind)); }
inline constexpr uint16_t kAnyKind = 0xFFFF;

}  // namespace writ
