// Case files: one idea each; texts, input and expectation together.
//
//   # What the case shows.
//   -- policy a.rego --
//   package a
//   -- input --
//   {"x": 1}
//   -- entry --
//   a/p
//   -- result --
//   {1, 2}
//
// A section starts at a line `-- NAME --` or `-- NAME ARGUMENT --` and reaches to the next one. Lines before the first
// section are for the reader. What is given:
//
//   policy FILE     a module; may come several times
//   data            base documents, one JSON object
//   input           JSON; without the section there is no input, which is not the same as null
//   entry           a rule or package to evaluate, "a/p"
//   query           a query instead; its rows are the answer, one a line
//   options         one a line: `rego v0` or `rego v2`, `strict errors`, `strict checks`, `print`, `experimental`,
//                   `function NAME/ARITY`, `fuel N`, `memory N`, `calls N`, `output N`, `depth N`, `bytes N`
//
// What is expected, at least one:
//
//   result          Rego text of the value, or `undefined`; of a query one object of bindings a line
//   error           code, OPA's code, place and detail of a failure
//   notes           what print wrote
//   fuel            how much the evaluation used
//   diagnostics     why the policy does not compile, as people see it
//   bytecode, plan  listings
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace writ::cases {

struct Section {
  std::string name;
  std::string argument;
  std::string text;  // with a line feed at the end, unless empty
};

struct CaseFile {
  std::string preamble;
  std::vector<Section> sections;

  // The first section of that name, null if there is none.
  const Section* find(std::string_view name) const;
  Section* find(std::string_view name);
  std::string text() const;
};

CaseFile parse_case(std::string_view text);
// Without leading and trailing white space.
std::string_view trim(std::string_view text);

}  // namespace writ::cases
