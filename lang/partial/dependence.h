// Whether something depends on an unknown, or has to be kept for another reason: `with`, a built-in whose answer differs from
// call to call, a rule that the caller wants kept. What does not is evaluated completely.
//
// Rules are looked at once: whether one depends on an unknown does not change while a query is evaluated.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lang/check/check.h"
#include "lang/partial/inlining.h"

namespace writ::lang {

// The rules of a place, as they are evaluated.
struct RuleSet {
  std::vector<Rule*> rules;     // without the default; those of places below as well if references go on with variables
  Rule* default_rule = nullptr;
  bool multi_value = false;     // partial sets
  bool only_ground = true;      // no reference has variables
  bool has_else = false;
};

class Dependence {
 public:
  Dependence(const RuleNode& root, const Unknowns& unknowns, const Inlining& inlining, Plugger& plugger)
      : root_(root), unknowns_(unknowns), inlining_(inlining), plugger_(plugger) {}

  bool on_unknown(const Term* term, Bindings* bindings);
  bool on_unknown(const Expr* expr, Bindings* bindings);
  bool on_unknown(const Body* body, Bindings* bindings);
  bool on_unknown(const RefSteps& ref, Bindings* bindings);

 private:
  template <typename Node>
  bool visit(const Node* node, Bindings* bindings, std::vector<const Rule*>* reached);
  bool visit_ref(const RefSteps& ref, Bindings* bindings, std::vector<const Rule*>* reached);
  bool rule_depends(const Rule* rule);
  RefSteps lookup_steps(const RefSteps& ref, Bindings* bindings);
  void rules_of(const RefSteps& ref, std::vector<const Rule*>& found) const;
  bool is_kept(const Expr& expr) const;

  const RuleNode& root_;
  const Unknowns& unknowns_;
  const Inlining& inlining_;
  Plugger& plugger_;
  std::unordered_map<const Rule*, bool> rules_;  // those that are decided
};

}  // namespace writ::lang
