#include "lang/partial/documents.h"

#include <algorithm>

namespace writ::lang {

bool Documents::is_replaced(const RefSteps& place) const {
  for (const std::vector<RefSteps>& targets : targets_) {
    for (const RefSteps& target : targets) {
      if (begins_with(place, target)) return true;
    }
  }
  return false;
}

Documents::State Documents::replace(const Replacements& input, const Replacements& data) {
  return {overlay(input_, input), overlay(replaced_, data)};
}

Term* Documents::overlay(Term* existing, const Replacements& replacements) {
  for (const auto& [path, value] : replacements) existing = insert(existing, path, 1, value);
  return existing;
}

// What is no object is replaced by one.
Term* Documents::insert(Term* into, const RefSteps& path, size_t at, Term* value) {
  if (at == path.size()) return value;
  TermList items;
  Term* inner = nullptr;
  if (into != nullptr && into->kind == TermKind::kObject) {
    for (size_t i = 0; i + 1 < into->items.size(); i += 2) {
      if (same(*into->items[i], *path[at])) {
        inner = into->items[i + 1];
      } else {
        items.insert(items.end(), {into->items[i], into->items[i + 1]});
      }
    }
  }
  items.insert(items.end(), {path[at], insert(inner, path, at + 1, value)});
  return terms_.sorted(terms_.composite(TermKind::kObject, std::move(items)));
}

Term* Documents::at(const RefSteps& place) {
  Term* over = replaced_;
  for (size_t i = 1; over != nullptr && i < place.size(); ++i) over = terms_.find(*over, *place[i]);
  if (is_replaced(place)) return over;
  Term* base = base_at(place);
  if (over == nullptr || base == nullptr) return over != nullptr ? over : base;
  return merge(over, base);
}

// `data.system` is no part of `data` as a whole [S-6.5].
Term* Documents::without_system(Term* data) {
  if (data->kind != TermKind::kObject) return data;
  TermList items;
  for (size_t i = 0; i + 1 < data->items.size(); i += 2) {
    if (!is_system(*data->items[i])) items.insert(items.end(), {data->items[i], data->items[i + 1]});
  }
  return items.size() == data->items.size() ? data : terms_.sorted(terms_.composite(TermKind::kObject, std::move(items)));
}

Term* Documents::base_at(const RefSteps& place) {
  const Value* at = &data_;
  for (size_t i = 1; i < place.size(); ++i) {
    if (!is_scalar(*place[i])) return nullptr;
    at = writ::find(*at, terms_.to_value(*place[i]));
    if (at == nullptr) return nullptr;
  }
  if (!at->is_defined()) return nullptr;
  Term*& read = base_[at];
  if (read == nullptr) read = terms_.from_value(*at);
  if (place.size() == 1) read = without_system(read);
  return read;
}

Term* Documents::merge(Term* over, Term* under) {
  if (over->kind != TermKind::kObject || under->kind != TermKind::kObject) return over;
  TermList items = under->items;
  for (size_t i = 0; i + 1 < over->items.size(); i += 2) {
    Term* other = terms_.find(*under, *over->items[i]);
    Term* value = over->items[i + 1];
    items.insert(items.end(), {over->items[i], other == nullptr ? value : merge(value, other)});
  }
  return terms_.sorted(terms_.composite(TermKind::kObject, std::move(items)));
}

}  // namespace writ::lang
