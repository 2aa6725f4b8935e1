// Modules: the order of statements, packages, imports, annotations; and what all parts of the parser use.
//
// `module` and `query` read statements until the end of the text. A statement is tried as a rule first and read again as an
// expression if it is none (Mark, restore). One that is neither is the last. What only the whole module shows (the package,
// what a rule must be, annotations) is checked at the end, if all of it could be read.
#include <algorithm>

#include "lang/syntax/parser.h"

namespace writ::lang {

namespace {


RegoVersion newer(RegoVersion a, RegoVersion b) {
  return a == RegoVersion::kV2 || b == RegoVersion::kV0 || (a == RegoVersion::kV1 && b != RegoVersion::kV2) ? a : b;
}

}  // namespace

// --- entry -----------------------------------------------------------------------------------------------------------

Module* parse_module(const SourceMap& sources, uint32_t file, const Language& language, Ast& ast,
                     std::vector<Diagnostic>& diagnostics, Metadata metadata) {
  return Parser(sources, file, language, ast, diagnostics).module(metadata);
}

Body* parse_query(const SourceMap& sources, uint32_t file, const Language& language, Ast& ast,
                  std::vector<Diagnostic>& diagnostics, const Module* scope) {
  if (scope == nullptr) return Parser(sources, file, language, ast, diagnostics).query();
  Language raised = language;
  if (language.version == RegoVersion::kV0 || scope->latest == RegoVersion::kV2) raised.version = scope->latest;
  Parser parser(sources, file, raised, ast, diagnostics);
  parser.use_keywords(*scope);
  return parser.query();
}

Term* parse_term(const SourceMap& sources, uint32_t file, Ast& ast, std::vector<Diagnostic>& diagnostics) {
  return Parser(sources, file, {}, ast, diagnostics).single_term();
}

Parser::Parser(const SourceMap& sources, uint32_t file, const Language& language, Ast& ast,
               std::vector<Diagnostic>& diagnostics)
    : sources_(sources),
      file_(file),
      language_(language),
      ast_(ast),
      diagnostics_(diagnostics),
      text_(sources.file(file).text) {
  list_ = lex(sources, file);
  memo_.resize(list_.tokens.size());
  bool v2 = language.version == RegoVersion::kV2;
  if (v2 || language.version == RegoVersion::kV1) enable_all(kV1Keywords);
  if (v2 || language.experimental_keywords) enable_all(kV2Keywords);
  kind_ = in_force(token());
  report_token();
}

Module* Parser::module(Metadata metadata) {
  module_ = ast_.module();
  module_->file = file_;
  module_->version = language_.version;
  module_->latest = language_.version == RegoVersion::kV0CompatV1 ? RegoVersion::kV1 : language_.version;
  statements();
  module_->keywords = keywords_;
  module_->comments = std::move(list_.comments);
  if (metadata == Metadata::kRead) read_annotations();
  module_->occurs = occurrences();
  if (errors_.empty()) check_statements();
  if (errors_.empty()) attach_annotations();
  return report() ? module_ : nullptr;
}

Body* Parser::query() {
  skip_rules_ = true;
  statements();
  Body* result = ast_.body({file_, 0, static_cast<uint32_t>(text_.size())});
  for (const Statement& statement : statements_) {
    if (statement.kind == StatementKind::kBody) {
      result->exprs.insert(result->exprs.end(), statement.body->exprs.begin(), statement.body->exprs.end());
      continue;
    }
    std::string_view name = statement.kind == StatementKind::kPackage ? "package" : "import";
    errors_.push_back(make_diagnostic(DiagnosticId::kExpectedBody, statement.span, {name}));
  }
  result = measured(result);
  return report() ? result : nullptr;
}

Term* Parser::single_term() {
  Body* body = query();
  if (body == nullptr) return nullptr;
  Span span = body->span;
  if (body->exprs.size() == 1) {
    const Expr& expr = *body->exprs[0];
    if (expr.kind == ExprKind::kTerm && !expr.negated && expr.withs.empty() && expr.term->kind != TermKind::kCall) {
      return expr.term;
    }
    span = expr.span;
  }
  diagnostics_.push_back(make_diagnostic(DiagnosticId::kExpectedTerm, span));
  return nullptr;
}

// Hands over the errors that were found. True if there are none.
bool Parser::report() {
  if (errors_.size() > kMaxErrors) errors_.resize(kMaxErrors);
  bool read = errors_.empty();
  diagnostics_.insert(diagnostics_.end(), std::make_move_iterator(errors_.begin()), std::make_move_iterator(errors_.end()));
  errors_.clear();
  return read;
}

// --- tokens and errors ---------------------------------------------------------------------------------------------

// Words that are keywords only by version or import are names elsewhere.
TokenKind Parser::in_force(const Token& token) const {
  return is_optional_keyword(token.kind) && !enabled(token.kind) ? TokenKind::kIdentifier : token.kind;
}

void Parser::advance() {
  if (index_ + 1 == list_.tokens.size()) return;
  ++index_;
  at_space_ = false;
  kind_ = in_force(token());
  report_token();
}

// Says what is wrong with the current token, if anything is.
void Parser::report_token() {
  if (!token().has_errors) return;
  auto first = std::lower_bound(list_.errors.begin(), list_.errors.end(), index_,
                                [](const TokenError& error, uint32_t index) { return error.token < index; });
  for (; first != list_.errors.end() && first->token == index_; ++first) {
    if (errors_.size() < kMaxErrors) errors_.push_back(first->diagnostic);
  }
  hints_.clear();
}

bool Parser::touches_next() const {
  return index_ + 1 < list_.tokens.size() && list_.tokens[index_ + 1].begin == token().end;
}

bool Parser::touches_previous() const { return index_ > 0 && list_.tokens[index_ - 1].end == token().begin; }

TokenKind Parser::next_kind() const {
  return index_ + 1 < list_.tokens.size() ? in_force(list_.tokens[index_ + 1]) : TokenKind::kEof;
}

void Parser::restore(const Mark& mark) {
  index_ = mark.index;
  at_space_ = mark.at_space;
  kind_ = mark.kind;
  if (errors_.size() > mark.errors) errors_.resize(mark.errors);
  if (hints_.size() > mark.hints) hints_.resize(mark.hints);
}

void Parser::fail_again(Failed failed) {
  restore(failed.place);
  errors_ = std::move(failed.errors);
}

// Whether these are the last that were found.
bool Parser::said_last(const std::vector<Diagnostic>& errors) const {
  return errors_.size() >= errors.size() &&
         std::equal(errors.rbegin(), errors.rend(), errors_.rbegin(), [](const Diagnostic& a, const Diagnostic& b) {
           return a.span.begin == b.span.begin && a.message == b.message;
         });
}

bool Parser::enter() {
  ++depth_;
  if (depth_ <= kMaxNesting) return true;
  error_too_deep(token_span());
  return false;
}

void Parser::error(DiagnosticId id, Span span, std::initializer_list<std::string_view> arguments) {
  if (errors_.size() < kMaxErrors) {
    Diagnostic diagnostic = make_diagnostic(id, span, arguments);
    if (!hints_.empty()) {
      diagnostic.message += hints_.size() == 1 ? " (hint: " : " (hints: ";
      for (size_t i = 0; i < hints_.size(); ++i) diagnostic.message += (i > 0 ? ", " : "") + hints_[i];
      diagnostic.message += ")";
    }
    diagnostic.shows_line = true;
    errors_.push_back(std::move(diagnostic));
  }
  hints_.clear();
}

void Parser::error_too_deep(Span span) {
  too_deep_ = {span.file, span.begin, std::max(span.end, span.begin + 1)};
  error(DiagnosticId::kTooDeep, span);
}

void Parser::unexpected(std::string_view note) {
  if (at(TokenKind::kIllegal)) return error(DiagnosticId::kIllegalToken, token_span());
  std::string_view sort = is_keyword(kind_) ? "keyword" : "token";
  std::string tail = note.empty() ? "" : ": " + std::string(note);
  error(DiagnosticId::kUnexpectedToken, token_span(), {at_space_ ? "whitespace" : token_name(kind_), sort, tail});
}

Span Parser::token_span() const {
  if (!at_space_) return {file_, token().begin, token().end};
  // White space that begins with the end of the line is on the next one.
  uint32_t begin = token().end + (text_.substr(token().end, 1) == "\n");
  return {file_, begin, begin};
}

void Parser::enable(TokenKind kind) {
  keywords_ |= keyword_bit(kind);
  if (kind == TokenKind::kEvery) keywords_ |= keyword_bit(TokenKind::kIn);
}

void Parser::enable_all(std::span<const TokenKind> kinds) {
  for (TokenKind kind : kinds) enable(kind);
}

void Parser::use_keywords(const Module& scope) {
  keywords_ |= scope.keywords;
  kind_ = in_force(token());
}

// In the path of an import the words of newer versions are names.
bool Parser::at_keyword_in_ref() const {
  return is_keyword(kind_) && (offers(Word::kKeywordsInRefs) || (in_import_ && is_optional_keyword(kind_)));
}

bool Parser::keyword_as_name() {
  if (!at_keyword_in_ref() || !touches_next()) return false;
  TokenKind next = next_kind();
  if (next != TokenKind::kDot && next != TokenKind::kLeftBracket) return false;
  kind_ = TokenKind::kIdentifier;
  return true;
}

namespace {

template <typename Heights>
uint16_t one_above(Heights heights) {
  uint32_t highest = 0;
  heights([&](const auto* node) {
    if (node != nullptr) highest = std::max<uint32_t>(highest, node->height);
  });
  return static_cast<uint16_t>(std::min<uint32_t>(highest + 1, UINT16_MAX));
}

}  // namespace

Term* Parser::measured(Term* term) {
  term->height = one_above([&](auto see) {
    for (Term* item : term->items) see(item);
    see(term->body);
  });
  term->flat = term->kind != TermKind::kTemplate && term->body == nullptr &&
               std::all_of(term->items.begin(), term->items.end(), [](const Term* item) { return is_flat(*item); });
  if (term->height <= kMaxNesting) return term;
  error_too_deep(term->span);
  return nullptr;
}

Expr* Parser::measured(Expr* expr) {
  expr->height = one_above([&](auto see) {
    for (Term* term : {expr->term, expr->key, expr->value, expr->domain}) see(term);
    for (Expr* operand : expr->operands) see(operand);
    for (const With& with : expr->withs) {
      see(with.target);
      see(with.value);
    }
    see(expr->body);
  });
  if (expr->height <= kMaxNesting) return expr;
  error_too_deep(expr->span);
  return nullptr;
}

Body* Parser::measured(Body* body) {
  body->height = one_above([&](auto see) {
    for (Expr* expr : body->exprs) see(expr);
  });
  if (body->height <= kMaxNesting) return body;
  error_too_deep(body->span);
  return nullptr;
}

// --- statements ------------------------------------------------------------------------------------------------------

void Parser::statements() {
  while (!at(TokenKind::kEof)) {
    too_deep_ = {};
    if (statement()) continue;
    // Where nesting was too deep, other readings were tried and failed as well; then the depth is the error to report.
    if (too_deep_.end != 0) errors_.assign(1, make_diagnostic(DiagnosticId::kTooDeep, too_deep_));
    if (errors_.empty()) unexpected();
    return;
  }
}

// Package, import, rule, or a body that may yet turn out to be a rule: the first that can be read.
bool Parser::statement() {
  if (!skip_rules_ && keyword_rule_name(false)) return false;
  Mark start = mark();
  if (at(TokenKind::kPackage) || at(TokenKind::kImport)) {
    if (at(TokenKind::kPackage) ? package_statement() : import_statement()) return true;
    if (!errors_.empty()) return false;
    restore(start);
  }
  if (!skip_rules_) {
    if (rule_statement()) return true;
    if (!errors_.empty()) return false;
    restore(start);
  }
  return body_statement();
}

namespace {

// Tokens behind a keyword at the begin of a statement that show it to be meant as the name of a rule.
enum Followers : uint8_t { kValue = 1, kIfOrContains = 2, kArguments = 4 };

struct RuleNameRow {
  TokenKind keyword;
  int followers;
};
constexpr RuleNameRow kRuleNames[] = {
    {TokenKind::kEvery, kValue | kIfOrContains | kArguments},
    {TokenKind::kIf, kValue | kIfOrContains | kArguments},
    {TokenKind::kIn, kValue | kIfOrContains | kArguments},
    {TokenKind::kSome, kValue | kIfOrContains | kArguments},
    {TokenKind::kAs, kValue | kIfOrContains | kArguments},
    {TokenKind::kPackage, kValue | kArguments},  // `package if` and `import contains` are statements
    {TokenKind::kImport, kValue | kArguments},
    {TokenKind::kNot, kValue | kIfOrContains},  // `not (x)` is a negation, `or(x, y)` a call
    {TokenKind::kLogicalAnd, kValue | kIfOrContains},
    {TokenKind::kLogicalOr, kValue | kIfOrContains},
    {TokenKind::kContains, kIfOrContains},  // `contains := 1` is read as a rule, which v1 refuses
};

int follower(TokenKind kind) {
  switch (kind) {
    case TokenKind::kAssign:
    case TokenKind::kUnify: return kValue;
    case TokenKind::kIf:
    case TokenKind::kContains: return kIfOrContains;
    case TokenKind::kLeftParen: return kArguments;
    default: return 0;
  }
}

}  // namespace

// Whether the current token is a keyword in the place of a rule's name, which is then reported. Behind `default` any is.
bool Parser::keyword_rule_name(bool is_default) {
  for (const auto& [keyword, followers] : kRuleNames) {
    if (!at(keyword)) continue;
    if (!is_default && (followers & follower(next_kind())) == 0) return false;
    error(DiagnosticId::kKeywordRuleName, token_span(), {token_name(keyword)});
    return true;
  }
  return false;
}

bool Parser::body_statement() {
  Body* body = ast_.body(token_span());
  uint32_t begin = token().begin;
  do {
    if (!body->exprs.empty()) advance();  // the semicolon
    Expr* expr = literal();
    if (expr == nullptr) return false;
    body->exprs.push_back(expr);
  } while (at(TokenKind::kSemicolon));
  body->span = span_from(begin);
  statements_.push_back({StatementKind::kBody, body->span, nullptr, nullptr, body});
  return true;
}

// --- packages --------------------------------------------------------------------------------------------------------

// Reads the keyword of a package or an import, and stands at the path behind it. False without an error: this is another
// statement, perhaps a reference that begins with that word.
bool Parser::path_statement(TokenKind keyword) {
  if (!at(keyword)) return false;
  bool touching = touches_next();
  advance();
  if (touching && (at(TokenKind::kDot) || at(TokenKind::kLeftBracket))) return false;
  if (!at(TokenKind::kIdentifier) && !at_keyword_in_ref()) {
    unexpected();
    return false;
  }
  kind_ = TokenKind::kIdentifier;
  return true;
}

// Whether the path of a package or an import ends here. A minus is not part of it, and would be taken for the sign of the
// next statement.
bool Parser::path_ends() {
  if (at(TokenKind::kSubtract)) unexpected();
  return !at(TokenKind::kSubtract);
}

bool Parser::package_statement() {
  uint32_t begin = token().begin;
  Term* path = path_statement(TokenKind::kPackage) ? term() : nullptr;
  if (path == nullptr) return false;
  TermList segments{path};
  if (path->kind == TermKind::kRef) {
    segments = path->items;
  } else if (path->kind != TermKind::kVar) {
    unexpected();
    return false;
  }
  if (segments[0]->kind != TermKind::kVar) {
    error(DiagnosticId::kPathSegment, segments[0]->span, {term_name(segments[0]->kind), "var"});
    return false;
  }
  for (size_t i = 1; i < segments.size(); ++i) {
    if (segments[i]->kind == TermKind::kString) continue;
    error(DiagnosticId::kPathSegment, segments[i]->span, {term_name(segments[i]->kind), "string"});
    return false;
  }
  if (!path_ends()) return false;
  Span span = span_from(begin);
  bool first = statements_.empty();
  statements_.push_back({StatementKind::kPackage, span});
  if (!first || module_ == nullptr) return true;
  module_->package_span = span;
  for (const Term* segment : segments) {
    module_->package.emplace_back(segment->text);
    module_->package_spans.push_back(segment->span);
  }
  return true;
}

// --- the module as a whole -------------------------------------------------------------------------------------------

Occurrences Parser::occurrences() const {
  Occurrences result;
  for (const Token& token : list_.tokens) {
    switch (token.kind) {
      case TokenKind::kWith: result.withs = true; break;
      case TokenKind::kTemplatePart:
      case TokenKind::kTemplateEnd:
      case TokenKind::kRawTemplatePart:
      case TokenKind::kRawTemplateEnd: result.templates = true; break;
      case TokenKind::kIdentifier:
      case TokenKind::kString: {
        std::string_view text = text_.substr(token.begin, token.end - token.begin);
        result.prints |= text == "print" || text == "internal";
        result.metadata_calls |= text == "metadata" || text.find('\\') != std::string_view::npos || text == "\"metadata\"" ||
                           text == "`metadata`";
        break;
      }
      default: break;
    }
  }
  result.metadata = result.metadata_calls || !module_->annotations.empty();
  return result;
}

void Parser::check_statements() {
  auto add = [&](DiagnosticId id, Span span) { errors_.push_back(make_diagnostic(id, span)); };
  if (statements_.empty()) return add(DiagnosticId::kEmptyModule, {file_, 0, 0});
  if (statements_[0].kind != StatementKind::kPackage) add(DiagnosticId::kPackageExpected, statements_[0].span);
  for (size_t i = 1; i < statements_.size(); ++i) {
    Statement& statement = statements_[i];
    switch (statement.kind) {
      case StatementKind::kPackage: add(DiagnosticId::kUnexpectedPackage, statement.span); break;
      case StatementKind::kImport:
        module_->imports.push_back(statement.import);
        module_->latest = newer(module_->latest, imported_version(*statement.import));
        break;
      case StatementKind::kBody: {
        const Body& body = *statement.body;
        size_t before = errors_.size();
        statement.rule = body.exprs.size() == 1
                             ? rule_from_expression(body.exprs[0])
                             : not_a_rule(*body.exprs[0], "multiple expressions cannot be used for rule head");
        if (errors_.size() > before) hint_head_keyword(i);
        break;
      }
      case StatementKind::kRule: break;
    }
    if (statement.rule != nullptr) module_->rules.push_back(statement.rule);
  }
  for (Rule* rule : module_->rules) {
    rule->module = module_;
    for (Rule* branch : rule->else_chain) branch->module = module_;
    if (module_->latest != RegoVersion::kV0) check_v1_rule(*rule);
  }
}

namespace {

// The name that all of a statement is: of a rule, or a variable by itself.
std::string_view only_name(const Rule* rule, const Body* body) {
  if (rule != nullptr) return rule->head.ref->items.size() == 1 ? rule->head.ref->items[0]->text : std::string_view();
  if (body == nullptr || body->exprs.size() != 1 || body->exprs[0]->kind != ExprKind::kTerm) return {};
  const Term& term = *body->exprs[0]->term;
  return term.kind == TermKind::kVar ? term.text : std::string_view();
}

}  // namespace

// Where `if` and `contains` are not imported they are names, so `p if { … }` is read as `p` and a rule `if`. Adds to the
// last error, which is about statement `index`, that this is what went wrong.
void Parser::hint_head_keyword(size_t index) {
  if (module_->latest != RegoVersion::kV0) return;
  auto keyword_of = [&](const Statement& statement) {
    std::string_view name = only_name(statement.rule, statement.body);
    return name == "if" || name == "contains" ? name : std::string_view();
  };
  auto row = [&](const Statement& statement) { return sources_.position(file_, statement.span.begin).row; };
  std::string_view keyword = keyword_of(statements_[index]);
  bool more_on_line = index + 1 < statements_.size() && row(statements_[index]) == row(statements_[index + 1]);
  if (keyword.empty() && more_on_line) keyword = keyword_of(statements_[index + 1]);
  if (keyword.empty()) return;
  std::string_view rule = keyword == "if" ? "p if { ... }" : "p contains x";
  errors_.back().message +=
      " (hint: `import future.keywords." + std::string(keyword) + "` for `" + std::string(rule) + "` rules)";
}

// A METADATA comment in the first column and the comments right below it are an annotation.
void Parser::read_annotations() {
  const std::vector<Comment>& comments = module_->comments;
  auto row = [&](const Comment& comment) { return sources_.position(file_, comment.span.begin).row; };
  auto at_line_begin = [&](const Comment& comment) {
    return comment.span.begin == 0 || text_[comment.span.begin - 1] == '\n';
  };
  auto opens_block = [&](const Comment& comment) {
    size_t first = comment.text.find_first_not_of(" \t\r\v\f");
    return at_line_begin(comment) && first != std::string::npos && comment.text.compare(first, 8, "METADATA") == 0;
  };
  for (size_t i = 0; i < comments.size() && comments[i].span.begin < token().end;) {
    if (!opens_block(comments[i])) {
      ++i;
      continue;
    }
    Annotation* annotation = ast_.annotation();
    annotation->span = comments[i].span;
    for (++i; i < comments.size(); ++i) {
      const Comment& comment = comments[i];
      if (!at_line_begin(comment) || opens_block(comment) || row(comment) != row(comments[i - 1]) + 1) break;
      std::string_view line = comment.text;
      if (line.starts_with(' ')) line.remove_prefix(1);
      annotation->yaml.append(line).append("\n");
      annotation->span.end = comment.span.end;
    }
    if (annotation->yaml.find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
      errors_.push_back(make_diagnostic(DiagnosticId::kEmptyMetadata, annotation->span));
      continue;
    }
    module_->annotations.push_back(annotation);
  }
}

// An annotation belongs to the next statement.
void Parser::attach_annotations() {
  auto target = statements_.begin();
  for (Annotation* annotation : module_->annotations) {
    target = std::find_if(target, statements_.end(),
                          [&](const Statement& statement) { return statement.span.begin > annotation->span.begin; });
    if (target == statements_.end()) return;
    if (target->kind == StatementKind::kPackage) module_->package_annotations.push_back(annotation);
    if (target->import != nullptr) target->import->annotations.push_back(annotation);
    if (target->rule != nullptr) target->rule->annotations.push_back(annotation);
  }
}

}  // namespace writ::lang
