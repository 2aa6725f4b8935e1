// `not`. The statement is evaluated on its own; what is kept of it is a disjunction of conjunctions, A and B or C and D. Its
// negation is `not A` or `not B`, and `not C` or `not D`: a way for each choice of one statement from each conjunction. Where that
// would be too much, or would leave variables without values, the disjunction becomes a support rule and is negated as a
// whole.
#include <algorithm>
#include <set>

#include "lang/partial/copy_propagation.h"
#include "lang/partial/evaluator.h"

namespace writ::lang {
namespace {

// OPA's: how many ways there may be.
constexpr size_t kMostWays = 16;

bool has_ref_or_call(const Term& term) {
  if (is_ref(term) || is_call(term)) return true;
  bool found = false;
  auto walk = term_walker([&](Term* t) {
    found = found || is_ref(*t) || is_call(*t);
    return found;
  });
  walk(const_cast<Term*>(&term));
  return found;
}

bool has_nested_ref_or_call(const Term& term) {
  if (!is_ref(term)) return has_ref_or_call(term);
  return std::any_of(term.items.begin() + 1, term.items.end(), [](const Term* t) { return has_ref_or_call(*t); });
}

bool is_composed(const Expr& expr) {
  if (expr.kind == ExprKind::kEvery) return true;
  if (expr.kind == ExprKind::kBlock) {
    return std::any_of(expr.body->exprs.begin(), expr.body->exprs.end(), [](const Expr* e) { return is_composed(*e); });
  }
  if (expr.kind != ExprKind::kTerm) {
    return std::any_of(expr.operands.begin(), expr.operands.end(), [](const Expr* e) { return is_composed(*e); });
  }
  if (!is_call(expr)) return has_nested_ref_or_call(*expr.term);
  for (size_t i = 0; i < argument_count(expr); ++i) {
    const Term& term = *argument(expr, i);
    if (is_equality(expr) ? has_nested_ref_or_call(term) : has_ref_or_call(term)) return true;
  }
  return false;
}

}  // namespace

SearchStep Evaluator::legacy_not(const At& at, SearchStep next) {
  Expr* inner = terms_.copy(at.expr());
  inner->negated = false;
  inner->withs.clear();
  const Body* body = terms_.body({inner}, inner->span);
  if (dependence_.on_unknown(&at.expr(), at.bindings())) return negation(at, body, true, next);
  bool depends = false;
  bool held = holds(closure(body, at), &depends);
  if (depends) return negation(at, body, true, next);
  return held ? Search::end() : next;
}

SearchStep Evaluator::block_not(const At& at, SearchStep next) {
  const Expr& operand = *at.expr().operands[0];
  if (!dependence_.on_unknown(operand.body, at.bindings())) {
    bool depends = false;
    bool held = holds(closure(operand.body, at), &depends);
    if (!depends) return held ? Search::end() : next;
  }
  bool explicit_block = !operand.generated;
  if (explicit_block && !inlining_.shallow) return negation_block(at, operand.body, next);
  return negation(at, operand.body, false, next);
}

// What is kept of a body, for each of its ends; simplified, with `live` variables left in it, if given.
std::vector<Body*> Evaluator::queries_of(const Frame* frame, const VarSet* live) {
  std::vector<Body*> queries;
  kept_.emplace_back();
  each(frame, [&] {
    Body* query = kept_body();
    if (!can_hold(*query)) return;
    if (live != nullptr) query = CopyPropagation(checker_, terms_, *live, true).apply(*query);
    queries.push_back(query);
  });
  kept_.pop_back();
  return queries;
}

// A block is a body of its own: nothing in it is seen from outside, so it is kept as one.
SearchStep Evaluator::negation_block(const At& at, const Body* inner, SearchStep next) {
  ExprList exprs;
  for (Body* query : queries_of(closure(inner, at), nullptr)) {
    Expr* negated = terms_.ast().expr(ExprKind::kNot, at.expr().span);
    negated->operands.push_back(terms_.block(query));
    exprs.push_back(negated);
  }
  return exprs.empty() ? next : keep_negated(at, exprs, next);
}

SearchStep Evaluator::negation(const At& at, const Body* inner, bool legacy, SearchStep next) {
  const Frame* frame = closure(inner, at);
  VarSet unknown = unknowns_.names(*root_);
  auto queries = std::make_shared<const std::vector<Body*>>(queries_of(frame, inlining_.shallow ? nullptr : &unknown));
  if (queries->empty()) return next;
  if (!can_negate_in_place(unknown, *queries)) {
    return negation_support(at, frame->id, legacy, unknown, *queries, next);
  }
  size_t ways = 1;
  for (const Body* query : *queries) ways *= query->exprs.size();
  return search_.choose(ways, [=, this](size_t way) {
    // The last conjunction changes fastest.
    std::vector<ExprList> chosen(queries->size());
    for (size_t i = queries->size(); i-- > 0;) {
      const ExprList& exprs = (*queries)[i]->exprs;
      chosen[i] = complement(*exprs[way % exprs.size()], legacy && at.expr().kind != ExprKind::kNot);
      way /= exprs.size();
    }
    ExprList exprs;
    for (const ExprList& part : chosen) exprs.insert(exprs.end(), part.begin(), part.end());
    return keep_negated(at, exprs, next);
  });
}

bool Evaluator::can_negate_in_place(const VarSet& safe, const std::vector<Body*>& queries) {
  size_t ways = 1;
  for (const Body* query : queries) {
    ways *= query->exprs.size();
    if (ways > kMostWays) return false;
    for (const Expr* expr : query->exprs) {
      if (is_composed(*expr)) return false;
      if (expr->negated || expr->kind == ExprKind::kNot) continue;
      // Variables that nothing else gives a value would have none below a `not`.
      for (std::string_view name : vars_of(expr, {.skip_call_head = true, .skip_closures = true})) {
        if (!is_root_name(name) && safe.count(name) == 0) return false;
      }
    }
  }
  return true;
}

ExprList Evaluator::complement(const Expr& expr, bool legacy) {
  if (expr.negated || (legacy && expr.kind != ExprKind::kNot)) {
    Expr* result = terms_.copy(expr);
    result->negated = !expr.negated;
    return {result};
  }
  if (expr.kind == ExprKind::kNot) {
    ExprList result;
    for (const Expr* inner : expr.operands[0]->body->exprs) {
      Expr* copy = terms_.copy(*inner);
      copy->withs.insert(copy->withs.end(), expr.withs.begin(), expr.withs.end());
      result.push_back(copy);
    }
    return result;
  }
  Expr* negated = terms_.ast().expr(ExprKind::kNot, expr.span);
  Expr* inner = terms_.copy(expr);
  negated->operands.push_back(terms_.block(terms_.body({inner}, expr.span)));
  negated->operands[0]->generated = true;
  return {negated};
}

SearchStep Evaluator::keep_negated(const At& at, const ExprList& exprs, SearchStep next) {
  WithList withs = kept_withs(at.expr());
  for (With& with : withs) with.value = plugger_.plug_for({with.value, at.bindings()}, *root_);
  for (Expr* expr : exprs) {
    expr->withs = withs;
    push_kept({expr, nullptr, nullptr});
  }
  return next;
}

SearchStep Evaluator::negation_support(const At& at, uint64_t id, bool legacy, const VarSet& unknown,
                                 const std::vector<Body*>& queries, SearchStep next) {
  std::string name = "__not" + std::to_string(at.frame->id) + "_" + std::to_string(at.index) + "_" + std::to_string(id) + "__";
  std::set<std::string> shared;
  for (const Body* query : queries) {
    for (std::string_view variable : vars_of(query)) {
      if (unknown.count(variable) > 0) shared.emplace(variable);
    }
  }
  TermList arguments;
  for (const std::string& variable : shared) arguments.push_back(terms_.var(variable));
  for (Body* query : queries) {
    Rule* rule = terms_.ast().rule(at.expr().span);
    rule->head.kind = arguments.empty() ? HeadKind::kComplete : HeadKind::kFunction;
    rule->head.ref = terms_.ref({terms_.var(name)});
    rule->head.args = arguments;
    rule->head.value = terms_.boolean(true);
    rule->body = query;
    rule->has_body = true;
    support_.insert({options_.package.empty() ? "partial" : options_.package}, rule);
  }
  Term* term = terms_.ref({terms_.var("data"), terms_.string(options_.package.empty() ? "partial" : options_.package),
                           terms_.string(name)});
  if (!arguments.empty()) {
    arguments.insert(arguments.begin(), term);
    term = terms_.composite(TermKind::kCall, std::move(arguments));
  }
  Expr* expr = terms_.statement(term);
  if (legacy) {
    expr->negated = true;
  } else {
    expr = complement(*expr, false)[0];
  }
  return keep_negated(at, {expr}, next);
}

}  // namespace writ::lang
