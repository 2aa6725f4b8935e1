// The rule index: finds, for each definition of a rule, what input slots and arguments must equal for it to succeed. The
// emitter turns that into a decision tree, so that a thousand rules cost what one costs.
//
// A condition is only a filter: the definition still checks it. Conditions are taken from statements that every
// solution must pass, also inside loops, but only from where nothing in front of them can fail: then the index makes no
// difference. hoist_conditions has brought them there.
#include <algorithm>
#include <unordered_map>

#include "engine/value/order.h"
#include "lang/plan/definitions.h"
#include "lang/plan/passes.h"
#include "lang/plan/plan.h"

namespace writ::lang {

namespace {

// The constants that are numbers, by hash.
using Numbers = std::unordered_map<uint64_t, std::vector<uint32_t>>;

Numbers numbers_of(const Plan& plan) {
  Numbers numbers;
  const std::vector<Value>& constants = plan.program->constants;
  for (uint32_t i = 0; i < constants.size(); ++i) {
    if (constants[i].is_number()) numbers[hash(constants[i])].push_back(i);
  }
  return numbers;
}

class ConditionFinder {
 public:
  ConditionFinder(const Plan& plan, const PlanFunction& function, const Numbers& numbers)
      : plan_(plan), function_(function), numbers_(numbers) {}

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
        case PlanOp::kInput: slots_[stmt.dst] = stmt.input_slot(); break;
        case PlanOp::kGuard:
          if (stmt.compare() == CompareKind::kEqual) {
            add(stmt.a, stmt.b);
            add(stmt.b, stmt.a);
          }
          break;
        case PlanOp::kScan: return walk(*stmt.blocks[0]);
        default:
          if (!is_harmless(stmt)) return false;
          break;
      }
    }
    return true;
  }

  void add(const Operand& tested, const Operand& constant) {
    if (!tested.is_register() || !constant.is_constant()) return;
    const Value& value = plan_.program->constants[constant.index];
    if (value.is_collection()) return;
    if (auto slot = slots_.find(tested.index); slot != slots_.end()) {
      conditions_.push_back({false, slot->second, one_of_equals(constant.index)});
    } else if (tested.index < function_.argument_count) {
      conditions_.push_back({true, tested.index, one_of_equals(constant.index)});
    }
  }

  // 1 and 1.0 are two constants and one value: the tree must know them as one.
  uint32_t one_of_equals(uint32_t constant) const {
    const std::vector<Value>& constants = plan_.program->constants;
    const Value& value = constants[constant];
    if (!value.is_number() || value.is_int64()) return constant;
    uint32_t first = constant;
    for (uint32_t i : numbers_.at(hash(value))) {
      if (!equal(constants[i], value)) continue;
      if (constants[i].is_int64()) return i;
      first = std::min(first, i);
    }
    return first;
  }

  const Plan& plan_;
  const PlanFunction& function_;
  const Numbers& numbers_;
  std::unordered_map<uint32_t, uint32_t> slots_;
  std::vector<IndexCondition> conditions_;
};

bool is_worth_it(const std::vector<std::vector<IndexCondition>>& conditions) {
  return std::count_if(conditions.begin(), conditions.end(), [](const auto& list) { return !list.empty(); }) >= 2;
}

}  // namespace

void index_rules(Plan& plan) {
  Numbers numbers = numbers_of(plan);
  for_definitions(plan, false, [&](PlanFunction& function, Stmt& alternatives) {
    if (alternatives.blocks.size() < 2) return;
    ConditionFinder finder(plan, function, numbers);
    std::vector<std::vector<IndexCondition>> conditions;
    for (const auto& branch : alternatives.blocks) conditions.push_back(finder.find(*branch));
    if (!is_worth_it(conditions)) return;
    alternatives.conditions = std::move(conditions);
    alternatives.dst = function.register_count++;
  });
}

}  // namespace writ::lang
