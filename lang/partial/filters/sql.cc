// A WHERE clause for a dialect, in which every constant is written out.
//
// Names come from references, whose steps an input may choose, and constants from anywhere: a name that is no plain identifier
// is quoted, and strings are written so that the dialect reads back the same characters. Numbers are written as strings, which
// databases convert to the type of the column, exactly. The text is for a connection in UTF-8 and for the default modes of
// its server, in which a backslash escapes in MySQL and double quotes enclose names in SQL Server.
//
// A LIKE pattern escapes its wildcards with a backslash. SQL Server has one wildcard more, `[`, and no escape unless one is named.
#include <algorithm>
#include <utility>

#include "lang/partial/filters/conditions.h"
#include "lang/syntax/term_order.h"

namespace writ::lang {
namespace {

enum class Flavor : uint8_t { kPostgresql, kMysql, kSqlserver, kSqlite };

Flavor flavor_of(std::string_view dialect) {
  if (dialect == "postgresql") return Flavor::kPostgresql;
  if (dialect == "mysql") return Flavor::kMysql;
  return dialect == "sqlserver" ? Flavor::kSqlserver : Flavor::kSqlite;
}

bool is_identifier(std::string_view name) {
  auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

class SqlWriter {
 public:
  SqlWriter(std::string& out, Flavor flavor) : out_(out), flavor_(flavor) {}

  void write(const Condition& condition) {
    if (condition.is_field()) return field(condition);
    if (condition.op == "not") {
      out_ += "NOT ";
      return write(condition.parts[0]);
    }
    std::string_view joint = condition.op == "and" ? " AND " : " OR ";
    out_ += '(';
    for (size_t i = 0; i < condition.parts.size(); ++i) {
      if (i > 0) out_ += joint;
      write(condition.parts[i]);
    }
    out_ += ')';
  }

  std::string fault;  // the first

 private:
  void field(const Condition& condition) {
    refuse(operand_fault(condition));
    const std::string_view op = condition.op;
    if (std::holds_alternative<NullOperand>(condition.operand)) {
      name(condition.field);
      out_ += op == "eq" ? " IS NULL" : " IS NOT NULL";
    } else if (op == "in") {
      membership(condition.field, *std::get<const Term*>(condition.operand));
    } else if (std::string_view sign = comparison(op); !sign.empty()) {
      name(condition.field);
      out_ += sign;
      if (const FieldOperand* other = std::get_if<FieldOperand>(&condition.operand)) return name(other->field);
      constant(*std::get<const Term*>(condition.operand));
    } else {
      pattern(condition.field, op, *std::get<const Term*>(condition.operand));
    }
  }

  static std::string_view comparison(std::string_view op) {
    constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
        {"eq", " = "}, {"ne", " <> "}, {"lt", " < "}, {"lte", " <= "}, {"gt", " > "}, {"gte", " >= "}};
    for (const auto& [each, sign] : kSigns) {
      if (each == op) return sign;
    }
    return "";
  }

  void membership(const std::string& field, const Term& list) {
    if (list.items.empty()) {
      out_ += "0 = 1";
      return;
    }
    name(field);
    out_ += " IN (";
    std::string_view separator;
    for (const Term* item : list.kind == TermKind::kSet ? sorted_items(list) : list.items) {
      out_ += separator;
      separator = ", ";
      constant(*item);
    }
    out_ += ')';
  }

  void pattern(const std::string& field, std::string_view op, const Term& text) {
    std::string made;
    bool escaped = false;
    if (op != "startswith") made += '%';
    for (char c : text.text) {
      if (c == '\\' || c == '_' || c == '%' || (c == '[' && flavor_ == Flavor::kSqlserver)) {
        made += '\\';
        escaped = true;
      }
      made += c;
    }
    if (op != "endswith") made += '%';
    name(field);
    out_ += " LIKE ";
    string(made);
    if (escaped && flavor_ == Flavor::kSqlserver) out_ += " ESCAPE N'\\'";
  }

  // Each part between dots, quoted where it is more than letters, digits and underscores: a plain name in quotes would be
  // another one to databases that ignore case.
  void name(const std::string& field) {
    char quote = flavor_ == Flavor::kMysql ? '`' : '"';
    bool quoted = false;
    for (size_t begin = 0; begin <= field.size();) {
      size_t end = std::min(field.find('.', begin), field.size());
      std::string part = field.substr(begin, end - begin);
      if (begin > 0) out_ += '.';
      if (is_identifier(part)) {
        out_ += part;
      } else {
        quoted = true;
        out_ += quote;
        for (char c : part) out_.append(c == quote ? 2 : 1, c);
        out_ += quote;
      }
      begin = end + 1;
    }
    // SQLite reads a quoted name of no column as a string, unless a table is named.
    if (quoted && field.find('.') == std::string::npos && flavor_ == Flavor::kSqlite) {
      refuse("column name without a table: " + field);
    }
    if (field.find('\0') != std::string::npos) refuse("name with a NUL character");
  }

  void constant(const Term& term) {
    switch (term.kind) {
      case TermKind::kNull: out_ += "NULL"; return;
      case TermKind::kBoolean: out_ += term.boolean ? "TRUE" : "FALSE"; return;
      case TermKind::kNumber:
      case TermKind::kString: return string(term.text);
      default: refuse("field operator 'in' requires a collection of scalars"); return;
    }
  }

  void string(std::string_view text) {
    if (flavor_ == Flavor::kPostgresql) out_ += 'E';
    if (flavor_ == Flavor::kSqlserver) out_ += 'N';
    out_ += '\'';
    bool standard = flavor_ == Flavor::kSqlite || flavor_ == Flavor::kSqlserver;
    char before = 0;
    for (char c : text) {
      if (!standard) {
        escaped_character(c);
      } else {
        // To SQL Server a backslash at the end of a line joins it with the next.
        if (flavor_ == Flavor::kSqlserver && before == '\\' && (c == '\n' || c == '\r')) out_ += "'+N'";
        standard_character(c);
      }
      before = c;
    }
    out_ += '\'';
  }

  // A backslash is a character like any other.
  void standard_character(char c) {
    if (c == '\'') {
      out_ += "''";
    } else if (c == '\0' && flavor_ == Flavor::kSqlite) {
      out_ += "'||char(0)||'";  // the text of a statement ends at a NUL
    } else {
      out_ += c;
    }
  }

  void escaped_character(char c) {
    switch (c) {
      case '\0':
        if (flavor_ == Flavor::kPostgresql) refuse("strings of PostgreSQL cannot hold a NUL character");
        out_ += "\\0";
        return;
      case '\b': out_ += "\\b"; return;
      case '\n': out_ += "\\n"; return;
      case '\r': out_ += "\\r"; return;
      case '\t': out_ += "\\t"; return;
      case '\x1a': out_ += flavor_ == Flavor::kPostgresql ? "\\x1A" : "\\Z"; return;
      case '\'':
      case '"':
      case '\\': out_ += '\\'; [[fallthrough]];
      default: out_ += c;
    }
  }

  void refuse(std::string why) {
    if (fault.empty()) fault = std::move(why);
  }

  std::string& out_;
  Flavor flavor_;
};

}  // namespace

WrittenFilter write_sql(const Condition& condition, std::string_view dialect) {
  WrittenFilter made;
  made.text = "WHERE ";
  SqlWriter writer(made.text, flavor_of(dialect));
  writer.write(condition);
  made.error = writer.fault;
  return made;
}

}  // namespace writ::lang
