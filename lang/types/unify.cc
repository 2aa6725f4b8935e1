// Whether two types have a value in common, as far as OPA looks: what is known of both must agree. Answers for pairs of
// composite types are kept, so that types which repeat their parts cost what they are made of; a pair that is asked for while it
// is being worked out comes from a recursive type, and agrees if the rest does. Reference: OPA unifies.
#include <algorithm>

#include "engine/base/meter.h"
#include "lang/types/type.h"

namespace writ::lang {

bool TypeStore::unifies(TypeRef a, TypeRef b) {
  a = unwrap(a);
  b = unwrap(b);
  if (a == nullptr || b == nullptr) return false;
  charge_work(1);
  if (a == b && !a->has_unknown) return true;
  bool a_scalar = a->shape < Shape::kArray, b_scalar = b->shape < Shape::kArray;
  if (a_scalar && b_scalar) return a->shape == b->shape;
  auto [known, added] = unified_.try_emplace(std::pair(a, b), true);
  if (!added) return known->second;
  bool result = unifies_composites(a, b);
  unified_[std::pair(a, b)] = result;
  return result;
}

bool TypeStore::unifies_composites(TypeRef a, TypeRef b) {
  bool any_a = a->shape == Shape::kAny, any_b = b->shape == Shape::kAny;
  if (any_a && unifies_any(a, b)) return true;
  if (any_b && unifies_any(b, a)) return true;
  if (any_a || any_b || a->shape != b->shape) return false;
  switch (a->shape) {
    case Shape::kArray: return unifies_arrays(a, b);
    case Shape::kObject: return unifies_objects(a, b);
    case Shape::kSet: return a->element == nullptr || b->element == nullptr || unifies(a->element, b->element);
    case Shape::kFunction: return unifies_functions(a, b);
    default: return true;
  }
}

bool TypeStore::unifies_any(TypeRef any, TypeRef other) {
  if (other->shape == Shape::kFunction) return false;
  if (any->is_any()) return true;
  const std::vector<TypeRef>& alternatives = any->parts();
  return std::any_of(alternatives.begin(), alternatives.end(), [&](TypeRef item) { return unifies(item, other); });
}

bool TypeStore::unifies_arrays(TypeRef a, TypeRef b) {
  if (!unifies_array_elements(a, b) || !unifies_array_elements(b, a)) return false;
  return a->element == nullptr || b->element == nullptr || unifies(a->element, b->element);
}

bool TypeStore::unifies_array_elements(TypeRef a, TypeRef b) {
  for (size_t i = 0; i < a->items.size(); ++i) {
    if (!unifies(a->items[i], element_at(b, i))) return false;
  }
  return true;
}

bool TypeStore::unifies_objects(TypeRef a, TypeRef b) {
  if (!unifies_members(a, b) || !unifies_members(b, a)) return false;
  TypeRef value_a = a->dynamic.value, value_b = b->dynamic.value;
  return value_a == nullptr || value_b == nullptr || unifies(value_a, value_b);
}

bool TypeStore::unifies_members(TypeRef a, TypeRef b) {
  bool open = a->dynamic.value != nullptr || b->dynamic.value != nullptr;
  for (const StaticMember& member : a->members) {
    TypeRef other = select(b, member.key);
    if (other == nullptr) {
      if (!open) return false;
    } else if (!unifies(select(a, member.key), other)) {
      return false;
    }
  }
  return true;
}

bool TypeStore::unifies_functions(TypeRef a, TypeRef b) {
  if (a->items.size() != b->items.size()) return false;
  for (size_t i = 0; i < a->items.size(); ++i) {
    if (!unifies(a->items[i], b->items[i])) return false;
  }
  return true;
}

}  // namespace writ::lang
