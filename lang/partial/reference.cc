// References: through the tree of rules and the base documents below `data`, and through terms (input, collections, values of
// rules). RefSteps with variables are tried with all keys there are.
#include <algorithm>

#include "engine/value/segment.h"
#include "lang/partial/evaluator.h"

namespace writ::lang {

SearchStep Evaluator::reference(const At& at, Bound ref, Bound result, SearchStep next) {
  const RefSteps& steps = ref.term->items;
  Reference way{at, ref.bindings, steps, steps, 1, result};
  if (has_head(*ref.term, "data")) return tree(std::move(way), checker_.root, next);
  Bound head{steps[0], ref.bindings};
  if (has_head(*ref.term, "input")) {
    head.term = documents_.input();
    if (head.term == nullptr) return Search::end();
  } else {
    head = Plugger::apply(head);
    bool is_free = head.term == steps[0] && is_var(*head.term);
    if (is_free) return Search::end();
  }
  return in_term(std::move(way), head, next);
}

// --- below `data` ----------------------------------------------------------------------------------------------------

SearchStep Evaluator::tree(Reference ref, const RuleNode* node, SearchStep next) {
  charge_work(1);
  if (ref.pos == ref.steps.size()) return tree_whole(ref, node, next);
  Term* key = plugger_.plug({ref.steps[ref.pos], ref.bindings});
  if (terms_.is_ground(*key)) return tree_next(std::move(ref), node, key, next);
  return tree_enumerate(ref, node, next);
}

SearchStep Evaluator::tree_next(Reference ref, const RuleNode* node, Term* key, SearchStep next) {
  ref.plugged[ref.pos] = key;
  RefSteps place(ref.plugged.begin(), ref.plugged.begin() + static_cast<ptrdiff_t>(ref.pos) + 1);
  const RuleNode* child = nullptr;
  if (node != nullptr && !documents_.is_replaced(place)) {
    child = node->child(*key);
    if (child != nullptr && !child->rules.empty()) return rules_at(std::move(ref), *child, next);
  }
  ++ref.pos;
  return tree(std::move(ref), child, next);
}

SearchStep Evaluator::tree_enumerate(const Reference& ref, const RuleNode* node, SearchStep next) {
  RefSteps place(ref.plugged.begin(), ref.plugged.begin() + static_cast<ptrdiff_t>(ref.pos));
  Bound whole{terms_.ref(ref.plugged), ref.bindings};
  Term* document = nullptr;
  bool known = !inlining_.is_disabled(place, false) && resolve(place, &document);
  if (!known) return keep_equality(ref.at, whole, ref.result, next);
  TermList keys;
  if (document != nullptr && document->kind == TermKind::kArray) {
    for (size_t i = 0; i < document->items.size(); ++i) keys.push_back(terms_.number(i));
  } else if (document != nullptr && is_collection(*document)) {
    size_t step = document->kind == TermKind::kObject ? 2 : 1;
    document = terms_.sorted(document);
    for (size_t i = 0; i < document->items.size(); i += step) keys.push_back(document->items[i]);
  }
  if (node != nullptr) {
    for (Term* key : child_keys(*node)) {
      // What is a key of both is one key.
      if (document == nullptr || terms_.find(*document, *key) == nullptr) keys.push_back(key);
    }
  }
  charge_work(keys.size());
  auto shared = std::make_shared<const TermList>(std::move(keys));
  return search_.choose(shared->size(), [=, this](size_t i) {
    Term* key = (*shared)[i];
    Bound step{ref.steps[ref.pos], ref.bindings};
    return unify(ref.at, {key, ref.bindings}, step, then([=, this] { return tree_next(ref, node, key, next); }));
  });
}

// The keys of what is below a place, sorted as values are.
TermList Evaluator::child_keys(const RuleNode& node) {
  charge_work(node.children.size());
  TermList keys;
  for (const auto& [segment, child] : node.children) keys.push_back(terms_.from_value(key_of_segment(segment)));
  std::sort(keys.begin(), keys.end(), [](const Term* a, const Term* b) { return compare_terms(*a, *b) < 0; });
  return keys;
}

// All that is at a place.
SearchStep Evaluator::tree_whole(const Reference& ref, const RuleNode* node, SearchStep next) {
  if (dependence_.on_unknown(ref.plugged, ref.bindings)) {
    return keep_equality(ref.at, {terms_.ref(ref.plugged), ref.bindings}, ref.result, next);
  }
  Term* value = extent(ref, node);
  if (value == nullptr) return Search::end();
  return unify(ref.at, ref.result, {value, ref.bindings}, next);
}

Term* Evaluator::extent(const Reference& ref, const RuleNode* node) {
  Term* base = documents_.at(ref.plugged);
  Term* rules = node == nullptr ? nullptr : leaves(ref.at, ref.plugged, *node);
  if (rules == nullptr || base == nullptr) return rules != nullptr ? rules : base;
  return documents_.merge(base, rules);
}

Term* Evaluator::leaves(const At& at, RefSteps place, const RuleNode& node) {
  Levels::Scope level(levels_);
  TermList items;
  for (const auto& [segment, child] : node.children) {
    charge_work(1);
    Term* key = terms_.from_value(key_of_segment(segment));
    if (place.size() == 1 && is_system(*key)) continue;
    place.push_back(key);
    Term* value = nullptr;
    if (child->rules.empty()) {
      value = leaves(at, place, *child);
    } else {
      Bound result{generated("leaf"), at.bindings()};
      size_t kept = kept_.back().size();
      SearchStep done = then([&, result] {
        if (kept_more(kept)) fail_unsupported(to_text(*terms_.ref(place)));
        value = plugger_.plug(result);
        return Search::end();
      });
      Bound ref{terms_.ref(place), at.bindings()};
      search_.all(then([=, this] { return unify(at, ref, result, done); }));
    }
    if (value != nullptr) items.insert(items.end(), {key, value});
    place.pop_back();
  }
  return terms_.sorted(terms_.composite(TermKind::kObject, std::move(items)));
}

bool Evaluator::resolve(const RefSteps& place, Term** document) {
  if (unknowns_.contains(place)) return false;
  *document = documents_.at(place);
  return true;
}

// --- in terms --------------------------------------------------------------------------------------------------------

SearchStep Evaluator::in_term(Reference ref, Bound term, SearchStep next) {
  charge_work(1);
  if (ref.pos == ref.steps.size()) return unify(ref.at, term, ref.result, next);
  if (unknowns_.contains(term)) return in_kept_term(ref, term, next);
  Term* key = plugger_.plug({ref.steps[ref.pos], ref.bindings});
  if (terms_.is_ground(*key)) return in_term_next(std::move(ref), term, key, next);
  return in_term_enumerate(ref, term, next);
}

SearchStep Evaluator::in_term_next(Reference ref, Bound term, Term* key, SearchStep next) {
  // A key that leads to something unknown: the document may lack it, or have something else in its place.
  RefSteps whole(ref.steps.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    whole[i] = i == ref.pos ? key : plugger_.plug({ref.steps[i], ref.bindings});
  }
  RefSteps place(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(ref.pos) + 1);
  if (unknowns_.covers(place)) return keep_equality(ref.at, {terms_.ref(std::move(whole)), ref.bindings}, ref.result, next);
  Bound found = element(term, key);
  if (found.term == nullptr) return Search::end();
  ++ref.pos;
  return in_term(std::move(ref), found, next);
}

Bound Evaluator::element(Bound term, Term* key) {
  if (!is_collection(*term.term)) return {};
  bool by_value = term.term->kind != TermKind::kArray && !terms_.is_ground(*term.term);
  Term* found = nullptr;
  if (!by_value) {
    found = terms_.find(*term.term, *key);
  } else {
    size_t step = term.term->kind == TermKind::kObject ? 2 : 1;
    for (size_t i = 0; found == nullptr && i < term.term->items.size(); i += step) {
      Term* candidate = plugger_.plug({term.term->items[i], term.bindings});
      if (same(*candidate, *key)) found = step == 2 ? term.term->items[i + 1] : key;
    }
  }
  return found == nullptr ? Bound{} : Plugger::apply({found, term.bindings});
}

SearchStep Evaluator::in_term_enumerate(const Reference& ref, Bound term, SearchStep next) {
  TermList keys;
  if (term.term->kind == TermKind::kArray) {
    for (size_t i = 0; i < term.term->items.size(); ++i) keys.push_back(terms_.number(i));
  } else if (is_collection(*term.term)) {
    Term* sorted = terms_.sorted(term.term);
    size_t step = sorted->kind == TermKind::kObject ? 2 : 1;
    for (size_t i = 0; i < sorted->items.size(); i += step) keys.push_back(sorted->items[i]);
  }
  size_t known = keys.size();
  RefSteps place(ref.pos);
  for (size_t i = 0; i < place.size(); ++i) place[i] = plugger_.plug({ref.steps[i], ref.bindings});
  for (Term* key : unknowns_.keys_below(place)) {
    if (element(term, key).term == nullptr) keys.push_back(key);
  }
  charge_work(keys.size());
  auto shared = std::make_shared<const TermList>(std::move(keys));
  return search_.choose(shared->size(), [=, this](size_t i) {
    Bound key{(*shared)[i], term.bindings};
    if (i >= known) return in_unknown_key(ref, key.term, next);
    return unify(ref.at, key, {ref.steps[ref.pos], ref.bindings},
                 then([=, this] { return in_term_next(ref, term, plugger_.plug(key), next); }));
  });
}

// A key that only an unknown has: nothing is there to go on with but the reference itself.
SearchStep Evaluator::in_unknown_key(Reference ref, Term* key, SearchStep next) {
  RefSteps whole(ref.steps.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    whole[i] = i == ref.pos ? key : plugger_.plug({ref.steps[i], ref.bindings});
  }
  Bound kept{terms_.ref(std::move(whole)), ref.bindings};
  if (!unknowns_.may_overlap(kept)) return Search::end();
  return unify(ref.at, {key, ref.bindings}, {ref.steps[ref.pos], ref.bindings},
               then([=, this] { return keep_equality(ref.at, kept, ref.result, next); }));
}

// The rest of the reference is one into a variable that the unknown term is the value of.
SearchStep Evaluator::in_kept_term(const Reference& ref, Bound term, SearchStep next) {
  Term* head = generated("ref_" + std::to_string(next_name_++));
  RefSteps rest{head};
  rest.insert(rest.end(), ref.steps.begin() + static_cast<ptrdiff_t>(ref.pos), ref.steps.end());
  Bound inner{terms_.ref(std::move(rest)), ref.bindings};
  return unify(ref.at, term, {head, ref.bindings},
               then([=, this] { return unify(ref.at, inner, ref.result, next); }));
}

}  // namespace writ::lang
