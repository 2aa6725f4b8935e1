// Statements: calls against the types of functions, `=`, `in`, and the replacements of `with`. Each of these functions says
// whether the statement is right, and if not, what is wrong with it.
#include "lang/types/check_types.h"

#include <algorithm>

namespace writ::lang {

std::vector<TypeRef> TypeChecker::argument_types(const Environment& env, const Expr& e) {
  std::vector<TypeRef> types;
  types.reserve(argument_count(e));
  for (size_t i = 0; i < argument_count(e); ++i) types.push_back(env.type_of(*argument(e, i)));
  return types;
}

bool TypeChecker::check_expr(const Environment& env, const Expr& e, TypeError& error) {
  if (!check_withs(env, e, error)) return false;
  if (!is_call(e)) return true;
  std::string buffer;
  std::string_view name = dotted_name(*e.term->items[0], buffer);
  if (checker_.types->required) require(e, name);
  // In modules OPA has made `==` into `=` by now.
  if (name == "eq" || (name == "equal" && !checker_.in_query && argument_count(e) == 2)) return check_equality(env, e, error);
  if (name == "internal.member_2" && !check_member(env, e, 2, error)) return false;
  if (name == "internal.member_3" && !check_member(env, e, 3, error)) return false;
  return check_call(env, e, error);
}

void TypeChecker::require(const Expr& e, std::string_view name) {
  if (name == "equal" && argument_count(e) == 2) return checker_.types->require("eq");
  if (checker_.is_builtin(name)) checker_.types->require(name);
}

bool TypeChecker::check_withs(const Environment& env, const Expr& e, TypeError& error) {
  for (const With& with : e.withs) {
    TypeRef target = env.type_of(*with.target), value = env.type_of(*with.value);
    if (!is_shape(target, Shape::kFunction) || !is_shape(value, Shape::kFunction)) continue;
    if (types_.unifies(target, value)) continue;
    error = errors_.arguments(with.span, *with.target, "arity mismatch", value->items, target, false, Id::kWithArity);
    return false;
  }
  return true;
}

bool TypeChecker::check_equality(const Environment& env, const Expr& e, TypeError& error) {
  size_t count = argument_count(e);
  if (count != 2) {
    TypeRef function = types_.function({types_.any(), types_.any()}, types_.boolean());
    Term& name = *checker_.operator_term("eq", e.span);
    error = errors_.arguments(e.span, name, count < 2 ? "too few arguments" : "too many arguments", argument_types(env, e),
                              function, false);
    return false;
  }
  const Term &a = *argument(e, 0), &b = *argument(e, 1);
  TypeRef type_a = env.type_of(a), type_b = env.type_of(b);
  if (unify_terms(env, a, type_a, b, type_b)) return true;
  error = errors_.match(e.span, type_a, type_b);
  return false;
}

bool TypeChecker::check_member(const Environment& env, const Expr& e, size_t arity, TypeError& error) {
  if (argument_count(e) < arity) return true;
  TypeRef collection = env.type_of(*argument(e, arity - 1));
  // `in` is false, and no error, for what cannot be searched.
  TypeRef values = types_.values_of(collection);
  if (values == nullptr) return true;
  if (arity == 3 && !check_member_operand(env, e, *argument(e, 0), types_.keys_of(collection), error)) return false;
  return check_member_operand(env, e, *argument(e, arity - 2), values, error);
}

bool TypeChecker::check_member_operand(const Environment& env, const Expr& e, const Term& operand, TypeRef type,
                                       TypeError& error) {
  if (is_unknown(type)) return true;
  TypeRef have = env.type_of(operand);
  bool fits = is_unknown(have) || types_.unifies(have, type);
  if (fits && unify_term(env, operand, type)) return true;
  error = errors_.match(e.span, have, type);
  return false;
}

bool TypeChecker::check_call(const Environment& env, const Expr& e, TypeError& error) {
  const Term& name = *e.term->items[0];
  // In modules no variable has the name of a built-in (rewrite_locals).
  TypeRef function = !is_ref(name)        ? env.type_of(name)
                     : checker_.in_query ? env.type_of_ref(name.items)
                                         : env.type_of_function(name);
  if (function == nullptr && checker_.types->required) return true;
  // What is any may be a function somewhere else.
  if (function != nullptr && function->is_any()) return true;
  if (!is_shape(function, Shape::kFunction)) {
    error = errors_.undefined_function(e.span, name);
    return false;
  }
  // An argument behind the others catches the value.
  const std::vector<TypeRef>& inputs = function->items;
  size_t count = argument_count(e), most = inputs.size() + (function->element != nullptr ? 1 : 0);
  auto wrong = [&](std::string_view what) {
    error = errors_.arguments(e.span, name, what, argument_types(env, e), function, true);
    return false;
  };
  if (count > most && function->variadic == nullptr) return wrong("too many arguments");
  if (count < inputs.size()) return wrong("too few arguments");
  std::vector<TypeRef> before = argument_types(env, e);
  for (size_t i = 0; i < count; ++i) {
    TypeRef type = i < inputs.size() ? inputs[i] : i < most ? function->element : function->variadic;
    // What is known already must fit as it is: in sum([1, a]) the type of `a` may be known.
    if (!is_unknown(before[i]) && !types_.unifies(before[i], type)) {
      error = errors_.arguments(e.span, name, "invalid argument(s)", std::move(before), function, true);
      return false;
    }
    if (!unify_term(env, *argument(e, i), type)) return wrong("invalid argument(s)");
  }
  return true;
}

}  // namespace writ::lang
