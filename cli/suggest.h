// "Did you mean": the nearest of some names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace writ::cli {

// The candidate at the smallest edit distance, if that is at most a third of the longer name; empty otherwise. Of
// several the first.
std::string_view nearest(std::string_view wanted, std::span<const std::string> candidates);

// "; did you mean `eval`?", or nothing.
std::string did_you_mean(std::string_view wanted, std::span<const std::string> candidates);

}  // namespace writ::cli
