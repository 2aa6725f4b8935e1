#include "lang/plan/build_index.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

namespace writ::lang {

namespace {

constexpr uint32_t kMaxDepth = 3;
constexpr size_t kMaxRepeats = 64;

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
    std::vector<uint32_t> indifferent;
    std::vector<Group> groups = split(branches, test, &indifferent);
    // Those that do not care are listed in every group: where that would be more than a few lists, nothing is gained.
    if (groups.size() * indifferent.size() > kMaxRepeats * branches.size()) {
      index_.nodes[number].alternatives = branches;
      return number;
    }
    for (Group& group : groups) {
      // Those that do not care fit everywhere; in the order of the source.
      std::vector<uint32_t> fitting(group.branches.size() + indifferent.size());
      std::merge(group.branches.begin(), group.branches.end(), indifferent.begin(), indifferent.end(), fitting.begin());
      children.emplace_back(group.constant, node(fitting, done, depth - 1));
    }
    uint32_t otherwise = node(indifferent, done, depth - 1);
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

  struct Group {
    uint32_t constant;
    std::vector<uint32_t> branches;
  };

  // The branches by the constant they want, in the order in which the constants come first; those that want none apart.
  std::vector<Group> split(const std::vector<uint32_t>& branches, const IndexTest& test,
                           std::vector<uint32_t>* indifferent) const {
    std::vector<Group> groups;
    std::unordered_map<uint32_t, size_t> places;
    for (uint32_t branch : branches) {
      uint32_t constant = wanted(branch, test);
      if (constant == kNone32) {
        indifferent->push_back(branch);
        continue;
      }
      auto [place, added] = places.emplace(constant, groups.size());
      if (added) groups.push_back({constant, {}});
      groups[place->second].branches.push_back(branch);
    }
    return groups;
  }

  bool best_test(const std::vector<uint32_t>& branches, const std::vector<IndexTest>& done, IndexTest* best) const {
    std::vector<std::pair<IndexTest, uint32_t>> counts;  // in the order in which they come first
    std::map<std::pair<bool, uint32_t>, size_t> places;
    for (uint32_t branch : branches) {
      for (const IndexCondition& c : conditions_[branch]) {
        IndexTest test{c.is_argument, c.number};
        if (std::find(done.begin(), done.end(), test) != done.end()) continue;
        auto [place, added] = places.emplace(std::pair(test.is_argument, test.number), counts.size());
        if (added) counts.emplace_back(test, 0u);
        ++counts[place->second].second;
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
