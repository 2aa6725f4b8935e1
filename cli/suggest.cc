#include "cli/suggest.h"

#include <algorithm>
#include <vector>

namespace writ::cli {

namespace {

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> two_up, up(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) up[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t best = std::min({up[j] + 1, row[j - 1] + 1, up[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      row[j] = swapped ? std::min(best, two_up[j - 2] + 1) : best;
    }
    two_up = up;
    up = row;
  }
  return up[b.size()];
}

}  // namespace

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
