// The traceback of an error: the queries that were being evaluated when it was raised, innermost first, as OPA shows it.
//
//   t.rego:9: 4 / 0
//   t.rego:12: f(3)
//   1:1: data.a.q
//
// The machine tells of rules, functions and the query, one statement of each (Machine::set_failure_stack). Bodies within a
// rule (of comprehensions, of `every` and of `not`) are queries of their own to OPA, so they are found again in the text of
// the module. A call is shown with the values of its arguments, as far as they are short; what encloses it as it was written.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/program/program.h"
#include "engine/vm/machine.h"

namespace writ {

struct TraceFrame {
  std::string file;  // "" of a query
  uint32_t row = 0;
  uint32_t column = 0;
  std::string statement;  // one line, shortened

  // "t.rego:9: z / 0", "1:1: data.a.q"
  std::string text() const;
};

using Traceback = std::vector<TraceFrame>;

// `stack` is the machine's, of an evaluation of the program. Empty for an empty stack.
Traceback make_traceback(const Program& program, std::span<const FailedStatement> stack);

}  // namespace writ
