// Answers for the comparison with OPA's partial evaluation and data filters: a JSON object a line in, its answer a line out.
//
//   a case of cases.py                                      {"queries": […], "support": […], "text": […]} or {"error": …}
//   {"queries": ["input.a.b = 1"], "support": […],          {"filters": [[{"query": "WHERE …"}]]}, of each list of targets;
//    "mappings": {…}, "targets": [["sql", "mysql"], …]}     {"errors": […]} in it where the residue is no filter
//   {"modules": […], "query": …, "targets": […], …}         the same, of the residue that is ours
//
// Syntax is JSON as OPA writes it. In a list of targets each pair is a target and its dialect.
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "engine/value/value.h"
#include "lang/partial/filters/filters.h"
#include "lang/partial/partial.h"
#include "lang/partial/residue_json.h"
#include "lang/syntax/parse.h"
#include "testdata/partial/evaluate.h"

namespace {

using namespace writ;

// --- residues --------------------------------------------------------------------------------------------------------

// False, and the answer is an error, if there is no residue.
bool has_residue(JsonWriter& json, const lang::PartialResult& result) {
  if (!result.diagnostics.empty()) json.member("error", render_opa(result.diagnostics, result.sources));
  if (result.error) json.member("error", std::string(error_code_name(result.error.code)) + ": " + result.error.detail);
  return result.ok();
}

void answer_case(JsonWriter& json, const Value& given) {
  Arena arena;
  lang::PartialResult result = evaluate_case(given, arena);
  if (!has_residue(json, result)) return;
  json.key("text").begin_array();
  for (const std::string& text : lang::query_texts(result.residue)) json.string(text);
  for (const std::string& text : lang::support_texts(result.residue)) json.string(text);
  json.end_array().key("imports").begin_array();
  for (const std::string& path : lang::query_imports(result.residue)) json.string(path);
  json.end_array();
  lang::ResidueTrees trees = lang::residue_trees(result.residue, result.sources, *result.ast, arena);
  json.key("queries").raw(to_json(trees.queries)).key("support").raw(to_json(trees.support));
}

// --- filters ---------------------------------------------------------------------------------------------------------

void write_filter(JsonWriter& json, const lang::Filter& filter, bool sql) {
  json.begin_object().key("query");
  if (filter.kind == lang::Filter::Kind::kNothing) {
    json.null();
  } else if (sql) {
    json.string(filter.text);
  } else {
    json.raw(filter.text);
  }
  json.end_object();
}

void write_filters(JsonWriter& json, const lang::Residue& residue, const Value& given) {
  json.key("filters").begin_array();
  for (const Value& list : member(given, "targets")->items()) {
    lang::FilterRequest request;
    if (const Value* mappings = member(given, "mappings")) request.mappings = *mappings;
    std::vector<std::string> words = texts_of(&list);
    for (size_t i = 0; i + 1 < words.size(); i += 2) request.targets.push_back({words[i], words[i + 1]});
    lang::Filters made = lang::make_filters(residue, request);
    json.begin_array();
    if (!made.fault.empty()) json.begin_object().member("fault", made.fault).end_object();
    if (!made.errors.empty()) {
      json.begin_object().key("errors").begin_array();
      for (const Diagnostic& error : made.errors) json.string(error.message + (error.help.empty() ? "" : "\n\t" + error.help));
      json.end_array().end_object();
    }
    for (size_t i = 0; i < made.filters.size(); ++i) write_filter(json, made.filters[i], request.targets[i].target == "sql");
    json.end_array();
  }
  json.end_array();
}

// A residue from its text.
class ReadResidue {
 public:
  explicit ReadResidue(const Value& given) {
    for (const std::string& text : texts_of(member(given, "queries"))) {
      lang::Body* query = text.empty() ? ast_.body({}) : lang::parse_query(sources_, add(text), {}, ast_, diagnostics_);
      if (query != nullptr) residue.queries.push_back(query);
    }
    for (const std::string& text : texts_of(member(given, "support"))) {
      lang::Module* module = lang::parse_module(sources_, add(text), {}, ast_, diagnostics_);
      if (module != nullptr) residue.support.push_back(module);
    }
  }

  std::string fault() const { return diagnostics_.empty() ? "" : render_opa(diagnostics_, sources_); }

  lang::Residue residue;

 private:
  uint32_t add(const std::string& text) { return sources_.add("residue", text); }

  SourceMap sources_;
  lang::Ast ast_;
  std::vector<Diagnostic> diagnostics_;
};

void answer_filters(JsonWriter& json, const Value& given) {
  if (member(given, "modules") != nullptr) {
    Arena arena;
    lang::PartialResult result = evaluate_case(given, arena);
    if (has_residue(json, result)) write_filters(json, result.residue, given);
    return;
  }
  ReadResidue read(given);
  if (std::string fault = read.fault(); !fault.empty()) {
    json.member("fault", fault);
  } else {
    write_filters(json, read.residue, given);
  }
}

std::string answer(const std::string& line) {
  std::string text;
  try {
    Arena arena;
    Value given = read_json(line, arena, kLineLimits, NumberText::kKept);
    JsonWriter json(text, {JsonEscape::kText});
    json.begin_object();
    if (member(given, "targets") != nullptr) {
      answer_filters(json, given);
    } else {
      answer_case(json, given);
    }
    json.end_object();
  } catch (const std::exception& error) {
    text.clear();
    JsonWriter(text, {JsonEscape::kText}).begin_object().member("error", error.what()).end_object();
  }
  return text;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty()) std::cout << answer(line) << std::endl;
  }
}
