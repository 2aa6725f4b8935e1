// Runs the cases of this folder, random programs and OPA's suite, each in every way the engine can be asked (modes.h).
//
//   writ_cases [--update] [--verbose] PATH…      cases; a folder is searched for *.case (case_file.h)
//   writ_cases --random N [--seed S]             N random programs (random_program.h)
//   writ_cases --print-random N [--seed S]       the same programs and the answers as JSON lines, to compare elsewhere
//   writ_cases --conformance FOLDER              OPA's suite, as JSON lines: only that all ways agree
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

// Why an option is not understood; empty if it is.
std::string set_option(Question& question, std::string_view line) {
  size_t space = line.find(' ');
  std::string_view name = line.substr(0, space);
  std::string value(space == std::string_view::npos ? "" : line.substr(space + 1));
  struct Limit {
    std::string_view name;
    uint64_t* wide;
    uint32_t* narrow;
  };
  Limits& limits = question.limits;
  const Limit kLimits[] = {{"fuel", &limits.fuel, nullptr},          {"memory", &limits.memory_bytes, nullptr},
                           {"output", &limits.output_bytes, nullptr}, {"bytes", &limits.input_bytes, nullptr},
                           {"calls", nullptr, &limits.call_depth},    {"depth", nullptr, &limits.input_depth}};
  for (const Limit& limit : kLimits) {
    if (limit.name != name) continue;
    uint64_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (limit.wide != nullptr) *limit.wide = number;
    if (limit.narrow != nullptr) *limit.narrow = static_cast<uint32_t>(number);
    question.limits_set = true;
    return "";
  }
  if (line == "rego v0") {
    question.compile.version = lang::RegoVersion::kV0;
  } else if (line == "strict errors") {
    question.strict_errors = true;
  } else if (line == "strict checks") {
    question.compile.strict = true;
  } else if (line == "print") {
    question.compile.keep_print = true;
  } else if (line == "experimental") {
    question.compile.experimental_keywords = true;
  } else if (name == "function") {
    question.compile.extra_functions.push_back(value);
  } else {
    return "unknown option «" + std::string(line) + "»";
  }
  return "";
}

std::string read_question(const CaseFile& file, Question& question) {
  for (const Section& section : file.sections) {
    std::string text(trim(section.text));
    if (section.name == "policy") {
      question.sources.push_back({section.argument.empty() ? "policy.rego" : section.argument, section.text});
    } else if (section.name == "data") {
      question.data = text;
    } else if (section.name == "input") {
      question.input = text;
    } else if (section.name == "query") {
      question.compile.query = text;
    } else if (section.name == "entry") {
      question.entry = text;
    } else if (section.name == "options") {
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        if (std::string fault = set_option(question, line); !fault.empty()) return fault;
      }
    }
  }
  return "";
}

class CaseRun {
 public:
  CaseRun(std::filesystem::path path, bool update) : path_(std::move(path)), update_(update) {}

  // What is wrong, one a line; nothing if the case passes.
  std::vector<std::string> run() {
    CaseFile file = parse_case(read_file(path_));
    for (const Section& section : file.sections) check_name(section);
    Question question;
    if (std::string fault = read_question(file, question); !fault.empty()) return {fault};
    if (!question.entry.empty() || !question.compile.query.empty()) evaluate(file, question);
    if (file.find("diagnostics") != nullptr && question.entry.empty() && question.compile.query.empty()) {
      question.entry = "-";
      expect(file, "diagnostics", ask_all_ways(question, {false, false}).answer.diagnostics);
    }
    if (file.find("bytecode") != nullptr) expect(file, "bytecode", bytecode_of(question));
    if (file.find("plan") != nullptr) expect(file, "plan", plan_of(question));
    if (!expects_) faults_.push_back("the case expects nothing");
    if (update_) std::ofstream(path_, std::ios::binary | std::ios::trunc) << file.text();
    return std::move(faults_);
  }

 private:
  static constexpr std::string_view kNames[] = {"policy", "data",  "input", "query", "entry",       "options",  "result",
                                                "error",  "notes", "fuel",  "diagnostics", "bytecode", "plan"};

  void check_name(const Section& section) {
    if (std::find(std::begin(kNames), std::end(kNames), section.name) == std::end(kNames)) {
      faults_.push_back("unknown section «" + section.name + "»");
    }
  }

  void evaluate(CaseFile& file, const Question& question) {
    Verdicts verdicts = ask_all_ways(question, {});
    faults_.insert(faults_.end(), verdicts.faults.begin(), verdicts.faults.end());
    const Answer& answer = verdicts.answer;
    if (update_) settle_kind(file, answer);
    if (!answer.diagnostics.empty() || file.find("diagnostics") != nullptr) {
      expect(file, "diagnostics", answer.diagnostics);
      return;
    }
    expect(file, answer.error.empty() ? "result" : "error", answer.error.empty() ? answer.text : answer.error);
    if (file.find("notes") != nullptr) expect(file, "notes", answer.notes);
    if (file.find("fuel") != nullptr) expect(file, "fuel", std::to_string(answer.fuel));
  }

  // An answer of another kind than expected so far takes the place of the old expectation.
  static void settle_kind(CaseFile& file, const Answer& answer) {
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
      faults_.push_back("there is no section for the " + name + ": " + got);
      return;
    }
    if (trim(section->text) == trim(got)) return;
    if (update_) {
      section->text = std::string(trim(got)) + "\n";
    } else {
      std::string want(trim(section->text));
      faults_.push_back("the " + name + " is\n" + got + "\nand was expected to be\n" + want);
    }
  }

  std::filesystem::path path_;
  bool update_;
  bool expects_ = false;
  std::vector<std::string> faults_;
};

void report(const std::string& name, const std::vector<std::string>& faults, size_t length) {
  for (const std::string& fault : faults) std::cout << "FAIL " << name << ": " << fault.substr(0, length) << "\n";
}

template <class Run>
void judge(const std::string& name, bool verbose, Tally& tally, Run run) {
  std::vector<std::string> faults;
  try {
    faults = run();
  } catch (const std::exception& error) {
    faults.push_back(std::string("the runner was stopped by: ") + error.what());
  }
  report(name, faults, verbose ? std::string::npos : 2000);
  ++(faults.empty() ? tally.passed : tally.failed);
}

int run_cases(const std::vector<std::string>& paths, bool update, bool verbose) {
  Tally tally;
  for (const auto& path : files_below(paths, ".case")) {
    judge(path.filename().string(), verbose, tally, [&] { return CaseRun(path, update).run(); });
  }
  if (tally.passed + tally.failed == 0) {
    std::cerr << "no cases found\n";
    return 2;
  }
  return tally.finish();
}

// --- Random programs -------------------------------------------------------------------------------------------------

Question question_of(const RandomProgram& program) {
  Question question;
  question.sources = {{"random.rego", program.policy}};
  question.data = program.data;
  question.input = program.input;
  question.entry = program.entry;
  question.limits.fuel = 200'000;  // nested loops grow fast; what runs out of it does so in every way
  return question;
}

std::string describe(const RandomProgram& program) {
  return "\n" + program.policy + "input " + program.input.value_or("none") + "\ndata " + program.data + "\n";
}

int run_random(uint64_t count, uint64_t seed, bool verbose) {
  Tally tally;
  uint64_t defined = 0, rejected = 0, failures = 0;
  for (uint64_t i = 0; i < count; ++i) {
    RandomProgram program = random_program(seed + i);
    judge("random program " + std::to_string(seed + i), verbose, tally, [&] {
      Question question = question_of(program);
      question.strict_errors = i % 8 == 7;
      Verdicts verdicts = ask_all_ways(question, {i % 4 == 0, i % 4 == 1});
      const Answer& answer = verdicts.answer;
      ++(!answer.diagnostics.empty() ? rejected : answer.error.empty() ? defined : failures);
      if (!verdicts.faults.empty()) verdicts.faults.push_back(describe(program));
      return verdicts.faults;
    });
  }
  std::cout << defined << " with an answer, " << failures << " with an error, " << rejected
            << " rejected by the compiler\n";
  return tally.finish();
}

int print_random(uint64_t count, uint64_t seed) {
  for (uint64_t i = 0; i < count; ++i) {
    RandomProgram program = random_program(seed + i);
    Answer answer = ask_all_ways(question_of(program), {false, false}).answer;
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
  lang::CompileOptions options;
  options.query = "x = " + term;
  lang::Compiled compiled = lang::compile({}, options);
  if (compiled.program == nullptr) return Value();
  Machine machine;
  machine.bind(compiled.program.get(), nullptr);
  class Nothing : public HostPort {
    Value ask(std::string_view, std::span<const Value>, Arena&) override { return Value(); }
    void note(std::string_view, std::string_view) override {}
  } nothing;
  Value rows = machine.evaluate(compiled.query_function, nothing);
  if (rows.size != 1) return Value();
  return deep_copy(arena, rows.elements[0].elements[0].elements[0], false);
}

Question question_of(const Value& object, bool v0_folder, Arena& arena) {
  Question question;
  std::string version = text_member(object, "rego_version");
  question.compile.version = v0_folder ? lang::RegoVersion::kV0 : lang::RegoVersion::kV1;
  if (version == "v0") question.compile.version = lang::RegoVersion::kV0;
  if (version == "v1") question.compile.version = lang::RegoVersion::kV1;
  if (version == "v0-compat-v1") question.compile.version = lang::RegoVersion::kV0CompatV1;
  question.compile.experimental_keywords = true_member(object, "experimental_keywords");
  question.compile.strict = true_member(object, "strict");
  question.compile.keep_print = true_member(object, "print_statements");
  question.compile.extra_functions = {"test.sleep/1"};
  question.compile.query = text_member(object, "query");
  question.strict_errors = true_member(object, "strict_error");
  if (const Value* modules = member(object, "modules")) {
    for (const Value& text : modules->items()) {
      std::string file = "test-" + std::to_string(question.sources.size()) + ".rego";
      question.sources.push_back({std::move(file), std::string(text.text())});
    }
  }
  if (const Value* data = member(object, "data"); data != nullptr && data->is_object()) {
    question.data = to_json(*data, {JsonEscape::kText});
  }
  if (std::string term = text_member(object, "input_term"); !term.empty()) {
    question.input_value = input_term(term, arena);
  } else if (const Value* input = member(object, "input")) {
    question.input = to_json(*input, {JsonEscape::kText});
  }
  return question;
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
      judge(name + "/" + text_member(object, "note"), verbose, tally, [&] {
        Question question = question_of(object, name == "v0" || name == "topdown_v0", arena);
        Verdicts verdicts = ask_all_ways(question, {true, false});
        ++kinds[verdicts.answer.diagnostics.empty() ? verdicts.answer.error.empty() ? 0 : 1 : 2];
        return verdicts.faults;
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
