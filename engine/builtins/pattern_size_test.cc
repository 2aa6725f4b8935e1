// What is told of a pattern from its text, against what RE2 does with it.
#include "engine/builtins/pattern_size.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/builtins/patterns.h"

namespace writ {
namespace {

TEST_CASE("how far a search reads beyond its match") {
  struct Row {
    const char* pattern;
    uint64_t reach;
  };
  constexpr Row kRows[] = {
      {"", 4},
      {"ab", 12},
      {"a|bcd", 16},
      {"(a|bc){3}", 28},
      {"a?b{2,3}", 20},
      {"[0-9]{4}-\\d", 28},
      {"\\Qa+\\E", 12},
      {"a+", 8},
      {"ab*?", 12},
      {"key=[^ ]*", 24},
      {"a{2,}", 16},
      {"(ab+|c*)", 12},
      {"(ab+|c*)?", 12},
      {"a.*b|a", kUnboundedReach},
      {"a+b", kUnboundedReach},
      {"a+$", kUnboundedReach},
      {"a+\\b", kUnboundedReach},
      {"(a+)b", kUnboundedReach},
      {"(a+|b)c", kUnboundedReach},
      {"(ab)*", kUnboundedReach},
      {"(ab){2,}", kUnboundedReach},
      {"(ab*){2}", kUnboundedReach},
      {"(a*)*", kUnboundedReach},
      {"\\Qab\\E*", kUnboundedReach},
      {"[x*]*[y]", kUnboundedReach},
  };
  for (const Row& row : kRows) {
    INFO(row.pattern);
    CHECK(search_reach(row.pattern) == row.reach);
  }
}

// What lies beyond the reach cannot change the match.
class ReachCheck {
 public:
  // Of a random pattern in random texts; whether its reach is bounded.
  bool run() {
    std::string pattern = branches(3);
    uint64_t reach = search_reach(pattern);
    if (reach == kUnboundedReach) return false;
    INFO(pattern);
    std::string fault;
    auto regex = Regex::compile(pattern, estimate_pattern_size(pattern), &fault);
    REQUIRE(regex != nullptr);
    for (int i = 0; i < 5; ++i) {
      std::string text = letters(40);
      Regex::Range found[1];
      if (!regex->find(text, 0, found)) continue;
      Regex::Range again[1];
      std::string other = text.substr(0, found[0].end + reach);
      if (other.size() == text.size()) continue;
      REQUIRE(regex->find(other + letters(40), 0, again));
      CHECK(again[0].begin == found[0].begin);
      CHECK(std::min(again[0].end, other.size()) == std::min(found[0].end, other.size()));
      ++compared_;
    }
    return true;
  }
  int compared() const { return compared_; }

 private:
  uint32_t random(uint32_t bound) {
    state_ = state_ * 1664525u + 1013904223u;
    return (state_ >> 16) % bound;
  }
  std::string letters(int size) {
    std::string text;
    for (int i = 0; i < size; ++i) text += static_cast<char>('a' + random(3));
    return text;
  }
  std::string branches(int depth) {
    std::string pattern = items(depth);
    while (random(3) == 0) pattern.append("|").append(items(depth));
    return pattern;
  }
  std::string items(int depth) {
    constexpr const char* kAtoms[] = {"a", "b", "c", "[ab]", "[^a]", ".", "\\w", "\\Qab\\E"};
    constexpr const char* kRepeats[] = {"*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}"};
    std::string pattern;
    for (uint32_t left = 1 + random(3); left > 0; --left) {
      pattern += depth > 0 && random(4) == 0 ? "(" + branches(depth - 1) + ")" : kAtoms[random(8)];
      if (random(left == 1 ? 2 : 6) == 0) pattern += kRepeats[random(9)];
    }
    return pattern;
  }

  uint32_t state_ = 1;
  int compared_ = 0;
};

TEST_CASE("what lies beyond the reach of a search does not matter") {
  ReachCheck check;
  int bounded = 0;
  for (int i = 0; i < 4000; ++i) bounded += check.run() ? 1 : 0;
  CHECK(bounded > 400);
  CHECK(check.compared() > 400);
}

}  // namespace
}  // namespace writ
