// The gate in front of the machine's unchecked loop. Everything the loop takes for granted is established here, field by
// field from the opcode table, so that an opcode added there is checked without a line here.
#include <algorithm>

#include "engine/program/program.h"

namespace writ {

namespace {

class Verifier {
 public:
  explicit Verifier(const Program& program) : program_(program) {}

  std::string run() {
    if (program_.code.size() > UINT32_MAX / 2) return "the program is too large";
    check_functions();
    check_nodes();
    check_withs();
    check_indexes();
    for (const EntryPoint& entry : program_.entries) {
      if (entry.function >= program_.functions.size() || program_.functions[entry.function].operand_count != 0) {
        fail("entry point " + entry.path + " leads to no rule");
      }
    }
    return std::move(fault_);
  }

 private:
  void fail(const std::string& text) {
    if (fault_.empty()) fault_ = text;
  }

  void check_functions() {
    uint32_t expected = 0;
    for (const Function& function : program_.functions) {
      if (function.entry != expected || function.end <= function.entry || function.end > program_.code.size()) {
        return fail("the code of " + function.path + " is out of place");
      }
      expected = function.end;
      if (function.register_count > kMaxRegisters || function.operand_count > function.register_count) {
        return fail(function.path + " has too many registers");
      }
      if (function.mask_slot != kNone32 && function.mask_slot >= program_.data_paths.slot_count()) {
        return fail(function.path + " names a data slot that does not exist");
      }
      for (uint32_t pc = function.entry; pc < function.end; ++pc) check_instruction(function, pc);
      if (!fault_.empty()) return;
      Flow last = opcode_info(program_.code[function.end - 1].op).flow;
      if (last != Flow::kReturn && last != Flow::kJump) return fail(function.path + " runs off its end");
      check_loops(function);
    }
    if (expected != program_.code.size()) fail("there is code that belongs to no function");
  }

  void check_instruction(const Function& function, uint32_t pc) {
    const Instruction& in = program_.code[pc];
    if (static_cast<uint32_t>(in.op) >= kOpcodeCount) return fail("unknown opcode" + at(pc));
    const OpcodeInfo& info = opcode_info(in.op);
    bool fine = operand(function, info.a, in.a, in) && operand(function, info.b, in.b, in) &&
                operand(function, info.c, in.c, in) && wide(function, info.jump, in.jump, in) &&
                wide(function, info.x, in.x, in);
    if (!fine) fail(std::string("a field of ") + std::string(info.name) + " is out of bounds" + at(pc));
    if (info.x == Field::kIndex) check_index_use(function, in, pc);
    if (fault_.empty() && info.jump == Field::kTarget && in.jump <= pc && !charges_fuel(program_.code[in.jump].op)) {
      fail("a loop burns no fuel" + at(pc));
    }
  }

  bool operand(const Function& function, Field field, uint16_t value, const Instruction& in) const {
    switch (field) {
      case Field::kNone: return true;
      case Field::kReg: return value < function.register_count;
      case Field::kOptionalReg: return value == kNoRegister || value < function.register_count;
      case Field::kRegOrConst:
        return (value & kConstantBit) != 0 ? (value & ~kConstantBit) < static_cast<int>(program_.constants.size())
                                           : value < function.register_count;
      case Field::kArgs: return in.c == 0 || uint32_t{value} + in.c <= function.register_count;
      case Field::kArgCount: return in.c == argument_count(in);
      case Field::kPairCount: return value % 2 == 0;
      case Field::kRowCount: return value != 0;
      case Field::kIterator:
      case Field::kNewIterator: return value < function.iterator_count;
      case Field::kBuilder:
      case Field::kNewBuilder: return value < function.builder_count;
      default: return false;
    }
  }

  bool wide(const Function& function, Field field, uint32_t value, const Instruction& in) const {
    switch (field) {
      case Field::kNone:
      case Field::kNumber: return true;
      case Field::kTarget: return value >= function.entry && value < function.end;
      case Field::kInputSlot: return value < program_.input_paths.slot_count();
      case Field::kDataSlot: return value < program_.data_paths.slot_count();
      case Field::kFunction:
        return value < program_.functions.size() &&
               (opcode_info(in.op).c == Field::kArgCount || program_.functions[value].operand_count == 0);
      case Field::kBuiltin: return value < program_.builtins.size() && program_.builtins[value]->function != nullptr;
      case Field::kConst: return value < program_.constants.size();
      case Field::kNode: return value < program_.nodes.size();
      case Field::kWith: return value < program_.withs.size();
      case Field::kIndex: return value < program_.indexes.size();
      case Field::kCompare: return value <= static_cast<uint32_t>(CompareKind::kGreaterOrEqual);
      case Field::kBuildKind: return value <= static_cast<uint32_t>(BuildKind::kTree);
      case Field::kConflict: return value <= static_cast<uint32_t>(ConflictKind::kObjectKeys);
      default: return false;
    }
  }

  // How many arguments what field x names takes.
  uint32_t argument_count(const Instruction& in) const {
    switch (opcode_info(in.op).x) {
      case Field::kFunction: return in.x < program_.functions.size() ? program_.functions[in.x].operand_count : kNone32;
      case Field::kBuiltin:
        if (in.x >= program_.builtins.size()) return kNone32;
        return program_.builtins[in.x]->variadic ? in.c : program_.builtins[in.x]->arity;
      case Field::kWith:
        return in.x < program_.withs.size() ? static_cast<uint32_t>(program_.withs[in.x].targets.size()) : kNone32;
      default: return in.c;
    }
  }

  // SCAN_NEXT burns fuel for an element, not for the end. So its end must lead out: to a loop around it, or behind the
  // last jump back to it. Then no code can go round exhausted loops for ever.
  void check_loops(const Function& function) {
    if (!fault_.empty()) return;
    std::vector<uint32_t> last_jump_back(function.end - function.entry, 0);
    for (uint32_t pc = function.entry; pc < function.end; ++pc) {
      const Instruction& in = program_.code[pc];
      bool jumps = opcode_info(in.op).jump == Field::kTarget;
      if (jumps && in.jump <= pc) last_jump_back[in.jump - function.entry] = pc;
    }
    for (uint32_t pc = function.entry; pc < function.end; ++pc) {
      const Instruction& in = program_.code[pc];
      if (opcode_info(in.op).flow != Flow::kLoop) continue;
      bool leads_out = in.jump < pc || in.jump > std::max(pc, last_jump_back[pc - function.entry]);
      if (!leads_out) return fail("a loop does not end where it is exhausted" + at(pc));
    }
  }

  // Every loop leads through one of these, so that none is endless.
  static bool charges_fuel(Opcode op) {
    Flow flow = opcode_info(op).flow;
    return flow == Flow::kLoop || flow == Flow::kChoose;
  }

  // The alternatives of an index belong to the function that asks for them.
  void check_index_use(const Function& function, const Instruction& in, uint32_t pc) {
    if (in.x >= program_.indexes.size()) return;
    for (const RuleIndex::Node& node : program_.indexes[in.x].nodes) {
      for (uint32_t target : node.alternatives) {
        if (target <= pc || target >= function.end) return fail("an alternative leads out of its rule" + at(pc));
      }
      if (node.reg != kNone32 && node.reg >= function.register_count) {
        return fail("a rule index asks for a register that does not exist" + at(pc));
      }
    }
  }

  void check_nodes() {
    auto function_fits = [&](uint32_t function) {
      return function == kNone32 ||
             (function < program_.functions.size() && program_.functions[function].operand_count == 0);
    };
    for (const DocumentNode& node : program_.nodes) {
      if (!function_fits(node.rule) || !function_fits(node.extent)) return fail("a document node names no rule");
      if (node.data_slot >= program_.data_paths.slot_count()) return fail("a document node names no data slot");
      for (uint32_t child : node.children) {
        if (child >= program_.nodes.size()) return fail("a document node has a child that does not exist");
      }
    }
  }

  // A replacement must take what the target takes.
  void check_withs() {
    for (const WithScope& scope : program_.withs) {
      for (const WithTarget& target : scope.targets) {
        uint32_t operands = 0;
        if (target.kind == WithTarget::Kind::kFunction) {
          if (target.target >= program_.functions.size()) return fail("a with names no function");
          operands = program_.functions[target.target].operand_count;
        } else if (target.kind == WithTarget::Kind::kBuiltin) {
          if (target.target >= program_.builtins.size()) return fail("a with names no built-in");
          operands = program_.builtins[target.target]->arity;
        } else {
          if (target.by != WithTarget::By::kValue) return fail("a with replaces a document by a function");
          continue;
        }
        if (target.by == WithTarget::By::kFunction &&
            (target.replacement >= program_.functions.size() ||
             program_.functions[target.replacement].operand_count != operands)) {
          return fail("a with replaces a function by one of another arity");
        }
        if (target.by == WithTarget::By::kBuiltin &&
            (target.replacement >= program_.builtins.size() ||
             program_.builtins[target.replacement]->arity != operands ||
             program_.builtins[target.replacement]->function == nullptr)) {
          return fail("a with replaces a function by a built-in of another arity");
        }
      }
    }
  }

  // Nodes lead forward only, so that a walk ends.
  void check_indexes() {
    for (const RuleIndex& index : program_.indexes) {
      if (index.nodes.empty()) return fail("a rule index is empty");
      for (uint32_t number = 0; number < index.nodes.size(); ++number) {
        const RuleIndex::Node& node = index.nodes[number];
        if (node.branches.empty()) continue;
        if (node.slot == kNone32 ? node.reg == kNone32 : node.slot >= program_.input_paths.slot_count()) {
          return fail("a rule index asks for a slot that does not exist");
        }
        bool forward = node.otherwise > number && node.otherwise < index.nodes.size();
        for (const auto& [constant, child] : node.branches) {
          forward = forward && constant < program_.constants.size() && child > number && child < index.nodes.size();
        }
        if (!forward) return fail("a rule index does not lead forward");
      }
    }
  }

  static std::string at(uint32_t pc) { return " (instruction " + std::to_string(pc) + ")"; }

  const Program& program_;
  std::string fault_;
};

}  // namespace

std::string verify(const Program& program) { return Verifier(program).run(); }

}  // namespace writ
