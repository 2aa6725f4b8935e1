// The values Rego computes with.
//
// A Value is 16 bytes, trivially copyable and without a reference count: a scalar in place, or a pointer into one of
// three regions that outlive it: the program's constants, the frozen data snapshot, or the arena of this evaluation.
// Whoever holds a Value must know its region is alive; values themselves never own anything.
//
//   undefined       kind alone. Undefined is not a value of the language: it is the absence of an answer.
//   null, boolean   kind, `boolean`
//   number          kInteger: `integer`, an int64 whose text is its plain decimal digits; or
//                   kText: `chars`/`size`, a decimal number of any size as text (grammar of number.h). Two numbers of
//                   different text can be equal: compare with order.h, never by bytes.
//   string          `chars`/`size`: UTF-8, not terminated
//   array           `elements`/`size`
//   set             `elements`/`size`, sorted by Rego order, no two equal
//   object          `entries`/`size`, sorted by Rego order of the keys, no two equal
//
// Sets and objects of the program or the snapshot may carry a hash index (kIndexed): a HashIndex is directly in
// front of their first element. Those made during an evaluation are searched by bisection instead, so that no input can
// flood a hash table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace writ {

// The order of the enumerators is Rego's order of types.
enum class Kind : uint8_t { kUndefined, kNull, kBoolean, kNumber, kString, kArray, kObject, kSet, kDocument };

// "null", "boolean", … as type_name says; "undefined" for kUndefined.
std::string_view kind_name(Kind kind);

struct Entry;

struct Value {
  // How the payload is represented.
  enum Form : uint8_t { kPlain = 0, kInteger = 0, kText = 1, kIndexed = 2 };

  Kind kind = Kind::kUndefined;
  uint8_t form = kPlain;
  uint16_t reserved = 0;
  uint32_t size = 0;  // bytes of a text, number of elements or entries; node number of a kDocument
  union {
    bool boolean;
    int64_t integer;
    const char* chars;
    const Value* elements;
    const Entry* entries;
    const Value* base;  // kDocument: the base value at this place, or null
  };

  constexpr Value() : integer(0) {}

  static constexpr Value undefined() { return Value(); }
  static constexpr Value null() { return with_kind(Kind::kNull); }
  static constexpr Value of(bool truth) {
    Value v = with_kind(Kind::kBoolean);
    v.integer = truth ? 1 : 0;
    return v;
  }
  static constexpr Value of(int64_t number) {
    Value v = with_kind(Kind::kNumber);
    v.integer = number;
    return v;
  }
  static Value of(int number) { return of(static_cast<int64_t>(number)); }
  // The text must outlive the value. At most UINT32_MAX bytes.
  static Value string(std::string_view text) {
    Value v = with_kind(Kind::kString);
    v.size = static_cast<uint32_t>(text.size());
    v.chars = text.data();
    return v;
  }
  // The text must be a legal number that is not plain int64 digits (number.h makes these).
  static Value number_text(std::string_view text) {
    Value v = string(text);
    v.kind = Kind::kNumber;
    v.form = kText;
    return v;
  }
  static Value array(const Value* elements, uint32_t size) {
    Value v = with_kind(Kind::kArray);
    v.size = size;
    v.elements = elements;
    return v;
  }
  // Sorted, without equals: build.h makes them from anything else.
  static Value sorted_set(const Value* elements, uint32_t size) {
    Value v = array(elements, size);
    v.kind = Kind::kSet;
    return v;
  }
  static Value sorted_object(const Entry* entries, uint32_t size) {
    Value v = with_kind(Kind::kObject);
    v.size = size;
    v.entries = entries;
    return v;
  }

  bool is_defined() const { return kind != Kind::kUndefined; }
  bool is_true() const { return kind == Kind::kBoolean && integer != 0; }
  bool is_false() const { return kind == Kind::kBoolean && integer == 0; }
  // Lets an expression succeed: defined and not false.
  bool is_truthy() const { return kind != Kind::kUndefined && !is_false(); }
  bool is_string() const { return kind == Kind::kString; }
  bool is_number() const { return kind == Kind::kNumber; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_object() const { return kind == Kind::kObject; }
  bool is_set() const { return kind == Kind::kSet; }
  bool is_collection() const { return kind == Kind::kArray || kind == Kind::kObject || kind == Kind::kSet; }
  bool is_int64() const { return kind == Kind::kNumber && form == kInteger; }

  // Of a string, or of a number of form kText.
  std::string_view text() const { return {chars, size}; }
  // Of an array or a set.
  std::span<const Value> items() const { return {elements, size}; }
  // Of an object.
  std::span<const Entry> members() const;

 private:
  static constexpr Value with_kind(Kind kind) {
    Value v;
    v.kind = kind;
    return v;
  }
};

struct Entry {
  Value key;
  Value value;
};

inline std::span<const Entry> Value::members() const { return {entries, size}; }

static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

// Open addressing over element positions: slots[hash & mask], linear probing, kEmpty = free.
struct HashIndex {
  static constexpr uint32_t kEmpty = UINT32_MAX;
  const uint32_t* slots;
  uint32_t mask;
  uint32_t unused;
};
static_assert(sizeof(HashIndex) == 16);

// The member of `object` under `key`, null if there is none. The pointer lives as long as the object.
const Value* object_find(const Value& object, const Value& key);
const Value* object_find(const Value& object, std::string_view key);
// The element of `set` equal to `element`, null if there is none.
const Value* set_find(const Value& set, const Value& element);
// The element of an array at a Rego index: a number with the text of a plain non-negative integer, optionally followed
// by a dot and zeros ("1", "1.0"; not "1e0"). Null otherwise or out of range [S-6.2].
const Value* array_find(const Value& array, const Value& index);

// What the reference `container[key]` denotes: array element, object member, or the set element itself. Null = undefined.
inline const Value* find(const Value& container, const Value& key) {
  switch (container.kind) {
    case Kind::kObject: return object_find(container, key);
    case Kind::kArray: return array_find(container, key);
    case Kind::kSet: return set_find(container, key);
    default: return nullptr;
  }
}

}  // namespace writ
