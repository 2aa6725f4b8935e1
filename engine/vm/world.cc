#include "engine/vm/world.h"

#include <algorithm>

#include "engine/value/build.h"

namespace writ {

void World::bind(const Program* program, const Value& data) {
  program_ = program;
  base_data_ = data;
  own_input_slots_.assign(program->input_paths.slot_count(), Value());
  base_data_slots_.assign(program->data_paths.slot_count(), Value());
  program->data_paths.resolve(data, base_data_slots_.data());
}

void World::begin() {
  std::fill(own_input_slots_.begin(), own_input_slots_.end(), Value());
  input_ = Value();
  data_ = base_data_;
  input_slots_ = own_input_slots_.data();
  data_slots_ = base_data_slots_.data();
  scopes_.clear();
  shadows_.clear();
  replacements_.clear();
  first_shown_ = 0;
}

void World::set_input(const Value& input, bool slots_filled) {
  input_ = input;
  if (!slots_filled) program_->input_paths.resolve(input, own_input_slots_.data());
}

void World::enter(const WithScope& scope, const Value* values, Arena& arena) {
  scopes_.push_back({input_, data_, input_slots_, data_slots_, static_cast<uint32_t>(shadows_.size()),
                     static_cast<uint32_t>(replacements_.size())});
  bool input_replaced = false;
  bool data_replaced = false;
  for (size_t i = 0; i < scope.targets.size(); ++i) {
    const WithTarget& target = scope.targets[i];
    switch (target.kind) {
      case WithTarget::Kind::kInput:
        input_ = replace_at(input_, target.path, 0, values[i], arena);
        input_replaced = true;
        break;
      case WithTarget::Kind::kData:
        data_ = replace_at(data_, target.path, 0, values[i], arena);
        if (target.node != kNone32) shadows_.push_back(target.node);
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
    program_->data_paths.resolve(data_, slots);
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
