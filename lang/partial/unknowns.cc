#include "lang/partial/unknowns.h"

#include <algorithm>
#include <set>

namespace writ::lang {

void Unknowns::add(Bound variable) {
  variables_.push_back(variable);
  search_.on_return([this] { variables_.pop_back(); });
}

void Unknowns::add_variables(Bound bound) {
  if (is_var(*bound.term)) return add(bound);
  VarSet found = vars_of(bound.term, {.skip_ref_head = true, .skip_closures = true});
  // In order of name: sets have none.
  std::set<std::string_view> names(found.begin(), found.end());
  Levels::Scope level(levels_);
  for (std::string_view name : names) {
    Bound value = Plugger::apply({terms_.var(std::string(name)), bound.bindings});
    if (!is_root_name(name)) add_variables(value);
  }
}

bool Unknowns::has_variable(std::string_view name, const Bindings* of) const {
  charge_work(1 + variables_.size() / 16);
  return std::any_of(variables_.rbegin(), variables_.rend(),
                     [&](const Bound& v) { return v.bindings == of && v.term->text == name; });
}

bool Unknowns::contains(const RefSteps& ref) const {
  charge_work(refs_.size());
  return std::any_of(refs_.begin(), refs_.end(),
                     [&](const RefSteps& unknown) { return begins_with(unknown, ref) || begins_with(ref, unknown); });
}

bool Unknowns::contains(Bound bound) const {
  if (is_var(*bound.term)) return has_variable(bound.term->text, bound.bindings);
  if (!is_ref(*bound.term)) return false;
  const RefSteps& ref = bound.term->items;
  return contains(ref) || (is_var(*ref[0]) && has_variable(ref[0]->text, bound.bindings));
}

bool Unknowns::contains_within(Bound bound) const {
  charge_work(1);
  if (is_var(*bound.term)) {
    if (is_root_name(bound.term->text)) return false;
    Bound value = Plugger::apply(bound);
    if (value.term == bound.term && value.bindings == bound.bindings) return contains(value);
    return contains_within(value);
  }
  if (is_ref(*bound.term) && contains(bound)) return true;
  if (bound.term->items.empty() && bound.term->body == nullptr) return false;
  if (is_collection(*bound.term) && terms_.is_ground(*bound.term)) {
    // Only references can be unknown in it.
    if (is_constant(*bound.term)) return false;
  }
  Levels::Scope level(levels_);
  for (Term* item : bound.term->items) {
    if (contains_within({item, bound.bindings})) return true;
  }
  if (bound.term->body == nullptr) return false;
  bool found = false;
  auto walk = term_walker([&](Term* t) {
    if (!found && (is_var(*t) || is_ref(*t))) found = contains_within({t, bound.bindings});
    return found;
  });
  walk(bound.term->body);
  return found;
}

bool Unknowns::may_overlap(Bound bound) const {
  if (!is_ref(*bound.term)) return contains(bound);
  const RefSteps& ref = bound.term->items;
  charge_work(refs_.size());
  for (const RefSteps& unknown : refs_) {
    if (!same(*unknown[0], *ref[0])) continue;
    bool apart = false;
    for (size_t i = 1; i < std::min(unknown.size(), ref.size()) && !apart; ++i) {
      apart = terms_.is_ground(*ref[i]) && terms_.is_ground(*unknown[i]) && !same(*unknown[i], *ref[i]);
    }
    if (!apart) return true;
  }
  return is_var(*ref[0]) && has_variable(ref[0]->text, bound.bindings);
}

bool Unknowns::covers(const RefSteps& place) const {
  return std::any_of(refs_.begin(), refs_.end(), [&](const RefSteps& unknown) { return begins_with(place, unknown); });
}

TermList Unknowns::keys_below(const RefSteps& place) const {
  TermList keys;
  for (const RefSteps& unknown : refs_) {
    if (unknown.size() <= place.size() || !begins_with(unknown, place)) continue;
    Term* key = unknown[place.size()];
    bool known = std::any_of(keys.begin(), keys.end(), [&](const Term* other) { return same(*other, *key); });
    if (!known && terms_.is_ground(*key)) keys.push_back(key);
  }
  return keys;
}

VarSet Unknowns::names(const Bindings& root) {
  VarSet names;
  for (const Bound& variable : variables_) {
    Term* plugged = plugger_.plug_for(variable, root);
    if (is_var(*plugged)) names.insert(plugged->text);
  }
  return names;
}

}  // namespace writ::lang
