// What happens when the whole of a document cannot be made, but whoever reads it knows the keys. [S-11.11]
//
// The machine goes back to the instruction that reads the document, and runs it once more: the failure is remembered, so this
// time it calls the function of what the document has at these keys. Everything that was going on above that instruction's frame
// is given up: frames with their windows on the stacks, scopes of `with`, layers of the memo. Nothing else has changed that must
// not: the memo holds finished values only, and the caller's registers are written when a callee returns.
//
// A limit, a host that does not answer and a stop from outside are no failures of a key. They end the evaluation.
#include <algorithm>
#include <array>
#include <optional>

#include "engine/vm/machine.h"

namespace writ {

namespace {

bool may_be_of_one_key(ErrorCode code) { return code == ErrorCode::E_CONFLICT || code == ErrorCode::E_BUILTIN; }

}  // namespace

// The innermost reader among the frames of this loop: the caller of the frame that is returned. 0: there is none.
size_t Machine::find_reader(ErrorCode code) const {
  if (program_->keyed_reads.empty() || !may_be_of_one_key(code) || meter_.is_stopped()) return 0;
  for (size_t i = frames_.size(); i > bottom_ + 1; --i) {
    const Frame& frame = frames_[i - 1];
    if (frame.memo != kNone32 && program_->keyed_read(pc_of(frame.return_to - 1), frame.memo) != nullptr) return i - 1;
  }
  return 0;
}

// Gives up that frame and all above it. Returns the instruction that called it.
const Instruction* Machine::give_up(size_t called) {
  const Frame frame = frames_[called];
  // Scopes and replacements have a layer each, and were entered in this order.
  auto leave_scopes_to = [&](uint32_t layer) {
    while (memo_.layer() > layer) leave_scope();
  };
  for (; frames_.size() > called; frames_.pop_back()) {
    const Frame& top = frames_.back();
    if (!top.hides_replacements) continue;
    leave_scopes_to(top.layer + 1);
    world_.show_replacements(top.replacements);
    memo_.pop_to(top.layer);
  }
  leave_scopes_to(frame.layer);
  stack_top_ = frame.registers;
  iterator_top_ = frame.iterators;
  builder_top_ = frame.builders;
  // The failure that was shown is none any more, unless this happens while another one is looked at.
  if (failure_stack_ != nullptr && listing_ == nullptr) failure_stack_->clear();
  return frame.return_to - 1;
}

void Machine::remember_failure(uint32_t whole) { failed_wholes_.add(whole, memo_.epoch(), arena_); }

// The document's function is known to fail.
bool Machine::call_keyed(const KeyedRead& read, const Instruction* at, Value* value) {
  const Function& function = program_->functions[read.function];
  std::array<Value, KeyedRead::kMaxKeys> arguments;
  const Value* registers = stack_.data() + frames_.back().registers;
  std::transform(read.keys.begin(), read.keys.end(), arguments.begin(), [&](uint32_t key) {
    return (key & KeyedRead::kConstant) != 0 ? program_->constants[key & ~KeyedRead::kConstant] : registers[key];
  });
  std::optional<CallMemo::Key> key = CallMemo::key(read.function, memo_.epoch(), {arguments.data(), read.keys.size()}, meter_);
  if (key) {
    if (const Value* known = calls_.find(*key)) {
      *value = *known;
      return true;
    }
  }
  uint32_t place = key ? calls_.add(*key, arena_) : kNone32;
  Frame& frame = push_frame(function).comes_from(at, program_->code.data());
  frame.call = place;
  std::copy_n(arguments.begin(), read.keys.size(), stack_.begin() + frame.registers);
  return false;
}

}  // namespace writ
