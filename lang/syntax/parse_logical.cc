// The opt-in keywords of the logical layer: `and`, `or`, and the `not` that takes a body.
//
// An operand is an expression, a body in braces, or a group in parentheses. Braces in an operand position are always a
// body, so whatever begins with `{` and is meant as a value has to be distinguished from it; most of this file is about
// saying so.
#include "engine/builtins/builtin.h"
#include "lang/syntax/parser.h"

namespace writ::lang {

bool Parser::is_negated() const {
  if (!at(TokenKind::kNot)) return false;
  TokenKind next = next_kind();
  return !(touches_next() && (next == TokenKind::kDot || next == TokenKind::kLeftBracket));
}

Expr* Parser::block(Body* body, Span span) {
  Expr* expr = ast_.expr(ExprKind::kBlock, span);
  expr->body = body;
  return measured(expr);
}

Expr* Parser::wrap_not(Expr* operand, Span not_span) {
  Expr* expr = ast_.expr(ExprKind::kNot, span_from(not_span.begin));
  expr->operands.push_back(operand);
  return measured(expr);
}

// A statement that begins with `{` or `(` and turns out to be an operand of `and` or `or`, or a group. Otherwise
// nothing was read and `committed` is false.
Expr* Parser::logical_statement(bool& committed) {
  if (at(TokenKind::kLeftParen)) {
    Operand group = logical_group(false, "");
    committed = group.committed;
    return !group.committed || group.expr == nullptr ? nullptr : logical_tail(group.expr);
  }
  Mark start = mark();
  uint32_t begin = token().begin;
  advance();
  if (Body* inner = body(TokenKind::kRightBrace); inner != nullptr) {
    advance();
    if (at_logical()) {
      committed = true;
      if (is_ambiguous_union(*inner)) {
        error_ambiguous_union(begin, *inner, "");
        return nullptr;
      }
      Expr* left = block(inner, span_from(begin));
      return left == nullptr ? nullptr : logical_tail(left);
    }
  }
  restore(start);
  return nullptr;
}

// What may follow a complete operand: more of the chain, and `with` for the whole of it.
Expr* Parser::logical_tail(Expr* left) {
  if (left == nullptr) return nullptr;
  if (at_logical()) left = logical_or_chain(left);
  if (left == nullptr || !with_modifiers(left)) return nullptr;
  return measured(left);
}

// --- chains ----------------------------------------------------------------------------------------------------------

Expr* Parser::logical_or_chain(Expr* left) {
  uint32_t begin = left->span.begin;
  if (at(TokenKind::kLogicalAnd)) left = logical_and_chain(left);
  if (left == nullptr || !at(TokenKind::kLogicalOr)) return left;
  Expr* chain = ast_.expr(ExprKind::kOr, left->span);
  chain->operands.push_back(left);
  while (at(TokenKind::kLogicalOr)) {
    advance();
    Expr* right = logical_operand("or").expr;
    if (right != nullptr && at(TokenKind::kLogicalAnd)) right = logical_and_chain(right);
    if (right == nullptr) return nullptr;
    if (chain->operands.size() == 1) check_void_operand(*left, "or");
    check_void_operand(*right, "or");
    chain->operands.push_back(right);
  }
  chain->span = span_from(begin);
  return measured(chain);
}

Expr* Parser::logical_and_chain(Expr* left) {
  uint32_t begin = left->span.begin;
  Expr* chain = ast_.expr(ExprKind::kAnd, left->span);
  chain->operands.push_back(left);
  while (at(TokenKind::kLogicalAnd)) {
    advance();
    Expr* right = logical_operand("and").expr;
    if (right == nullptr) return nullptr;
    if (chain->operands.size() == 1) check_void_operand(*left, "and");
    check_void_operand(*right, "and");
    chain->operands.push_back(right);
  }
  chain->span = span_from(begin);
  return measured(chain);
}

// --- operands --------------------------------------------------------------------------------------------------------

// One operand of the operator `op`, "" where the caller will go back if there is none.
Parser::Operand Parser::logical_operand(std::string_view op) {
  uint32_t begin = token().begin;
  if (at(TokenKind::kLeftBrace)) {
    Expr* expr = braced_operand(op);
    return {expr, true, span_from(begin)};
  }
  bool negated = is_negated();
  Span not_span = token_span();
  if (negated) advance();
  if (negated && not_bodies() && at(TokenKind::kLeftBrace)) {
    Expr* expr = not_block(not_span);
    return {expr, true, span_from(begin)};
  }
  if (at(TokenKind::kLeftParen) && logical_keywords() && (!negated || not_bodies())) {
    Operand group = logical_group(true, negated ? "not " : "");
    if (group.committed) {
      if (group.expr != nullptr && negated) group.expr = wrap_not(group.expr, not_span);
      return {group.expr, true, span_from(begin)};
    }
  }
  uint32_t expr_begin = token().begin;
  Expr* expr = plain_expression();
  if (expr == nullptr) return {};
  expr->span = span_from(expr_begin);
  if (negated && not_bodies()) {
    expr = wrap_not(expr, not_span);
  } else {
    expr->negated = negated;
  }
  return {expr, true, span_from(begin)};
}

// `{ body }` as an operand. If it is not a body but a value, that is the error.
Expr* Parser::braced_operand(std::string_view op) {
  Mark start = mark();
  Span brace = token_span();
  advance();
  bool empty = at(TokenKind::kRightBrace);
  Body* inner = body(TokenKind::kRightBrace);
  if (inner == nullptr) {
    if (empty || op.empty()) return nullptr;
    Failed failed = failed_here();
    restore(start);
    if (infix(true) != nullptr) {
      error_brace_led({file_, brace.begin, previous_end()}, op);
    } else {
      fail_again(std::move(failed));
    }
    return nullptr;
  }
  advance();
  if (is_ambiguous_union(*inner)) error_ambiguous_union(brace.begin, *inner, "");
  return block(inner, span_from(brace.begin));
}

// `not { body }`; the current token is the brace.
Expr* Parser::not_block(Span not_span) {
  Mark start = mark();
  Span brace = token_span();
  advance();
  bool empty = at(TokenKind::kRightBrace);
  Body* inner = body(TokenKind::kRightBrace);
  if (inner == nullptr) {
    if (empty) return nullptr;
    Failed failed = failed_here();
    restore(start);
    Term* value = infix(true);
    if (value == nullptr) {
      fail_again(std::move(failed));
      return nullptr;
    }
    std::string operand(sources_.text({file_, brace.begin, previous_end()}));
    hint("write `not (" + operand + ")` to negate the value, or `not {" + operand + "}` for a body holding it");
    while (value->kind == TermKind::kCall && value->infix) value = value->items[1];
    error(DiagnosticId::kOperandBody, brace, {term_name(value->kind)});
    return nullptr;
  }
  advance();
  if (is_ambiguous_union(*inner)) {
    error_ambiguous_union(brace.begin, *inner, "not ");
    return nullptr;
  }
  Expr* operand = block(inner, span_from(brace.begin));
  return operand == nullptr ? nullptr : wrap_not(operand, not_span);
}

// --- groups ----------------------------------------------------------------------------------------------------------

// `( … )` around operands. `operand_context`: the parenthesis is where an operand is expected. What turns out to be
// a term in parentheses is not a group: then nothing was read and `committed` is false.
Parser::Operand Parser::logical_group(bool operand_context, std::string_view prefix) {
  Nesting nesting(*this);
  if (!nesting.ok) return {};
  Mark start = mark();
  Span open = token_span();
  const Operand no_group{nullptr, false, {}};
  advance();
  if (at(TokenKind::kRightParen)) {
    if (operand_context) {
      error(DiagnosticId::kGroupEmpty, open);
      return {};
    }
    restore(start);
    return no_group;
  }
  Operand operand = logical_operand("");
  if (operand.expr == nullptr) {
    restore(start);
    return no_group;
  }
  bool is_block = operand.expr->kind == ExprKind::kBlock;
  if (at_logical()) {
    Expr* chain = logical_tail(operand.expr);
    return {chain != nullptr && close_group() ? chain : nullptr, true, span_from(open.begin)};
  }
  if (at(TokenKind::kWith) && !is_block) {
    Span with_span = token_span();
    if (!with_modifiers(operand.expr) || measured(operand.expr) == nullptr) return {};
    if (at_logical()) {
      error_with_on_operand(with_span);
      return {};
    }
    if (!close_group()) return {};
    if (operand_context || at_logical()) return {operand.expr, true, span_from(open.begin)};
    restore(start);
    return no_group;
  }
  if (is_block) return braced_group(start, open, operand.span, prefix);
  ExprKind kind = operand.expr->kind;
  bool logical = kind == ExprKind::kAnd || kind == ExprKind::kOr;
  if (logical || kind == ExprKind::kNot || operand.expr->negated) {
    return {close_group() ? operand.expr : nullptr, true, span_from(open.begin)};
  }
  restore(start);
  return no_group;
}

// `({ … })`: parentheses hold a value, not a body.
Parser::Operand Parser::braced_group(const Mark& start, Span open, Span braces, std::string_view prefix) {
  restore(start);
  advance();
  bool is_value = term() != nullptr;
  restore(start);
  if (is_value) return {nullptr, false, {}};
  hint("drop the parens to keep the body: `" + std::string(prefix) + std::string(sources_.text(braces)) + "`");
  error(DiagnosticId::kOperandParens, open);
  return {};
}

bool Parser::close_group() {
  if (!at(TokenKind::kRightParen)) {
    error(DiagnosticId::kGroupUnclosed, token_span());
    return false;
  }
  advance();
  return true;
}

// --- errors --------------------------------------------------------------------------------------------------------

void Parser::error_with_on_operand(Span span) {
  std::string op(token_name(kind_));
  hint("Wrap the operand in `(...)` or `{...}` to scope, or move `with` after the `" + op +
       "` expression to apply it to the whole expression");
  error(DiagnosticId::kWithOnOperand, span, {op});
}

void Parser::error_brace_led(Span operand, std::string_view op) {
  hint("wrap the operand to keep the value: `(" + std::string(sources_.text(operand)) + ") " + std::string(op) +
       " ...`");
  error(DiagnosticId::kOperandBrace, operand, {op});
}

// An operand that does nothing but call functions without a result cannot fail, so it decides nothing.
void Parser::check_void_operand(const Expr& operand, std::string_view op) {
  std::vector<const Expr*> exprs{&operand};
  if (operand.kind == ExprKind::kBlock) exprs.assign(operand.body->exprs.begin(), operand.body->exprs.end());
  auto is_void = [](const Expr& expr) {
    if (expr.kind != ExprKind::kTerm || expr.negated || expr.term->kind != TermKind::kCall) return false;
    const Builtin* builtin = find_builtin(to_text(*expr.term->items[0]));
    return builtin != nullptr && builtin->is_void;
  };
  for (const Expr* expr : exprs) {
    if (!is_void(*expr)) return;
  }
  std::string name = to_text(*exprs[0]->term->items[0]);
  hint("`" + name + "` produces no value and always succeeds, so the operand can never fail; move it out of the "
       "operand, or add an expression that can fail");
  error(DiagnosticId::kOperandVoid, exprs[0]->span, {op, name});
}

// `{ a | b }` and `{ a | b; c }` read as well as comprehensions; with the union in parentheses they do not.
bool Parser::is_ambiguous_union(const Body& body) const {
  const Expr& first = *body.exprs[0];
  if (first.kind != ExprKind::kTerm || first.term->kind != TermKind::kCall || !first.term->infix) return false;
  return first.term->items[0]->items[0]->text == "or" && text_[first.span.begin] != '(';
}

void Parser::error_ambiguous_union(uint32_t brace, const Body& body, std::string_view prefix) {
  std::string braces(sources_.text({file_, brace, previous_end()}));
  const Span& first = body.exprs[0]->span;
  std::string together = braces;
  together.insert(first.end - brace, ")").insert(first.begin - brace, "(");
  std::string before(prefix);
  hint("write `" + before + "(" + braces + ")` for the comprehension, or `" + before + together +
       "` for the set union");
  error(DiagnosticId::kAmbiguousUnion, {file_, brace, previous_end()});
}

}  // namespace writ::lang
