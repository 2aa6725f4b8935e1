// The listing of a program. Written from the opcode table: every field shows by what it is.
//
// A function has a head and an instruction a line, with its number; behind one that reads a document at keys stands "at" and the
// keys, once for each document. The rule indexes are listed last, a node a line.
#include "engine/program/program.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kCompareText[] = {"==", "!=", "<", "<=", ">", ">="};
constexpr std::string_view kBuildText[] = {"array", "set", "object", "tree"};
constexpr std::string_view kLeafText[] = {"value", "set-element", "empty-object", "empty-set"};
constexpr std::string_view kConflictText[] = {"complete-rule", "function", "object-keys"};
constexpr std::string_view kFunctionText[] = {"rule", "function", "extent", "query", "keyed"};

class Disassembler {
 public:
  explicit Disassembler(const Program& program) : program_(program) {
    name_slots(program.input_paths, "input", &input_names_);
    name_slots(program.data_paths, "data", &data_names_);
  }

  std::string run() {
    for (const Function& function : program_.functions) list(function);
    for (size_t i = 0; i < program_.indexes.size(); ++i) list_index(i);
    return std::move(out_);
  }

 private:
  static void name_slots(const PathTrie& paths, const std::string& root, std::vector<std::string>* names) {
    names->assign(paths.slot_count(), "");
    std::vector<std::string> at(paths.nodes().size());
    at[0] = root;
    for (size_t i = 0; i < paths.nodes().size(); ++i) {
      const PathTrie::Node& node = paths.nodes()[i];
      if (node.slot != PathTrie::kNoSlot) (*names)[node.slot] = at[i];
      for (uint32_t child : node.children) at[child] = at[i] + "." + paths.nodes()[child].key;
    }
  }

  void list(const Function& function) {
    out_ += std::string(kFunctionText[static_cast<size_t>(function.kind)]) + " " + function.path + "  ; " +
            number(function.argument_count) + " arguments, " + number(function.register_count) + " registers, " +
            number(function.iterator_count) + " iterators, " + number(function.builder_count) + " builders\n";
    for (uint32_t pc = function.entry; pc < function.end; ++pc) list(program_.code[pc], pc);
    out_ += "\n";
  }

  void list(const Instruction& in, uint32_t pc) {
    const OpcodeInfo& info = opcode_info(in.op);
    std::string line = "  " + padded(number(pc), 5) + "  ";
    line += padded(std::string(info.name), 17);
    field(line, info.a, in.a, in);
    field(line, info.b, in.b, in);
    field(line, info.c, in.c, in);
    field(line, info.x, in.x, in);
    if (info.jump == Field::kTarget) line += " -> " + number(in.jump);
    for (const KeyedRead& read : program_.keyed_reads_of(pc, pc + 1)) line += keys_text(read);
    out_ += line + "\n";
  }

  void field(std::string& line, Field kind, uint32_t value, const Instruction& in) {
    switch (kind) {
      case Field::kNone:
      case Field::kTarget: return;
      case Field::kReg: line += " r" + number(value); return;
      case Field::kOptionalReg: line += value == kNoRegister ? " -" : " r" + number(value); return;
      case Field::kRegOrConst:
        line += (value & kConstantBit) != 0 ? " " + to_rego(program_.constants[value & ~uint32_t{kConstantBit}])
                                            : " r" + number(value);
        return;
      case Field::kArgs: line += in.c == 0 ? " ()" : " r" + number(value) + "…"; return;
      case Field::kArgCount:
      case Field::kPairCount:
      case Field::kRowCount: line += " x" + number(value); return;
      case Field::kIterator:
      case Field::kNewIterator: line += " i" + number(value); return;
      case Field::kBuilder:
      case Field::kNewBuilder: line += " b" + number(value); return;
      case Field::kInputSlot: line += " " + input_names_[value]; return;
      case Field::kDataSlot: line += " " + data_names_[value]; return;
      case Field::kFunction: line += " " + program_.functions[value].path; return;
      case Field::kBuiltin: line += " " + std::string(program_.builtins[value]->name); return;
      case Field::kConst: line += " " + to_rego(program_.constants[value]); return;
      case Field::kNode: line += " node" + number(value); return;
      case Field::kWith: line += with_text(program_.withs[value]); return;
      case Field::kIndex: line += " index" + number(value); return;
      case Field::kCompare: line += " " + std::string(kCompareText[value]); return;
      case Field::kBuildKind: line += " " + std::string(kBuildText[value]); return;
      case Field::kConflict: line += " " + std::string(kConflictText[value]); return;
      case Field::kLeafKind: line += " " + std::string(kLeafText[value]); return;
      case Field::kNumber: line += " " + number(value); return;
    }
  }

  std::string keys_text(const KeyedRead& read) {
    std::string text = "  at";
    for (uint32_t key : read.keys) {
      bool is_constant = (key & KeyedRead::kConstant) != 0;
      text += is_constant ? " " + to_rego(program_.constants[key & ~KeyedRead::kConstant]) : " r" + number(key);
    }
    return text;
  }

  std::string with_text(const WithScope& scope) {
    std::string text;
    for (const WithTarget& target : scope.targets) {
      if (target.kind == WithTarget::Kind::kFunction) {
        text += " " + program_.functions[target.target].path;
      } else if (target.kind == WithTarget::Kind::kBuiltin) {
        text += " " + std::string(program_.builtins[target.target]->name);
      } else {
        text += target.kind == WithTarget::Kind::kInput ? " input" : " data";
        for (const std::string& segment : target.path) text += "." + segment;
      }
    }
    return text;
  }

  void list_index(size_t number_of_index) {
    out_ += "index" + number(static_cast<uint32_t>(number_of_index)) + "\n";
    const RuleIndex& index = program_.indexes[number_of_index];
    for (size_t i = 0; i < index.nodes.size(); ++i) {
      const RuleIndex::Node& node = index.nodes[i];
      out_ += "  node " + number(static_cast<uint32_t>(i)) + ":";
      if (node.branches.empty()) {
        for (uint32_t target : node.alternatives) out_ += " " + number(target);
        out_ += "\n";
        continue;
      }
      out_ += " " + (node.slot != kNone32 ? input_names_[node.slot] : "r" + number(node.reg)) + "\n";
      for (const auto& [constant, child] : node.branches) {
        out_ += "    " + to_rego(program_.constants[constant]) + " -> node " + number(child) + "\n";
      }
      out_ += "    otherwise -> node " + number(node.otherwise) + "\n";
    }
  }

  static std::string number(uint32_t value) { return std::to_string(value); }
  static std::string padded(std::string text, size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
  }

  const Program& program_;
  std::vector<std::string> input_names_, data_names_;
  std::string out_;
};

}  // namespace

std::string disassemble(const Program& program) { return Disassembler(program).run(); }

}  // namespace writ
