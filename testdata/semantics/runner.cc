// Runs what SEMANTICS.md says: its examples, and its tables against the lists they are made from.
//
//   writ_semantics [--update] FILE
//
// Three things in the file are looked at:
//
//   ```query          Lines `> TERM`, each followed by what it is: Rego text, `undefined`, `error CODE …`, or `rejected: …`
//                     for a term that does not compile. After `query strict` failing built-ins are errors. Lines that
//                     begin with `#` are for other readers (`# OPA: …` is what OPA answers where it differs).
//   ```case           A case in the form of testdata/cases (case_file.h). Every line of `error` and `diagnostics` must be
//                     in what comes; the other sections must be equal to it. A section `opa` is for other readers.
//   <!-- table NAME --> … <!-- end -->    A table made from a .def file.
//
// Every example is run in all modes of testdata/cases/modes.h. With --update, expectations and tables are rewritten in
// place. Closes with `N passed, N failed, N skipped`.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
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
std::string plain_name(std::string_view kind) {
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

// "4, and 2 for each of c"; nothing for what charges itself.
std::string work_text(int work, int each) {
  if (work == 0) return "";
  return std::to_string(work) + (each == 0 ? "" : ", and " + std::to_string(each) + " for each of c");
}

std::string opcode_table() {
  Table table({"opcode", "a", "b", "c", "jump", "x", "what it does", "work"});
#define OPCODE(enumerator, name, a, b, c, jump, x, flow, work, each, text) \
  table.row({code(name), field_kind(#a), field_kind(#b), field_kind(#c), field_kind(#jump), field_kind(#x), text, \
             work_text(work, each)});
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
  if (where != "kTop" && where != "kError" && where != "kWrit") text += plain_name(where) + ".";
  return text + std::string(name);
}

std::string field_table() {
  Table table({"member", "role", "in meta", "always", "what it is"});
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text)                                   \
  table.row({code(place(#where, name)), plain_name(#role), std::string_view(#meta) == "kInMeta" ? "yes" : "",    \
             std::string_view(#presence) == "kRequired" ? "yes" : "", text});
#include "engine/record/fields.def"
#undef RECORD_FIELD
  return table.text();
}

// The number of a step of replay, "" for kNone.
std::string step_number(std::string_view identifier) {
#define REPLAY_STEP(name, number, needs, text) \
  if (identifier == #name) return #number;
#include "replay/steps.def"
#undef REPLAY_STEP
  return "";
}

std::string step_table() {
  Table table({"step", "needs", "what it checks"});
#define REPLAY_STEP(name, number, needs, text) \
  table.row({#number, std::string_view(#needs) == "kLedger" ? "a ledger" : "the record and the store", text});
#include "replay/steps.def"
#undef REPLAY_STEP
  return table.text();
}

std::string replay_table() {
  Table table({"code", "exit status", "step", "reproduced", "meaning"});
#define REPLAY_CLASS(identifier, name, exit_code, step, kind, text)                                                   \
  table.row({code(name), #exit_code, step_number(#step), std::string_view(#kind) == "kReproduced" ? "yes" : "no", text});
#include "replay/classes.def"
#undef REPLAY_CLASS
  return table.text();
}

std::string verdict_table() {
  enum Source { kPolicy, kEngine };
  Table table({"number", "verdict", "given by", "meaning"});
#define VERDICT(number, id, name, c_name, source, text) \
  table.row({#number, code(name), source == kPolicy ? "policy" : "engine", text});
#include "engine/record/verdicts.def"
  return table.text();
}

std::string limit_table() {
  Table table({"limit", "default", "what it bounds", "why this default"});
  for (const LimitRow& row : kLimits) {
    table.row({code(std::string(row.name)), std::to_string(row.get(Limits())), std::string(row.text),
               std::string(row.reason)});
  }
  return table.text();
}

// What calls of some built-ins cost more than those of others.
std::string call_unit_table() {
  std::map<int, std::string> names;
  for (const Builtin& builtin : builtins()) {
    if (builtin.call_units == 0) continue;
    std::string& list = names[builtin.call_units];
    list += (list.empty() ? "" : ", ") + code(std::string(builtin.name));
  }
  Table table({"units more", "calls of"});
  for (const auto& [units, list] : names) table.row({std::to_string(units), list});
  return table.text();
}

std::string make_table(const std::string& name) {
  if (name == "opcodes") return opcode_table();
  if (name == "errors") return error_table();
  if (name == "tags") return tag_table();
  if (name == "fields") return field_table();
  if (name == "replay") return replay_table();
  if (name == "steps") return step_table();
  if (name == "verdicts") return verdict_table();
  if (name == "limits") return limit_table();
  if (name == "call_units") return call_unit_table();
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
std::string evaluate_term(const std::string& term, bool strict, std::vector<std::string>& failures) {
  CaseInput given;
  given.query.text = "answer := " + term;
  given.strict_errors = strict;
  ModeResults results = run_all_modes(given, {});
  failures = results.failures;
  const Answer& answer = results.answer;
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

// --- The document -----------------------------------------------------------------------------------------------------

class Document {
 public:
  Document(std::string text, bool update) : update_(update) {
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

  void count(size_t line, const std::string& what, const std::vector<std::string>& failures) {
    if (failures.empty()) {
      ++passed_;
      return;
    }
    ++failed_;
    for (const std::string& failure : failures) std::cout << "FAIL line " << line << ": " << what << ": " << failure << "\n";
  }

  void queries(bool strict) {
    while (at_ < lines_.size() && !lines_[at_].starts_with("```")) {
      if (!lines_[at_].starts_with("> ")) {
        take();
        continue;
      }
      size_t number = at_ + 1;
      std::string term = take().substr(2);
      std::vector<std::string> failures;
      std::string got = evaluate_term(term, strict, failures);
      bool is_given = at_ < lines_.size() && !lines_[at_].starts_with("```") && !lines_[at_].starts_with("> ") &&
                      !lines_[at_].starts_with("#");
      std::string wanted = is_given ? lines_[at_] : "";
      bool agrees = term_agrees(wanted, got);
      if (!agrees && !update_) failures.push_back("is «" + got + "», not «" + wanted + "»");
      out_ += (agrees || !update_ ? wanted : got) + "\n";
      if (is_given) ++at_;
      count(number, term, failures);
    }
    if (at_ < lines_.size()) take();
  }

  void example() {
    size_t number = at_;
    std::string text;
    while (at_ < lines_.size() && !lines_[at_].starts_with("```")) text += lines_[at_++] + "\n";
    CaseFile file = parse_case(text);
    std::vector<std::string> failures;
    CaseInput given = read_case_input(file, failures);
    if (given.entry.empty() && given.query.text.empty()) given.entry = "-";
    ModeResults results = run_all_modes(given, {});
    failures.insert(failures.end(), results.failures.begin(), results.failures.end());
    const Answer& answer = results.answer;
    bool expects = expect(file, "diagnostics", answer.diagnostics, false, failures);
    expects |= expect(file, "result", answer.diagnostics + answer.error + answer.text, true, failures);
    expects |= expect(file, "error", answer.error, false, failures);
    expects |= expect(file, "notes", answer.notes, true, failures);
    expects |= expect(file, "fuel", std::to_string(answer.fuel), true, failures);
    if (!expects) failures.push_back("the case expects nothing");
    out_ += file.text();
    if (at_ < lines_.size()) take();
    count(number, "case", failures);
  }

  // False if the case has no such section.
  bool expect(CaseFile& file, std::string_view name, const std::string& got, bool whole, std::vector<std::string>& failures) {
    Section* section = file.find(name);
    if (section == nullptr) return false;
    std::string wanted(trim(section->text));
    if (whole ? wanted == trim(got) : !wanted.empty() && holds_words(wanted, got)) return true;
    if (update_) {
      section->text = std::string(trim(got)) + "\n";
    } else {
      failures.push_back("the " + std::string(name) + " is «" + got + "», not «" + wanted + "»");
    }
    return true;
  }

  void table(const std::string& name) {
    size_t number = at_;
    std::string old;
    while (at_ < lines_.size() && !lines_[at_].starts_with("<!-- end")) old += lines_[at_++] + "\n";
    std::string made = "\n" + make_table(name) + "\n";
    std::vector<std::string> failures;
    if (old != made && !update_) failures.push_back("differs from the list it is made from; --update rewrites it");
    out_ += update_ ? made : old;
    if (at_ < lines_.size()) take();
    count(number, "table " + name, failures);
  }

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
  if (argc <= first) {
    std::cerr << "usage: writ_semantics [--update] FILE\n";
    return 2;
  }
  Document document(read_file(argv[first]), update);
  document.run();
  if (update) std::ofstream(argv[first], std::ios::binary | std::ios::trunc) << document.text();
  return document.finish();
}
