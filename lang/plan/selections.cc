// Documents that need themselves are found in a graph of places: one needs another if a rule there has a reference that names it. A
// package needs what is below it; so does a place with dynamic heads, and what is below it is part of its document. Only where a
// reference and the document that it names are in one component of that graph, the definitions are selected.
//
// Nothing of that is needed unless definitions of one document can be told apart by constants in their heads, which is rare.
#include "lang/plan/selections.h"

#include <algorithm>

#include "lang/check/components.h"
#include "lang/check/dependencies.h"

namespace writ::lang {
namespace {

template <class F>
void for_each_node(const RuleNode& node, F f) {
  f(node);
  for (const auto& [key, child] : node.children) for_each_node(*child, f);
}

bool is_constant_from(const Rule& rule, size_t first) {
  const TermList& items = rule.head.ref->items;
  return std::any_of(items.begin() + static_cast<ptrdiff_t>(first), items.end(), [](const Term* item) { return is_constant(*item); });
}

class Finder {
 public:
  explicit Finder(const RuleNode& root) : root_(root) { number(root, nullptr); }

  template <class F>
  void run(F on_selection) {
    if (divided_.empty()) return;
    edges_.resize(nodes_.size());
    for_each_node(root_, [&](const RuleNode& node) { add_edges(node); });
    std::vector<uint32_t> components = components_of(edges_);
    for (const Reading& reading : readings_) {
      if (components[reading.from] != components[nodes_.at(reading.whole).number]) continue;
      on_selection(*reading.ref, *reading.whole, named(*reading.whole, reading.expansions));
    }
  }

 private:
  // A reference to a divided document.
  struct Reading {
    const Term* ref;
    uint32_t from;
    const RuleNode* whole;
    std::vector<Steps> expansions;
  };
  struct Place {
    uint32_t number;
    const RuleNode* whole;  // the one above whose document it is part of
  };
  struct Head {
    const Rule* rule;
    Steps steps;
  };

  // A document is divided if its heads differ in constants, so that a reference may name some of them alone.
  void number(const RuleNode& node, const RuleNode* whole) {
    nodes_.emplace(&node, Place{static_cast<uint32_t>(nodes_.size()), whole});
    bool is_dynamic = whole == nullptr && node.has_dynamic_heads();
    bool divided = !node.children.empty() || std::any_of(node.rules.begin(), node.rules.end(), [&](const Rule* rule) {
      return is_constant_from(*rule, node.path.size() + 1);
    });
    if (is_dynamic && divided) divided_.insert(&node);
    for (const auto& [key, child] : node.children) number(*child, is_dynamic ? &node : whole);
  }

  void add_edges(const RuleNode& node) {
    const Place& place = nodes_.at(&node);
    std::vector<uint32_t>& edges = edges_[place.number];
    if (node.has_extent()) {
      for (const auto& [key, child] : node.children) edges.push_back(nodes_.at(child.get()).number);
    }
    if (place.whole != nullptr) edges.push_back(nodes_.at(place.whole).number);
    for (Rule* rule : node.rules) {
      add_edges(node, {rule, rule});
      for (Rule* branch : rule->else_chain) add_edges(node, {branch, rule});
    }
  }

  void add_edges(const RuleNode& node, const Branch& branch) {
    if (branch.rule->body == nullptr) return;  // a default
    uint32_t from = nodes_.at(&node).number;
    for (Dependency& dependency : dependencies_of(branch, arena_)) {
      const RuleNode* whole = reach(dependency.expansions.front());
      bool is_one = true;
      for (const Steps& steps : dependency.expansions) {
        const RuleNode* reached = reach(steps);
        if (reached != nullptr) edges_[from].push_back(nodes_.at(reached).number);
        is_one = is_one && whole == reached;
      }
      // One that ranges over several documents reads each as a whole.
      if (!is_one || divided_.count(whole) == 0) continue;
      readings_.push_back({dependency.ref, from, whole, std::move(dependency.expansions)});
    }
  }

  // The place whose document the reference reads: the first one with rules, or where it ends or goes on with any key. Null if it is
  // in base documents.
  const RuleNode* reach(const Steps& steps) const {
    const RuleNode* node = &root_;
    for (size_t i = 1; i < steps.size() && node != nullptr && node->rules.empty(); ++i) {
      if (!steps[i].is_constant()) break;
      node = node->child(steps[i].value);
    }
    return node;
  }

  std::set<const Rule*> named(const RuleNode& whole, const std::vector<Steps>& expansions) {
    std::vector<Head>& heads = heads_[&whole];
    if (heads.empty()) {
      for_each_node(whole, [&](const RuleNode& node) {
        for (const Rule* rule : node.rules) heads.push_back({rule, steps_of(*rule->head.ref, arena_)});
      });
    }
    std::set<const Rule*> definitions;
    for (const Head& head : heads) {
      bool is_named = std::any_of(expansions.begin(), expansions.end(), [&](const Steps& steps) {
        return may_intersect(head.steps, steps, whole.path.size() + 1);
      });
      if (is_named) definitions.insert(head.rule);
    }
    return definitions;
  }

  const RuleNode& root_;
  Arena arena_;
  std::unordered_map<const RuleNode*, Place> nodes_;
  std::unordered_map<const RuleNode*, std::vector<Head>> heads_;
  std::set<const RuleNode*> divided_;
  std::vector<std::vector<uint32_t>> edges_;
  std::vector<Reading> readings_;
};

}  // namespace

Selections::Selections(const RuleNode& root) {
  Finder(root).run([&](const Term& ref, const RuleNode& whole, std::set<const Rule*> definitions) {
    add(ref, whole, std::move(definitions));
  });
}

void Selections::add(const Term& ref, const RuleNode& whole, std::set<const Rule*> definitions) {
  auto [known, added] = numbers_.emplace(std::pair(&whole, std::move(definitions)), all_.size());
  if (added) all_.push_back({&whole, known->first.second});
  by_reference_.emplace(&ref, known->second);
}

}  // namespace writ::lang
