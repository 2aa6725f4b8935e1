// Terms: operators, references, calls, scalars, template strings; collections and comprehensions are in
// parse_collections.cc.
//
// `infix` is where a term begins: operators by precedence (infix_operators), then a single term (term, primary_term), then
// whatever follows it without white space: steps and arguments (finish_reference). As in OPA, operators become calls of their
// built-ins at once, and what a token means may depend on the white space around it. Every function leaves the token behind
// what it parsed as the current one, and returns null after it has reported an error.
#include <algorithm>

#include "engine/builtins/number_refusal.h"
#include "lang/syntax/parser.h"

namespace writ::lang {
namespace {

constexpr int kLowestPrecedence = 0;
constexpr int kHighestPrecedence = 4;

// Comparisons bind loosest, then | & + and *. `in` is looser still and treated apart.
int precedence(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kGreater:
    case TokenKind::kLessEqual:
    case TokenKind::kGreaterEqual: return 0;
    case TokenKind::kOr: return 1;
    case TokenKind::kAnd: return 2;
    case TokenKind::kAdd:
    case TokenKind::kSubtract: return 3;
    case TokenKind::kMultiply:
    case TokenKind::kDivide:
    case TokenKind::kRemainder: return 4;
    default: return -1;
  }
}

}  // namespace

// --- operators -------------------------------------------------------------------------------------------------------

// A term with operators. With `key_value`, `k, v in xs` is read as one; inside lists it is not, for the comma ends it
// there.
Term* Parser::infix(bool key_value) {
  Term* left = infix_operators(kLowestPrecedence);
  while (left != nullptr) {
    if (key_value && at(TokenKind::kComma)) {
      Mark comma = mark();
      advance();
      Term* middle = infix_operators(kLowestPrecedence);
      if (middle != nullptr && at(TokenKind::kIn)) {
        Term* op = operator_term({"internal", "member_3"}, token_span());
        advance();
        if (Term* right = infix_operators(kLowestPrecedence); right != nullptr) {
          uint32_t begin = left->span.begin;
          left = make_call(op, {left, middle, right}, true, span_from(begin));
          if (left == nullptr || !at(TokenKind::kIn)) return left;
          continue;
        }
      }
      restore(comma);
    }
    keyword_as_name();
    if (!at(TokenKind::kIn)) return left;
    Term* op = operator_term({"internal", "member_2"}, token_span());
    advance();
    Term* right = infix_operators(kLowestPrecedence);
    if (right == nullptr) return left;
    uint32_t begin = left->span.begin;
    left = make_call(op, {left, right}, true, span_from(begin));
    if (left == nullptr || !at(TokenKind::kIn)) return left;
  }
  return nullptr;
}

// Operators of at least the given precedence, all left-associative. Where the right side is missing, that has been
// reported, and the left side is an operand of looser operators only.
Term* Parser::infix_operators(int lowest) {
  Term* left = term();
  int highest = kHighestPrecedence;
  while (left != nullptr) {
    int level = precedence(kind_);
    if (level < lowest || level > highest) return left;
    Term* op = operator_term({token_name(kind_)}, token_span());
    advance();
    Term* right = infix_operators(level + 1);
    if (right == nullptr) {
      highest = level - 1;
      continue;
    }
    uint32_t begin = left->span.begin;
    left = make_call(op, {left, right}, true, span_from(begin));
  }
  return nullptr;
}

// A reference to a built-in: a kVar head and kString steps.
Term* Parser::operator_term(std::initializer_list<std::string_view> name, Span span) {
  Term* ref = ast_.term(TermKind::kRef, span);
  for (std::string_view part : name) {
    Term* item = ast_.term(ref->items.empty() ? TermKind::kVar : TermKind::kString, span);
    item->text = part;
    ref->items.push_back(item);
  }
  return measured(ref);
}

Term* Parser::make_call(Term* op, TermList operands, bool is_infix, Span span) {
  Term* result = ast_.term(TermKind::kCall, span);
  result->infix = is_infix;
  result->items.reserve(operands.size() + 1);
  result->items.push_back(op);
  result->items.insert(result->items.end(), operands.begin(), operands.end());
  return measured(result);
}

// --- single terms ----------------------------------------------------------------------------------------------------

// One term with all that touches it: steps of a reference, arguments of a call.
Term* Parser::term() {
  Remembered& known = memo_[index_];
  if (known.valid && known.kind == kind_) {
    if (!said_last(known.errors)) errors_.insert(errors_.end(), known.errors.begin(), known.errors.end());
    index_ = known.next_index;
    kind_ = known.next_kind;
    at_space_ = known.at_space;
    return known.term;
  }
  Mark start = mark();
  Term* result = nullptr;
  {
    Nesting nesting(*this);
    if (!nesting.ok) return nullptr;
    keyword_call_as_name();
    Span minus{file_, 0, 0};
    result = finish_reference(primary_term(minus));
    if (result != nullptr && minus.end != 0) {
      Term* zero = ast_.term(TermKind::kNumber, minus);
      zero->text = "0";
      result = make_call(operator_term({"minus"}, minus), {zero, result}, true, span_from(minus.begin));
    }
  }
  Remembered& entry = memo_[start.index];
  entry.term = result;
  entry.kind = start.kind;
  entry.valid = true;
  entry.next_index = index_;
  entry.next_kind = kind_;
  entry.at_space = at_space_;
  entry.errors.assign(errors_.begin() + static_cast<std::ptrdiff_t>(start.errors), errors_.end());
  return result;
}

// `and(` and `or(` where a term is expected are calls of the functions of those names.
void Parser::keyword_call_as_name() {
  if (at_logical() && touches_next() && next_kind() == TokenKind::kLeftParen) kind_ = TokenKind::kIdentifier;
}

// Leaves the last token of the term as the current one. `minus` receives the place of a minus sign before a name.
Term* Parser::primary_term(Span& minus) {
  switch (kind_) {
    case TokenKind::kNull: return ast_.term(TermKind::kNull, token_span());
    case TokenKind::kTrue:
    case TokenKind::kFalse: {
      Term* result = ast_.term(TermKind::kBoolean, token_span());
      result->boolean = at(TokenKind::kTrue);
      return result;
    }
    case TokenKind::kSubtract: {
      TokenKind next = next_kind();
      if (next != TokenKind::kIdentifier && next != TokenKind::kContains) return number();
      minus = token_span();
      advance();
      return variable();
    }
    case TokenKind::kDot:
    case TokenKind::kNumber: return number();
    case TokenKind::kString: return string();
    case TokenKind::kTemplatePart:
    case TokenKind::kTemplateEnd: return template_string(false);
    case TokenKind::kRawTemplatePart:
    case TokenKind::kRawTemplateEnd: return template_string(true);
    case TokenKind::kIdentifier:
    case TokenKind::kContains: return variable();
    case TokenKind::kLeftBracket: return array();
    case TokenKind::kLeftBrace: return brace_term();
    case TokenKind::kLeftParen: {
      advance();
      Term* inner = infix(true);
      if (inner == nullptr) return nullptr;
      if (!at(TokenKind::kRightParen)) {
        error(DiagnosticId::kUnterminatedExpression, token_span());
        return nullptr;
      }
      inner->parenthesised = true;
      return inner;
    }
    default: unexpected(); return nullptr;
  }
}

Term* Parser::variable() {
  Term* result = ast_.term(TermKind::kVar, token_span());
  result->text = ast_.keep(token_text());
  return result;
}

// --- references and calls --------------------------------------------------------------------------------------------

Term* Parser::finish_reference(Term* head) {
  if (head == nullptr) return nullptr;
  bool touching = touches_next();
  advance();
  if (touching && (at(TokenKind::kLeftParen) || at(TokenKind::kDot) || at(TokenKind::kLeftBracket))) {
    return reference(head);
  }
  bool is_root = head->kind == TermKind::kVar && (head->text == "data" || head->text == "input");
  if (!is_root) return head;
  Term* ref = ast_.term(TermKind::kRef, head->span);
  ref->items.push_back(head);
  return measured(ref);
}

// Steps and arguments, the first of which is the current token. A call ends its reference; steps after it make the call
// the head of another.
Term* Parser::reference(Term* head) {
  switch (head->kind) {
    case TermKind::kNull:
    case TermKind::kBoolean:
    case TermKind::kNumber:
    case TermKind::kString:
    case TermKind::kRef:
    case TermKind::kTemplate: error(DiagnosticId::kIllegalRef, head->span, {term_name(head->kind)}); break;
    default: break;
  }
  uint32_t begin = head->span.begin;
  Term* ref = ast_.term(TermKind::kRef, head->span);
  ref->items.push_back(head);
  do {
    if (at(TokenKind::kLeftParen)) {
      ref->span = span_from(begin);
      ref = measured(ref);
      Term* result = ref == nullptr ? nullptr : call(ref);
      if (result == nullptr || !touches_previous()) return result;
      if (!at(TokenKind::kDot) && !at(TokenKind::kLeftBracket)) return result;
      ref = ast_.term(TermKind::kRef, result->span);
      ref->items.push_back(result);
    } else {
      Term* step = at(TokenKind::kDot) ? dot_step() : bracket_step();
      if (step == nullptr) return nullptr;
      ref->items.push_back(step);
    }
  } while (touches_previous() && (at(TokenKind::kDot) || at(TokenKind::kLeftBracket) || at(TokenKind::kLeftParen)));
  ref->span = span_from(begin);
  return measured(ref);
}

// `.name`; the current token is the dot.
Term* Parser::dot_step() {
  at_space_ = !touches_next();
  if (!at_space_) advance();
  if (at_space_ || (!at(TokenKind::kIdentifier) && !at_keyword_in_ref())) {
    unexpected("expected identifier");
    return nullptr;
  }
  Term* step = ast_.term(TermKind::kString, token_span());
  step->text = ast_.keep(token_text());
  advance();
  return step;
}

// `[term]`; the current token is the bracket.
Term* Parser::bracket_step() {
  advance();
  Term* step = infix(true);
  if (step == nullptr) return nullptr;
  if (!at(TokenKind::kRightBracket)) {
    unexpected("expected [");
    return nullptr;
  }
  advance();
  return step;
}

// Arguments of a call; the current token is the `(`. `set()` is the empty set.
Term* Parser::call(Term* op) {
  uint32_t begin = op->span.begin;
  advance();
  TermList operands;
  if (!at(TokenKind::kRightParen) && !term_list(TokenKind::kRightParen, operands)) return nullptr;
  advance();
  bool empty_set = operands.empty() && op->items.size() == 1 && op->items[0]->kind == TermKind::kVar &&
                   op->items[0]->text == "set";
  if (empty_set) return measured(ast_.term(TermKind::kSet, span_from(begin)));
  return make_call(op, std::move(operands), false, span_from(begin));
}

// --- numbers and strings ---------------------------------------------------------------------------------------------

namespace {

// How far the engine's numbers reach: decimal exponents and significant digits.
constexpr int64_t kMaxExponent = 6144;
constexpr int64_t kMinExponent = -6143;
constexpr int64_t kMaxDigits = 6145;
constexpr int64_t kHugeExponent = int64_t{1} << 40;  // beyond any that fits, and far from where counting ends

enum class NumberRange { kFits, kTooBig, kInvalid };

// Looks at the text of an unsigned number.
NumberRange number_range(std::string_view text) {
  if (refusal_of_number(text) == NumberRefusal::kInvalidFloat) return NumberRange::kInvalid;
  int64_t digits = 0;          // significant ones, from the first that is not zero
  int64_t trailing_zeros = 0;  // of those
  int64_t point = 0;           // digits before the decimal point, less the zeros between it and the first significant digit
  bool fraction = false;
  size_t i = 0;
  for (; i < text.size() && (text[i] == '.' || (text[i] >= '0' && text[i] <= '9')); ++i) {
    if (text[i] == '.') {
      fraction = true;
      continue;
    }
    bool significant = digits > 0 || text[i] != '0';
    if (significant) {
      ++digits;
      trailing_zeros = text[i] == '0' ? trailing_zeros + 1 : 0;
    }
    if (!fraction && significant) ++point;
    if (fraction && !significant) --point;
  }
  int64_t exponent = 0;
  if (i < text.size()) {
    ++i;
    bool negative = text[i] == '-';
    if (text[i] == '-' || text[i] == '+') ++i;
    for (; i < text.size(); ++i) exponent = std::min(exponent * 10 + (text[i] - '0'), kHugeExponent);
    if (negative) exponent = -exponent;
  }
  if (digits == 0) return NumberRange::kFits;
  int64_t adjusted = point - 1 + exponent;
  bool fits = adjusted >= kMinExponent && adjusted <= kMaxExponent && digits - trailing_zeros <= kMaxDigits;
  return fits ? NumberRange::kFits : NumberRange::kTooBig;
}

}  // namespace

// A number, its sign and a leading point included. White space may be between those. `.5` is kept as "0.5", since
// nothing that takes numbers as text knows the short form.
Term* Parser::number() {
  Span span = token_span();
  std::string prefix;
  auto expect_number = [&](bool point_too) {
    advance();
    if (at(TokenKind::kNumber) || (point_too && at(TokenKind::kDot))) return true;
    unexpected("expected number");
    return false;
  };
  if (at(TokenKind::kSubtract)) {
    prefix = "-";
    if (!expect_number(true)) return nullptr;
  }
  bool leading_point = at(TokenKind::kDot);
  if (leading_point) {
    prefix += "0.";
    if (!expect_number(false)) return nullptr;
  }
  std::string_view digits = token_text();
  bool leading_zero = !leading_point && digits.size() > 1 && digits[0] == '0' && digits[1] != '.' &&
                      digits[1] != 'e' && digits[1] != 'E';
  if (leading_zero) {
    unexpected("expected number without leading zero");
    return nullptr;
  }
  if (leading_point && digits.find('.') != std::string_view::npos) {
    unexpected("invalid float");
    return nullptr;
  }
  span.end = token().end;
  Term* result = ast_.term(TermKind::kNumber, span);
  result->text = ast_.keep(std::string(prefix).append(digits));
  switch (number_range(result->text.substr(result->text[0] == '-'))) {
    case NumberRange::kFits: return result;
    case NumberRange::kInvalid: unexpected("invalid float"); return nullptr;
    case NumberRange::kTooBig: error(DiagnosticId::kNumberTooBig, token_span()); return nullptr;
  }
  return nullptr;
}

Term* Parser::string() {
  Term* result = ast_.term(TermKind::kString, token_span());
  std::string_view text = token_text();
  std::string_view inner = text.substr(1, text.size() - 2);
  result->raw = text[0] == '`';
  if (result->raw || inner.find('\\') == std::string_view::npos) {
    result->text = ast_.keep(inner);
    return result;
  }
  std::string value;
  if (!unescape_string(inner, false, value)) {
    error(DiagnosticId::kIllegalString, token_span(), {text});
    return nullptr;
  }
  result->text = ast_.keep(value);
  return result;
}

// --- template strings ------------------------------------------------------------------------------------------------

// Begins at the first part; leaves the last part as the current token.
Term* Parser::template_string(bool raw) {
  Span span = token_span();
  if (!offers(Word::kTemplateStrings)) {
    error(DiagnosticId::kTemplatesUnsupported, span);
    return nullptr;
  }
  Term* result = ast_.term(TermKind::kTemplate, span);
  result->raw = raw;
  result->body = ast_.body(span);
  for (;;) {
    if (!template_text(raw, result)) return nullptr;
    if (at(TokenKind::kTemplateEnd) || at(TokenKind::kRawTemplateEnd)) break;
    if (!template_expression(result)) return nullptr;
  }
  result->span.end = token().end;
  bool only_terms = std::all_of(result->body->exprs.begin(), result->body->exprs.end(), [](const Expr* expr) {
    return expr->kind == ExprKind::kTerm && expr->withs.empty();
  });
  if (only_terms) {
    result->body = nullptr;
  } else if (measured(result->body) == nullptr) {
    return nullptr;
  }
  return measured(result);
}

// The text of the current part, if it has any.
bool Parser::template_text(bool raw, Term* result) {
  std::string_view text = token_text();
  std::string_view inner = text.substr(0, text.size() - 1);
  inner.remove_prefix(result->items.empty() && token().begin == result->span.begin ? 2 : 0);
  std::string value;
  if (raw) {
    for (size_t i = 0; i < inner.size(); ++i) {
      if (inner.substr(i, 2) == "\\{") ++i;
      value += inner[i];
    }
  } else if (!unescape_string(inner, true, value)) {
    error(DiagnosticId::kIllegalTemplatePart, token_span(), {text});
    return false;
  }
  if (value.empty()) return true;
  Term* part = ast_.term(TermKind::kString, token_span());
  part->raw = raw;
  part->text = ast_.keep(value);
  Expr* expr = ast_.expr(ExprKind::kTerm, part->span);
  expr->term = part;
  result->items.push_back(part);
  result->body->exprs.push_back(measured(expr));
  return true;
}

// What is between the braces behind the current part; goes on to the next part.
bool Parser::template_expression(Term* result) {
  Nesting nesting(*this);
  if (!nesting.ok) return false;
  advance();
  Expr* expr = literal();
  if (expr == nullptr) {
    error(DiagnosticId::kTemplateInvalid, token_span());
    return false;
  }
  std::string_view refused;
  if (expr->negated) refused = "negation ('not')";
  if (expr->kind == ExprKind::kEvery) refused = "'every'";
  if (expr->kind == ExprKind::kSomeDecl || expr->kind == ExprKind::kSomeIn) refused = "'some'";
  if (expr->kind == ExprKind::kTerm && expr->term->kind == TermKind::kCall) {
    const Term& op = *expr->term->items[0];
    if (op.items.size() == 1 && op.items[0]->text == "eq") refused = "unification ('=')";
    if (op.items.size() == 1 && op.items[0]->text == "assign") refused = "assignment (':=')";
  }
  if (!refused.empty()) {
    error(DiagnosticId::kTemplateExpression, expr->span, {refused});
    return false;
  }
  if (!at(TokenKind::kRightBrace)) {
    error(DiagnosticId::kTemplateEnd, token_span());
    return false;
  }
  Term* item = expr->term;
  if (item == nullptr) {
    // A statement without a value of its own; the template's body holds it.
    item = ast_.term(TermKind::kBoolean, expr->span);
    item->boolean = true;
  }
  result->items.push_back(item);
  result->body->exprs.push_back(expr);
  advance();
  bool part = at(TokenKind::kTemplatePart) || at(TokenKind::kTemplateEnd) || at(TokenKind::kRawTemplatePart) ||
              at(TokenKind::kRawTemplateEnd);
  if (!part) error(DiagnosticId::kTemplateEnd, token_span());
  return part;
}

// --- about terms -----------------------------------------------------------------------------------------------------

bool is_ground(const Term& term) {
  switch (term.kind) {
    case TermKind::kNull:
    case TermKind::kBoolean:
    case TermKind::kNumber:
    case TermKind::kString: return true;
    case TermKind::kArray:
    case TermKind::kSet:
    case TermKind::kObject:
      return std::all_of(term.items.begin(), term.items.end(), [](const Term* item) { return is_ground(*item); });
    default: return false;
  }
}

std::string_view term_name(TermKind kind) {
  switch (kind) {
    case TermKind::kNull: return "null";
    case TermKind::kBoolean: return "boolean";
    case TermKind::kNumber: return "number";
    case TermKind::kString: return "string";
    case TermKind::kVar: return "var";
    case TermKind::kRef: return "ref";
    case TermKind::kArray: return "array";
    case TermKind::kSet: return "set";
    case TermKind::kObject: return "object";
    case TermKind::kArrayComprehension: return "arraycomprehension";
    case TermKind::kSetComprehension: return "setcomprehension";
    case TermKind::kObjectComprehension: return "objectcomprehension";
    case TermKind::kCall: return "call";
    case TermKind::kTemplate: return "templatestring";
  }
  return "";
}

}  // namespace writ::lang
