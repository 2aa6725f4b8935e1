// Bodies and their statements: expressions, `some`, `every`, `with`. `body` reads statements up to a closing token, `literal`
// one of them with the modifiers behind it; what joins statements by `and`, `or` and the new `not` is in parse_logical.cc.
#include "lang/syntax/parser.h"

namespace writ::lang {

// Statements up to `end`, which becomes the current token.
Body* Parser::body(TokenKind end) {
  Nesting nesting(*this);
  if (!nesting.ok) return nullptr;
  if (at(end)) {
    error(DiagnosticId::kEmptyBody, token_span());
    return nullptr;
  }
  Body* result = ast_.body(token_span());
  for (;;) {
    Expr* expr = literal();
    if (expr == nullptr) return nullptr;
    result->exprs.push_back(expr);
    if (at(TokenKind::kSemicolon)) {
      advance();
      continue;
    }
    if (at(end)) break;
    if (token().newline_before) continue;
    expected_separator(end);
    return nullptr;
  }
  result->span = span_from(result->span.begin);
  return measured(result);
}

void Parser::expected_separator(TokenKind end) {
  if (!errors_.empty()) return;
  hint_infix_keyword();
  unexpected("expected \\n or ; or " + std::string(token_name(end)));
}

// One statement of a body, its modifiers included.
Expr* Parser::literal() {
  uint32_t begin = token().begin;
  Expr* expr = unplaced_literal();
  if (expr == nullptr) return nullptr;
  expr->span = span_from(begin);
  // An operand that `not` took without braces is where the whole is.
  if (expr->kind == ExprKind::kNot && expr->operands[0]->kind != ExprKind::kBlock) {
    expr->operands[0]->span = expr->span;
  }
  return measured(expr);
}

Expr* Parser::unplaced_literal() {
  if (logical_keywords() && (at(TokenKind::kLeftBrace) || at(TokenKind::kLeftParen))) {
    bool committed = false;
    Expr* expr = logical_statement(committed);
    if (committed) return expr;
  }
  if (keyword_as_name()) return literal_expression(false, {});
  bool negated = is_negated();
  Span not_span = token_span();
  if (negated) advance();
  if (negated && not_bodies() && at(TokenKind::kLeftBrace)) {
    Expr* expr = not_block(not_span);
    return expr == nullptr ? nullptr : logical_tail(expr);
  }
  if (at(TokenKind::kSome) || at(TokenKind::kEvery)) {
    if (negated) {
      unexpected("illegal negation of '" + std::string(token_name(kind_)) + "'");
      return nullptr;
    }
    return at(TokenKind::kSome) ? some_expression() : every_expression();
  }
  return literal_expression(negated, not_span);
}

// An expression behind `not`, or one that is not negated, with what may follow it.
Expr* Parser::literal_expression(bool negated, Span not_span) {
  Mark start = mark();
  if (negated && not_bodies() && at(TokenKind::kLeftParen)) {
    Operand group = logical_group(true, "not ");
    if (group.committed) return group.expr == nullptr ? nullptr : logical_tail(wrap_not(group.expr, not_span));
  }
  uint32_t begin = token().begin;
  Expr* expr = plain_expression();
  if (expr == nullptr) return nullptr;
  expr->span = span_from(begin);
  Span with_span{file_, 0, 0};
  if (at(TokenKind::kWith)) {
    with_span = token_span();
    if (!with_modifiers(expr)) return nullptr;
  }
  hint_every(start, *expr);
  if (negated && not_bodies()) {
    WithList withs = std::move(expr->withs);
    expr->withs.clear();
    if (measured(expr) == nullptr) return nullptr;
    expr = wrap_not(expr, not_span);
    expr->withs = std::move(withs);
  } else {
    expr->negated = negated;
  }
  if (!at_logical()) return expr;
  if (with_span.end != 0) {
    error_with_on_operand(with_span);
    return nullptr;
  }
  if (!negated && text_[begin] == '{') {
    const Term* term = expr->term;
    bool empty = term != nullptr && term->kind == TermKind::kObject && term->items.empty();
    if (empty) {
      error(DiagnosticId::kEmptyBody, expr->span);
    } else {
      error_brace_led(expr->span, token_name(kind_));
    }
    return nullptr;
  }
  return logical_tail(expr);
}

// A term, or two with `=` or `:=` between them.
Expr* Parser::plain_expression() {
  uint32_t begin = token().begin;
  Term* left = infix(true);
  if (left == nullptr) return nullptr;
  if (at(TokenKind::kAssign) || at(TokenKind::kUnify)) {
    Term* op = operator_term({token_name(kind_)}, token_span());
    advance();
    Term* right = infix(true);
    if (right == nullptr) return nullptr;
    left = make_call(op, {left, right}, true, span_from(left->span.begin));
    if (left == nullptr) return nullptr;
  }
  Expr* expr = ast_.expr(ExprKind::kTerm, span_from(begin));
  expr->term = left;
  return measured(expr);
}

// --- with ------------------------------------------------------------------------------------------------------------

// A `with` behind a group in parentheses takes the place of those that stand inside it behind the whole of the group.
bool Parser::with_modifiers(Expr* expr) {
  if (at(TokenKind::kWith)) expr->withs.clear();
  while (at(TokenKind::kWith)) {
    With with;
    uint32_t begin = token().begin;
    advance();
    if (!at(TokenKind::kIdentifier)) {
      unexpected("expected ident");
      return false;
    }
    with.target = term();
    if (with.target == nullptr) return false;
    if (with.target->kind != TermKind::kRef && with.target->kind != TermKind::kVar) {
      unexpected("expected with target path");
    }
    if (!at(TokenKind::kAs)) {
      unexpected("expected as keyword");
      return false;
    }
    advance();
    with.value = infix(true);
    if (with.value == nullptr) return false;
    with.span = span_from(begin);
    expr->withs.push_back(with);
  }
  return true;
}

// --- some ------------------------------------------------------------------------------------------------------------

Expr* Parser::some_expression() {
  Span span = token_span();
  Mark start = mark();
  advance();
  Term* domain = infix(true);
  if (domain == nullptr || domain->kind != TermKind::kCall) {
    restore(start);
    hint_in(start);
    return some_declaration(span);
  }
  Expr* expr = ast_.expr(ExprKind::kSomeIn, span);
  if (!membership(*domain, "expected `x in xs` or `x, y in xs` expression", *expr)) return nullptr;
  return with_modifiers(expr) ? expr : nullptr;
}

// `some x, y`
Expr* Parser::some_declaration(Span span) {
  Expr* expr = ast_.expr(ExprKind::kSomeDecl, span);
  do {
    advance();
    if (!at(TokenKind::kIdentifier)) {
      unexpected("expected var");
      return nullptr;
    }
    expr->symbols.push_back(variable());
    advance();
  } while (at(TokenKind::kComma));
  return expr;
}

namespace {

// How many operands it has as `v in xs` or `k, v in xs`, also where that is written as a call of its function; 0 if it is neither.
size_t operands_of_membership(const Term& term) {
  if (term.kind != TermKind::kCall) return 0;
  const Term& op = *term.items[0];
  bool is_member = op.items.size() == 2 && op.items[0]->text == "internal" && op.items[1]->kind == TermKind::kString;
  if (!is_member) return 0;
  return op.items[1]->text == "member_2" ? 2 : op.items[1]->text == "member_3" ? 3 : 0;
}

}  // namespace

// Takes `v in xs` and `k, v in xs` apart. For the first, the key stays null.
bool Parser::membership(const Term& term, std::string_view expected, Expr& parts) {
  size_t operands = operands_of_membership(term);
  bool complete = operands != 0 && term.items.size() == operands + 1;
  if (!complete) {
    unexpected(operands == 0 ? expected : "illegal domain");
    return false;
  }
  if (operands == 3) parts.key = term.items[1];
  parts.value = term.items[operands - 1];
  parts.domain = term.items[operands];
  return true;
}

// --- every -----------------------------------------------------------------------------------------------------------

Expr* Parser::every_expression() {
  Expr* expr = ast_.expr(ExprKind::kEvery, token_span());
  advance();
  Term* domain = infix(true);
  if (domain == nullptr || !membership(*domain, "expected `x[, y] in xs { ... }` expression", *expr)) return nullptr;
  if (expr->key != nullptr && expr->key->kind != TermKind::kVar) {
    unexpected("expected key to be a variable");
    return nullptr;
  }
  if (expr->value->kind != TermKind::kVar) {
    unexpected("expected value to be a variable");
    return nullptr;
  }
  if (!at(TokenKind::kLeftBrace)) {
    unexpected("missing body");
    return nullptr;
  }
  advance();
  expr->body = body(TokenKind::kRightBrace);
  if (expr->body == nullptr) return nullptr;
  advance();
  return with_modifiers(expr) ? expr : nullptr;
}

// --- hints at keywords that were not imported ------------------------------------------------------------------------

// Tries to read on from `start` as if every keyword were in force, and forgets what it read.
template <typename Try>
bool Parser::would_parse_with_all_keywords(const Mark& start, Try attempt) {
  Mark here = mark();
  auto first_error = errors_.begin() + static_cast<std::ptrdiff_t>(start.errors);
  std::vector<Diagnostic> later_errors(first_error, errors_.end());
  std::vector<std::string> hints = hints_;
  all_keywords_memo_.resize(memo_.size());
  memo_.swap(all_keywords_memo_);
  uint32_t keywords = keywords_;
  keywords_ |= ~keyword_bit(TokenKind::kNot);  // which is one in any case; its bit says that it takes a body
  restore(start);
  kind_ = in_force(token());
  bool result = attempt();
  keywords_ = keywords;
  memo_.swap(all_keywords_memo_);
  errors_.resize(start.errors);
  errors_.insert(errors_.end(), later_errors.begin(), later_errors.end());
  hints_ = std::move(hints);
  index_ = here.index;
  kind_ = here.kind;
  at_space_ = here.at_space;
  return result;
}

// A plain `every` as a statement of its own may be a quantifier whose import is missing.
void Parser::hint_every(const Mark& start, const Expr& expr) {
  bool plain = reads_as_v0() && !enabled(TokenKind::kEvery) && expr.kind == ExprKind::kTerm &&
               expr.term->kind == TermKind::kVar && expr.term->text == "every";
  if (!plain) return;
  if (would_parse_with_all_keywords(start, [&] { return every_expression() != nullptr; })) {
    hint("`import future.keywords.every` for `every x in xs { ... }` expressions");
  }
}

void Parser::hint_in(const Mark& start) {
  if (!reads_as_v0() || enabled(TokenKind::kIn)) return;
  auto attempt = [&] {
    advance();
    Term* domain = infix(true);
    return domain != nullptr && operands_of_membership(*domain) != 0;
  };
  if (would_parse_with_all_keywords(start, attempt)) hint("`import future.keywords.in` for `some x in xs` expressions");
}

// Behind a whole statement: a plain `in`, `and` or `or`, or the comma of `k, v in xs`, may be the operator that goes on with
// it. Nothing is said where a hint that knows more waits already.
void Parser::hint_infix_keyword() {
  if (!hints_.empty()) return;
  std::string_view keyword;
  if (at(TokenKind::kIdentifier)) {
    keyword = token_text();
  } else if (at(TokenKind::kComma)) {
    Mark comma = mark();
    auto attempt = [&] {
      advance();
      Term* pair = infix(true);
      return pair != nullptr && operands_of_membership(*pair) != 0;
    };
    if (would_parse_with_all_keywords(comma, attempt)) keyword = "in";
  }
  std::string_view example = keyword == "in" ? "x in xs" : keyword == "and" ? "x and y" : keyword == "or" ? "x or y" : "";
  if (example.empty()) return;
  hint("`import future.keywords." + std::string(keyword) + "` for `" + std::string(example) + "` expressions");
}

}  // namespace writ::lang
