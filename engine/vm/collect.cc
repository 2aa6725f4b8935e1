// Builders of collections, documents made of rows, and merging.
#include <algorithm>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/vm/machine.h"

namespace writ {

namespace {

constexpr uint32_t kMaxMergeDepth = 256;

[[noreturn]] void throw_key_conflict() {
  Error error;
  error.code = ErrorCode::E_CONFLICT;
  error.opa_code = "eval_conflict_error";
  error.detail = "object keys must be unique";
  throw Failure(std::move(error));
}

}  // namespace

// A definition's contribution to a document: keys, then a leaf.
struct TreeRow {
  const Value* values;
  uint32_t count;
  bool set_element;
  bool place;  // the leaf is an empty set or object, and counts if nothing else stands there
  TreeRow* next;
};

struct Machine::Builder {
  BuildKind kind;
  ArrayBuilder array;
  SetBuilder set;
  ObjectBuilder object;
  TreeRow* rows = nullptr;  // newest first
  uint32_t row_count = 0;
};

Machine::Builder* Machine::new_builder(BuildKind kind) {
  void* place = arena_.allocate(sizeof(Builder));
  return new (place) Builder{kind, ArrayBuilder(arena_), SetBuilder(arena_),
                             ObjectBuilder(arena_, ObjectBuilder::OnClash::kReport)};
}

void Machine::yield(Builder* builder, const Value& a, const Value& b) {
  if (builder == nullptr) throw Failure(ErrorCode::E_POLICY, "the program adds to a builder it never started");
  switch (builder->kind) {
    case BuildKind::kArray: builder->array.append(a); break;
    case BuildKind::kSet: builder->set.add(a); break;
    case BuildKind::kObject: builder->object.insert(a, b); break;
    case BuildKind::kTree: throw Failure(ErrorCode::E_POLICY, "the program adds a single value to a document of rows");
  }
}

void Machine::yield_path(Builder* builder, const Value* row, uint32_t count, bool set_element, bool place) {
  if (builder == nullptr || builder->kind != BuildKind::kTree || count == 0) {
    throw Failure(ErrorCode::E_POLICY, "the program adds a row to a builder of another kind");
  }
  Value* values = arena_.allocate_array<Value>(count);
  std::copy_n(row, count, values);
  auto* made = arena_.allocate_array<TreeRow>(1);
  *made = {values, count, set_element, place, builder->rows};
  builder->rows = made;
  ++builder->row_count;
}

Value Machine::finish(Builder* builder) {
  if (builder == nullptr) throw Failure(ErrorCode::E_POLICY, "the program finishes a builder it never started");
  switch (builder->kind) {
    case BuildKind::kArray: return builder->array.finish();
    case BuildKind::kSet: return builder->set.finish();
    case BuildKind::kObject: {
      Value object = builder->object.finish();
      if (!object.is_defined()) throw_key_conflict();
      return object;
    }
    case BuildKind::kTree: break;
  }
  auto** rows = arena_.allocate_array<TreeRow*>(builder->row_count);
  TreeRow* row = builder->rows;
  for (uint32_t i = builder->row_count; i > 0; --i, row = row->next) rows[i - 1] = row;
  if (builder->row_count == 0) return Value::sorted_object(nullptr, 0);
  return build_tree({rows, builder->row_count}, 0);
}

// Rows that agree in their first `depth` keys become one value. [T47]
Value Machine::build_tree(std::span<TreeRow*> rows, uint32_t depth) {
  Value leaf, place;
  SetBuilder elements(arena_);
  bool has_elements = false;
  auto deeper_end = std::stable_partition(rows.begin(), rows.end(), [&](TreeRow* row) { return row->count > depth + 1; });
  for (auto it = deeper_end; it != rows.end(); ++it) {
    const Value& value = (*it)->values[depth];
    if ((*it)->set_element) {
      if (!(*it)->place) elements.add(value);
      has_elements = true;
    } else if ((*it)->place) {
      place = value;
    } else if (!leaf.is_defined()) {
      leaf = value;
    } else if (!equal(leaf, value)) {
      throw_key_conflict();
    }
  }
  if (has_elements) {
    if (leaf.is_defined()) throw_key_conflict();
    leaf = elements.finish();
  }
  std::span<TreeRow*> deeper(rows.begin(), deeper_end);
  if (deeper.empty()) return leaf.is_defined() ? leaf : place;
  std::stable_sort(deeper.begin(), deeper.end(),
                   [&](TreeRow* a, TreeRow* b) { return less(a->values[depth], b->values[depth]); });
  ObjectBuilder object(arena_);
  for (size_t begin = 0; begin < deeper.size();) {
    size_t end = begin + 1;
    const Value& key = deeper[begin]->values[depth];
    while (end < deeper.size() && equal(deeper[end]->values[depth], key)) ++end;
    object.insert(key, build_tree(deeper.subspan(begin, end - begin), depth + 1));
    begin = end;
  }
  Value result = object.finish();
  if (leaf.is_defined()) throw_key_conflict();
  return result;
}

// Objects merge member by member; elsewhere `winner` wins.
Value Machine::merge(const Value& winner, const Value& other, uint32_t depth) {
  if (!winner.is_defined()) return other;
  if (!other.is_defined()) return winner;
  if (!winner.is_object() || !other.is_object()) return winner;
  if (depth >= kMaxMergeDepth) throw Failure(ErrorCode::E_DEPTH, "documents are nested too deeply to merge");
  if (other.size == 0) return winner;
  if (winner.size == 0) return other;
  charge((winner.size + other.size) / 16);
  // Both are sorted: one pass.
  Entry* entries = arena_.allocate_array<Entry>(size_t{winner.size} + other.size);
  uint32_t size = 0, i = 0, j = 0;
  while (i < winner.size || j < other.size) {
    int order = i == winner.size ? 1 : j == other.size ? -1 : compare(winner.entries[i].key, other.entries[j].key);
    if (order < 0) {
      entries[size++] = winner.entries[i++];
    } else if (order > 0) {
      entries[size++] = other.entries[j++];
    } else {
      entries[size].key = winner.entries[i].key;
      entries[size++].value = merge(winner.entries[i++].value, other.entries[j++].value, depth + 1);
    }
  }
  return Value::sorted_object(entries, size);
}

}  // namespace writ
