// Rules must not depend on themselves. A rule depends on every rule that a reference in it can reach, dynamic steps
// taken as "any". Reference: OPA NewGraph and checkRecursion.
#include <algorithm>
#include <deque>
#include <map>

#include "lang/check/passes.h"

namespace writ::lang {
namespace {

// The vertices are the branches of all rules and, behind them, groups: the rules of a place, everything at and below a place,
// everything below it. A reference has one edge to a group, however many rules that is.
class DependencyGraph {
 public:
  explicit DependencyGraph(Checker& checker) : checker_(checker), branches_(checker.branches()) {
    for (uint32_t i = 0; i < branches_.size(); ++i) numbers_[branches_[i].main].push_back(i);
    edges_.resize(branches_.size());
    for (uint32_t i = 0; i < branches_.size(); ++i) collect(i);
  }

  void report() {
    find_components();
    for (uint32_t i = 0; i < branches_.size(); ++i) {
      std::vector<uint32_t> path = shortest_cycle(i);
      if (path.empty()) continue;
      std::string text;
      for (uint32_t node : path) {
        if (!text.empty()) text += " -> ";
        text += checker_.rule_path(*branches_[node].main);
      }
      checker_.error(Id::kRecursion, branches_[i].rule->span, {checker_.rule_path(*branches_[i].main), text});
    }
  }

 private:
  enum class Group : uint8_t { kRules, kAll, kBelow };

  void collect(uint32_t from) {
    std::vector<uint32_t> edges;
    auto walk = term_walker([&](Term* t) {
      if (has_head(*t, "data")) reach(*checker_.root, *t, 1, edges);
      return false;
    });
    walk_branch(branches_[from], walk);
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    edges_[from] = std::move(edges);
  }

  bool is_branch(uint32_t vertex) const { return vertex < branches_.size(); }

  // The vertex of a group, made with its edges when it is first asked for. No deeper than the tree is.
  uint32_t group(const RuleNode& node, Group kind) {
    auto [known, added] = groups_.emplace(std::pair(&node, kind), static_cast<uint32_t>(edges_.size()));
    uint32_t vertex = known->second;
    if (!added) return vertex;
    edges_.emplace_back();
    std::vector<uint32_t> edges;
    if (kind == Group::kRules) {
      for (const Rule* rule : node.rules) {
        const std::vector<uint32_t>& numbers = numbers_[rule];
        edges.insert(edges.end(), numbers.begin(), numbers.end());
      }
    } else {
      if (kind == Group::kAll && !node.rules.empty()) edges.push_back(group(node, Group::kRules));
      for (const auto& [key, child] : node.children) edges.push_back(group(*child, Group::kAll));
    }
    edges_[vertex] = std::move(edges);
    return vertex;
  }

  // Everything that the rest of the reference, from step `i`, can name below the node.
  void reach(const RuleNode& node, const Term& ref, size_t i, std::vector<uint32_t>& edges) {
    if (i >= ref.items.size()) return edges.push_back(group(node, Group::kAll));
    const Term& step = *ref.items[i];
    if (is_scalar(step) || is_constant(step)) {
      const RuleNode* child = node.child(step);
      if (!child) return;
      if (!child->rules.empty()) edges.push_back(group(*child, Group::kRules));
      reach(*child, ref, i + 1, edges);
      return;
    }
    if (i + 1 == ref.items.size()) return edges.push_back(group(node, Group::kBelow));
    for (const auto& [key, child] : node.children) {
      if (!child->rules.empty()) edges.push_back(group(*child, Group::kRules));
      reach(*child, ref, i + 1, edges);
    }
  }

  // Tarjan's strongly connected components, on a stack of our own: chains of rules can be long.
  void find_components() {
    size_t n = edges_.size();
    component_.assign(n, UINT32_MAX);
    std::vector<uint32_t> index(n, UINT32_MAX), low(n, 0), stack;
    std::vector<bool> on_stack(n, false);
    struct Frame {
      uint32_t node;
      size_t next;
    };
    uint32_t counter = 0;
    for (uint32_t start = 0; start < n; ++start) {
      if (index[start] != UINT32_MAX) continue;
      std::vector<Frame> frames;
      auto enter = [&](uint32_t node) {
        index[node] = low[node] = counter++;
        stack.push_back(node);
        on_stack[node] = true;
        frames.push_back({node, 0});
      };
      enter(start);
      while (!frames.empty()) {
        Frame& frame = frames.back();
        uint32_t node = frame.node;
        if (frame.next < edges_[node].size()) {
          uint32_t to = edges_[node][frame.next++];
          if (index[to] == UINT32_MAX) {
            enter(to);
          } else if (on_stack[to]) {
            low[node] = std::min(low[node], index[to]);
          }
          continue;
        }
        frames.pop_back();
        if (!frames.empty()) low[frames.back().node] = std::min(low[frames.back().node], low[node]);
        if (low[node] != index[node]) continue;
        uint32_t member;
        do {
          member = stack.back();
          stack.pop_back();
          on_stack[member] = false;
          component_[member] = node;
        } while (member != node);
      }
    }
  }

  // From a branch back to itself, both ends included; empty if there is no way. Groups on the way are no steps.
  std::vector<uint32_t> shortest_cycle(uint32_t start) {
    std::unordered_map<uint32_t, uint32_t> came_from;
    std::deque<uint32_t> queue{start};
    while (!queue.empty()) {
      uint32_t node = queue.front();
      queue.pop_front();
      for (uint32_t to : edges_[node]) {
        if (component_[to] != component_[start]) continue;
        if (to == start) {
          std::vector<uint32_t> path{start};
          for (uint32_t x = node; x != start; x = came_from[x]) {
            if (is_branch(x)) path.push_back(x);
          }
          path.push_back(start);
          std::reverse(path.begin(), path.end());
          return path;
        }
        if (!came_from.emplace(to, node).second) continue;
        if (is_branch(to)) {
          queue.push_back(to);
        } else {
          queue.push_front(to);
        }
      }
    }
    return {};
  }

  Checker& checker_;
  std::vector<Branch> branches_;
  std::unordered_map<const Rule*, std::vector<uint32_t>> numbers_;
  std::map<std::pair<const RuleNode*, Group>, uint32_t> groups_;
  std::vector<std::vector<uint32_t>> edges_;
  std::vector<uint32_t> component_;
};

}  // namespace

void check_recursion(Checker& checker) { DependencyGraph(checker).report(); }

}  // namespace writ::lang
