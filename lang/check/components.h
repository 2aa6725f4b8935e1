// Strongly connected components: the vertices of a graph that can all be reached from each other.
#pragma once

#include <cstdint>
#include <vector>

namespace writ::lang {

// `edges` has, by vertex, those that an edge leads to. The result has the component of each, which is the number of one of its
// vertices.
std::vector<uint32_t> components_of(const std::vector<std::vector<uint32_t>>& edges);

}  // namespace writ::lang
