// The machine: runs verified programs.
//
// A Machine is an evaluation context. It holds nothing of the program or the data, only its own stack, arena and memo,
// so one program and one snapshot serve any number of machines. Not thread-safe: one machine per thread. Once warm it
// calls malloc for no decision that does not need more room than any before.
//
// The loop trusts the program, which verify() has checked: it tests no bounds of registers, constants or jumps, no
// order of builders and scopes. Rules are called on the machine's own frame stack, never on the native one. A failed
// statement is a jump; a fatal error is a Failure, thrown through everything to evaluate().
//
// Beside the loop (run.cc), the calls (machine.cc) and what goes on after a failure (keyed_reads.cc) are its parts, each in its file: the World that `with` changes,
// the Memo of rules, Builders of collections, documents, and the alternatives of rule indexes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/meter.h"
#include "engine/host/port.h"
#include "engine/program/program.h"
#include "engine/vm/builder.h"
#include "engine/vm/call_memo.h"
#include "engine/vm/conflicts.h"
#include "engine/vm/failed_wholes.h"
#include "engine/vm/limits.h"
#include "engine/vm/memo.h"
#include "engine/vm/observer.h"
#include "engine/vm/snapshot.h"
#include "engine/vm/stops.h"
#include "engine/vm/world.h"

namespace writ {

// A statement that was being evaluated when an evaluation failed.
struct FailedStatement {
  Span span;                     // in the program's sources
  std::vector<Value> arguments;  // of a call; they live as long as the values of the evaluation
};

class Machine : private BuiltinServices, private Checkpoint {
 public:
  Machine();
  ~Machine() override;

  // Both must outlive the machine's use of them. Data may be null: then `data` has no base documents.
  void bind(const Program* program, const Snapshot* data);
  void set_limits(const Limits& limits) { limits_ = limits; }
  void set_strict_builtin_errors(bool strict) { strict_ = strict; }
  // What reads modules for rego.parse_module; null, as at first, if nothing does.
  void set_module_parser(ModuleParser parser) { module_parser_ = parser; }
  // Sees every instruction from the next evaluate() on; null for none. It must outlive its use.
  void set_observer(Observer* observer) { observer_ = observer; }
  // Where a failure leaves the statements that were being evaluated, innermost first: one of each function on the stack.
  // Null for nowhere. Whoever reads it empties it before the next evaluation; it must outlive its use.
  void set_failure_stack(std::vector<FailedStatement>* stack) { failure_stack_ = stack; }
  const Limits& limits() const { return limits_; }

  // Starts a decision: forgets the last one and everything in its arena. It has `fuel`, but never more than the limit.
  void begin(uint64_t fuel = UINT64_MAX);
  Arena& arena() { return arena_; }
  // Where the reader puts what the program reads of the input: program->input_paths.slot_count() values.
  Value* input_slots() { return world_.own_input_slots(); }
  // The whole input, undefined for none; `slots_filled` says the reader has filled input_slots().
  void set_input(const Value& input, bool slots_filled) { world_.set_input(input, slots_filled); }

  // The value of a function without arguments; undefined if it has none. Throws Failure. The value lives until begin().
  // `stops`: what may end it, null for nothing.
  Value evaluate(uint32_t function, HostPort& port, const Stops* stops = nullptr);
  // Pays for the end of the evaluation, when its result is known to be one: so whatever ended it from outside before that
  // has a count that replay goes beyond. Throws Failure.
  void finish() { meter_.charge(1); }

  // Fuel used since begin(), also after a failure.
  uint64_t fuel_used() const { return meter_.used(); }

 private:
  struct Iterator {
    Value container;        // a collection; undefined, which has no elements, until it is started
    uint32_t position = 0;  // of the next element
  };
  struct Frame {
    const Function* function = nullptr;
    const Instruction* return_to = nullptr;  // in the caller, if there is a value
    const Instruction* fail_to = nullptr;    // in the caller, if there is none
    uint32_t registers = 0, iterators = 0, builders = 0;  // bases in the stacks
    uint32_t memo = kNone32;          // function whose memo the value goes to, kNone32 = none
    uint32_t call = kNone32;          // the same in the memo of calls
    uint16_t dst = 0;                 // register of the caller that gets the value
    bool hides_replacements = false;  // leaving it restores the two members below
    uint32_t replacements = 0;        // what shows the caller's replacements again
    uint32_t layer = 0;               // the caller's layer of the memo; of a rule's frame as well

    // The instruction that calls it.
    Frame& comes_from(const Instruction* at, const Instruction* code) {
      return_to = at + 1;
      fail_to = code + at->jump;
      dst = at->a;
      return *this;
    }
  };

  // --- what built-ins get (BuiltinServices)
  void charge(uint64_t units) override { meter_.charge(units); }
  Value call_host(std::string_view function, std::span<const Value> args) override;
  void note(std::string_view function, std::string_view text) override;
  class PatternCache& patterns() override;
  const std::vector<std::string>* allowed_hosts() override;
  ModuleParser module_parser() override { return module_parser_; }

  // --- what ends it from outside
  void watch_stops();
  void reached() override;

  // --- the loop, with and without an observer
  Value run(const Function& function);
  template <bool kObserved>
  Value run_loop(const Function& function);
  void observe(const Instruction* at);
  void locate(Error& error, const Instruction* at) const;
  void keep_stack(const Instruction* at) const;
  FailedStatement failed_statement(const Instruction* at, const Frame& frame) const;
  Place place_of(const Instruction* at) const;

  // --- calls
  // With its windows on the stacks; it returns nowhere until its caller says where from it was called.
  Frame& push_frame(const Function& function);
  void grow_stacks(uint32_t registers, uint32_t iterators, uint32_t builders);
  [[noreturn]] static void throw_too_deep();
  void check_stack(uint32_t registers) const;
  void pop_frame(const Frame& frame, const Value& value);
  // Reads a rule: true and *value set (perhaps undefined) if it is known already, false if a frame was pushed for it.
  bool call_rule(uint32_t number, const Instruction* at, Value* value);
  // The same for a function that keeps its values.
  bool call_kept(uint32_t number, const Instruction* at, const Value* args, Value* value);
  // The same for a document that is read at these keys and cannot be made as a whole.
  bool call_keyed(const KeyedRead& read, const Instruction* at, Value* value);
  void call_function(uint32_t number, const Instruction* at, const Value* args, bool hides_replacements);
  // Undefined when the call has no value; a fault throws if errors are strict.
  Value call_builtin_checked(const Builtin& builtin, const Value* args, uint32_t count);
  Value arithmetic(Opcode op, const Value& a, const Value& b);

  // --- reads at known keys (keyed_reads.cc)
  size_t find_reader(ErrorCode code) const;
  const Instruction* give_up(size_t called);
  void remember_failure(uint32_t whole);
  uint32_t pc_of(const Instruction* at) const { return static_cast<uint32_t>(at - program_->code.data()); }

  // --- instructions that are too long for the loop
  bool is_member(const Value& element, const Value& collection);
  // A step of a walk, the keys there, and the value of what it ends at. A function that is returned gives the value instead;
  // kNone32: *value is set, perhaps to undefined.
  uint32_t step_into(const Value& document, const Value& key, Value* value) const;
  uint32_t extent_of(const Value& document, Value* value) const;
  Value keys_of(const Value& document);
  // Register a of the frame becomes the value, if it is undefined; a different value is a conflict.
  void assign_once(const Instruction& at, Value* registers, const Value& value);
  // Adds to the message what all definitions of the frame's function give: see conflicts.h.
  void list_conflicts(const Value* arguments, Error& error);
  bool is_stop(ErrorCode code) const;
  // What the builder collected.
  Value finish(const Instruction& at, Builder& builder, const Value* registers);
  // The place of an error that says that a key has two values: see key_conflict.h.
  void place_key_conflict(const Instruction& at, const Value* arguments, Error& error);
  void enter_scope(const WithScope& scope, const Value* values);
  void leave_scope();

  // Bound for many decisions.
  const Program* program_ = nullptr;
  const Snapshot* snapshot_ = nullptr;  // null: no base documents
  Limits limits_;
  bool strict_ = false;                           // faults of built-ins are errors
  Observer* observer_ = nullptr;                  // usually none
  std::vector<FailedStatement>* failure_stack_ = nullptr;  // usually none
  ModuleParser module_parser_ = nullptr;
  std::unique_ptr<class PatternCache> patterns_;  // compiled regular expressions and globs

  size_t bottom_ = 0;                       // frames below those of the loop that runs
  Conflicts* listing_ = nullptr;            // while the values of a conflict are listed
  bool is_repeating_ = false;               // while the place of one is looked for: what is noted has been noted

  // Of one decision.
  HostPort* port_ = nullptr;  // host calls and notes go there
  Meter meter_;
  const Stops* stops_ = nullptr;
  Meter* outer_meter_ = nullptr;  // of whoever evaluates within limits of its own; its checkpoint is asked too
  Arena arena_;  // owns every value that is made
  World world_;
  Memo memo_;
  CallMemo calls_;
  FailedWholes failed_wholes_;

  // Stacks: frames, and what each frame has of registers, iterators and builders. They grow and are never shrunk.
  std::vector<Frame> frames_;
  std::vector<Value> stack_;
  uint32_t stack_top_ = 0;
  std::vector<Iterator> iterators_;
  uint32_t iterator_top_ = 0;
  std::vector<Builder*> builders_;
  uint32_t builder_top_ = 0;
};

}  // namespace writ
