// The rule index: finds, for each definition of a rule, what input slots and arguments must equal for it to succeed. The
// emitter turns that into a decision tree, so that a thousand rules cost what one costs.
//
// A condition is only a filter: the definition still checks it. Conditions are taken from statements that every
// solution must pass, also inside loops, but only from where nothing in front of them can fail: then the index makes no
// difference.
//
// As in OPA, a definition that its conditions rule out is not evaluated at all, so neither is a call in front of them
// that would have failed. That must not depend on a switch: hoist_conditions, which always runs, and before any
// optimisation, checks such conditions once more at the start of the definition. It does not move one over a call that
// the host could see (print, clock): those must happen whether or not a later condition fails.
#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "engine/value/order.h"
#include "lang/plan/passes.h"
#include "lang/plan/plan.h"

namespace writ::lang {

namespace {

// Which functions may call the host, directly or through what they call.
class HostReach {
 public:
  explicit HostReach(const Plan& plan) : plan_(plan), reaches_(plan.functions.size(), false) {
    // Once any function may, so may all that read rules known only at run time, and replaceable calls: then once more.
    spread();
    if (any_) spread();
  }

  bool reaches(const Stmt& stmt) const {
    switch (stmt.info().effect) {
      case PlanInfo::Effect::kCalls:
        if (callee_reaches(stmt)) return true;
        break;
      case PlanInfo::Effect::kReads:
        if (any_) return true;
        break;
      default: break;
    }
    for (const auto& nested : stmt.blocks) {
      if (reaches(*nested)) return true;
    }
    return false;
  }

 private:
  // From the functions that do on to their callers.
  void spread() {
    std::vector<std::vector<uint32_t>> callers(plan_.functions.size());
    std::vector<uint32_t> pending;
    for (uint32_t i = 0; i < plan_.functions.size(); ++i) {
      note_calls(plan_.functions[i].body, i, callers);
      if (reaches(plan_.functions[i].body)) pending.push_back(i);
    }
    for (uint32_t number : pending) reaches_[number] = any_ = true;
    while (!pending.empty()) {
      uint32_t number = pending.back();
      pending.pop_back();
      for (uint32_t caller : callers[number]) {
        if (reaches_[caller]) continue;
        reaches_[caller] = true;
        pending.push_back(caller);
      }
    }
  }

  void note_calls(const Block& block, uint32_t caller, std::vector<std::vector<uint32_t>>& callers) const {
    for (const Stmt& stmt : block.stmts) {
      if (stmt.op == PlanOp::kCallRule || stmt.op == PlanOp::kCall) callers[stmt.function()].push_back(caller);
      for (const auto& nested : stmt.blocks) note_calls(*nested, caller, callers);
    }
  }

  bool callee_reaches(const Stmt& stmt) const {
    bool replaced = stmt.info().mode == PlanInfo::Mode::kReplaceable && stmt.replaceable() && any_;
    if (stmt.op == PlanOp::kCallBuiltin) {
      return replaced || plan_.program->builtins[stmt.builtin()]->effect != Effect::kPure;
    }
    return replaced || reaches_[stmt.function()];
  }
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
  ConditionFinder(const Plan& plan, const PlanFunction& function, const HostReach& host_reach, const Numbers& numbers)
      : plan_(plan), function_(function), host_reach_(host_reach), numbers_(numbers) {}

  // With `harmless_only`, only those with nothing in front of them that can fail.
  std::vector<IndexCondition> find(const Block& branch, bool harmless_only) {
    harmless_only_ = harmless_only;
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
          if (harmless_only_ ? !is_harmless(stmt) : host_reach_.reaches(stmt)) return false;
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
  const HostReach& host_reach_;
  const Numbers& numbers_;
  bool harmless_only_ = false;
  std::unordered_map<uint32_t, uint32_t> slots_;
  std::vector<IndexCondition> conditions_;
};

bool is_worth_it(const std::vector<std::vector<IndexCondition>>& conditions) {
  return std::count_if(conditions.begin(), conditions.end(), [](const auto& list) { return !list.empty(); }) >= 2;
}

// Calls `f(function, host_reach, numbers, alternatives)` for the definitions of every rule and function; with `chains` for the
// branches of `else` as well.
template <class F>
void for_definitions(Plan& plan, bool chains, F f) {
  HostReach host_reach(plan);
  Numbers numbers = numbers_of(plan);
  for (PlanFunction& function : plan.functions) {
    if (function.kind == FunctionKind::kQuery) continue;
    // Only what the whole rule runs through first: below a region the alternatives are few.
    std::vector<Block*> blocks = {&function.body};
    for (size_t i = 0; i < blocks.size(); ++i) {
      for (Stmt& stmt : blocks[i]->stmts) {
        if (stmt.op == PlanOp::kCollect) blocks.push_back(stmt.blocks[0].get());
        if (stmt.op != PlanOp::kAlternatives) continue;
        f(function, host_reach, numbers, stmt);
        for (size_t k = 0; chains && k < stmt.blocks.size(); ++k) blocks.push_back(stmt.blocks[k].get());
      }
    }
  }
}

std::vector<std::vector<IndexCondition>> find_all(const Plan& plan, const PlanFunction& function,
                                                  const HostReach& host_reach, const Numbers& numbers,
                                                  const Stmt& alternatives, bool harmless_only) {
  ConditionFinder finder(plan, function, host_reach, numbers);
  std::vector<std::vector<IndexCondition>> conditions;
  for (const auto& branch : alternatives.blocks) conditions.push_back(finder.find(*branch, harmless_only));
  return conditions;
}

void add_check(PlanFunction& function, const IndexCondition& condition, std::vector<Stmt>& checks) {
  uint32_t tested = condition.number;
  if (!condition.is_argument) {
    Stmt& input = checks.emplace_back();
    input.op = PlanOp::kInput;
    input.set_number(condition.number);
    input.dst = tested = function.register_count++;
  }
  Stmt& guard = checks.emplace_back();
  guard.op = PlanOp::kGuard;
  guard.a = Operand::reg(tested);
  guard.b = Operand::constant(condition.constant);
}

}  // namespace

void hoist_conditions(Plan& plan) {
  for_definitions(plan, true, [&](PlanFunction& function, const HostReach& host_reach, const Numbers& numbers,
                                  Stmt& alternatives) {
    auto all = find_all(plan, function, host_reach, numbers, alternatives, false);
    auto harmless = find_all(plan, function, host_reach, numbers, alternatives, true);
    for (size_t i = 0; i < all.size(); ++i) {
      // The harmless ones come first in both lists.
      std::vector<Stmt> checks;
      for (size_t k = harmless[i].size(); k < all[i].size(); ++k) add_check(function, all[i][k], checks);
      std::vector<Stmt>& body = alternatives.blocks[i]->stmts;
      body.insert(body.begin(), std::make_move_iterator(checks.begin()), std::make_move_iterator(checks.end()));
    }
  });
}

void index_rules(Plan& plan) {
  for_definitions(plan, false, [&](PlanFunction& function, const HostReach& host_reach, const Numbers& numbers,
                                  Stmt& alternatives) {
    if (alternatives.blocks.size() < 2) return;
    auto conditions = find_all(plan, function, host_reach, numbers, alternatives, true);
    if (!is_worth_it(conditions)) return;
    alternatives.conditions = std::move(conditions);
    alternatives.dst = function.register_count++;
  });
}

}  // namespace writ::lang
