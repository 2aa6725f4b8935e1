// One input, run in every mode of the engine; all must agree.
//
//   source      compiled, with all optimisations
//   loaded      the same program, written to its file form and read back
//   index off   compiled without the rule index
//   plain       compiled without any optimisation; slots are filled from the parsed input instead of by the reader
//   recorded    decided through the API, with a record
//   replayed    decided again from that record, with its non-deterministic values instead of a host
//
// The answers must be equal, and so must fuel wherever the code is the same; record and replay must have one decision
// digest. A further check takes the first mode under ever tighter limits: then the answer is the same one or the error
// of that limit, and never another answer.
#pragma once

#include <string>
#include <vector>

#include "engine/base/error.h"
#include "testdata/cases/case_input.h"

namespace writ::cases {

struct Answer {
  std::string diagnostics;            // as people see them; then there is nothing else
  std::string text;                   // Rego text; "undefined"; rows, one a line. Empty if there is an error
  ErrorCode code = ErrorCode::kNone;
  std::string error;                  // "E_CONFLICT eval_conflict_error a.rego:3:1: …"
  uint64_t fuel = 0;
  std::string notes;                  // what print and trace wrote, one a line
};

struct ModeResults {
  Answer answer;                      // of the first mode
  std::vector<std::string> failures;    // what does not agree
};

struct ModeOptions {
  bool record = true;
  bool tighten = true;
};

ModeResults run_all_modes(const CaseInput& given, const ModeOptions& options);

// Listings, empty if the policy does not compile.
std::string bytecode_of(const CaseInput& given);
std::string plan_of(const CaseInput& given);

}  // namespace writ::cases
