// What `writ eval` prints: the results of a query in OPA's formats.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "engine/api/query.h"
#include "engine/api/values.h"

namespace writ::cli {

struct QueryRow {
  std::vector<std::pair<std::string, Value>> bindings;  // by name
  std::vector<Value> expressions;
};

struct QueryResult {
  const lang::QueryShape* shape = nullptr;
  std::vector<QueryRow> rows;
};

// From the rows of a decision: [[binding values …], [expression values …]] each.
QueryResult read_rows(const lang::QueryShape& shape, const Value& rows);

void print_json(std::ostream& out, const QueryResult& result);
void print_values(std::ostream& out, const QueryResult& result);
void print_bindings(std::ostream& out, const QueryResult& result);
void print_raw(std::ostream& out, const QueryResult& result);
void print_pretty(std::ostream& out, const QueryResult& result);
void print_discard(std::ostream& out, const QueryResult& result);

}  // namespace writ::cli
