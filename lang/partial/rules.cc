// Rules that depend on an unknown. Where nothing speaks against it they are inlined: each definition is a way on, in which the
// reference goes on in the value of the head. Otherwise the definitions are evaluated into support, once for a query, and the
// reference is kept with the name of that. What a partial rule makes is looked up by the steps behind it: these are unified
// with the steps of the rule's own reference before its body is evaluated, or after it where they are unknown.
#include <algorithm>

#include "engine/value/text.h"
#include "lang/partial/copy_propagation.h"
#include "lang/partial/evaluator.h"

namespace writ::lang {
namespace {

void add_below(const RuleNode& node, std::vector<Rule*>& rules) {
  rules.insert(rules.end(), node.rules.begin(), node.rules.end());
  for (const auto& [key, child] : node.children) add_below(*child, rules);
}

bool is_multi_value(const Rule& rule) { return rule.head.kind == HeadKind::kPartialSet; }

// How long the longest reference of a rule is, the element of a set included; at most `most`.
size_t longest(const std::vector<Rule*>& rules, size_t most) {
  size_t length = 0;
  for (const Rule* rule : rules) length = std::max(length, rule->head.ref->items.size() + (is_multi_value(*rule) ? 1 : 0));
  return std::min(length, most);
}

RefSteps slice(const RefSteps& steps, size_t begin, size_t end) {
  return RefSteps(steps.begin() + static_cast<ptrdiff_t>(begin), steps.begin() + static_cast<ptrdiff_t>(std::max(begin, end)));
}

}  // namespace

const RuleSet& Evaluator::rule_set(const RuleNode& node) {
  std::unique_ptr<RuleSet>& set = rule_sets_[&node];
  if (set != nullptr) return *set;
  set = std::make_unique<RuleSet>();
  std::vector<Rule*> rules;
  if (node.has_dynamic_heads()) {
    add_below(node, rules);
  } else {
    rules = node.rules;
  }
  charge_work(rules.size());
  set->multi_value = is_multi_value(*rules[0]);
  for (Rule* rule : rules) {
    if (rule->is_default) {
      set->default_rule = rule;
      continue;
    }
    set->rules.push_back(rule);
    const Term& ref = *rule->head.ref;
    if (ground_prefix(ref) != ref.items.size()) set->only_ground = false;
    if (!rule->else_chain.empty()) set->has_else = true;
  }
  return *set;
}

SearchStep Evaluator::rules_at(Reference ref, const RuleNode& node, SearchStep next) {
  charge_work(4);
  const RuleSet& set = candidates(rule_set(node));
  // Which branch of an `else` holds is not known; nothing is put in its place.
  if (set.has_else && dependence_.on_unknown(ref.steps, ref.bindings)) {
    return keep_equality(ref.at, {terms_.ref(ref.steps), ref.bindings}, ref.result, next);
  }
  if (!set.multi_value && set.only_ground) return complete(ref, set, next);
  return partial(ref, set, next);
}

// --- complete rules --------------------------------------------------------------------------------------------------

SearchStep Evaluator::complete(const Reference& ref, const RuleSet& set, SearchStep next) {
  const Rule* first = set.rules.empty() ? set.default_rule : set.rules[0];
  if (first == nullptr || first->head.kind == HeadKind::kFunction) return Search::end();
  RefSteps place = slice(ref.plugged, 0, ref.pos + 1);
  Reference rest = ref;
  ++rest.pos;
  if (!dependence_.on_unknown(ref.steps, ref.bindings)) {
    bool depends = false;
    Term* value = complete_value(ref.at, place, set, &depends);
    if (depends && (set.has_else || set.default_rule != nullptr)) fail_unsupported(to_text(*terms_.ref(place)));
    if (depends) return complete_inlined(ref, set, next);
    return value == nullptr ? Search::end() : in_term(std::move(rest), {value, ref.bindings}, next);
  }
  if (needs_default(ref, set) || inlining_.shallow || inlining_.is_disabled(place, true)) {
    return complete_support(ref, set, next);
  }
  return complete_inlined(ref, set, next);
}

SearchStep Evaluator::complete_inlined(const Reference& ref, const RuleSet& set, SearchStep next) {
  Reference rest = ref;
  ++rest.pos;
  return search_.choose(set.rules.size(), [=, this, rules = &set.rules](size_t i) {
    Rule* rule = (*rules)[i];
    const Frame* inner = instance(rule->body, ref.at);
    return body(inner, 0, then([=, this] {
                  Bound value = Plugger::apply({rule->head.value, inner->bindings});
                  return in_term(rest, value, next);
                }));
  });
}

// Whether the default value may be what the statement is about. One that compares with a constant is not about another default,
// and one that only asks whether the value is true not about a default of false (PartialOptions::inline_false_defaults).
bool Evaluator::needs_default(const Reference& ref, const RuleSet& set) {
  if (set.default_rule == nullptr) return false;
  const Term& value = *set.default_rule->head.value;
  if (is_false(value) && is_var(*ref.result.term) && inlining_.is_disabled(ref.result.term->text)) return false;
  Term* other = plugger_.plug(ref.result);
  return !is_constant(*other) || same(value, *other);
}

SearchStep Evaluator::complete_support(const Reference& ref, const RuleSet& set, SearchStep next) {
  RefSteps place = slice(ref.plugged, 0, ref.pos + 1);
  RefSteps path = partial_path(place);
  bool defined = support_.exists(path);
  if (!defined) {
    std::vector<Rule*> rules = set.rules;
    if (set.default_rule != nullptr) rules.push_back(set.default_rule);
    for (Rule* rule : rules) {
      // The package of the module goes on being the package.
      size_t length = rule->module->package.size() + 1;
      bool found = support_rule(ref.at, rule, [&](const Frame* inner, Body* body) {
        Rule* copy = terms_.ast().rule(rule->span);
        copy->is_default = rule->is_default;
        copy->head.kind = HeadKind::kComplete;
        RefSteps own = slice(place, length, place.size());
        own[0] = terms_.var(own[0]->text);
        copy->head.ref = terms_.ref(std::move(own));
        copy->head.value = plugger_.plug_for({rule->head.value, inner->bindings}, *root_);
        if (!inlining_.shallow) body = CopyPropagation(checker_, terms_, vars_of(copy->head.value), true).apply(*body);
        copy->body = body;
        copy->has_body = true;
        std::vector<std::string> package;
        for (size_t i = 1; i < path.size() - (place.size() - length); ++i) package.emplace_back(path[i]->text);
        support_.insert(package, copy);
      });
      defined = defined || found;
    }
  }
  if (!defined) return Search::end();
  return keep_equality(ref.at, {terms_.ref(partial_path(ref.steps)), ref.bindings}, ref.result, next);
}

// Evaluates the body of a rule and calls `insert` with what is kept at each end of it that can hold. False if there is none.
bool Evaluator::support_rule(const At& at, Rule* rule, const std::function<void(const Frame*, Body*)>& insert) {
  const Frame* inner = instance(rule->body, at);
  bool found = false;
  kept_.emplace_back();
  each(inner, [&] {
    Body* body = kept_body();
    if (!can_hold(*body)) return;
    found = true;
    insert(inner, body);
  });
  kept_.pop_back();
  return found;
}

RefSteps Evaluator::partial_path(const RefSteps& path) const {
  RefSteps result = path;
  if (options_.package.empty()) return result;
  Terms& terms = const_cast<Terms&>(terms_);
  result.insert(result.begin() + 1, terms.string(options_.package));
  return result;
}

// --- partial rules ---------------------------------------------------------------------------------------------------

SearchStep Evaluator::partial(const Reference& ref, const RuleSet& set, SearchStep next) {
  RefSteps place = slice(ref.steps, 0, ref.pos + 1);
  bool unknown = dependence_.on_unknown(place, ref.bindings);
  if (ref.steps.size() == ref.pos + 1) {
    bool depends = false;
    Term* value = unknown ? nullptr : collected(ref, set, false, &depends);
    if (unknown || depends) return partial_support(ref, set, next);
    return unify(ref.at, {value, ref.bindings}, ref.result, next);
  }
  if ((unknown && inlining_.shallow) || inlining_.is_disabled(place, true)) return partial_support(ref, set, next);
  return partial_each(ref, set, unknown, next);
}

SearchStep Evaluator::partial_each(const Reference& ref, const RuleSet& set, bool unknown, SearchStep next) {
  if (set.rules.empty()) return Search::end();
  // Where a step is unknown that the rules say something about, bodies come first: then it is unified with what they found.
  bool body_first = false;
  for (size_t i = ref.pos + 1; i < longest(set.rules, ref.steps.size()) && !body_first; ++i) {
    body_first = dependence_.on_unknown(ref.steps[i], ref.bindings);
  }
  if (!unknown && !body_first) {
    bool open = is_var(*plugger_.plug({ref.steps[ref.pos + 1], ref.bindings}));
    Reference rest = ref;
    ++rest.pos;
    bool depends = false;
    Term* value = collected(ref, set, !open, &depends);
    if (!depends) return in_term(std::move(rest), {value, ref.bindings}, next);
  }
  return search_.choose(set.rules.size(), [=, this, rules = &set.rules](size_t i) {
    return partial_rule(ref, (*rules)[i], body_first, next);
  });
}

SearchStep Evaluator::partial_rule(const Reference& ref, Rule* rule, bool body_first, SearchStep next) {
  const Frame* inner = instance(rule->body, ref.at);
  Bindings* own = inner->bindings;
  SearchStep value = then([=, this] { return rule_value(ref, rule, own, next); });
  if (body_first) return body(inner, 0, then([=, this] { return rule_head(ref, ref.pos + 1, rule, own, value); }));
  return rule_head(ref, ref.pos + 1, rule, own, then([=, this] { return body(inner, 0, value); }));
}

// Unifies the steps from `pos` on with those of the rule's reference, and then with the element of a set.
SearchStep Evaluator::rule_head(const Reference& ref, size_t pos, Rule* rule, Bindings* bindings, SearchStep next) {
  const RefSteps& head = rule->head.ref->items;
  if (pos < ref.steps.size() && pos < head.size()) {
    return unify(ref.at, {ref.steps[pos], ref.bindings}, {head[pos], bindings},
                 then([=, this] { return rule_head(ref, pos + 1, rule, bindings, next); }));
  }
  if (is_multi_value(*rule) && pos < ref.steps.size() && head.size() <= ref.steps.size()) {
    return unify(ref.at, {ref.steps[pos], ref.bindings}, {rule->head.key, bindings}, next);
  }
  return next;
}

// Goes on in the collection that the rule makes: the value below what its reference has left.
SearchStep Evaluator::rule_value(const Reference& ref, Rule* rule, Bindings* bindings, SearchStep next) {
  Term* own = is_multi_value(*rule) ? rule->head.key : rule->head.value;
  const RefSteps& head = rule->head.ref->items;
  Bound value = Plugger::apply({own, bindings});
  bool bare = !is_multi_value(*rule) && head.size() <= ref.pos + 1;
  if (!bare) {
    // The variables in the steps are the rule's, and so must those in the value be.
    if (value.bindings != bindings) value = {own, bindings};
    Term* term = value.term;
    if (is_multi_value(*rule)) term = terms_.composite(TermKind::kSet, {term});
    for (size_t i = head.size(); i-- > ref.pos + 1;) term = terms_.composite(TermKind::kObject, {head[i], term});
    value.term = term;
  }
  Reference rest = ref;
  ++rest.pos;
  return in_term(std::move(rest), value, next);
}

SearchStep Evaluator::partial_support(const Reference& ref, const RuleSet& set, SearchStep next) {
  RefSteps path = partial_path(slice(ref.plugged, 0, ref.pos + 1));
  bool defined = support_.exists(path);
  if (!defined) {
    for (Rule* rule : set.rules) {
      bool found = support_rule(ref.at, rule, [&](const Frame* inner, Body* body) {
        RefSteps whole = partial_path(rule->head.ref->items);
        for (size_t i = 1; i < whole.size(); ++i) whole[i] = plugger_.plug_for({whole[i], inner->bindings}, *root_);
        RulePath split = split_path(terms_, whole);
        Rule* copy = terms_.ast().rule(rule->span);
        Head& head = copy->head;
        head.ref = terms_.ref(split.rule);
        head.kind = is_multi_value(*rule)                            ? HeadKind::kPartialSet
                    : ground_prefix(*head.ref) == split.rule.size() ? HeadKind::kComplete
                                                                     : HeadKind::kPartialObject;
        auto plugged = [&](Term* term) {
          return term == nullptr ? nullptr : plugger_.plug_for({term, inner->bindings}, *root_);
        };
        (is_multi_value(*rule) ? head.key : head.value) = plugged(is_multi_value(*rule) ? rule->head.key : rule->head.value);
        head.has_contains = is_multi_value(*rule);
        VarSet live = vars_of(head.key != nullptr ? head.key : head.value);
        for (size_t i = 1; i < split.rule.size(); ++i) live.merge(vars_of(split.rule[i]));
        if (!inlining_.shallow) body = CopyPropagation(checker_, terms_, live, true).apply(*body);
        copy->body = body;
        copy->has_body = true;
        support_.insert(split.package, copy);
      });
      defined = defined || found;
    }
  }
  if (defined) return keep_equality(ref.at, {terms_.ref(partial_path(ref.steps)), ref.bindings}, ref.result, next);
  if (ref.steps.size() != ref.pos + 1) return Search::end();
  bool set_of_elements = set.multi_value && set.only_ground;
  Term* empty = terms_.make(set_of_elements ? TermKind::kSet : TermKind::kObject);
  // What is known to be something else, or has other keys, can be told now.
  const Term& result = *Plugger::apply(ref.result).term;
  if (is_scalar(result) || is_collection(result)) return unify(ref.at, {empty, ref.bindings}, ref.result, next);
  return keep_equality(ref.at, {empty, ref.bindings}, ref.result, next);
}

}  // namespace writ::lang
