// Two things meet here: scopes of `with`, which are entered and left like brackets, and slots, which are filled again from a
// document when it is replaced. In base documents a name addresses elements of arrays as well; below what a `with` put there
// it does not, so those slots are filled once more (resolve_put), and has_put tells such values from base documents.
#include "engine/vm/world.h"

#include <algorithm>

#include "engine/base/evaluation_errors.h"
#include "engine/value/build.h"
#include "engine/value/segment.h"

namespace writ {

namespace {

[[noreturn]] void throw_bad_path() {
  throw Failure(conflict_error("bad document path"));
}

// Names address elements of arrays in base documents, and nowhere else: elements_too. What a `with` has put there is read as
// any value: its steps may be elements of sets, and numbers.
void resolve_at(const PathTrie& paths, const PathTrie::Node& node, const Value& value, Value* slots, bool elements_too) {
  if (node.slot != PathTrie::kNoSlot) slots[node.slot] = value;
  if (!value.is_collection()) return;
  for (uint32_t child : node.children) {  // as deep as the paths a policy spells out
    const PathTrie::Node& below = paths.nodes()[child];
    const Value* member = !elements_too       ? find(value, key_of_segment(below.key))
                          : value.is_array()  ? array_find_by_text(value, below.key)
                          : value.is_object() ? object_find(value, below.key)
                                              : nullptr;
    if (member != nullptr) resolve_at(paths, below, *member, slots, elements_too);
  }
}

void clear_at(const PathTrie& paths, const PathTrie::Node& node, Value* slots) {
  if (node.slot != PathTrie::kNoSlot) slots[node.slot] = Value();
  for (uint32_t child : node.children) clear_at(paths, paths.nodes()[child], slots);
}

void resolve_base(const PathTrie& paths, const Value& document, Value* slots) {
  std::fill(slots, slots + paths.slot_count(), Value());
  if (document.is_defined()) resolve_at(paths, paths.nodes()[0], document, slots, true);
}

// Once more what is at and below a path where a `with` has put something.
void resolve_put(const PathTrie& paths, const std::vector<std::string>& path, const Value& document, Value* slots) {
  const PathTrie::Node* node = &paths.nodes()[0];
  const Value* value = &document;
  for (const std::string& key : path) {
    auto child = std::find_if(node->children.begin(), node->children.end(),
                              [&](uint32_t number) { return paths.nodes()[number].key == key; });
    if (child == node->children.end()) return;
    node = &paths.nodes()[*child];
    if (value != nullptr) value = value->is_object() ? object_find(*value, key) : nullptr;
  }
  clear_at(paths, *node, slots);
  if (value != nullptr && value->is_defined()) resolve_at(paths, *node, *value, slots, false);
}

}  // namespace

void World::bind(const Program* program, const Value& data) {
  program_ = program;
  base_data_ = data;
  own_input_slots_.assign(program->input_paths.slot_count(), Value());
  base_data_slots_.assign(program->data_paths.slot_count(), Value());
  resolve_base(program->data_paths, data, base_data_slots_.data());
}

void World::begin() {
  std::fill(own_input_slots_.begin(), own_input_slots_.end(), Value());
  input_ = Value();
  data_ = base_data_;
  input_slots_ = own_input_slots_.data();
  data_slots_ = base_data_slots_.data();
  scopes_.clear();
  shadows_.clear();
  puts_.clear();
  replacements_.clear();
  first_shown_ = 0;
}

void World::set_input(const Value& input, bool slots_filled) {
  input_ = input;
  if (!slots_filled) program_->input_paths.resolve(input, own_input_slots_.data());
}

void World::enter(const WithScope& scope, const Value* values, Arena& arena) {
  scopes_.push_back({input_, data_, input_slots_, data_slots_, static_cast<uint32_t>(shadows_.size()),
                     static_cast<uint32_t>(puts_.size()), static_cast<uint32_t>(replacements_.size())});
  bool input_replaced = false;
  bool data_replaced = false;
  for (size_t i = 0; i < scope.targets.size(); ++i) {
    const WithTarget& target = scope.targets[i];
    if (std::any_of(target.path.begin(), target.path.end(), is_scalar_segment)) throw_bad_path();
    switch (target.kind) {
      case WithTarget::Kind::kInput:
        input_ = replace_at(input_, target.path, 0, values[i], arena);
        input_replaced = true;
        break;
      case WithTarget::Kind::kData:
        data_ = replace_at(data_, target.path, 0, values[i], arena);
        if (target.node != kNone32) shadows_.push_back(target.node);
        puts_.push_back({&target, values[i]});
        data_replaced = true;
        break;
      case WithTarget::Kind::kFunction:
      case WithTarget::Kind::kBuiltin: replacements_.push_back({&target, values[i]}); break;
    }
  }
  if (input_replaced) {
    Value* slots = arena.allocate_array<Value>(program_->input_paths.slot_count());
    program_->input_paths.resolve(input_, slots);
    input_slots_ = slots;
  }
  if (data_replaced) {
    Value* slots = arena.allocate_array<Value>(program_->data_paths.slot_count());
    resolve_base(program_->data_paths, data_, slots);
    for (const Replacement& put : puts_) resolve_put(program_->data_paths, put.target->path, data_, slots);
    data_slots_ = slots;
  }
}

// verify() has proved that a scope is open.
void World::leave() {
  const Scope& scope = scopes_.back();
  input_ = scope.input;
  data_ = scope.data;
  input_slots_ = scope.input_slots;
  data_slots_ = scope.data_slots;
  shadows_.resize(scope.shadow_count);
  puts_.erase(puts_.begin() + scope.put_count, puts_.end());
  replacements_.erase(replacements_.begin() + scope.replacement_count, replacements_.end());
  scopes_.pop_back();
}

// Copies the containers along the path; siblings are shared. What is not an object on the way becomes one.
Value World::replace_at(const Value& container, const std::vector<std::string>& path, size_t next, const Value& value,
                        Arena& arena) {
  if (next == path.size()) return value;
  Value key = Value::string(path[next]);
  const Value* child = container.is_object() ? object_find(container, key) : nullptr;
  Value replaced = replace_at(child != nullptr ? *child : Value(), path, next + 1, value, arena);
  return object_with(arena, container, key, replaced);
}

bool World::has_put(const Value& collection, BuiltinServices& services) const {
  std::vector<Value> pending;
  for (const Replacement& put : puts_) pending.push_back(put.value);
  while (!pending.empty()) {
    Value value = pending.back();
    pending.pop_back();
    if (!value.is_collection()) continue;
    if (value.elements == collection.elements && value.kind == collection.kind) return true;
    services.charge(1 + value.size / 16);
    if (value.is_object()) {
      for (const Entry& entry : value.members()) pending.push_back(entry.value);
    } else if (value.is_array()) {
      pending.insert(pending.end(), value.items().begin(), value.items().end());
    }
  }
  return false;
}

// Parents have smaller numbers, so the walk up ends as soon as it is past the shadow.
bool World::is_shadowed(uint32_t node) const {
  for (uint32_t shadow : shadows_) {
    uint32_t at = node;
    while (at != kNone32 && at > shadow) at = program_->nodes[at].parent;
    if (at == shadow) return true;
  }
  return false;
}

const World::Replacement* World::find_replacement(WithTarget::Kind kind, uint32_t target) const {
  for (size_t i = replacements_.size(); i > first_shown_; --i) {
    const Replacement& replacement = replacements_[i - 1];
    if (replacement.target->kind == kind && replacement.target->target == target) return &replacement;
  }
  return nullptr;
}

uint32_t World::hide_replacements() {
  uint32_t shown = first_shown_;
  first_shown_ = static_cast<uint32_t>(replacements_.size());
  return shown;
}

}  // namespace writ
