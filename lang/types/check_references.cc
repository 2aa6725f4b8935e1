// References: whether each step can lead on, from the innermost layer that knows where the reference begins. Where a step is a
// variable without a type it gets the type of the keys. Reference: OPA refChecker.
#include "lang/types/check_types.h"

namespace writ::lang {

void ReferenceTypes::expr(const Expr& e) {
  charge_work(1);
  switch (e.kind) {
    case ExprKind::kTerm:
      if (!is_call(e)) return term(e.term);
      for (size_t i = 0; i < argument_count(e); ++i) term(argument(e, i));
      return;
    case ExprKind::kNot: return body(*e.operands[0]->body);
    case ExprKind::kEvery:
      term(e.key);
      term(e.value);
      term(e.domain);
      body(*e.body);
      return withs(e);
    case ExprKind::kAnd:
    case ExprKind::kOr:
      for (const Expr* operand : e.operands) body(*operand->body);
      return withs(e);
    default: return;
  }
}

void ReferenceTypes::withs(const Expr& e) {
  for (const With& with : e.withs) {
    term(with.target);
    term(with.value);
  }
}

void ReferenceTypes::body(const Body& b) {
  for (const Expr* e : b.exprs) expr(*e);
}

void ReferenceTypes::term(const Term* t) {
  charge_work(1);
  if (t == nullptr || is_comprehension(*t) || is_scalar(*t)) return;
  if (is_ref(*t)) {
    size_t before = found_.size();
    reference(*t);
    if (found_.size() != before) return;
  }
  if (t->kind == TermKind::kObject || t->kind == TermKind::kSet) {
    for (const auto& [key, value] : sorted_members(*t)) {
      term(key);
      term(value);
    }
    return;
  }
  for (const Term* item : t->items) term(item);
}

void ReferenceTypes::reference(const Term& ref) {
  // No function is in the input or in a variable of a body.
  const Term& head = *ref.items[0];
  bool may_be_function = !is_var(head) || !(head.text == "input" || is_generated(head.text));
  TypeRef type = may_be_function ? env_.type_of_ref(ref.items) : nullptr;
  if (is_shape(type, Shape::kFunction)) {
    found_.push_back(errors_.unsupported(ref, ref.items.size() - 1, type));
    return;
  }
  TypeError error;
  if (env_.is_scalar_head(*ref.items[0])) {
    check_type(types().any(), ref, 1, error);
    return;
  }
  if (!check(env_, ref, error)) found_.push_back(std::move(error));
}

bool ReferenceTypes::check(const Environment& layer, const Term& ref, TypeError& error) {
  charge_work(1);
  Environment::Head head = layer.head(*ref.items[0]);
  if (head.tree != nullptr) {
    if (head.tree->is_leaf()) return check_type(head.tree->type, ref, 1, error);
    return check_tree(layer, *head.tree, ref, 1, error);
  }
  if (head.is_known && head.type != nullptr) return check_type(head.type, ref, 1, error);
  if (layer.next() != nullptr) return check(*layer.next(), ref, error);
  bool is_root = is_var(*ref.items[0]) && is_root_name(ref.items[0]->text);
  return check_type(types().any(), ref, is_root ? 1 : 0, error);
}

// Below a place that has no type of its own.
bool ReferenceTypes::check_tree(const Environment& layer, const TypeTree& tree, const Term& ref, size_t i, TypeError& error) {
  if (i == ref.items.size()) return true;
  const Term& step = *ref.items[i];
  // Packages have names, and so do rules in them.
  if (i <= 2 && !is_var(step) && step.kind != TermKind::kString) {
    error = errors_.invalid(ref, i, env_.type_of(step), types().string(), tree.keys());
    return false;
  }
  if (is_var(step)) {
    TypeRef keys = types().keys_of(tree.extent(types()));
    TypeRef known = env_.type_of(step);
    if (known == nullptr) {
      env_.set_variable(step.text, keys);
    } else if (!types().unifies(keys, known)) {
      error = errors_.invalid(ref, i, known, keys, tree.keys());
      return false;
    }
  }
  const TypeTree* child = tree.child(step);
  if (child == nullptr) {
    // Another layer may know it; what none knows may be data.
    if (layer.next() != nullptr) return check(*layer.next(), ref, error);
    return true;
  }
  if (child->is_leaf()) return check_type(child->type, ref, i + 1, error);
  return check_tree(layer, *child, ref, i + 1, error);
}

bool ReferenceTypes::check_type(TypeRef type, const Term& ref, size_t i, TypeError& error) {
  for (; i < ref.items.size(); ++i) {
    charge_work(1);
    const Term& step = *ref.items[i];
    if (type != nullptr && type->is_empty_collection()) return check_empty(type, ref, i, error);
    TypeRef keys = types().keys_of(type);
    if (keys == nullptr) {
      error = errors_.unsupported(ref, i == 0 ? 0 : i - 1, type);
      return false;
    }
    if (is_scalar(step)) {
      TypeRef child = select_constant(types(), type, step);
      if (child == nullptr) {
        error = errors_.invalid(ref, i, nullptr, keys, errors_.keys_of(type));
        return false;
      }
      type = child;
      continue;
    }
    if (is_var(step) || is_ref(step)) {
      TypeRef known = env_.type_of(step);
      if (known != nullptr && !types().unifies(known, keys)) {
        error = errors_.invalid(ref, i, known, keys, errors_.keys_of(type));
        return false;
      }
      if (known == nullptr && is_var(step)) env_.set_variable(step.text, keys);
    } else if (!unify_term(env_, step, keys)) {
      error = errors_.invalid(ref, i, env_.type_of(step), keys, {});
      return false;
    }
    type = types().values_of(type);
  }
  return true;
}

// Into what can hold nothing: a constant is never there, and iterating is fine.
bool ReferenceTypes::check_empty(TypeRef type, const Term& ref, size_t i, TypeError& error) {
  const Term& step = *ref.items[i];
  if (is_scalar(step)) {
    error = errors_.invalid(ref, i, nullptr, nullptr, {});
    return false;
  }
  if (!is_var(step)) return true;
  TypeRef known = env_.type_of(step), keys = types().keys_of(type);
  if (known == nullptr) {
    env_.set_variable(step.text, types().any());
  } else if (keys != nullptr && !types().unifies(known, keys)) {
    // Only arrays say what their keys are.
    error = errors_.invalid(ref, i, known, keys, {});
    return false;
  }
  return true;
}

}  // namespace writ::lang
