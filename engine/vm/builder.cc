#include "engine/vm/builder.h"

#include <algorithm>
#include <new>

#include "engine/base/evaluation_errors.h"
#include "engine/value/order.h"

namespace writ {

namespace {

[[noreturn]] void throw_key_conflict() {
  throw Failure(conflict_error("object keys must be unique"));
}

}  // namespace

// A definition's contribution to a document: keys, then a leaf.
struct Builder::Row {
  const Value* values;
  uint32_t count;
  LeafKind leaf;
  Row* next;

  bool is_place() const { return leaf == LeafKind::kEmptyObject || leaf == LeafKind::kEmptySet; }
  bool is_set() const { return leaf == LeafKind::kSetElement || leaf == LeafKind::kEmptySet; }
};

Builder::Builder(BuildKind kind, Arena& arena)
    : kind_(kind), arena_(arena), array_(arena), set_(arena), object_(arena, ObjectBuilder::OnClash::kReport) {}

Builder* Builder::make(BuildKind kind, Arena& arena) {
  void* place = arena.allocate(sizeof(Builder));
  return new (place) Builder(kind, arena);
}

void Builder::add(const Value& a, const Value& b) {
  if (kind_ == BuildKind::kArray) {
    array_.append(a);
  } else if (kind_ == BuildKind::kSet) {
    set_.add(a);
  } else {
    object_.insert(a, b);
  }
}

void Builder::add_row(const Value* row, uint32_t count, LeafKind leaf) {
  Value* values = arena_.allocate_array<Value>(count);
  std::copy_n(row, count, values);
  auto* made = arena_.allocate_array<Row>(1);
  *made = {values, count, leaf, rows_};
  rows_ = made;
  ++row_count_;
}

Value Builder::finish() {
  switch (kind_) {
    case BuildKind::kArray: return array_.finish();
    case BuildKind::kSet: return set_.finish();
    case BuildKind::kObject: {
      Value object = object_.finish();
      if (!object.is_defined()) throw_key_conflict();
      return object;
    }
    case BuildKind::kTree: break;
  }
  auto** rows = arena_.allocate_array<Row*>(row_count_);
  Row* row = rows_;
  for (uint32_t i = row_count_; i > 0; --i, row = row->next) rows[i - 1] = row;
  if (row_count_ == 0) return Value::sorted_object(nullptr, 0);
  return tree({rows, row_count_}, 0);
}

// Rows that agree in their first `depth` keys become one value. [S-11.3]
Value Builder::tree(std::span<Row*> rows, uint32_t depth) {
  auto deeper_end = std::stable_partition(rows.begin(), rows.end(), [&](Row* row) { return row->count > depth + 1; });
  std::span<Row*> deeper(rows.begin(), deeper_end);
  Value leaf, place;
  leaf_of(std::span<Row*>(deeper_end, rows.end()), depth, &leaf, &place);
  if (deeper.empty()) return leaf.is_defined() ? leaf : place;
  std::stable_sort(deeper.begin(), deeper.end(),
                   [&](Row* a, Row* b) { return less(a->values[depth], b->values[depth]); });
  ObjectBuilder object(arena_);
  for (size_t begin = 0; begin < deeper.size();) {
    size_t end = begin + 1;
    const Value& key = deeper[begin]->values[depth];
    while (end < deeper.size() && equal(deeper[end]->values[depth], key)) ++end;
    object.insert(key, tree(deeper.subspan(begin, end - begin), depth + 1));
    begin = end;
  }
  Value result = object.finish();
  if (leaf.is_defined()) throw_key_conflict();
  return result;
}

// The value of the rows that end here, and what is here if nothing else is; either may be undefined.
void Builder::leaf_of(std::span<Row*> rows, uint32_t depth, Value* leaf, Value* place) {
  SetBuilder elements(arena_);
  bool has_elements = false;
  for (Row* row : rows) {
    const Value& value = row->values[depth];
    if (row->is_place()) {
      *place = value;
    } else if (row->leaf == LeafKind::kSetElement) {
      // A set that was given as a value takes elements as well; a value that comes after them must be equal.
      if (leaf->is_defined() && !has_elements) {
        if (!leaf->is_set()) throw_key_conflict();
        for (const Value& element : leaf->items()) elements.add(element);
      }
      has_elements = true;
      elements.add(value);
      *leaf = value;
    } else if (has_elements) {
      if (!equal(elements.finish(), value)) throw_key_conflict();
    } else if (!leaf->is_defined()) {
      *leaf = value;
    } else if (!equal(*leaf, value)) {
      throw_key_conflict();
    }
  }
  if (has_elements) *leaf = elements.finish();
}

}  // namespace writ
