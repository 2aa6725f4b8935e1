// The compiler from end to end. Compilation::run reads like a table of contents: parse all modules and the query, check them,
// make the program. A stage that reports errors is the last that runs. What the stages do is said in their headers:
// lang/syntax/parse.h, lang/check/check.h, lang/plan/lower.h, lang/plan/passes.h, lang/plan/emit.h.
#include "lang/compile.h"

#include <algorithm>
#include <optional>

#include "lang/check/check.h"
#include "lang/plan/emit.h"
#include "lang/plan/lower.h"
#include "lang/syntax/diagnostics.h"
#include "lang/syntax/parse.h"

namespace writ::lang {

namespace {

// By place, the files in the order in which they were given; what is said twice, once.
void sort_parse_errors(std::vector<Diagnostic>& errors) {
  auto place = [](const Diagnostic& error) { return std::pair(error.span.file, error.span.begin); };
  std::stable_sort(errors.begin(), errors.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  auto again = [&](const Diagnostic& a, const Diagnostic& b) { return place(a) == place(b) && a.message == b.message; };
  errors.erase(std::unique(errors.begin(), errors.end(), again), errors.end());
}

// One compilation on its way through the stages.
class Compilation {
 public:
  Compilation(const CompileOptions& options, const QueryOptions& query, Compiled& result)
      : options_(options), query_options_(query), result_(result) {}

  void run(const std::vector<Source>& sources) {
    if (!parse(sources)) return;
    if (!check()) return;
    generate();
  }

 private:
  bool parse(const std::vector<Source>& sources) {
    if (!check_capabilities()) return false;
    for (const Source& source : sources) {
      uint32_t file = result_.sources.add(source.name, source.text);
      Language language = language_as(options_.language.version_of(source.name));
      Module* module = parse_module(result_.sources, file, language, ast_, result_.diagnostics);
      if (module == nullptr) continue;
      if (options_.keep_dumps) result_.ast_dump += dump(*module);
      modules_.push_back(module);
    }
    check_annotations(ast_, result_.sources, modules_, result_.diagnostics);
    parse_query_text();
    sort_parse_errors(result_.diagnostics);
    return result_.diagnostics.empty();
  }

  // Whether the modules can be read at all with what is offered.
  bool check_capabilities() {
    const LanguageOptions& language = options_.language;
    auto refuse = [&](const std::string& why) {
      result_.diagnostics.push_back(make_diagnostic(DiagnosticId::kIllegalCapabilities, Span::nowhere(), {why}));
      return false;
    };
    if (language.capabilities != nullptr && !language.capabilities->unknown_keywords.empty()) {
      return refuse("unknown keyword: " + language.capabilities->unknown_keywords.front());
    }
    for (auto [version, word, name] : {std::tuple{RegoVersion::kV1, Word::kRegoV1, "v1"}, {RegoVersion::kV2, Word::kRegoV2, "v2"}}) {
      bool used = language.version == version ||
                  std::any_of(language.module_versions.begin(), language.module_versions.end(),
                              [version = version](const ModuleVersion& module) { return module.version == version; });
      if (!used || language.offers(word, version)) continue;
      std::string feature(words()[static_cast<size_t>(word)].name);
      return refuse(feature + " feature required for parsing " + name + " Rego");
    }
    return true;
  }

  // As options_ say, but for the version; what is said of single modules does not count here.
  Language language_as(RegoVersion version) const {
    Language language;
    language.version = version;
    language.experimental_keywords = options_.language.experimental_keywords;
    language.words = options_.language.words;
    return language;
  }

  // Names of the query are resolved as in a module of its own, which holds the package and the imports.
  void parse_query_text() {
    if (query_options_.text.empty()) return;
    const auto& [text, package, imports, capture, version] = query_options_;
    Language language = language_as(version.value_or(options_.language.version));
    if (!package.empty() || !imports.empty()) {
      std::string header = "package " + (package.empty() ? "writ_query" : package) + "\n";
      for (const std::string& import : imports) header += "import " + import + "\n";
      uint32_t file = result_.sources.add("", header);
      query_scope_ = parse_module(result_.sources, file, language, ast_, result_.diagnostics);
    }
    uint32_t file = result_.sources.add("", text);
    query_ = parse_query(result_.sources, file, language, ast_, result_.diagnostics, query_scope_);
  }

  bool check() {
    checked_ = check_modules(ast_, result_.sources, modules_, options_.language, result_.diagnostics);
    if (checked_ == nullptr || query_ == nullptr) return checked_ != nullptr;
    ParsedQuery parsed{query_, {}, {}, query_options_.capture};
    if (query_scope_ != nullptr) {
      if (!query_options_.package.empty()) parsed.package = query_scope_->package;
      parsed.imports = query_scope_->imports;
    }
    LanguageOptions language = options_.language;
    language.strict = false;
    checked_query_ = check_query(ast_, result_.sources, *checked_, parsed, language, result_.diagnostics);
    return checked_query_.has_value();
  }

  void generate() {
    std::unique_ptr<Plan> plan = lower(*checked_, checked_query_ ? &*checked_query_ : nullptr, options_.language.functions);
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
    if (!checked_query_) return;
    for (const QueryBinding& binding : checked_query_->bindings) result_.query.bindings.push_back(binding.name);
    for (const CheckedQuery::Captured& captured : checked_query_->expressions) {
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
  const QueryOptions& query_options_;
  Compiled& result_;
  Ast ast_;
  std::vector<Module*> modules_;
  Module* query_scope_ = nullptr;
  Body* query_ = nullptr;
  std::unique_ptr<CheckedModules> checked_;
  std::optional<CheckedQuery> checked_query_;
};

}  // namespace

Compiled compile(const std::vector<Source>& sources, const CompileOptions& options, const QueryOptions& query) {
  Compiled result;
  Compilation(options, query, result).run(sources);
  return result;
}

}  // namespace writ::lang
