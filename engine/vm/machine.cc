// Binding, frames, calls, and the instructions that are too long for the loop.
//
// A frame is a window into three stacks. Pushing one clears its registers and iterators; builders need no clearing,
// since verify() has proved that each is started before it is used. A call from bytecode pushes a frame and goes on in
// the loop: the value comes back when the callee's kReturn pops it (pop_frame), into the memo of the rule and the
// caller's register.
#include "engine/vm/machine.h"

#include <algorithm>

#include "engine/base/evaluation_errors.h"
#include "engine/builtins/patterns.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/vm/documents.h"
#include "engine/vm/key_conflict.h"

namespace writ {

namespace {
// Registers of all frames together; a program that verify() accepts can only reach it through many nested calls.
constexpr uint32_t kMaxStack = 4u << 20;
constexpr uint32_t kSmallStack = 16u << 10;
// Registers that a unit of fuel clears.
constexpr uint32_t kFreeWindow = 64;
// Slots of a document that a unit of fuel fills.
constexpr uint32_t kSlotsPerUnit = 2;

void set_place(Error& error, const Place& place) {
  error.file = place.file;
  error.row = place.row;
  error.column = place.column;
}
}  // namespace

Machine::Machine() : patterns_(std::make_unique<PatternCache>()) { meter_.set_memory(&arena_); }
Machine::~Machine() = default;

void Machine::bind(const Program* program, const Snapshot* data) {
  program_ = program;
  snapshot_ = data;
  world_.bind(program, data != nullptr ? data->root : Value::sorted_object(nullptr, 0));
  memo_.bind(program->functions.size());
  begin();
}

void Machine::begin(uint64_t fuel) {
  arena_.reset(limits_.memory_bytes);
  meter_.begin(std::min(limits_.fuel, fuel));
  patterns_->begin();
  world_.begin();
  memo_.begin();
  calls_.begin();
  failed_wholes_.begin();
  stack_top_ = iterator_top_ = builder_top_ = 0;
  frames_.clear();
}

Value Machine::evaluate(uint32_t function, HostPort& port, const Stops* stops) {
  port_ = &port;
  stops_ = stops;
  Meter::Scope scope(&meter_);
  outer_meter_ = scope.outer() != nullptr && scope.outer()->is_watched() ? scope.outer() : nullptr;
  if (stops != nullptr || outer_meter_ != nullptr) [[unlikely]] watch_stops();
  return run(program_->functions[function]);
}

void Machine::watch_stops() {
  bool has_deadline = stops_ != nullptr && stops_->deadline != Stops::kNoDeadline;
  bool has_cancel = stops_ != nullptr && stops_->cancel != nullptr;
  if (has_deadline || has_cancel || outer_meter_ != nullptr) meter_.watch(*this, has_deadline);
  if (stops_ != nullptr && stops_->recorded != ErrorCode::kNone) {
    meter_.stop_at(stops_->recorded_fuel, stops_->recorded);
  }
}

// A checkpoint of the meter.
void Machine::reached() {
  if (outer_meter_ != nullptr) outer_meter_->look();
  if (stops_ == nullptr) return;
  if (stops_->cancel != nullptr && stops_->cancel->load(std::memory_order_relaxed)) {
    throw Failure(ErrorCode::E_CANCEL, "the evaluation was cancelled");
  }
  if (stops_->deadline != Stops::kNoDeadline && port_->monotonic_ns() >= stops_->deadline) {
    throw Failure(ErrorCode::E_DEADLINE, "the evaluation had not ended at its deadline");
  }
}

// --- calls -----------------------------------------------------------------------------------------------------------

Machine::Frame& Machine::push_frame(const Function& function) {
  if (frames_.size() >= limits_.call_depth) [[unlikely]] throw_too_deep();
  // A window of usual size is part of the call.
  if (function.register_count > kFreeWindow) meter_.charge(function.register_count / kFreeWindow);
  uint32_t stack_end = stack_top_ + function.register_count;
  uint32_t iterator_end = iterator_top_ + function.iterator_count;
  uint32_t builder_end = builder_top_ + function.builder_count;
  if (stack_end > kSmallStack) [[unlikely]] check_stack(stack_end);
  if (stack_end > stack_.size() || iterator_end > iterators_.size() || builder_end > builders_.size()) [[unlikely]] {
    grow_stacks(stack_end, iterator_end, builder_end);
  }
  Frame& frame = frames_.emplace_back();
  frame.function = &function;
  frame.registers = stack_top_;
  frame.iterators = iterator_top_;
  frame.builders = builder_top_;
  std::fill_n(stack_.data() + stack_top_, function.register_count, Value());
  std::fill_n(iterators_.data() + iterator_top_, function.iterator_count, Iterator{});
  stack_top_ = stack_end;
  iterator_top_ = iterator_end;
  builder_top_ = builder_end;
  return frame;
}

void Machine::grow_stacks(uint32_t registers, uint32_t iterators, uint32_t builders) {
  auto grow = [](auto& stack, size_t size) {
    if (size > stack.size()) stack.resize(std::max(size, stack.size() * 2));
  };
  grow(stack_, registers);
  grow(iterators_, iterators);
  grow(builders_, builders);
}

void Machine::throw_too_deep() {
  throw Failure(ErrorCode::E_DEPTH, "rules and functions are nested too deeply");
}

// A deep stack counts as memory of the evaluation.
void Machine::check_stack(uint32_t registers) const {
  bool is_too_large = registers > kMaxStack || registers * sizeof(Value) > limits_.memory_bytes;
  if (is_too_large) throw Failure(ErrorCode::E_MEMORY, "the evaluation needs too many registers");
}

bool Machine::call_rule(uint32_t number, const Instruction* at, Value* value) {
  const Function& function = program_->functions[number];
  if (function.may_be_shadowed && world_.is_shadowed(function.node)) {
    *value = world_.data_slots()[program_->nodes[function.node].data_slot];
    return true;
  }
  if (const Value* known = memo_.find(number)) {
    *value = *known;
    return true;
  }
  if (!failed_wholes_.is_empty() && failed_wholes_.contains(number, memo_.epoch())) [[unlikely]] {
    // Whoever reads the whole finds the failure again.
    if (const KeyedRead* read = program_->keyed_read(pc_of(at), number)) return call_keyed(*read, at, value);
  }
  Frame& frame = push_frame(function).comes_from(at, program_->code.data());
  frame.memo = number;
  frame.layer = memo_.layer();
  return false;
}

bool Machine::call_kept(uint32_t number, const Instruction* at, const Value* args, Value* value) {
  std::span<const Value> arguments(args, program_->functions[number].argument_count);
  std::optional<CallMemo::Key> key = CallMemo::key(number, memo_.epoch(), arguments, meter_);
  if (key) {
    if (const Value* known = calls_.find(*key)) {
      *value = *known;
      return true;
    }
  }
  uint32_t place = key ? calls_.add(*key, arena_) : kNone32;
  call_function(number, at, args, false);
  frames_.back().call = place;
  return false;
}

// `args` may point into the stack, which pushing the frame may move.
void Machine::call_function(uint32_t number, const Instruction* at, const Value* args, bool hides_replacements) {
  const Function& function = program_->functions[number];
  auto offset = static_cast<ptrdiff_t>(args - stack_.data());
  Frame& frame = push_frame(function).comes_from(at, program_->code.data());
  std::copy_n(stack_.begin() + offset, function.argument_count, stack_.begin() + frame.registers);
  if (hides_replacements) {
    frame.hides_replacements = true;
    frame.layer = memo_.layer();
    frame.replacements = world_.hide_replacements();
    memo_.push(arena_);
  }
}

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

// --- what built-ins get ----------------------------------------------------------------------------------------------

Value Machine::call_host(std::string_view function, std::span<const Value> args) {
  return port_->call(function, args, arena_);
}
void Machine::note(std::string_view function, std::string_view text) {
  if (!is_repeating_) port_->note(function, text);
}
PatternCache& Machine::patterns() { return *patterns_; }
const std::vector<std::string>* Machine::allowed_hosts() {
  return program_->language.allow_net ? &*program_->language.allow_net : nullptr;
}

// --- long instructions -----------------------------------------------------------------------------------------------

bool Machine::is_member(const Value& element, const Value& collection) {
  if (collection.is_set()) return set_find(collection, element) != nullptr;
  charge(collection.is_collection() ? collection.size / 4 : 0);
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

// Where there is no child it leaves the nodes, for the base document or for what a `with` has put there: at or below a target
// there is nothing else.
uint32_t Machine::step_into(const Value& document, const Value& key, Value* value) const {
  uint32_t where = document.size;
  const Value* container = document.base;
  if (!is_read(document)) {
    const DocumentNode& node = node_of(*program_, document);
    bool shadowed = world_.is_shadowed(document.size);
    uint32_t child = shadowed ? kNone32 : find_child(*program_, node, key);
    if (child != kNone32) {
      const DocumentNode& reached = program_->nodes[child];
      if (reached.rule != kNone32) return reached.extent != kNone32 ? reached.extent : reached.rule;
      *value = make_document(child);
      return kNone32;
    }
    where = shadowed ? kInPut : kInBase;
    container = (shadowed ? world_.data_slots() : world_.base_data_slots()) + node.data_slot;
  }
  const Value* found = find(*container, key);
  if (found == nullptr && where == kInBase) found = find_by_name(*container, key);
  *value = found != nullptr ? make_document(where, found) : Value();
  return kNone32;
}

uint32_t Machine::extent_of(const Value& document, Value* value) const {
  if (is_read(document)) {
    *value = *document.base;
    return kNone32;
  }
  const DocumentNode& node = node_of(*program_, document);
  if (node.extent != kNone32) return node.extent;
  if (node.rule == kNone32) *value = world_.data_slots()[node.data_slot];  // of no rule, or of a function: they have none
  return node.rule;
}

Value Machine::keys_of(const Value& document) {
  if (is_read(document)) return *document.base;
  const DocumentNode& node = node_of(*program_, document);
  const Value& base = world_.data_slots()[node.data_slot];
  if (node.extent == kNone32 || world_.is_shadowed(document.size)) return base;
  return document_keys(*program_, node, base, arena_);
}

void Machine::assign_once(const Instruction& at, Value* registers, const Value& value) {
  Value& slot = registers[at.a];
  if (listing_ != nullptr) [[unlikely]] {
    bool of_register = (at.b & kConstantBit) == 0;
    if (listing_->takes(frames_.size(), at.a, of_register ? at.b : kNone32)) listing_->add(value, place_of(&at));
  }
  if (!slot.is_defined()) {
    slot = value;
    return;
  }
  if (equal(slot, value) || (listing_ != nullptr && listing_->is_of(frames_.size()))) return;
  const Function& function = *frames_.back().function;
  bool is_function = function.kind == FunctionKind::kFunction;
  Error error = conflict_error((is_function ? "function " : "rule ") + function.path + " produced conflicting values" +
                               (is_function ? " for the same inputs" : ""));
  keep_stack(&at);
  if (listing_ == nullptr && find_reader(error.code) == 0) list_conflicts(registers, error);
  locate(error, &at);
  throw Failure(std::move(error));
}

// Whether a failure came from outside, or from where it did in the evaluation that is repeated: that ends the decision,
// whatever it was doing.
bool Machine::is_stop(ErrorCode code) const {
  return code == ErrorCode::E_DEADLINE || code == ErrorCode::E_CANCEL || meter_.is_stopped();
}

// Evaluates the function once more in a frame of its own, in which no value is a conflict. It is only for the message: whatever
// goes wrong ends the list, and the decision fails with the conflict. Nothing has to be put in order again after it, since the
// evaluation is over.
void Machine::list_conflicts(const Value* arguments, Error& error) {
  const Function& function = *frames_.back().function;
  Conflicts conflicts(frames_.size() + 1, {arguments, function.argument_count});
  try {
    // Whatever leaves, no later evaluation may find the list.
    struct Listing {
      Machine& machine;
      size_t bottom;
      ~Listing() {
        machine.listing_ = nullptr;
        machine.bottom_ = bottom;
      }
    };
    Listing while_it_runs{*this, bottom_};
    listing_ = &conflicts;
    run(function);
  } catch (const Failure& failure) {
    if (is_stop(failure.error().code)) throw;
  }
  error.detail += conflicts.text();
  if (meter_.is_stopped()) throw Failure(recorded_stop(stops_->recorded));
  if (const Place* place = conflicts.second_place()) set_place(error, *place);
}

Value Machine::finish(const Instruction& at, Builder& builder, const Value* registers) {
  try {
    return builder.finish();
  } catch (const Failure& failure) {
    ErrorCode code = failure.error().code;
    if (code != ErrorCode::E_CONFLICT || listing_ != nullptr || find_reader(code) != 0) throw;
    Error error = failure.error();
    keep_stack(&at);
    place_key_conflict(at, registers, error);
    throw Failure(std::move(error));
  }
}

// As in list_conflicts. The evaluation ends where it did before, in finish.
void Machine::place_key_conflict(const Instruction& at, const Value* arguments, Error& error) {
  const Function& function = *frames_.back().function;
  Conflicts again(frames_.size() + 1, {arguments, function.argument_count});
  KeyConflict watch(frames_.size() + 1, at.b);
  uint32_t found = kNone32;
  try {
    struct Watching {
      Machine& machine;
      Observer* observer;
      size_t bottom;
      ~Watching() {
        machine.listing_ = nullptr;
        machine.observer_ = observer;
        machine.is_repeating_ = false;
        machine.bottom_ = bottom;
      }
    };
    Watching while_it_runs{*this, observer_, bottom_};
    listing_ = &again;
    observer_ = &watch;
    is_repeating_ = true;
    try {
      run(function);
    } catch (const Failure& failure) {
      if (failure.error().code != ErrorCode::E_CONFLICT) throw;
    }
    found = watch.find(arena_);
  } catch (const Failure& failure) {
    if (is_stop(failure.error().code)) throw;
  }
  if (meter_.is_stopped()) throw Failure(recorded_stop(stops_->recorded));
  if (found != kNone32) set_place(error, place_of(program_->code.data() + found));
}

void Machine::enter_scope(const WithScope& scope, const Value* values) {
  // What is replaced is read again from all places where the program reads it.
  for (const WithTarget& target : scope.targets) {
    if (target.kind == WithTarget::Kind::kInput) meter_.charge(program_->input_paths.slot_count() / kSlotsPerUnit);
    if (target.kind == WithTarget::Kind::kData) meter_.charge(program_->data_paths.slot_count() / kSlotsPerUnit);
  }
  world_.enter(scope, values, *this, arena_);
  memo_.push(arena_);
}

void Machine::leave_scope() {
  world_.leave();
  memo_.pop_to(memo_.layer() - 1);
}

void Machine::observe(const Instruction* at) {
  const Frame& frame = frames_.back();
  observer_->step({*program_, *frame.function, static_cast<uint32_t>(at - program_->code.data()),
                   static_cast<uint32_t>(frames_.size()), stack_.data() + frame.registers, world_.input_slots()});
}

void Machine::locate(Error& error, const Instruction* at) const {
  keep_stack(at);
  if (error.row != 0) return;
  set_place(error, place_of(at));
}

// The frames of a failure are still there when it is caught. What is evaluated to list the values of a conflict comes too
// late to be of its stack.
void Machine::keep_stack(const Instruction* at) const {
  if (failure_stack_ == nullptr || !failure_stack_->empty()) return;
  for (size_t i = frames_.size(); i-- > 0;) {
    failure_stack_->push_back(failed_statement(at, frames_[i]));
    if (frames_[i].return_to == nullptr) return;
    at = frames_[i].return_to - 1;
  }
}

FailedStatement Machine::failed_statement(const Instruction* at, const Frame& frame) const {
  FailedStatement failed{program_->span_at(static_cast<uint32_t>(at - program_->code.data())), {}};
  const OpcodeInfo& info = opcode_info(at->op);
  const Value* registers = stack_.data() + frame.registers;
  auto add = [&](Field field, uint16_t number) {
    bool is_constant = (number & kConstantBit) != 0;
    if (field == Field::kRegOrConst)
      failed.arguments.push_back(is_constant ? program_->constants[number & ~kConstantBit] : registers[number]);
    if (field == Field::kArgs) failed.arguments.assign(registers + number, registers + number + at->c);
  };
  add(info.a, at->a);
  add(info.b, at->b);
  add(info.c, at->c);
  return failed;
}

Place Machine::place_of(const Instruction* at) const {
  Span span = program_->span_at(static_cast<uint32_t>(at - program_->code.data()));
  if (span.file >= program_->sources.size()) return {};
  Position position = program_->sources.position(span.file, span.begin);
  return {program_->sources.file(span.file).name, position.row, position.column};
}

}  // namespace writ
