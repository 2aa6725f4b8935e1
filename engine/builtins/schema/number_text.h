// How OPA prints a number of a schema in an error: as a big float of Go.
#pragma once

#include <string>

#include "engine/value/value.h"

namespace writ {

// The shortest digits that read back as the number among the floats of as many bits as its numerator or denominator has,
// 64 at least; with an exponent from 1e+06 upwards and below 1e-04. Takes time with the square of the digits written out.
std::string schema_number_text(const Value& number);

}  // namespace writ
