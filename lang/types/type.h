// Types of Rego values, as OPA's type checker has them.
//
// A type is an immutable node that belongs to a TypeStore; equal types are one node, so that comparing two types never walks
// into what they share, however often a policy repeats a part. Where OPA knows nothing of a value (a variable that nothing has
// bound yet) there is no type: a null pointer, written "???". It may be a part of other types.
//
//   null, boolean, number, string
//   any          one of its alternatives, sorted; without any it is the type of all values
//   array        static elements in front, then any number of elements of the dynamic type, if it has one
//   object       static members with constant keys, sorted, and a dynamic member for all others, if it has one
//   set          the type of its elements; the empty set has none
//   function     arguments, result, and for `print` a type of any number of further arguments. What arguments and the result of
//                a built-in are called is kept with it, since OPA prints it
//   recursive    a place in a JSON schema that refers to itself: a name, and the type it stands for
//
// An array, object or set that can hold nothing (no elements, no dynamic part) is the type of the empty collection [S-12.2].
//
// The alternatives of `any` are a search tree whose shape follows from what is in it, and whose parts are nodes of the store,
// too: adding one to n of them makes about log n nodes, so that a rule with n definitions, each of another type, costs n log n.
// What is nested deeper than kMaxTypeDepth is any: policies can make types deeper than their texts, level by level, rule by rule.
// Reference: OPA v1/types.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ::lang {

// The order of the enumerators is OPA's order of types.
enum class Shape : uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject, kSet, kAny, kFunction, kRecursive };

struct Type;
using TypeRef = const Type*;  // null: unknown

struct StaticMember {
  Value key;  // as JSON has it: a set is an array
  TypeRef type;
};

struct DynamicMember {
  TypeRef key = nullptr, value = nullptr;
};

// What the arguments and the result of a built-in are called; "" for what has no name.
struct FunctionNames {
  std::vector<std::string_view> arguments;
  std::string_view result;
};

constexpr uint32_t kMaxTypeDepth = 500;

// A part of the alternatives of a type: one, those before it and those behind it in the order of types.
struct Alternatives {
  TypeRef type;
  const Alternatives *before, *behind;
  uint32_t count;
  uint32_t depth;             // of the deepest type
  bool has_map;               // object types without static members, but with a dynamic one
  bool has_empty_collection;  // at any depth
};

struct Type {
  Shape shape = Shape::kNull;
  bool has_unknown = false;         // a part is unknown; the empty set counts, as in OPA
  bool has_empty_collection = false;  // it is one, or a part is
  bool is_dynamic = false;          // kObject: there is a dynamic member
  uint32_t depth = 0;               // 0 without parts
  uint32_t number = 0;              // of the node in its store
  std::vector<TypeRef> items;       // kArray: static elements; kFunction: arguments
  const Alternatives* alternatives = nullptr;  // kAny
  std::vector<StaticMember> members;  // kObject
  DynamicMember dynamic;            // kObject
  TypeRef element = nullptr;        // kArray: dynamic elements; kSet; kFunction: the result
  TypeRef variadic = nullptr;       // kFunction
  const FunctionNames* names = nullptr;  // kFunction of a built-in
  std::string name;                 // kRecursive
  mutable TypeRef target = nullptr; // kRecursive: what it stands for
  size_t hash = 0;

  // What iterating gives, worked out once (keys_of, values_of).
  mutable TypeRef keys = nullptr, values = nullptr;
  mutable bool keys_known = false, values_known = false;
  mutable std::vector<TypeRef> listed;  // kAny: its alternatives, once somebody asked for them

  bool is_any() const { return shape == Shape::kAny && alternatives == nullptr; }
  bool is_map() const { return shape == Shape::kObject && members.empty() && is_dynamic; }
  // The alternatives of kAny, sorted; else the items.
  const std::vector<TypeRef>& parts() const;
  // The type of a collection that can hold nothing; looks through recursive.
  bool is_empty_collection() const;
};

inline bool is_shape(TypeRef type, Shape shape) { return type != nullptr && type->shape == shape; }
// Through a recursive type to what it stands for.
inline TypeRef unwrap(TypeRef type) { return is_shape(type, Shape::kRecursive) ? type->target : type; }
// OPA's types.Nil: whether the type or a part of it is unknown.
inline bool is_unknown(TypeRef type) {
  type = unwrap(type);
  return type == nullptr || type->has_unknown;
}

// OPA's total order of types, unknown first: negative, zero or positive.
int compare_types(TypeRef a, TypeRef b);
// Whether `a` is `b` or has it among its alternatives.
bool contains_type(TypeRef a, TypeRef b);

// Makes types and owns them. What is worked out from types (unions, members, what iterating gives) is made here as well.
class TypeStore {
 public:
  TypeStore();
  TypeStore(const TypeStore&) = delete;
  TypeStore& operator=(const TypeStore&) = delete;

  TypeRef null() const { return null_; }
  TypeRef boolean() const { return boolean_; }
  TypeRef number() const { return number_; }
  TypeRef string() const { return string_; }
  TypeRef any() const { return any_; }
  TypeRef array(std::vector<TypeRef> elements, TypeRef dynamic = nullptr);
  // Members in any order; of equal keys all stay, as in OPA.
  TypeRef object(std::vector<StaticMember> members, const DynamicMember* dynamic = nullptr);
  TypeRef object_of(TypeRef key, TypeRef value);
  TypeRef set(TypeRef element);
  TypeRef function(std::vector<TypeRef> arguments, TypeRef result, TypeRef variadic = nullptr,
                   const FunctionNames* names = nullptr);
  // Exactly these alternatives, in any order.
  TypeRef any_of(std::vector<TypeRef> alternatives);
  // Stands for nothing until `target` is set. Each call makes another.
  const Type* recursive(std::string name);
  // With copies of the texts.
  const FunctionNames* keep(FunctionNames names);

  // Their union; a superset stays as it is. Of a function and something else there is none: null.
  TypeRef either(TypeRef a, TypeRef b);
  // Of all of them, null if there are none.
  TypeRef either(std::vector<TypeRef> types);
  // The type of a constant, which is in JSON form.
  TypeRef type_of(const Value& constant);
  // The member or element with that key (in JSON form); null if there is none.
  TypeRef select(TypeRef type, const Value& key);
  // The types of keys and values that iterating over it gives; null where it gives none.
  TypeRef keys_of(TypeRef type);
  TypeRef values_of(TypeRef type);
  // What a rule's definitions are together (OPA's mergeTypes).
  TypeRef merge(TypeRef a, TypeRef b);
  // The type with any in the place of each type of an empty collection; `changed` says whether there was one.
  TypeRef relax_empty_collections(TypeRef type);
  static bool has_empty_collection(TypeRef type) { return type != nullptr && type->has_empty_collection; }

  // Whether a value can be of both types.
  bool unifies(TypeRef a, TypeRef b);

  // A constant as JSON has it: sets as arrays, keys of objects as texts. In arena().
  Value json_form(const Value& value);
  Arena& arena() { return arena_; }

 private:
  TypeRef intern(Type type);
  TypeRef keep(Type type);
  TypeRef any_of(const Alternatives* alternatives);
  TypeRef either_functions(TypeRef a, TypeRef b);
  TypeRef merge_map(TypeRef map, TypeRef any);

  // --- alternatives (alternatives.cc)
  const Alternatives* node(TypeRef type, const Alternatives* before, const Alternatives* behind);
  const Alternatives* alternatives_of(TypeRef type);
  const Alternatives* unite(const Alternatives* a, const Alternatives* b);
  // Of types that are sorted, without equals.
  const Alternatives* unite_sorted(std::span<const TypeRef> types);
  // Those before the type and those behind it.
  std::pair<const Alternatives*, const Alternatives*> split(const Alternatives* all, TypeRef type);
  TypeRef select_in_alternatives(TypeRef any, const Value& key);
  struct Selection;
  const Selection& selection(TypeRef any);
  TypeRef find_keys(TypeRef type);
  TypeRef find_values(TypeRef type);
  bool unifies_composites(TypeRef a, TypeRef b);
  bool unifies_any(TypeRef any, TypeRef other);
  bool unifies_arrays(TypeRef a, TypeRef b);
  bool unifies_array_elements(TypeRef a, TypeRef b);
  bool unifies_objects(TypeRef a, TypeRef b);
  bool unifies_members(TypeRef a, TypeRef b);
  bool unifies_functions(TypeRef a, TypeRef b);

  struct PairHash {
    size_t operator()(const std::pair<TypeRef, TypeRef>& pair) const {
      return std::hash<TypeRef>()(pair.first) * 31 + std::hash<TypeRef>()(pair.second);
    }
  };

  struct NodeKey {
    TypeRef type;
    const Alternatives *before, *behind;
    bool operator==(const NodeKey&) const = default;
  };
  struct NodeHash {
    size_t operator()(const NodeKey& key) const {
      size_t hash = std::hash<const void*>()(key.type);
      for (const void* part : {static_cast<const void*>(key.before), static_cast<const void*>(key.behind)}) {
        hash = hash * 0x9E3779B97F4A7C15ull + std::hash<const void*>()(part);
      }
      return hash ^ (hash >> 32);
    }
  };
  // What a key selects among many alternatives: of objects without a dynamic member the types of that member; all else is asked.
  struct Selection {
    std::unordered_multimap<size_t, const StaticMember*> by_key;  // by the hash of the key
    std::vector<TypeRef> others;
  };

  Arena arena_;
  std::deque<Type> types_;
  std::deque<Alternatives> alternatives_;
  std::unordered_map<NodeKey, const Alternatives*, NodeHash> nodes_;
  std::unordered_map<TypeRef, Selection> selections_;
  std::deque<FunctionNames> names_;
  std::unordered_multimap<size_t, TypeRef> by_hash_;
  std::unordered_map<std::pair<TypeRef, TypeRef>, bool, PairHash> unified_;
  std::unordered_map<TypeRef, TypeRef> relaxed_;
  TypeRef null_, boolean_, number_, string_, any_;
};

// The element at a position of an array type: static, else dynamic, else null.
inline TypeRef element_at(TypeRef array, size_t position) {
  return position < array->items.size() ? array->items[position] : array->element;
}

}  // namespace writ::lang
