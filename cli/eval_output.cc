#include "cli/eval_output.h"

#include <algorithm>
#include <ostream>

#include "cli/table.h"
#include "engine/value/text.h"

namespace writ::cli {

namespace {

std::string indented(const Value& value, std::string_view prefix) {
  JsonFormat style = kGoJson;
  style.indent = "  ";
  style.prefix = prefix;
  return to_json(value, style);
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text, JsonEscape::kHtml);
  return out;
}

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

void print_expression(std::ostream& out, const Value& value, const lang::QueryShape::Expression& expression) {
  out << "        {\n          \"value\": " << indented(value, "          ")
      << ",\n          \"text\": " << json_string(expression.text)
      << ",\n          \"location\": {\n            \"row\": " << expression.row
      << ",\n            \"col\": " << expression.column << "\n          }\n        }";
}

void print_row(std::ostream& out, const QueryRow& row, const lang::QueryShape& shape) {
  out << "    {\n      \"expressions\": [";
  for (size_t i = 0; i < row.expressions.size(); ++i) {
    out << (i == 0 ? "\n" : ",\n");
    print_expression(out, row.expressions[i], shape.expressions[i]);
  }
  out << "\n      ]";
  if (!row.bindings.empty()) {
    out << ",\n      \"bindings\": {";
    for (size_t i = 0; i < row.bindings.size(); ++i) {
      out << (i == 0 ? "\n" : ",\n") << "        " << json_string(row.bindings[i].first) << ": "
          << indented(row.bindings[i].second, "        ");
    }
    out << "\n      }";
  }
  out << "\n    }";
}

}  // namespace

void print_json(std::ostream& out, const QueryResult& result) {
  if (result.rows.empty()) {
    out << "{}\n";
    return;
  }
  out << "{\n  \"result\": [";
  for (size_t i = 0; i < result.rows.size(); ++i) {
    out << (i == 0 ? "\n" : ",\n");
    print_row(out, result.rows[i], *result.shape);
  }
  out << "\n  ]\n}\n";
}

void print_discard(std::ostream& out, const QueryResult& result) {
  out << (result.rows.empty() ? "{}\n" : "{\n  \"result\": \"discarded\"\n}\n");
}

// --- Lines -----------------------------------------------------------------------------------------------------------

void print_values(std::ostream& out, const QueryResult& result) {
  for (const QueryRow& row : result.rows) {
    out << "[";
    for (size_t i = 0; i < row.expressions.size(); ++i) {
      out << (i == 0 ? "\n  " : ",\n  ") << indented(row.expressions[i], "  ");
    }
    out << (row.expressions.empty() ? "]\n" : "\n]\n");
  }
}

void print_bindings(std::ostream& out, const QueryResult& result) {
  for (const QueryRow& row : result.rows) {
    out << "{";
    for (size_t i = 0; i < row.bindings.size(); ++i) {
      out << (i == 0 ? "\n  " : ",\n  ") << json_string(row.bindings[i].first) << ": "
          << indented(row.bindings[i].second, "  ");
    }
    out << (row.bindings.empty() ? "}\n" : "\n}\n");
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
    out << indented(first.expressions[0], "") << '\n';
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
