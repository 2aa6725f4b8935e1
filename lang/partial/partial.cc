// Partial evaluation from texts to the residue.
#include "lang/partial/partial.h"

#include "engine/base/meter.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/patterns.h"
#include "lang/frontend.h"
#include "lang/partial/evaluator.h"
#include "lang/partial/prepare.h"
#include "lang/syntax/ast_json.h"
#include "lang/syntax/parse.h"
#include "lang/syntax/print.h"

namespace writ::lang {
namespace {

// What built-ins reach: this evaluation, which is charged for their work, and the host of the caller, if there is one.
class Services : public BuiltinServices {
 public:
  Services(const PartialInput& input, const LanguageOptions& language)
      : input_(input), allowed_hosts_(language.allow_net ? &*language.allow_net : nullptr) {}

  void charge(uint64_t units) override { charge_work(units); }
  Value call_host(std::string_view function, std::span<const Value> args) override {
    return input_.call_host ? input_.call_host(function, args) : Value::undefined();
  }
  void note(std::string_view function, std::string_view text) override {
    if (input_.note) input_.note(function, text);
  }
  PatternCache& patterns() override { return patterns_; }
  ModuleParser module_parser() override { return module_as_json; }
  const std::vector<std::string>* allowed_hosts() override { return allowed_hosts_; }

 private:
  const PartialInput& input_;
  const std::vector<std::string>* allowed_hosts_;
  PatternCache patterns_;
};

[[noreturn]] void refuse(const std::string& why) { throw Failure(ErrorCode::E_POLICY, why); }

}  // namespace

std::vector<std::string> reference_steps(const std::string& text) {
  SourceMap sources;
  Ast ast;
  std::vector<Diagnostic> faults;
  const Term* term = parse_term(sources, sources.add("", text), ast, faults);
  if (term == nullptr) refuse(render_opa(faults, sources));
  if (term->kind == TermKind::kVar) return {std::string(term->text)};
  if (term->kind != TermKind::kRef) refuse("expected ref but got " + to_text(*term));
  std::vector<std::string> steps;
  for (const Term* step : term->items) {
    bool name = step->kind == TermKind::kString || (steps.empty() && step->kind == TermKind::kVar);
    if (!name) refuse("reference with something that is no name: " + text);
    steps.emplace_back(step->text);
  }
  return steps;
}

std::vector<std::vector<std::string>> reference_steps(const std::vector<std::string>& texts) {
  std::vector<std::vector<std::string>> made;
  for (const std::string& text : texts) made.push_back(reference_steps(text));
  return made;
}

PartialResult partial_evaluate(const std::vector<Source>& sources, const CompileOptions& options, const QueryOptions& query,
                               const PartialInput& input, const PartialOptions& partial) {
  PartialResult result;
  result.ast = std::make_unique<Ast>();
  Frontend frontend(options, query, *result.ast, result.sources, result.diagnostics);
  if (!frontend.parse(sources) || !frontend.check() || !frontend.query) return result;
  Arena arena(input.memory_bytes);
  Meter meter;
  meter.begin(input.fuel);
  meter.set_memory(&arena);
  Meter::Scope scope(&meter);
  result.ast->limit_growth(input.memory_bytes);
  try {
    Checker checker(*result.ast, result.sources, options.language, result.diagnostics);
    checker.root = frontend.modules->root.get();
    checker.modules = frontend.modules->modules;
    checker.types = frontend.modules->types;
    Terms terms(*result.ast, arena);
    prepare(terms, *frontend.modules, *frontend.query->body, partial.keep_query_comparisons);
    Services services(input, options.language);
    Evaluator(checker, partial, input, services, arena).run(*frontend.query, result.residue);
  } catch (const Failure& failure) {
    result.error = failure.error();
    result.residue = {};
  }
  result.ast->limit_growth(UINT64_MAX);
  return result;
}

}  // namespace writ::lang
