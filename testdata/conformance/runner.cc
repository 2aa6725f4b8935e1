// Runs OPA's test-suite, or any cases of its format, against the engine.
//
//   writ_conformance [--verbose] [--modes] PATH…
//
// A PATH is a .jsonl file of cases or a folder that is searched for such files. A case with a query is an evaluation case,
// one without is a compile case. The Rego version is the case's `rego_version`, else what the name of its folder says ("v0",
// "v1", "topdown_v0"), else v1. Closes with `N passed, N failed, N skipped`.
//
// With --modes each evaluation case that passes is run again in all modes of testdata/cases/modes.h (written to a file and read
// back, without the index, without any optimisation, recorded, replayed from the record), and once more with the experimental
// keywords: all must give the same answer.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/order.h"
#include "engine/value/text.h"
#include "engine/vm/machine.h"
#include "lang/compile.h"
#include "lang/syntax/ast_json.h"
#include "lang/syntax/parse.h"
#include "testdata/cases/modes.h"
#include "testdata/conformance/suite_host.h"

namespace {

using namespace writ;

constexpr JsonLimits kCaseLimits{256ull << 20, 512};

// --- cases -----------------------------------------------------------------------------------------------------------

const Value* member(const Value& object, std::string_view name) { return object_find(object, name); }

std::string text_member(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found != nullptr && found->is_string() ? std::string(found->text()) : "";
}

bool true_member(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found != nullptr && found->is_true();
}

struct Outcome {
  bool passed = false;
  std::string reason;
  static Outcome pass() { return {true, ""}; }
  static Outcome fail(std::string reason) { return {false, std::move(reason)}; }
};

class Case {
 public:
  Case(const Value& object, RegoVersion version) : case_(object), version_(version) {
    std::string given = text_member(object, "rego_version");
    if (given == "v0") version_ = RegoVersion::kV0;
    if (given == "v1") version_ = RegoVersion::kV1;
    if (given == "v2") version_ = RegoVersion::kV2;
    if (given == "v0-compat-v1") version_ = RegoVersion::kV0CompatV1;
  }

  Outcome run() { return member(case_, "query") != nullptr ? evaluation() : compilation(); }

  // Whether all modes agree, with the experimental keywords and without.
  Outcome run_modes() {
    if (member(case_, "query") == nullptr) return Outcome::pass();
    Arena arena;
    cases::CaseInput given;
    given.sources = sources();
    given.compile = options();
    given.compile.verify_plan = true;
    given.query = query();
    const Value* data = member(case_, "data");
    if (data != nullptr && data->is_object()) given.data = to_json(*data);
    if (!text_member(case_, "input_term").empty()) {
      given.input_value.emplace();
      if (!read_input(arena, &*given.input_value)) return Outcome::fail("the input term does not evaluate");
    } else if (const Value* input = member(case_, "input")) {
      given.input = to_json(*input);
    }
    given.strict_errors = true_member(case_, "strict_error");
    cases::ModeResults plain = cases::run_all_modes(given, {.record = true, .tighten = false});
    if (!plain.failures.empty()) return Outcome::fail(plain.failures.front());
    given.compile.language.experimental_keywords = true;
    cases::ModeResults experimental = cases::run_all_modes(given, {.record = true, .tighten = false});
    if (!experimental.failures.empty()) return Outcome::fail("experimental keywords: " + experimental.failures.front());
    // What a module uses as a name is a keyword then.
    if (experimental.answer.diagnostics.find("unexpected or keyword") != std::string::npos) return Outcome::pass();
    if (experimental.answer.text == plain.answer.text && experimental.answer.error == plain.answer.error) return Outcome::pass();
    return Outcome::fail("with experimental keywords the answer is " + experimental.answer.text + experimental.answer.error +
                         experimental.answer.diagnostics + ", and was " + plain.answer.text + plain.answer.error);
  }

 private:
  std::vector<lang::Source> sources() const {
    std::vector<lang::Source> sources;
    if (const Value* modules = member(case_, "modules")) {
      for (const Value& text : modules->items()) {
        sources.push_back({"test-" + std::to_string(sources.size()) + ".rego", std::string(text.text())});
      }
    }
    return sources;
  }

  lang::CompileOptions options() const {
    lang::CompileOptions options;
    options.language.version = version_;
    options.language.experimental_keywords = true_member(case_, "experimental_keywords");
    options.language.strict = true_member(case_, "strict");
    options.language.keep_print = true_member(case_, "print_statements");
    options.language.functions = {{"test.sleep", 1}};  // the suite's harness has it
    return options;
  }

  // Queries of the suite are v1, whatever the modules are.
  lang::QueryOptions query() const {
    lang::QueryOptions query;
    query.text = text_member(case_, "query");
    query.version = RegoVersion::kV1;
    return query;
  }

  Outcome evaluation() {
    lang::Compiled compiled = lang::compile(sources(), options(), query());
    if (compiled.program == nullptr) return failed(render_opa(compiled.diagnostics, compiled.sources), "");
    const Value* data = member(case_, "data");
    auto snapshot = Snapshot::freeze(data != nullptr && data->is_object() ? *data : Value::sorted_object(nullptr, 0));
    Machine machine;
    machine.set_module_parser(lang::module_as_json);
    machine.set_strict_builtin_errors(true_member(case_, "strict_error"));
    machine.bind(compiled.program.get(), snapshot.get());
    SuiteHost host;
    Value rows;
    Arena input_arena;  // the rows may point into it
    try {
      Value input;
      if (!read_input(input_arena, &input)) return Outcome::fail("the input term does not evaluate");
      machine.set_input(input, false);
      rows = machine.evaluate(compiled.query_function, host);
    } catch (const Failure& failure) {
      const Error& error = failure.error();
      std::string code = error.opa_code.empty() ? std::string(error_code_name(error.code)) : error.opa_code;
      return failed(error.file + ":" + std::to_string(error.row) + ": " + code + ": " + error.detail, code);
    }
    return compare_rows(compiled.query, rows);
  }

  // An `input_term` is Rego text and may hold sets: it is evaluated as the query `x = term`.
  bool read_input(Arena& arena, Value* input) {
    std::string term = text_member(case_, "input_term");
    if (term.empty()) {
      if (const Value* given = member(case_, "input")) *input = *given;
      return true;
    }
    lang::Compiled compiled = lang::compile({}, {}, {"x = " + term});
    if (compiled.program == nullptr) return false;
    Machine machine;
    machine.bind(compiled.program.get(), nullptr);
    SuiteHost host;
    Value rows = machine.evaluate(compiled.query_function, host);
    if (rows.size != 1) return false;
    *input = deep_copy(arena, rows.elements[0].elements[0].elements[0], false);
    return true;
  }

  // A failure is what some cases want.
  Outcome failed(const std::string& text, const std::string& code) const {
    std::string want_error = text_member(case_, "want_error");
    std::string want_code = text_member(case_, "want_error_code");
    if (want_error.empty() && want_code.empty()) return Outcome::fail("unexpected error: " + text);
    if (!want_error.empty() && text.find(want_error) == std::string::npos) {
      return Outcome::fail("wanted the error «" + want_error + "», got: " + text);
    }
    if (!want_code.empty() && code != want_code) return Outcome::fail("wanted code " + want_code + ", got: " + text);
    return Outcome::pass();
  }

  Outcome compare_rows(const lang::QueryShape& shape, const Value& rows) {
    const Value* want = member(case_, "want_result");
    if (want == nullptr) return Outcome::fail("wanted an error, got " + to_rego(rows));
    Arena arena;
    std::vector<Value> got;
    for (const Value& row : rows.items()) got.push_back(binding_object(shape, row.elements[0], arena));
    Value got_set = make_set(arena, got);
    Value want_set = make_set(arena, want->items());
    if (equal(got_set, want_set)) return Outcome::pass();
    return Outcome::fail("wanted " + to_rego(want_set) + ", got " + to_rego(got_set));
  }

  // Through JSON, as the suite compares: sets become arrays, keys become text.
  Value binding_object(const lang::QueryShape& shape, const Value& values, Arena& arena) {
    std::vector<Entry> entries;
    for (size_t i = 0; i < shape.bindings.size(); ++i) {
      if (true_member(case_, "ignore_generated_vars") && shape.bindings[i].starts_with("__localq")) continue;
      Value value = read_json(to_json(values.elements[i], {JsonEscape::kText}), arena, kCaseLimits);
      if (true_member(case_, "sort_bindings") && value.is_array()) {
        auto* sorted = arena.allocate_array<Value>(value.size);
        std::copy_n(value.elements, value.size, sorted);
        std::stable_sort(sorted, sorted + value.size, less);
        value = Value::array(sorted, value.size);
      }
      entries.push_back({make_string(arena, shape.bindings[i]), value});
    }
    return make_object(arena, entries);
  }

  Outcome compilation() {
    lang::Compiled compiled = lang::compile(sources(), options());
    if (compiled.program != nullptr) return Outcome::fail("it compiles");
    const Value* wanted = member(case_, "want_errors");
    if (wanted == nullptr) return Outcome::fail("the case wants nothing");
    std::string got = render_opa(compiled.diagnostics, compiled.sources);
    for (const Value& want : wanted->items()) {
      bool found = std::any_of(compiled.diagnostics.begin(), compiled.diagnostics.end(),
                               [&](const Diagnostic& diagnostic) { return matches(want, diagnostic, compiled.sources); });
      if (!found) return Outcome::fail("wanted " + to_rego(want) + ", got " + got);
    }
    if (true_member(case_, "exhaustive") && compiled.diagnostics.size() != wanted->size) {
      return Outcome::fail("wanted exactly " + to_rego(*wanted) + ", got " + got);
    }
    return Outcome::pass();
  }

  static bool matches(const Value& want, const Diagnostic& diagnostic, const SourceMap& sources) {
    Position position = sources.position(diagnostic.span.file, diagnostic.span.begin);
    auto number = [&](std::string_view name, uint32_t value) {
      const Value* given = member(want, name);
      return given == nullptr || (given->is_int64() && given->integer == value);
    };
    std::string module = text_member(want, "module");
    return diagnostic.opa_code == text_member(want, "code") && number("row", position.row) &&
           number("col", position.column) && diagnostic.message == text_member(want, "message") &&
           sources.file(diagnostic.span.file).name == (module.empty() ? "test-0.rego" : module);
  }

  const Value& case_;
  RegoVersion version_;
};

// --- files -------------------------------------------------------------------------------------------------

std::vector<std::filesystem::path> case_files(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    if (std::filesystem::is_directory(path)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
      }
    } else {
      files.emplace_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

RegoVersion version_of(const std::filesystem::path& file) {
  std::string folder = file.parent_path().filename().string();
  return folder == "v0" || folder == "topdown_v0" ? RegoVersion::kV0 : RegoVersion::kV1;
}

std::string folder_of(const std::filesystem::path& file) { return file.parent_path().filename().string(); }

struct Tally {
  uint64_t passed = 0, failed = 0;
};

class Runner {
 public:
  Runner(bool verbose, bool modes) : verbose_(verbose), modes_(modes) {}

  // False if a file cannot be read.
  bool run(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) {
      std::cerr << "cannot read " << file.string() << "\n";
      return false;
    }
    uint64_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (line.empty()) continue;
      Arena arena;
      Value object;
      try {
        object = read_json(line, arena, kCaseLimits, NumberText::kKept);
      } catch (const Failure& failure) {
        std::cerr << file.string() << ":" << number << ": " << failure.what() << "\n";
        return false;
      }
      run_one(folder_of(file) + "/" + text_member(object, "note"), object, version_of(file));
    }
    return true;
  }

  int finish() {
    std::cout << tally_.passed << " passed, " << tally_.failed << " failed, 0 skipped\n";
    return tally_.failed == 0 ? 0 : 1;
  }

 private:
  void run_one(const std::string& key, const Value& object, RegoVersion version) {
    Outcome outcome;
    try {
      Case suite_case(object, version);
      outcome = suite_case.run();
      if (outcome.passed && modes_) outcome = suite_case.run_modes();
    } catch (const std::exception& error) {
      outcome = Outcome::fail(std::string("the runner was stopped by: ") + error.what());
    }
    if (outcome.passed) {
      ++tally_.passed;
    } else {
      report(key, outcome.reason);
      ++tally_.failed;
    }
  }

  void report(const std::string& key, const std::string& reason) {
    std::cout << "FAIL " << key << ": " << (verbose_ ? reason : reason.substr(0, 300)) << "\n";
  }

  bool verbose_, modes_;
  Tally tally_;
};

}  // namespace

int main(int argc, char** argv) {
  bool verbose = false, modes = false;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    std::string arg = argv[i];
    if (arg == "--verbose") {
      verbose = true;
    } else if (arg == "--modes") {
      modes = true;
    } else {
      paths.push_back(arg);
    }
  }
  if (paths.empty()) {
    std::cerr << "usage: writ_conformance [--verbose] [--modes] PATH…\n";
    return 2;
  }
  Runner runner(verbose, modes);
  for (const auto& file : case_files(paths)) {
    if (!runner.run(file)) return 2;
  }
  return runner.finish();
}
