#include "lang/partial/names.h"

#include <map>
#include <set>
#include <span>
#include <string>

#include "lang/partial/replace.h"

namespace writ::lang {
namespace {

using Reserved = std::set<std::string, std::less<>>;

// The variables of a query or rule.
class Names {
 public:
  Names(Terms& terms, const Reserved& reserved) : terms_(terms), reserved_(reserved) {}

  template <typename Node>
  void see(Node* node) {
    auto walk = term_walker([&](Term* t) {
      if (is_var(*t)) ++seen_[t->text];
      if (is_call(*t)) check_operator(*t->items[0]);
      return false;
    });
    walk(node);
  }

  // After all has been seen. False if all names are well as they are.
  bool choose() {
    size_t number = 0;
    for (const auto& [name, count] : seen_) {
      bool is_wildcard = name.starts_with('$');
      if (is_root_name(name) || !(is_wildcard ? count > 1 : reserved_.count(name) > 0)) continue;
      std::string chosen;
      do chosen = "__localw" + std::to_string(number++) + "__";
      while (seen_.count(chosen) > 0 || reserved_.count(chosen) > 0);
      chosen_[name] = terms_.var(chosen);
    }
    return !chosen_.empty();
  }

  Term* replaced(Term* term) { return replace_(term); }
  Body* replaced(Body* body) { return body == nullptr ? nullptr : replace_(*body); }

 private:
  void check_operator(const Term& op) {
    const Term& head = is_ref(op) ? *op.items[0] : op;
    if (is_root_name(head.text) || head.text == "eq" || reserved_.count(head.text) == 0) return;
    throw Failure(ErrorCode::E_POLICY, "partial evaluation cannot call the function " + to_text(op) +
                                           " in a module that has a rule " + std::string(head.text));
  }

  Terms& terms_;
  const Reserved& reserved_;
  std::map<std::string_view, size_t> seen_;  // how often
  std::map<std::string_view, Term*> chosen_;
  Levels levels_;
  Replacer replace_{terms_, levels_, [this](Term* t) -> Term* {
                      if (!is_var(*t)) return nullptr;
                      auto found = chosen_.find(t->text);
                      return found == chosen_.end() ? nullptr : found->second;
                    }};
};

void name_variables(Terms& terms, const Reserved& reserved, Rule& rule) {
  Names names(terms, reserved);
  Head& head = rule.head;
  for (size_t i = 1; i < head.ref->items.size(); ++i) names.see(head.ref->items[i]);
  for (Term* argument : head.args) names.see(argument);
  names.see(head.key);
  names.see(head.value);
  names.see(rule.body);
  if (!names.choose()) return;
  TermList steps = head.ref->items;
  for (size_t i = 1; i < steps.size(); ++i) steps[i] = names.replaced(steps[i]);
  head.ref = terms.with_items(*head.ref, std::move(steps));
  for (Term*& argument : head.args) argument = names.replaced(argument);
  head.key = names.replaced(head.key);
  head.value = names.replaced(head.value);
  rule.body = names.replaced(rule.body);
}

void reserve_rules(const Module& module, Reserved& reserved) {
  charge_work(module.rules.size());
  for (const Rule* rule : module.rules) reserved.emplace(rule->head.ref->items[0]->text);
}

}  // namespace

void name_variables(Terms& terms, std::span<Module* const> modules, Residue& residue) {
  const Reserved none;
  for (Body*& query : residue.queries) {
    Names names(terms, none);
    names.see(query);
    if (names.choose()) query = names.replaced(query);
  }
  for (Module* module : residue.support) {
    Reserved reserved;
    reserve_rules(*module, reserved);
    for (const Module* other : modules) {
      if (other->package == module->package) reserve_rules(*other, reserved);
    }
    for (Rule* rule : module->rules) name_variables(terms, reserved, *rule);
  }
}

}  // namespace writ::lang
