// Two things meet here: scopes of `with`, which are entered and left like brackets, and slots, which are filled again from a
// document when it is replaced.
//
// What `with` puts into the base documents is a tree of its own, beside that of the store. At and below a target only the put
// is seen. Above one both are, merged, the put first; so what a reader gets of a target depends on where it begins to read.
// Elsewhere there is the store alone, in which names address elements of arrays as well.
#include "engine/vm/world.h"

#include <algorithm>

#include "engine/base/evaluation_errors.h"
#include "engine/value/build.h"
#include "engine/value/segment.h"
#include "engine/vm/documents.h"

namespace writ {

namespace {

[[noreturn]] void throw_bad_path() {
  throw Failure(conflict_error("bad document path"));
}

// Names address elements of arrays in base documents, and nowhere else.
const Value* stored_member(const Value& document, const std::string& key) {
  if (document.is_array()) return array_find_by_text(document, key);
  return document.is_object() ? object_find(document, key) : nullptr;
}

void resolve_base(const PathTrie& paths, const PathTrie::Node& node, const Value& value, Value* slots) {
  if (node.slot != PathTrie::kNoSlot) slots[node.slot] = value;
  if (!value.is_collection()) return;
  for (uint32_t number : node.children) {  // as deep as the paths a policy spells out
    const PathTrie::Node& below = paths.nodes()[number];
    const Value* member = stored_member(value, below.key);
    if (member != nullptr) resolve_base(paths, below, *member, slots);
  }
}

// Fills the slots of the base documents as scopes leave them.
class Resolver {
 public:
  Resolver(const PathTrie& paths, Value* slots, BuiltinServices& services, Arena& arena)
      : paths_(paths), slots_(slots), services_(services), arena_(arena), targets_(paths.nodes().size(), false) {}

  void add_target(const std::vector<std::string>& path) {
    uint32_t at = 0;
    for (const std::string& key : path) {
      const std::vector<uint32_t>& children = paths_.nodes()[at].children;
      auto child = std::find_if(children.begin(), children.end(),
                                [&](uint32_t number) { return paths_.nodes()[number].key == key; });
      if (child == children.end()) return;  // nothing is read there
      at = *child;
    }
    targets_[at] = true;
  }

  // `put` and `base`: what is there, null if nothing. `merged`: both as one, null if that is not known yet.
  void resolve(uint32_t number, const Value* put, const Value* base, const Value* merged) {
    const PathTrie::Node& node = paths_.nodes()[number];
    if (targets_[number]) return below_target(node, put);
    if (put == nullptr) {
      if (base != nullptr) resolve_base(paths_, node, *base, slots_);
      return;
    }
    Value both = base == nullptr ? *put : Value();
    if (merged != nullptr) {
      both = *merged;
    } else if (base != nullptr && node.slot != PathTrie::kNoSlot) {
      both = merge_documents(*put, *base, services_, arena_);
    }
    if (node.slot != PathTrie::kNoSlot) slots_[node.slot] = both;
    for (uint32_t child : node.children) {
      const std::string& key = paths_.nodes()[child].key;
      const Value* in_put = put->is_object() ? object_find(*put, key) : nullptr;
      const Value* in_base = base != nullptr ? stored_member(*base, key) : nullptr;
      bool merges = base != nullptr && base->is_object() && both.is_object();
      resolve(child, in_put, in_base, merges ? object_find(both, key) : nullptr);
    }
  }

 private:
  // What a `with` has put there is read as any value: its steps may be elements of sets, and numbers.
  void below_target(const PathTrie::Node& node, const Value* put) {
    if (put == nullptr || !put->is_defined()) return;
    if (node.slot != PathTrie::kNoSlot) slots_[node.slot] = *put;
    if (!put->is_collection()) return;
    for (uint32_t number : node.children) {
      const PathTrie::Node& child = paths_.nodes()[number];
      below_target(child, find(*put, key_of_segment(child.key)));
    }
  }

  const PathTrie& paths_;
  Value* slots_;
  BuiltinServices& services_;
  Arena& arena_;
  std::vector<bool> targets_;  // by node
};

}  // namespace

void World::bind(const Program* program, const Value& data) {
  program_ = program;
  base_data_ = data;
  own_input_slots_.assign(program->input_paths.slot_count(), Value());
  base_data_slots_.assign(program->data_paths.slot_count(), Value());
  if (data.is_defined()) {
    resolve_base(program->data_paths, program->data_paths.nodes()[0], data, base_data_slots_.data());
  }
}

void World::begin() {
  std::fill(own_input_slots_.begin(), own_input_slots_.end(), Value());
  input_ = Value();
  put_ = Value();
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

void World::enter(const WithScope& scope, const Value* values, BuiltinServices& services, Arena& arena) {
  // In front of everything, since the evaluation may go on after this failure.
  for (const WithTarget& target : scope.targets) {
    if (std::any_of(target.path.begin(), target.path.end(), is_scalar_segment)) throw_bad_path();
  }
  scopes_.push_back({input_, put_, input_slots_, data_slots_, static_cast<uint32_t>(shadows_.size()),
                     static_cast<uint32_t>(puts_.size()), static_cast<uint32_t>(replacements_.size())});
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
        put_ = replace_at(put_, target.path, 0, values[i], arena);
        shadows_.push_back(target.node);
        puts_.push_back(&target);
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
    std::fill(slots, slots + program_->data_paths.slot_count(), Value());
    Resolver resolver(program_->data_paths, slots, services, arena);
    for (const WithTarget* put : puts_) resolver.add_target(put->path);
    resolver.resolve(0, &put_, base_data_.is_defined() ? &base_data_ : nullptr, nullptr);
    data_slots_ = slots;
  }
}

// verify() has proved that a scope is open.
void World::leave() {
  const Scope& scope = scopes_.back();
  input_ = scope.input;
  put_ = scope.put;
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
