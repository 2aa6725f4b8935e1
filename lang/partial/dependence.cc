// A walk over a statement and, from its references, over all rules that they may read. Rules refer to each other in chains of any
// length, so they are not walked by recursion: the rules that one reaches are collected, and what is found goes back along the
// references.
#include "lang/partial/dependence.h"

#include "engine/builtins/builtin.h"

namespace writ::lang {
namespace {

void rules_below(const RuleNode& node, std::vector<const Rule*>& found) {
  charge_work(1 + node.rules.size());
  found.insert(found.end(), node.rules.begin(), node.rules.end());
  for (const auto& [key, child] : node.children) rules_below(*child, found);
}

void rules_along(const RuleNode& node, const RefSteps& ref, size_t at, std::vector<const Rule*>& found) {
  charge_work(1);
  if (at == ref.size()) {
    for (const auto& [key, child] : node.children) rules_below(*child, found);
    return;
  }
  auto enter = [&](const RuleNode& child) {
    found.insert(found.end(), child.rules.begin(), child.rules.end());
    rules_along(child, ref, at + 1, found);
  };
  if (is_constant(*ref[at])) {
    if (const RuleNode* child = node.child(*ref[at])) enter(*child);
    return;
  }
  for (const auto& [key, child] : node.children) enter(*child);
}

}  // namespace

bool Dependence::on_unknown(const Term* term, Bindings* bindings) { return visit(term, bindings, nullptr); }
bool Dependence::on_unknown(const Expr* expr, Bindings* bindings) { return visit(expr, bindings, nullptr); }
bool Dependence::on_unknown(const Body* body, Bindings* bindings) { return visit(body, bindings, nullptr); }
bool Dependence::on_unknown(const RefSteps& ref, Bindings* bindings) {
  if (visit_ref(ref, bindings, nullptr)) return true;
  for (const Term* step : ref) {
    if (visit(step, bindings, nullptr)) return true;
  }
  return false;
}

// In a rule (`reached` is given) the rules that it refers to are collected, and its variables do not count: they have no values.
template <typename Node>
bool Dependence::visit(const Node* node, Bindings* bindings, std::vector<const Rule*>* reached) {
  bool found = false;
  Walker walk(
      [&](Term* t) {
        if (found) return true;
        if (is_var(*t)) {
          found = reached == nullptr && unknowns_.contains_within({t, bindings});
        } else if (is_ref(*t)) {
          found = visit_ref(t->items, bindings, reached);
        }
        return found;
      },
      [&](Expr* e) {
        found = found || is_kept(*e);
        return found;
      });
  walk(const_cast<Node*>(node));
  return found;
}

bool Dependence::is_kept(const Expr& expr) const {
  if (!expr.withs.empty()) return true;
  if (!is_call(expr) || inlining_.nondeterministic) return false;
  const Builtin* builtin = find_builtin(dotted_name(*expr.term->items[0]));
  // Notes (print, trace) are made now.
  return builtin != nullptr && builtin->effect != Effect::kPure && builtin->effect != Effect::kNote;
}

bool Dependence::visit_ref(const RefSteps& ref, Bindings* bindings, std::vector<const Rule*>* reached) {
  Term whole;
  whole.kind = TermKind::kRef;
  whole.items = ref;
  if (unknowns_.may_overlap({&whole, reached == nullptr ? bindings : nullptr})) return true;
  RefSteps prefix(ref.begin(), ref.begin() + static_cast<ptrdiff_t>(constant_prefix(ref)));
  if (inlining_.is_disabled(prefix, false)) return true;
  if (!is_var(*ref[0]) || ref[0]->text != "data") return false;
  std::vector<const Rule*> rules;
  rules_of(reached == nullptr ? lookup_steps(ref, bindings) : ref, rules);
  if (reached != nullptr) {
    reached->insert(reached->end(), rules.begin(), rules.end());
    return false;
  }
  for (const Rule* rule : rules) {
    if (rule_depends(rule)) return true;
  }
  return false;
}

// The variables with scalar values replaced, so that only the rules are looked at that will be evaluated.
RefSteps Dependence::lookup_steps(const RefSteps& ref, Bindings* bindings) {
  RefSteps steps = ref;
  for (size_t i = 1; i < steps.size(); ++i) {
    if (!is_var(*steps[i]) || bindings == nullptr) continue;
    Term* plugged = plugger_.plug({steps[i], bindings});
    if (is_scalar(*plugged)) steps[i] = plugged;
  }
  return steps;
}

void Dependence::rules_of(const RefSteps& ref, std::vector<const Rule*>& found) const {
  if (ref.size() == 1) return rules_below(root_, found);
  rules_along(root_, ref, 1, found);
}

// The rules that are reached from this one are looked at one after another, and what depends on an unknown makes those depend
// on it that refer to it.
bool Dependence::rule_depends(const Rule* first) {
  if (auto known = rules_.find(first); known != rules_.end()) return known->second;
  std::unordered_map<const Rule*, std::vector<const Rule*>> users;
  std::vector<const Rule*> todo{first}, dependent;
  std::unordered_set<const Rule*> seen{first};
  for (size_t i = 0; i < todo.size(); ++i) {
    const Rule* rule = todo[i];
    if (auto known = rules_.find(rule); known != rules_.end()) {
      if (known->second) dependent.push_back(rule);
      continue;
    }
    std::vector<const Rule*> reached;
    auto branch = [&](const Rule& r) {
      return visit(r.head.value, nullptr, &reached) || visit(r.head.key, nullptr, &reached) ||
             visit(static_cast<const Body*>(r.body), nullptr, &reached);
    };
    bool depends = branch(*rule);
    for (size_t n = 1; !depends && n < rule->head.ref->items.size(); ++n) {
      depends = visit(rule->head.ref->items[n], nullptr, &reached);
    }
    for (const Rule* other : rule->else_chain) depends = depends || branch(*other);
    if (depends) dependent.push_back(rule);
    for (const Rule* other : reached) {
      users[other].push_back(rule);
      if (seen.insert(other).second) todo.push_back(other);
    }
  }
  for (const Rule* rule : todo) rules_.emplace(rule, false);
  for (size_t i = 0; i < dependent.size(); ++i) {
    rules_[dependent[i]] = true;
    for (const Rule* user : users[dependent[i]]) {
      if (!rules_[user]) {
        rules_[user] = true;
        dependent.push_back(user);
      }
    }
  }
  return rules_[first];
}

}  // namespace writ::lang
