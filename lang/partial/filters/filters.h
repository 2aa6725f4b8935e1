// Data filters: what a residue leaves over as a condition that a database can check on its rows.
//
// A policy is evaluated partially with tables as unknowns (`input.fruits`); where every statement that is left compares a field
// of a table, `input.fruits.price < 10`, the residue is a filter:
//
//   ucast   a tree of conditions as JSON, which libraries turn into queries; dialects all, minimal, prisma, linq
//   sql     a WHERE clause; dialects postgresql, mysql, sqlserver, sqlite
//
// What a target cannot say is an error, by OPA's checks and in its words (`pe_fragment_error`), never a wider condition. Texts
// and trees are those of OPA's Compile API, but for what would select rows that the policy does not allow.
//
//   check       constraints.h, fragment.cc   whether all targets can say it
//   conditions  conditions.h                 the tree, with the names of the database
//   write       ucast.cc, sql.cc             one target's text of it
#pragma once

#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/value/value.h"
#include "lang/partial/partial.h"

namespace writ::lang {

struct FilterTarget {
  std::string target;   // "ucast", "sql"
  std::string dialect;  // "all", …; "postgresql", …
};

struct FilterRequest {
  std::vector<FilterTarget> targets;
  // Names of tables and columns, {"fruits": {"$self": "FRUIT", "price": "cost"}}, or such an object for each target or
  // dialect; undefined for none. `{"name": {"$table": "fruits"}}` lets `input.name` stand for a column of that table.
  Value mappings;
};

struct Filter {
  enum class Kind : uint8_t {
    kNothing,     // no row is allowed; no text
    kEverything,  // each row is: "{}", or "" in SQL
    kCondition,
  };
  Kind kind = Kind::kNothing;
  std::string text;  // JSON, or "WHERE …"
};

struct Filters {
  std::vector<Filter> filters;       // of each target, if there is nothing wrong
  std::vector<Diagnostic> errors;    // why the residue is no filter, in the order of its statements
  std::string fault;                 // what is wrong with the request
};

// "unsupported variant for sql: oracle" where there is no such target; otherwise "".
std::string target_fault(const FilterTarget& target);

// The residue is not changed. Its statements are those of one set of unknowns, `input.…`.
Filters make_filters(const Residue& residue, const FilterRequest& request);

}  // namespace writ::lang
