// Policy texts to a verified program: the compiler from end to end.
//
//   parse    lang/syntax/parse.h    text to tree
//   check    lang/check/check.h     names, safety, order; the tree in core form
//   lower    lang/plan/lower.h      core tree to plan
//   passes   lang/plan/passes.h     the plan made faster; each optimisation has a switch, and off must give the same answers
//   emit     lang/plan/emit.h       plan to bytecode, which is verified before anybody sees it
//
// Tree and plan can be printed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/program/language.h"
#include "engine/program/program.h"
#include "lang/plan/passes.h"

namespace writ::lang {

struct Source {
  std::string name;  // path as the user knows it
  std::string text;
};

struct CompileOptions {
  LanguageOptions language;
  Switches switches;        // optimisations; off must give the same answers
  bool keep_dumps = false;  // print the stages into Compiled
  bool verify_plan = false; // verify the plan after lowering and after each pass, for tests
};

// An ad-hoc query beside the modules. It becomes the function with path "query".
struct QueryOptions {
  std::string text;                  // "" = no query
  std::string package;               // "a.b": names are resolved as inside it
  std::vector<std::string> imports;  // "data.x as y", as after `import`
  bool capture = false;              // bind the values of the query's expressions, as `opa eval` shows them
  // What it is read as, before its imports; absent: as the modules are.
  std::optional<RegoVersion> version;
};

// What the query's rows look like. The query's function returns an array with one element per solution:
// [[binding values …], [expression values …]], in the orders given here.
struct QueryShape {
  struct Expression {
    std::string text;
    uint32_t row = 1, column = 1;
  };
  std::vector<std::string> bindings;
  std::vector<Expression> expressions;
};

struct Compiled {
  std::unique_ptr<Program> program;  // null if there are diagnostics
  QueryShape query;
  uint32_t query_function = kNone32;
  std::vector<Diagnostic> diagnostics;
  // Texts of all modules, and of the query last: what the spans of diagnostics refer to.
  SourceMap sources;
  // With keep_dumps: the stages in print.
  std::string ast_dump, plan_dump;
};

// Both never throw for anything a policy author can write; std::bad_alloc passes.
//
// check() gives the diagnostics of modules and no program: one is only made where a rule is so large that this could fail.
Compiled check(const std::vector<Source>& sources, const CompileOptions& options);
Compiled compile(const std::vector<Source>& sources, const CompileOptions& options, const QueryOptions& query = {});

}  // namespace writ::lang
