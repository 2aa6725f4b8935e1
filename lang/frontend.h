// The front of the compiler, which everything that works on checked modules shares: parse all modules and the query, check them.
// A stage that reports errors is the last that runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/check/check.h"
#include "lang/compile.h"
#include "lang/syntax/parse.h"

namespace writ::lang {

class Frontend {
 public:
  // What is handed in must outlive this; `sources` get the texts, `diagnostics` what is wrong.
  Frontend(const CompileOptions& options, const QueryOptions& query, Ast& ast, SourceMap& sources,
           std::vector<Diagnostic>& diagnostics)
      : options_(options), query_options_(query), ast_(ast), sources_(sources), diagnostics_(diagnostics) {}

  bool parse(const std::vector<Source>& sources);
  // What the modules require, instead of check().
  std::optional<Capabilities> required();
  bool check(CheckPurpose purpose = CheckPurpose::kProgram);

  std::unique_ptr<CheckedModules> modules;  // after check()
  std::optional<CheckedQuery> query;        // likewise, if there is one
  std::string dump;                         // with CompileOptions::keep_dumps: the modules as they were parsed

 private:
  bool check_capabilities() const;
  Language language_as(RegoVersion version) const;
  void parse_query_text();

  const CompileOptions& options_;
  const QueryOptions& query_options_;
  Ast& ast_;
  SourceMap& sources_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Module*> parsed_;
  Module* scope_ = nullptr;
  Body* parsed_query_ = nullptr;
};

}  // namespace writ::lang
