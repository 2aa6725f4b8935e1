// The unit of fuel. It names all that decides a count: the charges, the lowering and the passes of the compiler. A change of
// any of these is a new model, because it changes the count of the same policy [S-14.2].
//
// A program says which model it was compiled for, in memory and in its file, so that a record never claims a unit that its
// fuel was not counted in.
#pragma once

#include <cstdint>

namespace writ {

inline constexpr uint16_t kFuelModel = 2;
// No model: the unit of a program that was compiled without one of the passes, or by an engine of another model.
inline constexpr uint16_t kNoFuelModel = 0;

}  // namespace writ
