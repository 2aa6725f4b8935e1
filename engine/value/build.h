// Making arrays, sets and objects. Everything is placed in the arena that is handed in.
//
// Builders collect in insertion order and sort once at the end; equal elements keep the one inserted first [S-1.3].
// To bound memory they also sort and drop equals whenever they would have to grow.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

// A string value whose bytes are copied into the arena.
Value make_string(Arena& arena, std::string_view text);
Value make_array(Arena& arena, std::span<const Value> elements);
// In any order, equals allowed.
Value make_set(Arena& arena, std::span<const Value> elements);
// In any order; of equal keys the *last* value wins and the first key stays, as in an object literal [S-1.4].
Value make_object(Arena& arena, std::span<const Entry> entries);
// Sorts in place and drops equals; returns the new size.
uint32_t sort_set(Value* elements, uint32_t size);

class ArrayBuilder {
 public:
  explicit ArrayBuilder(Arena& arena) : arena_(&arena) {}
  void append(const Value& value);
  uint32_t size() const { return size_; }
  Value finish() const { return Value::array(elements_, size_); }

 private:
  Arena* arena_;
  Value* elements_ = nullptr;
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
};

class SetBuilder {
 public:
  explicit SetBuilder(Arena& arena) : arena_(&arena) {}
  void add(const Value& value);
  Value finish();

 private:
  Arena* arena_;
  Value* elements_ = nullptr;
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
};

class ObjectBuilder {
 public:
  // What happens when a key comes twice with different values. Equal values are always fine.
  enum class OnClash { kLastWins, kFirstWins, kReport };
  explicit ObjectBuilder(Arena& arena, OnClash on_clash = OnClash::kLastWins) : arena_(&arena), on_clash_(on_clash) {}
  void insert(const Value& key, const Value& value);
  void insert(std::string_view key, const Value& value);  // the key's bytes must outlive the object
  // With kReport: undefined if two different values were inserted under one key.
  Value finish();

 private:
  void sort_and_merge();

  Arena* arena_;
  Entry* entries_ = nullptr;
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
  OnClash on_clash_;
  bool clash_ = false;
};

// `object` with one member replaced or added; siblings are shared. `object` may be undefined or a non-object: then the
// result has just this member.
Value object_with(Arena& arena, const Value& object, const Value& key, const Value& value);

// A deep copy into `arena` in which nothing points elsewhere. With `index`, sets and objects of more than eight members
// get a hash index: that is how snapshots and program constants are frozen.
Value deep_copy(Arena& arena, const Value& value, bool index);

}  // namespace writ
