// OPA's output formats. A row is a solution of the query: the values of its expressions and of its variables. json,
// values, bindings and discard are JSON by JsonWriter; raw and pretty are text for people, pretty with a table unless
// there is a single value to show.
#include "cli/eval_output.h"

#include <algorithm>
#include <ostream>

#include "cli/table.h"
#include "engine/api/values.h"

namespace writ::cli {

namespace {

constexpr JsonFormat kLines{JsonEscape::kHtml, "  "};

bool is_boolean(const Value& value) {
  return value.kind == Kind::kBoolean;
}

}  // namespace

QueryResult read_rows(const lang::QueryShape& shape, const Value& rows) {
  QueryResult result;
  result.shape = &shape;
  if (!rows.is_array()) return result;
  for (const Value& row : rows.items()) {
    QueryRow& read = result.rows.emplace_back();
    std::span<const Value> bindings = row.items()[0].items();
    for (size_t i = 0; i < shape.bindings.size() && i < bindings.size(); ++i) {
      if (bindings[i].is_defined()) read.bindings.emplace_back(shape.bindings[i], bindings[i]);
    }
    std::sort(read.bindings.begin(), read.bindings.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const Value& expression : row.items()[1].items()) read.expressions.push_back(expression);
  }
  return result;
}

// --- JSON ------------------------------------------------------------------------------------------------------------

namespace {

void write_expression(JsonWriter& json, const Value& value, const lang::QueryShape::Expression& expression) {
  json.begin_object().key("value");
  append_json(json, value);
  json.member("text", expression.text).key("location").begin_object();
  json.member("row", expression.row).member("col", expression.column).end_object().end_object();
}

void write_bindings(JsonWriter& json, const QueryRow& row) {
  json.begin_object();
  for (const auto& [name, value] : row.bindings) append_json(json.key(name), value);
  json.end_object();
}

void write_row(JsonWriter& json, const QueryRow& row, const lang::QueryShape& shape) {
  json.begin_object().key("expressions").begin_array();
  for (size_t i = 0; i < row.expressions.size(); ++i) {
    write_expression(json, row.expressions[i], shape.expressions[i]);
  }
  json.end_array();
  if (!row.bindings.empty()) write_bindings(json.key("bindings"), row);
  json.end_object();
}

}  // namespace

void print_json(std::ostream& out, const QueryResult& result) {
  std::string text;
  JsonWriter json(text, kLines);
  json.begin_object();
  if (!result.rows.empty()) {
    json.key("result").begin_array();
    for (const QueryRow& row : result.rows) write_row(json, row, *result.shape);
    json.end_array();
  }
  json.end_object();
  out << text << '\n';
}

void print_discard(std::ostream& out, const QueryResult& result) {
  std::string text;
  JsonWriter json(text, kLines);
  json.begin_object();
  if (!result.rows.empty()) json.member("result", "discarded");
  json.end_object();
  out << text << '\n';
}

// --- Lines -----------------------------------------------------------------------------------------------------------

void print_values(std::ostream& out, const QueryResult& result) {
  for (const QueryRow& row : result.rows) {
    std::string text;
    JsonWriter json(text, kLines);
    json.begin_array();
    for (const Value& value : row.expressions) append_json(json, value);
    json.end_array();
    out << text << '\n';
  }
}

void print_bindings(std::ostream& out, const QueryResult& result) {
  for (const QueryRow& row : result.rows) {
    std::string text;
    JsonWriter json(text, kLines);
    write_bindings(json, row);
    out << text << '\n';
  }
}

void print_raw(std::ostream& out, const QueryResult& result) {
  for (const QueryRow& row : result.rows) {
    for (size_t i = 0; i < row.expressions.size(); ++i) {
      const Value& value = row.expressions[i];
      out << (i == 0 ? "" : " ") << (value.is_string() ? std::string(value.text()) : to_json(value));
    }
    if (!row.expressions.empty()) out << '\n';
  }
}

// --- For people ------------------------------------------------------------------------------------------------------

namespace {

// A column shows a binding, or, where `binding` is empty, an expression.
struct Column {
  std::string binding;
  size_t expression = 0;
};

// Bindings by name come after expressions, as in OPA, which sorts by a name that expressions do not have. Expressions
// that only say true are left out beside bindings.
std::vector<Column> choose_columns(const QueryResult& result) {
  const QueryRow& first = result.rows[0];
  std::vector<Column> columns;
  for (size_t i = 0; i < first.expressions.size(); ++i) {
    if (first.bindings.empty() || !is_boolean(first.expressions[i])) columns.push_back({"", i});
  }
  for (const auto& [name, value] : first.bindings) columns.push_back({name, 0});
  return columns;
}

const Value& cell(const QueryRow& row, const Column& column) {
  if (column.binding.empty()) return row.expressions[column.expression];
  auto found = std::find_if(row.bindings.begin(), row.bindings.end(),
                            [&](const auto& binding) { return binding.first == column.binding; });
  static const Value kNull = Value::null();
  return found == row.bindings.end() ? kNull : found->second;
}

}  // namespace

void print_pretty(std::ostream& out, const QueryResult& result) {
  if (result.rows.empty()) {
    out << "undefined\n";
    return;
  }
  const QueryRow& first = result.rows[0];
  bool all_boolean = std::all_of(first.expressions.begin(), first.expressions.end(), is_boolean);
  if (result.rows.size() == 1 && first.bindings.empty() && !first.expressions.empty() &&
      (first.expressions.size() == 1 || all_boolean)) {
    out << to_json(first.expressions[0], kLines) << '\n';
    return;
  }
  std::vector<Column> columns = choose_columns(result);
  std::vector<std::string> headers;
  for (const Column& column : columns) {
    headers.push_back(column.binding.empty() ? result.shape->expressions[column.expression].text : column.binding);
  }
  std::vector<std::vector<std::string>> rows;
  for (const QueryRow& row : result.rows) {
    auto& cells = rows.emplace_back();
    for (const Column& column : columns) cells.push_back(to_json(cell(row, column)));
  }
  print_table(out, headers, rows);
}

}  // namespace writ::cli
