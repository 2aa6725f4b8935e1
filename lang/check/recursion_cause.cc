// The words for a cycle that is only possible. A condition is a step of the reference with the value it would need; its note
// says where a variable gets its values from, as far as the statements in front of the reference show it.
#include "lang/check/recursion_cause.h"

#include <algorithm>
#include <optional>

#include "engine/builtins/builtin.h"
#include "engine/builtins/signature.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ::lang {
namespace {

constexpr size_t kMaxConditions = 2;
constexpr size_t kMaxMembers = 5;  // of a collection that is shown

// Where a variable gets its value.
struct Origin {
  enum Kind { kInput, kRule, kCollection, kBuiltin, kHeadKey, kHeadArgument } kind;
  std::string name;                // the reference up to the first step that is not constant, or the built-in
  Value collection;
  const Builtin* builtin = nullptr;
};

// The origins of variables in front of a statement.
class Origins {
 public:
  Origins(const Branch& branch, size_t at, Arena& arena) : branch_(branch), arena_(arena) {
    const ExprList& statements = branch.rule->body->exprs;
    for (size_t i = 0; i < std::min(at, statements.size()); ++i) read(*statements[i]);
  }

  // A chain of variables is no longer than the body; what is longer goes in circles.
  std::optional<Origin> of(std::string_view variable, size_t depth = 0) const {
    if (depth > branch_.rule->body->exprs.size()) return std::nullopt;
    if (auto found = outputs_.find(variable); found != outputs_.end()) {
      return Origin{Origin::kBuiltin, std::string(found->second->name), {}, found->second};
    }
    if (auto found = bindings_.find(variable); found != bindings_.end()) {
      const Term& term = *found->second;
      if (is_var(term)) return of(term.text, depth + 1);
      if (is_ref(term)) {
        if (std::optional<Origin> origin = of_ref(term)) return origin;
      }
    }
    return of_head(variable);
  }

 private:
  void read(const Expr& e) {
    if (e.negated || !e.withs.empty() || !is_call(e)) return;
    if (is_equality(e)) {
      if (argument_count(e) < 2) return;
      const Term* left = argument(e, 0);
      const Term* right = argument(e, 1);
      if (is_var(*left)) bindings_.emplace(left->text, right);
      if (is_var(*right)) bindings_.emplace(right->text, left);
      return;
    }
    const Builtin* builtin = find_builtin(dotted_name(*e.term->items[0]));
    if (builtin == nullptr || argument_count(e) != static_cast<size_t>(builtin->arity) + 1) return;
    const Term* result = argument(e, argument_count(e) - 1);
    if (is_var(*result)) outputs_[result->text] = builtin;
  }

  std::optional<Origin> of_ref(const Term& ref) const {
    if (has_head(ref, "input")) return Origin{Origin::kInput, constant_prefix(ref), {}};
    if (has_head(ref, "data")) return Origin{Origin::kRule, constant_prefix(ref), {}};
    if (ref.items.size() != 2 || is_constant(*ref.items[1])) return std::nullopt;
    const Term* collection = ref.items[0];
    for (size_t steps = 0; is_var(*collection) && steps <= bindings_.size(); ++steps) {
      auto found = bindings_.find(collection->text);
      if (found == bindings_.end()) return std::nullopt;
      collection = found->second;
    }
    Value value;
    if (!constant_value(arena_, *collection, &value) || !value.is_collection()) return std::nullopt;
    return Origin{Origin::kCollection, {}, value};
  }

  static std::string constant_prefix(const Term& ref) {
    Term prefix = ref;
    auto open = std::find_if(prefix.items.begin() + 1, prefix.items.end(), [](const Term* t) { return !is_constant(*t); });
    prefix.items.erase(open, prefix.items.end());
    return to_text(prefix);
  }

  std::optional<Origin> of_head(std::string_view variable) const {
    auto is_variable = [&](const Term* t) { return t != nullptr && is_var(*t) && t->text == variable; };
    const Head& head = branch_.main->head;
    if (std::any_of(head.args.begin(), head.args.end(), is_variable)) return Origin{Origin::kHeadArgument, {}, {}};
    bool is_key = std::any_of(head.ref->items.begin() + 1, head.ref->items.end(), is_variable) || is_variable(key_of(head));
    if (is_key) return Origin{Origin::kHeadKey, {}, {}};
    return std::nullopt;
  }

  const Branch& branch_;
  Arena& arena_;
  std::unordered_map<std::string_view, const Term*> bindings_;
  std::unordered_map<std::string_view, const Builtin*> outputs_;
};

// A step of the reference and the value with which it names the rule.
struct Condition {
  std::string term;
  Value value;
  std::string note;
  bool possible = true;
};

class Cause {
 public:
  Cause(Checker& checker, const Branch& branch, const Dependency& dependency, const Rule& target, Arena& arena)
      : checker_(checker), branch_(branch), dependency_(dependency), target_(target), path_(path_of(target, arena)),
        origins_(branch, dependency.at, arena), arena_(arena) {}

  std::string text(bool first) {
    // Steps beyond those of the rule only read from its value.
    Term named = *dependency_.ref;
    named.items.resize(std::min(named.items.size(), path_.size()));
    std::string text = " (" + written_text(checker_, named);
    if (!first) text += " in " + checker_.rule_path(*branch_.main);
    bool stated = find_conditions() && !conditions_.empty() && conditions_.size() <= kMaxConditions &&
                  std::all_of(conditions_.begin(), conditions_.end(), [](const Condition& c) { return c.possible; });
    text += (stated ? " refers to " : " could refer to ") + checker_.rule_path(target_);
    for (size_t i = 0; stated && i < conditions_.size(); ++i) {
      const Condition& condition = conditions_[i];
      text += (i == 0 ? " if " : " and ") + condition.term + " is " + to_rego(condition.value);
      if (!condition.note.empty()) text += " (" + condition.note + ")";
    }
    return text + ")";
  }

 private:
  // False if a term would have to have two values.
  bool find_conditions() {
    std::vector<size_t> open;
    is_certain(path_, dependency_.steps(arena_), vars_before(branch_, dependency_.at), &open);
    for (size_t at : open) {
      const Term& term = *dependency_.ref->items[at];
      std::string text = written_text(checker_, term);
      auto known = std::find_if(conditions_.begin(), conditions_.end(), [&](const Condition& c) { return c.term == text; });
      if (known == conditions_.end()) {
        conditions_.push_back(condition(term, std::move(text), path_[at].value));
      } else if (compare(known->value, path_[at].value) != 0) {
        return false;
      }
    }
    return true;
  }

  Condition condition(const Term& term, std::string text, const Value& value) const {
    Condition result{std::move(text), value, {}};
    if (has_head(term, "data")) result.note = "rule values aren't known at compile time";
    if (!is_var(term)) return result;
    std::optional<Origin> origin = origins_.of(term.text);
    if (!origin) return result;
    result.note = result.term + note_of(*origin);
    result.possible = may_give(*origin, value);
    return result;
  }

  std::string note_of(const Origin& origin) const {
    switch (origin.kind) {
      case Origin::kInput: return " comes from " + origin.name;
      case Origin::kRule: return " comes from rule " + origin.name + ", whose value isn't known at compile time";
      case Origin::kBuiltin: return " is computed by " + origin.name;
      case Origin::kHeadKey: return " is a key of " + checker_.rule_path(*branch_.main);
      case Origin::kHeadArgument: return " is an argument of " + checker_.rule_path(*branch_.main);
      case Origin::kCollection: break;
    }
    size_t size = members_of(origin.collection)->size();
    if (size > kMaxMembers) return " is one of " + std::to_string(size) + " values";
    return " is one of " + to_rego(origin.collection);
  }

  static bool may_give(const Origin& origin, const Value& value) {
    if (origin.kind == Origin::kCollection) {
      std::vector<Value> members = *members_of(origin.collection);
      return std::any_of(members.begin(), members.end(), [&](const Value& member) { return compare(member, value) == 0; });
    }
    if (origin.kind != Origin::kBuiltin) return true;
    Signature signature = Signature::parse(origin.builtin->signature);
    const TypeNode* part = signature.first_child(signature.root());
    while (part != nullptr && part->role != TypeRole::kResult) part = signature.next_sibling(*part);
    return part == nullptr || (signature.kinds(*part) & kind_bit(value.kind)) != 0;
  }

  Checker& checker_;
  const Branch& branch_;
  const Dependency& dependency_;
  const Rule& target_;
  Steps path_;
  Origins origins_;
  std::vector<Condition> conditions_;
  Arena& arena_;
};

}  // namespace

std::string cause_of(Checker& checker, const Branch& branch, const Dependency& dependency, const Rule& target, bool first,
                     Arena& arena) {
  return Cause(checker, branch, dependency, target, arena).text(first);
}

}  // namespace writ::lang
