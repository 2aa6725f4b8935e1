#include "lang/partial/support.h"

#include <algorithm>

#include "engine/value/text.h"

namespace writ::lang {

// OPA's rule: a path has at least `data`, one name of the package and the name of the rule; names go on until a step that is
// none.
RulePath split_path(Terms& terms, const RefSteps& path) {
  size_t begin = 2;
  for (size_t i = begin; i < path.size() && path[i]->kind == TermKind::kString && is_identifier(path[i]->text); ++i) begin = i;
  RulePath result;
  for (size_t i = 1; i < begin; ++i) result.package.emplace_back(path[i]->text);
  result.rule.assign(path.begin() + static_cast<ptrdiff_t>(begin), path.end());
  result.rule[0] = terms.var(result.rule[0]->text);
  return result;
}

bool Support::exists(const RefSteps& path) const {
  RulePath place = split_path(terms_, path);
  const Module* module = find(place.package);
  if (module == nullptr) return false;
  for (const Rule* rule : module->rules) {
    const RefSteps& ref = rule->head.ref->items;
    if (place.rule.size() == 1 ? ref[0]->text == place.rule[0]->text : begins_with(ref, place.rule)) return true;
  }
  return false;
}

Module* Support::find(const std::vector<std::string>& package) const {
  charge_work(modules_.size());
  for (Module* module : modules_) {
    if (module->package == package) return module;
  }
  return nullptr;
}

void Support::insert(const std::vector<std::string>& package, Rule* rule) {
  Module* module = find(package);
  if (module == nullptr) {
    module = terms_.ast().module();
    module->package = package;
    module->package_span = Span::nowhere();
    module->package_spans.assign(package.size(), Span::nowhere());
    modules_.push_back(module);
  }
  rule->module = module;
  module->rules.push_back(rule);
}

namespace {

int compare_lists(const TermList& a, const TermList& b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (int order = compare_terms(*a[i], *b[i]); order != 0) return order;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size();
}

int compare(const Term* a, const Term* b) {
  if (a == nullptr || b == nullptr) return (a != nullptr) - (b != nullptr);
  return compare_terms(*a, *b);
}

bool comes_before(const Rule* a, const Rule* b) {
  charge_work(8);
  if (int order = compare_lists(a->head.args, b->head.args); order != 0) return order < 0;
  if (int order = compare_lists(a->head.ref->items, b->head.ref->items); order != 0) return order < 0;
  if (int order = compare(a->head.key, b->head.key); order != 0) return order < 0;
  if (int order = compare(a->head.value, b->head.value); order != 0) return order < 0;
  if (a->is_default != b->is_default) return b->is_default;
  return compare_bodies(*a->body, *b->body) < 0;
}

}  // namespace

std::vector<Module*> Support::finish() {
  for (Module* module : modules_) std::stable_sort(module->rules.begin(), module->rules.end(), comes_before);
  return modules_;
}

}  // namespace writ::lang
