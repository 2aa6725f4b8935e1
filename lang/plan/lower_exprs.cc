// Statements of a body, one after the other. What a statement binds is known to those behind it; a statement that iterates
// leaves `current_` inside its loop, so that what follows is lowered there and runs once per element. Regions (not, and, or,
// every, with) get blocks of their own, which Inside opens and closes.
#include <algorithm>

#include "engine/value/segment.h"
#include "lang/plan/lower_internal.h"

namespace writ::lang {

void FunctionLowering::body(const Body& body) {
  for (const Expr* e : body.exprs) expr(*e);
}

void FunctionLowering::expr(const Expr& e) {
  span_ = e.span;
  if (e.withs.empty()) {
    plain_expr(e);
  } else {
    with_scope(e);
  }
}

// The statement runs inside the scope, what follows it outside. A statement with several solutions is run to its end
// inside, and the solutions are iterated over outside.
void FunctionLowering::with_scope(const Expr& e) {
  Stmt stmt = with_stmt(e.withs);
  Block* outer = current_;
  Block* inner = stmt.blocks.emplace_back(std::make_unique<Block>()).get();
  outer->stmts.push_back(std::move(stmt));
  size_t bound_before = bound_.size();
  // Builders nest by number: the one of the solutions comes before those inside, whether or not it turns out to be needed.
  uint32_t builders_before = function_.builder_count;
  uint32_t builder = new_builder();
  current_ = inner;
  plain_expr(e);
  if (current_ == inner) {  // no loop was opened: at most one solution
    current_ = outer;
    if (next_builder_ == builder + 1) {
      next_builder_ = builder;
      if (function_.builder_count == builder + 1) function_.builder_count = builders_before;
    }
    return;
  }
  std::vector<std::string_view> names(bound_.begin() + static_cast<ptrdiff_t>(bound_before), bound_.end());
  Stmt region;
  region.span = span_;
  if (names.empty()) {
    emit(PlanOp::kExit);
    region.op = PlanOp::kOnce;
  } else {
    std::vector<Operand> values;
    for (std::string_view name : names) values.push_back(variables_[name]);
    Operand row = emit_list(PlanOp::kMakeArray, std::move(values));
    region.op = PlanOp::kCollect;
    region.set(BuildKind::kArray);
    region.set_number(builder);
    region.dst = new_register();
    emit_yield(region.builder(), row);
  }
  uint32_t rows = region.dst;
  auto solutions = std::make_unique<Block>();
  solutions->stmts = std::move(inner->stmts);
  inner->stmts.clear();
  region.blocks.push_back(std::move(solutions));
  inner->stmts.push_back(std::move(region));
  current_ = outer;
  if (!names.empty()) iterate_rows(rows, names);
}

// What the rows of several solutions bind, one row after the other.
void FunctionLowering::iterate_rows(uint32_t rows, const std::vector<std::string_view>& names) {
  Stmt& scan = emit(PlanOp::kScan);
  scan.a = Operand::reg(rows);
  scan.dst2 = new_register();
  Operand row = Operand::reg(scan.dst2);
  enter_scan(scan);
  for (size_t i = 0; i < names.size(); ++i) {
    variables_[names[i]] = emit_value(PlanOp::kGet, row, constant(Value::of(static_cast<int64_t>(i))));
  }
}

Stmt FunctionLowering::with_stmt(const WithList& withs) {
  WithScope scope;
  std::vector<Operand> operands;
  for (const With& with : withs) {
    WithTarget target = with_target(with);
    bool by_value = target.by == WithTarget::By::kValue;
    operands.push_back(by_value ? term(*with.value) : constant(Value::null()));
    scope.targets.push_back(std::move(target));
  }
  Stmt stmt;
  stmt.op = PlanOp::kWith;
  stmt.span = span_;
  stmt.set_number(static_cast<uint32_t>(lowering_.program().withs.size()));
  stmt.list = std::move(operands);
  lowering_.program().withs.push_back(std::move(scope));
  return stmt;
}

WithTarget FunctionLowering::with_target(const With& with) {
  WithTarget target;
  const Term& ref = *with.target;
  if (is_global(ref, "input") || (is_global(ref, "data") && lowering_.function_node(ref) == nullptr)) {
    target.kind = is_global(ref, "input") ? WithTarget::Kind::kInput : WithTarget::Kind::kData;
    if (ref.kind == TermKind::kRef) {
      for (size_t i = 1; i < ref.items.size(); ++i) {
        // What is no name makes the path one that is nowhere: an error when it is replaced. [S-10.1]
        const Term& step = *ref.items[i];
        target.path.push_back(is_scalar_term(step) ? segment_of(step) : std::string(1, kScalarMark));
      }
    }
    const PutPlace* place = target.kind == WithTarget::Kind::kData ? lowering_.put_place(target.path) : nullptr;
    if (place != nullptr) target.node = place->node;
    return target;
  }
  if (const RuleNode* function = lowering_.function_node(ref)) {
    target.kind = WithTarget::Kind::kFunction;
    target.target = lowering_.rule_function(*function);
  } else {
    target.kind = WithTarget::Kind::kBuiltin;
    target.target = lowering_.builtin(*lowering_.called_builtin(ref));
  }
  const Term& value = *with.value;
  bool names_something = value.kind == TermKind::kRef || value.kind == TermKind::kVar;
  if (names_something && is_global(value, "data") && lowering_.function_node(value) != nullptr) {
    target.by = WithTarget::By::kFunction;
    target.replacement = lowering_.rule_function(*lowering_.function_node(value));
  } else if (names_something && !is_global(value, "data") && !is_global(value, "input") &&
             variables_.count(operator_name(value)) == 0 && lowering_.called_builtin(value) != nullptr) {
    target.by = WithTarget::By::kBuiltin;
    target.replacement = lowering_.builtin(*lowering_.called_builtin(value));
  }
  return target;
}

void FunctionLowering::plain_expr(const Expr& e) {
  if (e.negated) {
    negation(e, true);
  } else {
    positive(e);
  }
}

void FunctionLowering::positive(const Expr& e) {
  switch (e.kind) {
    case ExprKind::kTerm: term_statement(*e.term); return;
    case ExprKind::kEvery: every(e); return;
    case ExprKind::kNot: negation(e, false); return;
    case ExprKind::kAnd:
      for (const Expr* operand : e.operands) {
        Inside once(*this, emit_region(PlanOp::kOnce));
        operand_block(*operand);
      }
      return;
    case ExprKind::kOr: {
      Region any = emit_region(PlanOp::kAny);
      for (const Expr* operand : e.operands) {
        Inside branch(*this, any);
        operand_block(*operand);
      }
      return;
    }
    case ExprKind::kBlock: body(*e.body); return;
    case ExprKind::kSomeDecl:
    case ExprKind::kSomeIn: return;  // not in the core form
  }
}

// One operand of not, and, or: runs until its first solution.
void FunctionLowering::operand_block(const Expr& operand) {
  expr(operand);
  emit(PlanOp::kExit);
}

void FunctionLowering::negation(const Expr& e, bool legacy) {
  Inside negated(*this, emit_region(PlanOp::kNot));
  if (legacy) {
    positive(e);
    emit(PlanOp::kExit);
  } else {
    operand_block(*e.operands[0]);
  }
}

// every k, v in xs { body }: no element for which the body has no solution.
void FunctionLowering::every(const Expr& e) {
  Operand domain = term(*e.domain);
  emit_check(PlanOp::kCollection, domain);
  Inside none(*this, emit_region(PlanOp::kNot));
  Stmt& scan = emit(PlanOp::kScan);
  scan.a = domain;
  scan.dst = e.key != nullptr ? new_register() : kNoReg;
  scan.dst2 = new_register();
  if (e.key != nullptr) bind(e.key->text, Operand::reg(scan.dst));
  bind(e.value->text, Operand::reg(scan.dst2));
  enter_scan(scan);
  {
    Inside no_solution(*this, emit_region(PlanOp::kNot));
    body(*e.body);
    emit(PlanOp::kExit);
  }
  emit(PlanOp::kExit);
}

void FunctionLowering::term_statement(const Term& t) {
  if (t.kind == TermKind::kCall) {
    call_statement(t);
    return;
  }
  emit_check(PlanOp::kTruthy, term(t));
}

// Both sides of a comparison. A variable that the other side binds (`some i; i == xs[i]`) comes second.
std::pair<Operand, Operand> FunctionLowering::sides(const Term& c) {
  if (!all_bound(*c.items[1])) {
    Operand b = term(*c.items[2]);
    return {term(*c.items[1]), b};
  }
  Operand a = term(*c.items[1]);
  return {a, term(*c.items[2])};
}

void FunctionLowering::call_statement(const Term& c) {
  const Builtin* builtin = lowering_.called_builtin(*c.items[0]);
  if (builtin != nullptr && builtin->name == "eq" && c.items.size() == 3) {
    unify(*c.items[1], *c.items[2]);
    return;
  }
  if (builtin != nullptr && c.items.size() == 3 && !lowering_.is_replaced(*builtin)) {
    if (std::optional<CompareKind> comparison = comparison_of(builtin->name)) {
      auto [a, b] = sides(c);
      emit_guard(*comparison, a, b);
      return;
    }
    if (builtin->name == "internal.member_2") {
      Operand a = term(*c.items[1]);
      Operand b = term(*c.items[2]);
      emit_check(PlanOp::kMember, a, b);
      return;
    }
  }
  bool captured = false;
  Operand value = call(c, &captured);
  if (!captured && (builtin == nullptr || !builtin->is_void)) emit_check(PlanOp::kTruthy, value);
}

}  // namespace writ::lang
