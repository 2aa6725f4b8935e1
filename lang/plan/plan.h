// The plan: a policy as structured imperative code, between the checked tree and bytecode.
//
// A plan function is a block of statements over numbered registers. A statement may *fail*; failing leaves the innermost
// enclosing statement that handles it:
//
//   scan          runs its block once per element; failing, or reaching the end of the block, goes on with the next
//                 element. What follows a loop in the source is *inside* its block, so nothing needs to be remembered
//                 to backtrack.
//   region        a block with an outcome. `kExit` inside it means success of the nearest region that may be exited
//                 (kOnce, kNot, kAny's and kAlternatives' branches); falling off its end, or failing outside of all scans of
//                 it, means exhaustion:
//     kOnce         exit: go on behind it. exhausted: fail.
//     kNot          exit: fail. exhausted: go on behind it.
//     kAny          branches in turn until one exits; fails if none does.
//     kAlternatives branches in turn, all of them; goes on behind. `stop` = an exit skips the remaining branches.
//     kCollect      runs its block to exhaustion, collecting what kYield adds; goes on behind.
//     kWith         runs its block once inside the replaced world; failing inside fails outside. Never holds kExit of an
//                   outer region.
//
// Rule sets stay whole (kAlternatives holds all definitions of one rule), so that the rule index can choose among them.
//
// plan.def holds a row for each statement: which registers it writes, what it reads, what its number and mode mean, whether
// it can fail and what else it does. Listing, verifier (verify_plan.h), passes and emitter read that table.
#pragma once

#include <cassert>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/program/program.h"

namespace writ::lang {

enum class PlanOp : uint8_t {
#define PLAN(op, text, dst, dst2, a, b, list, number, mode, blocks, opcode, other, fails, effect) op,
#include "lang/plan/plan.def"
#undef PLAN
};

// The columns of plan.def, where their values are explained.
struct PlanInfo {
  enum class Writes : uint8_t { kNone, kWritten, kOptional, kUpdated };
  enum class Reads : uint8_t { kNone, kRead, kOptional };
  enum class Number : uint8_t {
    kNone, kInputSlot, kDataSlot, kFunction, kBuiltin, kNode, kWith, kBuilder, kSize, kArithmetic,
  };
  enum class Mode : uint8_t { kNone, kCompare, kConflict, kBuild, kLeaf, kBase, kKeys, kReplaceable, kStop };
  enum class Blocks : uint8_t { kNone, kOne, kMany };
  enum class Fails : uint8_t { kNo, kYes };
  enum class Effect : uint8_t { kNone, kRaises, kCalls, kReads, kLeaves };

  std::string_view name;
  Writes dst, dst2;
  Reads a, b, list;
  Number number;
  Mode mode;
  Blocks blocks;
  Opcode opcode, other;
  Fails fails;
  Effect effect;
};
const PlanInfo& plan_info(PlanOp op);

struct Operand {
  enum class Kind : uint8_t { kNone, kRegister, kConstant };
  Kind kind = Kind::kNone;
  uint32_t index = 0;

  static Operand reg(uint32_t index) { return {Kind::kRegister, index}; }
  static Operand constant(uint32_t index) { return {Kind::kConstant, index}; }
  bool is_register() const { return kind == Kind::kRegister; }
  bool is_constant() const { return kind == Kind::kConstant; }
};

struct Stmt;

struct Block {
  std::vector<Stmt> stmts;
};

inline constexpr uint32_t kNoReg = UINT32_MAX;

// What decides a branch of kAlternatives: it can only succeed if the input slot or argument equals the constant.
struct IndexCondition {
  bool is_argument = false;
  uint32_t number = 0;    // input slot, or register of an argument
  uint32_t constant = 0;
};

struct Stmt {
  PlanOp op = PlanOp::kMove;
  uint32_t dst = kNoReg;    // the register it writes, if any
  uint32_t dst2 = kNoReg;   // a second one (kScan: the value; `dst` is the key)
  Operand a, b;             // what it reads
  std::vector<Operand> list;                            // and further values: arguments, elements, keys and a leaf
  std::vector<std::unique_ptr<Block>> blocks;           // one, or one per branch
  std::vector<std::vector<IndexCondition>> conditions;  // kAlternatives: per branch; set by the index pass
  Span span;                // what it was written as

  const PlanInfo& info() const { return plan_info(op); }
  // Another statement with the same registers and operands; number and mode are gone.
  void become(PlanOp other) {
    op = other;
    number_ = 0;
    mode_ = 0;
  }

  // Number and mode by what they mean for this op; asking for anything else is an error in the compiler.
  uint32_t input_slot() const { return number(PlanInfo::Number::kInputSlot); }
  uint32_t data_slot() const { return number(PlanInfo::Number::kDataSlot); }
  uint32_t function() const { return number(PlanInfo::Number::kFunction); }
  uint32_t builtin() const { return number(PlanInfo::Number::kBuiltin); }
  uint32_t node() const { return number(PlanInfo::Number::kNode); }
  uint32_t with() const { return number(PlanInfo::Number::kWith); }
  uint32_t builder() const { return number(PlanInfo::Number::kBuilder); }
  uint32_t size() const { return number(PlanInfo::Number::kSize); }
  Opcode arithmetic() const { return static_cast<Opcode>(number(PlanInfo::Number::kArithmetic)); }
  uint32_t raw_number() const { return number_; }
  void set_number(uint32_t number) {
    assert(info().number != PlanInfo::Number::kNone);
    number_ = number;
  }

  CompareKind compare() const { return static_cast<CompareKind>(mode(PlanInfo::Mode::kCompare)); }
  ConflictKind conflict() const { return static_cast<ConflictKind>(mode(PlanInfo::Mode::kConflict)); }
  BuildKind build() const { return static_cast<BuildKind>(mode(PlanInfo::Mode::kBuild)); }
  LeafKind leaf() const { return static_cast<LeafKind>(mode(PlanInfo::Mode::kLeaf)); }
  bool of_base() const { return mode(PlanInfo::Mode::kBase) != 0; }
  bool keys_only() const { return mode(PlanInfo::Mode::kKeys) != 0; }
  bool replaceable() const { return mode(PlanInfo::Mode::kReplaceable) != 0; }
  bool stops() const { return mode(PlanInfo::Mode::kStop) != 0; }
  uint8_t raw_mode() const { return mode_; }
  void set(CompareKind compare) { set_mode(PlanInfo::Mode::kCompare, static_cast<uint8_t>(compare)); }
  void set(ConflictKind conflict) { set_mode(PlanInfo::Mode::kConflict, static_cast<uint8_t>(conflict)); }
  void set(BuildKind build) { set_mode(PlanInfo::Mode::kBuild, static_cast<uint8_t>(build)); }
  void set(LeafKind leaf) { set_mode(PlanInfo::Mode::kLeaf, static_cast<uint8_t>(leaf)); }
  void set_of_base(bool base) { set_mode(PlanInfo::Mode::kBase, base); }
  void set_keys_only(bool keys) { set_mode(PlanInfo::Mode::kKeys, keys); }
  void set_replaceable(bool replaceable) { set_mode(PlanInfo::Mode::kReplaceable, replaceable); }
  void set_stops(bool stops) { set_mode(PlanInfo::Mode::kStop, stops); }

 private:
  uint32_t number([[maybe_unused]] PlanInfo::Number wanted) const {
    assert(info().number == wanted);
    return number_;
  }
  uint8_t mode([[maybe_unused]] PlanInfo::Mode wanted) const {
    assert(info().mode == wanted);
    return mode_;
  }
  void set_mode([[maybe_unused]] PlanInfo::Mode wanted, uint8_t mode) {
    assert(info().mode == wanted);
    mode_ = mode;
  }

  uint32_t number_ = 0;
  uint8_t mode_ = 0;
};

// Def and use, blocks included.
bool reads(const Operand& operand, uint32_t reg);
bool reads(const Stmt& stmt, uint32_t reg);
bool writes(const Stmt& stmt, uint32_t reg);
// Whether nothing but its registers shows that it ran: it may fail, but neither raise nor call nor leave.
bool is_harmless(const Stmt& stmt);

struct PlanFunction {
  FunctionKind kind = FunctionKind::kRule;
  std::string path;             // "data.authz.allow", for messages
  uint32_t argument_count = 0;  // they arrive in registers 0 …
  uint32_t register_count = 0;
  uint32_t builder_count = 0;
  uint32_t node = kNone32;      // as in Function
  bool may_be_shadowed = false; // the same
  uint32_t whole = kNone32;     // the same
  Block body;
  Span span;                    // its first definition
};

struct Plan {
  std::vector<PlanFunction> functions;  // same numbers as in the program
  uint32_t query_function = kNone32;    // the one of the query, if there is one
  // Everything else of the program that lowering makes: constants, slots, nodes, withs, entries, sources.
  std::unique_ptr<Program> program;
};

// An indented listing: `writ build --dump=plan`.
std::string dump(const Plan& plan);

}  // namespace writ::lang
