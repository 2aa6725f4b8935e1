#include "lang/partial/bindings.h"

#include "lang/partial/replace.h"

namespace writ::lang {

const Bindings::Entry* Bindings::find(std::string_view name) const {
  charge_work(1 + entries.size() / 16);
  for (const Entry& entry : entries) {
    if (entry.variable->text == name) return &entry;
  }
  return nullptr;
}

Bound Plugger::apply(Bound bound) {
  while (bound.bindings != nullptr && is_var(*bound.term)) {
    const Bindings::Entry* entry = bound.bindings->find(bound.term->text);
    if (entry == nullptr) break;
    bound = {entry->value, entry->of};
  }
  return bound;
}

void Plugger::bind(Bound variable, Bound value) {
  Bindings* bindings = variable.bindings;
  bindings->entries.push_back({variable.term, value.term, value.bindings});
  search_.on_return([bindings] { bindings->entries.pop_back(); });
}

Term* Plugger::name(Term* variable, const Bindings& of, const Bindings* root) {
  if (root == nullptr || &of == root || is_root_name(variable->text)) return variable;
  auto [known, added] = names_.try_emplace({variable->text, of.id});
  if (added) {
    std::string text = variant_name(variable->text, std::to_string(of.id));
    while (!taken_.insert(text).second) text += '_';
    known->second = std::move(text);
  }
  return terms_.var(known->second);
}

Term* Plugger::plug(Bound bound, const Bindings* root) {
  charge_work(1);
  Term* term = bound.term;
  if (bound.bindings == nullptr) return term;
  if (is_var(*term)) {
    Bound value = apply(bound);
    if (is_var(*value.term)) return name(value.term, *value.bindings, root);
    bound = value;
    term = value.term;
  }
  bool composite = is_collection(*term) || is_ref(*term);
  if (!composite || bound.bindings == nullptr) return term;
  if (is_collection(*term) && terms_.is_ground(*term)) return term;
  Levels::Scope level(levels_);
  TermList items(term->items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    bool head = i == 0 && is_ref(*term) && is_var(*term->items[0]) && is_root_name(term->items[0]->text);
    items[i] = head ? term->items[0] : plug({term->items[i], bound.bindings}, root);
  }
  return terms_.with_items(*term, std::move(items));
}

Term* Plugger::rename(Bound bound, const Bindings& root) {
  Replacer replace(terms_, levels_, [&](Term* t) { return is_var(*t) ? name(t, *bound.bindings, &root) : nullptr; });
  return replace(bound.term);
}

}  // namespace writ::lang
