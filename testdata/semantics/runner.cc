// Runs what SEMANTICS.md says: its examples, and its tables against the lists they are made from.
//
//   writ_semantics [--update] FILE SOURCE_FOLDER
//
// Three things in the file are looked at:
//
//   ```query          Lines `> TERM`, each followed by what it is: Rego text, `undefined`, `error CODE …`, or `rejected: …`
//                     for a term that does not compile. After `query strict` failing built-ins are errors. Lines that
//                     begin with `#` are for other readers (`# OPA: …` is what OPA answers where it differs).
//   ```case           A case in the form of testdata/cases (case_file.h). Every line of `error` and `diagnostics` must be
//                     in what comes; the other sections must be equal to it. A section `opa` is for other readers.
//   <!-- table NAME --> … <!-- end -->    A table made from a .def file or a header of SOURCE_FOLDER.
//
// Every example is asked in all ways of testdata/cases/modes.h. With --update, expectations and tables are rewritten in
// place. Closes with `N passed, N failed, N skipped`.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/program/program.h"
#include "testdata/cases/case_file.h"
#include "testdata/cases/modes.h"

namespace {

using namespace writ;
using namespace writ::cases;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// --- Tables -----------------------------------------------------------------------------------------------------------

class Table {
 public:
  explicit Table(std::vector<std::string> headings) {
    row(headings);
    row(std::vector<std::string>(headings.size(), "---"));
  }
  void row(const std::vector<std::string>& cells) {
    text_ += '|';
    for (const std::string& cell : cells) {
      if (cell == "---") {
        text_ += "---|";
      } else {
        text_ += ' ';
        for (char c : cell) text_ += c == '|' ? std::string("\\|") : std::string(1, c);
        text_ += " |";
      }
    }
    text_ += '\n';
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string code(std::string_view text) { return text.empty() ? "" : "`" + std::string(text) + "`"; }

// "kTop" → "top"
std::string operand(std::string_view kind) {
  if (kind == "kNone") return "";
  std::string text(kind.substr(1));
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// "kArgCount" → "arg count": the names of field kinds as the listing of the instruction set uses them.
std::string field_kind(std::string_view kind) {
  if (kind == "kNone") return "";
  if (kind == "kOptionalReg") return "reg?";
  std::string text;
  for (char c : kind.substr(1)) {
    bool upper = c >= 'A' && c <= 'Z';
    if (upper && !text.empty()) text += ' ';
    text += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

std::string opcode_table() {
  Table table({"opcode", "a", "b", "c", "jump", "x", "what it does"});
#define OPCODE(enumerator, name, a, b, c, jump, x, flow, text) \
  table.row({code(name), field_kind(#a), field_kind(#b), field_kind(#c), field_kind(#jump), field_kind(#x), text});
#include "engine/program/opcodes.def"
#undef OPCODE
  return table.text();
}

std::string error_table() {
  Table table({"number", "code", "meaning"});
#define ERROR_CODE(number, identifier, text) table.row({#number, code(#identifier), text});
#include "engine/base/error_codes.def"
#undef ERROR_CODE
  return table.text();
}

std::string tag_table() {
  Table table({"tag", "parts"});
#define DIGEST_TAG(identifier, tag, fewest, most, layout) table.row({code(tag), layout});
#include "engine/base/tags.def"
#undef DIGEST_TAG
  return table.text();
}

std::string place(std::string_view where, std::string_view name) {
  std::string text;
  if (where == "kError") text = "error.";
  if (where != "kTop" && where != "kError") text = "writ.";
  if (where != "kTop" && where != "kError" && where != "kWrit") text += operand(where) + ".";
  return text + std::string(name);
}

std::string field_table() {
  Table table({"member", "role", "in meta", "always", "what it is"});
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text)                                   \
  table.row({code(place(#where, name)), operand(#role), std::string_view(#meta) == "kInMeta" ? "yes" : "",    \
             std::string_view(#presence) == "kRequired" ? "yes" : "", text});
#include "engine/record/fields.def"
#undef RECORD_FIELD
  return table.text();
}

std::string replay_table() {
  Table table({"word", "exit code", "check", "failure", "meaning"});
#define REPLAY_CLASS(identifier, word, exit_code, step, failure, text)                                             \
  table.row({code(word), #exit_code, step == 0 ? "" : #step, std::string_view(#failure) == "kFailure" ? "yes" : "no", text});
#include "replay/classes.def"
#undef REPLAY_CLASS
  return table.text();
}

// `  uint64_t fuel = 100'000'000;   // steps; about …` of engine/vm/limits.h.
std::string limit_table(const std::string& folder) {
  Table table({"limit", "default", "what it bounds"});
  std::istringstream lines(read_file(folder + "/engine/vm/limits.h"));
  for (std::string line; std::getline(lines, line);) {
    size_t equals = line.find(" = ");
    size_t semicolon = line.find(';', equals);
    size_t comment = line.find("// ", semicolon);
    if (!line.starts_with("  uint") || equals == std::string::npos || comment == std::string::npos) continue;
    size_t name = line.find(' ', 2) + 1;
    std::string value = line.substr(equals + 3, semicolon - equals - 3);
    size_t shift = value.find("ull << ");
    uint64_t number = 0;
    if (shift != std::string::npos) {
      number = std::strtoull(value.c_str(), nullptr, 10) << std::atoi(value.c_str() + shift + 7);
    } else {
      value.erase(std::remove(value.begin(), value.end(), '\''), value.end());
      number = std::strtoull(value.c_str(), nullptr, 10);
    }
    table.row({code(line.substr(name, equals - name)), std::to_string(number), line.substr(comment + 3)});
  }
  return table.text();
}

std::string make_table(const std::string& name, const std::string& folder) {
  if (name == "opcodes") return opcode_table();
  if (name == "errors") return error_table();
  if (name == "tags") return tag_table();
  if (name == "fields") return field_table();
  if (name == "replay") return replay_table();
  if (name == "limits") return limit_table(folder);
  return "there is no table of that name\n";
}

// --- Examples ---------------------------------------------------------------------------------------------------------

// "error CODE …" wants all its words in the error; anything else is compared as it is.
bool holds_words(const std::string& wanted, const std::string& got) {
  std::istringstream words(wanted);
  for (std::string word; words >> word;) {
    if (got.find(word) == std::string::npos) return false;
  }
  return true;
}

std::string first_diagnostic(const std::string& diagnostics) {
  return std::string(trim(std::string_view(diagnostics).substr(0, diagnostics.find('\n'))));
}

// What a term is, in one line.
std::string ask_term(const std::string& term, bool strict, std::vector<std::string>& faults) {
  Question question;
  question.compile.query = "answer := " + term;
  question.strict_errors = strict;
  Verdicts verdicts = ask_all_ways(question, {});
  faults = verdicts.faults;
  const Answer& answer = verdicts.answer;
  if (!answer.diagnostics.empty()) return "rejected: " + first_diagnostic(answer.diagnostics);
  if (!answer.error.empty()) return "error " + answer.error;
  constexpr std::string_view kOpening = "{answer: ";
  if (!answer.text.starts_with(kOpening)) return answer.text;
  return answer.text.substr(kOpening.size(), answer.text.size() - kOpening.size() - 1);
}

bool term_agrees(const std::string& wanted, const std::string& got) {
  if (wanted.starts_with("error ") && got.starts_with("error ")) return holds_words(wanted.substr(6), got);
  if (wanted.starts_with("rejected: ")) return got.starts_with("rejected: ") && holds_words(wanted.substr(10), got);
  return wanted == got;
}

std::string set_option(Question& question, const std::string& line) {
  size_t space = line.find(' ');
  std::string name = line.substr(0, space);
  uint64_t number = space == std::string::npos ? 0 : std::strtoull(line.c_str() + space, nullptr, 10);
  if (line == "strict errors") {
    question.strict_errors = true;
  } else if (line == "rego v0") {
    question.compile.version = lang::RegoVersion::kV0;
  } else if (line == "print") {
    question.compile.keep_print = true;
  } else if (number > 0) {
    question.limits_set = true;
    if (name == "fuel") question.limits.fuel = number;
    if (name == "memory") question.limits.memory_bytes = number;
    if (name == "output") question.limits.output_bytes = number;
    if (name == "bytes") question.limits.input_bytes = number;
    if (name == "calls") question.limits.call_depth = static_cast<uint32_t>(number);
    if (name == "depth") question.limits.input_depth = static_cast<uint32_t>(number);
  } else {
    return "unknown option «" + line + "»";
  }
  return "";
}

Question question_of(const CaseFile& file, std::vector<std::string>& faults) {
  Question question;
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
        if (std::string fault = set_option(question, line); !fault.empty()) faults.push_back(fault);
      }
    }
  }
  return question;
}

// --- The document -----------------------------------------------------------------------------------------------------

class Document {
 public:
  Document(std::string text, std::string folder, bool update) : folder_(std::move(folder)), update_(update) {
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }

  void run() {
    while (at_ < lines_.size()) {
      const std::string line = take();
      if (line.starts_with("```query")) {
        queries(line.find("strict") != std::string::npos);
      } else if (line.starts_with("```case")) {
        example();
      } else if (line.starts_with("```")) {
        while (at_ < lines_.size() && !lines_[at_].starts_with("```")) take();
        if (at_ < lines_.size()) take();
      } else if (line.starts_with("<!-- table ")) {
        table(line.substr(11, line.find(" -->") - 11));
      }
    }
  }

  int finish() const {
    std::cout << passed_ << " passed, " << failed_ << " failed, 0 skipped\n";
    return failed_ == 0 && passed_ > 0 ? 0 : 1;
  }
  const std::string& text() const { return out_; }

 private:
  std::string take() {
    out_ += lines_[at_] + "\n";
    return lines_[at_++];
  }

  void settle(size_t line, const std::string& what, const std::vector<std::string>& faults) {
    if (faults.empty()) {
      ++passed_;
      return;
    }
    ++failed_;
    for (const std::string& fault : faults) std::cout << "FAIL line " << line << ": " << what << ": " << fault << "\n";
  }

  void queries(bool strict) {
    while (at_ < lines_.size() && !lines_[at_].starts_with("```")) {
      if (!lines_[at_].starts_with("> ")) {
        take();
        continue;
      }
      size_t number = at_ + 1;
      std::string term = take().substr(2);
      std::vector<std::string> faults;
      std::string got = ask_term(term, strict, faults);
      bool is_given = at_ < lines_.size() && !lines_[at_].starts_with("```") && !lines_[at_].starts_with("> ") &&
                      !lines_[at_].starts_with("#");
      std::string wanted = is_given ? lines_[at_] : "";
      bool agrees = term_agrees(wanted, got);
      if (!agrees && !update_) faults.push_back("is «" + got + "», not «" + wanted + "»");
      out_ += (agrees || !update_ ? wanted : got) + "\n";
      if (is_given) ++at_;
      settle(number, term, faults);
    }
    if (at_ < lines_.size()) take();
  }

  void example() {
    size_t number = at_;
    std::string text;
    while (at_ < lines_.size() && !lines_[at_].starts_with("```")) text += lines_[at_++] + "\n";
    CaseFile file = parse_case(text);
    std::vector<std::string> faults;
    Question question = question_of(file, faults);
    if (question.entry.empty() && question.compile.query.empty()) question.entry = "-";
    Verdicts verdicts = ask_all_ways(question, {});
    faults.insert(faults.end(), verdicts.faults.begin(), verdicts.faults.end());
    const Answer& answer = verdicts.answer;
    bool expects = expect(file, "diagnostics", answer.diagnostics, false, faults);
    expects |= expect(file, "result", answer.diagnostics + answer.error + answer.text, true, faults);
    expects |= expect(file, "error", answer.error, false, faults);
    expects |= expect(file, "notes", answer.notes, true, faults);
    expects |= expect(file, "fuel", std::to_string(answer.fuel), true, faults);
    if (!expects) faults.push_back("the case expects nothing");
    out_ += file.text();
    if (at_ < lines_.size()) take();
    settle(number, "case", faults);
  }

  // False if the case has no such section.
  bool expect(CaseFile& file, std::string_view name, const std::string& got, bool whole, std::vector<std::string>& faults) {
    Section* section = file.find(name);
    if (section == nullptr) return false;
    std::string wanted(trim(section->text));
    if (whole ? wanted == trim(got) : !wanted.empty() && holds_words(wanted, got)) return true;
    if (update_) {
      section->text = std::string(trim(got)) + "\n";
    } else {
      faults.push_back("the " + std::string(name) + " is «" + got + "», not «" + wanted + "»");
    }
    return true;
  }

  void table(const std::string& name) {
    size_t number = at_;
    std::string old;
    while (at_ < lines_.size() && !lines_[at_].starts_with("<!-- end")) old += lines_[at_++] + "\n";
    std::string made = "\n" + make_table(name, folder_) + "\n";
    std::vector<std::string> faults;
    if (old != made && !update_) faults.push_back("is not what the list it is made from says; --update writes it anew");
    out_ += update_ ? made : old;
    if (at_ < lines_.size()) take();
    settle(number, "table " + name, faults);
  }

  std::string folder_;
  bool update_;
  std::vector<std::string> lines_;
  size_t at_ = 0;
  std::string out_;
  uint64_t passed_ = 0, failed_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  bool update = argc > 1 && std::string_view(argv[1]) == "--update";
  int first = update ? 2 : 1;
  if (argc - first != 2) {
    std::cerr << "usage: writ_semantics [--update] FILE SOURCE_FOLDER\n";
    return 2;
  }
  Document document(read_file(argv[first]), argv[first + 1], update);
  document.run();
  if (update) std::ofstream(argv[first], std::ios::binary | std::ios::trunc) << document.text();
  return document.finish();
}
