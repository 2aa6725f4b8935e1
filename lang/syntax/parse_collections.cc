// Collections and comprehensions. All of them begin with a bracket or brace and one or two terms, and only what follows tells
// which it is: `{a: b | …}` may be an object with an `|` in its first value or a comprehension. Where that is open, the parser
// marks its place, tries the comprehension, and goes back (restore) to read the operators as part of the value.
#include "lang/syntax/parser.h"

namespace writ::lang {

// A collection that ends with the current token.
Term* Parser::closed(TermKind kind, TermList items, uint32_t begin) {
  Term* result = ast_.term(kind, {file_, begin, token().end});
  result->items = std::move(items);
  return measured(result);
}

// Behind the `|` of a comprehension.
Term* Parser::comprehension(TermKind kind, TermList items, TokenKind end, uint32_t begin) {
  Body* inner = body(end);
  if (inner == nullptr) return nullptr;
  Term* result = ast_.term(kind, {file_, begin, token().end});
  result->items = std::move(items);
  result->body = inner;
  return measured(result);
}

Term* Parser::array() {
  uint32_t begin = token().begin;
  advance();
  if (at(TokenKind::kRightBracket)) return closed(TermKind::kArray, {}, begin);
  bool may_be_comprehension = !at(TokenKind::kComma);
  if (!may_be_comprehension) advance();  // `[, x]` is tolerated
  Mark start = mark();
  // A single term first, so that the | of a comprehension is not taken for the operator.
  Term* first = term();
  if (first == nullptr) return nullptr;
  TermList items{first};
  switch (kind_) {
    case TokenKind::kRightBracket: return closed(TermKind::kArray, std::move(items), begin);
    case TokenKind::kComma:
      advance();
      if (!term_list(TokenKind::kRightBracket, items)) return nullptr;
      return closed(TermKind::kArray, std::move(items), begin);
    case TokenKind::kOr:
      if (may_be_comprehension) {
        advance();
        Term* result = comprehension(TermKind::kArrayComprehension, items, TokenKind::kRightBracket, begin);
        if (result != nullptr || !at(TokenKind::kComma)) return result;
      }
      break;
    default: break;
  }
  restore(start);
  items.clear();
  if (!term_list(TokenKind::kRightBracket, items)) return nullptr;
  return closed(TermKind::kArray, std::move(items), begin);
}

// A set, an object, or a comprehension of either.
Term* Parser::brace_term() {
  uint32_t begin = token().begin;
  advance();
  if (at(TokenKind::kRightBrace)) return closed(TermKind::kObject, {}, begin);
  bool may_be_comprehension = !at(TokenKind::kComma);
  if (!may_be_comprehension) advance();  // `{, x}` is tolerated
  Mark start = mark();
  Term* first = term();
  if (first == nullptr) return nullptr;
  switch (kind_) {
    case TokenKind::kOr:
      if (may_be_comprehension) return set_from(start, first, true, begin);
      break;
    case TokenKind::kRightBrace:
    case TokenKind::kComma: return set_from(start, first, may_be_comprehension, begin);
    case TokenKind::kColon: return object_from(first, may_be_comprehension, begin);
    default: break;
  }
  restore(start);
  first = infix(false);
  if (first == nullptr) return nullptr;
  switch (kind_) {
    case TokenKind::kRightBrace:
    case TokenKind::kComma: return set_from(start, first, false, begin);
    case TokenKind::kColon: return object_from(first, may_be_comprehension, begin);
    default: unexpected("non-terminated set"); return nullptr;
  }
}

Term* Parser::set_from(const Mark& start, Term* first, bool may_be_comprehension, uint32_t begin) {
  TermList items{first};
  if (at(TokenKind::kRightBrace)) return closed(TermKind::kSet, std::move(items), begin);
  if (at(TokenKind::kComma)) {
    advance();
    if (!term_list(TokenKind::kRightBrace, items)) return nullptr;
    return closed(TermKind::kSet, std::move(items), begin);
  }
  if (may_be_comprehension) {
    advance();
    Term* result = comprehension(TermKind::kSetComprehension, items, TokenKind::kRightBrace, begin);
    if (result != nullptr || !at(TokenKind::kComma)) return result;
  }
  restore(start);
  items.clear();
  if (!term_list(TokenKind::kRightBrace, items)) return nullptr;
  return closed(TermKind::kSet, std::move(items), begin);
}

// The current token is the colon behind the first key.
Term* Parser::object_from(Term* key, bool may_be_comprehension, uint32_t begin) {
  advance();
  Mark start = mark();
  Term* value = term();
  if (value == nullptr) return nullptr;
  // Behind a whole value there is no other reading to go back to.
  if (at(TokenKind::kRightBrace) || at(TokenKind::kComma)) return object_finish(key, value, may_be_comprehension, begin);
  if (may_be_comprehension && at(TokenKind::kOr)) {
    if (Term* result = object_finish(key, value, true, begin); result != nullptr) return result;
  }
  restore(start);
  value = infix(false);
  if (value == nullptr) return nullptr;
  if (at(TokenKind::kRightBrace) || at(TokenKind::kComma)) return object_finish(key, value, false, begin);
  unexpected("non-terminated object");
  return nullptr;
}

Term* Parser::object_finish(Term* key, Term* value, bool may_be_comprehension, uint32_t begin) {
  TermList items{key, value};
  switch (kind_) {
    case TokenKind::kRightBrace: return closed(TermKind::kObject, std::move(items), begin);
    case TokenKind::kOr:
      if (!may_be_comprehension) {
        unexpected("non-terminated object");
        return nullptr;
      }
      advance();
      return comprehension(TermKind::kObjectComprehension, std::move(items), TokenKind::kRightBrace, begin);
    case TokenKind::kComma:
      advance();
      if (!pair_list(items)) return nullptr;
      return closed(TermKind::kObject, std::move(items), begin);
    default: return nullptr;
  }
}

// Terms up to `end`, which becomes the current token. A comma may come before it.
bool Parser::term_list(TokenKind end, TermList& items) {
  while (!at(end)) {
    Term* item = infix(false);
    if (item == nullptr) return false;
    items.push_back(item);
    if (at(end)) break;
    if (!at(TokenKind::kComma)) {
      unexpected("expected \",\" or \"" + std::string(token_name(end)) + "\"");
      return false;
    }
    advance();
  }
  return true;
}

bool Parser::pair_list(TermList& items) {
  while (!at(TokenKind::kRightBrace)) {
    Term* key = infix(false);
    if (key == nullptr) return false;
    if (!at(TokenKind::kColon)) {
      unexpected("expected \":\"");
      return false;
    }
    advance();
    Term* value = infix(false);
    if (value == nullptr) return false;
    items.push_back(key);
    items.push_back(value);
    if (at(TokenKind::kRightBrace)) break;
    if (!at(TokenKind::kComma)) {
      unexpected("expected \",\" or \"}\"");
      return false;
    }
    advance();
  }
  return true;
}

}  // namespace writ::lang
