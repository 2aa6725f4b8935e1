// Unions: the alternatives of `any` as a search tree that is never changed, a treap. The type with the highest rank is on top,
// those before it in the order of types on one side, those behind it on the other, and so on below; ranks are as good as drawn, so
// that the tree is about as deep as the logarithm of its size. Since ranks belong to types, equal alternatives are equal trees:
// nodes of the store, like types themselves. Reference: OPA types.Or.
#include <algorithm>
#include <functional>

#include "engine/base/meter.h"
#include "lang/types/type.h"

namespace writ::lang {
namespace {

bool type_less(TypeRef a, TypeRef b) { return compare_types(a, b) < 0; }

// The finalizer of SplitMix64.
uint64_t rank(TypeRef type) {
  uint64_t x = (uint64_t{type->number} + 1) * 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

bool is_above(TypeRef a, TypeRef b) { return std::pair(rank(a), a->number) > std::pair(rank(b), b->number); }

void list_alternatives(const Alternatives* node, std::vector<TypeRef>& out) {
  if (node == nullptr) return;
  list_alternatives(node->before, out);
  out.push_back(node->type);
  list_alternatives(node->behind, out);
}

}  // namespace

const std::vector<TypeRef>& Type::parts() const {
  if (alternatives == nullptr) return items;
  if (listed.empty()) {
    charge_work(alternatives->count);
    listed.reserve(alternatives->count);
    list_alternatives(alternatives, listed);
  }
  return listed;
}

// --- trees -------------------------------------------------------------------------------------------------------------

const Alternatives* TypeStore::node(TypeRef type, const Alternatives* before, const Alternatives* behind) {
  charge_work(1);
  auto [known, added] = nodes_.emplace(NodeKey{type, before, behind}, nullptr);
  if (!added) return known->second;
  Alternatives made{type, before, behind, 1, type->depth, type->is_map(), type->has_empty_collection};
  for (const Alternatives* side : {before, behind}) {
    if (side == nullptr) continue;
    made.count += side->count;
    made.depth = std::max(made.depth, side->depth);
    made.has_map |= side->has_map;
    made.has_empty_collection |= side->has_empty_collection;
  }
  return known->second = &alternatives_.emplace_back(made);
}

const Alternatives* TypeStore::alternatives_of(TypeRef type) {
  return type->shape == Shape::kAny && type->alternatives != nullptr ? type->alternatives : node(type, nullptr, nullptr);
}

std::pair<const Alternatives*, const Alternatives*> TypeStore::split(const Alternatives* all, TypeRef type) {
  if (all == nullptr) return {nullptr, nullptr};
  int order = compare_types(type, all->type);
  if (order == 0) return {all->before, all->behind};
  if (order < 0) {
    auto [before, behind] = split(all->before, type);
    return {before, node(all->type, behind, all->behind)};
  }
  auto [before, behind] = split(all->behind, type);
  return {node(all->type, all->before, before), behind};
}

const Alternatives* TypeStore::unite(const Alternatives* a, const Alternatives* b) {
  if (a == nullptr || a == b) return b;
  if (b == nullptr) return a;
  if (is_above(b->type, a->type)) std::swap(a, b);
  auto [before, behind] = split(b, a->type);
  return node(a->type, unite(a->before, before), unite(a->behind, behind));
}

const Alternatives* TypeStore::unite_sorted(std::span<const TypeRef> types) {
  if (types.empty()) return nullptr;
  if (types.size() == 1) return node(types[0], nullptr, nullptr);
  size_t half = types.size() / 2;
  return unite(unite_sorted(types.first(half)), unite_sorted(types.subspan(half)));
}

// --- unions ------------------------------------------------------------------------------------------------------------

TypeRef TypeStore::any_of(const Alternatives* alternatives) {
  Type type;
  type.shape = Shape::kAny;
  type.alternatives = alternatives;
  return intern(std::move(type));
}

TypeRef TypeStore::any_of(std::vector<TypeRef> alternatives) {
  std::stable_sort(alternatives.begin(), alternatives.end(), type_less);
  auto equal = [](TypeRef a, TypeRef b) { return compare_types(a, b) == 0; };
  alternatives.erase(std::unique(alternatives.begin(), alternatives.end(), equal), alternatives.end());
  return any_of(unite_sorted(alternatives));
}

TypeRef TypeStore::either_functions(TypeRef a, TypeRef b) {
  if (a->shape != b->shape || a->items.size() != b->items.size()) return nullptr;
  if ((a->variadic == nullptr) != (b->variadic == nullptr)) return nullptr;
  std::vector<TypeRef> arguments(a->items.size());
  for (size_t i = 0; i < arguments.size(); ++i) arguments[i] = either(a->items[i], b->items[i]);
  return function(std::move(arguments), either(a->element, b->element), either(a->variadic, b->variadic));
}

TypeRef TypeStore::either(TypeRef a, TypeRef b) {
  if (a == nullptr || b == nullptr || a == b) return a == nullptr ? b : a;
  if (a->shape == Shape::kFunction || b->shape == Shape::kFunction) return either_functions(a, b);
  if (a->is_any() || b->is_any()) return any_;
  if (a->shape != Shape::kAny && b->shape != Shape::kAny && compare_types(a, b) == 0) return a;
  const Alternatives *from_a = alternatives_of(a), *from_b = alternatives_of(b), *both = unite(from_a, from_b);
  if (both == from_a && a->shape == Shape::kAny) return a;
  return both == from_b && b->shape == Shape::kAny ? b : any_of(both);
}

TypeRef TypeStore::either(std::vector<TypeRef> types) {
  bool one_by_one = types.size() < 3 || std::any_of(types.begin(), types.end(), [](TypeRef type) {
                      return is_shape(type, Shape::kFunction);
                    });
  TypeRef result = nullptr;
  if (one_by_one) {
    for (TypeRef type : types) result = either(result, type);
    return result;
  }
  std::vector<TypeRef> single;
  for (TypeRef type : types) {
    if (type == nullptr) continue;
    if (type->is_any()) return any_;
    if (type->shape == Shape::kAny) {
      result = either(result, type);
    } else if (single.empty() || single.back() != type) {
      single.push_back(type);
    }
  }
  std::stable_sort(single.begin(), single.end(), type_less);
  auto equal = [](TypeRef a, TypeRef b) { return compare_types(a, b) == 0; };
  single.erase(std::unique(single.begin(), single.end(), equal), single.end());
  if (single.empty()) return result;
  return either(result, single.size() == 1 ? single[0] : any_of(unite_sorted(single)));
}

// The first map among the alternatives takes in another one. Reference: OPA mergeTypes.
TypeRef TypeStore::merge_map(TypeRef map, TypeRef any) {
  const Alternatives* found = any->alternatives;
  while (true) {
    charge_work(1);
    if (found->before != nullptr && found->before->has_map) {
      found = found->before;
    } else if (found->type->is_map()) {
      break;
    } else {
      found = found->behind;
    }
  }
  const DynamicMember& dynamic = found->type->dynamic;
  TypeRef merged = object_of(either(dynamic.key, map->dynamic.key), either(dynamic.value, map->dynamic.value));
  auto [before, behind] = split(any->alternatives, found->type);
  return any_of(unite(unite(before, behind), alternatives_of(merged)));
}

}  // namespace writ::lang
