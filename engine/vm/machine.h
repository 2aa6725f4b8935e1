// The machine: runs verified programs.
//
// A Machine is an evaluation context. It holds nothing of the program or the data, only its own stack, arena and memo, so
// one program and one snapshot serve any number of machines. Not thread-safe: one machine per thread. Once warm it calls
// malloc for no decision that does not need more room than any before.
//
// The loop trusts the program, which verify() has checked: it tests no bounds of registers, constants or jumps. Rules are
// called on the machine's own frame stack, never on the native one. A failed statement is a jump; a fatal error is a
// Failure, thrown through everything to evaluate().
//
// Memory of `with`: each scope is a layer with a memo of its own, numbered by a counter that never repeats, so entering
// and leaving costs no clearing. The replaced input or data is a copy of the containers along the path only.
#pragma once

#include <memory>
#include <vector>

#include "engine/program/program.h"
#include "engine/vm/limits.h"
#include "engine/host/port.h"
#include "engine/vm/snapshot.h"

namespace writ {

class Machine : private BuiltinServices {
 public:
  Machine();
  ~Machine() override;

  // Both must outlive the machine's use of them. Data may be null: then `data` has no base documents.
  void bind(const Program* program, const Snapshot* data);
  void set_limits(const Limits& limits) { limits_ = limits; }
  void set_strict_builtin_errors(bool strict) { strict_ = strict; }
  const Limits& limits() const { return limits_; }

  // Starts a decision: forgets the last one and everything in its arena.
  void begin();
  Arena& arena() { return arena_; }
  // Where the reader puts what the program asks of the input: program->input_paths.slot_count() values.
  Value* input_slots() { return slots_.data(); }
  // The whole input, undefined for none; `slots_filled` says the reader has filled input_slots().
  void set_input(const Value& input, bool slots_filled);

  // The value of a function without operands; undefined if it has none. Throws Failure. The value lives until begin().
  Value evaluate(uint32_t function, HostPort& port);

  // Fuel used by the last evaluate(), also after a failure.
  uint64_t fuel_used() const { return limits_.fuel - fuel_left_; }

 private:
  struct Iterator {
    Value container;
    uint32_t position = 0;
  };
  struct Builder;
  struct Frame {
    const Function* function;
    const Instruction* return_to;
    const Instruction* fail_to;
    uint32_t registers, iterators, builders;  // bases in the stacks
    uint32_t memo;                            // function whose memo the value goes to, kNone32 = none
    uint16_t dst;
    bool mock_scope;                          // leaving it turns the mocks from mock_base on back on
    uint32_t mock_base;
    uint32_t layer;
  };
  struct Memo {
    uint64_t epoch = 0;
    Value value;
  };
  struct Mock {
    const WithTarget* target;
    Value value;
  };
  struct Scope {
    const Value* slots;
    Value input;
    Value data;
    const Value* data_slots;
    uint32_t masks, mocks;
  };

  // BuiltinServices
  void charge(uint64_t units) override;
  int64_t now_ns() override;
  Value call_host(std::string_view function, std::span<const Value> args) override;
  void note(std::string_view function, std::string_view text) override;
  class PatternCache& patterns() override;

  Value run(const Function& function);
  void push_frame(const Function& function, Frame frame);
  // Reads a rule: true and *value set (perhaps undefined) if it is known already, false if a frame was pushed for it.
  bool call_rule(uint32_t number, const Instruction* at, Value* value);
  void call_function(uint32_t number, const Instruction* at, const Value* operands, bool mocks_off);
  void enter(const WithScope& scope, const Value* values);
  void leave();
  void push_layer();
  bool is_masked(const Function& function) const;
  const Mock* find_mock(WithTarget::Kind kind, uint32_t target) const;
  // Undefined when the call has no value; a fault throws if errors are strict.
  Value call_builtin_checked(const Builtin& builtin, const Value* args, uint32_t count);
  Value arithmetic(Opcode op, const Value& a, const Value& b);
  Value document_keys(const Value& document);
  static uint32_t find_child(const Program& program, const DocumentNode& node, std::string_view key);
  static const Value* find_by_number_text(const Value& container, const Value& key);
  uint32_t select(const RuleIndex& index, const Value* registers) const;
  bool member(const Value& element, const Value& collection);
  void assign_once(Value& slot, const Value& value, ConflictKind kind);
  void yield(Builder* builder, const Value& a, const Value& b);
  void yield_path(Builder* builder, const Value* row, uint32_t count, bool set_element, bool place);
  Builder* new_builder(BuildKind kind);
  Value finish(Builder* builder);
  Value merge(const Value& winner, const Value& other, uint32_t depth);
  Value build_tree(std::span<struct TreeRow*> rows, uint32_t depth);
  Value replace_at(const Value& container, const std::vector<std::string>& path, size_t next, const Value& value);
  void resolve_data_slots();
  void locate(Error& error, const Instruction* at) const;

  const Program* program_ = nullptr;
  const Snapshot* snapshot_ = nullptr;
  Limits limits_;
  bool strict_ = false;
  uint64_t fuel_left_ = 0;
  HostPort* port_ = nullptr;
  Arena arena_;
  std::unique_ptr<class PatternCache> patterns_;

  std::vector<Value> slots_;            // of the real input
  std::vector<Value> base_data_slots_;  // of the bound snapshot
  // What the code sees; replaced by `with`.
  Value input_;
  Value data_;
  const Value* current_slots_ = nullptr;
  const Value* current_data_slots_ = nullptr;

  std::vector<Value> stack_;
  uint32_t stack_top_ = 0;
  std::vector<Iterator> iterators_;
  uint32_t iterator_top_ = 0;
  std::vector<Builder*> builders_;
  uint32_t builder_top_ = 0;
  std::vector<Frame> frames_;

  std::vector<Scope> scopes_;
  std::vector<const std::vector<std::string>*> masks_;  // replaced paths below data
  std::vector<Mock> mocks_;
  uint32_t mock_base_ = 0;                   // mocks below it are off
  std::vector<std::vector<Memo>> memos_;     // by layer, then by function
  std::vector<uint64_t> layer_epochs_;
  uint32_t layer_ = 0;
  uint64_t epoch_ = 0;
};

}  // namespace writ
