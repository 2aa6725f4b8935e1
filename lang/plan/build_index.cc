#include "lang/plan/build_index.h"

#include <algorithm>
#include <numeric>

namespace writ::lang {

namespace {

constexpr uint32_t kMaxDepth = 3;

// What a node tests: the value of an input slot, or of an argument.
struct IndexTest {
  bool is_argument = false;
  uint32_t number = 0;
  bool operator==(const IndexTest&) const = default;
};

class IndexBuilder {
 public:
  explicit IndexBuilder(const std::vector<std::vector<IndexCondition>>& conditions) : conditions_(conditions) {}

  RuleIndex run() {
    std::vector<uint32_t> all(conditions_.size());
    std::iota(all.begin(), all.end(), 0u);
    node(all, {}, kMaxDepth);
    return std::move(index_);
  }

 private:
  // The node that chooses among `branches` by tests not made yet; its number.
  uint32_t node(const std::vector<uint32_t>& branches, std::vector<IndexTest> done, uint32_t depth) {
    auto number = static_cast<uint32_t>(index_.nodes.size());
    index_.nodes.emplace_back();
    IndexTest test;
    if (depth == 0 || !best_test(branches, done, &test)) {
      index_.nodes[number].alternatives = branches;
      return number;
    }
    done.push_back(test);
    std::vector<std::pair<uint32_t, uint32_t>> children;
    for (uint32_t constant : constants_of(branches, test)) {
      auto fits = [&](uint32_t wanted) { return wanted == kNone32 || wanted == constant; };
      children.emplace_back(constant, node(filter(branches, test, fits), done, depth - 1));
    }
    auto indifferent = [](uint32_t wanted) { return wanted == kNone32; };
    uint32_t otherwise = node(filter(branches, test, indifferent), done, depth - 1);
    RuleIndex::Node& made = index_.nodes[number];
    (test.is_argument ? made.reg : made.slot) = test.number;
    made.branches = std::move(children);
    made.otherwise = otherwise;
    return number;
  }

  // The constant that the branch wants there; kNone32 if it does not care.
  uint32_t wanted(uint32_t branch, const IndexTest& test) const {
    for (const IndexCondition& c : conditions_[branch]) {
      if (c.is_argument == test.is_argument && c.number == test.number) return c.constant;
    }
    return kNone32;
  }

  template <class Fits>
  std::vector<uint32_t> filter(const std::vector<uint32_t>& branches, const IndexTest& test, Fits fits) const {
    std::vector<uint32_t> left;
    for (uint32_t branch : branches) {
      if (fits(wanted(branch, test))) left.push_back(branch);
    }
    return left;
  }

  std::vector<uint32_t> constants_of(const std::vector<uint32_t>& branches, const IndexTest& test) const {
    std::vector<uint32_t> constants;
    for (uint32_t branch : branches) {
      uint32_t constant = wanted(branch, test);
      if (constant != kNone32 && std::find(constants.begin(), constants.end(), constant) == constants.end()) {
        constants.push_back(constant);
      }
    }
    return constants;
  }

  bool best_test(const std::vector<uint32_t>& branches, const std::vector<IndexTest>& done, IndexTest* best) const {
    std::vector<std::pair<IndexTest, uint32_t>> counts;
    for (uint32_t branch : branches) {
      for (const IndexCondition& c : conditions_[branch]) {
        IndexTest test{c.is_argument, c.number};
        if (std::find(done.begin(), done.end(), test) != done.end()) continue;
        auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& row) { return row.first == test; });
        if (found == counts.end()) {
          counts.emplace_back(test, 1);
        } else {
          ++found->second;
        }
      }
    }
    uint32_t most = 0;
    for (const auto& [test, number] : counts) {
      if (number > most) {
        most = number;
        *best = test;
      }
    }
    return branches.size() > 1 && most * 2 >= branches.size();
  }

  const std::vector<std::vector<IndexCondition>>& conditions_;
  RuleIndex index_;
};

}  // namespace

RuleIndex build_index(const std::vector<std::vector<IndexCondition>>& conditions) {
  return IndexBuilder(conditions).run();
}

}  // namespace writ::lang
