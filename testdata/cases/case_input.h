// What a case gives to the engine: modules, data, input, an entry point or a query, and options.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"
#include "engine/vm/limits.h"
#include "lang/compile.h"
#include "testdata/cases/case_file.h"

namespace writ::cases {

struct CaseInput {
  CaseInput() { compile.verify_plan = true; }

  std::vector<lang::Source> sources;
  lang::CompileOptions compile;
  lang::QueryOptions query;           // if it has a text, this is evaluated
  std::string entry;                  // otherwise the entry point
  std::string data = "{}";
  std::optional<std::string> input;   // JSON
  std::optional<Value> input_value;   // instead of JSON: a value that may have no JSON text
  bool strict_errors = false;
  Limits limits;
  bool limits_set = false;            // the case is about a limit: only modes that run the same code are compared
};

// The sections that give something; others are passed over. An option that is not understood is added to `failures`.
CaseInput read_case_input(const CaseFile& file, std::vector<std::string>& failures);

}  // namespace writ::cases
