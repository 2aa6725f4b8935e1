// Partial evaluation: a query evaluated as far as it goes without values that come later, the *unknowns*. What is left over, the
// *residue*, is Rego again: queries of which any must hold, and support modules for what they refer to and could not be put into
// them. Whoever evaluates the residue once the unknowns are known gets what the policy would have answered.
//
//   unknowns     references, `input` or `data.…`; whatever overlaps one of them is kept as it is
//   queries      disjunction of conjunctions; none = the query can never hold, an empty one = it always does
//   support      modules below the package `partial` (Options::package)
//
// The queries have the shape and the order of OPA's, up to names of variables.
//
// It works on the core form (check.h) and evaluates everything itself, what is known as well: built-ins are the engine's
// (engine/builtins), but rules, functions and comprehensions are not asked of the machine.
//
// Bounded: each step is paid for (PartialInput::fuel), memory is counted, and nesting has a limit. What goes beyond is a
// failure with a code; there is no residue then.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/value/value.h"
#include "lang/check/check.h"
#include "lang/compile.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

// The steps of `data.a["b c"]`, {"data", "a", "b c"}, as unknowns and rules to keep are given. Failure E_POLICY where the text is no
// reference, or one with a step that is no name.
std::vector<std::string> reference_steps(const std::string& text);
std::vector<std::vector<std::string>> reference_steps(const std::vector<std::string>& texts);

struct PartialOptions {
  std::vector<std::vector<std::string>> unknowns;          // {"input", "user"}; none given: `input`
  std::vector<std::vector<std::string>> disable_inlining;  // {"data", "a", "p"}: rules to keep as support
  bool shallow_inlining = false;                           // keep every rule that depends on an unknown
  bool nondeterministic_builtins = false;                  // call them now, instead of keeping their calls
  std::string package = "partial";                         // where support modules are put; "": where the rules were
  // `==` as a statement of the query stays a call of equal. OPA's own tests of the evaluator have it so; what users call makes
  // an equality of it, as in rules.
  bool keep_query_comparisons = false;
  // A statement that only asks whether a rule holds is not about its default, where that is false: such a rule is inlined. OPA
  // does so where something watches the evaluation: in its tests, and where its server makes data filters. `opa eval --partial`
  // and its Compile API keep the rule with its default.
  bool inline_false_defaults = false;
};

// What is known.
struct PartialInput {
  Value data;   // undefined: nothing
  Value input;  // the parts that are known; undefined: none
  // What built-ins reach beyond the evaluation: answers of the host, undefined without one, and what takes notes.
  std::function<Value(std::string_view function, std::span<const Value> args)> call_host;
  std::function<void(std::string_view function, std::string_view text)> note;
  uint64_t fuel = 100'000'000;
  uint64_t memory_bytes = 1ull << 30;
};

// Nodes belong to the Ast that the query and the modules belong to.
struct Residue {
  std::vector<Body*> queries;
  std::vector<Module*> support;
};

struct PartialResult {
  std::vector<Diagnostic> diagnostics;  // of modules and query; nothing is evaluated if there are any
  Error error;                          // why there is no residue: a limit, a conflict of values
  SourceMap sources;                    // what the spans refer to
  std::unique_ptr<Ast> ast;             // owns the nodes of the residue
  Residue residue;

  bool ok() const { return diagnostics.empty() && !error; }
};

// Parses and checks the modules and the query, and evaluates it. Never throws for anything a policy author can write;
// std::bad_alloc passes.
PartialResult partial_evaluate(const std::vector<Source>& sources, const CompileOptions& options, const QueryOptions& query,
                               const PartialInput& input, const PartialOptions& partial);

// While it lives, the residue has the form that its texts need (residue_text.cc); then it is again as it was.
class Readable {
 public:
  explicit Readable(const Residue& residue);
  ~Readable();
  Readable(const Readable&) = delete;
  Readable& operator=(const Readable&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The queries as OPA prints them ("input.x = 1; input.y = 2", "" for one that always holds), one each, but so that they can be
// read again: strings are those of JSON, and variables that are there twice have names.
std::vector<std::string> query_texts(const Residue& residue);
// The imports that these texts need to be read: "future.keywords.not"; for QueryOptions::imports.
std::vector<std::string> query_imports(const Residue& residue);
// The support modules as Rego that compiles again, with imports of the keywords in each.
std::vector<std::string> support_texts(const Residue& residue);

}  // namespace writ::lang
