// Bodies: each statement in turn, with the layer of its `with` if it has one. What is wrong with a statement itself is not
// reported where something in it was wrong already and the statement lacks a type for that.
//
// A comprehension is looked into where it is checked and again where its type is asked for; the second time in the same
// environment costs nothing unless a variable got a type in between. OPA also looks into the comprehensions of a comprehension
// from outside, where the variables of the outer one have no types; that takes twice the work at each level, so it is done only
// where there are few levels.
#include "lang/types/check_types.h"

#include <algorithm>

namespace writ::lang {
namespace {

constexpr uint32_t kMaxRepeatedDepth = 6;

}  // namespace

TypeChecker::TypeChecker(Checker& checker, ModuleTypes& types)
    : checker_(checker),
      module_types_(types),
      types_(types.context.types),
      errors_(checker, types_),
      schemas_(types_, checker.language.schemas) {
  types.context.comprehensions = this;
}

TypeChecker::~TypeChecker() { module_types_.context.comprehensions = nullptr; }

void TypeChecker::check_query(const Body& query) {
  module_types_.context.scalar_heads.clear();
  for (TypeError& error : check_body(module_types_.rules, query).errors) checker_.error(std::move(error.diagnostic));
}

bool TypeChecker::accepts(const Body& body) {
  module_types_.context.scalar_heads.clear();
  return check_body(module_types_.rules, body).errors.empty();
}

TypeChecker::BodyCheck TypeChecker::check_body(const Environment& outer, const Body& body) {
  BodyCheck result;
  Environment& env = environments_.emplace_back(outer, std::make_shared<TypeLayer>());
  result.env = &env;
  for (const Expr* e : body.exprs) check_statement(env, *e, result.errors);
  return result;
}

void TypeChecker::check_statement(const Environment& body_env, const Expr& e, std::vector<TypeError>& errors) {
  charge_work(1);
  bool holds_scalar = e.generated && is_equality(e) && argument_count(e) == 2 && is_scalar(*argument(e, 1)) &&
                      is_var(*argument(e, 0)) && is_generated(argument(e, 0)->text);
  if (holds_scalar) module_types_.context.scalar_heads.insert(argument(e, 0)->text);
  const Environment& env = e.withs.empty() ? body_env : *with_environment(body_env, e);
  std::vector<TypeError> in_closures = check_closures(env, e), in_references;
  ReferenceTypes(env, errors_, in_references).expr(e);
  bool has_cause = !in_closures.empty() || !in_references.empty();
  for (TypeError& error : in_closures) errors.push_back(std::move(error));
  for (TypeError& error : in_references) errors.push_back(std::move(error));
  TypeError error;
  if (!check_expr(env, e, error) && !(has_cause && error.from_unknown)) errors.push_back(std::move(error));
}

// --- comprehensions --------------------------------------------------------------------------------------------------

uint32_t TypeChecker::comprehension_depth(const Term& comprehension) {
  auto known = comprehension_depths_.find(&comprehension);
  if (known != comprehension_depths_.end()) return known->second;
  uint32_t deepest = 0;
  auto walk = term_walker([&](Term* t) {
    if (!is_comprehension(*t) || t == &comprehension) return is_flat(*t);
    deepest = std::max(deepest, comprehension_depth(*t));
    return true;
  });
  walk(const_cast<Term*>(&comprehension));
  return comprehension_depths_[&comprehension] = deepest + 1;
}

const TypeChecker::BodyCheck& TypeChecker::check_comprehension(const Environment& env, const Term& comprehension) {
  auto key = std::pair(&comprehension, &env);
  if (auto known = comprehensions_.find(key); known != comprehensions_.end()) {
    bool is_good = known->second.changes == env.changes() || comprehension_depth(comprehension) > kMaxRepeatedDepth;
    if (is_good) return known->second.check;
  }
  uint64_t changes = env.changes();
  Known known{changes, check_body(env, *comprehension.body)};
  return (comprehensions_[key] = std::move(known)).check;
}

const Environment* TypeChecker::body_of(const Environment& env, const Term& comprehension) {
  const BodyCheck& check = check_comprehension(env, comprehension);
  return check.errors.empty() ? check.env : nullptr;
}

// Those of the last comprehension in which there are any.
std::vector<TypeError> TypeChecker::check_closures(const Environment& env, const Expr& e) {
  std::vector<TypeError> errors;
  auto walk = term_walker([&](Term* t) {
    if (!is_comprehension(*t)) return is_flat(*t);
    const BodyCheck& check = check_comprehension(env, *t);
    if (!check.errors.empty()) errors = check.errors;
    return !check.errors.empty() || comprehension_depth(*t) > kMaxRepeatedDepth;
  });
  walk(const_cast<Expr*>(&e));
  return errors;
}

// --- with ------------------------------------------------------------------------------------------------------------

// Where the statement is checked: what it replaces may have the type of the replacement as well, and what depends on that is any.
const Environment* TypeChecker::with_environment(const Environment& body_env, const Expr& e) {
  const Environment* env = &body_env;
  std::vector<std::pair<const Term*, TypeRef>> replaced;
  for (const With& with : e.withs) {
    if (!is_ref(*with.target)) continue;
    const Term& target = *with.target;
    TypeRef type = body_env.type_of_ref(target.items);
    bool is_function = is_shape(type, Shape::kFunction);
    if (std::shared_ptr<TypeLayer> layer = relaxed_layer(target, is_function)) {
      env = &environments_.emplace_back(Environment::for_with(*env, std::move(layer)));
    }
    // A replaced function keeps its type, with which that of its replacement is compared.
    if (is_function) continue;
    TypeRef both = nullptr;
    bool is_ground = std::all_of(target.items.begin() + 1, target.items.end(), [](const Term* t) { return is_constant(*t); });
    if (is_ground && type != nullptr) {
      TypeRef value = body_env.type_of(*with.value);
      if (value != nullptr) both = types_.either(type, value);
    }
    replaced.emplace_back(&target, both != nullptr ? both : types_.any());
  }
  if (replaced.empty()) return env;
  // On top of all others: a replaced document keeps its type where another replacement is one of what it depends on.
  env = &environments_.emplace_back(Environment::for_with(*env, std::make_shared<TypeLayer>()));
  for (const auto& [target, type] : replaced) {
    TypePath path;
    for (size_t i = 1; i < ground_prefix(*target); ++i) path.push_back(path_step(*target->items[i], types_.arena()));
    env->documents(target->items[0]->text).put(path, type);
  }
  return env;
}

std::shared_ptr<TypeLayer> TypeChecker::relaxed_layer(const Term& target, bool is_function) {
  if (!has_head(target, "data") || module_types_.dependencies == nullptr) return nullptr;
  std::string key = (is_function ? "f" : "d") + to_text(target);
  auto [known, added] = module_types_.relaxed.emplace(key, nullptr);
  if (!added) return known->second;
  DependencyGraph& graph = *module_types_.dependencies;
  Steps steps = steps_of(target, graph.arena());
  TypePath own;
  for (size_t i = 1; i < target.items.size(); ++i) own.push_back(path_step(*target.items[i], types_.arena()));
  auto same_place = [](const PathStep& a, const PathStep& b) { return a.name == b.name; };
  std::shared_ptr<TypeLayer> layer;
  for (uint32_t branch : graph.named_and_dependent(steps)) {
    const TypePath& path = module_types_.paths[branch];
    if (is_function && std::equal(path.begin(), path.end(), own.begin(), own.end(), same_place)) continue;
    if (layer == nullptr) {
      layer = std::make_shared<TypeLayer>();
      layer->documents["data"] = std::make_shared<TypeTree>();
    }
    layer->documents["data"]->put(path, types_.any());
  }
  known->second = layer;
  return layer;
}

// --- what other passes ask ---------------------------------------------------------------------------------------------

// In modules the rules have no types yet when it is asked for.
std::optional<Diagnostic> TypeChecker::arity_mismatch(const Expr& call) {
  const Environment& env = module_types_.rules;
  const Term& name = *call.term->items[0];
  TypeRef function = env.type_of_ref(name.items);
  if (!is_shape(function, Shape::kFunction)) return std::nullopt;
  // Of a function of the host that says nothing of its types there is nothing to show.
  if (function->names == nullptr && !has_head(name, "data")) return std::nullopt;
  return errors_.arguments(call.span, name, "arity mismatch", argument_types(env, call), function, false, Id::kBuiltinArity)
      .diagnostic;
}

std::optional<Diagnostic> arity_mismatch(Checker& checker, const Expr& call) {
  return TypeChecker(checker, *checker.types).arity_mismatch(call);
}

// --- the pass --------------------------------------------------------------------------------------------------------

void check_input_schema(Checker& checker) {
  checker.types = std::make_shared<ModuleTypes>(checker.language);
  TypeChecker(checker, *checker.types).set_input_type();
}

void check_types(Checker& checker) {
  checker.types->dependencies = checker.dependencies;
  TypeChecker(checker, *checker.types).check_rules();
}

void check_types(Checker& checker, Body& query) {
  TypeChecker(checker, *checker.types).check_query(query);
}

}  // namespace writ::lang
