#include "engine/vm/machine.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/builtins/patterns.h"
#include "engine/value/build.h"
#include "engine/value/order.h"

namespace writ {

namespace {
// Registers of all frames together; a program that verify() accepts can only reach it through many nested calls.
constexpr uint32_t kMaxStack = 4u << 20;
}  // namespace

Machine::Machine() : patterns_(std::make_unique<PatternCache>()) {}
Machine::~Machine() = default;

void Machine::bind(const Program* program, const Snapshot* data) {
  program_ = program;
  snapshot_ = data;
  slots_.assign(program->input_paths.slot_count(), Value());
  base_data_slots_.assign(program->data_paths.slot_count(), Value());
  Value root = data != nullptr ? data->root : Value::sorted_object(nullptr, 0);
  program->data_paths.resolve(root, base_data_slots_.data());
  memos_.clear();
  memos_.emplace_back(program->memo_count);
  layer_epochs_.assign(1, 0);
  begin();
}

void Machine::begin() {
  arena_.reset();
  arena_.set_limit(limits_.memory_bytes);
  fuel_left_ = limits_.fuel;
  std::fill(slots_.begin(), slots_.end(), Value());
  input_ = Value();
  data_ = snapshot_ != nullptr ? snapshot_->root : Value::sorted_object(nullptr, 0);
  current_slots_ = slots_.data();
  current_data_slots_ = base_data_slots_.data();
  stack_top_ = iterator_top_ = builder_top_ = 0;
  frames_.clear();
  scopes_.clear();
  masks_.clear();
  mocks_.clear();
  mock_base_ = 0;
  layer_ = 0;
  layer_epochs_[0] = ++epoch_;
}

void Machine::set_input(const Value& input, bool slots_filled) {
  input_ = input;
  if (!slots_filled) program_->input_paths.resolve(input, slots_.data());
}

Value Machine::evaluate(uint32_t function, HostPort& port) {
  port_ = &port;
  return run(program_->functions[function]);
}

// --- frames ----------------------------------------------------------------------------------------------------------

void Machine::push_frame(const Function& function, Frame frame) {
  if (frames_.size() >= limits_.call_depth) {
    throw Failure(ErrorCode::E_DEPTH, "rules and functions are nested too deeply");
  }
  frame.registers = stack_top_;
  frame.iterators = iterator_top_;
  frame.builders = builder_top_;
  uint32_t stack_end = stack_top_ + function.register_count;
  if (stack_end > kMaxStack) throw Failure(ErrorCode::E_MEMORY, "the evaluation needs too many registers");
  if (stack_end > stack_.size()) stack_.resize(std::max<size_t>(stack_end, stack_.size() * 2));
  iterator_top_ += function.iterator_count;
  if (iterator_top_ > iterators_.size()) iterators_.resize(std::max<size_t>(iterator_top_, iterators_.size() * 2));
  builder_top_ += function.builder_count;
  if (builder_top_ > builders_.size()) builders_.resize(std::max<size_t>(builder_top_, builders_.size() * 2));
  frames_.push_back(frame);
  stack_top_ = stack_end;
  std::fill(stack_.begin() + frame.registers, stack_.begin() + stack_end, Value());
  std::fill(iterators_.begin() + frame.iterators, iterators_.begin() + iterator_top_, Iterator{});
  std::fill(builders_.begin() + frame.builders, builders_.begin() + builder_top_, nullptr);
}

bool Machine::call_rule(uint32_t number, const Instruction* at, Value* value) {
  const Function& function = program_->functions[number];
  if (function.mask_slot != kNone32 && is_masked(function)) {
    *value = current_data_slots_[function.mask_slot];
    return true;
  }
  const Memo& memo = memos_[layer_][number];
  if (memo.epoch == layer_epochs_[layer_]) {
    *value = memo.value;
    return true;
  }
  push_frame(function, {&function, at + 1, program_->code.data() + at->jump, 0, 0, 0, number, at->a, false, 0, 0});
  return false;
}

// `operands` may point into the stack, which pushing the frame may move.
void Machine::call_function(uint32_t number, const Instruction* at, const Value* operands, bool mocks_off) {
  const Function& function = program_->functions[number];
  auto offset = static_cast<size_t>(operands - stack_.data());
  Frame frame{&function, at + 1, program_->code.data() + at->jump, 0, 0, 0, kNone32, at->a, mocks_off, mock_base_, layer_};
  push_frame(function, frame);
  std::copy_n(stack_.begin() + static_cast<ptrdiff_t>(offset), function.operand_count,
              stack_.begin() + frames_.back().registers);
  if (mocks_off) {
    mock_base_ = static_cast<uint32_t>(mocks_.size());
    push_layer();
  }
}

// --- with ------------------------------------------------------------------------------------------------------------

void Machine::push_layer() {
  ++layer_;
  if (layer_ == memos_.size()) {
    memos_.emplace_back(program_->memo_count);
    layer_epochs_.push_back(0);
  }
  layer_epochs_[layer_] = ++epoch_;
}

void Machine::enter(const WithScope& scope, const Value* values) {
  scopes_.push_back({current_slots_, input_, data_, current_data_slots_, static_cast<uint32_t>(masks_.size()),
                     static_cast<uint32_t>(mocks_.size())});
  bool input_replaced = false;
  bool data_replaced = false;
  for (size_t i = 0; i < scope.targets.size(); ++i) {
    const WithTarget& target = scope.targets[i];
    switch (target.kind) {
      case WithTarget::Kind::kInput:
        input_ = replace_at(input_, target.path, 0, values[i]);
        input_replaced = true;
        break;
      case WithTarget::Kind::kData:
        data_ = replace_at(data_, target.path, 0, values[i]);
        masks_.push_back(&target.path);
        data_replaced = true;
        break;
      case WithTarget::Kind::kFunction:
      case WithTarget::Kind::kBuiltin: mocks_.push_back({&target, values[i]}); break;
    }
  }
  if (input_replaced) {
    Value* slots = arena_.allocate_array<Value>(program_->input_paths.slot_count());
    program_->input_paths.resolve(input_, slots);
    current_slots_ = slots;
  }
  if (data_replaced) {
    Value* slots = arena_.allocate_array<Value>(program_->data_paths.slot_count());
    program_->data_paths.resolve(data_, slots);
    current_data_slots_ = slots;
  }
  push_layer();
}

void Machine::leave() {
  if (scopes_.empty()) throw Failure(ErrorCode::E_POLICY, "the program leaves a scope it never entered");
  const Scope& scope = scopes_.back();
  current_slots_ = scope.slots;
  input_ = scope.input;
  data_ = scope.data;
  current_data_slots_ = scope.data_slots;
  masks_.resize(scope.masks);
  mocks_.erase(mocks_.begin() + scope.mocks, mocks_.end());
  scopes_.pop_back();
  if (layer_ > 0) --layer_;
}

// Copies the containers along the path; siblings are shared. What is no object on the way becomes one.
Value Machine::replace_at(const Value& container, const std::vector<std::string>& path, size_t next, const Value& value) {
  if (next == path.size()) return value;
  Value key = Value::string(path[next]);
  const Value* child = container.is_object() ? object_find(container, key) : nullptr;
  Value replaced = replace_at(child != nullptr ? *child : Value(), path, next + 1, value);
  return object_with(arena_, container, key, replaced);
}

bool Machine::is_masked(const Function& function) const {
  for (const std::vector<std::string>* path : masks_) {
    std::string_view rest = function.path;
    rest.remove_prefix(std::min<size_t>(rest.size(), 4));  // "data"
    bool covered = true;
    for (const std::string& segment : *path) {
      if (!rest.starts_with('.') || !rest.substr(1).starts_with(segment)) {
        covered = false;
        break;
      }
      rest.remove_prefix(1 + segment.size());
    }
    if (covered && (rest.empty() || rest.front() == '.')) return true;
  }
  return false;
}

const Machine::Mock* Machine::find_mock(WithTarget::Kind kind, uint32_t target) const {
  for (size_t i = mocks_.size(); i > mock_base_; --i) {
    const Mock& mock = mocks_[i - 1];
    if (mock.target->kind == kind && mock.target->target == target) return &mock;
  }
  return nullptr;
}

// --- built-ins -------------------------------------------------------------------------------------------------------

Value Machine::call_builtin_checked(const Builtin& builtin, const Value* args, uint32_t count) {
  BuiltinCall call{builtin.name, {args, count}, arena_, *this, false, false, {}};
  Value value = call_builtin(builtin, call);
  if (!call.faulted) return builtin.is_void ? Value::of(true) : value;
  if (!strict_) return Value();
  Error error;
  error.code = ErrorCode::E_BUILTIN;
  error.opa_code = call.type_fault ? "eval_type_error" : "eval_builtin_error";
  error.detail = std::move(call.message);
  throw Failure(std::move(error));
}

Value Machine::arithmetic(Opcode op, const Value& a, const Value& b) {
  static const Builtin* const plus = find_builtin("plus");
  static const Builtin* const minus = find_builtin("minus");
  static const Builtin* const mul = find_builtin("mul");
  const Value args[] = {a, b};
  return call_builtin_checked(op == Opcode::kAdd ? *plus : op == Opcode::kSubtract ? *minus : *mul, args, 2);
}

void Machine::charge(uint64_t units) {
  if (units > fuel_left_) {
    fuel_left_ = 0;
    throw Failure(ErrorCode::E_FUEL, "the evaluation took more than " + std::to_string(limits_.fuel) + " steps");
  }
  fuel_left_ -= units;
}

int64_t Machine::now_ns() {
  Value now = port_->call("time.now_ns", {}, arena_);
  if (!now.is_int64()) throw Failure(ErrorCode::E_CLOCK, "the host gave no time");
  return now.integer;
}

Value Machine::call_host(std::string_view function, std::span<const Value> args) {
  return port_->call(function, args, arena_);
}
void Machine::note(std::string_view function, std::string_view text) { port_->note(function, text); }
PatternCache& Machine::patterns() { return *patterns_; }

// --- small instructions ----------------------------------------------------------------------------------------------

bool Machine::member(const Value& element, const Value& collection) {
  if (collection.is_set()) return set_find(collection, element) != nullptr;
  charge(collection.is_collection() ? collection.size / 16 : 0);
  if (collection.is_array()) {
    for (const Value& item : collection.items()) {
      if (equal(item, element)) return true;
    }
  } else if (collection.is_object()) {
    for (const Entry& entry : collection.members()) {
      if (equal(entry.value, element)) return true;
    }
  }
  return false;
}

void Machine::assign_once(Value& slot, const Value& value, ConflictKind kind) {
  if (!slot.is_defined()) {
    slot = value;
    return;
  }
  if (equal(slot, value)) return;
  Error error;
  error.code = ErrorCode::E_CONFLICT;
  error.opa_code = "eval_conflict_error";
  error.detail = kind == ConflictKind::kFunction ? "functions must not produce multiple outputs for same inputs"
                                                 : "complete rules must not produce multiple outputs";
  throw Failure(std::move(error));
}

uint32_t Machine::select(const RuleIndex& index, const Value* registers) const {
  uint32_t at = 0;
  for (;;) {
    const RuleIndex::Node& node = index.nodes[at];
    if (node.branches.empty()) return at;
    const Value& value = node.slot != kNone32 ? current_slots_[node.slot] : registers[node.reg];
    at = node.otherwise;
    if (!value.is_defined() || value.kind == Kind::kDocument) continue;
    auto probe = static_cast<uint32_t>(hash(value));
    for (; node.table[probe & node.mask] != kNone32; ++probe) {
      const auto& [constant, child] = node.branches[node.table[probe & node.mask]];
      if (equal(program_->constants[constant], value)) {
        at = child;
        break;
      }
    }
  }
}

// --- documents -------------------------------------------------------------------------------------------------------

uint32_t Machine::find_child(const Program& program, const DocumentNode& node, std::string_view key) {
  auto found = std::lower_bound(node.children.begin(), node.children.end(), key, [&](uint32_t child, std::string_view wanted) {
    return program.nodes[child].key < wanted;
  });
  return found != node.children.end() && program.nodes[*found].key == key ? *found : kNone32;
}

// A number addresses the base document's member of that name, as a storage path does.
const Value* Machine::find_by_number_text(const Value& container, const Value& key) {
  if (!container.is_object() || !key.is_int64()) return nullptr;
  return object_find(container, std::to_string(key.integer));
}

// Base keys first, then those of rules; each once. The result iterates like a set, in this order. [#4787]
Value Machine::document_keys(const Value& document) {
  const DocumentNode& node = program_->nodes[document.size];
  ArrayBuilder keys(arena_);
  if (document.base != nullptr && document.base->is_object()) {
    for (const Entry& entry : document.base->members()) keys.append(entry.key);
  }
  for (uint32_t child : node.children) {
    const DocumentNode& reached = program_->nodes[child];
    if (reached.rule == kNone32 && reached.extent == kNone32) continue;
    Value key = Value::string(reached.key);
    bool known = document.base != nullptr && document.base->is_object() && object_find(*document.base, key) != nullptr;
    if (!known) keys.append(key);
  }
  Value list = keys.finish();
  return Value::sorted_set(list.elements, list.size);
}

void Machine::locate(Error& error, const Instruction* at) const {
  if (error.row != 0) return;
  Span span = program_->span_at(static_cast<uint32_t>(at - program_->code.data()));
  if (span.file >= program_->sources.size()) return;
  Position position = program_->sources.position(span.file, span.begin);
  error.file = program_->sources.file(span.file).name;
  error.row = position.row;
  error.column = position.column;
}

}  // namespace writ
