// What the version of a module and its imports change: which words are keywords, where they may be names, what a missing
// import is told by, and the grammar of `and`, `or` and `not`. Tables of text and outcome; the outcomes are OPA's.
#include "lang/syntax/parse_test.h"

#include <catch2/catch.hpp>

namespace writ::lang {
namespace {

constexpr RegoVersion kV2 = RegoVersion::kV2;
constexpr RegoVersion kBoth = RegoVersion::kV0CompatV1;

// A module below `package p`, and its errors; "" where there are none.
struct ErrorRow {
  std::string text;
  std::string errors;
  RegoVersion version = kV1;
};

// A module below `package p`, and the outline of its rules.
struct RuleRow {
  std::string text;
  std::string rules;
  RegoVersion version = kV1;
};

void check(const std::vector<ErrorRow>& rows) {
  for (const ErrorRow& row : rows) {
    INFO(row.text << "\nas version " << static_cast<int>(row.version));
    CHECK(errors(row.text, row.version) == row.errors);
  }
}

void check(const std::vector<RuleRow>& rows) {
  for (const RuleRow& row : rows) {
    INFO(row.text << "\nas version " << static_cast<int>(row.version));
    CHECK(rules(row.text, row.version) == row.rules);
  }
}

constexpr const char* kAliased = " imports cannot be aliased";
constexpr const char* kRegoImports = ", must be one of: `rego.v1`, `rego.v2`";

}  // namespace

// --- imports ---------------------------------------------------------------------------------------------------------

TEST_CASE("paths and aliases of imports", "[parse]") {
  check(std::vector<ErrorRow>{
      {"import foo.bar",
       "2:8 unexpected import path, must begin with one of: {data, future, input, rego}, got: foo (hint: if this is "
       "unexpected, try updating OPA)"},
      {"import data[x]", "2:13 unexpected var token: expecting string"},
      {"import data.foo as if", "2:20 unexpected if keyword: expected var"},
      {"import data.foo as data", "2:20 unexpected import alias, must not be a reserved name, got: data"},
      {"import data.foo as input", "2:20 unexpected import alias, must not be a reserved name, got: input"},
      {"import data.foo as data.bar", "2:28 unexpected eof token: expected var"},
      {"import data.x.if",
       "2:15 unexpected import path, must not end with a keyword, got: if (hint: import a different path or use an "
       "alias)"},
      {"import data.x.if as y", ""},
      {"import data.x.if", "", kV0},
      {"import data.x.not as y", "", kV0},
      {"import data.x.or", ""},
      {"import data.x.or",
       "2:15 unexpected import path, must not end with a keyword, got: or (hint: import a different path or use an "
       "alias)",
       kV2},
      {"import data.foo-bar", "2:16 unexpected minus token"},
      {"import data.foo\n-1", "3:1 unexpected minus token"},
      {"import data.foo as b-c", "2:21 unexpected minus token"},
      {"import future.foo", "2:8 invalid import, must be `future.keywords`"},
      {"import future.keywords.in as x", std::string("2:30 `future`") + kAliased},
      {"import future.keywords.no", "2:8 unexpected keyword, must be one of [and contains every if in not or]"},
      {"import future.keywords.no", "2:8 unexpected keyword, must be one of [and contains every if in not or]", kV2},
  });
}

TEST_CASE("imports of versions", "[parse]") {
  check(std::vector<ErrorRow>{
      {"import rego.v3", std::string("2:8 invalid import `rego.v3`") + kRegoImports},
      {"import rego", std::string("2:8 invalid import `rego`") + kRegoImports},
      {"import rego.v2.x", std::string("2:8 invalid import `rego.v2.x`") + kRegoImports},
      {"import rego.v1 as x", std::string("2:19 `rego`") + kAliased},
      {"import rego.v2 as x", std::string("2:19 `rego`") + kAliased},
      {"import rego.v1 as x", std::string("2:19 `rego`") + kAliased, kV0},
      {"import rego.v2 as x", std::string("2:19 `rego`") + kAliased, kV2},
      {"import rego.v2\np { true }", "3:1 `if` keyword is required before rule body", kV0},
      {"import rego.v2\nimport rego.v1\np if { 1 in [1] or true }", "", kV0},
      {"import future.keywords.in\nimport rego.v2\np if true", "", kV0},
      {"import rego.v2\np := $\"a\"", "3:6 template strings are not supported by current capabilities\n3:6 unexpected template-string-end token: expected rule value term (e.g., p := <VALUE> { ... })", kV0},
      {"p if { input.a or true }\nimport rego.v2",
       "2:16 unexpected identifier token: expected \\n or ; or } (hint: `import future.keywords.or` for `x or y` "
       "expressions)"},
  });
  check(std::vector<RuleRow>{
      {"import rego.v2\np if { a or b and not {c; d} }", "complete p { a or b and not {c; d} }"},
      {"import rego[\"v2\"]\np if a or b", "complete p { a or b }"},
      {"import rego.v2\np if a or b", "complete p { a or b }", kV0},
      {"import future.keywords.or\np if { a or b }\nand := 1", "complete p { a or b }\ncomplete and = 1"},
      {"import future.keywords.not\np if { not a }", "complete p { not a }"},
      {"p := $\"{a}\" if { 1 in [1]; a or b }\nimport rego.v2\nimport rego.v1\nimport future.keywords",
       "complete p = $\"{a}\" { internal.member_2(1, [1]); a or b }", kV2},
  });
  struct Row {
    std::string text;
    RegoVersion version, latest;
  };
  for (const Row& row : {Row{"", kV0, kV0}, Row{"", kV1, kV1}, Row{"", kV2, kV2}, Row{"", kBoth, kV1},
                         Row{"import rego.v1", kV0, kV1}, Row{"import rego.v2", kV0, kV2}, Row{"import rego.v2", kV1, kV2},
                         Row{"import rego.v1", kV2, kV2}, Row{"import rego.v2\nimport rego.v1", kV0, kV2}}) {
    INFO(row.text << " as version " << static_cast<int>(row.version));
    Parsed parsed("package p\n" + row.text + "\n", row.version);
    REQUIRE(parsed.module != nullptr);
    CHECK(parsed.module->version == row.version);
    CHECK(parsed.module->latest == row.latest);
  }
}

TEST_CASE("packages end at a minus", "[parse]") {
  for (auto [text, expected] : {std::pair{"package a-", "1:10 unexpected minus token"},
                                {"package a-b", "1:10 unexpected minus token"},
                                {"package a\n- x", "2:1 unexpected minus token"}}) {
    INFO(text);
    CHECK(Parsed(text).messages() == expected);
  }
}

TEST_CASE("queries see the keywords that their scope imports", "[parse]") {
  struct Row {
    std::string imports, query, expected;
    RegoVersion version = kV1;
  };
  const std::string no_operator = "a; or; b";
  for (const Row& row :
       {Row{"", "a or b", no_operator}, Row{"import rego.v2", "a or b", "a or b"},
        Row{"import rego.v2", "$\"{a}\" or 1 in [1]", "$\"{a}\" or internal.member_2(1, [1])", kV0},
        Row{"import future.keywords.or", "a or b", "a or b"}, Row{"import future.keywords.and", "a or b", no_operator},
        Row{"import rego.v1", "1 in [1]", "internal.member_2(1, [1])", kV0}, Row{"", "1 in [1]", "1; in; [1]", kV0}}) {
    INFO(row.imports << "\n" << row.query);
    Parsed scope("package p\n" + row.imports + "\n", row.version);
    REQUIRE(scope.module != nullptr);
    SourceMap sources;
    Ast ast;
    std::vector<Diagnostic> diagnostics;
    Language language;
    language.version = row.version;
    Body* body = parse_query(sources, sources.add("", row.query), language, ast, diagnostics, scope.module);
    REQUIRE(body != nullptr);
    CHECK(text_of(*body) == row.expected);
  }
}

// --- keywords as names -----------------------------------------------------------------------------------------------

TEST_CASE("keywords in the place of a rule's name", "[parse]") {
  struct Row {
    std::string keyword;
    std::vector<std::string> refused;  // what follows the keyword
  };
  const std::vector<std::string> any = {" := 1", " = 1", " if true", " contains 1", "(x) := 1", " (x) := 1", "\n:= 1"};
  const std::vector<std::string> no_call = {" := 1", " = 1", " if true", " contains 1"};
  for (const Row& row : {Row{"every", any}, Row{"if", any}, Row{"in", any}, Row{"some", any}, Row{"as", any},
                         Row{"package", {" := 1", " = 1", "(x) := 1"}}, Row{"import", {" := 1", " = 1", "(x) := 1"}},
                         Row{"not", no_call}, Row{"and", no_call}, Row{"or", no_call},
                         Row{"contains", {" if true", " contains 1", " := 1"}}}) {
    for (const std::string& rest : row.refused) {
      INFO(row.keyword << rest);
      CHECK(errors(row.keyword + rest, kV2).starts_with("2:1 " + row.keyword + " keyword cannot be used for rule name"));
    }
    CHECK(errors("default " + row.keyword + " := 1", kV2)
              .ends_with(" " + row.keyword + " keyword cannot be used for rule name"));
  }
  check(std::vector<ErrorRow>{
      {"default every := 1", "2:9 every keyword cannot be used for rule name"},
      {"import future.keywords.and\nand if true", "3:1 and keyword cannot be used for rule name"},
      {"or := 1", "2:1 or keyword cannot be used for rule name", kV2},
      {"p := or", "2:6 unexpected or keyword\n2:6 unexpected or keyword: expected rule value term (e.g., p := <VALUE> { ... })", kV2},
  });
  check(std::vector<RuleRow>{
      {"every.x := 1\nif[\"y\"] := 2", "complete every.x = 1\ncomplete if.y = 2"},
      {"import rego.v2\nor(x) := 1", "function or(x) = 1"},
      {"p := [input.or, x[\"and\"], {\"or\": 1}.or, and({1}, {1})]\nq.or := 1",
       "complete p = [input.or, x.and, {\"or\": 1}.or, and({1}, {1})]\ncomplete q.or = 1", kV2},
      {"and := 1\nor := 2", "complete and = 1\ncomplete or = 2"},
      {"every := 1\nin := 2", "complete every = 1\ncomplete in = 2", kV0},
  });
}

// --- hints -----------------------------------------------------------------------------------------------------------

TEST_CASE("a keyword that was not imported is hinted at", "[parse]") {
  auto operator_hint = [](std::string keyword, std::string example) {
    return "unexpected " + std::string(example.find(',') == 1 ? ", " : "identifier ") +
           "token: expected \\n or ; or } (hint: `import future.keywords." + keyword + "` for `" +
           (example.find(',') == 1 ? "x in xs" : example) + "` expressions)";
  };
  const std::string name = " cannot be used for rule name";
  const std::string if_hint = " (hint: `import future.keywords.if` for `p if { ... }` rules)";
  const std::string contains_hint = " (hint: `import future.keywords.contains` for `p contains x` rules)";
  check(std::vector<ErrorRow>{
      {"p if { input.a or input.b }", "2:16 " + operator_hint("or", "x or y")},
      {"p if { input.a and input.b }", "2:16 " + operator_hint("and", "x and y")},
      {"p { x in [1] }", "2:7 " + operator_hint("in", "x in xs"), kV0},
      {"p { k, v in xs }", "2:6 " + operator_hint("in", "k, v in xs"), kV0},
      {"p { k, v }", "2:6 unexpected , token: expected \\n or ; or }", kV0},
      {"p { x y }", "2:7 unexpected identifier token: expected \\n or ; or }", kV0},
      {"p if { true }", "2:1 var" + name + if_hint, kV0},
      {"p := 1 if { true }", "", kV0},
      {"p\nif { true }", "2:1 var" + name, kV0},
      {"p contains x", "2:1 var" + name + contains_hint + "\n2:3 var" + name + contains_hint + "\n2:12 var" + name, kV0},
      {"import rego.v1\np x", "3:1 var" + name + "\n3:3 var" + name, kV0},
  });
}

// --- the logical layer -----------------------------------------------------------------------------------------------

TEST_CASE("statements of and, or and not", "[parse]") {
  struct Row {
    std::string text, expected;
  };
  const std::string wrap = " (hint: wrap the operand to keep the value: `";
  for (const Row& row : {
           Row{"not a or b and c", "not a or b and c"},
           {"false\nor true", "false or true"},
           {"false or\n# why\ntrue", "false or true"},
           {"{a} or {b; c}", "{ a } or { b; c }"},
           {"{some x in [1]; x == 1} or false", "{ some x in [1]; equal(x, 1) } or false"},
           {"not { every x in [1] { x } }", "not {every x in [1] { x }}"},
           {"not (not x)", "not (not x)"},
           {"not not x", "error: unexpected not keyword"},
           {"some x in [1] or true", "error: unexpected or keyword"},
           {"true or some x in [1]", "error: unexpected some keyword"},
           {"true or every x in [1] { x }", "error: unexpected every keyword"},
           {"x := (a or b)", "error: non-terminated expression"},
           {"x := [a or b]", "error: unexpected or keyword: expected \",\" or \"]\""},
           {"x := f(a or b)", "error: unexpected or keyword: expected \",\" or \")\""},
           {"not {1} == x", "error: unexpected equal token"},
           {"not ({1} == x)", "not equal({1}, x)"},
           {"or({1}, {2}) or and({1}, {2})", "or({1}, {2}) or and({1}, {2})"},
           {"input.or or input.and", "input.or or input.and"},
           {"a or b with input as 1", "a or b with input as 1"},
           {"a or (b with input as 1)", "a or (b with input as 1)"},
           // The modifiers behind a group replace those at the end of what is in it.
           {"(a or b with input as 1) with input as 2", "a or b with input as 2"},
           {"((a with input as 1) with input as 2) or b", "(a with input as 2) or b"},
           {"{a | a := 1} or b", "{ assign(or(a, a), 1) } or b"},
           {"{1, 2} or b",
            "error: operand of `or` cannot begin with `{` unless the braces hold a body" + wrap + "({1, 2}) or ...`)"},
       }) {
    INFO(row.text);
    CHECK(logical(row.text) == row.expected);
  }
}

// --- objects, white space --------------------------------------------------------------------------------------------

TEST_CASE("an object is blamed where it goes wrong", "[parse]") {
  check(std::vector<ErrorRow>{
      {"p := {\"a\": 1, \"b\" 2}", "2:19 unexpected number token: expected \":\"\n2:19 unexpected number token: expected rule value term (e.g., p := <VALUE> { ... })"},
      {"p := {\"a\": 1, \"b\": }", "2:20 unexpected } token\n2:20 unexpected } token: expected rule value term (e.g., p := <VALUE> { ... })"},
      {"p := {\"a\": 1, 2}", "2:16 unexpected } token: expected \":\"\n2:16 unexpected } token: expected rule value term (e.g., p := <VALUE> { ... })"},
      {"p := {\"a\": 1 \"b\": 2}", "2:14 unexpected string token: non-terminated object\n2:14 unexpected string token: expected rule value term (e.g., p := <VALUE> { ... })"},
      {"p := {\"a\": 1, \"b\": 2 3}", "2:22 unexpected number token: expected \",\" or \"}\"\n2:22 unexpected number token: expected rule value term (e.g., p := <VALUE> { ... })"},
      {"p := {\"a\": {\"b\": 1 2}}", "2:20 unexpected number token: non-terminated object\n2:20 unexpected number token: expected rule value term (e.g., p := <VALUE> { ... })"},
  });
}

TEST_CASE("a non-breaking space is not a space", "[parse]") {
  const std::string expected = "illegal non-breaking space character, use a regular space instead";
  check(std::vector<ErrorRow>{
      {"p\u00a0:= 1", "2:2 " + expected},
      {"p := 1\u00a0", "2:7 " + expected},
      {"p := \"a\u00a0b\" # \u00a0", ""},
      {"p := 1\u2003", "2:7 illegal token"},
  });
}

TEST_CASE("a semicolon is followed by a statement", "[parse]") {
  check(std::vector<ErrorRow>{
      {"p if { true; }", "2:14 unexpected } token"},
      {"p if { true;\n}", "3:1 unexpected } token"},
      {"p { true; }", "2:11 unexpected } token", kV0},
      {"p if { true;; true }", "2:13 unexpected ; token"},
      {"p if { ; true }", "2:8 unexpected ; token"},
      {"p := [1 | true;]", "2:16 unexpected ] token\n2:16 unexpected ] token: expected rule value term (e.g., p := <VALUE> { ... })"},
      {"p if not { true; }", "2:18 unexpected } token", kV2},
      {"p if { true\n; true }", ""},
  });
}

}  // namespace writ::lang
