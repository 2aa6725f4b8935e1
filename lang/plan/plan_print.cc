// The plan in print: one statement a line, blocks indented.
#include "engine/value/text.h"
#include "lang/plan/plan.h"

namespace writ::lang {

namespace {

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
    out_ += s.info().name;
    out_ += subject(s);
    operand(s.a);
    if (s.info().mode == PlanInfo::Mode::kCompare) {
      out_ += " " + std::string(kCompareText[static_cast<size_t>(s.compare())]);
    }
    operand(s.b);
    for (const Operand& o : s.list) operand(o);
    out_ += "\n";
    for (size_t i = 0; i < s.blocks.size(); ++i) {
      if (s.blocks.size() > 1) out_ += std::string(depth * 2, ' ') + "| " + condition(s, i) + "\n";
      block(*s.blocks[i], depth + 1);
    }
  }

  // What the statement is about: its number, by name where it has one.
  std::string subject(const Stmt& s) {
    switch (s.info().number) {
      case PlanInfo::Number::kNone: return "";
      case PlanInfo::Number::kBuiltin: return " " + std::string(plan_.program->builtins[s.builtin()]->name);
      case PlanInfo::Number::kFunction: return " " + plan_.functions[s.function()].path;
      case PlanInfo::Number::kArithmetic: return " " + std::string(opcode_info(s.arithmetic()).name);
      case PlanInfo::Number::kInputSlot:
      case PlanInfo::Number::kDataSlot: return " slot" + std::to_string(s.raw_number());
      case PlanInfo::Number::kBuilder: return " b" + std::to_string(s.builder());
      case PlanInfo::Number::kSize:
      case PlanInfo::Number::kNode:
      case PlanInfo::Number::kWith: return " " + std::to_string(s.raw_number());
    }
    return "";
  }

  std::string condition(const Stmt& s, size_t branch) {
    std::string text;
    if (branch >= s.conditions.size()) return text;
    for (const IndexCondition& c : s.conditions[branch]) {
      text += (text.empty() ? "" : ", ") + std::string(c.is_argument ? "r" : "slot") + std::to_string(c.number) + " == " +
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
