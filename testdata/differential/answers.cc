// Answers programs for the comparison with OPA: a JSON object a line in, its answers a line out.
//
//   {"id": 1, "modules": ["package a\n…"], "version": "v1", "entries": ["a/p"], "queries": ["x = data.a.p"],
//    "data": {}, "input_term": "{1, 2}", "strict": false}
//   {"id": 1, "answers": [{"rows": [{"x": …}]}, {"error": {"code": "eval_conflict_error", "row": 3, "text": "…"}}]}
//
// A program may be asked as a partial evaluation too; the known input is a term, and the residue is evaluated with each input:
//
//   "partial": {"query": "x = data.a.p", "unknowns": ["input"], "disable_inlining": [], "shallow": false, "known": "{}",
//               "inputs": ["{}"]}
//   "partial": {"queries": […], "support": […], "text": […], "policy": [{"rows": …}], "residue": [{"rows": …}]}
//
// `entries` are answered from one program, as a decision is; they come before `queries`, each of which is compiled beside
// the modules. A program that does not compile has "errors" instead. Values keep their types: a number is
// {"number": "1.5"}, a set {"set": […]}, an object {"object": [[key, value], …]}. The fuel limit of an evaluation
// is lower than usual, so that no program holds the others up.
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/diagnostic.h"
#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/program/program.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "engine/value/value.h"
#include "engine/vm/limits.h"
#include "engine/vm/machine.h"
#include "engine/vm/snapshot.h"
#include "lang/compile.h"
#include "lang/partial/residue_json.h"
#include "lang/syntax/ast_json.h"
#include "testdata/conformance/suite_host.h"
#include "testdata/partial/evaluate.h"

namespace {

using namespace writ;

constexpr uint64_t kFuel = 5'000'000;

void write_typed(JsonWriter& json, const Value& value) {
  switch (value.kind) {
    case Kind::kNumber:
      json.begin_object().member("number", to_json(value)).end_object();
      return;
    case Kind::kArray:
    case Kind::kSet: {
      if (value.is_set()) json.begin_object().key("set");
      json.begin_array();
      for (const Value& item : value.items()) write_typed(json, item);
      json.end_array();
      if (value.is_set()) json.end_object();
      return;
    }
    case Kind::kObject:
      json.begin_object().key("object").begin_array();
      for (const Entry& entry : value.members()) {
        json.begin_array();
        write_typed(json, entry.key);
        write_typed(json, entry.value);
        json.end_array();
      }
      json.end_array().end_object();
      return;
    default: json.raw(to_json(value, {JsonEscape::kText})); return;
  }
}

void write_complaint(JsonWriter& json, std::string_view code, uint64_t row, uint64_t column, std::string_view text) {
  json.begin_object().member("code", code).member("row", row).member("column", column).member("text", text).end_object();
}

template <typename Compiled>
void write_errors(JsonWriter& json, const Compiled& compiled) {
  json.key("errors").begin_array();
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    Position place = diagnostic.span.is_nowhere() ? Position{0, 0} : position_of(diagnostic, compiled.sources);
    std::string text = diagnostic.message;
    if (diagnostic.opa_code == "rego_type_error") {
      for (const std::string& line : diagnostic.lines) text += "\n" + line;
    }
    write_complaint(json, diagnostic.opa_code, place.row, place.column, text);
  }
  json.end_array();
}

// Of an evaluation, which has no column in OPA's driver.
void write_error(JsonWriter& json, const Error& error) {
  json.key("error");
  write_complaint(json, error.opa_code.empty() ? error_code_name(error.code) : error.opa_code, error.row, 0, error.detail);
}

// A program with the documents it is asked about.
class Task {
 public:
  Task(const Value& given, JsonWriter& json) : given_(given), json_(json) {
    if (text_of(given, "version") == "v0") options_.language.version = RegoVersion::kV0;
    if (const Value* schemas = member(given, "schemas"); schemas != nullptr) {
      for (const Entry& schema : schemas->members()) {
        std::string name(schema.key.text());
        options_.language.schemas.push_back({name.empty() ? std::vector<std::string>{} : std::vector{name}, to_json(schema.value)});
      }
    }
    machine_.set_strict_builtin_errors(is_set(given, "strict"));
    Limits limits;
    limits.fuel = kFuel;
    machine_.set_limits(limits);
    machine_.set_module_parser(lang::module_as_json);
    const Value* data = member(given, "data");
    snapshot_ = Snapshot::freeze(data != nullptr && data->is_object() ? *data : Value::sorted_object(nullptr, 0));
  }

  void run() {
    for (const std::string& text : texts_of(member(given_, "modules"))) {
      sources_.push_back({"test-" + std::to_string(sources_.size()) + ".rego", text});
    }
    lang::Compiled compiled = lang::compile(sources_, options_);
    if (compiled.program == nullptr) return write_errors(json_, compiled);
    std::string term = text_of(given_, "input_term");
    if (const Value* input = member(given_, "input"); input != nullptr && term.empty()) input_ = *input;
    if (!term.empty()) input_ = value_of(term);
    json_.key("answers").begin_array();
    for (const std::string& entry : texts_of(member(given_, "entries"))) {
      json_.begin_object();
      evaluate(*compiled.program, compiled.program->entry_function(entry), nullptr);
      json_.end_object();
    }
    for (const std::string& query : texts_of(member(given_, "queries"))) {
      json_.begin_object();
      answer_query(query);
      json_.end_object();
    }
    json_.end_array();
    if (const Value* partial = member(given_, "partial")) answer_partially(*partial);
  }

 private:
  // A term is Rego text and may hold sets: it is evaluated as the query `x = term`.
  Value value_of(const std::string& term) {
    lang::Compiled compiled = lang::compile({}, {}, {"x = " + term, "", {}});
    if (compiled.program == nullptr) throw std::invalid_argument("the term is none: " + term);
    Machine machine;
    machine.bind(compiled.program.get(), nullptr);
    Value rows = machine.evaluate(compiled.query_function, host_);
    return rows.size == 1 ? deep_copy(input_arena_, rows.elements[0].elements[0].elements[0], false) : Value::undefined();
  }

  void answer_partially(const Value& given) {
    json_.key("partial").begin_object();
    lang::PartialInput known;
    known.data = snapshot_->root;
    known.fuel = kFuel;
    if (std::string term = text_of(given, "known"); !term.empty()) known.input = value_of(term);
    lang::PartialResult made = evaluate_case(given, sources_, options_, std::move(known));
    if (!made.diagnostics.empty()) write_errors(json_, made);
    if (made.error) write_error(json_, made.error);
    if (made.ok()) {
      std::vector<std::string> texts = lang::query_texts(made.residue), support = lang::support_texts(made.residue);
      json_.key("text").begin_array();
      for (const auto* list : {&texts, &support}) {
        for (const std::string& text : *list) json_.string(text);
      }
      json_.end_array();
      Arena arena;
      lang::ResidueTrees trees = lang::residue_trees(made.residue, made.sources, *made.ast, arena);
      json_.key("queries").raw(to_json(trees.queries)).key("support").raw(to_json(trees.support));
      answer_inputs("policy", given, text_of(given, "query"));
      add_residue(made.residue);
      answer_inputs("residue", given, texts.empty() ? "x = 1; false" : "x = data.residue.r[_]");
    }
    json_.end_object();
  }

  // The support modules, and the queries as a set of what they give x.
  void add_residue(const lang::Residue& residue) {
    for (const std::string& text : lang::support_texts(residue)) {
      sources_.push_back({"support-" + std::to_string(sources_.size()) + ".rego", text});
    }
    std::string module = "package residue\n";
    for (const std::string& path : lang::query_imports(residue)) module += "import " + path + "\n";
    for (const std::string& query : lang::query_texts(residue)) module += "r contains x if { " + query + " }\n";
    sources_.push_back({"residue.rego", module});
  }

  void answer_inputs(std::string_view name, const Value& given, const std::string& query) {
    json_.key(name).begin_array();
    lang::Compiled compiled = lang::compile(sources_, options_, {query, "", {}});
    for (const std::string& term : texts_of(member(given, "inputs"))) {
      json_.begin_object();
      input_ = value_of(term);
      if (compiled.program == nullptr) {
        write_errors(json_, compiled);
      } else {
        evaluate(*compiled.program, compiled.query_function, &compiled.query);
      }
      json_.end_object();
    }
    json_.end_array();
  }

  void answer_query(const std::string& query) {
    lang::Compiled compiled = lang::compile(sources_, options_, {query, "", {}});
    if (compiled.program == nullptr) return write_errors(json_, compiled);
    evaluate(*compiled.program, compiled.query_function, &compiled.query);
  }

  // Without a shape the value is that of an entry point: one row that binds x, or none.
  void evaluate(const Program& program, uint32_t function, const lang::QueryShape* shape) {
    machine_.bind(&program, snapshot_.get());
    try {
      machine_.begin();
      machine_.set_input(input_, false);
      Value value = function == kNone32 ? Value::undefined() : machine_.evaluate(function, host_);
      std::string text;
      JsonWriter rows(text, json_.format());
      rows.begin_array();
      if (shape == nullptr) {
        if (value.is_defined()) write_row(rows, {"x"}, {&value, 1});
      } else {
        for (const Value& row : value.items()) write_row(rows, shape->bindings, row.elements[0].items());
      }
      rows.end_array();
      json_.key("rows").raw(text);
    } catch (const Failure& failure) {
      write_error(json_, failure.error());
    }
  }

  static void write_row(JsonWriter& json, const std::vector<std::string>& names, std::span<const Value> values) {
    json.begin_object();
    for (size_t i = 0; i < names.size(); ++i) {
      json.key(names[i]);
      write_typed(json, values[i]);
    }
    json.end_object();
  }

  const Value& given_;
  JsonWriter& json_;
  lang::CompileOptions options_;
  std::vector<lang::Source> sources_;
  SuiteHost host_;
  Machine machine_;
  std::shared_ptr<const Snapshot> snapshot_;
  Arena input_arena_;
  Value input_;
};

std::string answer(const std::string& line) {
  std::string id = "null", text;
  try {
    Arena arena;
    Value given = read_json(line, arena, kLineLimits, NumberText::kKept);
    if (const Value* found = member(given, "id")) id = to_json(*found);
    JsonWriter json(text, {JsonEscape::kText});
    json.begin_object().key("id").raw(id);
    Task(given, json).run();
    json.end_object();
  } catch (const std::exception& error) {
    text.clear();
    JsonWriter(text, {JsonEscape::kText}).begin_object().key("id").raw(id).member("panic", error.what()).end_object();
  }
  return text;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::cout << "{\"version\":\"writ\"}" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty()) std::cout << answer(line) << std::endl;
  }
}
