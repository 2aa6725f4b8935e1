#include "lang/check/narrowing.h"

#include "lang/check/checker.h"

namespace writ::lang {
namespace {

// Into how many references one is narrowed at most. Beyond, a step stays unknown.
constexpr size_t kMaxExpansion = 64;

Step step_of(const Term& term, Arena& arena) {
  Step step{&term, {}};
  if (term.kind == TermKind::kString) {
    step.value = Value::string(term.text);
  } else if (Value value; constant_value(arena, term, &value)) {
    step.value = value;
  }
  return step;
}

}  // namespace

Steps steps_of(const Term& ref, Arena& arena) {
  Steps steps;
  for (const Term* item : ref.items) steps.push_back(step_of(*item, arena));
  return steps;
}

std::optional<std::vector<Value>> members_of(const Value& collection) {
  if (!collection.is_collection()) return std::nullopt;
  std::vector<Value> members;
  if (collection.is_object()) {
    for (const Entry& entry : collection.members()) members.push_back(entry.value);
  } else {
    members.assign(collection.items().begin(), collection.items().end());
  }
  charge_work(members.size());
  return members;
}

// A statement counts only if what it reads is known in front of it: then nothing moves it behind what uses the variable.
KnownValues::KnownValues(const Body& body, Arena& arena) : arena_(arena) {
  for (size_t i = 0; i < body.exprs.size(); ++i) {
    const Expr& e = *body.exprs[i];
    if (!is_equality(e) || e.negated || !e.withs.empty() || argument_count(e) < 2) continue;
    const Term& left = *argument(e, 0);
    const Term& right = *argument(e, 1);
    if (!bind(left, right, i)) bind(right, left, i);
  }
}

// Whether the other side is known; the first statement that says something of a variable counts.
bool KnownValues::bind(const Term& variable, const Term& other, size_t at) {
  if (!is_var(variable)) return false;
  Values values = values_of(other, at);
  if (values) known_.try_emplace(variable.text, Known{at, std::move(*values)});
  return values.has_value();
}

KnownValues::Values KnownValues::values_of(const Term& term, size_t at) const {
  if (is_var(term)) {
    auto found = known_.find(term.text);
    if (found == known_.end() || found->second.statement >= at) return std::nullopt;
    return found->second.values;
  }
  if (is_ref(term)) return values_of_ref(term, at);
  Value value;
  if (!constant_value(arena_, term, &value)) return std::nullopt;
  return std::vector<Value>{value};
}

// A constant step selects one member, any other all of them.
KnownValues::Values KnownValues::values_of_ref(const Term& ref, size_t at) const {
  Values values = values_of(*ref.items[0], at);
  for (size_t i = 1; values && i < ref.items.size(); ++i) {
    std::vector<Value> next;
    Value key = step_of(*ref.items[i], arena_).value;
    for (const Value& value : *values) {
      if (key.is_defined()) {
        if (const Value* member = find(value, key)) next.push_back(*member);
        continue;
      }
      Values members = members_of(value);
      if (!members) return std::nullopt;
      next.insert(next.end(), members->begin(), members->end());
      if (next.size() > kMaxExpansion) return std::nullopt;
    }
    values = std::move(next);
  }
  return values;
}

std::vector<Steps> KnownValues::expand(const Term& ref, size_t at) const {
  std::vector<Steps> expanded{steps_of(ref, arena_)};
  for (size_t i = 1; i < ref.items.size(); ++i) {
    if (expanded.front()[i].is_constant()) continue;
    Values values = values_of(*ref.items[i], at);
    // Without any value the body has no solution; that is not for us to say.
    if (!values || values->empty() || expanded.size() * values->size() > kMaxExpansion) continue;
    std::vector<Steps> next;
    for (const Steps& steps : expanded) {
      for (const Value& value : *values) {
        next.push_back(steps);
        next.back()[i].value = value;
      }
    }
    charge_work(next.size() * ref.items.size());
    expanded = std::move(next);
  }
  return expanded;
}

}  // namespace writ::lang
