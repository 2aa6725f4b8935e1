#include "lang/frontend.h"

#include <algorithm>
#include <tuple>

#include "lang/check/required.h"
#include "lang/syntax/diagnostics.h"

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

}  // namespace

bool Frontend::parse(const std::vector<Source>& sources) {
  if (!check_capabilities()) return false;
  for (const Source& source : sources) {
    uint32_t file = sources_.add(source.name, source.text);
    Language language = language_as(options_.language.version_of(source.name));
    Module* module = parse_module(sources_, file, language, ast_, diagnostics_);
    if (module == nullptr) continue;
    if (options_.keep_dumps) dump += writ::lang::dump(*module);
    parsed_.push_back(module);
  }
  check_annotations(ast_, sources_, parsed_, diagnostics_);
  parse_query_text();
  sort_parse_errors(diagnostics_);
  return diagnostics_.empty();
}

// Whether the modules can be read at all with what is offered.
bool Frontend::check_capabilities() const {
  const LanguageOptions& language = options_.language;
  auto refuse = [&](const std::string& why) {
    diagnostics_.push_back(make_diagnostic(DiagnosticId::kIllegalCapabilities, Span::nowhere(), {why}));
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
Language Frontend::language_as(RegoVersion version) const {
  Language language;
  language.version = version;
  language.experimental_keywords = options_.language.experimental_keywords;
  language.words = options_.language.words;
  return language;
}

// Names of the query are resolved as in a module of its own, which holds the package and the imports.
void Frontend::parse_query_text() {
  if (query_options_.text.empty()) return;
  const auto& [text, package, imports, capture, version] = query_options_;
  Language language = language_as(version.value_or(options_.language.version));
  if (!package.empty() || !imports.empty()) {
    std::string header = "package " + (package.empty() ? "writ_query" : package) + "\n";
    for (const std::string& import : imports) header += "import " + import + "\n";
    uint32_t file = sources_.add("", header);
    scope_ = parse_module(sources_, file, language, ast_, diagnostics_);
  }
  uint32_t file = sources_.add("", text);
  parsed_query_ = parse_query(sources_, file, language, ast_, diagnostics_, scope_);
}

std::optional<Capabilities> Frontend::required() {
  return find_required(ast_, sources_, parsed_, options_.language, diagnostics_);
}

bool Frontend::check(CheckPurpose purpose) {
  modules = check_modules(ast_, sources_, parsed_, options_.language, diagnostics_, purpose);
  if (modules == nullptr || parsed_query_ == nullptr) return modules != nullptr;
  ParsedQuery parsed{parsed_query_, {}, {}, query_options_.capture};
  if (scope_ != nullptr) {
    if (!query_options_.package.empty()) parsed.package = scope_->package;
    parsed.imports = scope_->imports;
  }
  LanguageOptions language = options_.language;
  language.strict = false;
  query = check_query(ast_, sources_, *modules, parsed, language, diagnostics_);
  return query.has_value();
}

}  // namespace writ::lang
