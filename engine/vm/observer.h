// The seam in the machine's loop: an observer sees every instruction before it runs. Explanations are made here; coverage,
// profiles and debuggers can be.
//
// The loop exists twice, with and without an observer, and a Machine without one runs the loop that knows of none: the
// seam costs nothing when it is off.
#pragma once

#include "engine/program/program.h"

namespace writ {

// The state of the machine before one instruction. Valid during the call only.
struct Step {
  const Program& program;
  const Function& function;  // that the instruction belongs to
  uint32_t pc;               // its number in program.code
  uint32_t depth;            // frames on the stack: 1 in the function that is evaluated
  const Value* registers;    // of the frame
  const Value* input_slots;  // as the innermost `with` leaves them

  const Instruction& instruction() const { return program.code[pc]; }
  // What a field of kind kRegOrConst reads.
  const Value& read(uint16_t field) const {
    return (field & kConstantBit) != 0 ? program.constants[field & ~kConstantBit] : registers[field];
  }
};

class Observer {
 public:
  virtual ~Observer() = default;
  // May throw, which ends the evaluation.
  virtual void step(const Step& step) = 0;
};

}  // namespace writ
