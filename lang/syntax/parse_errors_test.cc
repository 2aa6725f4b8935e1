#include "lang/syntax/parse_test.h"

#include <catch2/catch.hpp>

#include <pthread.h>

#include "lang/syntax/diagnostics.h"

namespace writ::lang {

// --- locations -------------------------------------------------------------------------------------------------------

TEST_CASE("nodes have the locations OPA gives them", "[parse]") {
  Parsed parsed(
      "package p\n\np[x] := (a + 1) * f(\"\u00e9\").y if {\n\tnot (b) == -c.d with input.e as 3\n\tsome k in [1]\n}\n");
  REQUIRE(parsed.module != nullptr);
  const Rule& rule = *parsed.module->rules[0];
  CHECK(parsed.place(rule.span) == "3:1");
  const Term& product = *rule.head.value;
  CHECK(parsed.place(product.span) == "3:10");  // behind the parenthesis
  CHECK(product.items[1]->parenthesised);
  CHECK(parsed.place(product.items[0]->span) == "3:17");
  CHECK(parsed.sources.text(product.items[2]->span) == "f(\"\u00e9\").y");
  const Expr& negated = *rule.body->exprs[0];
  CHECK(parsed.place(negated.span) == "4:2");
  CHECK(parsed.sources.text(negated.span) == "not (b) == -c.d with input.e as 3");
  CHECK(parsed.place(negated.term->span) == "4:7");
  CHECK(parsed.place(negated.term->items[2]->span) == "4:13");
  CHECK(parsed.sources.text(negated.term->items[2]->span) == "-c.d");
  CHECK(parsed.place(negated.withs[0].span) == "4:18");
  CHECK(parsed.place(rule.body->exprs[1]->span) == "5:2");
  CHECK(parsed.place(rule.body->exprs[1]->value->span) == "5:7");
}

// --- errors --------------------------------------------------------------------------------------------------------

TEST_CASE("the errors of a file are those of the first statement that cannot be read", "[parse]") {
  CHECK(errors("a if {\n  x y\n  z w\nb := [1 2]\n") == "3:5 unexpected identifier token: expected \\n or ; or }");
  CHECK(errors("a := f(1 2)\nb := ]\n") == "2:10 unexpected number token: expected \",\" or \")\"\n"
                                           "2:10 unexpected number token: expected rule value term (e.g., a := <VALUE> { ... })");
  CHECK(errors("a[x. y] := 1\n") == "2:5 unexpected whitespace token: expected identifier\n"
                                    "2:5 unexpected whitespace token: expected rule head name");
  CHECK(errors("import 1\n") == "2:8 unexpected number token");
  CHECK(errors("import data. x\n") == "2:13 unexpected whitespace token: expected identifier\n2:13 expected path");
  CHECK(errors("p contains := 1\n") ==
        "2:12 unexpected assign token\n2:12 unexpected assign token: expected rule key term (e.g., p contains <VALUE> { ... })");
  CHECK(errors("x := $\"{}\"\n") ==
        "2:9 unexpected } token\n2:9 invalid template-string expression\n"
        "2:9 unexpected } token: expected rule value term (e.g., x := <VALUE> { ... })");
}

TEST_CASE("what was said of a statement that can be read on is kept", "[parse]") {
  CHECK(errors("import foo.if\n") == "2:8 unexpected import path, must begin with one of: {data, future, input, rego}, got: foo "
                                     "(hint: if this is unexpected, try updating OPA)");
  CHECK(errors("import data.if\nimport data.in\np := ]\n") ==
        "2:13 unexpected import path, must not end with a keyword, got: if (hint: import a different path or use an alias)\n"
        "3:13 unexpected import path, must not end with a keyword, got: in (hint: import a different path or use an alias)\n"
        "4:6 unexpected ] token\n"
        "4:6 unexpected ] token: expected rule value term (e.g., p := <VALUE> { ... })");
  CHECK(errors("default p := {x, [y], f(1)}\n") == "2:1 illegal default rule (value cannot contain var)\n"
                                                   "2:1 illegal default rule (value cannot contain var)\n"
                                                   "2:1 illegal default rule (value cannot contain call)");
  CHECK(errors("default f(x, x, 1) := 1\n") == "2:1 illegal default rule (arguments cannot be repeated x)\n"
                                               "2:1 illegal default rule (arguments cannot contain number)");
  CHECK(errors("p if {\n  x with 1 as 2\n}\n") == "3:10 unexpected number token: expected ident");
  CHECK(errors("p if {\n  every x, 1 in [2] { true }\n}\n") == "3:21 unexpected { token: expected value to be a variable");
}

TEST_CASE("what cannot be a token is said where it is read", "[parse]") {
  CHECK(errors("p := \"abc\nq := !\n") == "2:6 non-terminated string\n2:6 illegal token\n2:6 illegal token");
  CHECK(errors("p := \"a\\q\\w\"\n") ==
        "2:6 illegal escape sequence\n2:6 illegal escape sequence\n2:6 illegal token\n2:6 illegal token");
}

TEST_CASE("diagnostics have codes, OPA's code and are sorted", "[parse]") {
  Parsed unread("package p\nr { ] }\nq { true }\n");
  REQUIRE(unread.diagnostics.size() == 1);
  CHECK(unread.diagnostics[0].id == "REGO0115");
  CHECK(unread.diagnostics[0].shows_line);
  Parsed parsed("package p\nr := 1\nq { true }\n");
  REQUIRE(parsed.diagnostics.size() == 1);
  CHECK(parsed.diagnostics[0].id == "REGO0138");
  CHECK(parsed.diagnostics[0].opa_code == "rego_parse_error");
  CHECK_FALSE(parsed.diagnostics[0].help.empty());
  CHECK_FALSE(parsed.diagnostics[0].shows_line);
  CHECK(find_diagnostic("REGO0138") == &diagnostic_info(DiagnosticId::kIfRequired));
  CHECK(find_diagnostic("REGO9999") == nullptr);
  for (const DiagnosticInfo& info : diagnostic_table()) CHECK(&diagnostic_info(info.id) == &info);
}

// OPA asks whether rules are those of v1 when it has read all of a module.
TEST_CASE("the first error is of what cannot be read", "[parse]") {
  CHECK(errors("q { true }\nr := \n") == "4:1 unexpected eof token\n"
                                         "4:1 unexpected eof token: expected rule value term (e.g., r := <VALUE> { ... })");
  CHECK(errors("q := 42\n{q} := 42\n") == "3:5 unexpected assign token");
  CHECK(errors("q contains 1\np[x] { x := 1 }\nr := }\n") == "4:6 unexpected } token\n"
                                                         "4:6 unexpected } token: expected rule value term (e.g., r := <VALUE> { ... })");
}

TEST_CASE("single terms", "[parse]") {
  auto term = [](std::string text) {
    SourceMap sources;
    Ast ast;
    std::vector<Diagnostic> diagnostics;
    uint32_t file = sources.add("", std::move(text));
    Term* result = parse_term(sources, file, ast, diagnostics);
    return result != nullptr ? to_text(*result) : "error: " + (diagnostics.empty() ? "none" : diagnostics[0].message);
  };
  CHECK(term("{\"a\": {1, 2}, \"b\": set()}") == "{\"a\": {1, 2}, \"b\": set()}");
  CHECK(term("1; 2") == "error: expected exactly one term");
  CHECK(term("") == "error: expected exactly one term");
  CHECK(term("f(1)") == "error: expected exactly one term");
  CHECK(term("[1") == "error: unexpected eof token: expected \",\" or \"]\"");
}

// --- limits ----------------------------------------------------------------------------------------------------------

namespace {

std::string nested(std::string_view open, std::string_view close, uint32_t levels, std::string_view inner = "x") {
  std::string out;
  for (uint32_t i = 0; i < levels; ++i) out += open;
  out += inner;
  for (uint32_t i = 0; i < levels; ++i) out += close;
  return out;
}

constexpr const char* kTooDeep = "error: max parsing recursion depth exceeded";

}  // namespace

TEST_CASE("nesting has a limit", "[parse]") {
  // A statement, the arrays, and what is in the innermost.
  CHECK(query(nested("[", "]", kMaxNesting - 3)).size() > kMaxNesting);
  CHECK(query(nested("[", "]", kMaxNesting)) == kTooDeep);
  CHECK(query(nested("(", ")", kMaxNesting - 1)) == "x");
  CHECK(query(nested("(", ")", kMaxNesting)) == kTooDeep);
  for (uint32_t levels : {kMaxNesting, 100000u}) {
    for (auto [open, close] : {std::pair{"[", "]"}, {"{", "}"}, {"(", ")"}, {"f(", ")"}, {"{1: ", "}"}, {"a[", "]"},
                               {"[x | ", "]"}, {"{x | ", "}"}, {"{x: 1 | ", "}"}, {"$\"{", "}\""}, {"{x + ", "}"},
                               {"every x in xs { ", "}"}, {"1 + (", ")"}, {"[1 in ", "]"}}) {
      INFO(open << " " << levels);
      CHECK(query(nested(open, close, levels)) == kTooDeep);
      CHECK_FALSE(query(nested(open, "", levels)) == "");
    }
  }
  CHECK(logical(nested("not (", ")", 100000)) == kTooDeep);
  CHECK(logical(nested("not {", "}", 100000)) == kTooDeep);
  CHECK(logical(nested("(a and ", ")", 100000)) == kTooDeep);
}

TEST_CASE("rows of operators count as nesting, since the tree grows with them", "[parse]") {
  // The lowest operator has a reference to its function below it; the statement and its body are above the highest.
  std::string sum = "x";
  for (uint32_t i = 0; i < kMaxNesting - 4; ++i) sum += " + x";
  CHECK(query(sum).size() > kMaxNesting);
  CHECK(query(sum + " + x") == kTooDeep);
  std::string calls = "f";
  for (uint32_t i = 0; i < kMaxNesting; ++i) calls += "(1).x";
  CHECK(query(calls) == kTooDeep);
}

TEST_CASE("long is not deep", "[parse]") {
  std::string list = "[1", body = "x", chain = "a", ref = "a";
  for (int i = 0; i < 20000; ++i) {
    list += ", 1";
    body += "\nx";
    chain += " or a";
    ref += ".b";
  }
  CHECK(query(list + "]").size() == list.size() + 1);
  CHECK(query(body).size() > 20000);
  CHECK(logical(chain).size() == chain.size());
  CHECK(query(ref).size() == ref.size());
}

TEST_CASE("no more than kMaxErrors of a file are listed, the first ones", "[parse]") {
  std::string lines = "package p\n", controls = "package p # ";
  for (uint32_t i = 0; i < 2 * kMaxErrors; ++i) {
    lines += "import data.if\n";
    controls += "\u202E";
  }
  Parsed broken(lines);
  REQUIRE(broken.diagnostics.size() == kMaxErrors);
  CHECK(broken.at(broken.diagnostics.back().span).row == 1 + kMaxErrors);
  CHECK(Parsed(controls).diagnostics.size() == kMaxErrors);
}

TEST_CASE("looking for missing imports takes no longer in a long file", "[parse]") {
  std::string text = "package p\n";
  for (int i = 0; i < 20000; ++i) text += "p { some x; x = every }\n";
  Parsed parsed(text, kV0);
  REQUIRE(parsed.module != nullptr);
  CHECK(parsed.module->rules.size() == 20000);
}

TEST_CASE("what can be read two ways takes no longer for being nested", "[parse]") {
  for (std::string_view open : {"{x | ", "[x | ", "{x: y | ", "{x + ", "{{", "[{a: ", "some x, ", "{a, ", "not {",
                                "({"}) {
    for (bool experimental : {false, true}) {
      Query read(nested(open, "", 240), kV1, experimental);
      CHECK_FALSE(read.diagnostics.empty());
      Query closed(nested(open, ", 1}", 240), kV1, experimental);
      CHECK((closed.body == nullptr) == !closed.diagnostics.empty());
    }
  }
}

namespace {

[[maybe_unused]] void* parse_deep(void*) {
  for (auto [open, close] : {std::pair{"[x | x := ", "]"}, {"{x: 1 | y := f(", ")}"}, {"$\"{", "}\""}, {"{", "}"},
                             {"every x in xs { ", "}"}, {"f(", ")"}, {"a[", "]"}}) {
    Query deep(nested(open, close, 1000));
    Query logical_deep(nested(open, close, 1000), kV1, true);
  }
  return nullptr;
}

}  // namespace

TEST_CASE("at the limit a stack of one mebibyte is enough", "[parse]") {
#if defined(__OPTIMIZE__) && !WRIT_SANITIZED  // without and with them frames are several times larger
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, size_t{1} << 20) == 0);
  pthread_t thread;
  REQUIRE(pthread_create(&thread, &attributes, parse_deep, nullptr) == 0);
  REQUIRE(pthread_join(thread, nullptr) == 0);
  pthread_attr_destroy(&attributes);
#endif
}

TEST_CASE("the outline of a module", "[parse]") {
  Parsed parsed("package a\nimport data.b as c\np contains x if {\n  x := 1 + c\n}\n");
  REQUIRE(parsed.module != nullptr);
  CHECK(dump(*parsed.module) == R"(module a v1  [0,9)
  import data.b as c  [10,28)
  rule partial_set  [29,61)
    ref  [29,30)
      ref  [29,30)
        var p  [29,30)
    key  [40,41)
      var x  [40,41)
    body  [49,59)
      term  [49,59)
        call infix  [49,59)
          ref  [51,53)
            var assign  [51,53)
          var x  [49,50)
          call infix  [54,59)
            ref  [56,57)
              var plus  [56,57)
            number 1  [54,55)
            var c  [58,59)
)");
}

}  // namespace writ::lang
