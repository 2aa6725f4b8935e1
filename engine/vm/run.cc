// The loop. Threaded dispatch: every handler ends in a jump to the next one.
#include <algorithm>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
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

// The frame's state is in locals: `pc`, and the bases of its three stacks. Whatever may move the stacks (a call, a return)
// goes through LOAD_FRAME afterwards.
Value Machine::run(const Function& function) {
  static const void* const kHandlers[] = {
#define OPCODE(enumerator, name, a, b, c, jump, x, flow, text) &&do_##enumerator,
#include "engine/program/opcodes.def"
#undef OPCODE
  };

  const Program& program = *program_;
  const Value* const constants = program.constants.data();
  const Instruction* const code = program.code.data();
  const Instruction* pc = code + function.entry;
  const Value* slots = current_slots_;
  Value* regs = nullptr;
  Iterator* iterators = nullptr;
  Builder** builders = nullptr;
  const size_t bottom = frames_.size();
  const Mock* mock = nullptr;
  uint32_t callee = 0;

#define NEXT()                                   \
  do {                                           \
    ++pc;                                        \
    goto* kHandlers[static_cast<uint16_t>(pc->op)]; \
  } while (false)
#define GO(target)                               \
  do {                                           \
    pc = code + (target);                        \
    goto* kHandlers[static_cast<uint16_t>(pc->op)]; \
  } while (false)
#define FAIL() GO(pc->jump)
#define USE(field) (((field) & kConstantBit) != 0 ? constants[(field) & ~kConstantBit] : regs[field])
#define BURN(n)                                                    \
  do {                                                             \
    if (fuel_left_ < (n)) charge(n);                               \
    fuel_left_ -= (n);                                             \
  } while (false)
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

  try {
    push_frame(function, {&function, nullptr, nullptr, 0, 0, 0, kNone32, 0, false, 0, 0});
    LOAD_FRAME();
    goto* kHandlers[static_cast<uint16_t>(pc->op)];

  do_kMove:
    regs[pc->a] = USE(pc->b);
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
    const Value& value = current_data_slots_[pc->x];
    if (!value.is_defined()) FAIL();
    regs[pc->a] = value;
    NEXT();
  }
  do_kGetBase:
  do_kGet: {
    const Value container = USE(pc->b);
    const Value& key = USE(pc->c);
    if (container.kind == Kind::kDocument) {
      const DocumentNode& node = program.nodes[container.size];
      const Value* base = container.base != nullptr ? find(*container.base, key) : nullptr;
      uint32_t child = key.is_string() ? find_child(program, node, key.text()) : kNone32;
      if (child == kNone32) {
        if (base == nullptr && container.base != nullptr) base = find_by_number_text(*container.base, key);
        if (base == nullptr) FAIL();
        regs[pc->a] = *base;
        NEXT();
      }
      const DocumentNode& reached = program.nodes[child];
      if (reached.rule == kNone32 && reached.extent != kNone32) {
        Value document;
        document.kind = Kind::kDocument;
        document.size = child;
        document.base = base;
        regs[pc->a] = document;
        NEXT();
      }
      callee = reached.extent != kNone32 ? reached.extent : reached.rule;
      if (callee == kNone32) FAIL();
      goto read_rule;
    }
    const Value* found = find(container, key);
    if (found == nullptr && pc->op == Opcode::kGetBase) found = find_by_number_text(container, key);
    if (found == nullptr) FAIL();
    regs[pc->a] = *found;
    NEXT();
  }
  do_kScan: {
    const Value& container = USE(pc->b);
    if (!container.is_collection()) FAIL();
    iterators[pc->a].container = container;
    iterators[pc->a].position = 0;
    NEXT();
  }
  do_kScanKeys: {
    const Value container = USE(pc->b);
    iterators[pc->a].position = 0;
    if (container.kind == Kind::kDocument) {
      iterators[pc->a].container = document_keys(container);
    } else {
      if (!container.is_collection()) FAIL();
      iterators[pc->a].container = container;
    }
    NEXT();
  }
  do_kScanNext: {
    Iterator& iterator = iterators[pc->a];
    if (iterator.position >= iterator.container.size || !iterator.container.is_collection()) FAIL();
    BURN(1);
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
    if (!holds(static_cast<CompareKind>(pc->x), USE(pc->b), USE(pc->c))) FAIL();
    NEXT();
  do_kGuardEq:
    if (!equal(USE(pc->b), USE(pc->c))) FAIL();
    NEXT();
  do_kGuardInputEq:
    if (!equal(slots[pc->x], USE(pc->b))) FAIL();
    NEXT();
  do_kGuardInput:
    if (!slots[pc->x].is_truthy()) FAIL();
    NEXT();
  do_kTruthy:
    if (!USE(pc->b).is_truthy()) FAIL();
    NEXT();
  do_kDefined:
    if (!USE(pc->b).is_defined()) FAIL();
    NEXT();
  do_kUndefined:
    if (USE(pc->b).is_defined()) FAIL();
    NEXT();
  do_kCollection:
    if (!USE(pc->b).is_collection()) FAIL();
    NEXT();
  do_kArraySize: {
    const Value& value = USE(pc->b);
    if (!value.is_array() || value.size != pc->x) FAIL();
    NEXT();
  }
  do_kObjectSize: {
    const Value& value = USE(pc->b);
    if (!value.is_object() || value.size != pc->x) FAIL();
    NEXT();
  }
  do_kMember:
    if (!member(USE(pc->b), USE(pc->c))) FAIL();
    NEXT();
  do_kJump:
    GO(pc->jump);
  do_kCompare:
    regs[pc->a] = Value::of(holds(static_cast<CompareKind>(pc->x), USE(pc->b), USE(pc->c)));
    NEXT();
  do_kAdd: {
    const Value& a = USE(pc->b);
    const Value& b = USE(pc->c);
    int64_t sum;
    if (a.is_int64() && b.is_int64() && !__builtin_add_overflow(a.integer, b.integer, &sum)) {
      regs[pc->a] = Value::of(sum);
      NEXT();
    }
    RESULT(arithmetic(Opcode::kAdd, a, b));
  }
  do_kSubtract: {
    const Value& a = USE(pc->b);
    const Value& b = USE(pc->c);
    int64_t difference;
    if (a.is_int64() && b.is_int64() && !__builtin_sub_overflow(a.integer, b.integer, &difference)) {
      regs[pc->a] = Value::of(difference);
      NEXT();
    }
    RESULT(arithmetic(Opcode::kSubtract, a, b));
  }
  do_kMultiply: {
    const Value& a = USE(pc->b);
    const Value& b = USE(pc->c);
    int64_t product;
    if (a.is_int64() && b.is_int64() && !__builtin_mul_overflow(a.integer, b.integer, &product)) {
      regs[pc->a] = Value::of(product);
      NEXT();
    }
    RESULT(arithmetic(Opcode::kMultiply, a, b));
  }
  do_kCallBuiltinReplaceable:
    mock = find_mock(WithTarget::Kind::kBuiltin, pc->x);
    if (mock != nullptr) goto call_mock;
    goto do_kCallBuiltin;
  do_kCallBuiltin:
    BURN(1);
    RESULT(call_builtin_checked(*program.builtins[pc->x], regs + pc->b, pc->c));
  do_kCallReplaceable:
    mock = find_mock(WithTarget::Kind::kFunction, pc->x);
    if (mock != nullptr) goto call_mock;
    goto do_kCall;
  do_kCall:
    BURN(1);
    call_function(pc->x, pc, regs + pc->b, false);
    goto enter_frame;
  do_kCallRule:
    callee = pc->x;
    goto read_rule;

  // The three ways a call goes on.
  read_rule:
    BURN(1);
    if (!call_rule(callee, pc, &regs[pc->a])) goto enter_frame;
    if (!regs[pc->a].is_defined()) FAIL();
    NEXT();
  call_mock:
    BURN(1);
    if (mock->target->by == WithTarget::By::kValue) RESULT(mock->value);
    if (mock->target->by == WithTarget::By::kBuiltin) {
      RESULT(call_builtin_checked(*program.builtins[mock->target->replacement], regs + pc->b, pc->c));
    }
    call_function(mock->target->replacement, pc, regs + pc->b, true);
    goto enter_frame;
  enter_frame:
    pc = code + frames_.back().function->entry;
    LOAD_FRAME();
    goto* kHandlers[static_cast<uint16_t>(pc->op)];

  do_kReturn: {
    const Value value = USE(pc->b);
    const Frame frame = frames_.back();
    frames_.pop_back();
    stack_top_ = frame.registers;
    iterator_top_ = frame.iterators;
    builder_top_ = frame.builders;
    if (frame.memo != kNone32) memos_[layer_][frame.memo] = {layer_epochs_[layer_], value};
    if (frame.mock_scope) {
      mock_base_ = frame.mock_base;
      layer_ = frame.layer;
    }
    if (frames_.size() == bottom) return value;
    LOAD_FRAME();
    if (!value.is_defined()) {
      pc = frame.fail_to;
    } else {
      regs[frame.dst] = value;
      pc = frame.return_to;
    }
    goto* kHandlers[static_cast<uint16_t>(pc->op)];
  }
  do_kAssignOnce:
    assign_once(regs[pc->a], USE(pc->b), static_cast<ConflictKind>(pc->x));
    NEXT();
  do_kSelect:
    // The leaf in the upper half, the next alternative's position in the lower.
    regs[pc->a] = Value::of(static_cast<int64_t>(uint64_t{select(program.indexes[pc->x], regs)} << 32));
    NEXT();
  do_kNextAlternative: {
    BURN(1);
    Value& cursor = regs[pc->a];
    auto leaf = static_cast<uint64_t>(cursor.integer) >> 32;
    auto position = static_cast<uint32_t>(cursor.integer);
    const std::vector<RuleIndex::Node>& nodes = program.indexes[pc->x].nodes;
    if (leaf >= nodes.size() || position >= nodes[leaf].alternatives.size()) FAIL();
    ++cursor.integer;
    GO(nodes[leaf].alternatives[position]);
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
    builders[pc->a] = new_builder(static_cast<BuildKind>(pc->x));
    NEXT();
  do_kYield:
    yield(builders[pc->a], USE(pc->b), USE(pc->c));
    NEXT();
  do_kYieldPath:
    yield_path(builders[pc->a], regs + pc->b, pc->c, (pc->x & 1) != 0, (pc->x & 2) != 0);
    NEXT();
  do_kFinish:
    regs[pc->a] = finish(builders[pc->b]);
    NEXT();
  do_kMerge:
    regs[pc->a] = merge(USE(pc->b), USE(pc->c), 0);
    NEXT();
  do_kDocument: {
    const DocumentNode& node = program.nodes[pc->x];
    Value document;
    document.kind = Kind::kDocument;
    document.size = pc->x;
    const Value& base = current_data_slots_[node.data_slot];
    document.base = base.is_defined() ? &base : nullptr;
    regs[pc->a] = document;
    NEXT();
  }
  do_kExtent: {
    const Value value = USE(pc->b);
    if (value.kind != Kind::kDocument) {
      regs[pc->a] = value;
      NEXT();
    }
    const DocumentNode& node = program.nodes[value.size];
    callee = node.extent != kNone32 ? node.extent : node.rule;
    if (callee == kNone32) FAIL();
    goto read_rule;
  }
  do_kWith:
    for (uint32_t i = 0; i < pc->c; ++i) {
      if (!regs[pc->b + i].is_defined()) FAIL();
    }
    BURN(1);
    enter(program.withs[pc->x], regs + pc->b);
    slots = current_slots_;
    NEXT();
  do_kEndWith:
    leave();
    slots = current_slots_;
    NEXT();
  } catch (const Failure& failure) {
    Error error = failure.error();
    locate(error, pc);
    throw Failure(std::move(error));
  }
}

#undef NEXT
#undef GO
#undef FAIL
#undef USE
#undef BURN
#undef LOAD_FRAME
#undef RESULT

}  // namespace writ
