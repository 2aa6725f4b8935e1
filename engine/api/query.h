// Queries: an expression compiled on top of a policy, as `writ eval` and writ_query evaluate it.
//
// A query sees the rules of its policy and leaves the policy as it is: the digests that name a policy are the same with
// a query and without one, and the query's text is in the record of each decision. It has a program of its own, which
// holds the modules of the policy and the query, so compiling one takes O(size of the modules).
//
//   CompiledQuery compiled = Query::compile(policy, {.text = "x := data.authz.allow"});
//   context.bind(BoundPolicy::make(compiled.query, data), host);
//   const Decision& decision = context.query(input);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/policy.h"
#include "engine/base/diagnostic.h"
#include "lang/compile.h"

namespace writ {

using lang::QueryOptions;

// `entry.call` of a record: an object with what a call changed. That is a lower limit of fuel, and of a query the options
// besides its text: capture, imports, package. Only what is not the default is a member. The text is canonical.
void append_entry_call(std::string& out, std::optional<uint64_t> fuel, const QueryOptions* query);
// The options of a query with that text and `entry.call`.
QueryOptions query_from_call(std::string_view text, std::string_view call);

class Query;

// What compiling gives. `query` is null exactly if there are diagnostics; `sources` is what their spans refer to.
struct CompiledQuery {
  std::shared_ptr<const Query> query;
  std::vector<Diagnostic> diagnostics;
  SourceMap sources;
};

class Query {
 public:
  static CompiledQuery compile(std::shared_ptr<const Policy> policy, const QueryOptions& options);

  const std::shared_ptr<const Policy>& policy() const { return policy_; }
  const QueryOptions& options() const { return options_; }
  // The modules of the policy and the query, and the function of the query in it.
  const Program& program() const { return *program_; }
  uint32_t function() const { return function_; }
  // The names of what a solution binds, and the texts of its expressions.
  const lang::QueryShape& shape() const { return shape_; }

 private:
  Query() = default;

  std::shared_ptr<const Policy> policy_;    // below the query
  QueryOptions options_;                    // its text, and how it is read
  std::unique_ptr<const Program> program_;  // the policy's modules and the query
  uint32_t function_ = kNone32;             // of the query in the program
  lang::QueryShape shape_;                  // see shape()
};

}  // namespace writ
