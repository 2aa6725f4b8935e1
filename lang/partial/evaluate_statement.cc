// Statements: the body they are in, calls of built-ins, terms that are only asked whether they are true, and what is kept.
// A kept statement is not plugged before the end of the query that it belongs to: by then the variables in it have the values
// that are known. What it may bind is unknown from it on, so that what uses that is kept as well.
#include "lang/partial/evaluator.h"
#include "lang/types/check_types.h"

namespace writ::lang {

Frame* Evaluator::frame(const Body* body, Bindings* bindings, size_t unrolled) {
  charge_work(4);
  frames_.push_back({body, next_id_++, bindings, unrolled});
  return &frames_.back();
}

Frame* Evaluator::instance(const Body* body, const At& from) {
  Frame* result = frame(body, nullptr, from.frame->unrolled);
  bindings_.push_back({result->id, {}});
  result->bindings = &bindings_.back();
  return result;
}

void Evaluator::each(const Frame* frame, std::function<void()> found) {
  SearchStep done = then([found = std::move(found)] {
    found();
    return Search::end();
  });
  search_.all(then([=, this] { return body(frame, 0, done); }));
}

bool Evaluator::holds(const Frame* frame, bool* depends) {
  bool held = false, more = false;
  size_t kept = kept_.back().size();
  each(frame, [&] { (kept_more(kept) ? more : held) = true; });
  if (held || !more) return held;
  if (depends == nullptr) fail_unsupported(to_text(*frame->body));
  *depends = true;
  return false;
}

void Evaluator::fail_unsupported(const std::string& what) {
  throw Failure(ErrorCode::E_POLICY, "partial evaluation cannot keep what a replaced function leaves unknown in " + what);
}

SearchStep Evaluator::body(const Frame* frame, size_t index, SearchStep done) {
  if (index == frame->body->exprs.size()) return done;
  At at{frame, index};
  SearchStep next = then([=, this] { return body(frame, index + 1, done); });
  return at.expr().withs.empty() ? statement(at, next) : with(at, next);
}

SearchStep Evaluator::statement(const At& at, SearchStep next) {
  const Expr& expr = at.expr();
  if (expr.negated) return legacy_not(at, next);
  switch (expr.kind) {
    case ExprKind::kEvery: return every(at, next);
    case ExprKind::kNot: return block_not(at, next);
    case ExprKind::kAnd:
    case ExprKind::kOr: return logical(at, next);
    default: break;
  }
  if (!is_call(expr)) return truth(at, next);
  if (is_equality(expr) && argument_count(expr) == 2) {
    return unify(at, {expr.term->items[1], at.bindings()}, {expr.term->items[2], at.bindings()}, next);
  }
  return call(at, expr.term, next);
}

// A term that is not false.
SearchStep Evaluator::truth(const At& at, SearchStep next) {
  Term* value = generated("term_" + std::to_string(at.frame->id) + "_" + std::to_string(at.index));
  if (options_.inline_false_defaults) {
    inlining_.push({true, {}, value->text});
    search_.on_return([this] { inlining_.pop(); });
  }
  Bound result{value, at.bindings()};
  return unify(at, {at.expr().term, at.bindings()}, result, then([=, this] {
                 if (unknowns_.contains(result)) return keep(at, terms_.statement(value), at.bindings(), next);
                 return is_false(*plugger_.plug(result)) ? Search::end() : next;
               }));
}

// --- calls -----------------------------------------------------------------------------------------------------------

SearchStep Evaluator::call(const At& at, Term* call, SearchStep next) {
  const Term& op = *call->items[0];
  std::string name = to_text(op);
  Term* replacement = nullptr;
  for (size_t i = mocks_.back().size(); i-- > 0 && replacement == nullptr;) {
    if (auto found = mocks_.back()[i].find(name); found != mocks_.back()[i].end()) replacement = found->second;
  }
  if (replacement != nullptr && is_ref(*replacement) && is_function(*replacement)) {
    // In the function that takes its place, it is itself again.
    TermList items = call->items;
    items[0] = replacement;
    mocks_.push_back({});
    search_.on_return([this] { mocks_.pop_back(); });
    return this->call(at, terms_.with_items(*call, std::move(items)), then([=, this] {
                        auto inner = std::make_shared<std::vector<Mocks>>(std::move(mocks_.back()));
                        mocks_.pop_back();
                        search_.on_return([this, inner] { mocks_.push_back(std::move(*inner)); });
                        return next;
                      }));
  }
  if (replacement != nullptr) return replaced_call(at, arity(op), call, replacement, next);
  return has_head(op, "data") ? function(at, call, next) : builtin_call(at, dotted_name(op), call, next);
}

SearchStep Evaluator::replaced_call(const At& at, int arity, Term* call, Term* value, SearchStep next) {
  bool captured = call->items.size() == static_cast<size_t>(arity) + 2;
  if (captured) return unify(at, {call->items.back(), at.bindings()}, {value, at.bindings()}, next);
  return is_false(*value) ? Search::end() : next;
}

SearchStep Evaluator::builtin_call(const At& at, const std::string& name, Term* call, SearchStep next) {
  int count = arity(*call->items[0]);
  size_t arity = static_cast<size_t>(std::max(count, 0));
  const Builtin* builtin = find_builtin(name);
  // A host function that is no built-in is the host's to call, later.
  if (builtin == nullptr || dependence_.on_unknown(&at.expr(), at.bindings())) return keep_call(at, arity, call, next);
  size_t given = builtin->is_void || builtin->variadic ? call->items.size() - 1 : arity;
  std::vector<Value> arguments(given);
  for (size_t i = 0; i < given; ++i) {
    arguments[i] = terms_.to_value(*plugger_.plug({call->items[i + 1], at.bindings()}));
    if (!arguments[i].is_defined()) {
      throw Failure(ErrorCode::E_INTERNAL, name + ": argument " + std::to_string(i + 1) + " has no value");
    }
  }
  BuiltinCall request{builtin->name, arguments, terms_.arena(), services_};
  charge_work(8 + builtin->call_units);
  Value answer = call_builtin(*builtin, request);
  if (request.faulted || !answer.is_defined()) return builtin->is_void && !request.faulted ? next : Search::end();
  return builtin_answer(at, *builtin, call, answer, next);
}

SearchStep Evaluator::builtin_answer(const At& at, const Builtin& builtin, Term* call, const Value& answer, SearchStep next) {
  if (builtin.is_void) return next;
  bool captured = call->items.size() == static_cast<size_t>(builtin.arity) + 2;
  Bound output{call->items.back(), at.bindings()};
  if (!builtin.relation) {
    if (!captured) return answer.is_truthy() ? next : Search::end();
    return unify(at, output, {terms_.from_value(answer), at.bindings()}, next);
  }
  return search_.choose(answer.size, [=, this](size_t i) {
    if (!captured) return answer.items()[i].is_truthy() ? next : Search::end();
    return unify(at, output, {terms_.from_value(answer.items()[i]), at.bindings()}, next);
  });
}

bool Evaluator::is_function(const Term& target) const {
  if (!is_ref(target)) return false;
  if (!has_head(target, "data")) return !is_root_name(target.items[0]->text) && arity(target) >= 0;
  const RuleNode* node = checker_.find_node(target);
  return node != nullptr && node->is_function();
}

// --- what is kept ----------------------------------------------------------------------------------------------------

// The functions that a `with` replaces are replaced already in what is kept.
WithList Evaluator::kept_withs(const Expr& expr) const {
  WithList withs;
  for (const With& with : expr.withs) {
    bool is_builtin = !is_root_name(with.target->items[0]->text);
    if (!is_builtin && !is_function(*with.target)) withs.push_back(with);
  }
  return withs;
}

void Evaluator::push_kept(const Kept& kept) {
  charge_work(1);
  kept_.back().push_back(kept);
  search_.on_return([this] { kept_.back().pop_back(); });
}

SearchStep Evaluator::keep(const At& at, Expr* expr, Bindings* bindings, SearchStep next) {
  expr->withs = kept_withs(at.expr());
  push_kept({expr, bindings, bindings});
  return next;
}

SearchStep Evaluator::keep_equality(const At& at, Bound a, Bound b, SearchStep next) {
  Expr* expr = terms_.equality(a.term, b.term);
  expr->span = at.expr().span;
  expr->withs = kept_withs(at.expr());
  unknowns_.add_variables(a);
  unknowns_.add_variables(b);
  push_kept({expr, a.bindings, b.bindings});
  return next;
}

SearchStep Evaluator::keep_call(const At& at, size_t arity, Term* call, SearchStep next) {
  Expr* expr = terms_.statement(call);
  expr->span = at.expr().span;
  expr->withs = kept_withs(at.expr());
  if (call->items.size() == arity + 2) unknowns_.add_variables({call->items.back(), at.bindings()});
  push_kept({expr, at.bindings(), at.bindings()});
  return next;
}

// The statement as it stands, with all it binds unknown.
SearchStep Evaluator::keep_whole(const At& at, SearchStep next) {
  Expr* expr = terms_.copy(at.expr());
  if (expr->kind == ExprKind::kTerm && !is_call(*expr)) unknowns_.add_variables({expr->term, at.bindings()});
  if (is_call(*expr) && is_equality(*expr)) {
    unknowns_.add_variables({argument(*expr, 0), at.bindings()});
    unknowns_.add_variables({argument(*expr, 1), at.bindings()});
  } else if (is_call(*expr)) {
    int count = arity(*expr->term->items[0]);
    bool captured = count >= 0 && expr->term->items.size() == static_cast<size_t>(count) + 2;
    if (captured) unknowns_.add_variables({expr->term->items.back(), at.bindings()});
  }
  bool has_closures = expr->kind != ExprKind::kTerm;
  if (has_closures) expr = plugged_closure(at, *expr);
  push_kept({expr, has_closures ? nullptr : at.bindings(), at.bindings()});
  return next;
}

Expr* Evaluator::plug(const Kept& kept) {
  if (kept.left == nullptr) return kept.expr;
  Expr* expr = terms_.copy(*kept.expr);
  if (is_call(*expr)) {
    TermList items = expr->term->items;
    for (size_t i = 1; i < items.size(); ++i) {
      bool right = is_equality(*expr) && i == 2;
      items[i] = plugger_.plug_for({items[i], right ? kept.right : kept.left}, *root_);
    }
    expr->term = terms_.with_items(*expr->term, std::move(items));
  } else if (expr->kind == ExprKind::kTerm) {
    expr->term = plugger_.plug_for({expr->term, kept.left}, *root_);
  }
  for (With& with : expr->withs) with.value = plugger_.plug_for({with.value, kept.left}, *root_);
  return expr;
}

// What is kept since the newest level of the stack began; `true` if nothing is.
Body* Evaluator::kept_body() {
  ExprList exprs;
  for (const Kept& kept : kept_.back()) exprs.push_back(plug(kept));
  if (exprs.empty()) exprs.push_back(terms_.statement(terms_.boolean(true)));
  return terms_.body(std::move(exprs));
}

bool Evaluator::can_hold(const Body& body) {
  return checker_.types == nullptr || TypeChecker(checker_, *checker_.types).accepts(body);
}

}  // namespace writ::lang
