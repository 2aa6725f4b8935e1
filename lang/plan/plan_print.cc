// The plan in print: one statement a line, blocks indented.
#include "engine/value/text.h"
#include "lang/plan/plan.h"

namespace writ::lang {

namespace {

constexpr std::string_view kNames[] = {
    "move", "reset", "input", "data", "get", "scan", "guard", "input_equal", "input_truthy", "truthy", "defined",
    "undefined", "collection", "array_size", "object_size", "member", "compare", "arithmetic", "call_builtin", "call_rule",
    "call", "make_array", "make_set", "make_object", "document", "extent", "merge", "assign_once", "yield", "yield_path",
    "return", "exit", "once", "not", "any", "alternatives", "collect", "with",
};
static_assert(sizeof(kNames) / sizeof(kNames[0]) == static_cast<size_t>(PlanOp::kWith) + 1);

constexpr std::string_view kCompareText[] = {"==", "!=", "<", "<=", ">", ">="};

class Printer {
 public:
  explicit Printer(const Plan& plan) : plan_(plan) {}

  std::string run() {
    for (const PlanFunction& function : plan_.functions) {
      out_ += function.path + "\n";
      block(function.body, 1);
      out_ += "\n";
    }
    return std::move(out_);
  }

 private:
  void block(const Block& block, size_t depth) {
    for (const Stmt& stmt : block.stmts) statement(stmt, depth);
  }

  void statement(const Stmt& s, size_t depth) {
    out_.append(depth * 2, ' ');
    if (s.dst != kNoReg) out_ += "r" + std::to_string(s.dst);
    if (s.dst2 != kNoReg) out_ += (s.dst != kNoReg ? ", r" : "r") + std::to_string(s.dst2);
    if (s.dst != kNoReg || s.dst2 != kNoReg) out_ += " = ";
    out_ += kNames[static_cast<size_t>(s.op)];
    out_ += subject(s);
    operand(s.a);
    if (s.op == PlanOp::kGuard || s.op == PlanOp::kCompare) {
      out_ += " " + std::string(kCompareText[static_cast<size_t>(s.compare)]);
    }
    operand(s.b);
    for (const Operand& o : s.operands) operand(o);
    out_ += "\n";
    for (size_t i = 0; i < s.blocks.size(); ++i) {
      if (s.blocks.size() > 1) out_ += std::string(depth * 2, ' ') + "| " + condition(s, i) + "\n";
      block(*s.blocks[i], depth + 1);
    }
  }

  std::string subject(const Stmt& s) {
    switch (s.op) {
      case PlanOp::kCallBuiltin: return " " + std::string(plan_.program->builtins[s.number]->name);
      case PlanOp::kCall:
      case PlanOp::kCallRule: return " " + plan_.functions[s.number].path;
      case PlanOp::kArithmetic: return " " + std::string(kOpcodes[s.number].name);
      case PlanOp::kInput:
      case PlanOp::kInputEqual:
      case PlanOp::kInputTruthy:
      case PlanOp::kData: return " slot" + std::to_string(s.number);
      case PlanOp::kArraySize:
      case PlanOp::kObjectSize:
      case PlanOp::kDocument:
      case PlanOp::kWith: return " " + std::to_string(s.number);
      case PlanOp::kYield:
      case PlanOp::kYieldPath:
      case PlanOp::kCollect: return " b" + std::to_string(s.number);
      default: return "";
    }
  }

  std::string condition(const Stmt& s, size_t branch) {
    std::string text;
    if (branch >= s.conditions.size()) return text;
    for (const IndexCondition& c : s.conditions[branch]) {
      text += (text.empty() ? "" : ", ") + std::string(c.is_operand ? "r" : "slot") + std::to_string(c.number) + " == " +
              to_rego(plan_.program->constants[c.constant]);
    }
    return text;
  }

  void operand(const Operand& o) {
    if (o.is_register()) out_ += " r" + std::to_string(o.index);
    if (o.is_constant()) out_ += " " + to_rego(plan_.program->constants[o.index]);
  }

  const Plan& plan_;
  std::string out_;
};

}  // namespace

std::string dump(const Plan& plan) { return Printer(plan).run(); }

}  // namespace writ::lang
