// Building the graph, and what is asked of it: who is on a cycle, who depends on whom, and an order in which every rule comes
// behind those it depends on. The last is a walk in depth whose stack is a vector, since chains of rules have any length.
#include "lang/check/dependency_graph.h"

#include <algorithm>

#include "lang/check/components.h"

namespace writ::lang {
namespace {

std::vector<uint32_t> distinct(std::vector<uint32_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

// Whether references of heads go on behind the place.
bool has_open_heads(const RuleNode& node) {
  return std::any_of(node.rules.begin(), node.rules.end(), [](const Rule* rule) {
    return ground_prefix(*rule->head.ref) < rule->head.ref->items.size();
  });
}

}  // namespace

DependencyGraph::DependencyGraph(Checker& checker) : root_(*checker.root), branches_(checker.branches()) {
  for (uint32_t i = 0; i < branches_.size(); ++i) numbers_[branches_[i].main].push_back(i);
  keep_paths(root_);
  edges_.resize(branches_.size());
  for (uint32_t i = 0; i < branches_.size(); ++i) {
    std::vector<uint32_t> edges;
    for (const Dependency& dependency : dependencies_of(branches_[i], arena_)) add(dependency, edges);
    edges_[i] = distinct(std::move(edges));
  }
  component_ = components_of(edges_);
}

void DependencyGraph::keep_paths(const RuleNode& node) {
  if (has_open_heads(node)) {
    for (const Rule* rule : node.rules) paths_[rule] = path_of(*rule, arena_);
  }
  for (const auto& [key, child] : node.children) keep_paths(*child);
}

void DependencyGraph::add(const Dependency& dependency, std::vector<uint32_t>& edges) {
  for (const Steps& steps : dependency.expansions) reach(root_, steps, 1, edges);
}

// The vertex of a group, made with its edges when it is first asked for. No deeper than the tree is.
uint32_t DependencyGraph::group(const RuleNode& node, Group kind) {
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
void DependencyGraph::reach(const RuleNode& node, const Steps& ref, size_t i, std::vector<uint32_t>& edges) {
  if (i >= ref.size()) return edges.push_back(group(node, Group::kAll));
  if (ref[i].is_constant()) {
    if (const RuleNode* child = node.child(ref[i].value)) reach_child(*child, ref, i, edges);
    return;
  }
  if (i + 1 == ref.size()) return edges.push_back(group(node, Group::kBelow));
  for (const auto& [key, child] : node.children) reach_child(*child, ref, i, edges);
}

// The rules of a place that step `i` leads to, and what is below it.
void DependencyGraph::reach_child(const RuleNode& child, const Steps& ref, size_t i, std::vector<uint32_t>& edges) {
  bool compare = std::any_of(ref.begin() + static_cast<ptrdiff_t>(i) + 1, ref.end(), [](const Step& s) { return s.is_constant(); });
  if (!child.rules.empty() && (!compare || !has_open_heads(child))) {
    edges.push_back(group(child, Group::kRules));
  } else {
    for (const Rule* rule : child.rules) {
      if (!may_intersect(paths_.at(rule), ref, i + 1)) continue;
      const std::vector<uint32_t>& numbers = numbers_[rule];
      edges.insert(edges.end(), numbers.begin(), numbers.end());
    }
  }
  reach(child, ref, i + 1, edges);
}

// --- questions -------------------------------------------------------------------------------------------------------

// The branches that are reached from `pending`, along the edges of the vertices that `enters` lets in; `edges_of` gives null for
// one behind which nothing is wanted.
template <typename Enters, typename EdgesOf>
std::vector<uint32_t> DependencyGraph::branches_from(std::vector<uint32_t> pending, Enters enters, EdgesOf edges_of) const {
  std::vector<uint32_t> branches;
  std::unordered_set<uint32_t> seen;
  while (!pending.empty()) {
    uint32_t vertex = pending.back();
    pending.pop_back();
    charge_work(1);
    if (!enters(vertex) || !seen.insert(vertex).second) continue;
    if (is_branch(vertex)) branches.push_back(vertex);
    const std::vector<uint32_t>* edges = edges_of(vertex);
    if (edges != nullptr) pending.insert(pending.end(), edges->begin(), edges->end());
  }
  std::sort(branches.begin(), branches.end());
  return branches;
}

std::vector<uint32_t> DependencyGraph::named(const Dependency& dependency, uint32_t from) {
  std::vector<uint32_t> first;
  add(dependency, first);
  auto on_cycle = [&](uint32_t vertex) { return vertex < component_.size() && component_[vertex] == component_[from]; };
  return branches_from(std::move(first), on_cycle, [&](uint32_t vertex) { return edges_of_group(vertex); });
}

std::vector<uint32_t> DependencyGraph::named(const Steps& ref) {
  std::vector<uint32_t> first;
  reach(root_, ref, 1, first);
  return branches_from(std::move(first), [](uint32_t) { return true; },
                       [&](uint32_t vertex) { return edges_of_group(vertex); });
}

std::vector<uint32_t> DependencyGraph::named_and_dependent(const Steps& ref) {
  std::vector<uint32_t> first = named(ref);
  // Groups that are made later have no edges to them.
  if (users_.empty()) {
    users_.assign(edges_.size(), {});
    for (uint32_t from = 0; from < edges_.size(); ++from) {
      for (uint32_t to : edges_[from]) users_[to].push_back(from);
    }
  }
  return branches_from(std::move(first), [](uint32_t) { return true; }, [&](uint32_t vertex) { return &users_[vertex]; });
}

bool DependencyGraph::is_on_cycle(uint32_t branch) {
  if (sizes_.empty()) {
    sizes_.resize(component_.size());  // there are no more components than vertices
    for (uint32_t component : component_) ++sizes_[component];
  }
  const std::vector<uint32_t>& edges = edges_[branch];
  return sizes_[component_[branch]] > 1 || std::binary_search(edges.begin(), edges.end(), branch);
}

std::vector<uint32_t> DependencyGraph::by_place() const {
  std::vector<uint32_t> order;
  add_by_place(root_, order);
  return order;
}

void DependencyGraph::add_by_place(const RuleNode& node, std::vector<uint32_t>& order) const {
  for (const Rule* rule : node.rules) {
    const std::vector<uint32_t>& numbers = numbers_.at(rule);
    order.insert(order.end(), numbers.begin(), numbers.end());
  }
  for (const auto& [key, child] : node.children) add_by_place(*child, order);
}

// --- the order -------------------------------------------------------------------------------------------------------

namespace {

// Walks in depth from each branch to those it depends on, the first in the sources first.
class Sorter {
 public:
  Sorter(const std::vector<std::vector<uint32_t>>& edges, size_t branches)
      : edges_(edges), branches_(branches), seen_(edges.size()), finished_(edges.size()) {}

  std::vector<uint32_t> run() {
    for (uint32_t branch = 0; branch < branches_; ++branch) walk(branch);
    return std::move(order_);
  }

 private:
  struct Frame {
    uint32_t branch;
    std::vector<uint32_t> dependencies;
    size_t next = 0;
  };

  void walk(uint32_t start) {
    std::vector<Frame> stack;
    enter(start, stack);
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (frame.next < frame.dependencies.size()) {
        enter(frame.dependencies[frame.next++], stack);
      } else {
        order_.push_back(frame.branch);
        stack.pop_back();
      }
    }
  }

  void enter(uint32_t branch, std::vector<Frame>& stack) {
    if (seen_[branch]) return;
    seen_[branch] = true;
    std::vector<uint32_t> dependencies;
    for (uint32_t vertex : edges_[branch]) collect(vertex, dependencies);
    std::sort(dependencies.begin(), dependencies.end());
    stack.push_back({branch, std::move(dependencies)});
  }

  // The branches behind a vertex that were not seen yet; whether there were any. A group all of whose branches were seen is not
  // looked into again.
  bool collect(uint32_t vertex, std::vector<uint32_t>& branches) {
    charge_work(1);
    if (vertex < branches_) {
      if (!seen_[vertex]) branches.push_back(vertex);
      return !seen_[vertex];
    }
    if (finished_[vertex]) return false;
    bool any = false;
    for (uint32_t to : edges_[vertex]) any = collect(to, branches) || any;
    if (!any) finished_[vertex] = true;
    return any;
  }

  const std::vector<std::vector<uint32_t>>& edges_;
  size_t branches_;
  std::vector<bool> seen_, finished_;
  std::vector<uint32_t> order_;
};

}  // namespace

std::vector<uint32_t> DependencyGraph::sorted() const { return Sorter(edges_, branches_.size()).run(); }

}  // namespace writ::lang
