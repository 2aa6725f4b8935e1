#include "lang/partial/filters/filters.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/json.h"
#include "lang/syntax/parse.h"

namespace writ::lang {
namespace {

// A residue as its queries are printed.
class Given {
 public:
  explicit Given(const std::vector<std::string>& queries, const std::string& support = "") {
    for (const std::string& text : queries) {
      residue.queries.push_back(text.empty() ? ast_.body({}) : parse_query(sources_, add(text), {}, ast_, faults_));
    }
    if (!support.empty()) residue.support.push_back(parse_module(sources_, add(support), {}, ast_, faults_));
    REQUIRE(faults_.empty());
  }

  // The filter; what is in its way, a line each; "nothing".
  std::string filter(const std::string& target, const std::string& dialect, const std::string& mappings = "") const {
    Arena arena;
    FilterRequest request{{{target, dialect}}, Value::undefined()};
    if (!mappings.empty()) request.mappings = read_json(mappings, arena, {1 << 20, 64}, NumberText::kKept);
    Filters made = make_filters(residue, request);
    std::string lines = made.fault;
    for (const Diagnostic& error : made.errors) {
      lines += (lines.empty() ? "" : "\n") + error.message + (error.help.empty() ? "" : " (" + error.help + ")");
    }
    if (!lines.empty()) {
      CHECK(made.filters.empty());
      return lines;
    }
    REQUIRE(made.filters.size() == 1);
    return made.filters[0].kind == Filter::Kind::kNothing ? "nothing" : made.filters[0].text;
  }

  Residue residue;

 private:
  uint32_t add(const std::string& text) { return sources_.add("x.rego", text); }

  SourceMap sources_;
  Ast ast_;
  std::vector<Diagnostic> faults_;
};

std::string sql(const std::string& query, const std::string& dialect = "postgresql", const std::string& mappings = "") {
  return Given({query}).filter("sql", dialect, mappings);
}

std::string ucast(const std::string& query, const std::string& dialect = "all", const std::string& mappings = "") {
  return Given({query}).filter("ucast", dialect, mappings);
}

TEST_CASE("comparisons become conditions of each dialect", "[filters]") {
  CHECK(sql("input.fruits.price < 10") == "WHERE fruits.price < E'10'");
  CHECK(sql("10 < input.fruits.price", "mysql") == "WHERE fruits.price > '10'");
  CHECK(sql("input.fruits.price != 1.50", "sqlserver") == "WHERE fruits.price <> N'1.50'");
  CHECK(sql("input.fruits.a = input.baskets.b", "sqlite") == "WHERE fruits.a = baskets.b");
  CHECK(sql("input.fruits.a = null") == "WHERE fruits.a IS NULL");
  CHECK(sql("input.fruits.a != null") == "WHERE fruits.a IS NOT NULL");
  CHECK(sql("x = input.fruits.a") == "WHERE fruits.a IS NOT NULL");
  CHECK(sql("not input.fruits.a = true") == "WHERE NOT fruits.a = TRUE");
  CHECK(sql("input.fruits.a in {2, \"b\", 1}") == "WHERE fruits.a IN (E'1', E'2', E'b')");
  CHECK(sql("input.fruits.a in []") == "WHERE 0 = 1");
  CHECK(Given({"input.f.a = 1; input.f.b = 2", "input.f.c = 3"}).filter("sql", "mysql") ==
        "WHERE ((f.a = '1' AND f.b = '2') OR f.c = '3')");
  CHECK(ucast("input.fruits.price >= 10") == R"({"field":"fruits.price","operator":"gte","type":"field","value":10})");
  CHECK(ucast("input.f.a = input.f.b") == R"({"field":"f.a","operator":"eq","type":"field","value":{"field":"f.b"}})");
  CHECK(ucast("not input.f.a in [[1], {\"k\": null}]") ==
        R"({"operator":"not","type":"compound","value":[{"field":"f.a","operator":"in","type":"field","value":[[1],{"k":null}]}]})");
  CHECK(ucast("_ = input.f.a", "prisma") == R"({"field":"f.a","operator":"ne","type":"field","value":null})");
  // To the last digit.
  CHECK(ucast("input.f.a = 9007199254740993") == R"({"field":"f.a","operator":"eq","type":"field","value":9007199254740993})");
}

TEST_CASE("nothing, and everything", "[filters]") {
  CHECK(Given({}).filter("sql", "mysql") == "nothing");
  CHECK(Given({}).filter("ucast", "all") == "nothing");
  CHECK(Given({"input.f.a = 1", ""}).filter("sql", "mysql") == "");
  CHECK(Given({""}).filter("ucast", "minimal") == "{}");
}

TEST_CASE("no text ends its literal and no name its quotes", "[filters]") {
  CHECK(sql(R"(input.f.a = "a'b\"c\\d\n")", "postgresql") == R"(WHERE f.a = E'a\'b\"c\\d\n')");
  CHECK(sql(R"(input.f.a = "a'b\"c\\d")", "mysql") == R"(WHERE f.a = 'a\'b\"c\\d')");
  CHECK(sql(R"(input.f.a = "a'b\"c\\d")", "sqlite") == R"(WHERE f.a = 'a''b"c\d')");
  CHECK(sql(R"(input.f.a = "a'b\\")", "sqlserver") == R"(WHERE f.a = N'a''b\')");
  CHECK(sql(R"(input.f.a = "a\u0000'")", "sqlite") == "WHERE f.a = 'a'||char(0)||''''");
  CHECK(sql(R"(input.f.a = "a\u00001")", "mysql") == R"(WHERE f.a = 'a\01')");
  // PostgreSQL would read the digit with the NUL, and \Z as Z.
  CHECK(sql(R"(input.f.a = "a\u00001")") == "strings of PostgreSQL cannot hold a NUL character");
  CHECK(sql(R"(input.f.a = "\u001ab")") == R"(WHERE f.a = E'\x1Ab')");
  // SQL Server joins lines at a backslash.
  CHECK(sql(R"(input.f.a = "a\\\nb")", "sqlserver") == "WHERE f.a = N'a\\'+N'\nb'");
  CHECK(sql(R"(input.f["a\"; --"] = 1)") == R"(WHERE f."a""; --" = E'1')");
  CHECK(sql(R"(input.f["a`b"] = 1)", "mysql") == "WHERE f.`a``b` = '1'");
  CHECK(sql(R"(input.f["a\\"] = "?")", "sqlite") == R"(WHERE f."a\" = '?')");
  CHECK(sql(R"(input.f["é"] = 1)") == "WHERE f.\"é\" = E'1'");
  CHECK(sql(R"(input.f["a\u0000"] = 1)", "sqlite").find("invalid ref operand") != std::string::npos);
}

TEST_CASE("patterns match their text only", "[filters]") {
  CHECK(sql(R"(startswith(input.f.a, "a_%\\"))") == R"(WHERE f.a LIKE E'a\\_\\%\\\\%')");
  CHECK(sql(R"(endswith(input.f.a, "b"))", "mysql") == "WHERE f.a LIKE '%b'");
  CHECK(sql(R"(contains(input.f.a, "b"))", "sqlserver") == "WHERE f.a LIKE N'%b%'");
  CHECK(sql(R"(contains(input.f.a, "[a]_"))", "sqlserver") == R"(WHERE f.a LIKE N'%\[a]\_%' ESCAPE N'\')");
  CHECK(sql(R"(contains(input.f.a, "b"))", "sqlite") == "invalid builtin `contains`: unsupported for SQL (sqlite)");
  CHECK(sql("startswith(input.f.a, 1)") == "'startswith' pattern requires string argument, got 1 json.Number");
  CHECK(ucast("contains(input.f.a, 1)") == "'contains' pattern requires string argument, got 1 json.Number");
}

TEST_CASE("what is not of the fragment is an error in OPA's words", "[filters]") {
  CHECK(sql("input.f.a") == "invalid statement \"input.f.a\" (try `input.f.a != false`)");
  CHECK(sql("not input.f.a") == "\"not\" not permitted");
  CHECK(ucast("not input.f.a = 1", "minimal") == "\"not\" not permitted: unsupported feature \"not\" for UCAST");
  CHECK(ucast("input.f.a in [1]", "minimal") == "invalid builtin `in`: unsupported for UCAST");
  CHECK(ucast("input.f.a = input.f.b", "prisma") == "reference to field: unsupported feature \"field-ref\" for UCAST (prisma)");
  CHECK(ucast("x = input.f.a", "all") == "existence of field: unsupported feature \"existence-ref\" for UCAST (all)");
  CHECK(sql("every x in input.f.a { x > 1 }") == "\"every\" not permitted");
  CHECK(sql("input.f.a = 1 with input.x as 1") == "\"with\" not permitted");
  CHECK(sql("gt(count(input.f.a), 1)") == "gt: nested call operand: count(input.f.a)");
  CHECK(sql("input.f.a.b = 1") == "eq: invalid ref operand: input.f.a.b");
  CHECK(sql("data.f.a = 1") == "eq: invalid ref operand: data.f.a");
  CHECK(sql("lower(input.f.a, \"a\")") == "invalid builtin `lower`");
  CHECK(sql("1 in input.f.a") == "rhs of internal.member_2 must be known");
  CHECK(sql("1, 2 in input.f.a") == "invalid use of \"... in ...\"");
  CHECK(sql("input.f.a = [1]") == "both rhs and lhs non-scalar/non-ground");
  CHECK(sql("input.f.a < null") == "null value can only be used with 'eq' or 'ne' operators");
  CHECK(sql("data.p.f(input.f.a)") == "invalid data reference \"data.p.f(input.f.a)\" (has function \"data.p.f(...)\" an `else`?)");
  CHECK(sql("data.p.q") == "invalid data reference \"data.p.q\" (has rule \"data.p.q\" an `else`?)");
  Given kept({"data.partial.p.q"}, "package partial.p\ndefault q := false\nq if input.f.a");
  CHECK(kept.filter("sql", "mysql") == "use of default rule in data.p.q");
  Given several({"data.partial.p.q"}, "package partial.p\nq contains 1 if input.f.a\nq contains 2 if input.f.b");
  CHECK(several.filter("sql", "mysql") == "use of multi-value rule in data.p.q");
}

// What OPA's checks let through and its translation drops or says otherwise.
TEST_CASE("no filter is wider than its residue", "[filters]") {
  CHECK(sql("input.f[0] = \"x\"") == "eq: invalid ref operand: input.f[0]");
  CHECK(sql("input.f[input.f.b] = 1") == "eq: invalid ref operand: input.f[input.f.b]");
  CHECK(sql("input.f[x] = 1") == "eq: invalid ref operand: input.f[x]");
  CHECK(ucast("input.f[\"a.b\"] = 1") == "eq: invalid ref operand: input.f[\"a.b\"]");
  CHECK(sql("not input.f.a = 1 with input.f as {\"a\": input.g.b}") == "\"with\" not permitted");
  CHECK(sql("input.f.a in {x | x = input.f.b}") == "both rhs and lhs non-scalar/non-ground");
  CHECK(sql("x = input.f.a; startswith(input.f.b, x)") ==
        "both rhs and lhs non-scalar/non-ground\nboth rhs and lhs non-scalar/non-ground");
  CHECK(sql("1 = x") == "both rhs and lhs non-scalar/non-ground");
  // The third operand is the result: the policy asks for what is not below 1.
  CHECK(sql("lt(input.f.a, 1, false)") == "both rhs and lhs non-scalar/non-ground");
  CHECK(sql("input.f.a in \"abc\"") == "field operator 'in' requires collection argument");
  CHECK(ucast("input.f.a in \"abc\"") == "field operator 'in' requires collection argument");
  CHECK(ucast("input.f.a in input.f.b") == "null value can only be used with 'eq' or 'ne' operators");
  CHECK(ucast("input.f.a > null") == "null value can only be used with 'eq' or 'ne' operators");
}

TEST_CASE("tables and columns have other names in the database", "[filters]") {
  const std::string names = R"({"f": {"$self": "dbo.F", "a": "A b", "x.y": "z"}, "c": {"$table": "f"}})";
  CHECK(sql("input.f.a = 1", "postgresql", names) == "WHERE dbo.F.\"A b\" = E'1'");
  CHECK(sql("input.f[\"x.y\"] = 1", "postgresql", names) == "WHERE dbo.F.z = E'1'");
  CHECK(sql("input.c = 1", "postgresql", names) == "eq: invalid ref operand: input.c");
  CHECK(sql("input.c = 1", "postgresql", "{\"sql\": " + names + "}") == "WHERE dbo.F.c = E'1'");
  CHECK(sql("input.f.a = 1", "mysql", R"({"sql": {"f": {"$self": "S"}}, "mysql": {"f": {"$self": "M"}}})") == "WHERE M.a = '1'");
  CHECK(sql("input.f.a = 1", "sqlite", R"({"sql": {"f": {"$self": "S"}}, "mysql": {"f": {"$self": "M"}}})") == "WHERE S.a = '1'");
  CHECK(sql("input.f.a = 1", "mysql", R"({"mysql": 1})") == "mappings: invalid mappings for dialect mysql");
  CHECK(sql("input.f.a = 1", "mysql", R"({"f": {"$self": {}}})") ==
        "mappings: invalid mappings: f.$self: expected string, got map[string]interface {}");
  CHECK(sql("input.f.a = 1", "oracle") == "unsupported variant for sql: oracle");
  CHECK(Given({"input.f.a = 1"}).filter("xml", "a") == "unknown target/dialect combination: xml/a");
  // Without a table SQLite reads a quoted name that it does not know as a string.
  CHECK(sql("input[\"c d\"] = \"c d\"", "sqlite", R"({"mysql": {"c d": {"$table": "f"}}, "sqlite": {}})") ==
        "column name without a table: c d");
}

TEST_CASE("several targets can say what each of them can", "[filters]") {
  Given given({"startswith(input.f.a, \"x\")"});
  Filters made = make_filters(given.residue, {{{"sql", "sqlite"}, {"ucast", "minimal"}, {"sql", "mysql"}}, {}});
  REQUIRE(made.errors.size() == 1);
  CHECK(made.errors[0].message == "invalid builtin `startswith`: unsupported for SQL (sqlite)\nunsupported for UCAST");
  made = make_filters(given.residue, {{{"sql", "mysql"}, {"ucast", "all"}}, {}});
  REQUIRE(made.filters.size() == 2);
  CHECK(made.filters[0].text == "WHERE f.a LIKE 'x%'");
}

}  // namespace
}  // namespace writ::lang
