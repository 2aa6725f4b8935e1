// The plan: a policy as structured imperative code, between the checked tree and bytecode.
//
// A plan function is a block of statements over numbered registers. A statement may *fail*; failing leaves the innermost
// enclosing statement that has an opinion about it:
//
//   scan          runs its block once per element; failing, or reaching the end of the block, goes on with the next
//                 element. What follows a loop in the source stands *inside* its block, so nothing needs to be remembered
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
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/program/program.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

enum class PlanOp : uint8_t {
  kMove,          // dst = a
  kReset,         // dst = undefined
  kInput,         // dst = input slot `number`
  kData,          // dst = data slot `number`
  kGet,           // dst = a[b]                     flag: base document addressing
  kScan,          // over a: dst = key, dst2 = value; blocks[0]   flag: keys only, a may be a document
  kGuard,         // compare(a, b)
  kInputEqual,    // input slot `number` == a       (made by the fuse pass)
  kInputTruthy,   // input slot `number`            (made by the fuse pass)
  kTruthy,        // a
  kDefined,       // a
  kUndefined,     // a
  kCollection,    // a
  kArraySize,     // a has `number` elements
  kObjectSize,    // a has `number` members
  kMember,        // a is in b
  kCompare,       // dst = compare(a, b)
  kArithmetic,    // dst = a op b; `number` is the Opcode
  kCallBuiltin,   // dst = builtin `number`(operands)    flag: mockable
  kCallRule,      // dst = rule `number`
  kCall,          // dst = function `number`(operands)   flag: mockable
  kMakeArray,     // dst = [operands]
  kMakeSet,
  kMakeObject,    // operands: key, value, …
  kDocument,      // dst = node `number`, unread
  kExtent,        // dst = a, read whole
  kMerge,         // dst = a merged with b, a wins
  kAssignOnce,    // dst = a; `number` is the ConflictKind
  kYield,         // to builder `number`: a, b
  kYieldPath,     // to builder `number`: operands    flag: leaf is a set element
  kReturn,        // a
  kExit,
  kOnce, kNot, kAny, kAlternatives,
  kCollect,       // dst = collected; builder `number`; `build`
  kWith,          // scope `number` with operands; blocks[0]
};

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

// One decision the rule index may take for a branch of kAlternatives: it can only succeed if the slot or operand equals
// the constant.
struct IndexCondition {
  bool is_operand = false;
  uint32_t number = 0;    // input slot, or register of a function operand
  uint32_t constant = 0;
};

struct Stmt {
  PlanOp op = PlanOp::kMove;
  bool flag = false;
  bool stop = false;           // kAlternatives; kYieldPath: only a place, empty if nothing else stands there
  CompareKind compare = CompareKind::kEqual;
  BuildKind build = BuildKind::kArray;
  uint32_t dst = kNoReg;
  uint32_t dst2 = kNoReg;
  uint32_t number = 0;
  Operand a, b;
  std::vector<Operand> operands;
  std::vector<std::unique_ptr<Block>> blocks;
  std::vector<std::vector<IndexCondition>> conditions;  // kAlternatives: per branch; set by the index pass
  Span span;
};

struct PlanFunction {
  FunctionKind kind = FunctionKind::kRule;
  std::string path;
  uint32_t operand_count = 0;
  uint32_t register_count = 0;
  uint32_t builder_count = 0;
  uint32_t mask_slot = kNone32;
  Block body;
  Span span;
};

struct Plan {
  std::vector<PlanFunction> functions;  // same numbers as in the program
  // Everything else of the program that lowering makes: constants, slots, nodes, withs, entries, sources.
  std::unique_ptr<Program> program;
};

// An indented listing: `writ build --dump=plan`.
std::string dump(const Plan& plan);

}  // namespace writ::lang
