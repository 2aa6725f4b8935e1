#include "lang/partial/search.h"

namespace writ::lang {

SearchStep Search::choose(size_t count, std::function<SearchStep(size_t)> way) {
  if (count == 0) return end();
  // The first way is a step as well: what makes choices is not called from within what it leads to.
  if (count == 1) return then([way = std::move(way)] { return way(0); });
  choices_.push_back({trail_.size(), steps_.size(), 0, count, std::move(way)});
  return end();
}

void Search::all(SearchStep first) {
  Levels::Scope level(levels_, Levels::kOfSearch);
  size_t base = choices_.size(), trail = trail_.size(), steps = steps_.size();
  for (SearchStep step = first; step.run != nullptr || choices_.size() > base;) {
    charge_work(4);
    step = step.run != nullptr ? (*step.run)() : retry();
  }
  go_back(trail, steps);
}

SearchStep Search::retry() {
  Choice& choice = choices_.back();
  go_back(choice.trail, choice.steps);
  size_t index = choice.next++;
  if (choice.next < choice.count) return choice.way(index);
  std::function<SearchStep(size_t)> way = std::move(choice.way);
  choices_.pop_back();
  return way(index);
}

void Search::go_back(size_t trail, size_t steps) {
  while (trail_.size() > trail) {
    std::function<void()> revert = std::move(trail_.back());
    trail_.pop_back();
    revert();
  }
  while (steps_.size() > steps) steps_.pop_back();
}

}  // namespace writ::lang
