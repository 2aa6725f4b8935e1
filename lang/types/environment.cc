// Looking types up, from the innermost layer outwards, and the tree of types below a root document. A lookup that leaves what a
// layer knows starts over in the next one with the whole reference, as in OPA.
#include "lang/types/environment.h"

#include <algorithm>

#include "engine/base/meter.h"
#include "engine/value/order.h"
#include "lang/check/check.h"
#include "lang/syntax/term_order.h"

namespace writ::lang {
namespace {

// In front of the name of a variable among the children of a place.
constexpr char kVariableMark = '\x02';
constexpr size_t kManyLeaves = 50;

std::string child_name(const Term& step) {
  return is_var(step) ? kVariableMark + std::string(step.text) : segment_of(step);
}

// The object with a value at a path below it, which OPA knows as a dynamic member.
TypeRef insert_into_object(TypeStore& types, TypeRef object, std::span<const PathStep> path, TypeRef type) {
  if (path.empty()) return object;
  TypeRef key = path[0].key.is_defined() ? types.type_of(path[0].key) : nullptr;
  TypeRef value = path.size() == 1 ? type : insert_into_object(types, types.object({}), path.subspan(1), type);
  DynamicMember dynamic{key, value};
  if (object->is_dynamic) dynamic = {types.either(object->dynamic.key, key), types.either(object->dynamic.value, value)};
  return types.object(object->members, &dynamic);
}

}  // namespace

// --- the tree --------------------------------------------------------------------------------------------------------

PathStep path_step(const Term& step, Arena& arena) {
  PathStep result{child_name(step), {}};
  if (!is_var(step)) constant_value(arena, step, &result.key);
  return result;
}

PathStep path_step(std::string_view segment, Arena& arena) {
  return {std::string(segment), Value::string(arena.copy(segment))};
}

const TypeTree* TypeTree::child(const Term& step) const {
  return is_scalar(step) || is_var(step) ? child(child_name(step)) : nullptr;
}

TypeTree& TypeTree::make_child(const PathStep& step) {
  std::unique_ptr<TypeTree>& child = children_[step.name];
  if (child == nullptr) {
    child = std::make_unique<TypeTree>();
    child->key = step.key;
  }
  return *child;
}

void TypeTree::put(std::span<const PathStep> path, TypeRef type) {
  charge_work(1 + path.size());
  TypeTree* place = this;
  place->extent_ = nullptr;
  for (const PathStep& step : path) {
    place = &place->make_child(step);
    place->extent_ = nullptr;
  }
  place->type = type;
  place->has_merged_leaves_ = false;
}

void TypeTree::insert(std::span<const PathStep> path, TypeRef type, TypeStore& types) {
  charge_work(1 + path.size());
  TypeTree* place = this;
  place->extent_ = nullptr;
  for (size_t i = 0; i < path.size(); ++i) {
    place = &place->make_child(path[i]);
    place->extent_ = nullptr;
    TypeRef here = unwrap(place->type);
    if (i + 1 < path.size() && is_shape(here, Shape::kObject)) {
      place->type = insert_into_object(types, here, path.subspan(i + 1), type);
    }
  }
  place->type = types.merge(place->type, type);
  if (is_shape(unwrap(type), Shape::kObject)) place->merge_leaves(types);
}

void TypeTree::merge_leaves(TypeStore& types) {
  TypeRef object = unwrap(type);
  if (children_.empty() || !is_shape(object, Shape::kObject)) return;
  // Once they are in, insert() keeps them up to date. OPA merges them again, which gives another order of alternatives at most.
  if (has_merged_leaves_ && children_.size() > kManyLeaves) return;
  has_merged_leaves_ = true;
  std::vector<std::pair<TypePath, TypeRef>> leaves;
  TypePath path;
  for (const auto& [name, child] : children_) child->collect_leaves(path, leaves);
  for (const auto& [to, leaf] : leaves) object = insert_into_object(types, object, to, leaf);
  type = object;
}

// No deeper than paths of rules are.
void TypeTree::collect_leaves(TypePath& path, std::vector<std::pair<TypePath, TypeRef>>& leaves) const {
  charge_work(1);
  path.push_back({{}, key});
  if (is_leaf()) {
    leaves.emplace_back(path, type);
  } else {
    for (const auto& [name, child] : children_) child->collect_leaves(path, leaves);
  }
  path.pop_back();
}

TypeRef TypeTree::extent(TypeStore& types) const {
  if (is_leaf()) return type;
  if (extent_ != nullptr) return extent_;
  std::vector<StaticMember> members;
  for (const auto& [name, child] : children_) {
    charge_work(1);
    bool is_key = child->key.is_string() || child->key.is_number() || child->key.kind == Kind::kBoolean;
    if (is_key) members.push_back({child->key, child->extent(types)});
  }
  DynamicMember others{types.string(), types.any()};
  extent_ = types.object(std::move(members), &others);
  return extent_;
}

std::vector<Value> TypeTree::keys() const {
  std::vector<Value> keys;
  for (const auto& [name, child] : children_) {
    if (child->key.is_defined()) keys.push_back(child->key);
  }
  std::sort(keys.begin(), keys.end(), less);
  return keys;
}

// --- terms -----------------------------------------------------------------------------------------------------------

std::vector<std::pair<Term*, Term*>> sorted_members(const Term& collection) {
  std::vector<std::pair<Term*, Term*>> members;
  size_t step = collection.kind == TermKind::kObject ? 2 : 1;
  members.reserve(collection.items.size() / step);
  for (size_t i = 0; i < collection.items.size(); i += step) {
    members.emplace_back(collection.items[i], step == 2 ? collection.items[i + 1] : nullptr);
  }
  auto before = [](const auto& a, const auto& b) { return compare_terms(*a.first, *b.first) < 0; };
  auto not_before = [&](const auto& a, const auto& b) { return !before(a, b); };
  if (std::adjacent_find(members.begin(), members.end(), not_before) == members.end()) return members;
  std::stable_sort(members.begin(), members.end(), before);
  std::vector<std::pair<Term*, Term*>> distinct;
  for (const auto& member : members) {
    if (!distinct.empty() && compare_terms(*distinct.back().first, *member.first) == 0) {
      distinct.back().second = member.second;
    } else {
      distinct.push_back(member);
    }
  }
  return distinct;
}

TypeRef select_constant(TypeStore& types, TypeRef type, const Term& step) {
  Value key;
  if (!constant_value(types.arena(), step, &key)) return nullptr;
  return types.select(type, types.json_form(key));
}

TypeRef select_steps(TypeStore& types, TypeRef type, std::span<Term* const> ref, size_t i) {
  for (; type != nullptr && i < ref.size(); ++i) {
    charge_work(1);
    const Term& step = *ref[i];
    if (is_scalar(step)) {
      type = select_constant(types, type, step);
    } else if (is_comprehension(step) || is_call(step)) {
      return nullptr;
    } else {
      // Iterating over what can hold nothing gives nothing, so nothing is known of it.
      if (type->is_empty_collection()) return types.any();
      type = types.values_of(type);
    }
  }
  return type;
}

// --- lookups ---------------------------------------------------------------------------------------------------------

TypeRef TypeContext::function_type(std::string_view name) {
  if (name.empty()) return nullptr;
  for (const HostFunction& function : host_functions) {
    if (function.name != name) continue;
    return functions.of(function);
  }
  const Builtin* builtin = find_builtin(name);
  return builtin == nullptr ? nullptr : functions.of(*builtin);
}

TypeTree& Environment::documents(std::string_view root) const {
  std::shared_ptr<TypeTree>& tree = layer_->documents[root];
  if (tree == nullptr) tree = std::make_shared<TypeTree>();
  return *tree;
}

Environment::Head Environment::head(const Term& head) const {
  if (!is_var(head)) return {};
  if (auto it = layer_->documents.find(head.text); it != layer_->documents.end()) return {true, nullptr, it->second.get()};
  if (const TypeRef* type = layer_->variables.find(head.text)) return {true, *type, nullptr};
  return {};
}

TypeRef Environment::type_of_variable(std::string_view name) const {
  for (const Environment* env = this; env != nullptr; env = env->next_) {
    if (const TypeRef* type = env->layer_->variables.find(name)) return *type;
  }
  return context_.function_type(name);
}

TypeRef Environment::type_of_function(const Term& op) const {
  if (!is_var(*op.items[0]) || is_root_name(op.items[0]->text)) return type_of_ref(op.items);
  std::string buffer;
  TypeRef function = context_.function_type(dotted_name(op, buffer));
  return function != nullptr ? function : type_of_ref(op.items);
}

TypeRef Environment::type_of_ref(std::span<Term* const> ref) const {
  if (ref.size() > 1 && is_scalar_head(*ref[0])) return nullptr;
  Head found = head(*ref[0]);
  if (!found.is_known) return fall_back(ref);
  if (found.tree != nullptr) return type_in_tree(*found.tree, ref, 1);
  if (found.type == nullptr && ref.size() > 1) return fall_back(ref);
  return select_steps(types(), found.type, ref, 1);
}

TypeRef Environment::fall_back(std::span<Term* const> ref) const {
  if (next_ != nullptr) return next_->type_of_ref(ref);
  if (!is_var(*ref[0])) return nullptr;
  if (is_root_name(ref[0]->text)) return types().any();
  Term whole;
  whole.kind = TermKind::kRef;
  whole.items.assign(ref.begin(), ref.end());
  return context_.function_type(dotted_name(whole));
}

TypeRef Environment::type_in_tree(const TypeTree& tree, std::span<Term* const> ref, size_t i) const {
  charge_work(1);
  if (i == ref.size()) return tree.extent(types());
  if (tree.is_leaf()) {
    const TypeTree* child = tree.has_children() ? tree.child(*ref[i]) : nullptr;
    return child != nullptr ? type_in_tree(*child, ref, i + 1) : select_steps(types(), tree.type, ref, i);
  }
  if (!is_constant(*ref[i])) return select_steps(types(), tree.extent(types()), ref, i);
  const TypeTree* child = tree.child(*ref[i]);
  return child == nullptr ? fall_back(ref) : type_in_tree(*child, ref, i + 1);
}

TypeRef Environment::type_of(const Term& term) const {
  charge_work(1);
  switch (term.kind) {
    case TermKind::kNull: return types().null();
    case TermKind::kBoolean: return types().boolean();
    case TermKind::kNumber: return types().number();
    case TermKind::kString:
    case TermKind::kTemplate: return types().string();
    case TermKind::kVar: return type_of_variable(term.text);
    case TermKind::kRef: return type_of_ref(term.items);
    case TermKind::kArray:
    case TermKind::kSet:
    case TermKind::kObject: {
      auto [known, added] = context_.constants.emplace(&term, nullptr);
      if (!added && known->second != nullptr) return known->second;
      TypeRef type = type_of_collection(term);
      if (added && is_constant(term)) context_.constants[&term] = type;
      return type;
    }
    case TermKind::kArrayComprehension:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension: return type_of_comprehension(term);
    case TermKind::kCall: return nullptr;
  }
  return nullptr;
}

TypeRef Environment::type_of_collection(const Term& collection) const {
  if (collection.kind == TermKind::kObject) return type_of_object(collection);
  std::vector<TypeRef> elements;
  for (const Term* item : collection.items) elements.push_back(type_of(*item));
  if (collection.kind == TermKind::kArray) return types().array(std::move(elements));
  return types().set(types().either(std::move(elements)));
}

TypeRef Environment::type_of_object(const Term& object) const {
  std::vector<StaticMember> members;
  DynamicMember dynamic;
  bool is_dynamic = false;
  for (const auto& [key, value] : sorted_members(object)) {
    Value constant;
    if (constant_value(types().arena(), *key, &constant)) {
      members.push_back({types().json_form(constant), type_of(*value)});
    } else {
      is_dynamic = true;
      dynamic = {type_of(*key), type_of(*value)};
    }
  }
  return types().object(std::move(members), is_dynamic ? &dynamic : nullptr);
}

TypeRef Environment::type_of_comprehension(const Term& comprehension) const {
  if (context_.comprehensions == nullptr) return nullptr;
  const Environment* inside = context_.comprehensions->body_of(*this, comprehension);
  if (inside == nullptr) return nullptr;
  TypeRef first = inside->type_of(*comprehension.items[0]);
  switch (comprehension.kind) {
    case TermKind::kArrayComprehension: return types().array({}, first);
    case TermKind::kSetComprehension: return types().set(first);
    default: return types().object_of(first, inside->type_of(*comprehension.items[1]));
  }
}

}  // namespace writ::lang
