// What a function of a program may read of the input, whatever happens: an upper bound, found without running it.
#pragma once

#include <string>
#include <vector>

#include "engine/program/program.h"

namespace writ {

// Paths of the input, as member names from the outside in; the empty path is the whole input. Everything the function
// and all that it can reach may ask for, places inside `with` included. O(size of the program).
std::vector<std::vector<std::string>> input_reads(const Program& program, uint32_t function);

}  // namespace writ
