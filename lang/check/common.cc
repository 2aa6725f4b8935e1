// What all passes of the check use. In order: sets of variables; the members of Checker, which name, find and make things;
// what terms are; VarCollector, which collects the variables of a tree; and the nearest of some names.
#include <algorithm>

#include "engine/base/edit_distance.h"
#include "engine/builtins/builtin.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "lang/check/passes.h"

namespace writ::lang {

std::vector<std::string_view> sorted_difference(const VarSet& vars, const VarSet& other) {
  std::vector<std::string_view> result;
  for (std::string_view v : vars) {
    if (!other.count(v)) result.push_back(v);
  }
  std::sort(result.begin(), result.end());
  return result;
}

bool is_subset(const VarSet& vars, const VarSet& of) {
  for (std::string_view v : vars) {
    if (!of.count(v)) return false;
  }
  return true;
}

// --- the state -------------------------------------------------------------------------------------------------------

Checker::Checker(Ast& ast, const SourceMap& sources, const LanguageOptions& language,
                 std::vector<Diagnostic>& diagnostics)
    : ast(ast), sources(sources), language(language), diagnostics_(diagnostics) {}

std::string_view Checker::fresh_name(std::string_view written) {
  for (;;) {
    std::string name = "__local";
    name.append(std::to_string(next_local_++)).append("__").append(written);
    if (excluded_.empty() || excluded_.count(name) == 0) return ast.keep(name);
  }
}

Diagnostic& Checker::error(DiagnosticId id, Span span, std::initializer_list<std::string_view> values) {
  return error(make_diagnostic(id, span, values));
}

Diagnostic& Checker::error(Diagnostic diagnostic) { return add(std::move(diagnostic), true); }

Diagnostic& Checker::recoverable_error(DiagnosticId id, Span span, std::initializer_list<std::string_view> values) {
  return add(make_diagnostic(id, span, values), false);
}

void Checker::hold(std::vector<Found>& found) {
  if (held_ == nullptr) {
    errors_before_ = errors_;
    stopping_errors_before_ = stopping_errors_;
  }
  held_ = &found;
}

void Checker::release() {
  if (held_ == nullptr) return;
  held_ = nullptr;
  errors_ = errors_before_;
  stopping_errors_ = stopping_errors_before_;
}

void Checker::report(std::vector<Found> found) {
  for (Found& error : found) add(std::move(error.diagnostic), error.stops);
}

// With the last one that the limit lets through the check is over.
Diagnostic& Checker::add(Diagnostic diagnostic, bool stops) {
  ++errors_;
  if (stops) ++stopping_errors_;
  if (held_ != nullptr) return held_->emplace_back(Found{std::move(diagnostic), stops}).diagnostic;
  uint32_t limit = language.max_errors;
  if (limit != 0 && errors_ > limit) return beyond_limit_ = std::move(diagnostic);
  if (errors_ == limit) {
    ++stopping_errors_;
    diagnostics_.push_back(make_diagnostic(Id::kErrorLimit, Span::nowhere()));
  }
  diagnostics_.push_back(std::move(diagnostic));
  return diagnostics_.back();
}

std::vector<Branch> Checker::branches() const {
  std::vector<Branch> result;
  size_t rules = 0;
  for (const Module* module : modules) rules += module->rules.size();
  result.reserve(rules);
  for (Module* module : modules) {
    for (Rule* rule : module->rules) {
      result.push_back({rule, rule});
      for (Rule* branch : rule->else_chain) result.push_back({branch, rule});
    }
  }
  return result;
}

int Checker::arity(const Term& op) const {
  if (!is_ref(op) || !is_var(*op.items[0])) return -1;
  if (op.items[0]->text == "data") {
    const RuleNode* node = find_node(op);
    return node && !node->rules.empty() ? static_cast<int>(node->rules[0]->head.args.size()) : -1;
  }
  std::string buffer;
  return builtin_arity(dotted_name(op, buffer));
}

bool Checker::is_builtin(std::string_view name) const { return builtin_arity(name) >= 0; }

int Checker::builtin_arity(std::string_view name) const {
  if (name.empty()) return -1;
  if (const HostFunction* function = host_function(name)) return static_cast<int>(function->arity);
  const Builtin* builtin = find_builtin(name);
  if (builtin == nullptr || !is_allowed(*builtin)) return -1;
  return builtin->arity;
}

bool Checker::is_allowed(const Builtin& builtin) const {
  return language.capabilities == nullptr || language.capabilities->allows(builtin.name);
}

const HostFunction* Checker::host_function(std::string_view name) const {
  for (const HostFunction& function : language.functions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

const RuleNode* Checker::find_node(const Term& ref) const {
  if (!has_head(ref, "data")) return nullptr;
  const RuleNode* node = root;
  for (size_t i = 1; node && i < ref.items.size(); ++i) {
    node = node->child(*ref.items[i]);
  }
  return node;
}

std::string Checker::rule_path(const Rule& rule) const {
  if (in_query) return to_text(*rule.head.ref);
  Term path;
  path.kind = TermKind::kRef;
  std::vector<Term> steps;
  const Module* module = rule.module;
  const TermList& items = rule.head.ref->items;
  steps.reserve(module->package.size() + 2);
  auto step = [&](TermKind kind, std::string_view text) {
    Term& t = steps.emplace_back();
    t.kind = kind;
    t.text = text;
    path.items.push_back(&t);
  };
  step(TermKind::kVar, "data");
  for (const std::string& segment : module->package) step(TermKind::kString, segment);
  step(TermKind::kString, items[0]->text);
  // Steps are scalars and variables; of these the author knows the written name.
  std::vector<Term> rest;
  rest.reserve(items.size());
  for (size_t i = 1; i < items.size(); ++i) {
    rest.push_back(*items[i]);
    if (is_var(*items[i]) && !written_name(items[i]->text).empty()) rest.back().text = written_name(items[i]->text);
    path.items.push_back(&rest.back());
  }
  return to_text(path);
}

std::string Checker::position_text(Span span) const {
  Position p = sources.position(span.file, span.begin);
  const std::string& name = sources.file(span.file).name;
  if (name.empty()) return std::to_string(p.row) + ":" + std::to_string(p.column);
  return name + ":" + std::to_string(p.row);
}

// --- making nodes ----------------------------------------------------------------------------------------------------

Term* Checker::var(std::string_view name, Span span) {
  Term* t = ast.term(TermKind::kVar, span);
  t->text = name;
  return t;
}

Term* Checker::string(std::string_view text, Span span) {
  Term* t = ast.term(TermKind::kString, span);
  t->text = text;
  return t;
}

Term* Checker::boolean(bool value, Span span) {
  Term* t = ast.term(TermKind::kBoolean, span);
  t->boolean = value;
  return t;
}

Term* Checker::operator_term(std::string_view name, Span span) {
  Term* op = ast.term(TermKind::kRef, span);
  op->flat = true;
  size_t begin = 0;
  while (begin <= name.size()) {
    size_t dot = std::min(name.find('.', begin), name.size());
    std::string_view part = ast.keep(name.substr(begin, dot - begin));
    op->items.push_back(begin == 0 ? var(part, span) : string(part, span));
    begin = dot + 1;
  }
  return op;
}

Term* Checker::call(std::string_view name, std::span<Term* const> operands, Span span) {
  Term* t = ast.term(TermKind::kCall, span);
  t->items.reserve(operands.size() + 1);
  t->items.push_back(operator_term(name, span));
  t->items.insert(t->items.end(), operands.begin(), operands.end());
  t->flat = std::all_of(operands.begin(), operands.end(), [](const Term* operand) { return is_flat(*operand); });
  return t;
}

Expr* Checker::statement(Term* term, Span span) {
  Expr* e = ast.expr(ExprKind::kTerm, span);
  e->term = term;
  return e;
}

Expr* Checker::equality(Term* left, Term* right) {
  Expr* e = statement(call("eq", {left, right}, right->span), right->span);
  e->generated = true;
  return e;
}

Expr* Checker::capture(Term* value) { return equality(fresh_var(value->span), value); }

Term* Checker::capturing_set(Term* value, const WithList& withs) {
  Term* set = ast.term(TermKind::kSetComprehension, value->span);
  Expr* held = capture(value);
  held->generated = false;
  held->withs = withs;
  set->items.push_back(var(argument(*held, 0)->text, value->span));
  set->body = ast.body(value->span);
  set->body->exprs.push_back(held);
  return set;
}

Term* Checker::copy(const Term& term) {
  Term* t = ast.term(term.kind, term.span);
  *t = term;
  for (Term*& item : t->items) item = copy(*item);
  if (t->body) t->body = copy(*t->body);
  return t;
}

Expr* Checker::copy(const Expr& expr) {
  Expr* e = ast.expr(expr.kind, expr.span);
  *e = expr;
  auto dup = [&](Term*& t) {
    if (t) t = copy(*t);
  };
  dup(e->term);
  for (Term*& s : e->symbols) dup(s);
  dup(e->key);
  dup(e->value);
  dup(e->domain);
  if (e->body) e->body = copy(*e->body);
  for (Expr*& o : e->operands) o = copy(*o);
  for (With& w : e->withs) {
    dup(w.target);
    dup(w.value);
  }
  if (assignments.count(&expr)) assignments.insert(e);
  return e;
}

Body* Checker::copy(const Body& body) {
  Body* b = ast.body(body.span);
  for (const Expr* e : body.exprs) b->exprs.push_back(copy(*e));
  return b;
}

// --- what terms are --------------------------------------------------------------------------------------------------

std::string_view written_name(std::string_view name) {
  if (is_wildcard(name)) return "_";
  if (!is_generated(name)) return name;
  size_t end = name.find("__", 2);
  return end == std::string_view::npos ? name : name.substr(end + 2);
}

std::string written_text(Checker& checker, const Term& term) {
  Term* copy = checker.copy(term);
  auto rename = term_walker([](Term* t) {
    if (is_var(*t) && !written_name(t->text).empty()) t->text = written_name(t->text);
    return false;
  });
  rename(copy);
  return to_text(*copy);
}

std::string dotted_name(const Term& op) {
  if (is_var(op)) return std::string(op.text);
  if (!is_ref(op) || !is_var(*op.items[0])) return {};
  std::string name(op.items[0]->text);
  for (size_t i = 1; i < op.items.size(); ++i) {
    // A dot inside of a segment is not a dot between segments: io["jwt.decode"] is not io.jwt.decode.
    if (op.items[i]->kind != TermKind::kString || op.items[i]->text.find('.') != std::string::npos) return {};
    name += '.';
    name += op.items[i]->text;
  }
  return name;
}

std::string_view dotted_name(const Term& op, std::string& buffer) {
  if (is_var(op)) return op.text;
  if (is_ref(op) && op.items.size() == 1 && is_var(*op.items[0])) return op.items[0]->text;
  return buffer = dotted_name(op);
}

bool has_dotted_name(const Term& op, std::string_view name) {
  if (is_var(op)) return op.text == name;
  if (!is_ref(op) || !is_var(*op.items[0]) || !name.starts_with(op.items[0]->text)) return false;
  name.remove_prefix(op.items[0]->text.size());
  for (size_t i = 1; i < op.items.size(); ++i) {
    const Term& step = *op.items[i];
    if (step.kind != TermKind::kString || !name.starts_with('.')) return false;
    name.remove_prefix(1);
    if (!name.starts_with(step.text) || step.text.find('.') != std::string_view::npos) return false;
    name.remove_prefix(step.text.size());
  }
  return name.empty();
}

bool calls(const Expr& expr, std::string_view name) {
  return is_call(expr) && has_dotted_name(*expr.term->items[0], name);
}

bool is_constant(const Term& term) {
  switch (term.kind) {
    case TermKind::kArray:
    case TermKind::kSet:
    case TermKind::kObject:
      return std::all_of(term.items.begin(), term.items.end(), [](const Term* t) { return is_constant(*t); });
    default: return is_scalar(term);
  }
}

bool constant_value(Arena& arena, const Term& term, Value* value) {
  switch (term.kind) {
    case TermKind::kNull: *value = Value::null(); return true;
    case TermKind::kBoolean: *value = Value::of(term.boolean); return true;
    case TermKind::kNumber: *value = number_from_text(arena, term.text); return true;
    case TermKind::kString: *value = make_string(arena, term.text); return true;
    case TermKind::kArray:
    case TermKind::kSet:
    case TermKind::kObject: break;
    default: return false;
  }
  std::vector<Value> items(term.items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    if (!constant_value(arena, *term.items[i], &items[i])) return false;
  }
  if (term.kind == TermKind::kArray) {
    *value = make_array(arena, items);
  } else if (term.kind == TermKind::kSet) {
    *value = make_set(arena, items);
  } else {
    std::vector<Entry> entries;
    for (size_t i = 0; i + 1 < items.size(); i += 2) entries.push_back({items[i], items[i + 1]});
    *value = make_object(arena, entries);
  }
  return true;
}

bool requires_eval(const Term* term) {
  if (!term) return false;
  if (is_ref(*term) || is_comprehension(*term)) return true;
  return std::any_of(term->items.begin(), term->items.end(), [](const Term* t) { return requires_eval(t); });
}

bool same_term(const Term& a, const Term& b) {
  if (a.kind != b.kind || a.boolean != b.boolean || a.text != b.text || a.items.size() != b.items.size()) return false;
  if (a.body || b.body) return &a == &b;
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (!same_term(*a.items[i], *b.items[i])) return false;
  }
  return true;
}

size_t ground_prefix(const Term& ref) {
  size_t n = 1;
  while (n < ref.items.size() && is_scalar(*ref.items[n])) ++n;
  return n;
}

bool is_empty_body(const Body& body) {
  if (body.exprs.size() != 1) return false;
  const Expr& e = *body.exprs[0];
  return e.kind == ExprKind::kTerm && !e.negated && e.withs.empty() && e.term->kind == TermKind::kBoolean &&
         e.term->boolean;
}

void append(Body& body, Expr* expr) {
  if (is_empty_body(body)) body.exprs.clear();
  body.exprs.push_back(expr);
}

// --- collecting variables --------------------------------------------------------------------------------------------

void VarCollector::operator()(const Term* t) {
  charge_work(1);
  if (!t) return;
  switch (t->kind) {
    case TermKind::kNull:
    case TermKind::kBoolean:
    case TermKind::kNumber:
    case TermKind::kString: return;
    case TermKind::kVar: vars_.insert(t->text); return;
    case TermKind::kRef:
      for (size_t i = options_.skip_ref_head ? 1 : 0; i < t->items.size(); ++i) (*this)(t->items[i]);
      return;
    case TermKind::kArray:
      for (const Term* item : t->items) (*this)(item);
      return;
    case TermKind::kSet:
      if (options_.skip_sets) return;
      for (const Term* item : t->items) (*this)(item);
      return;
    case TermKind::kObject:
      for (size_t i = options_.skip_object_keys ? 1 : 0; i < t->items.size(); i += options_.skip_object_keys ? 2 : 1) {
        (*this)(t->items[i]);
      }
      return;
    case TermKind::kArrayComprehension:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension:
      if (options_.skip_closures) return;
      for (const Term* item : t->items) (*this)(item);
      (*this)(t->body);
      return;
    case TermKind::kTemplate:
      if (options_.skip_closures) return;
      for (const Term* item : t->items) (*this)(item);
      return;
    case TermKind::kCall: call(*t); return;
  }
}

void VarCollector::call(const Term& t) {
  const Term* op = t.items[0];
  if (options_.skip_call_head && is_ref(*op)) {
    for (size_t i = 1; i < op->items.size(); ++i) (*this)(op->items[i]);
  } else if (!options_.skip_call_head) {
    (*this)(op);
  }
  for (size_t i = 1; i < t.items.size(); ++i) (*this)(t.items[i]);
}

void VarCollector::operator()(const Expr* e) {
  switch (e->kind) {
    case ExprKind::kTerm: (*this)(e->term); break;
    case ExprKind::kSomeDecl:
      for (const Term* s : e->symbols) (*this)(s);
      break;
    case ExprKind::kSomeIn:
      (*this)(e->key);
      (*this)(e->value);
      (*this)(e->domain);
      break;
    case ExprKind::kEvery:
      (*this)(e->domain);
      if (!options_.skip_closures) {
        (*this)(e->key);
        (*this)(e->value);
        (*this)(e->body);
      }
      break;
    case ExprKind::kBlock: (*this)(e->body); break;
    case ExprKind::kNot:
    case ExprKind::kAnd:
    case ExprKind::kOr:
      for (const Expr* o : e->operands) {
        if (!options_.skip_closures) {
          (*this)(o);
        } else if (options_.promote && o->generated) {
          implicit_operand_vars(*options_.promote, *o->body, vars_);
        }
      }
      break;
  }
  withs(*e);
}

void VarCollector::withs(const Expr& e) {
  for (const With& w : e.withs) {
    if (!options_.skip_call_head) {
      (*this)(w.target);
      (*this)(w.value);
      continue;
    }
    if (is_ref(*w.target)) {
      for (size_t i = 1; i < w.target->items.size(); ++i) (*this)(w.target->items[i]);
    }
    if (is_ref(*w.value)) {
      for (size_t i = 1; i < w.value->items.size(); ++i) (*this)(w.value->items[i]);
    } else {
      (*this)(w.value);
    }
  }
}

void VarCollector::operator()(const Body* b) {
  if (!b) return;
  for (const Expr* e : b->exprs) (*this)(e);
}

// --- suggestions -----------------------------------------------------------------------------------------------------

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  if (name.size() < 2 || name.size() > 64) return {};
  std::string best;
  size_t best_distance = name.size() < 4 ? 1 : name.size() / 3;
  for (const std::string& candidate : candidates) {
    if (candidate == name || candidate.size() > 64) continue;
    size_t distance = edit_distance(name, candidate);
    if (distance > best_distance || (distance == best_distance && !best.empty() && best <= candidate)) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

}  // namespace writ::lang
