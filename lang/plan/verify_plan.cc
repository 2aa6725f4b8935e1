// The verifier of plans. One walk per function, in the order of evaluation: FunctionVerifier carries the registers that are
// written so far, the builders that are open and whether an exit is possible, and compares each statement first with its row
// of plan.def, then with the tables of the plan. The first error ends it.
#include "lang/plan/verify_plan.h"

#include <algorithm>

namespace writ::lang {

namespace {

using Info = PlanInfo;

class FunctionVerifier {
 public:
  FunctionVerifier(const Plan& plan, const PlanFunction& function) : plan_(plan), function_(function) {}

  std::string run() {
    if (function_.argument_count > function_.register_count) fail("more arguments than registers");
    written_.assign(function_.register_count, false);
    std::fill_n(written_.begin(), std::min(function_.argument_count, function_.register_count), true);
    block(function_.body, false);
    return std::move(error_);
  }

 private:
  void fail(const std::string& what) {
    if (error_.empty()) error_ = function_.path + ": " + what;
  }
  void fail(const Stmt& s, const std::string& what) { fail(std::string(s.info().name) + ": " + what); }

  // Gives back what was written before it.
  std::vector<bool> block(const Block& block, bool may_exit) {
    std::vector<bool> before = written_;
    for (size_t i = 0; i < block.stmts.size() && error_.empty(); ++i) {
      const Stmt& s = block.stmts[i];
      if (s.info().effect == Info::Effect::kLeaves && i + 1 < block.stmts.size()) fail(s, "something follows it");
      if (s.op == PlanOp::kExit && !may_exit) fail(s, "there is nothing to exit");
      if (s.op == PlanOp::kKeys) keys(s, i + 1 < block.stmts.size() ? &block.stmts[i + 1] : nullptr);
      statement(s, may_exit);
    }
    return before;
  }

  void statement(const Stmt& s, bool may_exit) {
    const Info& info = s.info();
    operand(s, s.a, info.a);
    operand(s, s.b, info.b);
    if (info.list == Info::Reads::kNone && !s.list.empty()) fail(s, "has a list");
    for (const Operand& o : s.list) operand(s, o, Info::Reads::kRead);
    number(s);
    mode(s);
    if (info.dst == Info::Writes::kUpdated) read(s, s.dst);
    if (info.blocks == Info::Blocks::kNone) {
      if (!s.blocks.empty()) fail(s, "has a block");
      write(s, s.dst, info.dst);
      write(s, s.dst2, info.dst2);
    } else {
      nested(s, may_exit);
    }
  }

  // They are those of the statement behind them.
  void keys(const Stmt& s, const Stmt* next) {
    bool reads = next != nullptr && (next->op == PlanOp::kKeys || next->op == PlanOp::kCallRule || next->op == PlanOp::kGet);
    if (!reads) fail(s, "nothing is read at them");
    if (s.raw_number() < plan_.functions.size() && plan_.functions[s.function()].kind != FunctionKind::kKeyed) {
      fail(s, "the function is not of a part of a document");
    }
  }

  // --- blocks

  void nested(const Stmt& s, bool may_exit) {
    if (s.info().blocks == Info::Blocks::kOne && s.blocks.size() != 1) fail(s, "does not have one block");
    if (!s.conditions.empty() && s.conditions.size() != s.blocks.size()) fail(s, "conditions are not one list a branch");
    check_conditions(s);
    switch (s.op) {
      case PlanOp::kScan:
        write(s, s.dst, s.info().dst);
        write(s, s.dst2, s.info().dst2);
        written_ = below(s, may_exit);
        return;
      case PlanOp::kCollect:
        builders_.push_back(s.builder());
        written_ = below(s, false);
        builders_.pop_back();
        write(s, s.dst, s.info().dst);
        return;
      case PlanOp::kWith: below(s, false); return;
      case PlanOp::kAlternatives:
        if (!s.conditions.empty()) write(s, s.dst, Info::Writes::kWritten);
        written_ = below(s, true);
        return;
      default: written_ = below(s, true); return;
    }
  }

  // The blocks in turn; what was written before them.
  std::vector<bool> below(const Stmt& s, bool may_exit) {
    std::vector<bool> before = written_;
    for (const auto& branch : s.blocks) {
      if (s.blocks.size() > 1) written_ = before;
      block(*branch, may_exit);
    }
    return before;
  }

  void check_conditions(const Stmt& s) {
    for (const auto& branch : s.conditions) {
      for (const IndexCondition& c : branch) {
        size_t limit = c.is_argument ? function_.argument_count : plan_.program->input_paths.slot_count();
        if (c.number >= limit || c.constant >= plan_.program->constants.size()) fail(s, "a condition names nothing");
      }
    }
  }

  // --- registers and values

  void operand(const Stmt& s, const Operand& o, Info::Reads reads) {
    bool missing = o.kind == Operand::Kind::kNone;
    if (missing) {
      if (reads == Info::Reads::kRead) fail(s, "an operand is missing");
      return;
    }
    if (reads == Info::Reads::kNone) fail(s, "has an operand too many");
    if (o.is_register()) read(s, o.index);
    if (o.is_constant() && o.index >= plan_.program->constants.size()) fail(s, "there is no such constant");
  }

  void read(const Stmt& s, uint32_t reg) {
    if (reg >= written_.size()) {
      fail(s, "there is no register " + std::to_string(reg));
    } else if (!written_[reg]) {
      fail(s, "register " + std::to_string(reg) + " is read before it is written");
    }
  }

  void write(const Stmt& s, uint32_t reg, Info::Writes writes) {
    if (reg == kNoReg) {
      if (writes == Info::Writes::kWritten || writes == Info::Writes::kUpdated) fail(s, "writes no register");
      return;
    }
    if (writes == Info::Writes::kNone) fail(s, "writes a register");
    if (reg >= written_.size()) {
      fail(s, "there is no register " + std::to_string(reg));
    } else {
      written_[reg] = true;
    }
  }

  // --- numbers and modes

  void number(const Stmt& s) {
    const Program& program = *plan_.program;
    switch (s.info().number) {
      case Info::Number::kNone:
        if (s.raw_number() != 0) fail(s, "has a number");
        return;
      case Info::Number::kInputSlot: return below_limit(s, program.input_paths.slot_count());
      case Info::Number::kDataSlot: return below_limit(s, program.data_paths.slot_count());
      case Info::Number::kNode: return below_limit(s, program.nodes.size());
      case Info::Number::kFunction:
        below_limit(s, plan_.functions.size());
        if (error_.empty()) arguments(s, plan_.functions[s.function()].argument_count);
        return;
      case Info::Number::kBuiltin:
        below_limit(s, program.builtins.size());
        if (error_.empty() && !program.builtins[s.builtin()]->variadic) {
          arguments(s, program.builtins[s.builtin()]->arity);
        }
        return;
      case Info::Number::kWith:
        below_limit(s, program.withs.size());
        if (error_.empty()) arguments(s, program.withs[s.with()].targets.size());
        return;
      case Info::Number::kBuilder:
        below_limit(s, function_.builder_count);
        if (s.op != PlanOp::kCollect && std::count(builders_.begin(), builders_.end(), s.builder()) == 0) {
          fail(s, "its builder is not collecting");
        }
        return;
      case Info::Number::kArithmetic:
        if (s.raw_number() >= kOpcodeCount) fail(s, "there is no such operation");
        return;
      case Info::Number::kSize: return;
    }
  }

  void below_limit(const Stmt& s, size_t limit) {
    if (s.raw_number() >= limit) fail(s, "there is no number " + std::to_string(s.raw_number()));
  }

  void arguments(const Stmt& s, size_t wanted) {
    if (s.list.size() != wanted) fail(s, "has " + std::to_string(s.list.size()) + " arguments");
  }

  void mode(const Stmt& s) {
    switch (s.info().mode) {
      case Info::Mode::kNone:
        if (s.raw_mode() != 0) fail(s, "has a mode");
        return;
      case Info::Mode::kCompare: return last_mode(s, static_cast<uint8_t>(CompareKind::kGreaterOrEqual));
      case Info::Mode::kConflict: return last_mode(s, static_cast<uint8_t>(ConflictKind::kObjectKeys));
      case Info::Mode::kBuild: return last_mode(s, static_cast<uint8_t>(BuildKind::kTree));
      case Info::Mode::kLeaf:
        last_mode(s, static_cast<uint8_t>(LeafKind::kEmptySet));
        if (s.list.empty()) fail(s, "has no leaf");
        return;
      default: return last_mode(s, 1);
    }
  }

  void last_mode(const Stmt& s, uint8_t last) {
    if (s.raw_mode() > last) fail(s, "there is no mode " + std::to_string(s.raw_mode()));
  }

  const Plan& plan_;
  const PlanFunction& function_;
  std::vector<bool> written_;       // per register: whether it has been by now
  std::vector<uint32_t> builders_;  // of the kCollect around
  std::string error_;
};

}  // namespace

std::string verify_plan(const Plan& plan) {
  for (const PlanFunction& function : plan.functions) {
    std::string error = FunctionVerifier(plan, function).run();
    if (!error.empty()) return error;
  }
  return "";
}

}  // namespace writ::lang
