#include <algorithm>
#include <cstring>

#include "engine/value/json_parts.h"

namespace writ {

namespace {

// Up to this many children a scan beats a bisection.
constexpr size_t kScanLimit = 8;

// Children stand in this order: it lets most comparisons end at the length.
bool comes_before(std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

void resolve_at(const std::vector<PathTrie::Node>& nodes, const PathTrie::Node& node, const Value& value,
                Value* slots) {
  if (node.slot != PathTrie::kNoSlot) slots[node.slot] = value;
  if (!value.is_object()) return;
  for (uint32_t child : node.children) {  // as deep as the paths a policy spells out
    const Value* member = object_find(value, nodes[child].key);
    if (member != nullptr) resolve_at(nodes, nodes[child], *member, slots);
  }
}

}  // namespace

const PathTrie::Node* find_child(const std::vector<PathTrie::Node>& nodes, const PathTrie::Node& node,
                                 std::string_view key) {
  const std::vector<uint32_t>& children = node.children;
  if (children.size() <= kScanLimit) {
    for (uint32_t child : children) {
      const std::string& name = nodes[child].key;
      if (name.size() == key.size() && std::memcmp(name.data(), key.data(), key.size()) == 0) return &nodes[child];
    }
    return nullptr;
  }
  auto found = std::lower_bound(children.begin(), children.end(), key, [&](uint32_t child, std::string_view sought) {
    return comes_before(nodes[child].key, sought);
  });
  return found != children.end() && nodes[*found].key == key ? &nodes[*found] : nullptr;
}

uint32_t PathTrie::add(const std::vector<std::string>& path) {
  uint32_t at = 0;
  for (const std::string& key : path) {
    const Node* known = find_child(nodes_, nodes_[at], key);
    if (known != nullptr) {
      at = static_cast<uint32_t>(known - nodes_.data());
      continue;
    }
    auto made = static_cast<uint32_t>(nodes_.size());
    nodes_.push_back(Node{key, kNoSlot, {}});
    std::vector<uint32_t>& children = nodes_[at].children;
    auto place = std::lower_bound(children.begin(), children.end(), key, [&](uint32_t child, const std::string& name) {
      return comes_before(nodes_[child].key, name);
    });
    children.insert(place, made);
    at = made;
  }
  if (nodes_[at].slot == kNoSlot) nodes_[at].slot = slot_count_++;
  return nodes_[at].slot;
}

void PathTrie::resolve(const Value& document, Value* slots) const {
  std::fill(slots, slots + slot_count_, Value::undefined());
  if (document.is_defined()) resolve_at(nodes_, nodes_[0], document, slots);
}

}  // namespace writ
