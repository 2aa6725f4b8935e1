#include "lang/check/dependencies.h"

#include <algorithm>
#include <optional>

#include "engine/value/order.h"

namespace writ::lang {
namespace {

// Calls `on_node` with the nodes of a branch in OPA's order, each with the index of its statement.
template <typename OnNode>
void for_each_part(const Branch& branch, OnNode on_node) {
  ExprList& statements = branch.rule->body->exprs;
  for (size_t i = 0; i < statements.size(); ++i) on_node(statements[i], i);
  const Head& head = branch.main->head;
  for (Term* arg : head.args) on_node(arg, statements.size());
  on_node(const_cast<Term*>(key_of(head)), statements.size());
  on_node(branch.rule->head.value, statements.size());
}

size_t count_of(const Steps& ref, const Term& variable) {
  return static_cast<size_t>(std::count_if(ref.begin(), ref.end(), [&](const Step& step) {
    return !step.is_constant() && is_var(*step.term) && step.term->text == variable.text;
  }));
}

}  // namespace

std::vector<Dependency> dependencies_of(const Branch& branch, Arena& arena) {
  std::vector<Dependency> result;
  std::optional<KnownValues> known;  // few rules have a reference that needs it
  for_each_part(branch, [&](auto* node, size_t at) {
    auto walk = term_walker([&](Term* t) {
      if (!has_head(*t, "data")) return false;
      Steps steps = steps_of(*t, arena);
      bool has_variables = std::any_of(steps.begin() + 1, steps.end(), [](const Step& s) { return !s.is_constant(); });
      if (has_variables) {
        if (!known) known.emplace(*branch.rule->body, arena);
        result.push_back({t, at, known->expand(*t, at), true});
      } else {
        result.push_back({t, at, {std::move(steps)}, false});
      }
      return false;
    });
    walk(node);
  });
  return result;
}

const Term* key_of(const Head& head) {
  if (head.key != nullptr) return head.key;
  bool keyed = head.kind != HeadKind::kPartialSet && head.args.empty() && head.ref->items.size() == 2;
  return keyed && !is_scalar(*head.ref->items[1]) ? head.ref->items[1] : nullptr;
}

Steps path_of(const Rule& rule, Arena& arena) {
  const TermList& items = rule.head.ref->items;
  Steps path{{nullptr, Value::string("data")}};
  for (const std::string& segment : rule.module->package) path.push_back({nullptr, Value::string(segment)});
  path.push_back({items[0], Value::string(items[0]->text)});
  Steps rest = steps_of(*rule.head.ref, arena);
  path.insert(path.end(), rest.begin() + 1, rest.end());
  return path;
}

bool may_intersect(const Steps& rule, const Steps& ref, size_t from) {
  charge_work(1);
  for (size_t i = from; i < rule.size() && i < ref.size(); ++i) {
    if (rule[i].is_constant() && ref[i].is_constant() && compare(rule[i].value, ref[i].value) != 0) return false;
  }
  return true;
}

VarSet vars_before(const Branch& branch, size_t at) {
  VarSet vars;
  VarCollector collect(vars, {});
  for (const Term* arg : branch.main->head.args) collect(arg);
  collect(key_of(branch.main->head));
  collect(static_cast<const Term*>(branch.rule->head.value));
  for (size_t i = 0; i < at; ++i) collect(static_cast<const Expr*>(branch.rule->body->exprs[i]));
  return vars;
}

bool is_certain(const Steps& rule, const Steps& ref, const VarSet& bound, std::vector<size_t>* open) {
  bool certain = true;
  for (size_t i = 1; i < rule.size() && i < ref.size(); ++i) {
    if (!rule[i].is_constant() || ref[i].is_constant()) continue;
    const Term& step = *ref[i].term;
    if (is_var(step) && !bound.count(step.text) && count_of(ref, step) == 1) continue;
    certain = false;
    if (open != nullptr) open->push_back(i);
  }
  return certain;
}

}  // namespace writ::lang
