// Statements with bodies of their own: comprehensions, `every`, `and` and `or`, and statements with `with`.
//
// A comprehension that depends on an unknown is kept as it is: the values that variables have which it shares with what is
// around become equalities at its end. `every` over a small known collection is unrolled; else it is kept, as `and` and `or`
// are. In a statement with `with` nothing is inlined, because what would stand in its place would be evaluated with other values.
#include <algorithm>

#include "lang/partial/evaluator.h"
#include "lang/partial/replace.h"

namespace writ::lang {

// --- comprehensions --------------------------------------------------------------------------------------------------

SearchStep Evaluator::comprehension(const At& at, Bound a, Bound b, bool swapped, SearchStep next) {
  if (dependence_.on_unknown(a.term, a.bindings)) {
    Bound kept{amended(a), a.bindings};
    if (is_comprehension(*b.term)) b.term = amended(b);
    return swapped ? keep_equality(at, b, kept, next) : keep_equality(at, kept, b, next);
  }
  return unify(at, {comprehension_value(at, a), a.bindings}, b, next);
}

Term* Evaluator::comprehension_value(const At& at, Bound term) {
  const Frame* inner = frame(term.term->body, term.bindings, at.frame->unrolled);
  TermList items;
  size_t kept = kept_.back().size();
  each(inner, [&] {
    if (kept_more(kept)) fail_unsupported(to_text(*term.term));
    for (Term* item : term.term->items) items.push_back(plugger_.plug({item, term.bindings}));
  });
  if (term.term->kind == TermKind::kArrayComprehension) return terms_.composite(TermKind::kArray, std::move(items));
  if (term.term->kind == TermKind::kSetComprehension) return terms_.sorted(terms_.composite(TermKind::kSet, std::move(items)));
  Term* object = terms_.composite(TermKind::kObject, std::move(items));
  TermList sorted = sorted_items(*object);
  for (size_t i = 2; i < sorted.size(); i += 2) {
    if (!same(*sorted[i - 2], *sorted[i]) || same(*sorted[i - 1], *sorted[i + 1])) continue;
    Error error;
    error.code = ErrorCode::E_CONFLICT;
    error.opa_code = "eval_conflict_error";
    error.detail = "object keys must be unique";
    throw Failure(std::move(error));
  }
  return terms_.sorted(object);
}

Term* Evaluator::amended(Bound bound) {
  Term* renamed = plugger_.rename(bound, *root_);
  VarSet shared = vars_of(bound.term);
  ExprList exprs = renamed->body->exprs;
  for (const Bindings::Entry& entry : bound.bindings->entries) {
    charge_work(1);
    if (shared.count(entry.variable->text) == 0) continue;
    Term* name = plugger_.rename({entry.variable, bound.bindings}, *root_);
    exprs.push_back(terms_.equality(name, plugger_.plug_for({entry.value, entry.of}, *root_)));
  }
  return terms_.with_body(*renamed, renamed->items, terms_.body(std::move(exprs), renamed->body->span));
}

// --- every -----------------------------------------------------------------------------------------------------------

namespace {

// OPA's: how many elements are unrolled, those of all `every` around each other together.
constexpr size_t kMostUnrolled = 32;

}  // namespace

SearchStep Evaluator::every(const At& at, SearchStep next) {
  const Expr& expr = at.expr();
  bool domain_unknown = dependence_.on_unknown(expr.domain, at.bindings());
  if (!domain_unknown && !dependence_.on_unknown(expr.body, at.bindings())) {
    return every_holds(at) ? next : Search::end();
  }
  std::vector<std::pair<Term*, Term*>> pairs;
  if (!domain_unknown && known_domain(at, pairs)) return unrolled(at, pairs, next);
  Expr* kept = plugged_closure(at, expr);
  return keep(at, kept, at.bindings(), next);
}

bool Evaluator::known_domain(const At& at, std::vector<std::pair<Term*, Term*>>& pairs) {
  Term* domain = plugger_.plug({at.expr().domain, at.bindings()});
  if (!is_collection(*domain)) return false;
  domain = terms_.sorted(domain);
  size_t step = domain->kind == TermKind::kObject ? 2 : 1;
  size_t count = std::max<size_t>(domain->items.size() / step, 1);
  if (count * at.frame->unrolled > kMostUnrolled) return false;
  for (size_t i = 0; i < domain->items.size(); i += step) {
    Term* key = domain->kind == TermKind::kArray ? terms_.number(i) : domain->items[i];
    pairs.emplace_back(key, domain->items[i + step - 1]);
  }
  return true;
}

bool Evaluator::every_holds(const At& at) {
  const Expr& expr = at.expr();
  Term* domain = plugger_.plug({expr.domain, at.bindings()});
  if (!is_collection(*domain)) return false;
  domain = terms_.sorted(domain);
  size_t step = domain->kind == TermKind::kObject ? 2 : 1;
  bool all = true;
  for (size_t i = 0; i < domain->items.size() && all; i += step) {
    Term* key = domain->kind == TermKind::kArray ? terms_.number(i) : domain->items[i];
    Term* value = domain->items[i + step - 1];
    bool held = false;
    size_t kept = kept_.back().size();
    SearchStep done = then([&] {
      if (kept_more(kept)) fail_unsupported(to_text(expr));
      held = true;
      return Search::end();
    });
    const Frame* inner = closure(expr.body, at);
    SearchStep elements = then([=, this] { return body(inner, 0, done); });
    search_.all(then([=, this, &expr] {
      RefSteps names{expr.key, expr.value}, values{key, value};
      return unify_lists(at, names, at.bindings(), values, at.bindings(), 0, elements);
    }));
    all = held;
  }
  return all;
}

// The bodies for all elements behind each other are one body.
SearchStep Evaluator::unrolled(const At& at, const std::vector<std::pair<Term*, Term*>>& pairs, SearchStep next) {
  ExprList exprs;
  for (const auto& pair : pairs) element_body(at, pair, exprs);
  const Frame* inner = frame(terms_.body(std::move(exprs)), at.bindings(), at.frame->unrolled * std::max<size_t>(pairs.size(), 1));
  return body(inner, 0, next);
}

// Scalars take the place of key and value; other values get a variable, for a reference may go into them. The variables of the
// body are renamed: each element has its own.
void Evaluator::element_body(const At& at, const std::pair<Term*, Term*>& element, ExprList& out) {
  std::string mark = "e" + std::to_string(++next_name_);
  const Expr& expr = at.expr();
  std::map<std::string_view, Term*> values;
  for (auto [variable, value] : {std::pair{expr.key, element.first}, {expr.value, element.second}}) {
    if (variable == nullptr || !is_var(*variable)) continue;
    if (is_scalar(*value)) {
      values[variable->text] = value;
      continue;
    }
    Term* fresh = terms_.var(variant_name(variable->text, mark));
    values[variable->text] = fresh;
    out.push_back(terms_.equality(fresh, value));
  }
  Replacer replace(terms_, levels_, [&](Term* t) -> Term* {
    if (!is_var(*t)) return nullptr;
    if (auto found = values.find(t->text); found != values.end()) return found->second;
    Bound bound{t, at.bindings()};
    bool outer = plugger_.plug(bound) != t || unknowns_.contains_within(bound);
    return outer ? t : terms_.var(variant_name(t->text, mark));
  });
  for (const Expr* statement : expr.body->exprs) out.push_back(replace(*statement));
}

// --- and, or ---------------------------------------------------------------------------------------------------------

SearchStep Evaluator::logical(const At& at, SearchStep next) {
  const Expr& expr = at.expr();
  for (const Expr* operand : expr.operands) {
    if (dependence_.on_unknown(operand->body, at.bindings())) return keep(at, plugged_closure(at, expr), at.bindings(), next);
  }
  bool any = expr.kind == ExprKind::kOr;
  for (const Expr* operand : expr.operands) {
    if (holds(closure(operand->body, at)) == any) return any ? next : Search::end();
  }
  return any ? Search::end() : next;
}

// A statement with the values of variables in all bodies in it.
Expr* Evaluator::plugged_closure(const At& at, const Expr& expr) {
  Levels::Scope level(levels_);
  Expr* result = terms_.copy(expr);
  if (is_call(expr)) {
    TermList items = expr.term->items;
    for (size_t i = 1; i < items.size(); ++i) items[i] = plugged_term(at, items[i]);
    result->term = terms_.with_items(*expr.term, std::move(items));
  } else {
    result->term = plugged_term(at, expr.term);
  }
  result->key = plugged_term(at, expr.key);
  result->value = plugged_term(at, expr.value);
  result->domain = plugged_term(at, expr.domain);
  if (expr.body != nullptr) result->body = plugged_body(at, *expr.body);
  for (Expr*& operand : result->operands) operand = plugged_closure(at, *operand);
  for (With& with : result->withs) with.value = plugged_term(at, with.value);
  return result;
}

Body* Evaluator::plugged_body(const At& at, const Body& body) {
  ExprList exprs;
  for (const Expr* expr : body.exprs) exprs.push_back(plugged_closure(at, *expr));
  return terms_.body(std::move(exprs), body.span);
}

Term* Evaluator::plugged_term(const At& at, Term* term) {
  if (term == nullptr) return nullptr;
  if (is_comprehension(*term)) return amended({term, at.bindings()});
  return plugger_.plug_for({term, at.bindings()}, *root_);
}

// --- with ------------------------------------------------------------------------------------------------------------

struct Evaluator::WithState {
  Documents::State outside, inside;
  std::vector<RefSteps> targets;
  Mocks mocks;
  std::vector<RefSteps> disabled;
};

namespace {

// The constant beginnings of all references in a statement or term.
template <typename Node>
void add_ground_prefixes(Node* node, std::vector<RefSteps>& out) {
  auto walk = term_walker([&](Term* t) {
    if (is_ref(*t)) {
      size_t length = ground_prefix(*t);
      out.emplace_back(t->items.begin(), t->items.begin() + static_cast<ptrdiff_t>(length));
    }
    return false;
  });
  walk(node);
}

}  // namespace

SearchStep Evaluator::with(const At& at, SearchStep next) {
  const Expr& expr = at.expr();
  auto state = std::make_shared<WithState>();
  Documents::Replacements input, data;
  for (const With& with : expr.withs) {
    // Whatever is replaced by something unknown, the statement can only be evaluated later.
    if (unknowns_.contains_within({with.value, at.bindings()})) return keep_whole(at, next);
    Term* value = plugger_.plug({with.value, at.bindings()});
    bool is_root = is_root_name(with.target->items[0]->text);
    add_ground_prefixes(with.value, state->disabled);
    if (!is_root || is_function(*with.target)) {
      state->mocks[to_text(*with.target)] = value;
      if (is_root) state->targets.push_back(with.target->items);
      continue;
    }
    add_ground_prefixes(with.target, state->disabled);
    state->targets.push_back(with.target->items);
    (has_head(*with.target, "input") ? input : data).emplace_back(with.target->items, value);
  }
  Expr* bare = terms_.copy(expr);
  bare->withs.clear();
  add_ground_prefixes(bare, state->disabled);
  state->inside = documents_.replace(input, data);
  enter_with(state);
  search_.on_return([this, state] { leave_with(state); });
  return statement(at, then([=, this] {
                     leave_with(state);
                     search_.on_return([this, state] { enter_with(state); });
                     return next;
                   }));
}

void Evaluator::enter_with(const std::shared_ptr<WithState>& state) {
  state->outside = documents_.state();
  documents_.set_state(state->inside);
  documents_.push_targets(state->targets);
  values_.emplace_back();
  inlining_.push({true, state->disabled, {}});
  mocks_.back().push_back(state->mocks);
}

void Evaluator::leave_with(const std::shared_ptr<WithState>& state) {
  mocks_.back().pop_back();
  inlining_.pop();
  values_.pop_back();
  documents_.pop_targets();
  documents_.set_state(state->outside);
}

}  // namespace writ::lang
