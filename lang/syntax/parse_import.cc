// Imports: their paths and aliases, and what the imports of `future` and `rego` change for the rest of the module. A path is
// read as a term and must be a reference of names; without an alias its last name is the one that the module uses. The words
// that an import makes keywords are in force from the next statement on.
#include <algorithm>
#include <iterator>

#include "lang/syntax/parser.h"

namespace writ::lang {

bool Parser::import_statement() {
  uint32_t begin = token().begin;
  in_import_ = true;
  bool is_import = path_statement(TokenKind::kImport);
  Term* path = is_import ? term() : nullptr;
  in_import_ = false;
  if (!is_import) return false;
  Import* import = ast_.import();
  if (!import_path(import, path)) return false;
  if (at(TokenKind::kAs)) {
    if (!import_alias(import)) return false;
  } else {
    check_import_end(*import);
  }
  if (!path_ends()) return false;
  import->span = span_from(begin);
  activate_import(*import);
  statements_.push_back({StatementKind::kImport, import->span, import});
  return true;
}

bool Parser::import_path(Import* import, Term* path) {
  if (path != nullptr && path->kind == TermKind::kVar) {
    Term* ref = ast_.term(TermKind::kRef, path->span);
    ref->items.push_back(path);
    path = measured(ref);
  }
  if (path == nullptr || path->kind != TermKind::kRef) {
    error(DiagnosticId::kExpectedPath, token_span());
    return false;
  }
  for (size_t i = 1; i < path->items.size(); ++i) {
    if (path->items[i]->kind == TermKind::kString) continue;
    error(DiagnosticId::kPathSegment, path->items[i]->span, {term_name(path->items[i]->kind), "string"});
    return false;
  }
  import->path = path;
  const Term& root = *path->items[0];
  bool known = root.kind == TermKind::kVar &&
               (root.text == "data" || root.text == "input" || root.text == "future" || root.text == "rego");
  if (!known) {
    hint("if this is unexpected, try updating OPA");
    error(DiagnosticId::kImportRoot, path->span, {to_text(root)});
  }
  return known;
}

// `as name`; the current token is the `as`.
bool Parser::import_alias(Import* import) {
  advance();
  Term* alias = at(TokenKind::kIdentifier) ? term() : nullptr;
  if (alias != nullptr && alias->kind == TermKind::kVar) {
    import->alias = alias->text;
    import->alias_span = alias->span;
    return true;
  }
  bool is_root = alias != nullptr && alias->kind == TermKind::kRef && alias->items.size() == 1;
  if (is_root) {
    error(DiagnosticId::kImportAliasReserved, alias->span, {to_text(*alias)});
  } else {
    unexpected("expected var");
  }
  return false;
}

// Without an alias the last segment is the name, so it must not be a keyword.
void Parser::check_import_end(const Import& import) {
  const TermList& items = import.path->items;
  if (items.size() > 1 && items[0]->text == "future") return;
  const Term& last = *items.back();
  TokenKind kind = keyword_kind(last.text);
  bool in_v0 = kind >= TokenKind::kPackage && kind <= TokenKind::kFalse;
  bool in_v1 = in_v0 || (kind >= TokenKind::kEvery && kind <= TokenKind::kIn);
  bool in_v2 = in_v1 || (kind >= TokenKind::kLogicalAnd && kind <= TokenKind::kLogicalOr);
  RegoVersion version = language_.version;
  if (!(version == RegoVersion::kV0 ? in_v0 : version == RegoVersion::kV2 ? in_v2 : in_v1)) return;
  hint("import a different path or use an alias");
  error(DiagnosticId::kImportKeyword, last.span, {last.text});
}

void Parser::activate_import(const Import& import) {
  std::string_view root = import.path->items[0]->text;
  if (root == "future") future_import(import);
  if (root == "rego") rego_import(import);
  kind_ = in_force(token());
  // As in OPA, which reads the word behind a path with it.
  bool is_word = is_optional_keyword(kind_) || at(TokenKind::kNot);
  if (root != "future" && root != "rego" && import.alias.empty() && is_word) kind_ = TokenKind::kIdentifier;
}

// Of the keywords of v1, modules from v1 on have all whatever is offered; so do those in v0 where v1 is offered.
bool Parser::importable(TokenKind kind) const {
  bool of_v1 = std::find(std::begin(kV1Keywords), std::end(kV1Keywords), kind) != std::end(kV1Keywords);
  if (language_.version == RegoVersion::kV2 || (of_v1 && (!reads_as_v0() || offers(Word::kRegoV1)))) return true;
  const WordRow* row = find_word(token_name(kind), true);
  bool in_v0 = reads_as_v0() || !of_v1;
  return row != nullptr && in_v0 && offers(static_cast<Word>(row - words().data()));
}

void Parser::future_import(const Import& import) {
  constexpr TokenKind kKeywords[] = {TokenKind::kLogicalAnd, TokenKind::kContains, TokenKind::kEvery, TokenKind::kIf,
                                     TokenKind::kIn,         TokenKind::kNot,      TokenKind::kLogicalOr};
  const TermList& items = import.path->items;
  if (items.size() == 1 || items[1]->text != "keywords") {
    return error(DiagnosticId::kFutureImport, import.path->span);
  }
  if (!import.alias.empty()) return error(DiagnosticId::kImportAlias, import.alias_span, {"future"});
  std::string known;
  for (TokenKind kind : kKeywords) {
    if (!importable(kind)) continue;
    if (items.size() != 3) {
      enable(kind);
    } else if (token_name(kind) == items[2]->text) {
      return enable(kind);
    }
    if (!known.empty()) known += ' ';
    known += token_name(kind);
  }
  if (items.size() == 3) error(DiagnosticId::kUnknownKeyword, import.path->span, {"[" + known + "]"});
}

void Parser::rego_import(const Import& import) {
  RegoVersion version = imported_version(import);
  if (version == RegoVersion::kV0) {
    return error(DiagnosticId::kRegoImport, import.path->span, {to_text(*import.path)});
  }
  bool offered = offers(Word::kRegoV2) || offers(version == RegoVersion::kV2 ? Word::kRegoV2Import : Word::kRegoV1Import) ||
                 (version == RegoVersion::kV1 && offers(Word::kRegoV1));
  if (!offered) return error(DiagnosticId::kImportWithheld, import.path->span, {to_text(*import.path)});
  if (!import.alias.empty()) return error(DiagnosticId::kImportAlias, import.alias_span, {"rego"});
  enable_all(kV1Keywords);
  if (version == RegoVersion::kV2) enable_all(kV2Keywords);
}

// The version that `rego.v1` or `rego.v2` stands for, kV0 if the import is neither.
RegoVersion Parser::imported_version(const Import& import) {
  const TermList& items = import.path->items;
  if (items.size() != 2 || items[0]->text != "rego") return RegoVersion::kV0;
  if (items[1]->text == "v1") return RegoVersion::kV1;
  return items[1]->text == "v2" ? RegoVersion::kV2 : RegoVersion::kV0;
}

}  // namespace writ::lang
