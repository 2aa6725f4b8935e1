// The loop. Threaded dispatch: every handler ends in a jump to the next one, through a table of labels that follows from
// opcodes.def.
//
// The state of the frame is in locals: `pc`, and the bases of its three stacks. Whatever may move the stacks (a call, a
// return) goes through LOAD_FRAME afterwards. A handler ends in one of
//
//   NEXT            goes on behind it          FAIL      goes on at its jump target, as a failed statement does
//   JUMP_TO(place)  goes on there              RESULT    puts a value into register a, or fails if it is undefined
//
// READ(field) is the register or constant that a kRegOrConst field names, and CHARGE takes fuel. Calls of rules meet at
// read_rule, calls of replaced functions at call_replacement, and every new frame is entered at enter_frame.
//
// A failure that a reader of the document goes on after leaves the loop and enters it again at the instruction that reads.
//
// The loop is compiled twice. With an observer, every entry of the table leads to do_observe, which shows the instruction
// and then goes to its handler; without one, nothing is left of that.
#include <algorithm>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/vm/alternatives.h"
#include "engine/vm/documents.h"
#include "engine/vm/machine.h"

// Labels as values are an extension of the two compilers writ is built with.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace writ {

namespace {

bool holds(CompareKind kind, const Value& a, const Value& b) {
  if (kind == CompareKind::kEqual) return equal(a, b);
  if (kind == CompareKind::kNotEqual) return !equal(a, b);
  int order = compare(a, b);
  switch (kind) {
    case CompareKind::kLess: return order < 0;
    case CompareKind::kLessOrEqual: return order <= 0;
    case CompareKind::kGreater: return order > 0;
    default: return order >= 0;
  }
}

}  // namespace

Value Machine::run(const Function& function) {
  return observer_ == nullptr ? run_loop<false>(function) : run_loop<true>(function);
}

// Where a frame is left, and what its value is kept for.
inline void Machine::pop_frame(const Frame& frame, const Value& value) {
  frames_.pop_back();
  stack_top_ = frame.registers;
  iterator_top_ = frame.iterators;
  builder_top_ = frame.builders;
  if (frame.memo != kNone32) memo_.keep(frame.memo, value);
  if (frame.call != kNone32) calls_.keep(frame.call, value);
  if (frame.hides_replacements) {
    world_.show_replacements(frame.replacements);
    memo_.pop_to(frame.layer);
  }
}

template <bool kObserved>
Value Machine::run_loop(const Function& function) {
  static const void* const kHandlers[] = {
#define OPCODE(enumerator, name, a, b, c, jump, x, flow, work, each, text) &&do_##enumerator,
#include "engine/program/opcodes.def"
#undef OPCODE
  };
  static const void* const kObserving[] = {
#define OPCODE(enumerator, name, a, b, c, jump, x, flow, work, each, text) &&do_observe,
#include "engine/program/opcodes.def"
#undef OPCODE
  };

  const Program& program = *program_;
  const Value* const constants = program.constants.data();
  const Instruction* const code = program.code.data();
  const Instruction* pc = code + function.entry;
  const Value* slots = world_.input_slots();
  Value* regs = nullptr;
  Iterator* iterators = nullptr;
  Builder** builders = nullptr;
  const size_t bottom = bottom_ = frames_.size();
  const World::Replacement* replacement = nullptr;
  uint32_t callee = 0;

#define DISPATCH() goto*(kObserved ? kObserving : kHandlers)[static_cast<uint16_t>(pc->op)]
#define NEXT()  \
  do {          \
    ++pc;       \
    DISPATCH(); \
  } while (false)
#define JUMP_TO(place)   \
  do {                   \
    pc = code + (place); \
    DISPATCH();          \
  } while (false)
#define FAIL() JUMP_TO(pc->jump)
#define READ(field) (((field) & kConstantBit) != 0 ? constants[(field) & ~kConstantBit] : regs[field])
#define CHARGE(n) meter_.charge(n)
#define LOAD_FRAME()                                     \
  do {                                                   \
    const Frame& top = frames_.back();                   \
    regs = stack_.data() + top.registers;                \
    iterators = iterators_.data() + top.iterators;       \
    builders = builders_.data() + top.builders;          \
  } while (false)
#define RESULT(value)                    \
  do {                                   \
    Value result_ = (value);             \
    if (!result_.is_defined()) FAIL();   \
    regs[pc->a] = result_;               \
    NEXT();                              \
  } while (false)

// Two machine integers whose result is one, or the built-in for all else.
#define ARITHMETIC(overflows)                                                            \
  do {                                                                                   \
    const Value& left_ = READ(pc->b);                                                    \
    const Value& right_ = READ(pc->c);                                                   \
    int64_t number_;                                                                     \
    if (left_.is_int64() && right_.is_int64() && !overflows(left_.integer, right_.integer, &number_)) { \
      regs[pc->a] = Value::of(number_);                                                  \
      NEXT();                                                                            \
    }                                                                                    \
    RESULT(arithmetic(pc->op, left_, right_));                                           \
  } while (false)

  uint32_t failed_whole = kNone32;

begin:
  try {
    if (failed_whole == kNone32) {
      push_frame(function);
      if (listing_ != nullptr) listing_->give_arguments(stack_.data() + frames_.back().registers);
    } else {
      remember_failure(failed_whole);
    }
    LOAD_FRAME();
    DISPATCH();

  do_observe:
    if constexpr (kObserved) observe(pc);
    goto* kHandlers[static_cast<uint16_t>(pc->op)];

  do_kMove:
    regs[pc->a] = READ(pc->b);
    NEXT();
  do_kLoadConst:
    regs[pc->a] = constants[pc->x];
    NEXT();
  do_kReset:
    regs[pc->a] = Value();
    NEXT();
  do_kInput: {
    const Value& value = slots[pc->x];
    if (!value.is_defined()) FAIL();
    regs[pc->a] = value;
    NEXT();
  }
  do_kData: {
    const Value& value = world_.data_slots()[pc->x];
    if (!value.is_defined()) FAIL();
    regs[pc->a] = value;
    NEXT();
  }
  do_kGetBase:
  do_kGet: {
    const Value container = READ(pc->b);
    const Value& key = READ(pc->c);
    if (is_document(container)) {
      callee = step_into(container, key, &regs[pc->a]);
      if (callee != kNone32) goto read_rule;
      if (!regs[pc->a].is_defined()) FAIL();
      NEXT();
    }
    const Value* found = find(container, key);
    if (found == nullptr && pc->op == Opcode::kGetBase) found = find_by_name(container, key);
    if (found == nullptr) FAIL();
    regs[pc->a] = *found;
    NEXT();
  }
  do_kScan: {
    const Value& container = READ(pc->b);
    const Value& read = is_document(container) && is_read(container) ? *container.base : container;
    if (!read.is_collection()) FAIL();
    iterators[pc->a].container = read;
    iterators[pc->a].position = 0;
    NEXT();
  }
  do_kScanKeys: {
    const Value& container = READ(pc->b);
    const Value keys = is_document(container) ? keys_of(container) : container;
    if (!keys.is_collection()) FAIL();
    iterators[pc->a].container = keys;
    iterators[pc->a].position = 0;
    NEXT();
  }
  do_kScanNext: {
    Iterator& iterator = iterators[pc->a];
    if (iterator.position >= iterator.container.size) FAIL();
    CHARGE(1);
    uint32_t position = iterator.position++;
    if (iterator.container.kind == Kind::kObject) {
      const Entry& entry = iterator.container.entries[position];
      if (pc->b != kNoRegister) regs[pc->b] = entry.key;
      if (pc->c != kNoRegister) regs[pc->c] = entry.value;
    } else {
      const Value& element = iterator.container.elements[position];
      if (pc->b != kNoRegister) {
        regs[pc->b] = iterator.container.kind == Kind::kArray ? Value::of(static_cast<int64_t>(position)) : element;
      }
      if (pc->c != kNoRegister) regs[pc->c] = element;
    }
    NEXT();
  }
  do_kGuard:
    if (!holds(static_cast<CompareKind>(pc->x), READ(pc->b), READ(pc->c))) FAIL();
    NEXT();
  do_kGuardEq:
    if (!equal(READ(pc->b), READ(pc->c))) FAIL();
    NEXT();
  do_kGuardInputEq:
    if (!equal(slots[pc->x], READ(pc->b))) FAIL();
    NEXT();
  do_kGuardInput:
    if (!slots[pc->x].is_truthy()) FAIL();
    NEXT();
  do_kTruthy:
    if (!READ(pc->b).is_truthy()) FAIL();
    NEXT();
  do_kDefined:
    if (!READ(pc->b).is_defined()) FAIL();
    NEXT();
  do_kUndefined:
    if (READ(pc->b).is_defined()) FAIL();
    NEXT();
  do_kCollection:
    if (!READ(pc->b).is_collection()) FAIL();
    NEXT();
  do_kArraySize: {
    const Value& value = READ(pc->b);
    if (!value.is_array() || value.size != pc->x) FAIL();
    NEXT();
  }
  do_kObjectSize: {
    const Value& value = READ(pc->b);
    if (!value.is_object() || value.size != pc->x) FAIL();
    NEXT();
  }
  do_kMember:
    if (!is_member(READ(pc->b), READ(pc->c))) FAIL();
    NEXT();
  do_kJump:
    JUMP_TO(pc->jump);
  do_kCharge:
    CHARGE(pc->x);
    NEXT();
  do_kCompare:
    regs[pc->a] = Value::of(holds(static_cast<CompareKind>(pc->x), READ(pc->b), READ(pc->c)));
    NEXT();
  do_kAdd:
    ARITHMETIC(__builtin_add_overflow);
  do_kSubtract:
    ARITHMETIC(__builtin_sub_overflow);
  do_kMultiply:
    ARITHMETIC(__builtin_mul_overflow);
  do_kCallBuiltinReplaceable:
    replacement = world_.find_replacement(WithTarget::Kind::kBuiltin, pc->x);
    if (replacement != nullptr) goto call_replacement;
    goto do_kCallBuiltin;
  do_kCallBuiltin:
    CHARGE(1);
    RESULT(call_builtin_checked(*program.builtins[pc->x], regs + pc->b, pc->c));
  do_kCallReplaceable:
    replacement = world_.find_replacement(WithTarget::Kind::kFunction, pc->x);
    if (replacement != nullptr) goto call_replacement;
    goto do_kCall;
  do_kCall:
    CHARGE(1);
    if (program.functions[pc->x].keeps_values) {
      if (!call_kept(pc->x, pc, regs + pc->b, &regs[pc->a])) goto enter_frame;
      if (!regs[pc->a].is_defined()) FAIL();
      NEXT();
    }
    call_function(pc->x, pc, regs + pc->b, false);
    goto enter_frame;
  do_kCallRule:
    callee = pc->x;
    goto read_rule;

  // The three ways a call goes on.
  read_rule:
    CHARGE(1);
    if (!call_rule(callee, pc, &regs[pc->a])) goto enter_frame;
    if (!regs[pc->a].is_defined()) FAIL();
    NEXT();
  call_replacement:
    CHARGE(1);
    if (replacement->target->by == WithTarget::By::kValue) RESULT(replacement->value);
    if (replacement->target->by == WithTarget::By::kBuiltin) {
      RESULT(call_builtin_checked(*program.builtins[replacement->target->replacement], regs + pc->b, pc->c));
    }
    call_function(replacement->target->replacement, pc, regs + pc->b, true);
    goto enter_frame;
  enter_frame:
    pc = code + frames_.back().function->entry;
    LOAD_FRAME();
    DISPATCH();

  do_kReturn: {
    const Value value = READ(pc->b);
    const Frame frame = frames_.back();
    pop_frame(frame, value);
    if (frames_.size() == bottom) return value;
    LOAD_FRAME();
    if (!value.is_defined()) {
      pc = frame.fail_to;
    } else {
      regs[frame.dst] = value;
      pc = frame.return_to;
    }
    DISPATCH();
  }
  do_kAssignOnce: {
    const Value& value = READ(pc->b);
    if (!regs[pc->a].is_defined() && listing_ == nullptr) [[likely]] {
      regs[pc->a] = value;
    } else {
      assign_once(*pc, regs, value);
    }
    NEXT();
  }
  do_kSelect:
    regs[pc->a] = AlternativeCursor::at_leaf(find_leaf(program, program.indexes[pc->x], slots, regs));
    NEXT();
  do_kNextAlternative: {
    CHARGE(1);
    uint32_t alternative = AlternativeCursor::next(program.indexes[pc->x], regs[pc->a]);
    if (alternative == kNone32) FAIL();
    JUMP_TO(alternative);
  }
  do_kMakeArray:
    regs[pc->a] = make_array(arena_, {regs + pc->b, pc->c});
    NEXT();
  do_kMakeSet:
    regs[pc->a] = make_set(arena_, {regs + pc->b, pc->c});
    NEXT();
  do_kMakeObject: {
    static_assert(sizeof(Entry) == 2 * sizeof(Value));
    Entry* entries = arena_.allocate_array<Entry>(pc->c / 2);
    for (uint32_t i = 0; i < pc->c / 2u; ++i) entries[i] = {regs[pc->b + 2 * i], regs[pc->b + 2 * i + 1]};
    regs[pc->a] = make_object(arena_, {entries, pc->c / 2u});
    NEXT();
  }
  do_kBuild:
    builders[pc->a] = Builder::make(static_cast<BuildKind>(pc->x), arena_);
    NEXT();
  do_kYield:
    builders[pc->a]->add(READ(pc->b), READ(pc->c));
    NEXT();
  do_kYieldPath:
    builders[pc->a]->add_row(regs + pc->b, pc->c, static_cast<LeafKind>(pc->x));
    NEXT();
  do_kFinish:
    regs[pc->a] = finish(*pc, *builders[pc->b], regs);
    NEXT();
  do_kMerge:
    regs[pc->a] = merge_documents(READ(pc->b), READ(pc->c), *this, arena_);
    NEXT();
  do_kDocument:
    regs[pc->a] = make_document(pc->x);
    NEXT();
  do_kExtent: {
    const Value value = READ(pc->b);
    if (!is_document(value)) {
      regs[pc->a] = value;
      NEXT();
    }
    callee = extent_of(value, &regs[pc->a]);
    if (callee != kNone32) goto read_rule;
    if (!regs[pc->a].is_defined()) FAIL();
    NEXT();
  }
  do_kWith:
    for (uint32_t i = 0; i < pc->c; ++i) {
      if (!regs[pc->b + i].is_defined()) FAIL();
    }
    CHARGE(1);
    enter_scope(program.withs[pc->x], regs + pc->b);
    slots = world_.input_slots();
    NEXT();
  do_kEndWith:
    leave_scope();
    slots = world_.input_slots();
    NEXT();
  } catch (const Failure& failure) {
    Error error = failure.error();
    locate(error, pc);
    size_t called = find_reader(error.code);
    if (called == 0) throw Failure(std::move(error));
    failed_whole = frames_[called].memo;
    pc = give_up(called);
    slots = world_.input_slots();
  }
  goto begin;
}

#undef DISPATCH
#undef NEXT
#undef JUMP_TO
#undef FAIL
#undef READ
#undef CHARGE
#undef LOAD_FRAME
#undef RESULT
#undef ARITHMETIC

}  // namespace writ
