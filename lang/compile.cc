// The compiler from end to end: the front end parses and checks, here is the program made. A stage that reports errors is the
// last that runs. What the stages do is said in their headers: lang/frontend.h, lang/plan/lower.h, lang/plan/passes.h,
// lang/plan/emit.h.
#include "lang/compile.h"

#include <algorithm>

#include "lang/frontend.h"
#include "lang/plan/emit.h"
#include "lang/plan/lower.h"
#include "lang/required.h"
#include "lang/syntax/diagnostics.h"

namespace writ::lang {

namespace {

// A rule of fewer bytes never has as many values at a time as a function of a program can hold.
constexpr uint32_t kCertainlySmall = 2048;

bool is_large(const Rule& rule) { return rule.span.end - rule.span.begin >= kCertainlySmall; }

bool has_large_rule(const CheckedModules& modules) {
  return std::any_of(modules.modules.begin(), modules.modules.end(), [](const Module* module) {
    return std::any_of(module->rules.begin(), module->rules.end(), [](const Rule* rule) { return is_large(*rule); });
  });
}

// One compilation on its way through the stages.
class Compilation {
 public:
  Compilation(const CompileOptions& options, const QueryOptions& query, Compiled& result)
      : options_(options), result_(result), frontend_(options, query, ast_, result.sources, result.diagnostics) {}

  void run(const std::vector<Source>& sources) {
    bool parsed = frontend_.parse(sources);
    result_.ast_dump = std::move(frontend_.dump);
    if (parsed && frontend_.check()) generate();
  }

  // False if only making the program tells whether it can be made.
  bool check(const std::vector<Source>& sources) {
    if (!frontend_.parse(sources) || !frontend_.check(CheckPurpose::kErrors)) return true;
    return !has_large_rule(*frontend_.modules);
  }

 private:
  void generate() {
    std::unique_ptr<Plan> plan = lower(*frontend_.modules, frontend_.query ? &*frontend_.query : nullptr, options_.language.functions);
    std::string error = run_passes(*plan, options_.switches, options_.verify_plan);
    if (!error.empty()) return report_bug(error);
    if (options_.keep_dumps) result_.plan_dump = dump(*plan);
    plan->program->sources = result_.sources;
    plan->program->language = options_.language;
    // Passes belong to the fuel model: without one of them a count is in units that have no name.
    plan->program->fuel_model = options_.switches == Switches{} ? kFuelModel : kNoFuelModel;
    std::unique_ptr<Program> program = emit(*plan, result_.diagnostics);
    if (program == nullptr) return;
    error = verify(*program);
    if (!error.empty()) return report_bug(error);
    describe_query();
    result_.program = std::move(program);
    result_.query_function = plan->query_function;
  }

  void describe_query() {
    if (!frontend_.query) return;
    for (const QueryBinding& binding : frontend_.query->bindings) result_.query.bindings.push_back(binding.name);
    for (const CheckedQuery::Captured& captured : frontend_.query->expressions) {
      Position position = result_.sources.position(captured.span.file, captured.span.begin);
      result_.query.expressions.push_back(
          {std::string(result_.sources.text(captured.span)), position.row, position.column});
    }
  }

  // A verifier failure here is a compiler bug; report it.
  void report_bug(const std::string& error) {
    result_.diagnostics.push_back(make_diagnostic(DiagnosticId::kCompilerError, Span::nowhere(), {error}));
  }

  const CompileOptions& options_;
  Compiled& result_;
  Ast ast_;
  Frontend frontend_;
};

}  // namespace

Compiled check(const std::vector<Source>& sources, const CompileOptions& options) {
  QueryOptions no_query;
  {
    Compiled result;
    if (Compilation(options, no_query, result).check(sources)) return result;
  }
  Compiled result = compile(sources, options, no_query);
  result.program.reset();
  return result;
}

Required required(const std::vector<Source>& sources, const CompileOptions& options) {
  Required result;
  QueryOptions no_query;
  Ast ast;
  Frontend frontend(options, no_query, ast, result.sources, result.diagnostics);
  if (frontend.parse(sources)) result.capabilities = frontend.required();
  return result;
}

Compiled compile(const std::vector<Source>& sources, const CompileOptions& options, const QueryOptions& query) {
  Compiled result;
  Compilation(options, query, result).run(sources);
  return result;
}

}  // namespace writ::lang
