// "Did you mean": the nearest of some names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace writ::cli {

// The candidate that takes the fewest edits (insert, drop, replace, swap of neighbours), if that is at most a third of
// the longer name; empty otherwise. Of several the first. O(length squared) each.
std::string_view nearest(std::string_view wanted, std::span<const std::string> candidates);

// "; did you mean `eval`?", or nothing.
std::string did_you_mean(std::string_view wanted, std::span<const std::string> candidates);

}  // namespace writ::cli
