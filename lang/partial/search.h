// Search with backtracking. An evaluation is a chain of *steps*: each does a little, and gives the one that comes next. Where
// there are several ways on, a *choice* is noted; when a way ends, what was changed since the newest choice is undone, and its
// next way is tried. The answers of a search are what its last step hands out, in the order of the ways.
//
// Steps hold what they need by value and are kept here, not on the C++ stack, so that long bodies and deep chains of rules
// need no more stack than short ones. Searches within searches (a body below `not`, a rule that is computed as a whole) do use
// it, and are counted by Levels.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/meter.h"

namespace writ::lang {

// Recursion that a policy can make deeper is counted here, whichever function it is in.
class Levels {
 public:
  // For each search about four kilobytes of stack where the compiler optimises, and a part of that for a level of a term: half a
  // megabyte at most, so that any thread has room for it. Unoptimised code takes five times as much.
  static constexpr uint32_t kMost = 4096;
  static constexpr uint32_t kOfSearch = 32;

  class Scope {
   public:
    explicit Scope(Levels& levels, uint32_t count = 1) : levels_(levels), count_(count) {
      if (levels.used_ + count > kMost) throw Failure(ErrorCode::E_DEPTH, "partial evaluation is nested too deeply");
      levels.used_ += count;
    }
    ~Scope() { levels_.used_ -= count_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Levels& levels_;
    uint32_t count_;
  };

 private:
  uint32_t used_ = 0;
};

// What comes next; none: this way has ended.
struct SearchStep {
  const std::function<SearchStep()>* run = nullptr;
};

class Search {
 public:
  explicit Search(Levels& levels) : levels_(levels) {}
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  // A step that calls `next()`, which returns a SearchStep. It lives until the search goes back behind it.
  template <typename Next>
  SearchStep then(Next next) {
    steps_.emplace_back(std::move(next));
    return {&steps_.back()};
  }
  static SearchStep end() { return {}; }

  // A choice among `way(0)` … `way(count - 1)`, in that order.
  SearchStep choose(size_t count, std::function<SearchStep(size_t)> way);

  // Has `revert()` called when the search goes back behind this place.
  template <typename Revert>
  void on_return(Revert revert) {
    trail_.emplace_back(std::move(revert));
  }

  // Goes all ways from `first`. What was changed is as it was before when it returns.
  void all(SearchStep first);

 private:
  struct Choice {
    size_t trail, steps;  // how much there was of them
    size_t next, count;
    std::function<SearchStep(size_t)> way;
  };

  SearchStep retry();
  void go_back(size_t trail, size_t steps);

  Levels& levels_;
  std::deque<std::function<SearchStep()>> steps_;
  std::vector<std::function<void()>> trail_;
  std::deque<Choice> choices_;
};

}  // namespace writ::lang
