// Rules: the type of what each gives, worked out from its body, head and reference, and put into the tree of types.
#include <algorithm>

#include "lang/types/check_types.h"

namespace writ::lang {

void TypeChecker::check_rules() {
  DependencyGraph& graph = *module_types_.dependencies;
  const std::vector<Branch>& branches = graph.branches();
  for (const Branch& branch : branches) module_types_.paths.push_back(place_of(*branch.main));
  for (uint32_t number : graph.sorted()) check_rule(number, branches[number]);
  std::vector<Diagnostic> found = std::move(rule_errors_);
  sort_diagnostics(found, checker_.sources);
  for (Diagnostic& diagnostic : found) checker_.recoverable_error(std::move(diagnostic));
}

// The path below `data` up to the first step that is not constant.
TypePath TypeChecker::place_of(const Rule& rule) {
  TypePath path;
  const std::vector<std::string>& package = rule.module->package;
  path.reserve(package.size() + rule.head.ref->items.size());
  for (const std::string& segment : package) path.push_back(path_step(segment, types_.arena()));
  const TermList& items = rule.head.ref->items;
  path.push_back(path_step(items[0]->text, types_.arena()));
  for (size_t i = 1; i < ground_prefix(*rule.head.ref); ++i) path.push_back(path_step(*items[i], types_.arena()));
  return path;
}

void TypeChecker::check_rule(uint32_t number, const Branch& branch) {
  environments_.clear();
  comprehensions_.clear();
  BodyCheck check = check_body(with_schemas(branch), *branch.rule->body);
  TypeTree& tree = module_types_.rules.documents("data");
  const TermList& items = branch.main->head.ref->items;
  size_t constant = ground_prefix(*branch.main->head.ref);
  TypePath path = module_types_.paths[number];
  if (!check.errors.empty()) {
    for (TypeError& error : check.errors) rule_errors_.push_back(std::move(error.diagnostic));
    for (size_t i = constant; i < items.size(); ++i) path.push_back(path_step(*items[i], types_.arena()));
    tree.put(path, types_.any());
    return;
  }
  TypeRef type = type_of_rule(branch, *check.env);
  if (type == nullptr) return;
  if (TypeStore::has_empty_collection(type) && branch.rule == branch.main && is_replaced(*branch.main)) {
    // As in `default x := {}`, which tests replace by other values.
    type = types_.relax_empty_collections(type);
  }
  tree.insert(path, type, types_);
}

TypeRef TypeChecker::type_of_rule(const Branch& branch, const Environment& env) {
  const Head& head = branch.main->head;
  if (!head.args.empty()) return type_of_function(branch, env);
  const TermList& items = head.ref->items;
  std::span<Term* const> open(items.begin() + static_cast<ptrdiff_t>(ground_prefix(*head.ref)), items.end());
  TypeRef type = nullptr;
  if (head.kind == HeadKind::kPartialSet) {
    TypeRef element = env.type_of(*head.key);
    if (element == nullptr) return nullptr;
    type = types_.set(element);
  } else {
    const Term* value = branch.rule->head.value;
    type = value != nullptr ? env.type_of(*value) : types_.boolean();
  }
  return nested(env, open, type);
}

TypeRef TypeChecker::nested(const Environment& env, std::span<Term* const> steps, TypeRef type) {
  for (size_t i = steps.size(); i-- > 0 && type != nullptr;) {
    TypeRef key = env.type_of(*steps[i]);
    type = key == nullptr ? nullptr : types_.object_of(key, type);
  }
  return type;
}

TypeRef TypeChecker::type_of_function(const Branch& branch, const Environment& env) {
  std::vector<TypeRef> arguments;
  for (Term* arg : branch.main->head.args) {
    // What the body says nothing of may be anything.
    auto walk = term_walker([&](Term* t) {
      if (is_var(*t) && env.type_of(*t) == nullptr) env.set_variable(t->text, types_.any());
      return false;
    });
    walk(arg);
  }
  for (const Term* arg : branch.main->head.args) arguments.push_back(env.type_of(*arg));
  const Term* value = branch.rule->head.value;
  TypeRef result = value != nullptr ? env.type_of(*value) : types_.boolean();
  // It may come from a function that does not exist.
  if (result == nullptr && checker_.types->required) result = types_.any();
  return types_.function(std::move(arguments), result);
}

// --- what is replaced ------------------------------------------------------------------------------------------------

bool TypeChecker::is_replaced(const Rule& rule) {
  if (!replaced_known_) find_replaced();
  return replaced_.count(&rule) != 0;
}

// The rules that any `with` of the modules could replace.
void TypeChecker::find_replaced() {
  replaced_known_ = true;
  DependencyGraph& graph = *module_types_.dependencies;
  std::unordered_set<std::string> seen;
  auto walk = expr_walker([&](Expr* e) {
    for (const With& with : e->withs) {
      if (!has_head(*with.target, "data") || !seen.insert(to_text(*with.target)).second) continue;
      for (uint32_t branch : graph.named(steps_of(*with.target, graph.arena()))) {
        replaced_.insert(graph.branches()[branch].main);
      }
    }
    return false;
  });
  for (const Branch& branch : graph.branches()) walk_branch(branch, walk);
}

}  // namespace writ::lang
