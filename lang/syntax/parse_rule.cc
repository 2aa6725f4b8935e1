// Rules: heads, bodies, `else`, defaults, and statements that turn out to be rules.
//
// rule_statement reads a head (HeadParts), which may be a name, a reference or a call, with `contains`, a value or neither;
// finish_head decides what kind of rule that is. Bodies and branches follow. Whatever has no `if`, no body and no `contains`
// is read again as an expression, and rule_from_expression then says whether `p = 1`, `f(x)` or `p[x]` is a rule all the same.
#include <algorithm>

#include "engine/builtins/builtin.h"
#include "lang/syntax/parser.h"

namespace writ::lang {
namespace {

bool is_ground_reference(const Term& ref) {
  return std::all_of(ref.items.begin() + 1, ref.items.end(), [](const Term* step) { return is_ground(*step); });
}

}  // namespace

// False without an error: what is here is not a rule, but perhaps an expression.
bool Parser::rule_statement() {
  Rule* rule = ast_.rule(token_span());
  uint32_t begin = token().begin;
  keyword_as_name();
  if (at(TokenKind::kDefault)) {
    advance();
    rule->is_default = true;
    keyword_as_name();
  }
  if (!at(TokenKind::kIdentifier)) {
    if (rule->is_default) keyword_rule_name(true);
    return false;
  }
  HeadParts parts;
  if (!head(parts, rule->is_default)) return false;
  if (rule->is_default) return finish_default(rule, parts);

  rule->has_if = at(TokenKind::kIf);
  finish_head(rule->head, parts, rule->has_if);
  if (!rule->has_if && !at(TokenKind::kLeftBrace)) {
    // `contains` needs no body; everything else is read again as an expression.
    if (!parts.contains) return false;
    rule->span = parts.span;
    rule->body = body_of_true({file_, begin, parts.span.end});
    add_rule(rule);
    return true;
  }
  if (!rule_body(rule)) return false;
  if (at(TokenKind::kElse) && !keyword_as_name() && !else_branches(rule)) return false;
  rule->span = span_from(begin);
  add_rule(rule);
  return chained_bodies(*rule);
}

// --- heads -----------------------------------------------------------------------------------------------------------

// What the head lacks is reported here; it is read on all the same, for OPA does.
bool Parser::head(HeadParts& parts, bool is_default) {
  uint32_t begin = token().begin;
  if (!head_reference(parts)) return false;
  std::string name = to_text(*parts.ref);
  switch (kind_) {
    case TokenKind::kContains:
      if (!parts.args.empty()) {
        unexpected("the contains keyword can only be used with multi-value rule definitions (e.g., " + name +
                   " contains <VALUE> { ... })");
      }
      advance();
      parts.contains = true;
      parts.key = infix(true);
      if (parts.key == nullptr) {
        unexpected("expected rule key term (e.g., " + name + " contains <VALUE> { ... })");
        parts.key = ast_.term(TermKind::kNull, token_span());
      }
      break;
    case TokenKind::kUnify:
      advance();
      parts.value = infix(true);
      if (parts.value == nullptr) unexpected("expected rule value term (e.g., " + name + "[<nil>] = <VALUE> { ... })");
      break;
    case TokenKind::kAssign:
      parts.assigned = true;
      advance();
      parts.value = infix(true);
      if (parts.value == nullptr) {
        std::string shown = name + (parts.args.empty() ? "" : "(...)") + " := <VALUE>";
        std::string_view sort = !parts.args.empty() ? "function" : is_default ? "default rule" : "rule";
        if (is_default && parts.args.empty()) shown.insert(0, "default ");
        else shown += " { ... }";
        unexpected("expected " + std::string(sort) + " value term (e.g., " + shown + ")");
      }
      break;
    default: break;
  }
  parts.span = span_from(begin);
  return true;
}

bool Parser::head_reference(HeadParts& parts) {
  Term* term = head_term();
  if (term == nullptr) {
    unexpected("expected rule head name");
    return false;
  }
  parts.span = term->span;
  if (term->kind == TermKind::kCall) {
    parts.has_parens = true;
    parts.args.assign(term->items.begin() + 1, term->items.end());
    term = term->items[0];
  }
  if (term->kind == TermKind::kVar) {
    parts.ref = ast_.term(TermKind::kRef, term->span);
    parts.ref->items.push_back(term);
    parts.ref = measured(parts.ref);
    return true;
  }
  if (term->kind != TermKind::kRef || term->items[0]->kind != TermKind::kVar) return false;
  parts.ref = term;
  return true;
}

// The name of a rule with its steps or arguments. Unlike elsewhere, white space may come before those.
Term* Parser::head_term() {
  Term* name = variable();
  bool touching = touches_next();
  advance();
  switch (kind_) {
    case TokenKind::kAdd:
    case TokenKind::kSubtract:
    case TokenKind::kMultiply:
    case TokenKind::kDivide:
    case TokenKind::kRemainder:
    case TokenKind::kAnd:
    case TokenKind::kOr:
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterEqual:
    case TokenKind::kLess:
    case TokenKind::kLessEqual:
      if (touching) unexpected();
      return name;
    case TokenKind::kLeftParen:
    case TokenKind::kDot:
    case TokenKind::kLeftBracket: return reference(name);
    default: return name;
  }
}

// Decides what kind of rule it is. `p[x]` without `if` and without a value is OPA's old partial set.
void Parser::finish_head(Head& head, HeadParts& parts, bool has_if) {
  head.span = parts.span;
  head.ref = parts.ref;
  head.args = parts.args;
  head.value = parts.value;
  head.assigned = parts.assigned;
  head.has_contains = parts.contains;
  if (parts.contains) {
    head.kind = HeadKind::kPartialSet;
    head.key = parts.key;
    return;
  }
  if (!parts.args.empty()) {
    head.kind = HeadKind::kFunction;
    return;
  }
  bool old_set = !has_if && parts.value == nullptr && parts.ref->items.size() == 2;
  if (old_set) {
    head.kind = HeadKind::kPartialSet;
    head.key = parts.ref->items[1];
    head.ref = ast_.term(TermKind::kRef, parts.ref->items[0]->span);
    head.ref->items.push_back(parts.ref->items[0]);
    head.ref = measured(head.ref);
    return;
  }
  head.kind = is_ground_reference(*parts.ref) ? HeadKind::kComplete : HeadKind::kPartialObject;
}

// --- default rules ---------------------------------------------------------------------------------------------------

bool Parser::finish_default(Rule* rule, const HeadParts& parts) {
  Head& head = rule->head;
  head.span = parts.span;
  head.ref = parts.ref;
  head.args = parts.args;
  head.value = parts.value;
  head.key = parts.key;
  head.assigned = parts.assigned;
  if (!parts.args.empty()) head.kind = HeadKind::kFunction;
  if (parts.args.empty() && !is_ground_reference(*parts.ref)) head.kind = HeadKind::kPartialObject;
  Span keyword = rule->span;
  if (head.value == nullptr) {
    // `default p` is `default p := true`; only what looks like a partial set needs a value.
    bool looks_like_set = parts.contains || (parts.args.empty() && parts.ref->items.size() == 2);
    if (looks_like_set) {
      error(DiagnosticId::kDefaultNoValue, keyword);
      return false;
    }
    head.value = ast_.term(TermKind::kBoolean, parts.span);
    head.value->boolean = true;
  }
  if (!check_default_value(*rule, *head.value) || !check_default_args(*rule, parts.args)) return false;
  rule->span = span_from(keyword.begin);
  rule->body = body_of_true(keyword);
  add_rule(rule);
  return true;
}

// A default is a constant; comprehensions may compute, as they always have a value.
bool Parser::check_default_value(const Rule& rule, const Term& value) {
  switch (value.kind) {
    case TermKind::kVar:
    case TermKind::kRef:
    case TermKind::kCall: error(DiagnosticId::kDefaultValue, rule.span, {term_name(value.kind)}); return false;
    case TermKind::kArrayComprehension:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension: return true;
    default: break;
  }
  bool valid = true;
  for (const Term* item : value.items) valid &= check_default_value(rule, *item);
  return valid;
}

bool Parser::check_default_args(const Rule& rule, const TermList& args) {
  bool valid = true;
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i]->kind != TermKind::kVar) {
      error(DiagnosticId::kDefaultArgument, rule.span, {term_name(args[i]->kind)});
      valid = false;
      continue;
    }
    bool repeated = args[i]->text != "_" && std::any_of(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(i),
                                                        [&](const Term* arg) { return arg->text == args[i]->text; });
    if (repeated) {
      error(DiagnosticId::kDefaultArgumentRepeated, rule.span, {args[i]->text});
      valid = false;
    }
  }
  return valid;
}

// --- bodies ----------------------------------------------------------------------------------------------------------

Body* Parser::body_of_true(Span span) {
  Term* term = ast_.term(TermKind::kBoolean, span);
  term->boolean = true;
  Expr* expr = ast_.expr(ExprKind::kTerm, span);
  expr->term = term;
  Body* body = ast_.body(span);
  body->exprs.push_back(measured(expr));
  return measured(body);
}

bool Parser::rule_body(Rule* rule) {
  rule->has_body = true;
  if (!rule->has_if) {
    rule->body = braced_body();
  } else {
    advance();
    rule->body = if_body();
  }
  return rule->body != nullptr;
}

// Behind `if`: a statement, or a body in braces. Braces that can be read as an object or a comprehension are one; read
// as a set they are a body, for a set would always be true.
Body* Parser::if_body() {
  bool brace = at(TokenKind::kLeftBrace);
  Mark start = mark();
  Expr* expr = literal();
  bool is_set = brace && expr != nullptr && expr->kind == ExprKind::kTerm && expr->term->kind == TermKind::kSet;
  if (expr != nullptr && !is_set) {
    Body* body = ast_.body(expr->span);
    body->exprs.push_back(expr);
    return measured(body);
  }
  if (!brace) return nullptr;
  restore(start);
  return braced_body();
}

// `{ … }`, and what is behind it becomes the current token.
Body* Parser::braced_body() {
  advance();
  Body* result = body(TokenKind::kRightBrace);
  if (result != nullptr) advance();
  return result;
}

// --- else ------------------------------------------------------------------------------------------------------------

bool Parser::else_branches(Rule* rule) {
  const Head& head = rule->head;
  if (head.kind == HeadKind::kPartialSet) {
    DiagnosticId id = is_ground_reference(*head.ref) ? DiagnosticId::kElseMultiValue : DiagnosticId::kElseVariables;
    error(id, token_span());
    return false;
  }
  if (head.ref->items.size() > 1 && !is_ground_reference(*head.ref)) {
    error(DiagnosticId::kElseVariables, token_span());
    return false;
  }
  // Without `if`, OPA takes the one step of a reference such as `p["k"]` for the key of several values.
  if (!rule->has_if && head.args.empty() && head.ref->items.size() == 2) {
    error(DiagnosticId::kElseMultiValue, token_span());
    return false;
  }
  while (at(TokenKind::kElse)) {
    Rule* branch = else_branch();
    if (branch == nullptr) return false;
    rule->else_chain.push_back(branch);
    if (!branch->has_body) break;
  }
  return true;
}

Rule* Parser::else_branch() {
  Rule* branch = ast_.rule(token_span());
  Head& head = branch->head;
  uint32_t begin = token().begin;
  head.span = token_span();
  advance();
  switch (kind_) {
    case TokenKind::kLeftBrace:
    case TokenKind::kIf: break;
    case TokenKind::kAssign:
    case TokenKind::kUnify:
      head.assigned = at(TokenKind::kAssign);
      advance();
      head.value = infix(true);
      if (head.value == nullptr) return nullptr;
      head.span = span_from(begin);
      break;
    default: unexpected("expected else value term or rule body"); return nullptr;
  }
  branch->has_if = at(TokenKind::kIf);
  if (branch->has_if) advance();
  if (at(TokenKind::kLeftBrace)) {
    branch->body = braced_body();
  } else if (!branch->has_if) {
    branch->span = span_from(begin);
    branch->body = body_of_true(branch->span);
    return branch;
  } else if (at(TokenKind::kEof)) {
    unexpected("rule body expected");
  } else if (Expr* expr = literal(); expr != nullptr) {
    branch->body = ast_.body(expr->span);
    branch->body->exprs.push_back(expr);
    branch->body = measured(branch->body);
  }
  branch->has_body = true;
  branch->span = span_from(begin);
  return branch->body == nullptr ? nullptr : branch;
}

// --- chained bodies --------------------------------------------------------------------------------------------------

// `p { … } { … }`: each further body makes a rule with a copy of the head, all but its reference
// placed where the body is.
bool Parser::chained_bodies(const Rule& first) {
  while (at(TokenKind::kLeftBrace)) {
    if (!first.else_chain.empty()) {
      error(DiagnosticId::kExpectedElse, token_span());
      return false;
    }
    Rule* next = ast_.rule(token_span());
    Span brace = token_span();
    next->body = braced_body();
    if (next->body == nullptr) return false;
    next->span = span_from(brace.begin);
    next->has_body = true;
    next->has_if = first.has_if;
    next->head = first.head;
    Head& head = next->head;
    head.span = next->span;
    head.ref = clone(*head.ref, nullptr);
    for (Term*& arg : head.args) arg = clone(*arg, &next->span);
    if (head.value != nullptr) head.value = clone(*head.value, &next->span);
    if (head.key != nullptr) head.key = clone(*head.key, &next->span);
    add_rule(next);
  }
  return true;
}

Term* Parser::clone(const Term& term, const Span* span) {
  Term* result = ast_.term(term.kind, term.span);
  *result = term;
  if (span != nullptr) result->span = *span;
  for (Term*& item : result->items) item = clone(*item, span);
  if (result->body != nullptr) result->body = clone(*result->body, span);
  return result;
}

Body* Parser::clone(const Body& body, const Span* span) {
  Body* result = ast_.body(body.span);
  *result = body;
  if (span != nullptr) result->span = *span;
  for (Expr*& expr : result->exprs) expr = clone(*expr, span);
  return result;
}

Expr* Parser::clone(const Expr& expr, const Span* span) {
  Expr* result = ast_.expr(expr.kind, expr.span);
  *result = expr;
  if (span != nullptr) result->span = *span;
  for (Term** term : {&result->term, &result->key, &result->value, &result->domain}) {
    if (*term != nullptr) *term = clone(**term, span);
  }
  for (Term*& symbol : result->symbols) symbol = clone(*symbol, span);
  for (Expr*& operand : result->operands) operand = clone(*operand, span);
  for (With& with : result->withs) {
    with.target = clone(*with.target, span);
    with.value = clone(*with.value, span);
  }
  if (result->body != nullptr) result->body = clone(*result->body, span);
  return result;
}

// --- expressions that are rules --------------------------------------------------------------------------------------

// A statement of a module that is not a rule by its form: `p := 1`, `f(x) = y`, `p[x]`, `p.q.r`.
Rule* Parser::rule_from_expression(Expr* expr) {
  if (!expr->withs.empty()) return not_a_rule(*expr, "expressions using with keyword cannot be used for rule head");
  if (expr->negated) return not_a_rule(*expr, "negated expressions cannot be used for rule head");
  if (expr->kind == ExprKind::kSomeDecl || expr->kind == ExprKind::kSomeIn) {
    return not_a_rule(*expr, "'some' declarations cannot be used for rule head");
  }
  if (expr->kind != ExprKind::kTerm) return not_a_rule(*expr, "expression cannot be used for rule head");
  Term* term = expr->term;
  if (term->kind == TermKind::kRef) return rule_from_reference(*expr, term);
  if (term->kind != TermKind::kCall) {
    return not_a_rule(*expr, std::string(term_name(term->kind)) + " cannot be used for rule name");
  }
  std::string op = to_text(*term->items[0]);
  if ((op == "eq" || op == "assign") && term->items.size() == 3) {
    Rule* rule = rule_from_equation(*expr, term->items[1], term->items[2]);
    if (rule != nullptr) rule->head.assigned = op == "assign";
    return rule;
  }
  if (op == "eq" || op == "assign") return not_a_rule(*expr, "assignment requires two operands");
  // `in` is the operator of one.
  if (op == "in" || find_builtin(op) != nullptr) return not_a_rule(*expr, "rule name conflicts with built-in function");
  return rule_from_call(*expr, *term);
}

Rule* Parser::rule_from_equation(const Expr& expr, Term* left, Term* right) {
  Rule* rule = bodyless_rule(expr.span, left, right);
  Head& head = rule->head;
  if (left->kind == TermKind::kVar) {
    head.ref = ast_.term(TermKind::kRef, left->span);
    head.ref->items.push_back(left);
    head.ref = measured(head.ref);
    return rule;
  }
  if (left->kind == TermKind::kCall) {
    head.ref = left->items[0];
    head.args.assign(left->items.begin() + 1, left->items.end());
    if (!head.args.empty()) head.kind = HeadKind::kFunction;
  } else if (left->kind != TermKind::kRef) {
    return not_a_rule(expr, std::string(term_name(left->kind)) + " cannot be used for rule name");
  }
  if (head.ref->items[0]->kind != TermKind::kVar) return not_a_rule(expr, "invalid rule head: " + to_text(*head.ref));
  if (head.kind == HeadKind::kComplete && !is_ground_reference(*head.ref)) head.kind = HeadKind::kPartialObject;
  return rule;
}

Rule* Parser::rule_from_call(const Expr& expr, const Term& call) {
  if (call.items.size() <= 1) return not_a_rule(expr, "rule argument list must take at least one argument");
  Term* ref = call.items[0];
  if (ref->items[0]->kind != TermKind::kVar) return not_a_rule(expr, "invalid rule head: " + to_text(*ref));
  Rule* rule = bodyless_rule(expr.span, ref, nullptr);
  rule->head.kind = HeadKind::kFunction;
  rule->head.args.assign(call.items.begin() + 1, call.items.end());
  return rule;
}

Rule* Parser::rule_from_reference(const Expr& expr, Term* ref) {
  if (ref->items.size() == 1) return not_a_rule(expr, "refs cannot be used for rule head");
  if (ref->items[0]->kind != TermKind::kVar) return not_a_rule(expr, "invalid rule head: " + to_text(*ref));
  Rule* rule = bodyless_rule(ref->span, ref, nullptr);
  HeadParts parts;
  parts.ref = ref;
  parts.span = ref->span;
  finish_head(rule->head, parts, false);
  return rule;
}

Rule* Parser::bodyless_rule(Span span, Term* ref, Term* value) {
  Rule* rule = ast_.rule(span);
  rule->head.span = span;
  rule->head.ref = ref;
  rule->head.value = value;
  rule->body = body_of_true(value != nullptr ? value->span : span);
  return rule;
}

Rule* Parser::not_a_rule(const Expr& expr, std::string_view text) {
  errors_.push_back(make_diagnostic(DiagnosticId::kNotARule, expr.span, {text}));
  return nullptr;
}

// --- what v1 demands of rules ----------------------------------------------------------------------------------------

void Parser::check_v1_rule(const Rule& rule) {
  const Head& head = rule.head;
  bool is_function = head.kind == HeadKind::kFunction;
  auto add = [&](DiagnosticId id, std::initializer_list<std::string_view> arguments) {
    errors_.push_back(make_diagnostic(id, rule.span, arguments));
  };
  check_v1_name(rule, *head.ref);
  bool bare = !rule.has_body && head.value == nullptr && !is_function && !head.has_contains;
  if (bare && head.kind != HeadKind::kPartialSet) add(DiagnosticId::kBodyOrValueRequired, {"rule"});
  check_v1_body(rule, is_function);
  if (head.kind == HeadKind::kPartialSet && !head.has_contains) add(DiagnosticId::kContainsRequired, {});
  for (const Rule* branch : rule.else_chain) {
    check_v1_name(*branch, *head.ref);
    check_v1_body(*branch, is_function);
  }
}

void Parser::check_v1_name(const Rule& rule, const Term& ref) {
  std::string_view name = ref.items[0]->text;
  TokenKind kind = keyword_kind(name);
  if (ref.items.size() > 1 || !is_keyword(kind) || kind == TokenKind::kLogicalAnd || kind == TokenKind::kLogicalOr) return;
  errors_.push_back(make_diagnostic(DiagnosticId::kKeywordRuleName, rule.span, {name}));
}

void Parser::check_v1_body(const Rule& rule, bool is_function) {
  if (!rule.has_body || rule.has_if || rule.is_default) return;
  errors_.push_back(
      make_diagnostic(DiagnosticId::kIfRequired, rule.span, {is_function ? "function" : "rule"}));
}

}  // namespace writ::lang
