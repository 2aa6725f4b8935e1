// Certificate policies along a path: RFC 5280, section 6.1, with the graph of RFC 9618 in place of the tree that grows
// without bound. A level of the graph has one node for each policy; a node knows the policies that the next certificate
// may have in its place. Nobody asks for a policy of their own here, so any policy that is left is good enough.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "engine/base/meter.h"
#include "engine/builtins/crypto/verify.h"

namespace writ {

namespace {

constexpr std::string_view kAnyPolicy("\x55\x1D\x20\x00", 4);

struct PolicyNode {
  std::string_view policy;
  std::vector<std::string_view> expected;
  std::set<PolicyNode*> parents;
  std::set<PolicyNode*> children;
};

class PolicyGraph {
 public:
  PolicyGraph() {
    levels_.emplace_back();
    insert(kAnyPolicy, {});
  }

  // Opens the next level.
  void descend() {
    by_expected_.clear();
    for (auto& [policy, node] : levels_.back()) {
      charge_work(1 + node->expected.size());
      for (std::string_view expected : node->expected) by_expected_[expected].push_back(node.get());
    }
    levels_.emplace_back();
  }

  // Adds a policy of the certificate, under the nodes that expect it or else under the one for any.
  void add(std::string_view policy) {
    charge_work(4);
    if (auto found = by_expected_.find(policy); found != by_expected_.end()) {
      insert(policy, found->second);
    } else if (PolicyNode* any = find_above(kAnyPolicy)) {
      insert(policy, {any});
    }
  }

  // The certificate has any policy: whatever is expected and not there yet.
  void add_expected() {
    for (const auto& [expected, parents] : by_expected_) {
      charge_work(1 + parents.size());
      if (find(expected) == nullptr) insert(expected, parents);
    }
  }

  PolicyNode* find(std::string_view policy) { return find_in(levels_.back(), policy); }

  void insert(std::string_view policy, const std::vector<PolicyNode*>& parents) {
    auto node = std::make_unique<PolicyNode>();
    node->policy = policy;
    node->expected = {policy};
    for (PolicyNode* parent : parents) {
      parent->children.insert(node.get());
      node->parents.insert(parent);
    }
    levels_.back()[policy] = std::move(node);
  }

  void remove(std::string_view policy) {
    PolicyNode* node = find(policy);
    if (node == nullptr) return;
    for (PolicyNode* parent : node->parents) parent->children.erase(node);
    levels_.back().erase(policy);
  }

  // Drops the nodes above the last level that lead nowhere.
  void prune() {
    for (size_t i = levels_.size() - 1; i-- > 1;) {
      charge_work(levels_[i].size());
      std::erase_if(levels_[i], [](const auto& entry) {
        PolicyNode* node = entry.second.get();
        if (!node->children.empty()) return false;
        for (PolicyNode* parent : node->parents) parent->children.erase(node);
        return true;
      });
    }
  }

  // Whether a policy is left: one that came in under any policy, or any policy itself at the end.
  bool has_valid_policy() {
    if (find(kAnyPolicy) != nullptr) return true;
    for (const Level& level : levels_) {
      for (const auto& [policy, node] : level) {
        if (policy != kAnyPolicy && node->parents.size() == 1 && (*node->parents.begin())->policy == kAnyPolicy) {
          return true;
        }
      }
    }
    return false;
  }

 private:
  using Level = std::map<std::string_view, std::unique_ptr<PolicyNode>>;

  static PolicyNode* find_in(Level& level, std::string_view policy) {
    auto found = level.find(policy);
    return found == level.end() ? nullptr : found->second.get();
  }
  PolicyNode* find_above(std::string_view policy) { return find_in(levels_[levels_.size() - 2], policy); }

  std::vector<Level> levels_;
  std::map<std::string_view, std::vector<PolicyNode*>> by_expected_;  // of the level above the last
};

class PolicyCheck {
 public:
  explicit PolicyCheck(std::span<const Certificate* const> path) : path_(path) {
    // How many certificates may still come before each is forbidden, or demanded.
    any_policy_ = explicit_policy_ = mapping_ = static_cast<int64_t>(path.size());
  }

  bool run() {
    for (size_t i = path_.size() - 1; i-- > 0;) {
      const Certificate& certificate = *path_[i];
      bool is_leaf = i == 0;
      bool is_self_issued = certificate.raw_issuer == certificate.raw_subject;
      if (certificate.policies.empty()) graph_.reset();
      if (graph_ == nullptr && explicit_policy_ == 0) return false;
      if (graph_ != nullptr) {
        add_policies(certificate, any_policy_ > 0 || (!is_leaf && is_self_issued));
        if (!is_leaf && !map_policies(certificate)) return false;
      }
      if (!is_leaf) count_down(certificate, is_self_issued);
    }
    if (explicit_policy_ > 0) explicit_policy_--;
    const PolicyCount& leaf = path_[0]->require_explicit_policy;
    if (leaf.is_present && leaf.value == 0) explicit_policy_ = 0;
    return explicit_policy_ != 0 || (graph_ != nullptr && graph_->has_valid_policy());
  }

 private:
  void add_policies(const Certificate& certificate, bool may_be_any) {
    graph_->descend();
    bool has_any = false;
    for (std::string_view policy : certificate.policies) {
      if (policy == kAnyPolicy) {
        has_any = true;
      } else {
        graph_->add(policy);
      }
    }
    if (has_any && may_be_any) graph_->add_expected();
    graph_->prune();
  }

  // Lets other policies stand for those of this certificate further down. False if any policy is mapped.
  bool map_policies(const Certificate& certificate) {
    if (certificate.policy_mappings.empty()) return true;
    std::map<std::string_view, std::vector<std::string_view>> mappings;
    charge_work(certificate.policy_mappings.size() * 4);
    for (const auto& [issuer, subject] : certificate.policy_mappings) {
      if (mapping_ == 0) {
        graph_->remove(issuer);
      } else if (issuer == kAnyPolicy || subject == kAnyPolicy) {
        return false;
      } else {
        mappings[issuer].push_back(subject);
      }
    }
    graph_->prune();
    for (auto& [issuer, subjects] : mappings) {
      PolicyNode* node = graph_->find(issuer);
      if (node == nullptr) {
        PolicyNode* any = graph_->find(kAnyPolicy);
        if (any == nullptr) continue;
        graph_->insert(issuer, {any});
        node = graph_->find(issuer);
      }
      node->expected = std::move(subjects);
    }
    return true;
  }

  void count_down(const Certificate& certificate, bool is_self_issued) {
    auto lower = [&](int64_t& count, const PolicyCount& bound) {
      if (!is_self_issued && count > 0) count--;
      if (bound.is_set() && bound.value < count) count = bound.value;
    };
    lower(explicit_policy_, certificate.require_explicit_policy);
    lower(mapping_, certificate.inhibit_policy_mapping);
    lower(any_policy_, certificate.inhibit_any_policy);
  }

  std::span<const Certificate* const> path_;
  std::unique_ptr<PolicyGraph> graph_ = std::make_unique<PolicyGraph>();
  int64_t any_policy_, explicit_policy_, mapping_;
};

}  // namespace

bool are_policies_valid(std::span<const Certificate* const> path) {
  return path.size() < 2 || PolicyCheck(path).run();
}

}  // namespace writ
