#include "cli/suggest.h"

#include <algorithm>

#include "engine/base/edit_distance.h"

namespace writ::cli {

std::string_view nearest(std::string_view wanted, std::span<const std::string> candidates) {
  constexpr size_t kLongest = 200;
  std::string_view best;
  size_t best_distance = SIZE_MAX;
  if (wanted.size() > kLongest) return best;
  for (const std::string& candidate : candidates) {
    size_t longer = std::max(wanted.size(), candidate.size());
    if (longer > kLongest) continue;
    size_t distance = edit_distance(wanted, candidate);
    if (distance < best_distance && distance <= std::max<size_t>(1, longer / 3)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view wanted, std::span<const std::string> candidates) {
  std::string_view found = nearest(wanted, candidates);
  return found.empty() ? "" : "; did you mean `" + std::string(found) + "`?";
}

}  // namespace writ::cli
