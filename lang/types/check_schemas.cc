// Schemas: the type of the input as a whole, and for each rule the types that its annotations give to documents. A schema for a
// part of a document replaces that part of the document's type. Reference: OPA checkRule, processAnnotation and override.
#include "engine/value/order.h"
#include "lang/types/check_types.h"

namespace writ::lang {

void TypeChecker::set_input_type() {
  std::string fault;
  if (!schemas_.has({})) return;
  if (TypeRef input = schemas_.named({}, &fault)) {
    module_types_.functions.documents("input").put({}, input);
  } else {
    checker_.error(Id::kSchema, Span::nowhere(), {fault});
  }
}

const Environment& TypeChecker::with_schemas(const Branch& branch) {
  auto uses = checker_.schema_uses.find(branch.rule);
  if (uses == checker_.schema_uses.end()) return module_types_.rules;
  const Environment& env = environments_.emplace_back(module_types_.rules, std::make_shared<TypeLayer>());
  for (const SchemaUse* use : uses->second) {
    std::string fault;
    TypeRef type = type_of_schema(*use, &fault);
    if (!fault.empty()) rule_errors_.push_back(make_diagnostic(Id::kSchema, branch.rule->span, {fault}));
    if (type != nullptr) apply_schema(env, *use, type);
  }
  return env;
}

TypeRef TypeChecker::type_of_schema(const SchemaUse& use, std::string* fault) {
  if (!use.definition.empty()) return schemas_.of(use.definition, fault);
  // Names mean nothing where no schemas were given.
  if (schemas_.is_empty()) return nullptr;
  if (schemas_.has(use.name)) return schemas_.named(use.name, fault);
  std::vector<Term> steps(use.name.size() + 1);
  Term ref;
  ref.kind = TermKind::kRef;
  steps[0].kind = TermKind::kVar;
  steps[0].text = "schema";
  for (size_t i = 0; i < use.name.size(); ++i) {
    steps[i + 1].kind = TermKind::kString;
    steps[i + 1].text = use.name[i];
  }
  for (Term& step : steps) ref.items.push_back(&step);
  *fault = "undefined schema: " + to_text(ref);
  return nullptr;
}

// At the first place on the way that has a type the schema overrides a part of that; a root document always has one.
void TypeChecker::apply_schema(const Environment& env, const SchemaUse& use, TypeRef type) {
  TypePath path;
  for (size_t i = 1; i < use.path.size(); ++i) path.push_back(path_step(*use.path[i], types_.arena()));
  std::string_view root = use.path[0]->text;
  if (!path.empty()) {
    TermList ref{checker_.var(root, {})};
    TypeRef whole = env.type_of_ref(ref);
    if (whole == nullptr) return;
    type = overridden(whole, path, type);
  }
  env.documents(root).put({}, type);
}

TypeRef TypeChecker::overridden(TypeRef type, std::span<const PathStep> path, TypeRef part) {
  type = unwrap(type);
  if (!is_shape(type, Shape::kObject)) {
    DynamicMember anything{types_.any(), types_.any()};
    return object_at(path, part, &anything);
  }
  const DynamicMember* dynamic = type->is_dynamic ? &type->dynamic : nullptr;
  std::vector<StaticMember> members = type->members;
  bool found = false;
  for (StaticMember& member : members) {
    if (compare(member.key, path[0].key) != 0) continue;
    found = true;
    member.type = path.size() == 1 ? part : overridden(member.type, path.subspan(1), part);
  }
  if (!found) members.push_back(object_at(path, part, dynamic)->members[0]);
  return types_.object(std::move(members), dynamic);
}

TypeRef TypeChecker::object_at(std::span<const PathStep> path, TypeRef type, const DynamicMember* dynamic) {
  for (size_t i = path.size(); i-- > 0;) type = types_.object({{path[i].key, type}}, dynamic);
  return type;
}

}  // namespace writ::lang
