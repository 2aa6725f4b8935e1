// Values and unification. A term becomes the register or constant that holds its value (term, composite, call), with the
// statements that compute it emitted on the way. Unification (unify, match) takes a value apart along a pattern: what is bound
// is compared, what is not is bound. Above them are the few ways in which statements are made.
#include "lang/plan/lower_internal.h"

namespace writ::lang {

Operand FunctionLowering::emit_value(PlanOp op, const Operand& a, const Operand& b, uint32_t number) {
  Stmt& stmt = emit(op);
  stmt.a = a;
  stmt.b = b;
  if (stmt.info().number != PlanInfo::Number::kNone) stmt.set_number(number);
  stmt.dst = new_register();
  return Operand::reg(stmt.dst);
}

void FunctionLowering::emit_check(PlanOp op, const Operand& a, const Operand& b, uint32_t number) {
  Stmt& stmt = emit(op);
  stmt.a = a;
  stmt.b = b;
  if (stmt.info().number != PlanInfo::Number::kNone) stmt.set_number(number);
}

void FunctionLowering::emit_guard(CompareKind compare, const Operand& a, const Operand& b) {
  Stmt& stmt = emit(PlanOp::kGuard);
  stmt.set(compare);
  stmt.a = a;
  stmt.b = b;
}

void FunctionLowering::emit_failure() { emit_check(PlanOp::kTruthy, constant(Value::of(false))); }

Operand FunctionLowering::emit_list(PlanOp op, std::vector<Operand> values) {
  Stmt& stmt = emit(op);
  stmt.list = std::move(values);
  stmt.dst = new_register();
  return Operand::reg(stmt.dst);
}

void FunctionLowering::emit_assign(uint32_t result, const Operand& value, ConflictKind conflict) {
  Stmt& assign = emit(PlanOp::kAssignOnce);
  assign.dst = result;
  assign.a = value;
  assign.set(conflict);
}

void FunctionLowering::emit_yield(uint32_t builder, const Operand& key, const Operand& value) {
  Stmt& yield = emit(PlanOp::kYield);
  yield.set_number(builder);
  yield.a = key;
  yield.b = value;
}

void FunctionLowering::emit_path(uint32_t builder, std::vector<Operand> row, LeafKind leaf) {
  Stmt& yield = emit(PlanOp::kYieldPath);
  yield.set_number(builder);
  yield.list = std::move(row);
  yield.set(leaf);
}

FunctionLowering::Region FunctionLowering::emit_collect(uint32_t result, uint32_t builder, BuildKind build) {
  Stmt& collect = emit(PlanOp::kCollect);
  collect.dst = result;
  collect.set_number(builder);
  collect.set(build);
  return {current_, current_->stmts.size() - 1};
}

void FunctionLowering::enter_scan(Stmt& scan) {
  current_ = scan.blocks.emplace_back(std::make_unique<Block>()).get();
}

FunctionLowering::Inside::Inside(FunctionLowering& lowering, Region region)
    : lowering_(lowering),
      bound_(lowering.bound_.size()),
      block_(lowering.current_),
      next_register_(lowering.next_register_),
      next_builder_(lowering.next_builder_) {
  Stmt& stmt = region.block->stmts[region.position];
  lowering.current_ = stmt.blocks.emplace_back(std::make_unique<Block>()).get();
}

FunctionLowering::Inside::~Inside() {
  std::vector<std::string_view>& bound = lowering_.bound_;
  for (; bound.size() > bound_; bound.pop_back()) lowering_.variables_.erase(bound.back());
  lowering_.current_ = block_;
  lowering_.next_register_ = next_register_;
  lowering_.next_builder_ = next_builder_;
}

void FunctionLowering::bind(std::string_view name, const Operand& value) {
  if (variables_.emplace(name, value).second) bound_.push_back(name);
}

bool FunctionLowering::all_bound(const Term& t) const {
  switch (t.kind) {
    case TermKind::kVar: return variables_.count(t.text) != 0 || is_global(t, "input") || is_global(t, "data");
    case TermKind::kArrayComprehension:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension: return true;  // free variables were bound before, the rest is its own
    case TermKind::kCall: return true;
    case TermKind::kRef: return true;  // evaluating it binds what it needs
    default:
      for (const Term* item : t.items) {
        if (!all_bound(*item)) return false;
      }
      return true;
  }
}

Operand FunctionLowering::term(const Term& t) {
  switch (t.kind) {
    case TermKind::kVar: {
      if (auto found = variables_.find(t.text); found != variables_.end()) return found->second;
      if (is_global(t, "input") || is_global(t, "data")) return ref(t);
      // A wildcard or a variable that nothing needs: it can be anything, and nothing is required of it.
      emit_failure();
      return constant(Value::null());
    }
    case TermKind::kRef: return ref(t);
    case TermKind::kArray:
    case TermKind::kSet:
    case TermKind::kObject: return composite(t);
    case TermKind::kArrayComprehension:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension: return comprehension(t);
    case TermKind::kCall: {
      bool captured = false;
      return call(t, &captured);
    }
    default: {
      Value value;
      lowering_.constant_value(t, &value);
      return constant(value);
    }
  }
}

Operand FunctionLowering::composite(const Term& t) {
  Value value;
  if (lowering_.constant_value(t, &value)) return constant(value);
  std::vector<Operand> operands;
  for (const Term* item : t.items) operands.push_back(term(*item));
  PlanOp make = t.kind == TermKind::kArray ? PlanOp::kMakeArray
                : t.kind == TermKind::kSet ? PlanOp::kMakeSet
                                           : PlanOp::kMakeObject;
  return emit_list(make, std::move(operands));
}

Operand FunctionLowering::comprehension(const Term& t) {
  uint32_t builder = new_builder();
  uint32_t result = new_register();
  BuildKind build = t.kind == TermKind::kArrayComprehension ? BuildKind::kArray
                    : t.kind == TermKind::kSetComprehension ? BuildKind::kSet
                                                            : BuildKind::kObject;
  Span span = span_;
  {
    Inside collecting(*this, emit_collect(result, builder, build));
    body(*t.body);
    Operand a = term(*t.items[0]);
    Operand b = t.items.size() > 1 ? term(*t.items[1]) : Operand{};
    span_ = t.span;
    emit_yield(builder, a, b);
  }
  span_ = span;
  return Operand::reg(result);
}

// --- calls -----------------------------------------------------------------------------------------------------------

namespace {

struct ArithmeticRow {
  std::string_view name;
  Opcode opcode;
};
constexpr ArithmeticRow kArithmetic[] = {
    {"plus", Opcode::kAdd}, {"minus", Opcode::kSubtract}, {"mul", Opcode::kMultiply}};

struct ComparisonRow {
  std::string_view name;
  CompareKind compare;
};
constexpr ComparisonRow kComparisons[] = {
    {"equal", CompareKind::kEqual}, {"neq", CompareKind::kNotEqual},   {"lt", CompareKind::kLess},
    {"lte", CompareKind::kLessOrEqual}, {"gt", CompareKind::kGreater}, {"gte", CompareKind::kGreaterOrEqual},
};

}  // namespace

std::optional<CompareKind> comparison_of(std::string_view builtin) {
  for (const ComparisonRow& row : kComparisons) {
    if (row.name == builtin) return row.compare;
  }
  return std::nullopt;
}

// The value of a call. A last argument beyond the arity captures it: `plus(1, 2, x)`; then *captured is set and the value
// has already been unified with it.
Operand FunctionLowering::call(const Term& c, bool* captured) {
  const Builtin* builtin = lowering_.called_builtin(*c.items[0]);
  const RuleNode* function = builtin == nullptr ? lowering_.function_node(*c.items[0]) : nullptr;
  if (builtin == nullptr && function == nullptr) {
    // `f()` of a rule that takes nothing reads the rule.
    Operand value = ref(*c.items[0]);
    *captured = c.items.size() > 1;
    if (*captured) match(*c.items.back(), value);
    return value;
  }
  size_t count = c.items.size() - 1;
  size_t arity = builtin != nullptr ? (builtin->variadic ? count : builtin->arity)
                                    : function->rules.front()->head.args.size();
  *captured = count > arity;
  std::vector<Operand> operands;
  for (size_t i = 0; i < arity; ++i) operands.push_back(term(*c.items[i + 1]));

  Operand result;
  bool replaced = builtin != nullptr ? lowering_.is_replaced(*builtin) : lowering_.is_replaced(*function);
  bool done = false;
  if (builtin != nullptr && !replaced && operands.size() == 2) {
    for (const ArithmeticRow& row : kArithmetic) {
      if (row.name != builtin->name) continue;
      result = emit_value(PlanOp::kArithmetic, operands[0], operands[1], static_cast<uint32_t>(row.opcode));
      done = true;
    }
    if (std::optional<CompareKind> comparison = comparison_of(builtin->name)) {
      result = emit_value(PlanOp::kCompare, operands[0], operands[1]);
      current_->stmts.back().set(*comparison);
      done = true;
    }
  }
  if (!done) {
    result = emit_list(builtin != nullptr ? PlanOp::kCallBuiltin : PlanOp::kCall, std::move(operands));
    Stmt& stmt = current_->stmts.back();
    stmt.set_replaceable(replaced);
    stmt.set_number(builtin != nullptr ? lowering_.builtin(*builtin) : lowering_.rule_function(*function));
    if (builtin != nullptr && builtin->relation) result = relation(result);
  }
  if (*captured) match(*c.items.back(), result);
  return result;
}

// A relation answers with the array of its results.
Operand FunctionLowering::relation(const Operand& rows) {
  Stmt& scan = emit(PlanOp::kScan);
  scan.a = rows;
  scan.dst2 = new_register();
  Operand row = Operand::reg(scan.dst2);
  enter_scan(scan);
  return row;
}

// --- unification -----------------------------------------------------------------------------------------------------

void FunctionLowering::unify(const Term& left, const Term& right) {
  bool left_bound = all_bound(left);
  bool right_bound = all_bound(right);
  if (!left_bound && !right_bound) {
    if (!unify_pairs(left, right)) emit_failure();
    return;
  }
  if (right_bound && !left_bound) {
    match(left, term(right));
  } else if (left_bound && !right_bound) {
    match(right, term(left));
  } else {
    Operand a = term(left);
    Operand b = term(right);
    emit_guard(CompareKind::kEqual, a, b);
  }
}

// Two patterns with something unbound in each, element by element; pairs that are not ready wait for the others.
bool FunctionLowering::unify_pairs(const Term& left, const Term& right) {
  std::vector<std::pair<const Term*, const Term*>> waiting;
  if (left.kind == TermKind::kArray && right.kind == TermKind::kArray) {
    if (left.items.size() != right.items.size()) return false;
    for (size_t i = 0; i < left.items.size(); ++i) waiting.emplace_back(left.items[i], right.items[i]);
  } else if (left.kind == TermKind::kObject && right.kind == TermKind::kObject) {
    if (left.items.size() != right.items.size()) return false;
    auto name = [&](const Term& key) {
      Value value;
      return lowering_.constant_value(key, &value) ? "#" + std::to_string(lowering_.constant(value)) : to_text(key);
    };
    std::unordered_map<std::string, const Term*> partners;
    for (size_t j = 0; j < right.items.size(); j += 2) partners[name(*right.items[j])] = right.items[j + 1];
    for (size_t i = 0; i < left.items.size(); i += 2) {
      auto partner = partners.find(name(*left.items[i]));
      if (partner == partners.end()) return false;
      waiting.emplace_back(left.items[i + 1], partner->second);
    }
  } else {
    return false;
  }
  while (!waiting.empty()) {
    std::vector<std::pair<const Term*, const Term*>> later;
    for (const auto& [a, b] : waiting) {
      bool composite_pair = a->kind != TermKind::kVar && b->kind != TermKind::kVar;
      if (all_bound(*a) || all_bound(*b) || composite_pair) {
        unify(*a, *b);
      } else {
        later.emplace_back(a, b);
      }
    }
    if (later.size() == waiting.size()) {
      // Two free variables with nothing to bind them: they are wildcards to each other.
      return true;
    }
    waiting = std::move(later);
  }
  return true;
}

void FunctionLowering::match(const Term& pattern, const Operand& value) {
  if (pattern.kind == TermKind::kVar && !all_bound(pattern)) {
    bind(pattern.text, value);
    return;
  }
  if (all_bound(pattern)) {
    emit_guard(CompareKind::kEqual, term(pattern), value);
    return;
  }
  if (pattern.kind == TermKind::kArray) {
    emit_check(PlanOp::kArraySize, value, {}, static_cast<uint32_t>(pattern.items.size()));
    for (size_t i = 0; i < pattern.items.size(); ++i) {
      match(*pattern.items[i], emit_value(PlanOp::kGet, value, constant(Value::of(static_cast<int64_t>(i)))));
    }
  } else if (pattern.kind == TermKind::kObject) {
    emit_check(PlanOp::kObjectSize, value, {}, static_cast<uint32_t>(pattern.items.size() / 2));
    for (size_t i = 0; i < pattern.items.size(); i += 2) {
      Operand key = term(*pattern.items[i]);
      match(*pattern.items[i + 1], emit_value(PlanOp::kGet, value, key));
    }
  } else {
    emit_failure();  // a set with something unbound in it unifies with nothing
  }
}

}  // namespace writ::lang
