// Which rules depend on which: a rule depends on every rule that a reference in it can name (dependencies.h).
//
// The vertices are the branches of all rules and, behind them, groups: the rules of a place, everything at and below a place,
// everything below it. A reference has one edge to a group, however many rules that is, so the graph is as large as the policy.
// Branches have the numbers of Checker::branches(), in the order of the sources.
//
// The graph is made where bodies are in the form in which OPA reads them for it, and stays good when they are rewritten.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "lang/check/dependencies.h"

namespace writ::lang {

class DependencyGraph {
 public:
  explicit DependencyGraph(Checker& checker);

  const std::vector<Branch>& branches() const { return branches_; }
  Arena& arena() { return arena_; }

  // The branches that the dependency can name among those that are on a cycle with `from`.
  std::vector<uint32_t> named(const Dependency& dependency, uint32_t from);
  // All branches of rules that a reference can name.
  std::vector<uint32_t> named(const Steps& ref);
  // Those, and every branch that depends on one of them, directly or not.
  std::vector<uint32_t> named_and_dependent(const Steps& ref);
  // Whether there is a way from the branch back to itself.
  bool is_on_cycle(uint32_t branch);
  // The branches of rules by their places, those of one place in the order of the sources.
  std::vector<uint32_t> by_place() const;
  // All branches, each behind those that it depends on, and otherwise in the order of the sources. Branches on a cycle are in
  // some order.
  std::vector<uint32_t> sorted() const;

 private:
  enum class Group : uint8_t { kRules, kAll, kBelow };

  void add(const Dependency& dependency, std::vector<uint32_t>& edges);
  bool is_branch(uint32_t vertex) const { return vertex < branches_.size(); }
  // Null for a branch.
  const std::vector<uint32_t>* edges_of_group(uint32_t vertex) const { return is_branch(vertex) ? nullptr : &edges_[vertex]; }
  template <typename Enters, typename EdgesOf>
  std::vector<uint32_t> branches_from(std::vector<uint32_t> pending, Enters enters, EdgesOf edges_of) const;
  void add_by_place(const RuleNode& node, std::vector<uint32_t>& order) const;
  void keep_paths(const RuleNode& node);
  uint32_t group(const RuleNode& node, Group kind);
  void reach(const RuleNode& node, const Steps& ref, size_t i, std::vector<uint32_t>& edges);
  void reach_child(const RuleNode& child, const Steps& ref, size_t i, std::vector<uint32_t>& edges);

  const RuleNode& root_;
  Arena arena_;
  std::vector<Branch> branches_;
  std::unordered_map<const Rule*, std::vector<uint32_t>> numbers_;
  std::map<std::pair<const RuleNode*, Group>, uint32_t> groups_;
  std::unordered_map<const Rule*, Steps> paths_;  // where heads go on behind their places
  std::vector<std::vector<uint32_t>> edges_;
  std::vector<std::vector<uint32_t>> users_;      // the edges turned round, once somebody asks
  std::vector<uint32_t> component_;
  std::vector<uint32_t> sizes_;  // of the components
};

}  // namespace writ::lang
