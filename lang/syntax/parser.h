// The parser's inside, shared by parse_module.cc, parse_rule.cc, parse_body.cc, parse_logical.cc and parse_term.cc.
//
// A recursive-descent parser over a token list with unlimited look-ahead: mark() remembers a place, restore() goes back
// there and forgets the errors found since. The grammar needs it, because `{` may open a body, a set, an object or a
// comprehension. Terms are remembered by their first token, so reading something a second time costs nothing and
// hostile text cannot make the parser exponential.
//
// Errors are OPA's, all of them: a function that fails returns null (or false) and has reported why, and so may the one that
// called it. Some report and still return what they have, to be read on from there. A statement that could not be read is the
// last.
//
// Locations are OPA's: a node begins where OPA says it is. Mind that a term in parentheses begins behind its `(`.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/syntax/ast.h"
#include "lang/syntax/diagnostics.h"
#include "lang/syntax/lex.h"
#include "lang/syntax/parse.h"

namespace writ::lang {

// What is a keyword from v1 on, and from v2 on.
inline constexpr TokenKind kV1Keywords[] = {TokenKind::kIn, TokenKind::kEvery, TokenKind::kIf, TokenKind::kContains};
inline constexpr TokenKind kV2Keywords[] = {TokenKind::kNot, TokenKind::kLogicalAnd, TokenKind::kLogicalOr};

class Parser {
 public:
  Parser(const SourceMap& sources, uint32_t file, const Language& language, Ast& ast,
         std::vector<Diagnostic>& diagnostics);

  Module* module(Metadata metadata);
  // Brings the keywords in force that the module imports; before the first call of the others.
  void use_keywords(const Module& scope);
  Body* query();
  Term* single_term();

 private:
  struct Mark {
    uint32_t index;
    TokenKind kind;
    bool at_space;
    size_t errors;
    size_t hints;
  };

  // Where reading failed, and why, kept while another reading is tried.
  struct Failed {
    Mark place;
    std::vector<Diagnostic> errors;
  };

  // What a memo entry holds: the term (null if there was an error), where reading goes on, and the errors.
  struct Remembered {
    bool valid = false;
    Term* term = nullptr;
    uint32_t next_index = 0;
    TokenKind kind = TokenKind::kIllegal;  // of the first token, as the parser saw it
    TokenKind next_kind = TokenKind::kIllegal;
    bool at_space = false;
    std::vector<Diagnostic> errors;
  };

  // The parts of a rule head before it is decided what kind of rule it is.
  struct HeadParts {
    Term* ref = nullptr;
    TermList args;
    bool has_parens = false;  // f(…), with or without arguments in it
    Term* key = nullptr;      // of `contains`, or the x of p[x]
    Term* value = nullptr;
    bool contains = false;
    bool assigned = false;
    Span span;
  };

  enum class StatementKind : uint8_t { kPackage, kImport, kRule, kBody };
  struct Statement {
    StatementKind kind;
    Span span;
    Import* import = nullptr;
    Rule* rule = nullptr;
    Body* body = nullptr;
  };

  // Counts nesting while it lives; `ok` is false when there is too much of it, which is then reported.
  struct Nesting {
    explicit Nesting(Parser& parser) : parser(parser), ok(parser.enter()) {}
    ~Nesting() { --parser.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    Parser& parser;
    bool ok;
  };

  // --- tokens and errors (parse_module.cc) ---
  void advance();
  void report_token();
  TokenKind in_force(const Token& token) const;
  const Token& token() const { return list_.tokens[index_]; }
  bool at(TokenKind kind) const { return kind_ == kind; }
  bool touches_next() const;              // nothing is between the token and the next one
  bool touches_previous() const;          // … and the one before
  TokenKind next_kind() const;            // kind of the next token, kEof behind the end
  std::string_view token_text() const { return text_.substr(token().begin, token().end - token().begin); }
  Span token_span() const;
  uint32_t previous_end() const { return index_ == 0 ? 0 : list_.tokens[index_ - 1].end; }
  Span span_from(uint32_t begin) const { return {file_, begin, std::max(begin, previous_end())}; }
  Mark mark() const { return {index_, kind_, at_space_, errors_.size(), hints_.size()}; }
  bool said_last(const std::vector<Diagnostic>& errors) const;
  void restore(const Mark& mark);
  Failed failed_here() const { return {mark(), errors_}; }
  void fail_again(Failed failed);
  bool enter();
  void error(DiagnosticId id, Span span, std::initializer_list<std::string_view> arguments = {});
  void error_too_deep(Span span);
  // "unexpected <token> token: <note>" at the current token.
  void unexpected(std::string_view note = {});
  void hint(std::string text) { hints_.push_back(std::move(text)); }
  bool failed_since(const Mark& mark) const { return errors_.size() > mark.errors; }
  void enable(TokenKind kind);
  void enable_all(std::span<const TokenKind> kinds);
  bool enabled(TokenKind kind) const { return (keywords_ & keyword_bit(kind)) != 0; }
  // Whether `not` takes a body. The word itself is a keyword in any case.
  bool not_bodies() const { return enabled(TokenKind::kNot); }
  // Whether the words of v1 are names unless they are imported.
  bool reads_as_v0() const {
    return language_.version == RegoVersion::kV0 || language_.version == RegoVersion::kV0CompatV1;
  }
  bool logical_keywords() const { return enabled(TokenKind::kLogicalAnd) || enabled(TokenKind::kLogicalOr); }
  bool offers(Word word) const { return language_.offers(word, language_.version); }
  // Whether `import future.keywords` can name the keyword.
  bool importable(TokenKind kind) const;
  // Whether the current token is a keyword that may stand in a reference (`input.if`).
  bool at_keyword_in_ref() const;
  // Whether a keyword is the first part of a reference (`not.x`); it is then read as a name.
  bool keyword_as_name();

  // --- modules (parse_module.cc) ---
  void statements();
  bool statement();
  bool keyword_rule_name(bool is_default);
  bool path_statement(TokenKind keyword);
  bool path_ends();
  bool package_statement();
  bool import_statement();
  bool import_path(Import* import, Term* path);
  bool import_alias(Import* import);
  void check_import_end(const Import& import);
  void activate_import(const Import& import);
  void future_import(const Import& import);
  void rego_import(const Import& import);
  static RegoVersion imported_version(const Import& import);
  bool body_statement();
  Occurrences occurrences() const;
  void check_statements();
  void hint_head_keyword(size_t index);
  void read_annotations();
  void attach_annotations();
  bool report();

  // --- rules (parse_rule.cc) ---
  bool rule_statement();
  bool head(HeadParts& parts, bool is_default);
  bool head_reference(HeadParts& parts);
  Term* head_term();
  bool finish_default(Rule* rule, const HeadParts& parts);
  bool check_default_value(const Rule& rule, const Term& value);
  bool check_default_args(const Rule& rule, const TermList& args);
  void finish_head(Head& head, HeadParts& parts, bool has_if);
  bool rule_body(Rule* rule);
  Body* if_body();
  Body* braced_body();
  bool else_branches(Rule* rule);
  Rule* else_branch();
  bool chained_bodies(const Rule& first);
  Body* body_of_true(Span span);
  void add_rule(Rule* rule) { statements_.push_back({StatementKind::kRule, rule->span, nullptr, rule}); }
  Rule* rule_from_expression(Expr* expr);
  Rule* rule_from_equation(const Expr& expr, Term* left, Term* right);
  Rule* rule_from_call(const Expr& expr, const Term& call);
  Rule* rule_from_reference(const Expr& expr, Term* ref);
  Rule* bodyless_rule(Span span, Term* ref, Term* value);
  Rule* not_a_rule(const Expr& expr, std::string_view text);
  void check_v1_rule(const Rule& rule);
  void check_v1_name(const Rule& rule, const Term& ref);
  void check_v1_body(const Rule& rule, bool is_function);
  // Deep copies, placed at `span` unless that is null.
  Term* clone(const Term& term, const Span* span);
  Expr* clone(const Expr& expr, const Span* span);
  Body* clone(const Body& body, const Span* span);

  // --- bodies (parse_body.cc) ---
  Body* body(TokenKind end);
  void expected_separator(TokenKind end);
  Expr* literal();
  Expr* unplaced_literal();
  Expr* literal_expression(bool negated, Span not_span);
  Expr* plain_expression();
  Expr* some_expression();
  Expr* some_declaration(Span span);
  Expr* every_expression();
  bool with_modifiers(Expr* expr);
  bool membership(const Term& term, std::string_view expected, Expr& parts);
  void hint_every(const Mark& start, const Expr& expr);
  void hint_in(const Mark& start);
  void hint_infix_keyword();
  template <typename Try>
  bool would_parse_with_all_keywords(const Mark& start, Try attempt);

  // --- and, or, not (parse_logical.cc) ---
  struct Operand {
    Expr* expr = nullptr;    // kBlock where written in braces
    bool committed = true;   // groups: false = not a group after all, nothing was read
    Span span;
  };
  bool at_logical() const { return at(TokenKind::kLogicalAnd) || at(TokenKind::kLogicalOr); }
  Expr* logical_statement(bool& committed);
  Operand logical_operand(std::string_view op);
  Operand logical_group(bool operand_context, std::string_view prefix);
  Expr* logical_or_chain(Expr* left);
  Expr* logical_and_chain(Expr* left);
  Expr* logical_tail(Expr* left);
  Expr* not_block(Span not_span);
  Expr* wrap_not(Expr* operand, Span not_span);
  Expr* braced_operand(std::string_view op);
  Expr* block(Body* body, Span span);
  bool is_negated() const;
  Operand braced_group(const Mark& start, Span open, Span braces, std::string_view prefix);
  bool close_group();
  void error_with_on_operand(Span span);
  void error_brace_led(Span operand, std::string_view op);
  void check_void_operand(const Expr& operand, std::string_view op);
  bool is_ambiguous_union(const Body& body) const;
  void error_ambiguous_union(uint32_t brace, const Body& body, std::string_view prefix);

  // --- terms (parse_term.cc) ---
  Term* infix(bool key_value);
  Term* infix_operators(int lowest);
  Term* term();
  Term* primary_term(Span& minus);
  Term* finish_reference(Term* head);
  Term* reference(Term* head);
  Term* dot_step();
  Term* bracket_step();
  Term* call(Term* op);
  Term* variable();
  Term* number();
  Term* string();
  Term* template_string(bool raw);
  bool template_expression(Term* result);
  bool template_text(bool raw, Term* result);
  Term* array();
  Term* brace_term();
  Term* set_from(const Mark& start, Term* first, bool may_be_comprehension, uint32_t begin);
  Term* object_from(Term* key, bool may_be_comprehension, uint32_t begin);
  Term* object_finish(Term* key, Term* value, bool may_be_comprehension, uint32_t begin);
  bool term_list(TokenKind end, TermList& items);
  bool pair_list(TermList& items);
  Term* comprehension(TermKind kind, TermList items, TokenKind end, uint32_t begin);
  Term* make_call(Term* op, TermList operands, bool is_infix, Span span);
  Term* operator_term(std::initializer_list<std::string_view> name, Span span);
  Term* closed(TermKind kind, TermList items, uint32_t begin);
  void keyword_call_as_name();

  // Sets the height of a new node; null if the tree has become too high, which is then reported.
  Term* measured(Term* term);
  Expr* measured(Expr* expr);
  Body* measured(Body* body);

  const SourceMap& sources_;
  const uint32_t file_;
  const Language language_;
  bool in_import_ = false;  // reading the path of an import
  bool at_space_ = false;   // what cannot be read is the white space behind the current token
  Ast& ast_;
  std::vector<Diagnostic>& diagnostics_;
  std::string_view text_;
  TokenList list_;
  std::vector<Diagnostic> errors_;
  std::vector<std::string> hints_;
  std::vector<Remembered> memo_;
  std::vector<Remembered> all_keywords_memo_;  // of would_parse_with_all_keywords
  std::vector<Statement> statements_;
  Module* module_ = nullptr;
  uint32_t index_ = 0;
  TokenKind kind_ = TokenKind::kEof;  // of the current token, as the parser sees it
  uint32_t keywords_ = 0;             // those in force besides the base ones
  uint32_t depth_ = 0;
  Span too_deep_;                     // where nesting was too deep in this statement; empty if it was not
  bool skip_rules_ = false;           // a query: bodies only
};

// Whether nothing in the term has to be computed or bound: no variable, reference, call or comprehension.
bool is_ground(const Term& term);
// "ref", "var", "array", …: what messages call a term.
std::string_view term_name(TermKind kind);

}  // namespace writ::lang
