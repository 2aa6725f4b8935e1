// Rules must not depend on themselves. First the components are found in which every rule depends on every other
// (dependency_graph.h); only rules in one of them can have a way back to themselves, and only for these it is worked out which
// references are certain to name which rules. A cycle of certain references is reported as one; a cycle that needs others may
// be one, and a cause is given.
// Reference: OPA NewGraph and checkRecursion.
//
// The dependencies are those of an early form of the bodies, as in OPA, while errors are reported later: find_recursion keeps
// what check_recursion says.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include "lang/check/dependency_graph.h"
#include "lang/check/recursion_cause.h"

namespace writ::lang {
namespace {

// Finds the cycles to report, and words for them.
class CycleReporter {
 public:
  explicit CycleReporter(Checker& checker) : checker_(checker), graph_(*checker.dependencies) {}

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
        bool certain = !dependency.has_variables || is_certain(path_of(rule, graph_.arena()), steps, bound);
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
  DependencyGraph& graph_;
  std::unordered_map<uint32_t, std::unique_ptr<Vertex>> vertices_;
};

}  // namespace

void find_recursion(Checker& checker) {
  checker.dependencies = std::make_shared<DependencyGraph>(checker);
  CycleReporter(checker).run();
}

void check_recursion(Checker& checker) {
  for (Diagnostic& found : checker.recursion) checker.error(std::move(found));
}

}  // namespace writ::lang
