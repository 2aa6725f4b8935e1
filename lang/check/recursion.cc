// Rules must not depend on themselves. A rule depends on every rule that a reference in it can name (dependencies.h). First the
// components are found in which every rule depends on every other, in a graph that is kept small by groups; only rules in one
// of them can have a way back to themselves, and only for these it is worked out which references are certain to name which
// rules. A cycle of certain references is reported as one; a cycle that needs others may be one, and a cause is given.
// Reference: OPA NewGraph and checkRecursion.
//
// The dependencies are those of an early form of the bodies, as in OPA, while errors are reported later: find_recursion keeps
// what check_recursion says.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "lang/check/components.h"
#include "lang/check/dependencies.h"
#include "lang/check/recursion_cause.h"

namespace writ::lang {
namespace {

// The vertices are the branches of all rules and, behind them, groups: the rules of a place, everything at and below a place,
// everything below it. A reference has one edge to a group, however many rules that is.
class DependencyGraph {
 public:
  explicit DependencyGraph(Checker& checker) : checker_(checker), branches_(checker.branches()) {
    for (uint32_t i = 0; i < branches_.size(); ++i) numbers_[branches_[i].main].push_back(i);
    edges_.resize(branches_.size());
    for (uint32_t i = 0; i < branches_.size(); ++i) {
      std::vector<uint32_t> edges;
      for (const Dependency& dependency : dependencies_of(branches_[i], arena_)) add(dependency, edges);
      edges_[i] = distinct(std::move(edges));
    }
    component_ = components_of(edges_);
  }

  const std::vector<Branch>& branches() const { return branches_; }
  Arena& arena() { return arena_; }
  uint32_t component(uint32_t vertex) const { return component_[vertex]; }

  // The branches that the dependency can name among those that are on a cycle with `from`.
  std::vector<uint32_t> named(const Dependency& dependency, uint32_t from) {
    std::vector<uint32_t> pending, branches;
    add(dependency, pending);
    std::unordered_set<uint32_t> seen;
    while (!pending.empty()) {
      uint32_t vertex = pending.back();
      pending.pop_back();
      charge_work(1);
      bool on_cycle = vertex < component_.size() && component_[vertex] == component_[from];
      if (!on_cycle || !seen.insert(vertex).second) continue;
      if (is_branch(vertex)) {
        branches.push_back(vertex);
      } else {
        pending.insert(pending.end(), edges_[vertex].begin(), edges_[vertex].end());
      }
    }
    std::sort(branches.begin(), branches.end());
    return branches;
  }

  // Whether there is a way from the branch back to itself.
  bool is_on_cycle(uint32_t branch) {
    if (sizes_.empty()) {
      for (uint32_t component : component_) ++sizes_[component];
    }
    const std::vector<uint32_t>& edges = edges_[branch];
    return sizes_[component_[branch]] > 1 || std::binary_search(edges.begin(), edges.end(), branch);
  }

  // The branches of rules by their places, those of one place in the order of the sources.
  std::vector<uint32_t> by_place() {
    std::vector<uint32_t> order;
    add_by_place(*checker_.root, order);
    return order;
  }

 private:
  enum class Group : uint8_t { kRules, kAll, kBelow };

  static std::vector<uint32_t> distinct(std::vector<uint32_t> edges) {
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return edges;
  }

  void add(const Dependency& dependency, std::vector<uint32_t>& edges) {
    for (const Steps& steps : dependency.expansions) reach(*checker_.root, steps, 1, edges);
  }

  bool is_branch(uint32_t vertex) const { return vertex < branches_.size(); }

  void add_by_place(const RuleNode& node, std::vector<uint32_t>& order) const {
    for (const Rule* rule : node.rules) {
      const std::vector<uint32_t>& numbers = numbers_.at(rule);
      order.insert(order.end(), numbers.begin(), numbers.end());
    }
    for (const auto& [key, child] : node.children) add_by_place(*child, order);
  }

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
  void reach(const RuleNode& node, const Steps& ref, size_t i, std::vector<uint32_t>& edges) {
    if (i >= ref.size()) return edges.push_back(group(node, Group::kAll));
    if (ref[i].is_constant()) {
      if (const RuleNode* child = node.child(ref[i].value)) reach_child(*child, ref, i, edges);
      return;
    }
    if (i + 1 == ref.size()) return edges.push_back(group(node, Group::kBelow));
    for (const auto& [key, child] : node.children) reach_child(*child, ref, i, edges);
  }

  // The rules of a place that step `i` leads to, and what is below it.
  void reach_child(const RuleNode& child, const Steps& ref, size_t i, std::vector<uint32_t>& edges) {
    bool compare = std::any_of(ref.begin() + static_cast<ptrdiff_t>(i) + 1, ref.end(), [](const Step& s) { return s.is_constant(); });
    if (!child.rules.empty() && (!compare || !has_open_heads(child))) {
      edges.push_back(group(child, Group::kRules));
    } else {
      for (const Rule* rule : child.rules) {
        if (!may_intersect(path(*rule), ref, i + 1)) continue;
        const std::vector<uint32_t>& numbers = numbers_[rule];
        edges.insert(edges.end(), numbers.begin(), numbers.end());
      }
    }
    reach(child, ref, i + 1, edges);
  }

  // Whether references of heads go on behind the place.
  static bool has_open_heads(const RuleNode& node) {
    return std::any_of(node.rules.begin(), node.rules.end(), [](const Rule* rule) {
      return ground_prefix(*rule->head.ref) < rule->head.ref->items.size();
    });
  }

  const Steps& path(const Rule& rule) {
    Steps& path = paths_[&rule];
    if (path.empty()) path = path_of(checker_, rule, arena_);
    return path;
  }

  Checker& checker_;
  Arena arena_;
  std::vector<Branch> branches_;
  std::unordered_map<const Rule*, std::vector<uint32_t>> numbers_;
  std::map<std::pair<const RuleNode*, Group>, uint32_t> groups_;
  std::unordered_map<const Rule*, Steps> paths_;
  std::vector<std::vector<uint32_t>> edges_;
  std::vector<uint32_t> component_;
  std::unordered_map<uint32_t, size_t> sizes_;  // of the components
};

// Finds the cycles to report, and words for them.
class CycleReporter {
 public:
  explicit CycleReporter(Checker& checker) : checker_(checker), graph_(checker) {}

  void run() {
    for (uint32_t branch : graph_.by_place()) {
      if (graph_.is_on_cycle(branch)) report(branch);
    }
  }

 private:
  // An edge and the dependency behind it; null if one is certain.
  struct Edge {
    uint32_t to;
    const Dependency* open;
  };
  struct Vertex {
    std::vector<Dependency> dependencies;
    std::vector<Edge> edges;
  };

  void report(uint32_t start) {
    const std::vector<Branch>& branches = graph_.branches();
    std::vector<uint32_t> path = shortest_cycle(start, true);
    bool certain = !path.empty();
    if (!certain) path = shortest_cycle(start, false);
    if (path.empty()) return;
    std::string text;
    for (uint32_t vertex : path) {
      if (!text.empty()) text += " -> ";
      text += checker_.rule_path(*branches[vertex].main);
    }
    if (!certain) text += cause(path);
    checker_.recursion.push_back(make_diagnostic(certain ? Id::kRecursion : Id::kPossibleRecursion, branches[start].rule->span,
                                                 {checker_.rule_path(*branches[start].main), text}));
  }

  // Of the first edge that is not certain.
  std::string cause(const std::vector<uint32_t>& path) {
    const std::vector<Branch>& branches = graph_.branches();
    for (size_t i = 0; i + 1 < path.size(); ++i) {
      for (const Edge& edge : vertex(path[i]).edges) {
        if (edge.to != path[i + 1] || edge.open == nullptr) continue;
        return cause_of(checker_, branches[path[i]], *edge.open, *branches[edge.to].main, i == 0, graph_.arena());
      }
    }
    return {};
  }

  const Vertex& vertex(uint32_t branch) {
    std::unique_ptr<Vertex>& vertex = vertices_[branch];
    if (vertex != nullptr) return *vertex;
    vertex = std::make_unique<Vertex>();
    const Branch& from = graph_.branches()[branch];
    vertex->dependencies = dependencies_of(from, graph_.arena());
    // The first dependency is the one that is shown, unless another is certain.
    std::map<uint32_t, const Dependency*> open;
    for (const Dependency& dependency : vertex->dependencies) {
      VarSet bound = dependency.has_variables ? vars_before(from, dependency.at) : VarSet();
      Steps steps = dependency.steps(graph_.arena());
      for (uint32_t to : graph_.named(dependency, branch)) {
        const Rule& rule = *graph_.branches()[to].main;
        bool certain = !dependency.has_variables || is_certain(path_of(checker_, rule, graph_.arena()), steps, bound);
        auto [known, added] = open.emplace(to, certain ? nullptr : &dependency);
        if (!added && certain) known->second = nullptr;
      }
    }
    for (const auto& [to, dependency] : open) vertex->edges.push_back({to, dependency});
    return *vertex;
  }

  // From a branch back to itself, both ends included; empty if there is no way.
  std::vector<uint32_t> shortest_cycle(uint32_t start, bool only_certain) {
    std::unordered_map<uint32_t, uint32_t> came_from;
    std::deque<uint32_t> queue{start};
    while (!queue.empty()) {
      uint32_t node = queue.front();
      queue.pop_front();
      for (const Edge& edge : vertex(node).edges) {
        charge_work(1);
        if (only_certain && edge.open != nullptr) continue;
        if (edge.to == start) {
          std::vector<uint32_t> path{start};
          for (uint32_t x = node; x != start; x = came_from[x]) path.push_back(x);
          path.push_back(start);
          std::reverse(path.begin(), path.end());
          return path;
        }
        if (came_from.emplace(edge.to, node).second) queue.push_back(edge.to);
      }
    }
    return {};
  }

  Checker& checker_;
  DependencyGraph graph_;
  std::unordered_map<uint32_t, std::unique_ptr<Vertex>> vertices_;
};

}  // namespace

void find_recursion(Checker& checker) { CycleReporter(checker).run(); }

void check_recursion(Checker& checker) {
  for (Diagnostic& found : checker.recursion) checker.error(std::move(found));
}

}  // namespace writ::lang
