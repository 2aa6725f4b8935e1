// Making types and working out types from others. A type is made by filling a Type and looking for an equal one (intern):
// parts are nodes of the store already, so being equal is being made of the same nodes. The rest follows OPA's v1/types
// function by function: the order, selecting, keys and values, and from v1/ast/env.go how definitions of a rule merge. Unions
// are in alternatives.cc.
#include "lang/types/type.h"

#include <algorithm>

#include "engine/base/meter.h"
#include "engine/value/build.h"
#include "engine/value/text.h"
#include "engine/value/order.h"

namespace writ::lang {

bool Type::is_empty_collection() const {
  const Type* type = unwrap(this);
  if (type == nullptr) return false;
  switch (type->shape) {
    case Shape::kObject: return type->members.empty() && !type->is_dynamic;
    case Shape::kArray: return type->items.empty() && type->element == nullptr;
    case Shape::kSet: return type->element == nullptr;
    default: return false;
  }
}

// --- the order -------------------------------------------------------------------------------------------------------

namespace {

int order_of(bool less) { return less ? -1 : 1; }

template <typename T>
int compare_numbers(T a, T b) {
  return a == b ? 0 : order_of(a < b);
}

int compare_lists(const std::vector<TypeRef>& a, const std::vector<TypeRef>& b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (int order = compare_types(a[i], b[i]); order != 0) return order;
  }
  return compare_numbers(a.size(), b.size());
}

int compare_objects(const Type& a, const Type& b) {
  if (a.is_dynamic != b.is_dynamic) return a.is_dynamic ? 1 : -1;
  if (a.is_dynamic) {
    if (int order = compare_types(a.dynamic.key, b.dynamic.key); order != 0) return order;
    if (int order = compare_types(a.dynamic.value, b.dynamic.value); order != 0) return order;
  }
  for (size_t i = 0; i < a.members.size() && i < b.members.size(); ++i) {
    if (int order = compare(a.members[i].key, b.members[i].key); order != 0) return order;
    if (int order = compare_types(a.members[i].type, b.members[i].type); order != 0) return order;
  }
  return compare_numbers(a.members.size(), b.members.size());
}

int compare_functions(const Type& a, const Type& b) {
  if (a.items.size() != b.items.size()) return compare_numbers(a.items.size(), b.items.size());
  if (int order = compare_lists(a.items, b.items); order != 0) return order;
  if (int order = compare_types(a.element, b.element); order != 0) return order;
  return compare_types(a.variadic, b.variadic);
}

}  // namespace

int compare_types(TypeRef a, TypeRef b) {
  a = unwrap(a);
  b = unwrap(b);
  if (a == b) return 0;
  charge_work(1);
  if (a == nullptr || b == nullptr) return a == nullptr ? -1 : 1;
  if (a->shape != b->shape) return order_of(a->shape < b->shape);
  switch (a->shape) {
    case Shape::kArray:
      if ((a->element == nullptr) != (b->element == nullptr)) return a->element == nullptr ? -1 : 1;
      if (int order = compare_types(a->element, b->element); order != 0) return order;
      return compare_lists(a->items, b->items);
    case Shape::kObject: return compare_objects(*a, *b);
    case Shape::kSet: return compare_types(a->element, b->element);
    case Shape::kAny: return compare_lists(a->parts(), b->parts());
    case Shape::kFunction: return compare_functions(*a, *b);
    default: return 0;
  }
}

bool contains_type(TypeRef a, TypeRef b) {
  if (!is_shape(a, Shape::kAny)) return compare_types(a, b) == 0;
  if (is_shape(b, Shape::kFunction)) return false;
  if (a->is_any()) return true;
  for (const Alternatives* node = a->alternatives; node != nullptr;) {
    int order = compare_types(b, node->type);
    if (order == 0) return true;
    node = order < 0 ? node->before : node->behind;
  }
  return false;
}

// --- making ----------------------------------------------------------------------------------------------------------

namespace {

void mix(size_t& hash, size_t more) { hash = (hash ^ more) * 0x9E3779B97F4A7C15ull + (hash >> 29); }

size_t hash_of(const Type& type) {
  size_t hash = static_cast<size_t>(type.shape) + (type.is_dynamic ? 64 : 0);
  auto add = [&](TypeRef part) { mix(hash, std::hash<TypeRef>()(part)); };
  for (TypeRef item : type.items) add(item);
  for (const StaticMember& member : type.members) {
    mix(hash, static_cast<size_t>(writ::hash(member.key)));
    add(member.type);
  }
  for (TypeRef part : {type.dynamic.key, type.dynamic.value, type.element, type.variadic}) add(part);
  mix(hash, std::hash<const void*>()(type.alternatives));
  mix(hash, std::hash<const FunctionNames*>()(type.names));
  return hash;
}

bool same(const Type& a, const Type& b) {
  auto same_member = [](const StaticMember& x, const StaticMember& y) {
    return x.type == y.type && compare(x.key, y.key) == 0;
  };
  return a.shape == b.shape && a.is_dynamic == b.is_dynamic && a.items == b.items && a.element == b.element &&
         a.alternatives == b.alternatives &&
         a.variadic == b.variadic && a.names == b.names && a.dynamic.key == b.dynamic.key &&
         a.dynamic.value == b.dynamic.value && a.members.size() == b.members.size() &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), same_member);
}

// Whether a part of the type is unknown, from what is known of its parts.
bool finds_unknown(const Type& type) {
  auto unknown = [](TypeRef part) { return is_unknown(part); };
  auto unknown_if_there = [](TypeRef part) { return part != nullptr && is_unknown(part); };
  switch (type.shape) {
    case Shape::kArray: return std::any_of(type.items.begin(), type.items.end(), unknown) || unknown_if_there(type.element);
    case Shape::kObject:
      return std::any_of(type.members.begin(), type.members.end(),
                         [](const StaticMember& member) { return is_unknown(member.type); }) ||
             (type.is_dynamic && (is_unknown(type.dynamic.key) || is_unknown(type.dynamic.value)));
    case Shape::kSet: return is_unknown(type.element);
    case Shape::kFunction: return std::any_of(type.items.begin(), type.items.end(), unknown) || is_unknown(type.element);
    default: return false;
  }
}

// Calls `see` with each part but alternatives, null where one is unknown or missing.
template <typename See>
void for_each_part(const Type& type, See see) {
  for (TypeRef item : type.items) see(item);
  for (const StaticMember& member : type.members) see(member.type);
  for (TypeRef part : {type.dynamic.key, type.dynamic.value, type.element, type.variadic}) see(part);
}

bool finds_empty_collection(const Type& type) {
  if (type.shape == Shape::kFunction) return false;
  if (type.is_empty_collection()) return true;
  if (type.shape == Shape::kAny) return type.alternatives != nullptr && type.alternatives->has_empty_collection;
  // What keys may be is no matter.
  auto has = [](TypeRef part) { return TypeStore::has_empty_collection(part); };
  return std::any_of(type.items.begin(), type.items.end(), has) || has(type.element) || has(type.dynamic.value) ||
         std::any_of(type.members.begin(), type.members.end(), [&](const StaticMember& member) { return has(member.type); });
}

}  // namespace

TypeStore::TypeStore() {
  auto scalar = [this](Shape shape) {
    Type type;
    type.shape = shape;
    return intern(std::move(type));
  };
  null_ = scalar(Shape::kNull);
  boolean_ = scalar(Shape::kBoolean);
  number_ = scalar(Shape::kNumber);
  string_ = scalar(Shape::kString);
  any_ = scalar(Shape::kAny);
}

TypeRef TypeStore::intern(Type type) {
  charge_work(1 + type.items.size() + type.members.size());
  type.hash = hash_of(type);
  auto [first, last] = by_hash_.equal_range(type.hash);
  for (auto it = first; it != last; ++it) {
    if (same(*it->second, type)) return it->second;
  }
  return keep(std::move(type));
}

// A new node. Its keys may be in texts that do not live as long.
TypeRef TypeStore::keep(Type type) {
  for_each_part(type, [&](TypeRef part) {
    if (part != nullptr) type.depth = std::max(type.depth, part->depth + 1);
  });
  if (type.alternatives != nullptr) type.depth = type.alternatives->depth + 1;
  if (type.depth > kMaxTypeDepth && type.shape != Shape::kFunction) return any_;
  for (StaticMember& member : type.members) member.key = deep_copy(arena_, member.key, false);
  type.has_unknown = finds_unknown(type);
  type.has_empty_collection = finds_empty_collection(type);
  type.number = static_cast<uint32_t>(types_.size());
  size_t hash = type.hash;
  TypeRef kept = &types_.emplace_back(std::move(type));
  by_hash_.emplace(hash, kept);
  return kept;
}

TypeRef TypeStore::array(std::vector<TypeRef> elements, TypeRef dynamic) {
  Type type;
  type.shape = Shape::kArray;
  type.items = std::move(elements);
  type.element = dynamic;
  return intern(std::move(type));
}

TypeRef TypeStore::object(std::vector<StaticMember> members, const DynamicMember* dynamic) {
  Type type;
  type.shape = Shape::kObject;
  type.members = std::move(members);
  std::stable_sort(type.members.begin(), type.members.end(),
                   [](const StaticMember& a, const StaticMember& b) { return compare(a.key, b.key) < 0; });
  type.is_dynamic = dynamic != nullptr;
  if (dynamic != nullptr) type.dynamic = *dynamic;
  return intern(std::move(type));
}

TypeRef TypeStore::object_of(TypeRef key, TypeRef value) {
  DynamicMember dynamic{key, value};
  return object({}, &dynamic);
}

TypeRef TypeStore::set(TypeRef element) {
  Type type;
  type.shape = Shape::kSet;
  type.element = element;
  return intern(std::move(type));
}

TypeRef TypeStore::function(std::vector<TypeRef> arguments, TypeRef result, TypeRef variadic, const FunctionNames* names) {
  Type type;
  type.shape = Shape::kFunction;
  type.items = std::move(arguments);
  type.element = result;
  type.variadic = variadic;
  type.names = names;
  return intern(std::move(type));
}

const FunctionNames* TypeStore::keep(FunctionNames names) {
  for (std::string_view& name : names.arguments) name = arena_.copy(name);
  names.result = arena_.copy(names.result);
  return &names_.emplace_back(std::move(names));
}

const Type* TypeStore::recursive(std::string name) {
  Type& type = types_.emplace_back();
  type.shape = Shape::kRecursive;
  type.number = static_cast<uint32_t>(types_.size());
  type.name = std::move(name);
  return &type;
}

// --- what is in types ------------------------------------------------------------------------------------------------

TypeRef TypeStore::type_of(const Value& constant) {
  switch (constant.kind) {
    case Kind::kBoolean: return boolean_;
    case Kind::kNumber: return number_;
    case Kind::kString: return string_;
    case Kind::kArray:
    case Kind::kSet: {
      std::vector<TypeRef> elements;
      for (const Value& item : constant.items()) elements.push_back(type_of(item));
      return array(std::move(elements));
    }
    case Kind::kObject: {
      std::vector<StaticMember> members;
      for (const Entry& entry : constant.members()) members.push_back({entry.key, type_of(entry.value)});
      return object(std::move(members));
    }
    default: return null_;
  }
}

TypeRef TypeStore::select(TypeRef type, const Value& key) {
  type = unwrap(type);
  if (type == nullptr) return nullptr;
  switch (type->shape) {
    case Shape::kArray:
      if (!key.is_int64() || key.integer < 0) return nullptr;
      return element_at(type, static_cast<size_t>(key.integer));
    case Shape::kObject: {
      auto it = std::lower_bound(type->members.begin(), type->members.end(), key,
                                 [](const StaticMember& member, const Value& k) { return compare(member.key, k) < 0; });
      if (it != type->members.end() && compare(it->key, key) == 0) return it->type;
      return type->is_dynamic && contains_type(type->dynamic.key, type_of(key)) ? type->dynamic.value : nullptr;
    }
    case Shape::kSet: {
      TypeRef wanted = type_of(key);
      if (compare_types(type->element, wanted) == 0) return type->element;
      return is_shape(type->element, Shape::kAny) && contains_type(type->element, wanted) ? wanted : nullptr;
    }
    case Shape::kAny: return type->is_any() ? any_ : select_in_alternatives(type, key);
    default: return nullptr;
  }
}

TypeRef TypeStore::select_in_alternatives(TypeRef any, const Value& key) {
  const Selection& selection = this->selection(any);
  std::vector<TypeRef> found;
  for (TypeRef other : selection.others) found.push_back(select(other, key));
  auto [first, last] = selection.by_key.equal_range(static_cast<size_t>(writ::hash(key)));
  for (auto it = first; it != last; ++it) {
    if (compare(it->second->key, key) == 0) found.push_back(it->second->type);
  }
  return either(std::move(found));
}

const TypeStore::Selection& TypeStore::selection(TypeRef any) {
  auto [known, added] = selections_.try_emplace(any);
  Selection& selection = known->second;
  if (!added) return selection;
  for (TypeRef alternative : any->parts()) {
    TypeRef type = unwrap(alternative);
    if (!is_shape(type, Shape::kObject) || type->is_dynamic) {
      selection.others.push_back(alternative);
      continue;
    }
    charge_work(type->members.size());
    for (const StaticMember& member : type->members) {
      // Of equal keys of one object the first counts.
      if (&member != type->members.data() && compare((&member)[-1].key, member.key) == 0) continue;
      selection.by_key.emplace(static_cast<size_t>(writ::hash(member.key)), &member);
    }
  }
  return selection;
}

TypeRef TypeStore::keys_of(TypeRef type) {
  type = unwrap(type);
  if (type == nullptr) return nullptr;
  if (!type->keys_known) {
    type->keys_known = true;
    type->keys = find_keys(type);
  }
  return type->keys;
}

TypeRef TypeStore::find_keys(TypeRef type) {
  switch (type->shape) {
    case Shape::kArray: return number_;
    case Shape::kSet: return type->element;
    case Shape::kObject: {
      std::vector<TypeRef> keys;
      for (const StaticMember& member : type->members) keys.push_back(type_of(member.key));
      if (type->is_dynamic) keys.push_back(type->dynamic.key);
      return either(std::move(keys));
    }
    case Shape::kAny: {
      if (type->is_any()) return any_;
      std::vector<TypeRef> keys;
      for (TypeRef alternative : type->parts()) keys.push_back(keys_of(alternative));
      return either(std::move(keys));
    }
    default: return nullptr;
  }
}

TypeRef TypeStore::values_of(TypeRef type) {
  type = unwrap(type);
  if (type == nullptr) return nullptr;
  if (!type->values_known) {
    type->values_known = true;
    type->values = find_values(type);
  }
  return type->values;
}

TypeRef TypeStore::find_values(TypeRef type) {
  std::vector<TypeRef> values;
  switch (type->shape) {
    case Shape::kArray:
      values = type->items;
      values.push_back(type->element);
      break;
    case Shape::kSet: return type->element;
    case Shape::kObject:
      for (const StaticMember& member : type->members) values.push_back(member.type);
      if (type->is_dynamic) values.push_back(type->dynamic.value);
      break;
    case Shape::kAny:
      if (type->is_any()) return any_;
      for (TypeRef alternative : type->parts()) values.push_back(values_of(alternative));
      break;
    default: return nullptr;
  }
  return either(std::move(values));
}

// --- definitions of a rule together ----------------------------------------------------------------------------------

TypeRef TypeStore::merge(TypeRef a, TypeRef b) {
  if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
  a = unwrap(a);
  b = unwrap(b);
  if (a->shape == Shape::kAny && b->shape != Shape::kAny) std::swap(a, b);
  auto has_no_members = [](TypeRef type) { return type->shape == Shape::kObject && type->members.empty(); };
  if (has_no_members(a) && has_no_members(b)) {
    if (!a->is_dynamic || !b->is_dynamic) return a->is_dynamic ? a : b;
    return object_of(either(a->dynamic.key, b->dynamic.key), merge(a->dynamic.value, b->dynamic.value));
  }
  if (a->is_map() && b->shape == Shape::kAny && b->alternatives != nullptr && b->alternatives->has_map) return merge_map(a, b);
  if (a->shape == Shape::kSet && b->shape == Shape::kSet) return set(either(a->element, b->element));
  return either(a, b);
}

TypeRef TypeStore::relax_empty_collections(TypeRef type) {
  if (type == nullptr) return nullptr;
  if (type->is_empty_collection()) return any_;
  if (!type->has_empty_collection) return type;
  if (auto known = relaxed_.find(type); known != relaxed_.end()) return known->second;
  std::vector<TypeRef> items;
  for (TypeRef item : type->parts()) items.push_back(relax_empty_collections(item));
  TypeRef result = type;
  switch (type->shape) {
    case Shape::kObject: {
      std::vector<StaticMember> members;
      for (const StaticMember& member : type->members) members.push_back({member.key, relax_empty_collections(member.type)});
      DynamicMember dynamic{type->dynamic.key, relax_empty_collections(type->dynamic.value)};
      result = object(std::move(members), type->is_dynamic ? &dynamic : nullptr);
      break;
    }
    case Shape::kArray: result = array(std::move(items), relax_empty_collections(type->element)); break;
    case Shape::kSet: result = set(relax_empty_collections(type->element)); break;
    case Shape::kAny: result = any_of(std::move(items)); break;
    default: break;
  }
  relaxed_[type] = result;
  return result;
}

Value TypeStore::json_form(const Value& value) {
  if (!value.is_collection()) return value;
  if (!value.is_object()) {
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(json_form(item));
    return make_array(arena_, items);
  }
  ObjectBuilder object(arena_);
  for (const Entry& entry : value.members()) {
    Value key = json_form(entry.key);
    object.insert(key.is_string() ? key : make_string(arena_, to_json(key)), json_form(entry.value));
  }
  return object.finish();
}

}  // namespace writ::lang
