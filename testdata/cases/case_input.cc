#include "testdata/cases/case_input.h"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace writ::cases {

namespace {

// `fuel 1000`: the case option of a row of limits.def.
bool set_limit(CaseInput& given, std::string_view name, const std::string& value) {
  auto row = std::find_if(std::begin(kLimits), std::end(kLimits),
                          [name](const LimitRow& candidate) { return candidate.case_option == name; });
  if (row == std::end(kLimits)) return false;
  row->set(given.limits, std::strtoull(value.c_str(), nullptr, 10));
  given.limits_set = true;
  return true;
}

// "acme.limit/2"
HostFunction host_function(const std::string& text) {
  size_t slash = text.find('/');
  return {text.substr(0, slash), static_cast<uint32_t>(std::atoi(&text[slash + 1]))};
}

// False if there is no such option.
bool set_option(CaseInput& given, std::string_view line) {
  size_t space = line.find(' ');
  std::string_view name = line.substr(0, space);
  std::string value(space == std::string_view::npos ? "" : line.substr(space + 1));
  if (set_limit(given, name, value)) return true;
  if (line == "rego v0") {
    given.compile.language.version = RegoVersion::kV0;
  } else if (line == "rego v2") {
    given.compile.language.version = RegoVersion::kV2;
  } else if (line == "strict errors") {
    given.strict_errors = true;
  } else if (line == "strict checks") {
    given.compile.language.strict = true;
  } else if (line == "print") {
    given.compile.language.keep_print = true;
  } else if (line == "experimental") {
    given.compile.language.experimental_keywords = true;
  } else if (name == "function") {
    given.compile.language.functions.push_back(host_function(value));
  } else {
    return false;
  }
  return true;
}

}  // namespace

CaseInput read_case_input(const CaseFile& file, std::vector<std::string>& failures) {
  CaseInput given;
  for (const Section& section : file.sections) {
    std::string text(trim(section.text));
    if (section.name == "policy") {
      given.sources.push_back({section.argument.empty() ? "policy.rego" : section.argument, section.text});
    } else if (section.name == "data") {
      given.data = text;
    } else if (section.name == "input") {
      given.input = text;
    } else if (section.name == "query") {
      given.query.text = text;
    } else if (section.name == "entry") {
      given.entry = text;
    } else if (section.name == "options") {
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        if (!set_option(given, line)) failures.push_back("unknown option «" + line + "»");
      }
    }
  }
  return given;
}

}  // namespace writ::cases
