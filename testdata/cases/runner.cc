// Runs the cases of this folder, random programs and OPA's suite, each in every mode of the engine (modes.h).
//
//   writ_cases [--update] [--verbose] PATH…      cases; a folder is searched for *.case (case_file.h)
//   writ_cases --random N [--seed S]             N random programs (random_program.h)
//   writ_cases --print-random N [--seed S]       the same programs and the answers as JSON lines, to compare elsewhere
//   writ_cases --conformance FOLDER              OPA's suite, as JSON lines: only that all modes agree
//
// With --update the expectations of cases are rewritten in place, so that a change shows as a difference of
// texts. Closes with `N passed, N failed, N skipped`.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "engine/vm/machine.h"
#include "testdata/cases/case_file.h"
#include "testdata/cases/modes.h"
#include "testdata/cases/random_program.h"

namespace {

using namespace writ;
using namespace writ::cases;

struct Tally {
  uint64_t passed = 0, failed = 0, skipped = 0;
  int finish() const {
    std::cout << passed << " passed, " << failed << " failed, " << skipped << " skipped\n";
    return failed == 0 ? 0 : 1;
  }
};

std::vector<std::filesystem::path> files_below(const std::vector<std::string>& paths, const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    if (std::filesystem::is_directory(path)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.path().extension() == extension) files.push_back(entry.path());
      }
    } else {
      files.emplace_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// --- Cases -----------------------------------------------------------------------------------------------------------

class CaseRun {
 public:
  CaseRun(std::filesystem::path path, bool update) : path_(std::move(path)), update_(update) {}

  // What is wrong, one a line; nothing if the case passes.
  std::vector<std::string> run() {
    CaseFile file = parse_case(read_file(path_));
    for (const Section& section : file.sections) check_name(section);
    CaseInput given = read_case_input(file, failures_);
    if (!failures_.empty()) return std::move(failures_);
    if (!given.entry.empty() || !given.query.text.empty()) evaluate(file, given);
    if (file.find("diagnostics") != nullptr && given.entry.empty() && given.query.text.empty()) {
      given.entry = "-";
      expect(file, "diagnostics", run_all_modes(given, {false, false}).answer.diagnostics);
    }
    if (file.find("bytecode") != nullptr) expect(file, "bytecode", bytecode_of(given));
    if (file.find("plan") != nullptr) expect(file, "plan", plan_of(given));
    if (!expects_) failures_.push_back("the case expects nothing");
    if (update_) std::ofstream(path_, std::ios::binary | std::ios::trunc) << file.text();
    return std::move(failures_);
  }

 private:
  static constexpr std::string_view kNames[] = {"policy", "data",  "input", "query", "entry",       "options",  "result",
                                                "error",  "notes", "fuel",  "diagnostics", "bytecode", "plan"};

  void check_name(const Section& section) {
    if (std::find(std::begin(kNames), std::end(kNames), section.name) == std::end(kNames)) {
      failures_.push_back("unknown section «" + section.name + "»");
    }
  }

  void evaluate(CaseFile& file, const CaseInput& given) {
    ModeResults results = run_all_modes(given, {});
    failures_.insert(failures_.end(), results.failures.begin(), results.failures.end());
    const Answer& answer = results.answer;
    if (update_) set_kind(file, answer);
    if (!answer.diagnostics.empty() || file.find("diagnostics") != nullptr) {
      expect(file, "diagnostics", answer.diagnostics);
      return;
    }
    expect(file, answer.error.empty() ? "result" : "error", answer.error.empty() ? answer.text : answer.error);
    if (file.find("notes") != nullptr) expect(file, "notes", answer.notes);
    if (file.find("fuel") != nullptr) expect(file, "fuel", std::to_string(answer.fuel));
  }

  // An answer of another kind than expected so far takes the place of the old expectation.
  static void set_kind(CaseFile& file, const Answer& answer) {
    const char* kind = !answer.diagnostics.empty() ? "diagnostics" : answer.error.empty() ? "result" : "error";
    for (const char* name : {"result", "error", "diagnostics"}) {
      if (Section* section = file.find(name)) {
        if (file.find(kind) == nullptr) section->name = kind;
      }
    }
    if (file.find(kind) == nullptr) file.sections.push_back({kind, "", ""});
  }

  void expect(CaseFile& file, const std::string& name, const std::string& got) {
    expects_ = true;
    Section* section = file.find(name);
    if (section == nullptr) {
      failures_.push_back("there is no section for the " + name + ": " + got);
      return;
    }
    if (trim(section->text) == trim(got)) return;
    if (update_) {
      section->text = std::string(trim(got)) + "\n";
    } else {
      std::string want(trim(section->text));
      failures_.push_back("the " + name + " is\n" + got + "\nand was expected to be\n" + want);
    }
  }

  std::filesystem::path path_;
  bool update_;
  bool expects_ = false;
  std::vector<std::string> failures_;
};

void report(const std::string& name, const std::vector<std::string>& failures, size_t length) {
  for (const std::string& failure : failures) std::cout << "FAIL " << name << ": " << failure.substr(0, length) << "\n";
}

template <class Run>
void run_one(const std::string& name, bool verbose, Tally& tally, Run run) {
  std::vector<std::string> failures;
  try {
    failures = run();
  } catch (const std::exception& error) {
    failures.push_back(std::string("the runner was stopped by: ") + error.what());
  }
  report(name, failures, verbose ? std::string::npos : 2000);
  ++(failures.empty() ? tally.passed : tally.failed);
}

int run_cases(const std::vector<std::string>& paths, bool update, bool verbose) {
  Tally tally;
  for (const auto& path : files_below(paths, ".case")) {
    run_one(path.filename().string(), verbose, tally, [&] { return CaseRun(path, update).run(); });
  }
  if (tally.passed + tally.failed == 0) {
    std::cerr << "no cases found\n";
    return 2;
  }
  return tally.finish();
}

// --- Random programs -------------------------------------------------------------------------------------------------

CaseInput case_input_of(const RandomProgram& program) {
  CaseInput given;
  given.sources = {{"random.rego", program.policy}};
  given.data = program.data;
  given.input = program.input;
  given.entry = program.entry;
  given.limits.fuel = 200'000;  // nested loops grow fast; what runs out of it does so in every mode
  return given;
}

std::string describe(const RandomProgram& program) {
  return "\n" + program.policy + "input " + program.input.value_or("none") + "\ndata " + program.data + "\n";
}

int run_random(uint64_t count, uint64_t seed, bool verbose) {
  Tally tally;
  uint64_t defined = 0, rejected = 0, failures = 0;
  for (uint64_t i = 0; i < count; ++i) {
    RandomProgram program = random_program(seed + i);
    run_one("random program " + std::to_string(seed + i), verbose, tally, [&] {
      CaseInput given = case_input_of(program);
      given.strict_errors = i % 8 == 7;
      ModeResults results = run_all_modes(given, {i % 4 == 0, i % 4 == 1});
      const Answer& answer = results.answer;
      ++(!answer.diagnostics.empty() ? rejected : answer.error.empty() ? defined : failures);
      if (!results.failures.empty()) results.failures.push_back(describe(program));
      return results.failures;
    });
  }
  std::cout << defined << " with an answer, " << failures << " with an error, " << rejected
            << " rejected by the compiler\n";
  return tally.finish();
}

int print_random(uint64_t count, uint64_t seed) {
  for (uint64_t i = 0; i < count; ++i) {
    RandomProgram program = random_program(seed + i);
    Answer answer = run_all_modes(case_input_of(program), {false, false}).answer;
    std::string line;
    JsonWriter json(line, {JsonEscape::kText});
    json.begin_object()
        .member("seed", seed + i)
        .member("policy", program.policy)
        .member("data", program.data)
        .member("input", program.input.value_or(""))
        .member("entry", program.entry)
        .member("text", answer.text)
        .member("error", answer.error)
        .member("diagnostics", answer.diagnostics)
        .end_object();
    std::cout << line << '\n';
  }
  return 0;
}

// --- OPA's suite -----------------------------------------------------------------------------------------------------

const Value* member(const Value& object, std::string_view name) { return object_find(object, name); }

std::string text_member(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found != nullptr && found->is_string() ? std::string(found->text()) : "";
}

bool true_member(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found != nullptr && found->is_true();
}

// An `input_term` is Rego text and may hold sets: it is evaluated as the query `x = term`. Undefined if that fails.
Value input_term(const std::string& term, Arena& arena) {
  lang::Compiled compiled = lang::compile({}, {}, {"x = " + term});
  if (compiled.program == nullptr) return Value();
  Machine machine;
  machine.bind(compiled.program.get(), nullptr);
  class Nothing : public HostPort {
    Value call(std::string_view, std::span<const Value>, Arena&) override { return Value(); }
    void note(std::string_view, std::string_view) override {}
  } nothing;
  Value rows = machine.evaluate(compiled.query_function, nothing);
  if (rows.size != 1) return Value();
  return deep_copy(arena, rows.elements[0].elements[0].elements[0], false);
}

CaseInput case_input_of(const Value& object, bool v0_folder, Arena& arena) {
  CaseInput given;
  std::string version = text_member(object, "rego_version");
  given.compile.language.version = v0_folder ? RegoVersion::kV0 : RegoVersion::kV1;
  if (version == "v0") given.compile.language.version = RegoVersion::kV0;
  if (version == "v1") given.compile.language.version = RegoVersion::kV1;
  if (version == "v2") given.compile.language.version = RegoVersion::kV2;
  if (version == "v0-compat-v1") given.compile.language.version = RegoVersion::kV0CompatV1;
  given.compile.language.experimental_keywords = true_member(object, "experimental_keywords");
  given.compile.language.strict = true_member(object, "strict");
  given.compile.language.keep_print = true_member(object, "print_statements");
  given.compile.language.functions = {{"test.sleep", 1}};
  given.query.text = text_member(object, "query");
  given.query.version = RegoVersion::kV1;
  given.strict_errors = true_member(object, "strict_error");
  if (const Value* modules = member(object, "modules")) {
    for (const Value& text : modules->items()) {
      std::string file = "test-" + std::to_string(given.sources.size()) + ".rego";
      given.sources.push_back({std::move(file), std::string(text.text())});
    }
  }
  if (const Value* data = member(object, "data"); data != nullptr && data->is_object()) {
    given.data = to_json(*data, {JsonEscape::kText});
  }
  if (std::string term = text_member(object, "input_term"); !term.empty()) {
    given.input_value = input_term(term, arena);
  } else if (const Value* input = member(object, "input")) {
    given.input = to_json(*input, {JsonEscape::kText});
  }
  return given;
}

int run_conformance(const std::string& folder, bool verbose) {
  Tally tally;
  if (!std::filesystem::is_directory(folder)) {
    std::cout << "skipped: there is no folder " << folder << "\n";
    ++tally.skipped;
    return tally.finish();
  }
  uint64_t kinds[3] = {};
  for (const auto& path : files_below({folder}, ".jsonl")) {
    std::string name = path.parent_path().filename().string();
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
      Arena arena;
      if (line.empty()) continue;
      Value object = read_json(line, arena, {256ull << 20, 512}, NumberText::kKept);
      if (member(object, "query") == nullptr) continue;  // of the compiler alone
      run_one(name + "/" + text_member(object, "note"), verbose, tally, [&] {
        CaseInput given = case_input_of(object, name == "v0" || name == "topdown_v0", arena);
        ModeResults results = run_all_modes(given, {true, false});
        ++kinds[results.answer.diagnostics.empty() ? results.answer.error.empty() ? 0 : 1 : 2];
        return results.failures;
      });
    }
  }
  std::cout << kinds[0] << " with an answer, " << kinds[1] << " with an error, " << kinds[2]
            << " rejected by the compiler\n";
  return tally.finish();
}

}  // namespace

int main(int argc, char** argv) {
  bool update = false, verbose = false;
  uint64_t random = 0, print = 0, seed = 1;
  std::string conformance;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    std::string arg = argv[i];
    auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (arg == "--update") {
      update = true;
    } else if (arg == "--verbose") {
      verbose = true;
    } else if (arg == "--random") {
      random = number();
    } else if (arg == "--print-random") {
      print = number();
    } else if (arg == "--seed") {
      seed = number();
    } else if (arg == "--conformance" && i + 1 < argc) {
      conformance = argv[++i];
    } else {
      paths.push_back(arg);
    }
  }
  if (paths.empty() && random == 0 && print == 0 && conformance.empty()) {
    std::cerr << "usage: writ_cases [--update] [--verbose] [--random N] [--print-random N] [--seed S]\n"
                 "                  [--conformance FOLDER] [PATH…]\n";
    return 2;
  }
  int result = 0;
  if (!paths.empty()) result = std::max(result, run_cases(paths, update, verbose));
  if (random > 0) result = std::max(result, run_random(random, seed, verbose));
  if (print > 0) result = std::max(result, print_random(print, seed));
  if (!conformance.empty()) result = std::max(result, run_conformance(conformance, verbose));
  return result;
}
