// Which keyed documents there are, and which wholes can fail: what a function does itself, and then from the functions that fail on
// to their callers. A statement counts as one that may fail unless it is plain that it cannot, so that documents which are only
// filled from the input and base documents cost nothing more than before.
#include "lang/plan/keyed_documents.h"

#include <algorithm>

namespace writ::lang {

uint32_t KeyedDocuments::ask(KeyedDocument document) {
  auto [known, added] = numbers_.emplace(std::pair(document.whole, document.positions), static_cast<uint32_t>(all_.size()));
  if (added) all_.push_back(std::move(document));
  return known->second;
}

namespace {

void put_into(Block& block, const std::vector<uint32_t>& functions) {
  std::erase_if(block.stmts, [&](const Stmt& stmt) { return stmt.op == PlanOp::kKeys && functions[stmt.function()] == kNone32; });
  for (Stmt& stmt : block.stmts) {
    if (stmt.op == PlanOp::kKeys) stmt.set_number(functions[stmt.function()]);
    for (auto& nested : stmt.blocks) put_into(*nested, functions);
  }
}

class FailureReach {
 public:
  explicit FailureReach(const Plan& plan) : plan_(plan), callers_(plan.functions.size()), fails_(plan.functions.size(), false) {}

  std::vector<bool> find() {
    std::vector<uint32_t> pending;
    for (uint32_t number = 0; number < plan_.functions.size(); ++number) {
      caller_ = number;
      if (!may_fail(plan_.functions[number].body, false)) continue;
      fails_[number] = true;
      pending.push_back(number);
    }
    while (!pending.empty()) {
      uint32_t number = pending.back();
      pending.pop_back();
      for (uint32_t caller : callers_[number]) {
        if (fails_[caller]) continue;
        fails_[caller] = true;
        pending.push_back(caller);
      }
    }
    return std::move(fails_);
  }

 private:
  // `agree`: all that is assigned there is one constant.
  bool may_fail(const Block& block, bool agree) {
    return std::any_of(block.stmts.begin(), block.stmts.end(), [&](const Stmt& stmt) { return may_fail(stmt, agree); });
  }

  bool may_fail(const Stmt& stmt, bool agree) {
    switch (stmt.op) {
      case PlanOp::kAssignOnce: return !agree;
      case PlanOp::kCallRule: callers_[stmt.function()].push_back(caller_); break;
      case PlanOp::kCall:
        if (stmt.replaceable()) return true;
        callers_[stmt.function()].push_back(caller_);
        break;
      case PlanOp::kArithmetic:
      case PlanOp::kCallBuiltin:
      case PlanOp::kDocument:
      case PlanOp::kExtent:
      case PlanOp::kWith: return true;
      case PlanOp::kCollect:
        if (stmt.build() == BuildKind::kTree) return true;
        if (stmt.build() == BuildKind::kObject && !has_one_value(*stmt.blocks[0], stmt.builder())) return true;
        break;
      case PlanOp::kAlternatives: agree = stmt.stops(); break;
      default: break;
    }
    return std::any_of(stmt.blocks.begin(), stmt.blocks.end(), [&](const auto& nested) { return may_fail(*nested, agree); });
  }

  // Whether all members that the builder gets have the same constant for a value.
  static bool has_one_value(const Block& block, uint32_t builder) {
    const Operand* value = nullptr;
    return has_one_value(block, builder, value);
  }
  static bool has_one_value(const Block& block, uint32_t builder, const Operand*& value) {
    for (const Stmt& stmt : block.stmts) {
      if (stmt.op == PlanOp::kYield && stmt.builder() == builder) {
        if (!stmt.b.is_constant() || (value != nullptr && value->index != stmt.b.index)) return false;
        value = &stmt.b;
      }
      for (const auto& nested : stmt.blocks) {
        if (!has_one_value(*nested, builder, value)) return false;
      }
    }
    return true;
  }

  const Plan& plan_;
  std::vector<std::vector<uint32_t>> callers_;
  std::vector<bool> fails_;
  uint32_t caller_ = 0;  // the function that is looked at
};

}  // namespace

void KeyedDocuments::put_functions(Plan& plan, const std::vector<uint32_t>& functions) const {
  for (PlanFunction& function : plan.functions) put_into(function.body, functions);
}

std::vector<bool> functions_that_may_fail(const Plan& plan) { return FailureReach(plan).find(); }

}  // namespace writ::lang
