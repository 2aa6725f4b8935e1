// One question, asked in every way the engine can be asked; all must agree.
//
//   source      compiled, with all optimisations
//   loaded      the same program, written to its file form and read back
//   index off   compiled without the rule index
//   plain       compiled without any optimisation; slots are filled from the parsed input instead of by the reader
//   recorded    decided by the facade, with a record
//   replayed    decided again from that record, with its outside values instead of a host
//
// The answers must be equal, and so must fuel wherever the code is the same; record and replay must have one decision
// digest. A further check takes the first way under ever tighter limits: then the answer is the same one or the error
// of that limit, and never another answer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/value/value.h"
#include "engine/vm/limits.h"
#include "lang/compile.h"

namespace writ::cases {

struct Question {
  std::vector<lang::Source> sources;
  lang::CompileOptions compile;       // with the query, if there is one
  std::string entry;                  // else the entry point
  std::string data = "{}";
  std::optional<std::string> input;   // JSON
  std::optional<Value> input_value;   // instead of JSON: a value that may have no JSON text
  bool strict_errors = false;
  Limits limits;
  bool limits_set = false;            // the case is about a limit: only ways with the same code are compared
};

struct Answer {
  std::string diagnostics;            // as people see them; then there is nothing else
  std::string text;                   // Rego text; "undefined"; rows, one a line. Empty if there is an error
  ErrorCode code = ErrorCode::kNone;
  std::string error;                  // "E_CONFLICT eval_conflict_error a.rego:3:1: …"
  uint64_t fuel = 0;
  std::string notes;                  // what print and trace wrote, one a line
};

struct Verdicts {
  Answer answer;                      // of the first way
  std::vector<std::string> faults;    // what does not agree
};

struct ModeOptions {
  bool record = true;
  bool tighten = true;
};

Verdicts ask_all_ways(const Question& question, const ModeOptions& options);

// Listings, empty if the policy does not compile.
std::string bytecode_of(const Question& question);
std::string plan_of(const Question& question);

}  // namespace writ::cases
