// How far two names are apart: what "did you mean" is made of.
#pragma once

#include <cstddef>
#include <string_view>

namespace writ {

// The fewest single-character edits (insert, delete, replace, swap of neighbours) that turn one text into the other.
// O(product of the sizes), so callers limit them.
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace writ
