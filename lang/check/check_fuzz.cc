// Any text that parses: the check ends, and what it lets pass is in the core form: nothing of the surface is left, and
// calls are only where they may be.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "lang/check/check.h"
#include "lang/syntax/parse.h"

namespace {

using namespace writ::lang;

void require(bool truth, const Expr& e) {
  if (truth) return;
  std::fprintf(stderr, "not in core form: %s\n", to_text(e).c_str());
  std::abort();
}

void check_body(const Body& body);

bool is_reference_or_closure(const Term& t) {
  return t.kind == TermKind::kRef || t.kind == TermKind::kArrayComprehension ||
         t.kind == TermKind::kSetComprehension || t.kind == TermKind::kObjectComprehension;
}

// `whole`: the term may be a reference or a comprehension itself; what is below it may not.
void check_term(const Term* t, const Expr& e, bool whole) {
  if (t == nullptr) return;
  require(t->kind != TermKind::kCall && t->kind != TermKind::kTemplate, e);
  require(whole || !is_reference_or_closure(*t), e);
  for (const Term* item : t->items) check_term(item, e, false);
  if (t->body != nullptr) check_body(*t->body);
}

void check_call(const Term& call, const Expr& e) {
  std::string op = to_text(*call.items[0]);
  bool sides = call.items.size() == 3 && (op == "eq" || op == "equal");
  for (size_t i = 1; i < call.items.size(); ++i) check_term(call.items[i], e, sides);
}

void check_statement(const Expr& e) {
  require(e.kind == ExprKind::kTerm, e);
  if (e.term->kind != TermKind::kCall) return check_term(e.term, e, true);
  std::string op = to_text(*e.term->items[0]);
  require(op != "assign" && op != "print", e);
  if (op != "eq" || e.term->items[2]->kind != TermKind::kCall) return check_call(*e.term, e);
  check_term(e.term->items[1], e, false);
  check_call(*e.term->items[2], e);
}

void check_body(const Body& body) {
  if (body.exprs.empty()) std::abort();
  for (const Expr* e : body.exprs) {
    for (const With& w : e->withs) check_term(w.value, *e, true);
    if (e->kind == ExprKind::kEvery) {
      check_term(e->domain, *e, false);
      check_body(*e->body);
    } else if (e->operands.empty()) {
      check_statement(*e);
    } else {
      for (const Expr* operand : e->operands) {
        require(operand->kind == ExprKind::kBlock, *e);
        check_body(*operand->body);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  writ::SourceMap sources;
  Ast ast;
  std::vector<writ::Diagnostic> diagnostics;
  uint32_t file = sources.add("fuzz.rego", std::string(reinterpret_cast<const char*>(bytes) + 1, size - 1));
  writ::RegoVersion version = bytes[0] & 1 ? writ::RegoVersion::kV0 : writ::RegoVersion::kV1;
  Module* module = parse_module(sources, file, {version, (bytes[0] & 2) != 0}, ast, diagnostics);
  if (module == nullptr) return 0;
  writ::LanguageOptions options;
  options.strict = bytes[0] & 4;
  options.keep_print = bytes[0] & 8;
  auto checked = check_modules(ast, sources, {module}, options, diagnostics);
  if ((checked == nullptr) != !diagnostics.empty()) std::abort();
  if (checked == nullptr) return 0;
  for (const Rule* rule : module->rules) {
    check_body(*rule->body);
    for (const Rule* branch : rule->else_chain) check_body(*branch->body);
  }
  return 0;
}
