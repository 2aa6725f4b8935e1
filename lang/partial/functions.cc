// Functions of the policy. One that depends on no unknown, and is called with what is known, has a value. Another is inlined,
// a way for each of its definitions, unless its default may matter or it is to be kept: then it is evaluated into support with
// its arguments unknown, and the call names that.
#include <algorithm>

#include "lang/partial/evaluator.h"

namespace writ::lang {

SearchStep Evaluator::function(const At& at, Term* call, SearchStep next) {
  const RuleNode* node = checker_.find_node(*call->items[0]);
  if (node == nullptr || node->rules.empty()) return Search::end();
  const RuleSet& set = candidates(rule_set(*node));
  const Rule* first = set.rules.empty() ? set.default_rule : set.rules[0];
  if (first == nullptr) return Search::end();
  size_t arity = first->head.args.size();
  bool captured = call->items.size() == arity + 2;
  bool unknown = dependence_.on_unknown(call->items[0]->items, at.bindings());
  for (size_t i = 1; i <= arity && !unknown; ++i) unknown = dependence_.on_unknown(call->items[i], at.bindings());
  bool statement_unknown = unknown || dependence_.on_unknown(&at.expr(), at.bindings());
  if (set.has_else && statement_unknown) return keep_call(at, arity, call, next);
  bool needs_default = set.default_rule != nullptr &&
                       (captured || set.default_rule->head.value == nullptr || !is_false(*set.default_rule->head.value));
  bool keeps = needs_default || inlining_.shallow || inlining_.is_disabled(call->items[0]->items, true);
  if (keeps && unknown) return function_support(at, set, arity, call, next);
  return unknown ? function_inlined(at, set, call, next) : function_known(at, set, call, next);
}

SearchStep Evaluator::function_inlined(const At& at, const RuleSet& set, Term* call, SearchStep next) {
  return search_.choose(set.rules.size(), [=, this, rules = &set.rules](size_t i) {
    Rule* rule = (*rules)[i];
    const Frame* inner = instance(rule->body, at);
    RefSteps given(call->items.begin() + 1, call->items.end());
    RefSteps wanted = rule->head.args;
    bool captured = given.size() == wanted.size() + 1;
    if (captured) wanted.push_back(rule->head.value);
    SearchStep done = captured ? next : then([=, this] {
      Bound value{rule->head.value, inner->bindings};
      // Nobody looks at the value but to see that it is not false.
      if (unknowns_.contains(value)) return keep(at, terms_.statement(value.term), value.bindings, next);
      return is_false(*plugger_.plug(value)) ? Search::end() : next;
    });
    return unify_lists(at, given, at.bindings(), wanted, inner->bindings, 0, then([=, this] { return body(inner, 0, done); }));
  });
}

// The value is computed first, and unified with the output then.
SearchStep Evaluator::function_known(const At& at, const RuleSet& set, Term* call, SearchStep next) {
  size_t arity = (set.rules.empty() ? set.default_rule : set.rules[0])->head.args.size();
  RefSteps arguments;
  for (size_t i = 1; i <= arity; ++i) arguments.push_back(plugger_.plug({call->items[i], at.bindings()}));
  Term* value = nullptr;
  bool depends = false;
  for (Rule* rule : set.rules) {
    Term* found = function_answer(at, rule, rule, arguments, value, &depends);
    for (size_t i = 0; found == nullptr && i < rule->else_chain.size(); ++i) {
      found = function_answer(at, rule->else_chain[i], rule, arguments, value, &depends);
    }
    if (found != nullptr) value = found;
  }
  if (value == nullptr && set.default_rule != nullptr) {
    value = function_answer(at, set.default_rule, set.default_rule, arguments, nullptr, &depends);
  }
  if (depends && (set.has_else || set.default_rule != nullptr)) fail_unsupported(to_text(*call->items[0]));
  if (depends) return function_inlined(at, set, call, next);
  if (value == nullptr) return Search::end();
  if (call->items.size() == arity + 1) return is_false(*value) ? Search::end() : next;
  return unify(at, {call->items.back(), at.bindings()}, {value, at.bindings()}, next);
}

Term* Evaluator::function_answer(const At& at, Rule* rule, const Rule* main, const RefSteps& arguments, Term* before,
                                 bool* depends) {
  const Frame* inner = instance(rule->body, at);
  size_t kept = kept_.back().size();
  Term* answer = nullptr;
  SearchStep done = then([&, inner] {
    if (kept_more(kept)) *depends = true;
    if (*depends) return Search::end();
    Term* found = rule->head.value == nullptr ? terms_.boolean(true) : plugger_.plug({rule->head.value, inner->bindings});
    const Term* other = answer != nullptr ? answer : before;
    if (other != nullptr && !same(*other, *found)) {
      Error error;
      error.code = ErrorCode::E_CONFLICT;
      error.opa_code = "eval_conflict_error";
      error.detail = "functions must not produce multiple outputs for same inputs";
      throw Failure(std::move(error));
    }
    answer = found;
    return Search::end();
  });
  SearchStep evaluated = then([=, this] { return body(inner, 0, done); });
  search_.all(then([=, this, &arguments] {
    return unify_lists(at, arguments, at.bindings(), main->head.args, inner->bindings, 0, evaluated);
  }));
  return answer;
}

SearchStep Evaluator::function_support(const At& at, const RuleSet& set, size_t arity, Term* call, SearchStep next) {
  RefSteps path = partial_path(call->items[0]->items);
  if (!support_.exists(path)) {
    for (Rule* rule : set.rules) function_support_rule(at, rule, arity, path);
    if (set.default_rule != nullptr) function_support_rule(at, set.default_rule, arity, path);
  }
  if (!support_.exists(path)) return Search::end();
  TermList items = call->items;
  items[0] = terms_.ref(path);
  return keep_call(at, arity, terms_.with_items(*call, std::move(items)), next);
}

void Evaluator::function_support_rule(const At& at, Rule* rule, size_t arity, const RefSteps& path) {
  const Frame* inner = instance(rule->body, at);
  kept_.emplace_back();
  SearchStep done = then([&, inner] {
    Body* kept = kept_body();
    if (!can_hold(*kept)) return Search::end();
    Rule* copy = terms_.ast().rule(rule->span);
    copy->is_default = rule->is_default;
    RulePath split = split_path(terms_, path);
    copy->head.kind = HeadKind::kFunction;
    copy->head.ref = terms_.ref(split.rule);
    copy->head.value = plugger_.plug_for({rule->head.value, inner->bindings}, *root_);
    for (size_t i = 0; i < arity; ++i) {
      copy->head.args.push_back(plugger_.plug_for({rule->head.args[i], inner->bindings}, *root_));
    }
    copy->body = kept;
    copy->has_body = true;
    support_.insert(split.package, copy);
    return Search::end();
  });
  search_.all(then([=, this] {
    for (Term* argument : rule->head.args) unknowns_.add_variables({argument, inner->bindings});
    return body(inner, 0, done);
  }));
  kept_.pop_back();
}

}  // namespace writ::lang
