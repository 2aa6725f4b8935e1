#include "engine/vm/documents.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/segment.h"

namespace writ {

namespace {

constexpr uint32_t kMaxMergeDepth = 256;

Value merge(const Value& winner, const Value& other, BuiltinServices& services, Arena& arena, uint32_t depth) {
  if (!winner.is_defined()) return other;
  if (!other.is_defined()) return winner;
  if (!winner.is_object() || !other.is_object()) return winner;
  if (depth >= kMaxMergeDepth) throw Failure(ErrorCode::E_DEPTH, "documents are nested too deeply to merge");
  if (other.size == 0) return winner;
  if (winner.size == 0) return other;
  services.charge((uint64_t{winner.size} + other.size) / 4);
  // Both are sorted: one pass.
  Entry* entries = arena.allocate_array<Entry>(size_t{winner.size} + other.size);
  uint32_t size = 0, i = 0, j = 0;
  while (i < winner.size || j < other.size) {
    int order = i == winner.size ? 1 : j == other.size ? -1 : compare(winner.entries[i].key, other.entries[j].key);
    if (order < 0) {
      entries[size++] = winner.entries[i++];
    } else if (order > 0) {
      entries[size++] = other.entries[j++];
    } else {
      entries[size].key = winner.entries[i].key;
      entries[size++].value = merge(winner.entries[i++].value, other.entries[j++].value, services, arena, depth + 1);
    }
  }
  return Value::sorted_object(entries, size);
}

}  // namespace

uint32_t find_child(const Program& program, const DocumentNode& node, const Value& key) {
  if (key.is_string()) return find_child(program, node, key.text());
  if (key.is_collection() || !key.is_defined() || is_document(key)) return kNone32;
  return find_child(program, node, segment_of(key));
}

uint32_t find_child(const Program& program, const DocumentNode& node, std::string_view key) {
  auto found =
      std::lower_bound(node.children.begin(), node.children.end(), key,
                       [&](uint32_t child, std::string_view wanted) { return program.nodes[child].key < wanted; });
  return found != node.children.end() && program.nodes[*found].key == key ? *found : kNone32;
}

const Value* find_by_name(const Value& container, const Value& key) {
  if (container.is_array() && key.is_string()) return array_find_by_text(container, key.text());
  if (!container.is_object() || !key.is_number()) return nullptr;
  return key.is_int64() ? object_find(container, std::to_string(key.integer)) : object_find(container, key.text());
}

Value document_keys(const Program& program, const DocumentNode& node, const Value& base, Arena& arena) {
  ArrayBuilder keys(arena);
  std::vector<Value> from_rules;
  for (uint32_t i = 0; base.is_array() && i < base.size; ++i) keys.append(Value::of(int64_t{i}));
  if (base.is_object()) {
    for (const Entry& entry : base.members()) keys.append(entry.key);
  }
  for (uint32_t child : node.children) {
    const DocumentNode& reached = program.nodes[child];
    if (reached.rule == kNone32 && reached.extent == kNone32) continue;
    Value key = key_of_segment(reached.key);
    if (find(base, key) == nullptr) from_rules.push_back(key);
  }
  // Those that are no texts have segments behind all texts, and come before them.
  std::stable_sort(from_rules.begin(), from_rules.end(), [](const Value& a, const Value& b) { return less(a, b); });
  for (const Value& key : from_rules) keys.append(key);
  Value list = keys.finish();
  return Value::sorted_set(list.elements, list.size);
}

Value merge_documents(const Value& winner, const Value& other, BuiltinServices& services, Arena& arena) {
  return merge(winner, other, services, arena, 0);
}

}  // namespace writ
