#include "lang/syntax/parse_test.h"

#include <catch2/catch.hpp>

namespace writ::lang {

// --- modules ---------------------------------------------------------------------------------------------------------

TEST_CASE("packages", "[parse]") {
  Parsed parsed("package a.b[\"c d\"].in\nx := 1");
  REQUIRE(parsed.module != nullptr);
  CHECK(parsed.module->package == std::vector<std::string>{"a", "b", "c d", "in"});
  CHECK(parsed.place(parsed.module->package_spans[2]) == "1:13");
  CHECK(Parsed("package if").module != nullptr);
  CHECK(Parsed("package a[x]").messages() == "1:11 unexpected var token: expecting string");
  CHECK(Parsed("package").messages() == "1:8 unexpected eof token");
  CHECK(Parsed("").messages() == "1:1 empty module");
  CHECK(Parsed("# nothing\n").messages() == "1:1 empty module");
  CHECK(Parsed("x := 1").messages() == "1:1 package expected");
  CHECK(Parsed("package a\npackage b").messages() == "2:1 unexpected package");
}

TEST_CASE("imports", "[parse]") {
  Parsed parsed("package p\nimport data.a.b as c\nimport input\nimport input.x[\"y\"]\nimport rego.v1");
  REQUIRE(parsed.module != nullptr);
  REQUIRE(parsed.module->imports.size() == 4);
  CHECK(to_text(*parsed.module->imports[0]->path) == "data.a.b");
  CHECK(parsed.module->imports[0]->alias == "c");
  CHECK(parsed.module->imports[1]->path->items.size() == 1);
  CHECK(to_text(*parsed.module->imports[2]->path) == "input.x.y");
  CHECK(parsed.module->version == kV1);
}

TEST_CASE("an import may be anywhere after the package", "[parse]") {
  CHECK(rules("x := 1\nimport data.y\nz := y") == "complete x = 1\ncomplete z = y");
}

TEST_CASE("keywords by import in v0", "[parse]") {
  CHECK(rules("p { some x in [1] }", kV0) ==
        "errors: 2:12 unexpected identifier token: expected \\n or ; or } (hint: `import future.keywords.in` for `some "
        "x in xs` expressions)");
  CHECK(rules("p { every x in [1] { true } }", kV0).find("`import future.keywords.every`") != std::string::npos);
  CHECK(rules("import future.keywords.every\np { every x in [1] { x in [1] } }", kV0) ==
        "complete p { every x in [1] { internal.member_2(x, [1]) } }");
  CHECK(rules("import future.keywords\np contains x if x := 1", kV0) == "set p has x { assign(x, 1) }");
  CHECK(rules("if = 1\ncontains = 2\nin { if == 1 }", kV0) ==
        "complete if = 1\ncomplete contains = 2\ncomplete in { equal(if, 1) }");
  Parsed parsed("package p\nimport rego.v1\np if { 1 in [1] }", kV0);
  REQUIRE(parsed.module != nullptr);
  CHECK(parsed.module->version == kV0);
  CHECK(parsed.module->latest == kV1);
  CHECK(errors("import rego.v1\np { true }", kV0) == "3:1 `if` keyword is required before rule body");
}

TEST_CASE("annotations go to the next statement", "[parse]") {
  Parsed parsed(
      "# METADATA\n# title: pkg\npackage p\n\n# METADATA\n# scope: rule\n#  x: y\n\n# plain\nimport data.a\n"
      "# METADATA\n# title: one\n# METADATA\n# title: two\np := 1\n\n p2 := 2  # METADATA\n#METADATA\n#t: 3\nq := 1\n");
  REQUIRE(parsed.module != nullptr);
  const Module& module = *parsed.module;
  REQUIRE(module.annotations.size() == 5);
  REQUIRE(module.package_annotations.size() == 1);
  CHECK(module.package_annotations[0]->yaml == "title: pkg\n");
  REQUIRE(module.imports[0]->annotations.size() == 1);
  CHECK(module.imports[0]->annotations[0]->yaml == "scope: rule\n x: y\n");
  REQUIRE(module.rules[0]->annotations.size() == 2);
  CHECK(module.rules[0]->annotations[1]->yaml == "title: two\n");
  CHECK(module.rules[1]->annotations.empty());
  REQUIRE(module.rules[2]->annotations.size() == 1);
  CHECK(module.rules[2]->annotations[0]->yaml == "t: 3\n");
  CHECK(parsed.place(module.rules[2]->annotations[0]->span) == "18:1");
  CHECK(module.comments.size() == 13);
  CHECK(errors("# METADATA\nx := 1") == "2:1 expected METADATA block, found whitespace");
}

// --- rules -----------------------------------------------------------------------------------------------------------

TEST_CASE("kinds of rules in v1", "[parse]") {
  CHECK(rules("p := 1") == "complete p = 1");
  CHECK(rules("p = 1") == "complete p = 1");
  CHECK(rules("p if { true }") == "complete p { true }");
  CHECK(rules("p if true") == "complete p { true }");
  CHECK(rules("p contains 1") == "set p has 1");
  CHECK(rules("p contains x if some x in [1]") == "set p has x { some x in [1] }");
  CHECK(rules("p.q[x].r contains y if { x := y }") == "set p.q[x].r has y { assign(x, y) }");
  CHECK(rules("p[x] if x := 1") == "object p[x] { assign(x, 1) }");
  CHECK(rules("p[x] := y if { x := 1 }") == "object p[x] = y { assign(x, 1) }");
  CHECK(rules("p[\"x\"] := 1") == "complete p.x = 1");
  CHECK(rules("p.q.r := 1") == "complete p.q.r = 1");
  CHECK(rules("p.q if true") == "complete p.q { true }");
  CHECK(rules("p[input.x] := 1") == "object p[input.x] = 1");
  CHECK(rules("p[[1]] := 1") == "complete p[[1]] = 1");
  CHECK(rules("f(x, [y]) := z if { z := x }") == "function f(x, [y]) = z { assign(z, x) }");
  CHECK(rules("a.f(x) := x") == "function a.f(x) = x");
  CHECK(rules("f(x)") == "function f(x)");
  CHECK(rules("f() := 1") == "complete f = 1");
  CHECK(rules("f (x) := x if true") == "function f(x) = x { true }");
  CHECK(rules("default p := [1]\ndefault f(_, _) = {x | x := 1}") ==
        "default complete p = [1]\ndefault function f(_, _) = {x | assign(x, 1)}");
  CHECK(rules("not.a := 1\nif.b := 2") == "complete not.a = 1\ncomplete if.b = 2");
}

TEST_CASE("`if` takes objects and comprehensions as values, sets as bodies", "[parse]") {
  CHECK(rules("p if { x }") == "complete p { x }");
  CHECK(rules("p if { x; y }") == "complete p { x; y }");
  CHECK(rules("p if {\"a\": 1}") == "complete p { {\"a\": 1} }");
  CHECK(rules("p if { x | y }") == "complete p { {x | y} }");
  CHECK(rules("p if { (x | y) }") == "complete p { or(x, y) }");
  CHECK(rules("p if {1} == q") == "complete p { equal({1}, q) }");
  CHECK(rules("p if set()") == "complete p { set() }");
  CHECK(rules("p if { not.x }") == "complete p { not.x }");
}

TEST_CASE("v0 rules", "[parse]") {
  CHECK(rules("p { true }", kV0) == "complete p { true }");
  CHECK(rules("p[x] { x := 1 }", kV0) == "set p has x { assign(x, 1) }");
  CHECK(rules("p.x { true }", kV0) == "set p has \"x\" { true }");
  CHECK(rules("p.x", kV0) == "set p has \"x\"");
  CHECK(rules("p[x] = y { x := 1 }", kV0) == "object p[x] = y { assign(x, 1) }");
  CHECK(rules("p[\"x\"] = y { true }", kV0) == "complete p.x = y { true }");
  CHECK(rules("p.q.r[x] { x := 1 }", kV0) == "object p.q.r[x] { assign(x, 1) }");
  CHECK(rules("p.q.r { true }", kV0) == "complete p.q.r { true }");
  CHECK(rules("f(x) = y { y := x }", kV0) == "function f(x) = y { assign(y, x) }");
  CHECK(rules("p = 1", kV0) == "complete p = 1");
  CHECK(rules("p[1]", kV0) == "set p has 1");
  CHECK(rules("import future.keywords.if\np[x] if x := 1", kV0) == "object p[x] { assign(x, 1) }");
}

TEST_CASE("chained bodies are rules of their own, each with its own head", "[parse]") {
  Parsed parsed("package p\nf(x, _) = y { y := x } {\n  y := 2 }", kV0);
  REQUIRE(parsed.rules() == "function f(x, _) = y { assign(y, x) }\nfunction f(x, _) = y { assign(y, 2) }");
  const Rule& first = *parsed.module->rules[0];
  const Rule& second = *parsed.module->rules[1];
  CHECK(first.head.ref != second.head.ref);
  CHECK(first.head.args[0] != second.head.args[0]);
  CHECK(first.head.value != second.head.value);
  CHECK(parsed.place(second.span) == "2:24");
  CHECK(parsed.place(second.head.args[0]->span) == "2:24");
  CHECK(errors("p { true } else = 1 { true } { true }", kV0) == "2:30 expected else keyword");
}

TEST_CASE("else", "[parse]") {
  CHECK(rules("p := 1 if { false } else := 2 if { true } else := 3") ==
        "complete p = 1 { false } else = 2 { true } else = 3");
  CHECK(rules("p if false else := 2 if true else if x else = 3") ==
        "complete p { false } else = 2 { true } else { x } else = 3");
  CHECK(rules("p { false } else = 1 { true } else { x }", kV0) == "complete p { false } else = 1 { true } else { x }");
  CHECK(errors("p[x] if { x := 1 } else := 2") ==
        "2:20 else keyword cannot be used on rules with variables in head");
  CHECK(errors("p contains 1 if { true } else := 2") == "2:26 else keyword cannot be used on multi-value rules");
  CHECK(errors("p if { true } else") == "2:19 unexpected eof token: expected else value term or rule body");
  CHECK(errors("p if { true } else := 1 { true }") == "2:15 `if` keyword is required before rule body");
  CHECK(errors("p if true else if") == "2:18 unexpected eof token: rule body expected");
}

TEST_CASE("what v1 demands", "[parse]") {
  CHECK(errors("p { true }") == "2:1 `if` keyword is required before rule body");
  CHECK(errors("f(x) { true }") == "2:1 `if` keyword is required before function body");
  CHECK(errors("p[x] { x := 1 }") ==
        "2:1 `if` keyword is required before rule body\n2:1 `contains` keyword is required for partial set rules");
  CHECK(errors("p.q") == "2:1 `contains` keyword is required for partial set rules");
  CHECK(errors("p.q.r") == "2:1 rule must have value assignment and/or body declaration");
  CHECK(errors("p") == "2:1 var cannot be used for rule name");
}

TEST_CASE("defaults are constants", "[parse]") {
  CHECK(rules("default p") == "default complete p = true");
  CHECK(rules("default f(_)") == "default function f(_) = true");
  CHECK(errors("default p.x") == "2:1 illegal default rule (must have a value)");
  CHECK(errors("default p contains 1") == "2:1 illegal default rule (must have a value)");
  CHECK(errors("default p := x") == "2:1 illegal default rule (value cannot contain var)");
  CHECK(errors("default p := [input.x]") == "2:1 illegal default rule (value cannot contain ref)");
  CHECK(errors("default p := {\"a\": f(1)}") == "2:1 illegal default rule (value cannot contain call)");
  CHECK(errors("default f(1) := 2") == "2:1 illegal default rule (arguments cannot contain number)");
  CHECK(errors("default f(x, x) := 2") == "2:1 illegal default rule (arguments cannot be repeated x)");
}

TEST_CASE("expressions that are not rules", "[parse]") {
  CHECK(errors("true") == "2:1 boolean cannot be used for rule name");
  CHECK(errors("1 == 2") == "2:1 rule name conflicts with built-in function");
  CHECK(errors("count(x)") == "2:1 rule name conflicts with built-in function");
  CHECK(errors("a := 1; b := 2") == "2:1 multiple expressions cannot be used for rule head");
  CHECK(errors("not x") == "2:1 negated expressions cannot be used for rule head");
  CHECK(errors("x = 1 with input as 2") == "2:1 expressions using with keyword cannot be used for rule head");
  CHECK(errors("some x") == "2:1 'some' declarations cannot be used for rule head");
  CHECK(errors("\"a\" := 1") == "2:1 string cannot be used for rule name");
  CHECK(errors("f(x).y := 1") == "2:1 invalid rule head: f(x).y");
  CHECK(errors("f()") == "2:1 rule argument list must take at least one argument");
  CHECK(errors("input") == "2:1 refs cannot be used for rule head");
}

TEST_CASE("a rule without a body has the body `true`", "[parse]") {
  Parsed parsed("package p\nx := 1\ny contains 2\ndefault z := 3");
  REQUIRE(parsed.module != nullptr);
  for (const Rule* rule : parsed.module->rules) {
    CHECK_FALSE(rule->has_body);
    REQUIRE(rule->body != nullptr);
    CHECK(text_of(*rule->body) == "true");
    CHECK(rule->module == parsed.module);
  }
}

// --- expressions and terms -------------------------------------------------------------------------------------------

TEST_CASE("precedence", "[parse]") {
  CHECK(query("1 + 2 * 3 - 4") == "minus(plus(1, mul(2, 3)), 4)");
  CHECK(query("a | b & c + d * e") == "or(a, and(b, plus(c, mul(d, e))))");
  CHECK(query("a == b | c") == "equal(a, or(b, c))");
  CHECK(query("a < b < c") == "lt(lt(a, b), c)");
  CHECK(query("a - b - c") == "minus(minus(a, b), c)");
  CHECK(query("(a - b) * c") == "mul(minus(a, b), c)");
  CHECK(query("x in xs == true") == "internal.member_2(x, equal(xs, true))");
  CHECK(query("x == y in xs") == "internal.member_2(equal(x, y), xs)");
  CHECK(query("a in b in c") == "internal.member_2(internal.member_2(a, b), c)");
  CHECK(query("x := a in b") == "assign(x, internal.member_2(a, b))");
  CHECK(query("x = 1 % 2 / 3") == "x = div(rem(1, 2), 3)");
  CHECK(query("k, v in xs") == "internal.member_3(k, v, xs)");
  CHECK(query("f((k, v in xs))") == "f(internal.member_3(k, v, xs))");
  CHECK(query("[1, 2 in xs]") == "[1, internal.member_2(2, xs)]");
  CHECK(query("x :=\n  1 +\n  2") == "assign(x, plus(1, 2))");
}

TEST_CASE("unary minus", "[parse]") {
  CHECK(query("-1") == "-1");
  CHECK(query("- 1") == "-1");
  CHECK(query("-x") == "minus(0, x)");
  CHECK(query("-input.a[0] * 2") == "mul(minus(0, input.a[0]), 2)");
  CHECK(query("-f(x)") == "minus(0, f(x))");
  CHECK(query("1 - -1") == "minus(1, -1)");
  CHECK(query("1 -1") == "minus(1, 1)");
  CHECK(query("-(1)") == "error: unexpected ( token: expected number");
  CHECK(query("--1") == "error: unexpected minus token: expected number");
}

TEST_CASE("numbers keep their text", "[parse]") {
  CHECK(query("[1.0, 1e3, 1E-3, -0, 0.10]") == "[1.0, 1e3, 1E-3, -0, 0.10]");
  CHECK(query(".5") == "0.5");
  CHECK(query("-.5e1") == "-0.5e1");
  CHECK(query("01") == "error: unexpected number token: expected number without leading zero");
  CHECK(query("0e5") == "0e5");
  CHECK(query(".5.5") == "error: unexpected number token: invalid float");
  CHECK(query("1e6144") == "1e6144");
  CHECK(query("1e6145") == "error: number too big");
  CHECK(query("10e6144") == "error: number too big");
  CHECK(query("0.1e6145") == "0.1e6145");
  CHECK(query("1e-6143") == "1e-6143");
  CHECK(query("1e-6144") == "error: number too big");
  CHECK(query("0.01e-6141") == "0.01e-6141");
  CHECK(query("0.01e-6142") == "error: number too big");
  CHECK(query("0e99999") == "0e99999");
  for (const char* text : {"1e99999999999999999999", "1e2147483647", "1e-3000000000", "0.0001e-2147483648",
                           "0e9223372036854775808", "0e-9223372036854775809"}) {
    CHECK(query(text) == "error: unexpected number token: invalid float");
  }
  CHECK(query("0e9223372036854775807") == "0e9223372036854775807");
  CHECK(query("1e2147483646") == "error: number too big");
  CHECK(query("1" + std::string(6144, '0')).size() == 6145);
  CHECK(query("1" + std::string(6145, '0')) == "error: number too big");
  CHECK(query("0." + std::string(6145, '1')).size() == 6147);
  CHECK(query("0." + std::string(6146, '1')) == "error: number too big");
}

TEST_CASE("strings", "[parse]") {
  CHECK(query(R"("a\u00e9\n")") == R"("aé\n")");
  CHECK(query("`a\\n\"`") == "\"a\\\\n\\\"\"");
  CHECK(query(R"("\u12zz")") == R"(error: illegal string literal: "\u12zz")");
  Query raw("`a`");
  CHECK(raw.body->exprs[0]->term->raw);
}

TEST_CASE("references", "[parse]") {
  CHECK(query("a.b[c].d[\"e f\"][0]") == "a.b[c].d[\"e f\"][0]");
  CHECK(query("data") == "data");
  CHECK(Query("input").body->exprs[0]->term->kind == TermKind::kRef);
  CHECK(Query("x").body->exprs[0]->term->kind == TermKind::kVar);
  CHECK(query("{\"a\": 1}[k].x") == "{\"a\": 1}[k].x");
  CHECK(query("[1, 2][i]") == "[1, 2][i]");
  CHECK(query("f(x).y[z](w)") == "f(x).y[z](w)");
  CHECK(query("(f(x)).y") == "f(x).y");
  CHECK(query("io.jwt.decode(x)") == "io.jwt.decode(x)");
  CHECK(query("a.not.if[b.in]") == "a[\"not\"][\"if\"][b[\"in\"]]");
  CHECK(query("a[1, 2 in xs]") == "a[internal.member_3(1, 2, xs)]");
  CHECK(query("\"a\".b") == "error: illegal ref (head cannot be string)");
  CHECK(query("(a.b).c") == "error: illegal ref (head cannot be ref)");
  CHECK(query("a. b") == "error: unexpected whitespace token: expected identifier");
  CHECK(query("a.") == "error: unexpected eof token: expected identifier");
  CHECK(query("a.1") == "error: unexpected number token: expected identifier");
  CHECK(query("a[1") == "error: unexpected eof token: expected [");
}

TEST_CASE("white space decides whether a bracket continues a reference", "[parse]") {
  CHECK(query("p[x]") == "p[x]");
  CHECK(query("p\n[x]") == "p; [x]");
  CHECK(query("f(x)\n(y)") == "f(x); y");
  CHECK(query("x in [1]") == "internal.member_2(x, [1])");
  // `in[` begins a reference to something named `in`, so there is no operator.
  CHECK(rules("p if { x in[1] }").find("unexpected identifier token: expected \\n or ; or }") != std::string::npos);
}

TEST_CASE("collections", "[parse]") {
  CHECK(query("[]") == "[]");
  CHECK(query("{}") == "{}");
  CHECK(query("set()") == "set()");
  CHECK(query("set( )") == "set()");
  CHECK(query("[1, 2,]") == "[1, 2]");
  CHECK(query("{1, 2, 1,}") == "{1, 2}");
  CHECK(query("{\"b\": 1, \"a\": x + 1,}") == "{\"a\": plus(x, 1), \"b\": 1}");
  CHECK(query("f(1, 2,)") == "f(1, 2)");
  CHECK(query("[, 1]") == "[1]");
  CHECK(query("{, 1}") == "{1}");
  CHECK(query("{x + 1, y}") == "{y, plus(x, 1)}");
  CHECK(query("{x + 1: y}") == "{plus(x, 1): y}");
  CHECK(query("{1: 2 | 3}") == "{1: 2 | 3}");
  CHECK(query("[1 2]") == "error: unexpected number token: expected \",\" or \"]\"");
  CHECK(query("{1 2}") == "error: unexpected number token: non-terminated set");
  CHECK(query("{1: 2 3}") == "error: unexpected number token: non-terminated object");
  CHECK(query("f(1 2)") == "error: unexpected number token: expected \",\" or \")\"");
  CHECK(query("[,]") == "error: unexpected ] token");
}

TEST_CASE("comprehensions come before unions", "[parse]") {
  CHECK(query("[x | x = 1]") == "[x | x = 1]");
  CHECK(query("{a | b}") == "{a | b}");
  CHECK(query("{(a | b)}") == "{or(a, b)}");
  CHECK(query("{a | b, c}") == "{c, or(a, b)}");
  CHECK(query("[a | b, c]") == "[or(a, b), c]");
  CHECK(query("{a: b | c; d}") == "{a: b | c; d}");
  CHECK(query("{a + 1: b | c}") == "{(a + 1): b | c}");
  CHECK(query("{x.y | x := xs[_]\n x.z }") == "{x.y | assign(x, xs[_]); x.z}");
  CHECK(query("[x |]") == "error: found empty body");
}

TEST_CASE("some and every", "[parse]") {
  CHECK(query("some x, y; p[x] = y") == "some x, y; p[x] = y");
  CHECK(query("some x in xs") == "some x in xs");
  CHECK(query("some k, [v] in xs with input as 1") == "some k, [v] in xs with input as 1");
  CHECK(query("every x in xs { x > 1; y }") == "every x in xs { gt(x, 1); y }");
  CHECK(query("every k, v in xs { k == v } with input as 1") == "every k, v in xs { equal(k, v) } with input as 1");
  CHECK(query("some x.y") == "error: unexpected identifier token: expected number");
  CHECK(query("some 1") == "error: unexpected number token: expected var");
  CHECK(query("some x == 1") == "error: unexpected eof token: expected `x in xs` or `x, y in xs` expression");
  CHECK(query("every x { y }") == "error: unexpected { token: expected `x[, y] in xs { ... }` expression");
  CHECK(query("every x.y in xs { y }") == "error: unexpected { token: expected value to be a variable");
  CHECK(query("every x in xs") == "error: unexpected eof token: missing body");
  CHECK(query("not some x in xs") == "error: unexpected some keyword: illegal negation of 'some'");
  CHECK(query("not every x in xs { x }") == "error: unexpected every keyword: illegal negation of 'every'");
  Query some("some k, v in xs; some v in xs");
  REQUIRE(some.body != nullptr);
  CHECK(some.body->exprs[0]->kind == ExprKind::kSomeIn);
  CHECK(some.body->exprs[0]->key->text == "k");
  CHECK(some.body->exprs[1]->key == nullptr);
  CHECK(some.body->exprs[1]->value->text == "v");
}

TEST_CASE("not and with", "[parse]") {
  CHECK(query("not x with input as 1 with data.a as {2}") == "not x with input as 1 with data.a as {2}");
  CHECK(query("x := 1 with f as g") == "assign(x, 1) with f as g");
  CHECK(query("x with 1 as 2") == "error: unexpected number token: expected ident");
  CHECK(query("x with f(1) as 2") == "error: unexpected as keyword: expected with target path");
  CHECK(query("x with input") == "error: unexpected eof token: expected as keyword");
  CHECK(query("not.x[1]") == "not.x[1]");
}

TEST_CASE("bodies", "[parse]") {
  CHECK(errors("p if {}") == "");
  CHECK(errors("p {}", kV0) == "2:4 found empty body");
  CHECK(errors("p if { x y }") == "2:10 unexpected identifier token: expected \\n or ; or }");
  CHECK(errors("p if { x") == "2:9 unexpected eof token: expected \\n or ; or }");
  CHECK(errors("p if x y") == "2:8 var cannot be used for rule name");
  CHECK(rules("p if { x;\n\ny }") == "complete p { x; y }");
}

TEST_CASE("template strings", "[parse]") {
  CHECK(query(R"($"a {x} b {1} {"c"} \{d} {f(x)}")") == R"($"a {x} b 1 c \{d} {f(x)}")");
  CHECK(query("$`a\\n{x}`") == R"($"a\\n{x}")");
  CHECK(query(R"($"")") == R"($"")");
  CHECK(query(R"($"{x with input as 1}")") == R"($"{x with input as 1}")");
  CHECK(query(R"($"{{"a": $"{y}"}}")") == R"($"{{"a": $"{y}"}}")");
  CHECK(query(R"($"{not x}")") == "error: unexpected negation ('not') in template-string expression");
  CHECK(query(R"($"{x = 1}")") == "error: unexpected unification ('=') in template-string expression");
  CHECK(query(R"($"{x := 1}")") == "error: unexpected assignment (':=') in template-string expression");
  CHECK(query(R"($"{some x in y}")") == "error: unexpected 'some' in template-string expression");
  CHECK(query(R"($"{every x in y {x}}")") == "error: unexpected 'every' in template-string expression");
  CHECK(query(R"($"{x y}")") == "error: expected } to end template string expression");
  CHECK(query(R"($"{}")") == "error: unexpected } token");
  CHECK(query(R"($"\u12zz")") == R"(error: illegal template-string part: $"\u12zz")");
  CHECK(errors("p = $\"a\"", kV0) ==
        "2:5 template strings are not supported by current capabilities\n"
        "2:5 unexpected template-string-end token: expected rule value term (e.g., p[<nil>] = <VALUE> { ... })");
  Query parts(R"(x == $"a{y}b")");
  const Term& term = *parts.body->exprs[0]->term->items[2];
  REQUIRE(term.kind == TermKind::kTemplate);
  REQUIRE(term.items.size() == 3);
  CHECK(term.body == nullptr);
  CHECK(term.span.begin == 5);
  CHECK(term.span.end == 13);
  CHECK(term.items[2]->span.begin == 11);
  Query modified(R"($"{x with input as 1}b")");
  const Term& with = *modified.body->exprs[0]->term;
  REQUIRE(with.body != nullptr);
  REQUIRE(with.body->exprs.size() == 2);
  CHECK(with.body->exprs[0]->withs.size() == 1);
}

// --- the logical layer -----------------------------------------------------------------------------------------------

TEST_CASE("and, or, not", "[parse]") {
  CHECK(logical("a and b or c and d") == "a and b or c and d");
  CHECK(logical("a or b or c") == "a or b or c");
  CHECK(logical("(a or b) and c") == "(a or b) and c");
  CHECK(logical("a or (b or c)") == "a or (b or c)");
  CHECK(logical("{ a; b } and not { c }") == "{ a; b } and not {c}");
  CHECK(logical("not a and b") == "not a and b");
  CHECK(logical("not (a and b)") == "not (a and b)");
  CHECK(logical("not { a; b } with input as 1") == "not {a; b} with input as 1");
  CHECK(logical("not x with input as 1") == "not x with input as 1");
  CHECK(logical("a and b with input as 1") == "a and b with input as 1");
  CHECK(logical("(a with input as 1) and b") == "(a with input as 1) and b");
  CHECK(logical("a == 1 and b == 2") == "equal(a, 1) and equal(b, 2)");
  CHECK(logical("(a == b)") == "equal(a, b)");
  CHECK(logical("and(a, b)") == "and(a, b)");
  CHECK(logical("x and (b)") == "x and b");
  CHECK(logical("{a}") == "{a}");
  CHECK(logical("({1} | b) and c") == "or({1}, b) and c");
  CHECK(query("not (a)") == "not a");
  Query block("not { a }", kV1, true);
  REQUIRE(block.body->exprs[0]->kind == ExprKind::kNot);
  CHECK(block.body->exprs[0]->operands[0]->kind == ExprKind::kBlock);
  Query chain("a or b or c", kV1, true);
  CHECK(chain.body->exprs[0]->operands.size() == 3);
}

TEST_CASE("errors of the logical layer", "[parse]") {
  auto begins = [](std::string text, std::string_view wanted) {
    INFO(text);
    CHECK(logical(text).starts_with(std::string("error: ") + std::string(wanted)));
  };
  begins("a with input as 1 and b", "`with` modifier is not allowed on operand of `and`");
  begins("{1, 2} and b", "operand of `and` cannot begin with `{` unless the braces hold a body");
  begins("a or {1, 2}", "operand of `or` cannot begin with `{` unless the braces hold a body");
  begins("{} and b", "found empty body");
  begins("a and {}", "found empty body");
  begins("not {}", "found empty body");
  begins("not {1, 2}", "`{...}` in an operand position must contain expression(s), got: set");
  begins("a and ()", "empty parenthesized group");
  begins("a and (b or c", "expected ) to close parenthesized group");
  begins("a and {b | c}", "ambiguous `{ ... | ... }` operand");
  begins("not {b | c}", "ambiguous `{ ... | ... }` operand");
  begins("a and ({b; c})", "`(...)` in an operand position cannot contain a body");
  begins("a and print(1)", "operand of `and` cannot consist only of calls to `print`");
  begins("{print(1)} or a", "operand of `or` cannot consist only of calls to `print`");
}

}  // namespace writ::lang
