// Plan to bytecode. FunctionEmitter goes over the statements of one function once. Most become the one instruction that their
// row of plan.def names; those with blocks become jumps: `block` gets the labels to go on at when a statement in it fails, and
// when it exits its region. Labels are numbers of places that may not be known yet; at the end of the function the jumps
// to them are filled in.
//
// CodeWriter also keeps account of the work that no instruction has charged for, on the most expensive way to each place: where a
// unit is due it puts a CHARGE in front. All jumps but those back to the head of a loop or to the next alternative, which
// charge themselves, lead forward, so one look at the code is enough.
//
// Registers keep their numbers. Behind them are a few temporaries: for constants whose number does not fit an operand, and to
// put arguments in a row.
#include "lang/plan/emit.h"

#include <algorithm>

#include "engine/base/meter.h"
#include "lang/plan/build_index.h"
#include "lang/syntax/diagnostics.h"

namespace writ::lang {

namespace {

using Label = uint32_t;

// The instructions of a function, its labels, and what they owe.
class CodeWriter {
 protected:
  explicit CodeWriter(Program& program) : program_(program) {}

  static constexpr Label kNoLabel = UINT32_MAX;

  uint32_t pc() const { return static_cast<uint32_t>(program_.code.size()); }
  Label new_label() {
    labels_.push_back(kNone32);
    used_.push_back(false);
    owed_at_.push_back(kNothing);
    return static_cast<Label>(labels_.size() - 1);
  }
  void bind(Label label) {
    if (reachable()) owe_at(label, owed_);
    owed_ = std::max(owed_at_[label], int64_t{0});
    owed_at_[label] = owed_;
    labels_[label] = pc();
    if (used_[label]) last_bound_ = pc();
  }
  void owe_at(Label label, int64_t owed) { owed_at_[label] = std::max(owed_at_[label], owed); }

  // Whether the next instruction can be reached at all.
  bool reachable() const {
    if (pc() == program_.functions.back().entry || last_bound_ == pc() || entered_by_index_) return true;
    Opcode last = program_.code.back().op;
    return last != Opcode::kJump && last != Opcode::kReturn;
  }

  void jump(Label to) {
    if (reachable()) add(Opcode::kJump, 0, 0, 0, to);
  }

  void add(Opcode op, uint32_t a, uint32_t b = 0, uint32_t c = 0, Label target = kNoLabel, uint32_t x = 0) {
    Instruction instruction;
    instruction.op = op;
    instruction.a = static_cast<uint16_t>(a);
    instruction.b = static_cast<uint16_t>(b);
    instruction.c = static_cast<uint16_t>(c);
    instruction.x = x;
    account(instruction);
    if (target != kNoLabel) {
      fixups_.emplace_back(pc(), target);
      used_[target] = true;
      if (op != Opcode::kScanNext) owe_at(target, owed_);
    }
    put(instruction);
  }

  void put(const Instruction& instruction) {
    entered_by_index_ = false;
    if (program_.spans.empty() || !same(program_.spans.back().span, span_)) program_.spans.push_back({pc(), span_});
    program_.code.push_back(instruction);
  }

  // Charges in front of the instruction for what is owed with it, if that is a unit or more. What ends a block does so
  // with the next one.
  void account(const Instruction& instruction) {
    const OpcodeInfo& info = opcode_info(instruction.op);
    if (info.work == 0 || info.flow == Flow::kLoop) {
      owed_ = 0;
      return;
    }
    owed_ += static_cast<int64_t>(work_of(instruction));
    if (owed_ <= kWorkPerUnit || info.flow == Flow::kJump || info.flow == Flow::kReturn) return;
    Instruction charge;
    charge.op = Opcode::kCharge;
    charge.x = static_cast<uint32_t>(owed_ / kWorkPerUnit);
    owed_ %= kWorkPerUnit;
    put(charge);
  }

  static bool same(const Span& a, const Span& b) { return a.file == b.file && a.begin == b.begin && a.end == b.end; }

  // Puts its place into every jump.
  void fill_in_jumps() {
    for (auto [at, label] : fixups_) program_.code[at].jump = labels_[label];
  }
  uint32_t place_of(Label label) const { return labels_[label]; }
  // The next instruction is where an alternative begins.
  void enter_by_index() { entered_by_index_ = true; }
  int64_t owed_at(Label label) const { return owed_at_[label]; }

  Program& program_;
  Span span_;  // of what is being written

 private:
  static constexpr int64_t kNothing = INT64_MIN / 2;  // no way leads there

  std::vector<uint32_t> labels_;  // where each is bound
  std::vector<bool> used_;        // whether a jump to it was written before it was bound
  std::vector<std::pair<uint32_t, Label>> fixups_;
  uint32_t last_bound_ = kNone32;
  bool entered_by_index_ = false;
  int64_t owed_ = 0;              // work that nobody has paid for at this place
  std::vector<int64_t> owed_at_;  // by label: on the ways that lead there so far
};

class FunctionEmitter : private CodeWriter {
 public:
  FunctionEmitter(Program& program, const PlanFunction& plan) : CodeWriter(program), plan_(plan) {}

  // False if the function needs more registers than an instruction can name.
  bool run() {
    Function& function = program_.functions.emplace_back();
    function.kind = plan_.kind;
    function.path = plan_.path;
    function.argument_count = static_cast<uint16_t>(plan_.argument_count);
    function.node = plan_.node;
    function.may_be_shadowed = plan_.may_be_shadowed;
    function.whole = plan_.whole;
    function.entry = pc();
    Label undefined = new_label();
    block(plan_.body, undefined, undefined);
    bind(undefined);
    if (reachable()) {
      run_size_ = std::max(run_size_, 1u);
      add(Opcode::kReset, temporary(0));
      add(Opcode::kReturn, 0, temporary(0));
    }
    function.end = pc();
    uint32_t registers = plan_.register_count + run_size_;
    if (registers > kMaxRegisters || plan_.builder_count > kMaxRegisters || iterators_ > kMaxRegisters) return false;
    function.register_count = static_cast<uint16_t>(registers);
    function.iterator_count = static_cast<uint16_t>(iterators_);
    function.builder_count = static_cast<uint16_t>(plan_.builder_count);
    fill_in_jumps();
    for (const IndexStarts& index : index_starts_) {
      for (RuleIndex::Node& node : program_.indexes[index.number].nodes) {
        for (uint32_t& alternative : node.alternatives) alternative = place_of(index.starts[alternative]);
      }
    }
    return true;
  }

 private:
  // --- statements

  void block(const Block& block, Label fail, Label exit) {
    for (const Stmt& stmt : block.stmts) statement(stmt, fail, exit);
  }

  void statement(const Stmt& s, Label fail, Label exit) {
    charge_work(1);
    span_ = s.span;
    switch (s.op) {
      case PlanOp::kScan: return scan(s, fail, exit);
      case PlanOp::kExit: return jump(exit);
      case PlanOp::kOnce: return once(s, fail);
      case PlanOp::kNot: return negation(s, fail);
      case PlanOp::kAny: return any(s, fail);
      case PlanOp::kAlternatives: return alternatives(s);
      case PlanOp::kCollect: return collect(s);
      case PlanOp::kWith: return with(s, fail);
      case PlanOp::kKeys: return keys_.push_back(&s);
      default: return instruction(s, fail);
    }
  }

  // A statement without blocks: the instruction that its row names.
  void instruction(const Stmt& s, Label fail) {
    const PlanInfo& info = s.info();
    uint32_t first = info.number == PlanInfo::Number::kBuilder ? s.builder() : s.dst == kNoReg ? 0 : s.dst;
    uint32_t second = 0;
    uint32_t third = 0;
    if (info.list != PlanInfo::Reads::kNone) {
      second = gather(s.list);
      third = static_cast<uint32_t>(s.list.size());
    } else {
      if (s.a.kind != Operand::Kind::kNone) second = use(s.a, 0);
      if (s.b.kind != Operand::Kind::kNone) third = use(s.b, 1);
      if (s.b.kind == Operand::Kind::kNone && info.b == PlanInfo::Reads::kOptional) third = second;
    }
    bool fails = info.fails == PlanInfo::Fails::kYes;
    add(opcode(s), first, second, third, fails ? fail : kNoLabel, immediate(s));
    for (const Stmt* keys : keys_) add_keyed_read(*keys);
    keys_.clear();
  }

  // The instruction that was added last reads at keys.
  void add_keyed_read(const Stmt& keys) {
    KeyedRead& read = program_.keyed_reads.emplace_back();
    read.pc = pc() - 1;
    read.function = keys.function();
    for (const Operand& key : keys.list) read.keys.push_back(key.is_constant() ? KeyedRead::kConstant | key.index : key.index);
  }

  static Opcode opcode(const Stmt& s) {
    const PlanInfo& info = s.info();
    if (info.number == PlanInfo::Number::kArithmetic) return s.arithmetic();
    if (s.op == PlanOp::kGuard && s.compare() == CompareKind::kEqual) return Opcode::kGuardEq;
    return info.opcode != info.other && s.raw_mode() != 0 ? info.other : info.opcode;
  }

  // What field x of the instruction holds: the number, else the mode, unless they are in the opcode or another field.
  static uint32_t immediate(const Stmt& s) {
    switch (s.info().number) {
      case PlanInfo::Number::kNone:
      case PlanInfo::Number::kBuilder: break;
      case PlanInfo::Number::kArithmetic: return 0;
      default: return s.raw_number();
    }
    bool in_opcode = opcode(s) != s.info().opcode || s.info().opcode != s.info().other;
    return in_opcode ? 0 : s.raw_mode();
  }

  void scan(const Stmt& s, Label fail, Label exit) {
    uint32_t iterator = depth_++;
    iterators_ = std::max(iterators_, depth_);
    add(opcode(s), iterator, use(s.a, 0), 0, fail);
    Label next = new_label();
    bind(next);
    add(Opcode::kScanNext, iterator, s.dst == kNoReg ? kNoRegister : s.dst, s.dst2 == kNoReg ? kNoRegister : s.dst2, fail);
    block(*s.blocks[0], next, exit);
    jump(next);
    // The end of a loop is free: it leaves with what was owed where it came from.
    owe_at(fail, owed_at(next) + static_cast<int64_t>(opcode_info(Opcode::kScanNext).work));
    --depth_;
  }

  void once(const Stmt& s, Label fail) {
    Label done = new_label();
    block(*s.blocks[0], fail, done);
    jump(fail);
    bind(done);
  }

  void negation(const Stmt& s, Label fail) {
    Label exhausted = new_label();
    block(*s.blocks[0], exhausted, fail);
    bind(exhausted);
  }

  void any(const Stmt& s, Label fail) {
    Label done = new_label();
    for (const auto& branch : s.blocks) {
      Label next = new_label();
      block(*branch, next, done);
      bind(next);
    }
    jump(fail);
    bind(done);
  }

  void alternatives(const Stmt& s) {
    Label done = new_label();
    if (!s.conditions.empty()) {
      indexed(s, done);
    } else {
      for (const auto& branch : s.blocks) {
        Label next = new_label();
        block(*branch, next, s.stops() ? done : next);
        bind(next);
      }
    }
    bind(done);
  }

  void collect(const Stmt& s) {
    add(Opcode::kBuild, s.builder(), 0, 0, kNoLabel, static_cast<uint32_t>(s.build()));
    Label finish = new_label();
    block(*s.blocks[0], finish, finish);
    bind(finish);
    add(Opcode::kFinish, s.dst, s.builder());
  }

  void with(const Stmt& s, Label fail) {
    add(Opcode::kWith, 0, gather(s.list), static_cast<uint32_t>(s.list.size()), fail, s.with());
    Label failed = new_label();
    Label done = new_label();
    block(*s.blocks[0], failed, failed);
    add(Opcode::kEndWith, 0);
    jump(done);
    bind(failed);
    add(Opcode::kEndWith, 0);
    jump(fail);
    bind(done);
  }

  // Alternatives behind a rule index: the machine goes from one that it leaves to the next.
  void indexed(const Stmt& s, Label done) {
    auto number = static_cast<uint32_t>(program_.indexes.size());
    program_.indexes.push_back(build_index(s.conditions));
    index_starts_.push_back({number, {}});
    for (size_t i = 0; i < s.blocks.size(); ++i) index_starts_.back().starts.push_back(new_label());
    std::vector<Label> starts = index_starts_.back().starts;
    add(Opcode::kSelect, s.dst, 0, 0, kNoLabel, number);
    Label next = new_label();
    bind(next);
    add(Opcode::kNextAlternative, s.dst, 0, 0, done, number);
    for (size_t i = 0; i < s.blocks.size(); ++i) {
      owe_at(starts[i], 0);
      bind(starts[i]);
      enter_by_index();
      block(*s.blocks[i], next, s.stops() ? done : next);
      jump(next);
    }
  }

  // --- operands

  // Registers behind those of the plan, used between two neighbouring instructions only.
  uint32_t temporary(uint32_t index) {
    run_size_ = std::max(run_size_, index + 1);
    return plan_.register_count + index;
  }

  uint32_t use(const Operand& operand, uint32_t which) {
    if (operand.is_register()) return operand.index;
    if (operand.index < kConstantBit - 1u) return kConstantBit | operand.index;
    uint32_t reg = temporary(which);
    add(Opcode::kLoadConst, reg, 0, 0, kNoLabel, operand.index);
    return reg;
  }

  // The values in a run of registers; as they are if they are in one already.
  uint32_t gather(const std::vector<Operand>& operands) {
    if (operands.empty()) return 0;
    bool in_place = true;
    for (size_t i = 0; i < operands.size(); ++i) {
      in_place = in_place && operands[i].is_register() && operands[i].index == operands[0].index + i;
    }
    if (in_place) return operands[0].index;
    for (uint32_t i = 0; i < operands.size(); ++i) {
      uint32_t to = temporary(i);
      if (operands[i].is_constant()) {
        add(Opcode::kLoadConst, to, 0, 0, kNoLabel, operands[i].index);
      } else {
        add(Opcode::kMove, to, operands[i].index);
      }
    }
    return temporary(0);
  }

  // Where the branches of an index begin, in place of their numbers.
  struct IndexStarts {
    uint32_t number;
    std::vector<Label> starts;
  };

  const PlanFunction& plan_;
  std::vector<const Stmt*> keys_;  // at which the next instruction reads
  std::vector<IndexStarts> index_starts_;
  uint32_t depth_ = 0;
  uint32_t iterators_ = 0;
  uint32_t run_size_ = 0;
};

}  // namespace

std::unique_ptr<Program> emit(Plan& plan, std::vector<Diagnostic>& diagnostics) {
  Program& program = *plan.program;
  for (const PlanFunction& function : plan.functions) {
    if (FunctionEmitter(program, function).run()) continue;
    diagnostics.push_back(make_diagnostic(DiagnosticId::kRuleTooLarge, function.span, {function.path}));
    return nullptr;
  }
  finish_program(program);
  return std::move(plan.program);
}

}  // namespace writ::lang
