// Plan to bytecode: structure becomes jumps.
#include <algorithm>

#include "lang/plan/lower.h"

namespace writ::lang {

namespace {

using Label = uint32_t;

class FunctionEmitter {
 public:
  FunctionEmitter(Program& program, const PlanFunction& plan) : program_(program), plan_(plan) {}

  // False if the function needs more registers than an instruction can name.
  bool run() {
    Function& function = program_.functions.emplace_back();
    function.kind = plan_.kind;
    function.path = plan_.path;
    function.operand_count = static_cast<uint16_t>(plan_.operand_count);
    function.mask_slot = plan_.mask_slot;
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
    for (auto [at, label] : fixups_) program_.code[at].jump = labels_[label];
    for (auto [index, node, position, label] : index_fixups_) {
      program_.indexes[index].nodes[node].alternatives[position] = labels_[label];
    }
    return true;
  }

 private:
  // --- statements

  void block(const Block& block, Label fail, Label exit) {
    for (const Stmt& stmt : block.stmts) statement(stmt, fail, exit);
  }

  void statement(const Stmt& s, Label fail, Label exit) {
    span_ = s.span;
    switch (s.op) {
      case PlanOp::kMove: add(Opcode::kMove, s.dst, use(s.a, 0)); break;
      case PlanOp::kReset: add(Opcode::kReset, s.dst); break;
      case PlanOp::kInput: add(Opcode::kInput, s.dst, 0, 0, fail, s.number); break;
      case PlanOp::kData: add(Opcode::kData, s.dst, 0, 0, fail, s.number); break;
      case PlanOp::kGet: add(s.flag ? Opcode::kGetBase : Opcode::kGet, s.dst, use(s.a, 0), use(s.b, 1), fail); break;
      case PlanOp::kScan: scan(s, fail, exit); break;
      case PlanOp::kGuard:
        if (s.compare == CompareKind::kEqual) {
          add(Opcode::kGuardEq, 0, use(s.a, 0), use(s.b, 1), fail);
        } else {
          add(Opcode::kGuard, 0, use(s.a, 0), use(s.b, 1), fail, static_cast<uint32_t>(s.compare));
        }
        break;
      case PlanOp::kInputEqual: add(Opcode::kGuardInputEq, 0, use(s.a, 0), 0, fail, s.number); break;
      case PlanOp::kInputTruthy: add(Opcode::kGuardInput, 0, 0, 0, fail, s.number); break;
      case PlanOp::kTruthy: add(Opcode::kTruthy, 0, use(s.a, 0), 0, fail); break;
      case PlanOp::kDefined: add(Opcode::kDefined, 0, use(s.a, 0), 0, fail); break;
      case PlanOp::kUndefined: add(Opcode::kUndefined, 0, use(s.a, 0), 0, fail); break;
      case PlanOp::kCollection: add(Opcode::kCollection, 0, use(s.a, 0), 0, fail); break;
      case PlanOp::kArraySize: add(Opcode::kArraySize, 0, use(s.a, 0), 0, fail, s.number); break;
      case PlanOp::kObjectSize: add(Opcode::kObjectSize, 0, use(s.a, 0), 0, fail, s.number); break;
      case PlanOp::kMember: add(Opcode::kMember, 0, use(s.a, 0), use(s.b, 1), fail); break;
      case PlanOp::kCompare:
        add(Opcode::kCompare, s.dst, use(s.a, 0), use(s.b, 1), kNoLabel, static_cast<uint32_t>(s.compare));
        break;
      case PlanOp::kArithmetic: add(static_cast<Opcode>(s.number), s.dst, use(s.a, 0), use(s.b, 1), fail); break;
      case PlanOp::kCallBuiltin:
        call(s.flag ? Opcode::kCallBuiltinReplaceable : Opcode::kCallBuiltin, s, fail);
        break;
      case PlanOp::kCallRule: add(Opcode::kCallRule, s.dst, 0, 0, fail, s.number); break;
      case PlanOp::kCall: call(s.flag ? Opcode::kCallReplaceable : Opcode::kCall, s, fail); break;
      case PlanOp::kMakeArray: make(Opcode::kMakeArray, s); break;
      case PlanOp::kMakeSet: make(Opcode::kMakeSet, s); break;
      case PlanOp::kMakeObject: make(Opcode::kMakeObject, s); break;
      case PlanOp::kDocument: add(Opcode::kDocument, s.dst, 0, 0, kNoLabel, s.number); break;
      case PlanOp::kExtent: add(Opcode::kExtent, s.dst, use(s.a, 0), 0, fail); break;
      case PlanOp::kMerge: add(Opcode::kMerge, s.dst, use(s.a, 0), use(s.b, 1)); break;
      case PlanOp::kAssignOnce: add(Opcode::kAssignOnce, s.dst, use(s.a, 0), 0, kNoLabel, s.number); break;
      case PlanOp::kYield: {
        uint32_t a = use(s.a, 0);
        add(Opcode::kYield, s.number, a, s.b.kind == Operand::Kind::kNone ? a : use(s.b, 1));
        break;
      }
      case PlanOp::kYieldPath:
        add(Opcode::kYieldPath, s.number, gather(s.operands), count(s), kNoLabel, (s.flag ? 1 : 0) + (s.stop ? 2 : 0));
        break;
      case PlanOp::kReturn: add(Opcode::kReturn, 0, use(s.a, 0)); break;
      case PlanOp::kExit: jump(exit); break;
      case PlanOp::kOnce: once(s, fail); break;
      case PlanOp::kNot: negation(s, fail); break;
      case PlanOp::kAny: any(s, fail); break;
      case PlanOp::kAlternatives: alternatives(s); break;
      case PlanOp::kCollect: collect(s); break;
      case PlanOp::kWith: with(s, fail); break;
    }
  }

  void scan(const Stmt& s, Label fail, Label exit) {
    uint32_t iterator = depth_++;
    iterators_ = std::max(iterators_, depth_);
    add(s.flag ? Opcode::kScanKeys : Opcode::kScan, iterator, use(s.a, 0), 0, fail);
    Label next = new_label();
    bind(next);
    add(Opcode::kScanNext, iterator, s.dst == kNoReg ? kNoRegister : s.dst, s.dst2 == kNoReg ? kNoRegister : s.dst2, fail);
    block(*s.blocks[0], next, exit);
    jump(next);
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
        block(*branch, next, s.stop ? done : next);
        bind(next);
      }
    }
    bind(done);
  }

  void collect(const Stmt& s) {
    add(Opcode::kBuild, s.number, 0, 0, kNoLabel, static_cast<uint32_t>(s.build));
    Label finish = new_label();
    block(*s.blocks[0], finish, finish);
    bind(finish);
    add(Opcode::kFinish, s.dst, s.number);
  }

  void with(const Stmt& s, Label fail) {
    add(Opcode::kWith, 0, gather(s.operands), count(s), fail, s.number);
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

  // --- the rule index: a decision tree over the conditions of the branches

  void indexed(const Stmt& s, Label done) {
    auto number = static_cast<uint32_t>(program_.indexes.size());
    program_.indexes.emplace_back();
    std::vector<Label> starts;
    for (size_t i = 0; i < s.blocks.size(); ++i) starts.push_back(new_label());
    std::vector<uint32_t> all(s.blocks.size());
    for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    index_node(number, s, all, {}, starts, kMaxIndexDepth);
    add(Opcode::kSelect, s.dst, 0, 0, kNoLabel, number);
    Label next = new_label();
    bind(next);
    add(Opcode::kNextAlternative, s.dst, 0, 0, done, number);
    for (size_t i = 0; i < s.blocks.size(); ++i) {
      bind(starts[i]);
      entered_by_index_ = true;
      block(*s.blocks[i], next, s.stop ? done : next);
      jump(next);
    }
  }

  using Question = std::pair<bool, uint32_t>;  // operand?, number

  // The node that chooses among `branches` by questions not asked yet; its number.
  uint32_t index_node(uint32_t index, const Stmt& s, const std::vector<uint32_t>& branches, std::vector<Question> asked,
                      const std::vector<Label>& starts, uint32_t depth) {
    auto number = static_cast<uint32_t>(program_.indexes[index].nodes.size());
    program_.indexes[index].nodes.emplace_back();
    Question question;
    if (depth == 0 || !best_question(s, branches, asked, &question)) {
      RuleIndex::Node& leaf = program_.indexes[index].nodes[number];
      for (uint32_t branch : branches) {
        index_fixups_.push_back({index, number, static_cast<uint32_t>(leaf.alternatives.size()), starts[branch]});
        leaf.alternatives.push_back(0);
      }
      return number;
    }
    asked.push_back(question);
    std::vector<uint32_t> constants;
    for (uint32_t branch : branches) {
      uint32_t constant = condition(s, branch, question);
      if (constant != kNone32 && std::find(constants.begin(), constants.end(), constant) == constants.end()) {
        constants.push_back(constant);
      }
    }
    std::vector<std::pair<uint32_t, uint32_t>> children;
    for (uint32_t constant : constants) {
      std::vector<uint32_t> left;
      for (uint32_t branch : branches) {
        uint32_t wanted = condition(s, branch, question);
        if (wanted == kNone32 || wanted == constant) left.push_back(branch);
      }
      children.emplace_back(constant, index_node(index, s, left, asked, starts, depth - 1));
    }
    std::vector<uint32_t> rest;
    for (uint32_t branch : branches) {
      if (condition(s, branch, question) == kNone32) rest.push_back(branch);
    }
    uint32_t otherwise = index_node(index, s, rest, asked, starts, depth - 1);
    RuleIndex::Node& node = program_.indexes[index].nodes[number];
    (question.first ? node.reg : node.slot) = question.second;
    node.branches = std::move(children);
    node.otherwise = otherwise;
    return number;
  }

  // The constant the branch demands as answer; kNone32 if it does not ask.
  static uint32_t condition(const Stmt& s, uint32_t branch, Question question) {
    for (const IndexCondition& c : s.conditions[branch]) {
      if (c.is_operand == question.first && c.number == question.second) return c.constant;
    }
    return kNone32;
  }

  // The question most branches depend on. One that few depend on would copy the others into every child for nothing.
  static bool best_question(const Stmt& s, const std::vector<uint32_t>& branches, const std::vector<Question>& asked,
                            Question* best) {
    std::vector<std::pair<Question, uint32_t>> counts;
    for (uint32_t branch : branches) {
      for (const IndexCondition& c : s.conditions[branch]) {
        Question question{c.is_operand, c.number};
        if (std::find(asked.begin(), asked.end(), question) != asked.end()) continue;
        auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& row) { return row.first == question; });
        if (found == counts.end()) {
          counts.push_back({question, 1});
        } else {
          ++found->second;
        }
      }
    }
    uint32_t most = 0;
    for (const auto& [question, number] : counts) {
      if (number > most) {
        most = number;
        *best = question;
      }
    }
    return branches.size() > 1 && most * 2 >= branches.size();
  }

  // --- operands

  void call(Opcode op, const Stmt& s, Label fail) { add(op, s.dst, gather(s.operands), count(s), fail, s.number); }
  void make(Opcode op, const Stmt& s) { add(op, s.dst, gather(s.operands), count(s)); }
  static uint32_t count(const Stmt& s) { return static_cast<uint32_t>(s.operands.size()); }

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

  // The operands in a run of registers; as they are if they already stand so.
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

  // --- instructions and labels

  static constexpr Label kNoLabel = UINT32_MAX;

  uint32_t pc() const { return static_cast<uint32_t>(program_.code.size()); }
  Label new_label() {
    labels_.push_back(kNone32);
    used_.push_back(false);
    return static_cast<Label>(labels_.size() - 1);
  }
  void bind(Label label) {
    labels_[label] = pc();
    if (used_[label]) last_bound_ = pc();
  }

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
    entered_by_index_ = false;
    if (program_.spans.empty() || !same(program_.spans.back().span, span_)) program_.spans.push_back({pc(), span_});
    if (target != kNoLabel) {
      fixups_.emplace_back(pc(), target);
      used_[target] = true;
    }
    Instruction instruction;
    instruction.op = op;
    instruction.a = static_cast<uint16_t>(a);
    instruction.b = static_cast<uint16_t>(b);
    instruction.c = static_cast<uint16_t>(c);
    instruction.x = x;
    program_.code.push_back(instruction);
  }

  static bool same(const Span& a, const Span& b) { return a.file == b.file && a.begin == b.begin && a.end == b.end; }

  static constexpr uint32_t kMaxIndexDepth = 3;

  struct IndexFixup {
    uint32_t index, node, position;
    Label label;
  };

  Program& program_;
  const PlanFunction& plan_;
  std::vector<uint32_t> labels_;  // where each is bound
  std::vector<bool> used_;        // whether a jump to it was written before it was bound
  std::vector<std::pair<uint32_t, Label>> fixups_;
  std::vector<IndexFixup> index_fixups_;
  uint32_t last_bound_ = kNone32;
  bool entered_by_index_ = false;
  uint32_t depth_ = 0;
  uint32_t iterators_ = 0;
  uint32_t run_size_ = 0;
  Span span_;
};

}  // namespace

std::unique_ptr<Program> emit(Plan& plan, std::vector<Diagnostic>& diagnostics) {
  Program& program = *plan.program;
  for (const PlanFunction& function : plan.functions) {
    if (FunctionEmitter(program, function).run()) continue;
    Diagnostic diagnostic;
    diagnostic.id = "REGO0501";
    diagnostic.opa_code = "rego_compile_error";
    diagnostic.message = function.path + " is too large: one rule may use at most 32,752 values at a time";
    diagnostic.span = function.span;
    diagnostic.help = "split it into several rules";
    diagnostics.push_back(std::move(diagnostic));
    return nullptr;
  }
  finish_program(program);
  return std::move(plan.program);
}

}  // namespace writ::lang
