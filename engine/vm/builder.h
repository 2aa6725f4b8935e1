// A collection in the making: what kBuild starts, kYield and kYieldPath add to, and kFinish turns into a value.
// verify() proves that a builder is started, and of the right kind, wherever it is added to.
#pragma once

#include <span>

#include "engine/program/program.h"
#include "engine/value/build.h"

namespace writ {

class Builder {
 public:
  // In the arena, which needs no destructor called.
  static Builder* make(BuildKind kind, Arena& arena);

  // An element `a` of an array or set, or a member `a`: `b` of an object.
  void add(const Value& a, const Value& b);
  // A row of a tree: count - 1 keys and a leaf, copied.
  void add_row(const Value* row, uint32_t count, LeafKind leaf);
  // Throws Failure(E_CONFLICT) where a key has two values.
  Value finish();

 private:
  struct Row;
  Builder(BuildKind kind, Arena& arena);
  Value tree(std::span<Row*> rows, uint32_t depth);
  void leaf_of(std::span<Row*> rows, uint32_t depth, Value* leaf, Value* place);

  BuildKind kind_;
  Arena& arena_;
  ArrayBuilder array_;    // kArray
  SetBuilder set_;        // kSet
  ObjectBuilder object_;  // kObject
  Row* rows_ = nullptr;   // kTree; newest first
  uint32_t row_count_ = 0;
};

}  // namespace writ
