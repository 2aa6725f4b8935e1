#include "testdata/partial/evaluate.h"

#include <span>
#include <utility>

#include "engine/value/text.h"
#include "testdata/conformance/suite_host.h"

namespace writ {
namespace {

// Keywords are imported behind the package.
lang::Source source_of(const Value& module, size_t number) {
  std::string text = text_of(module, "text");
  std::string imports;
  for (const std::string& keyword : texts_of(member(module, "keywords"))) {
    std::string import = "import future.keywords." + keyword;
    if (text.find(import) == std::string::npos) imports += "\n" + import;
  }
  size_t at = text.find("package ");
  at = at == std::string::npos ? text.size() : text.find_first_of(" \t\n;", at + 8);
  if (!imports.empty()) text.insert(at == std::string::npos ? text.size() : at, imports);
  return {"test-" + std::to_string(number) + ".rego", text};
}

Value document(const Value& given, std::string_view name, Arena& arena) {
  const Value* found = member(given, name);
  if (found == nullptr) return Value::undefined();
  if (found->is_string()) return found->text().empty() ? Value::undefined() : read_json(found->text(), arena, kLineLimits);
  return *found;
}

}  // namespace

const Value* member(const Value& object, std::string_view name) { return object_find(object, name); }

std::vector<std::string> texts_of(const Value* list) {
  std::vector<std::string> made;
  if (list != nullptr && list->is_array()) {
    for (const Value& text : list->items()) made.emplace_back(text.text());
  }
  return made;
}

std::string text_of(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found != nullptr && found->is_string() ? std::string(found->text()) : "";
}

bool is_set(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found != nullptr && found->is_true();
}

lang::PartialResult evaluate_case(const Value& given, Arena& arena) {
  std::vector<lang::Source> sources;
  for (const Value& module : member(given, "modules")->items()) {
    sources.push_back(module.is_string() ? lang::Source{"test-" + std::to_string(sources.size()) + ".rego", std::string(module.text())}
                                         : source_of(module, sources.size()));
  }
  lang::PartialInput input;
  input.data = document(given, "data", arena);
  input.input = document(given, "input", arena);
  return evaluate_case(given, sources, {}, std::move(input));
}

lang::PartialResult evaluate_case(const Value& given, const std::vector<lang::Source>& sources, const lang::CompileOptions& compile,
                                  lang::PartialInput input) {
  lang::PartialOptions options;
  options.unknowns = lang::reference_steps(texts_of(member(given, "unknowns")));
  options.disable_inlining = lang::reference_steps(texts_of(member(given, "disable_inlining")));
  options.shallow_inlining = is_set(given, "shallow");
  options.nondeterministic_builtins = is_set(given, "nondeterministic");
  if (is_set(given, "skip_namespace")) options.package.clear();
  bool is_of_opa = member(given, "group") != nullptr;  // a case of OPA's tests, which are traced
  options.keep_query_comparisons = is_of_opa;
  options.inline_false_defaults = is_of_opa || is_set(given, "inline_false_defaults");
  SuiteHost host;
  Arena answers;
  input.call_host = [&](std::string_view function, std::span<const Value> args) { return host.call(function, args, answers); };
  lang::QueryOptions query{text_of(given, "query"), "", {}};
  for (const std::string& keyword : texts_of(member(given, "keywords"))) query.imports.push_back("future.keywords." + keyword);
  return lang::partial_evaluate(sources, compile, query, input, options);
}

}  // namespace writ
