#include "testdata/cases/case_file.h"

namespace writ::cases {

namespace {

// The name and argument of a line `-- NAME ARGUMENT --`; false for any other line.
bool read_heading(std::string_view line, Section* section) {
  if (line.size() < 7 || !line.starts_with("-- ") || !line.ends_with(" --")) return false;
  line = line.substr(3, line.size() - 6);
  size_t space = line.find(' ');
  section->name = line.substr(0, space);
  section->argument = space == std::string_view::npos ? "" : line.substr(space + 1);
  section->text.clear();
  return true;
}

}  // namespace

const Section* CaseFile::find(std::string_view name) const {
  for (const Section& section : sections) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

Section* CaseFile::find(std::string_view name) {
  return const_cast<Section*>(static_cast<const CaseFile*>(this)->find(name));
}

std::string CaseFile::text() const {
  std::string text = preamble;
  for (const Section& section : sections) {
    text += "-- " + section.name + (section.argument.empty() ? "" : " " + section.argument) + " --\n" + section.text;
  }
  return text;
}

CaseFile parse_case(std::string_view text) {
  CaseFile file;
  while (!text.empty()) {
    size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    Section section;
    if (read_heading(line, &section)) {
      file.sections.push_back(std::move(section));
      continue;
    }
    std::string& into = file.sections.empty() ? file.preamble : file.sections.back().text;
    into += line;
    into += '\n';
  }
  return file;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace writ::cases
