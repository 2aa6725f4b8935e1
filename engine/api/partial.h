// Partial evaluation of a policy, and data filters: what OPA's Compile API does, as one call.
//
// A request is the JSON of that API:
//
//   {"query": "data.authz.allow == true", "input": {…}, "unknowns": ["input.user"],
//    "options": {"disableInlining": ["data.authz.roles"], "shallowInlining": false, "nondeterministicBuiltins": false,
//                "targetDialects": ["sql+postgresql", "ucast+all"], "targetSQLTableMappings": {…}, "maskRule": "data.authz.masks"}}
//
// Only `query` is required. The answer is {"result": …}: without targets {"queries": […], "support": […]}, syntax as JSON; with
// targets {"postgresql": {"query": "WHERE …", "masks": {…}}, "ucast": {…}}, in which a target that allows nothing is missing, and an
// empty query allows everything. For targets the query is a rule, `data.filters.include`; what is not given of unknowns and mask
// rule is taken from the METADATA of that rule, and built-ins that are not deterministic are called.
//
// A partial evaluation is no decision: it is not recorded. It has the limits of the policy for fuel, memory and input.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/data_set.h"
#include "engine/api/policy.h"
#include "engine/host/host.h"
#include "lang/partial/filters/filters.h"
#include "lang/partial/partial.h"

namespace writ {

struct PartialRequest {
  lang::QueryOptions query;
  std::vector<std::string> unknowns;          // references; none: as annotated for targets, else `input`
  std::vector<std::string> disable_inlining;  // references
  bool shallow_inlining = false;
  bool nondeterministic_builtins = false;
  std::optional<std::string> input;           // JSON
  std::vector<std::string> targets;           // "sql+postgresql"; none: the residue is asked for
  std::string mappings;                       // JSON of an object; "" for none
  std::string mask_rule;                      // a reference, or a name beside the rule of the query; "": as annotated
};

// Throws Failure(E_JSON_SYNTAX and other codes of the reader, E_POLICY) for what is no request.
PartialRequest read_partial_request(std::string_view json);

struct PartialAnswer {
  lang::PartialResult residue;  // not of the mask rule
  // With targets: one filter each, in order. Errors are diagnostics of `residue`.
  std::vector<lang::FilterTarget> targets;
  std::vector<lang::Filter> filters;
  std::string masks;            // JSON of what the mask rule gives; "" if undefined or there is none

  bool ok() const { return residue.ok(); }
};

// Throws Failure(E_POLICY) for a request that cannot be met whatever the policy: a reference that is none, an unknown target,
// mappings that are no names; and what reading the input gives.
PartialAnswer evaluate_partially(const std::shared_ptr<const Policy>& policy, const std::shared_ptr<const DataSet>& data,
                                 Host& host, const PartialRequest& request);

// The answer's JSON, as above; ok() must hold. Names the wildcards of the residue, so texts are made before.
std::string partial_answer_json(PartialAnswer& answer);

// {"partial": {"queries": […], "modules": […]}}, as `opa eval --partial` prints it.
std::string residue_json(PartialAnswer& answer);

// As Rego: the statements of each query, and the modules.
struct ResidueText {
  std::vector<std::vector<std::string>> queries;
  std::vector<std::string> support;
};
ResidueText residue_text(const PartialAnswer& answer);

}  // namespace writ
