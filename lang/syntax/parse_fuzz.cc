// Any bytes as a module and as a query: no crash, every span inside the text and inside its parent's file, no tree
// higher than promised, and what is printed parses back to the same text wherever printing gives Rego.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lang/syntax/parse.h"

namespace {

using namespace writ;
using namespace writ::lang;

void demand(bool condition) {
  if (!condition) std::abort();
}

class Checker {
 public:
  Checker(uint32_t file, size_t size) : file_(file), size_(size) {}

  void module(const Module& module) {
    span(module.package_span);
    for (const Import* import : module.imports) {
      span(import->span);
      term(*import->path, 0);
    }
    for (const Rule* rule : module.rules) this->rule(*rule);
    for (const Annotation* annotation : module.annotations) span(annotation->span);
    for (const Comment& comment : module.comments) span(comment.span);
  }

  void body(const Body& body, uint32_t depth) {
    span(body.span);
    demand(!body.exprs.empty() || depth == 0);
    for (const Expr* expr : body.exprs) this->expr(*expr, depth + 1);
  }

 private:
  void span(Span s) {
    demand(s.file == file_ && s.begin <= s.end && s.end <= size_);
  }

  void rule(const Rule& rule) {
    span(rule.span);
    span(rule.head.span);
    demand(rule.body != nullptr);
    if (rule.head.ref != nullptr) {
      demand(rule.head.ref->kind == TermKind::kRef && rule.head.ref->items[0]->kind == TermKind::kVar);
      term(*rule.head.ref, 0);
    }
    demand((rule.head.kind == HeadKind::kPartialSet) == (rule.head.key != nullptr));
    demand((rule.head.kind == HeadKind::kFunction) == !rule.head.args.empty());
    for (const Term* arg : rule.head.args) term(*arg, 0);
    if (rule.head.key != nullptr) term(*rule.head.key, 0);
    if (rule.head.value != nullptr) term(*rule.head.value, 0);
    body(*rule.body, 0);
    for (const Rule* branch : rule.else_chain) this->rule(*branch);
  }

  void expr(const Expr& expr, uint32_t depth) {
    demand(depth <= kMaxNesting && expr.height <= kMaxNesting);
    span(expr.span);
    for (const Term* part : {expr.term, expr.key, expr.value, expr.domain}) {
      if (part != nullptr) term(*part, depth + 1);
    }
    demand((expr.kind == ExprKind::kTerm) == (expr.term != nullptr));
    for (const Term* symbol : expr.symbols) term(*symbol, depth + 1);
    for (const Expr* operand : expr.operands) this->expr(*operand, depth + 1);
    if (expr.body != nullptr) body(*expr.body, depth + 1);
    for (const With& with : expr.withs) {
      span(with.span);
      term(*with.target, depth + 1);
      term(*with.value, depth + 1);
    }
  }

  void term(const Term& term, uint32_t depth) {
    demand(depth <= kMaxNesting && term.height <= kMaxNesting);
    span(term.span);
    for (const Term* item : term.items) {
      demand(item->height < term.height);
      this->term(*item, depth + 1);
    }
    demand(term.kind != TermKind::kRef || !term.items.empty());
    demand(term.kind != TermKind::kCall || term.items[0]->kind == TermKind::kRef);
    demand(term.kind != TermKind::kObject || term.items.size() % 2 == 0);
    if (term.body != nullptr) body(*term.body, depth + 1);
  }

  uint32_t file_;
  size_t size_;
};

// Go's quoting knows escapes that Rego does not, and a reference prints its head as if it were a name.
bool is_rego(const std::string& text) {
  return text.find("\\x") == std::string::npos && text.find("\\a") == std::string::npos &&
         text.find("\\v") == std::string::npos && text.find("\\U") == std::string::npos;
}

void check_round_trip(const Body& body, const Language& language) {
  for (const Expr* expr : body.exprs) {
    std::string text = to_text(*expr);
    if (!is_rego(text)) continue;
    SourceMap sources;
    Ast ast;
    std::vector<Diagnostic> diagnostics;
    uint32_t file = sources.add("", text);
    Body* again = parse_query(sources, file, language, ast, diagnostics);
    if (again == nullptr || again->exprs.size() != 1) continue;  // calls of operators may not nest as operators do
    demand(to_text(*again->exprs[0]) == text);
  }
}

void check_diagnostics(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  size_t size = sources.file(0).text.size();
  for (const Diagnostic& diagnostic : diagnostics) {
    demand(diagnostic.span.begin <= diagnostic.span.end && diagnostic.span.end <= size);
    demand(!diagnostic.message.empty() && !diagnostic.id.empty());
    for (const DiagnosticLabel& label : diagnostic.labels) demand(label.span.end <= size);
  }
  render_opa(diagnostics, sources);
  render_json(diagnostics, sources);
  render_human(diagnostics, sources, true);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr RegoVersion kVersions[] = {RegoVersion::kV0, RegoVersion::kV1, RegoVersion::kV0CompatV1};
  Language language;
  language.version = kVersions[data[0] % 3];
  language.experimental_keywords = (data[0] & 0x80) != 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  SourceMap sources;
  uint32_t file = sources.add("fuzz.rego", text);
  {
    Ast ast;
    std::vector<Diagnostic> diagnostics;
    Module* module = parse_module(sources, file, language, ast, diagnostics);
    demand((module == nullptr) == !diagnostics.empty());
    check_diagnostics(diagnostics, sources);
    if (module != nullptr) {
      Checker(file, text.size()).module(*module);
      dump(*module);
    }
  }
  {
    Ast ast;
    std::vector<Diagnostic> diagnostics;
    Body* query = parse_query(sources, file, language, ast, diagnostics);
    demand((query == nullptr) == !diagnostics.empty());
    check_diagnostics(diagnostics, sources);
    if (query != nullptr) {
      Checker(file, text.size()).body(*query, 0);
      check_round_trip(*query, language);
    }
  }
  return 0;
}
