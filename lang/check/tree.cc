// The tree of all rules by their places under `data`, and what must not meet there. Reference: OPA NewRuleTree and
// checkRuleConflicts.
#include <algorithm>
#include <span>
#include <tuple>

#include "engine/value/segment.h"
#include "lang/check/passes.h"
#include "lang/syntax/term_order.h"

namespace writ::lang {
namespace {

// Longer paths would make a tree too deep to walk.
constexpr size_t kMaxPath = 1000;

RuleNode& child_of(RuleNode& node, std::string_view key) {
  auto found = node.children.find(key);
  if (found != node.children.end()) return *found->second;
  auto child = std::make_unique<RuleNode>();
  child->key = key;
  child->path = node.path;
  child->path.emplace_back(key);
  child->parent = &node;
  return *node.children.emplace(key, std::move(child)).first->second;
}

std::string_view text_of_segment(std::string_view segment) {
  return segment.substr(is_scalar_segment(segment) ? 1 : 0);
}

// What the reference of the head says the rule is, whichever form it was written in: v0 `p["k"] = v` is a complete rule
// at p.k.
void settle_kind(Head& head) {
  if (head.kind == HeadKind::kPartialSet || head.kind == HeadKind::kFunction) return;
  bool ground = ground_prefix(*head.ref) == head.ref->items.size();
  head.kind = ground ? HeadKind::kComplete : HeadKind::kPartialObject;
}

bool is_ground_ref(const Rule& rule) { return ground_prefix(*rule.head.ref) == rule.head.ref->items.size(); }

template <typename F>
void for_each_node(const RuleNode& node, F f) {
  f(node);
  for (const auto& [key, child] : node.children) for_each_node(*child, f);
}

// Rules below a node, of which none lies inside of another, by their references. Reference: OPA flattenChildren.
class RulesBelow {
 public:
  RulesBelow(const RuleNode& node, bool functions_only) : functions_only_(functions_only) { collect(node); }

  std::vector<const Rule*> outermost() {
    std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return compare(a, b) < 0; });
    std::vector<const Rule*> result;
    const Found* outer = nullptr;
    for (const Found& found : found_) {
      if (outer != nullptr && is_inside(found, *outer)) continue;
      outer = &found;
      result.push_back(found.rule);
    }
    return result;
  }

 private:
  // A rule with its reference: the path of its node, then the steps behind it.
  struct Found {
    const Rule* rule;
    const RuleNode* node;
    std::span<Term* const> steps;
  };

  void collect(const RuleNode& node) {
    for (const auto& [key, child] : node.children) {
      for (const Rule* rule : child->rules) {
        if (functions_only_ && rule->head.args.empty()) continue;
        std::span<Term* const> items(rule->head.ref->items.data(), rule->head.ref->items.size());
        found_.push_back({rule, child.get(), items.subspan(ground_prefix(*rule->head.ref))});
      }
      collect(*child);
    }
  }

  static int compare(const Found& a, const Found& b) {
    const std::vector<std::string>&left = a.node->path, &right = b.node->path;
    auto [at, other] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    if (at != left.end() && other != right.end()) {
      // Other scalars come before names.
      bool scalar = is_scalar_segment(*at);
      if (scalar != is_scalar_segment(*other)) return scalar ? -1 : 1;
      return *at < *other ? -1 : 1;
    }
    // A scalar comes before a variable.
    if (at != left.end()) return b.steps.empty() ? 1 : -1;
    if (other != right.end()) return a.steps.empty() ? -1 : 1;
    for (size_t i = 0; i < a.steps.size() && i < b.steps.size(); ++i) {
      if (int order = compare_terms(*a.steps[i], *b.steps[i]); order != 0) return order;
    }
    return a.steps.size() < b.steps.size() ? -1 : a.steps.size() > b.steps.size();
  }

  static bool is_inside(const Found& rule, const Found& outer) {
    const std::vector<std::string>&path = rule.node->path, &place = outer.node->path;
    if (outer.steps.empty()) return path.size() >= place.size() && std::equal(place.begin(), place.end(), path.begin());
    return rule.node == outer.node && rule.steps.size() >= outer.steps.size() &&
           std::equal(outer.steps.begin(), outer.steps.end(), rule.steps.begin(),
                      [](const Term* a, const Term* b) { return compare_terms(*a, *b) == 0; });
  }

  bool functions_only_;
  std::vector<Found> found_;
};

class NodeCheck {
 public:
  NodeCheck(Checker& checker, const RuleNode& node) : checker_(checker), node_(node), first_(*node.rules[0]) {}

  void run() {
    if (node_.rules.size() == 1 && node_.children.empty()) return;
    if (check_extent()) return;
    if (check_kinds()) return;
    check_defaults();
  }

 private:
  std::string name() const { return checker_.rule_path(*node_.rules.back()); }

  // Nothing may be inside the value of a rule whose reference is ground; functions not inside any.
  bool check_extent() {
    if (node_.children.empty()) return false;
    bool any_ground =
        std::any_of(node_.rules.begin(), node_.rules.end(), [](const Rule* r) { return is_ground_ref(*r); });
    std::vector<const Rule*> inside = RulesBelow(node_, !any_ground).outermost();
    if (inside.empty()) return false;
    std::string list;
    for (const Rule* rule : inside) {
      list += "\n  rule " + checker_.rule_path(*rule) + " at " + checker_.position_text(rule->span);
    }
    Diagnostic& d = checker_.error(Id::kRuleInsideExtent, first_.span, {name(), list});
    for (const Rule* rule : inside) d.labels.push_back({rule->span, "defined inside of it"});
    return true;
  }

  bool check_kinds() {
    bool complete = false, partial = false, set = false, single = false, object_of_sets = false;
    size_t arity = first_.head.args.size();
    const Rule* odd = nullptr;
    for (const Rule* rule : node_.rules) {
      bool multi = rule->head.kind == HeadKind::kPartialSet;
      bool ground = is_ground_ref(*rule);
      (multi ? set : single) = true;
      (!multi && ground ? complete : partial) = true;
      if (multi && !ground) object_of_sets = true;
      if (rule->head.args.size() != arity || rule->head.kind != first_.head.kind ||
          ground != is_ground_ref(first_)) {
        if (!odd) odd = rule;
      }
    }
    bool mixed_sets = object_of_sets && std::any_of(node_.rules.begin(), node_.rules.end(), [](const Rule* r) {
      return r->head.kind == HeadKind::kPartialSet && is_ground_ref(*r);
    });
    bool arities = std::any_of(node_.rules.begin(), node_.rules.end(),
                               [&](const Rule* r) { return r->head.args.size() != arity; });
    if (!(set && single) && !arities && !(complete && partial) && !mixed_sets) return false;
    Diagnostic& d = checker_.error(Id::kConflictingRules, first_.span, {name()});
    if (odd) d.labels.push_back({odd->span, "does not go with the first"});
    return true;
  }

  void check_defaults() {
    std::vector<const Rule*> defaults;
    for (const Rule* rule : node_.rules) {
      if (rule->is_default) defaults.push_back(rule);
    }
    if (defaults.size() < 2) return;
    std::string places;
    for (const Rule* rule : defaults) {
      if (!places.empty()) places += ", ";
      places += checker_.position_text(rule->span);
    }
    Span package = defaults[0]->module->package_span;
    Diagnostic& d = checker_.error(Id::kMultipleDefaults, package, {name(), places});
    for (const Rule* rule : defaults) d.labels.push_back({rule->span, "default"});
  }

  Checker& checker_;
  const RuleNode& node_;
  const Rule& first_;
};

std::string package_text(const Module& module) {
  Term path;
  path.kind = TermKind::kRef;
  std::vector<Term> steps(module.package.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    steps[i].kind = i == 0 ? TermKind::kVar : TermKind::kString;
    steps[i].text = module.package[i];
    path.items.push_back(&steps[i]);
  }
  return "package " + to_text(path);
}

// A package may not have the path of a rule.
// Whether rules have the path of a package, or a longer one that it begins.
bool is_in_way(const Checker& checker, const Module& module) {
  const RuleNode* node = checker.root;
  for (const std::string& segment : module.package) {
    node = node->child(segment);
    if (node == nullptr) return false;
  }
  return !node->rules.empty();
}

void check_packages(Checker& checker) {
  bool any = std::any_of(checker.modules.begin(), checker.modules.end(),
                         [&](const Module* module) { return is_in_way(checker, *module); });
  if (!any) return;
  std::map<std::vector<std::string>, std::vector<const Module*>> by_path;
  for (const Module* module : checker.modules) by_path[module->package].push_back(module);
  for (const Module* module : checker.modules) {
    for (const Rule* rule : module->rules) {
      if (!is_ground_ref(*rule)) continue;
      std::vector<std::string> path = module->package;
      for (const Term* step : rule->head.ref->items) {
        path.push_back(is_var(*step) ? std::string(step->text) : segment_of(*step));
      }
      auto it = by_path.find(path);
      if (it == by_path.end()) continue;
      for (const Module* other : it->second) {
        Diagnostic& d = checker.error(
            Id::kPackageConflict, module->package_span,
            {package_text(*other), to_text(*rule->head.ref), checker.position_text(rule->span)});
        d.labels.push_back({rule->span, "this rule"});
        d.labels.push_back({other->package_span, "this package"});
      }
    }
  }
}

}  // namespace

std::string segment_of(const Term& step) {
  switch (step.kind) {
    case TermKind::kNumber: return kScalarMark + std::string(step.text);
    case TermKind::kBoolean: return kScalarMark + std::string(step.boolean ? "true" : "false");
    case TermKind::kNull: return kScalarMark + std::string("null");
    default: return std::string(step.text);
  }
}

const RuleNode* RuleNode::child(const Term& step) const { return is_scalar(step) ? child(segment_of(step)) : nullptr; }

const RuleNode* RuleNode::child(const Value& step) const {
  return step.is_collection() ? nullptr : child(writ::segment_of(step));
}

bool RuleNode::has_dynamic_heads() const {
  return std::any_of(rules.begin(), rules.end(), [](const Rule* r) { return !is_ground_ref(*r); });
}

std::unique_ptr<RuleNode> build_rule_tree(Checker& checker) {
  auto root = std::make_unique<RuleNode>();
  for (const Module* module : checker.modules) {
    if (module->package.size() > kMaxPath) {
      checker.error(Id::kPathTooLong, module->package_span);
      continue;
    }
    RuleNode* package = root.get();
    for (const std::string& segment : module->package) package = &child_of(*package, segment);
    for (Rule* rule : module->rules) {
      settle_kind(rule->head);
      const Term& ref = *rule->head.ref;
      size_t prefix = ground_prefix(ref);
      if (ref.items.size() + module->package.size() > kMaxPath) {
        checker.error(Id::kPathTooLong, rule->span);
        continue;
      }
      RuleNode* node = package;
      node = &child_of(*node, ref.items[0]->text);
      for (size_t i = 1; i < prefix; ++i) node = &child_of(*node, segment_of(*ref.items[i]));
      node->rules.push_back(rule);
    }
  }
  return root;
}

// "data.a["x/y"]"
std::string place_text(const RuleNode& node) {
  Term path;
  path.kind = TermKind::kRef;
  std::vector<Term> steps(node.path.size() + 1);
  for (size_t i = 0; i < steps.size(); ++i) {
    bool scalar = i > 0 && is_scalar_segment(node.path[i - 1]);
    steps[i].kind = i == 0 ? TermKind::kVar : scalar ? TermKind::kNumber : TermKind::kString;
    steps[i].text = i == 0 ? std::string_view("data") : text_of_segment(node.path[i - 1]);
    path.items.push_back(&steps[i]);
  }
  return to_text(path);
}

// Of the first rule at or below the place, in the order of the sources.
Span first_span(const RuleNode& place) {
  const Rule* first = nullptr;
  for_each_node(place, [&](const RuleNode& node) {
    for (const Rule* rule : node.rules) {
      if (!first || std::tie(rule->span.file, rule->span.begin) < std::tie(first->span.file, first->span.begin)) first = rule;
    }
  });
  return first ? first->span : Span{};
}

std::string entry_text(const RuleNode& node) {
  std::string text;
  for (const std::string& name : node.path) text += (text.empty() ? "" : "/") + name;
  return text;
}

// Entry points are written with slashes between names: two places whose names have slashes in them can look the same. [S-6.6]
void check_entry_points(Checker& checker) {
  std::map<std::string, const RuleNode*> known;
  for_each_node(*checker.root, [&](const RuleNode& node) {
    if (node.is_function() && !node.has_extent()) return;
    if (std::any_of(node.path.begin(), node.path.end(), is_scalar_segment)) return;
    auto [other, added] = known.emplace(entry_text(node), &node);
    if (added) return;
    const RuleNode* above = node.parent;
    const RuleNode* above_other = other->second->parent;
    if (above && above_other && entry_text(*above) == entry_text(*above_other)) return;  // said of them already
    Diagnostic& d = checker.error(Id::kEntryPointCollision, first_span(node),
                                  {other->first, place_text(*other->second), place_text(node)});
    d.labels.push_back({first_span(*other->second), "the other place"});
  });
}

void check_conflicts(Checker& checker) {
  for_each_node(*checker.root, [&](const RuleNode& node) {
    if (!node.rules.empty()) NodeCheck(checker, node).run();
  });
  check_packages(checker);
  check_entry_points(checker);
}

}  // namespace writ::lang
