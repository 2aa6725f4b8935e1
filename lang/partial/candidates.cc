// Which definitions of a rule can hold at all: one that compares what is known of the documents with another constant cannot.
// It would fail anyway; but where no other branch of an `else` can hold, the rule needs no order, and support modules are
// without rules that never hold.
#include <algorithm>

#include "lang/partial/evaluator.h"

namespace writ::lang {

const RuleSet& Evaluator::candidates(const RuleSet& set) {
  std::vector<Rule*> rules;
  bool has_else = false;
  for (Rule* rule : set.rules) {
    bool main = may_hold(*rule->body);
    auto holds = [&](const Rule* branch) { return may_hold(*branch->body); };
    bool others = std::any_of(rule->else_chain.begin(), rule->else_chain.end(), holds);
    if (!main && !others) continue;
    rules.push_back(rule);
    has_else = has_else || others;
  }
  if (rules.size() == set.rules.size() && has_else == set.has_else) return set;
  RuleSet& fewer = filtered_.emplace_back(set);
  fewer.rules = std::move(rules);
  fewer.has_else = has_else;
  return fewer;
}

bool Evaluator::may_hold(const Body& body) {
  for (const Expr* expr : body.exprs) {
    charge_work(1);
    if (!is_equality(*expr) || argument_count(*expr) != 2 || expr->negated || !expr->withs.empty()) continue;
    const Term& a = *argument(*expr, 0);
    const Term& b = *argument(*expr, 1);
    if (is_ref(a) && is_constant(b) && differs(a, b)) return false;
    if (is_ref(b) && is_constant(a) && differs(b, a)) return false;
  }
  return true;
}

// Whether a reference into the base documents is known to be something else than the constant, or nothing.
bool Evaluator::differs(const Term& ref, const Term& constant) {
  const RefSteps& steps = ref.items;
  if (!is_var(*steps[0]) || constant_prefix(steps) != steps.size()) return false;
  if (unknowns_.may_overlap({const_cast<Term*>(&ref), nullptr}) || inlining_.is_disabled(steps, false)) return false;
  Term* value = nullptr;
  if (steps[0]->text == "data") {
    const RuleNode* node = checker_.root;
    for (size_t i = 1; i < steps.size() && node != nullptr; ++i) {
      node = node->child(*steps[i]);
      if (node != nullptr && !node->rules.empty()) return false;
    }
    if (node != nullptr) return false;
    value = documents_.at(steps);
  } else if (steps[0]->text == "input") {
    value = documents_.input();
    for (size_t i = 1; i < steps.size() && value != nullptr; ++i) value = terms_.find(*value, *steps[i]);
  } else {
    return false;
  }
  return value == nullptr || !same(*value, constant);
}

}  // namespace writ::lang
