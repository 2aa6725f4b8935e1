#include <algorithm>

#include "engine/value/json_parts.h"

namespace writ {

namespace {

std::vector<uint32_t>::const_iterator find_place(const std::vector<PathTrie::Node>& nodes,
                                                 const std::vector<uint32_t>& children, const std::string& key) {
  return std::lower_bound(children.begin(), children.end(), key, [&](uint32_t child, const std::string& sought) {
    const std::string& name = nodes[child].key;
    return name.size() != sought.size() ? name.size() < sought.size() : name < sought;
  });
}

PathTrie::Branch branch_to(uint32_t child, const std::string& key) {
  char padded[8] = {};
  key.copy(padded, sizeof padded);
  return {key_prefix(padded, 8), static_cast<uint32_t>(key.size()), child};
}

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

uint32_t PathTrie::add(const std::vector<std::string>& path) {
  uint32_t at = 0;
  for (const std::string& key : path) {
    const std::vector<uint32_t>& children = nodes_[at].children;
    auto place = find_place(nodes_, children, key);
    if (place != children.end() && nodes_[*place].key == key) {
      at = *place;
      continue;
    }
    auto position = place - children.begin();
    auto made = static_cast<uint32_t>(nodes_.size());
    nodes_.push_back(Node{key, kNoSlot, {}, {}});
    Node& parent = nodes_[at];
    parent.children.insert(parent.children.begin() + position, made);
    parent.branches.insert(parent.branches.begin() + position, branch_to(made, key));
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
