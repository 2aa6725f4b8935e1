// Rules that depend on no unknown: their values.
#include <algorithm>
#include <map>

#include "lang/partial/evaluator.h"

namespace writ::lang {
namespace {

[[noreturn]] void fail_conflict(const std::string& text) {
  Error error;
  error.code = ErrorCode::E_CONFLICT;
  error.opa_code = "eval_conflict_error";
  error.detail = text;
  throw Failure(std::move(error));
}

struct ByTerm {
  bool operator()(const Term* a, const Term* b) const { return compare_terms(*a, *b) < 0; }
};

}  // namespace

// What partial rules have made so far: objects in objects down to values and sets.
struct Collection {
  std::map<Term*, Collection, ByTerm> members;
  std::map<Term*, bool, ByTerm> elements;
  Term* value = nullptr;
  bool is_set = false;

  void add(const RefSteps& path, size_t at, Term* leaf, bool multi_value) {
    charge_work(4);
    if (at < path.size()) {
      if (value != nullptr || is_set) fail_conflict("object keys must be unique");
      members[path[at]].add(path, at + 1, leaf, multi_value);
      return;
    }
    bool clash = !members.empty() || (multi_value ? value != nullptr : is_set || (value != nullptr && !same(*value, *leaf)));
    if (clash) fail_conflict("object keys must be unique");
    is_set = multi_value;
    if (multi_value) {
      elements.emplace(leaf, true);
    } else {
      value = leaf;
    }
  }

  Term* finish(Terms& terms) const {
    if (value != nullptr) return value;
    TermList items;
    for (const auto& [element, present] : elements) items.push_back(element);
    for (const auto& [key, member] : members) items.insert(items.end(), {key, member.finish(terms)});
    Term* result = terms.composite(is_set ? TermKind::kSet : TermKind::kObject, std::move(items));
    result->sorted = true;
    return result;
  }
};

Term* Evaluator::complete_value(const At& at, const RefSteps& place, const RuleSet& set, bool* depends) {
  std::string key = to_text(*terms_.ref(place));
  charge_work(1 + key.size() / 16);
  auto known = values_.back().find(key);
  if (known != values_.back().end()) return known->second;
  Term* value = nullptr;
  for (Rule* rule : set.rules) {
    Term* found = rule_answer(at, rule, rule->head.value, value, depends);
    for (size_t i = 0; found == nullptr && i < rule->else_chain.size(); ++i) {
      found = rule_answer(at, rule->else_chain[i], rule->else_chain[i]->head.value, value, depends);
    }
    if (found != nullptr) value = found;
  }
  if (value == nullptr && set.default_rule != nullptr) {
    value = rule_answer(at, set.default_rule, set.default_rule->head.value, nullptr, depends);
  }
  if (!*depends) values_.back()[key] = value;
  return value;
}

// The value of a definition, null if it does not hold. It is the same at each end of its body, and as `before`.
Term* Evaluator::rule_answer(const At& at, Rule* rule, Term* value, Term* before, bool* depends) {
  const Frame* inner = instance(rule->body, at);
  size_t kept = kept_.back().size();
  Term* answer = nullptr;
  each(inner, [&] {
    if (kept_more(kept)) *depends = true;
    if (*depends) return;
    Term* found = value == nullptr ? terms_.boolean(true) : plugger_.plug({value, inner->bindings});
    const Term* other = answer != nullptr ? answer : before;
    if (other != nullptr && !same(*other, *found)) fail_conflict("complete rules must not produce multiple outputs");
    answer = found;
  });
  return answer;
}

// The collection that partial rules make; `restricted`: what of it the reference can reach.
Term* Evaluator::collected(const Reference& ref, const RuleSet& set, bool restricted, bool* depends) {
  std::string key;
  if (!restricted) {
    key = to_text(*terms_.ref(RefSteps(ref.plugged.begin(), ref.plugged.begin() + static_cast<ptrdiff_t>(ref.pos) + 1)));
    charge_work(1 + key.size() / 16);
    auto known = values_.back().find(key);
    if (known != values_.back().end()) return known->second;
  }
  Collection collection;
  size_t kept = kept_.back().size();
  collection.is_set = set.multi_value && set.only_ground;
  for (Rule* rule : set.rules) {
    const Frame* inner = instance(rule->body, ref.at);
    SearchStep done = then([&, rule, inner] {
      if (kept_more(kept)) *depends = true;
      if (!*depends) collect(ref, rule, inner->bindings, collection);
      return Search::end();
    });
    SearchStep evaluated = then([=, this] { return body(inner, 0, done); });
    if (restricted) evaluated = then([=, this, &ref] { return rule_head(ref, ref.pos + 1, rule, inner->bindings, evaluated); });
    search_.all(evaluated);
  }
  Term* result = collection.finish(terms_);
  if (!restricted && !*depends) values_.back()[key] = result;
  return result;
}

void Evaluator::collect(const Reference& ref, Rule* rule, Bindings* bindings, Collection& into) {
  bool multi_value = rule->head.kind == HeadKind::kPartialSet;
  const RefSteps& head = rule->head.ref->items;
  RefSteps path;
  for (size_t i = ref.pos + 1; i < head.size(); ++i) path.push_back(plugger_.plug({head[i], bindings}));
  Term* leaf = plugger_.plug({multi_value ? rule->head.key : rule->head.value, bindings});
  into.add(path, 0, leaf, multi_value);
}

}  // namespace writ::lang
