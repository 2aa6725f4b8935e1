// A filter as a tree, before it is written for a target: UCAST's model, which SQL's conditions fit as well.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/value/value.h"
#include "lang/partial/filters/filters.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

struct NullOperand {};
struct FieldOperand {
  std::string field;
};

struct Condition {
  std::string_view op;             // "and", "or", "not"; of a field "eq", "ne", "lt", "lte", "gt", "gte", "in", "startswith", …
  std::vector<Condition> parts;    // of "and", "or"; one of "not"
  std::string field;               // "fruits.price": table and column, where the names of the database may hold dots
  std::variant<NullOperand, FieldOperand, const Term*> operand;  // a term is a constant

  bool is_field() const { return parts.empty(); }
};

// What the queries say together: all statements of any of them hold.
struct ConditionTree {
  Condition root;
  bool everything = false;  // one of the queries always holds; there is no root
  std::string fault;        // why there is no tree, and where
  Span place = Span::nowhere();
};

// The names of the database, as one target is given them. Empty `tables` for none.
class FieldNames {
 public:
  explicit FieldNames(const Value& tables) : tables_(tables) {}
  // "table.column" of the reference `input.table.column`, or of `input.column` where a table is said to hold it. Nothing for
  // a reference that names no field: with a step that is no string, or whose dot would make it another field.
  std::string field(const Term& ref) const;

 private:
  const Value* table(std::string_view name) const;

  const Value& tables_;
};

// Of queries that were checked, at least one.
ConditionTree make_conditions(const std::vector<Body*>& queries, const FieldNames& names);

// "" and the text, or why the condition cannot be written.
struct WrittenFilter {
  std::string text, error;
};
WrittenFilter write_ucast(const Condition& condition);
WrittenFilter write_sql(const Condition& condition, std::string_view dialect);

// JSON of a constant. Sets are arrays, keys of objects that are no strings are their JSON as a string.
void append_constant(std::string& out, const Term& term);

// What is wrong with the operand of a condition on a field, in OPA's words; "" if nothing.
std::string operand_fault(const Condition& condition);

}  // namespace writ::lang
