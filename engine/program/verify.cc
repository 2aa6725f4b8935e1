// The gate in front of the machine's unchecked loop: everything the loop takes for granted is established here.
//
// First the fields of every instruction, from the opcode table, so that an opcode added there is checked without a line
// here: narrow() and wide() say for each kind of field which values are in bounds. Then the tables that instructions
// point into: document nodes, `with` scopes, rule indexes. Last, in verify_flow.cc, the ways through each function. The
// first thing that is wrong is reported.
#include <algorithm>

#include "engine/program/program.h"
#include "engine/program/verify_flow.h"

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
    check_keyed_reads();
    check_flow();
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
      if (function.register_count > kMaxRegisters || function.argument_count > function.register_count) {
        return fail(function.path + " has too many registers");
      }
      bool is_keyed = function.kind == FunctionKind::kKeyed;
      bool has_whole = function.whole < program_.functions.size() && program_.functions[function.whole].argument_count == 0;
      if (is_keyed ? !has_whole : function.whole != kNone32) return fail(function.path + " is part of no document");
      bool has_node = function.node < program_.nodes.size();
      if (!has_node && (function.node != kNone32 || function.may_be_shadowed)) {
        return fail(function.path + " is at a document node that does not exist");
      }
      for (uint32_t pc = function.entry; pc < function.end; ++pc) check_instruction(function, pc);
    }
    if (expected != program_.code.size()) fail("there is code that belongs to no function");
  }

  void check_instruction(const Function& function, uint32_t pc) {
    const Instruction& in = program_.code[pc];
    if (static_cast<uint32_t>(in.op) >= kOpcodeCount) return fail("unknown opcode" + at(pc));
    const OpcodeInfo& info = opcode_info(in.op);
    bool fine = narrow(function, info.a, in.a, in) && narrow(function, info.b, in.b, in) &&
                narrow(function, info.c, in.c, in) && wide(function, info.jump, in.jump, in) &&
                wide(function, info.x, in.x, in);
    if (!fine) fail(std::string("a field of ") + std::string(info.name) + " is out of bounds" + at(pc));
    if (info.x == Field::kIndex) check_index_use(function, in, pc);
  }

  bool narrow(const Function& function, Field field, uint16_t value, const Instruction& in) const {
    switch (field) {
      case Field::kNone: return true;
      case Field::kReg: return value < function.register_count;
      case Field::kOptionalReg: return value == kNoRegister || value < function.register_count;
      case Field::kRegOrConst:
        return (value & kConstantBit) != 0 ? (value & ~kConstantBit) < static_cast<int>(program_.constants.size())
                                           : value < function.register_count;
      case Field::kArgs: return in.c == 0 || uint32_t{value} + in.c <= function.register_count;
      case Field::kArgCount: return in.c == expected_arguments(in);
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
               (opcode_info(in.op).c == Field::kArgCount || program_.functions[value].argument_count == 0);
      case Field::kBuiltin: return value < program_.builtins.size() && program_.builtins[value]->function != nullptr;
      case Field::kConst: return value < program_.constants.size();
      case Field::kNode: return value < program_.nodes.size();
      case Field::kWith: return value < program_.withs.size();
      case Field::kIndex: return value < program_.indexes.size();
      case Field::kCompare: return value <= static_cast<uint32_t>(CompareKind::kGreaterOrEqual);
      case Field::kBuildKind: return value <= static_cast<uint32_t>(BuildKind::kTree);
      case Field::kLeafKind: return value <= static_cast<uint32_t>(LeafKind::kEmptySet);
      case Field::kConflict: return value <= static_cast<uint32_t>(ConflictKind::kObjectKeys);
      default: return false;
    }
  }

  // How many arguments what field x names takes.
  uint32_t expected_arguments(const Instruction& in) const {
    switch (opcode_info(in.op).x) {
      case Field::kFunction:
        return in.x < program_.functions.size() ? program_.functions[in.x].argument_count : kNone32;
      case Field::kBuiltin:
        if (in.x >= program_.builtins.size()) return kNone32;
        return program_.builtins[in.x]->variadic ? in.c : program_.builtins[in.x]->arity;
      case Field::kWith:
        return in.x < program_.withs.size() ? static_cast<uint32_t>(program_.withs[in.x].targets.size()) : kNone32;
      default: return in.c;
    }
  }

  // The alternatives of an index belong to the function that chooses from it.
  void check_index_use(const Function& function, const Instruction& in, uint32_t pc) {
    if (in.x >= program_.indexes.size()) return;
    for (const RuleIndex::Node& node : program_.indexes[in.x].nodes) {
      for (uint32_t target : node.alternatives) {
        if (target <= pc || target >= function.end) return fail("an alternative leads out of its rule" + at(pc));
      }
      if (node.reg != kNone32 && node.reg >= function.register_count) {
        return fail("a rule index tests a register that does not exist" + at(pc));
      }
    }
  }

  void check_nodes() {
    auto function_fits = [&](uint32_t function) {
      return function == kNone32 ||
             (function < program_.functions.size() && program_.functions[function].argument_count == 0);
    };
    for (uint32_t number = 0; number < program_.nodes.size(); ++number) {
      const DocumentNode& node = program_.nodes[number];
      // Parents come first, so every walk upwards ends.
      bool placed = number == 0 ? node.parent == kNone32 : node.parent < number;
      if (!placed) return fail("a document node comes before the one it is in");
      if (!function_fits(node.rule) || !function_fits(node.extent))
        return fail("the function of a document node is not a rule");
      if (node.data_slot >= program_.data_paths.slot_count()) return fail("a document node has no data slot");
    }
    check_siblings();
  }

  // A key leads from a node to one other.
  void check_siblings() {
    std::vector<std::pair<uint32_t, std::string_view>> places;
    for (const DocumentNode& node : program_.nodes) places.emplace_back(node.parent, node.key);
    std::sort(places.begin(), places.end());
    if (std::adjacent_find(places.begin(), places.end()) != places.end()) fail("two document nodes are in one place");
  }

  // A replacement must take what the target takes.
  void check_withs() {
    for (const WithScope& scope : program_.withs) {
      for (const WithTarget& target : scope.targets) {
        uint32_t arguments = 0;
        if (target.kind == WithTarget::Kind::kFunction) {
          if (target.target >= program_.functions.size()) return fail("`with` target is not a function");
          arguments = program_.functions[target.target].argument_count;
        } else if (target.kind == WithTarget::Kind::kBuiltin) {
          if (target.target >= program_.builtins.size()) return fail("`with` target is not a built-in");
          arguments = program_.builtins[target.target]->arity;
        } else {
          if (target.by != WithTarget::By::kValue) return fail("`with` replaces a document by a function");
          if (target.node != kNone32 && target.node >= program_.nodes.size()) {
            return fail("`with` target is not a document node");
          }
          continue;
        }
        if (target.by == WithTarget::By::kFunction &&
            (target.replacement >= program_.functions.size() ||
             program_.functions[target.replacement].argument_count != arguments)) {
          return fail("`with` replaces a function by one of another arity");
        }
        if (target.by == WithTarget::By::kBuiltin && (target.replacement >= program_.builtins.size() ||
                                                      program_.builtins[target.replacement]->arity != arguments ||
                                                      program_.builtins[target.replacement]->function == nullptr)) {
          return fail("`with` replaces a function by a built-in of another arity");
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
          return fail("a rule index tests a slot that does not exist");
        }
        bool forward = node.otherwise > number && node.otherwise < index.nodes.size();
        for (const auto& [constant, child] : node.branches) {
          forward = forward && constant < program_.constants.size() && child > number && child < index.nodes.size();
        }
        if (!forward) return fail("a rule index does not lead forward");
      }
    }
  }

  // Each is at an instruction that may read a document, whose caller has the arguments.
  void check_keyed_reads() {
    auto function = program_.functions.begin();
    uint32_t last = 0;
    for (const KeyedRead& read : program_.keyed_reads) {
      if (read.pc < last || read.pc >= program_.code.size()) return fail("reads at keys are out of order");
      last = read.pc;
      while (function != program_.functions.end() && function->end <= read.pc) ++function;
      if (function == program_.functions.end()) return fail("a read at keys is in no function");
      Opcode op = program_.code[read.pc].op;
      bool reads = op == Opcode::kCallRule || op == Opcode::kGet;
      bool is_keyed = read.function < program_.functions.size() && program_.functions[read.function].kind == FunctionKind::kKeyed;
      if (read.keys.size() > KeyedRead::kMaxKeys) return fail("a read at too many keys" + at(read.pc));
      if (!reads || !is_keyed || program_.functions[read.function].argument_count != read.keys.size()) {
        return fail("a read at keys does not fit" + at(read.pc));
      }
      for (uint32_t key : read.keys) {
        bool is_there = (key & KeyedRead::kConstant) != 0 ? (key & ~KeyedRead::kConstant) < program_.constants.size()
                                                          : key < function->register_count;
        if (!is_there) return fail("a key is out of bounds" + at(read.pc));
      }
    }
  }

  // Last, since it goes by fields that were found in bounds.
  void check_flow() {
    if (!fault_.empty()) return;
    FlowVerifier flow(program_);
    for (const Function& function : program_.functions) {
      fault_ = flow.check(function);
      if (!fault_.empty()) return;
    }
  }

  static std::string at(uint32_t pc) { return " (instruction " + std::to_string(pc) + ")"; }

  const Program& program_;
  std::string fault_;
};

}  // namespace

std::string verify(const Program& program) {
  return Verifier(program).run();
}

}  // namespace writ
