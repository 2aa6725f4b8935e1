// Binary floating-point numbers as text, as Go's strconv.FormatFloat(number, verb, precision, bits) writes them.
#pragma once

#include <string>

#include "engine/builtins/float64.h"

namespace writ {

// `verb` is one of b, e, E, f, g, G, x, X. A negative precision asks for the fewest digits that read back as the
// number, as one of that format.
std::string go_float_text(const BinaryNumber& real, char verb, int precision, FloatFormat format = kFloat64);

}  // namespace writ
