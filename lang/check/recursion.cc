// Rules must not depend on themselves. A rule depends on every rule that a reference in it can reach, dynamic steps
// taken as "any". Reference: OPA NewGraph and checkRecursion.
#include <algorithm>

#include "lang/check/passes.h"

namespace writ::lang {
namespace {

class DependencyGraph {
 public:
  explicit DependencyGraph(Checker& checker) : checker_(checker), branches_(checker.branches()) {
    for (uint32_t i = 0; i < branches_.size(); ++i) {
      std::vector<uint32_t>& numbers = numbers_[branches_[i].main];
      numbers.push_back(i);
    }
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
  void collect(uint32_t from) {
    auto walk = term_walker([&](Term* t) {
      if (has_head(*t, "data")) reach(*checker_.root, *t, 1, edges_[from]);
      return false;
    });
    walk_branch(branches_[from], walk);
    std::vector<uint32_t>& edges = edges_[from];
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  }

  void add(const RuleNode& node, std::vector<uint32_t>& edges) {
    for (const Rule* rule : node.rules) {
      const std::vector<uint32_t>& numbers = numbers_[rule];
      edges.insert(edges.end(), numbers.begin(), numbers.end());
    }
  }

  // Everything that the rest of the reference, from step `i`, can name below the node. No deeper than the tree is.
  void reach(const RuleNode& node, const Term& ref, size_t i, std::vector<uint32_t>& edges) {
    if (i >= ref.items.size()) return add_all(node, edges);
    const Term& step = *ref.items[i];
    if (is_scalar(step) || is_constant(step)) {
      const RuleNode* child = step.kind == TermKind::kString ? node.child(step.text) : nullptr;
      if (!child) return;
      add(*child, edges);
      reach(*child, ref, i + 1, edges);
      return;
    }
    for (const auto& [key, child] : node.children) {
      add(*child, edges);
      reach(*child, ref, i + 1, edges);
    }
  }

  void add_all(const RuleNode& node, std::vector<uint32_t>& edges) {
    add(node, edges);
    for (const auto& [key, child] : node.children) add_all(*child, edges);
  }

  // Tarjan's strongly connected components, on a stack of our own: chains of rules can be long.
  void find_components() {
    size_t n = branches_.size();
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

  // From a node back to itself, both ends included; empty if there is no way.
  std::vector<uint32_t> shortest_cycle(uint32_t start) {
    std::unordered_map<uint32_t, uint32_t> came_from;
    std::vector<uint32_t> queue{start};
    for (size_t at = 0; at < queue.size(); ++at) {
      uint32_t node = queue[at];
      for (uint32_t to : edges_[node]) {
        if (component_[to] != component_[start]) continue;
        if (to == start) {
          std::vector<uint32_t> path{start};
          for (uint32_t x = node; x != start; x = came_from[x]) path.push_back(x);
          path.push_back(start);
          std::reverse(path.begin(), path.end());
          return path;
        }
        if (came_from.emplace(to, node).second) queue.push_back(to);
      }
    }
    return {};
  }

  Checker& checker_;
  std::vector<Branch> branches_;
  std::unordered_map<const Rule*, std::vector<uint32_t>> numbers_;
  std::vector<std::vector<uint32_t>> edges_;
  std::vector<uint32_t> component_;
};

}  // namespace

void check_recursion(Checker& checker) { DependencyGraph(checker).report(); }

}  // namespace writ::lang
