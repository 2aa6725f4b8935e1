// The rule index: finds, for each definition of a rule, what input slots and operands must equal for it to succeed. The
// emitter turns that into a decision tree, so that a thousand rules cost what one costs.
//
// A condition is only a filter: the definition still checks it. Conditions are taken from statements that every solution
// must pass, also inside loops, but never from behind a call that the outside could see (print, clock): those must happen
// whether or not a later condition fails.
#include <algorithm>
#include <unordered_map>

#include "engine/value/order.h"
#include "lang/lower.h"

namespace writ::lang {

namespace {

// Which functions may reach the outside, directly or through what they call.
class OutsideReach {
 public:
  explicit OutsideReach(const Plan& plan) : plan_(plan), reaches_(plan.functions.size(), false) {
    bool changed = true;
    while (changed) {
      changed = false;
      for (size_t i = 0; i < plan.functions.size(); ++i) {
        if (reaches_[i] || !reaches(plan.functions[i].body)) continue;
        reaches_[i] = any_ = changed = true;
      }
    }
  }

  bool reaches(const Stmt& stmt) const {
    switch (stmt.op) {
      case PlanOp::kCallBuiltin:
        if (plan_.program->builtins[stmt.number]->effect != Effect::kPure || (stmt.flag && any_)) return true;
        break;
      case PlanOp::kCall:
      case PlanOp::kCallRule:
        if (reaches_[stmt.number] || (stmt.flag && any_)) return true;
        break;
      case PlanOp::kExtent:
      case PlanOp::kDocument:
        if (any_) return true;  // which rules it reads is known only at run time
        break;
      default: break;
    }
    for (const auto& nested : stmt.blocks) {
      if (reaches(*nested)) return true;
    }
    return false;
  }

 private:
  bool reaches(const Block& block) const {
    for (const Stmt& stmt : block.stmts) {
      if (reaches(stmt)) return true;
    }
    return false;
  }

  const Plan& plan_;
  std::vector<bool> reaches_;
  bool any_ = false;
};

class ConditionFinder {
 public:
  ConditionFinder(const Plan& plan, const PlanFunction& function, const OutsideReach& outside)
      : plan_(plan), function_(function), outside_(outside) {}

  std::vector<IndexCondition> find(const Block& branch) {
    slots_.clear();
    conditions_.clear();
    walk(branch);
    return std::move(conditions_);
  }

 private:
  // False: nothing behind this may be used.
  bool walk(const Block& block) {
    for (const Stmt& stmt : block.stmts) {
      switch (stmt.op) {
        case PlanOp::kInput: slots_[stmt.dst] = stmt.number; break;
        case PlanOp::kGuard:
          if (stmt.compare == CompareKind::kEqual) {
            add(stmt.a, stmt.b);
            add(stmt.b, stmt.a);
          }
          break;
        case PlanOp::kScan: return walk(*stmt.blocks[0]);
        default:
          if (outside_.reaches(stmt)) return false;
          break;
      }
    }
    return true;
  }

  void add(const Operand& asked, const Operand& constant) {
    if (!asked.is_register() || !constant.is_constant()) return;
    const Value& value = plan_.program->constants[constant.index];
    if (value.is_collection()) return;
    if (auto slot = slots_.find(asked.index); slot != slots_.end()) {
      conditions_.push_back({false, slot->second, one_of_equals(constant.index)});
    } else if (asked.index < function_.operand_count) {
      conditions_.push_back({true, asked.index, one_of_equals(constant.index)});
    }
  }

  // 1 and 1.0 are two constants and one value: the tree must know them as one.
  uint32_t one_of_equals(uint32_t constant) const {
    const std::vector<Value>& constants = plan_.program->constants;
    const Value& value = constants[constant];
    if (!value.is_number() || value.is_int64()) return constant;
    uint32_t first = constant;
    for (uint32_t i = 0; i < constants.size(); ++i) {
      if (!constants[i].is_number() || !equal(constants[i], value)) continue;
      if (constants[i].is_int64()) return i;
      first = std::min(first, i);
    }
    return first;
  }

  const Plan& plan_;
  const PlanFunction& function_;
  const OutsideReach& outside_;
  std::unordered_map<uint32_t, uint32_t> slots_;
  std::vector<IndexCondition> conditions_;
};

class Indexer {
 public:
  Indexer(Plan& plan, PlanFunction& function, const OutsideReach& outside)
      : plan_(plan), function_(function), outside_(outside) {}

  void walk(Block& block) {
    for (Stmt& stmt : block.stmts) {
      if (stmt.op == PlanOp::kAlternatives && stmt.blocks.size() > 1) index(stmt);
      // Only what the whole rule runs through first: below a region the alternatives are few.
      if (stmt.op == PlanOp::kCollect) walk(*stmt.blocks[0]);
    }
  }

 private:
  void index(Stmt& alternatives) {
    ConditionFinder finder(plan_, function_, outside_);
    std::vector<std::vector<IndexCondition>> conditions;
    size_t with_condition = 0;
    for (const auto& branch : alternatives.blocks) {
      conditions.push_back(finder.find(*branch));
      if (!conditions.back().empty()) ++with_condition;
    }
    if (with_condition < 2) return;
    alternatives.conditions = std::move(conditions);
    alternatives.dst = function_.register_count++;
  }

  Plan& plan_;
  PlanFunction& function_;
  const OutsideReach& outside_;
};

}  // namespace

void index_rules(Plan& plan) {
  OutsideReach outside(plan);
  for (PlanFunction& function : plan.functions) {
    if (function.kind != FunctionKind::kQuery) Indexer(plan, function, outside).walk(function.body);
  }
}

}  // namespace writ::lang
