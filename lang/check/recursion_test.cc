#include <catch2/catch.hpp>

#include "lang/compile.h"

namespace writ::lang {
namespace {

struct Policy {
  const char* rules;
  const char* messages;  // OPA's; "" if it compiles
};

constexpr Policy kPolicies[] = {
    {"p if { k := \"q\"; not data.a[k] }\nq := 1", ""},
    {"p if { some x in [\"q\", \"r\"]; data.a[x] }", ""},
    {"p if { xs := {\"u\": [\"q\"]}; x := xs[_][_]; data.a[x] }", ""},
    {"p[x].foo.bar if { x := \"a\"; not p[x].foo.baz }\np[x].foo.baz if { x := \"a\"; false }", ""},
    {"p if { \"q\" = x; y = x; [1 | data.a[y]] }", ""},
    {"p if { data.a[_] }",
     "2:1 rule data.a.p is recursive: data.a.p -> data.a.p"},
    {"p if { count(data) > 0 }",
     "2:1 rule data.a.p is recursive: data.a.p -> data.a.p"},
    {"p if { data.a.p.foo }",
     "2:1 rule data.a.p is recursive: data.a.p -> data.a.p"},
    {"p if { data.a[input.x]; data.a.p }",
     "2:1 rule data.a.p is recursive: data.a.p -> data.a.p"},
    {"p if { xs := [\"1\", \"2\", \"3\", \"4\", \"5\", \"p\"]; x := xs[_]; z := data[input.x][x] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data[input.x][x] refers to data.a.p if input.x is "
     "\"a\" and x is \"p\" (x is one of 6 values))"},
    {"p[x].foo if { x := \"a\"; data.a[input.x].a.foo }",
     "2:1 rule data.a.p[x].foo may be recursive: data.a.p[x].foo -> data.a.p[x].foo (data.a[input.x].a.foo refers "
     "to data.a.p[x].foo if input.x is \"p\")"},
    {"p if { data.a[input.x] } else := 1 if { data.a.p }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[input.x] refers to data.a.p if input.x is "
     "\"p\")\n"
     "2:26 rule data.a.p is recursive: data.a.p -> data.a.p"},
    {"p if { data.a[input.x][input.y] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[input.x] refers to data.a.p if input.x is "
     "\"p\")"},
    {"p if { data[input.x][input.y] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data[input.x][input.y] refers to data.a.p if "
     "input.x is \"a\" and input.y is \"p\")"},
    {"p if { data[input.x][input.y][input.z] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data[input.x][input.y] refers to data.a.p if "
     "input.x is \"a\" and input.y is \"p\")"},
    {"p if { x := input.x[0].y; data.a[x] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[x] refers to data.a.p if x is \"p\" (x "
     "comes from input.x[0].y))"},
    {"p if { x := q; data.a[x] }\nq := input",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[x] refers to data.a.p if x is \"p\" (x "
     "comes from rule data.a.q, whose value isn't known at compile time))"},
    {"p if { x := lower(input.x); data.a[x] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[x] refers to data.a.p if x is \"p\" (x is "
     "computed by lower))"},
    {"p if { x := count(input.x); data.a[x] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[x] could refer to data.a.p)"},
    {"p if { xs := [\"q\", \"p\"]; y := xs; x := y[_]; not data.a[x] with input as 1 }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[x] refers to data.a.p if x is \"p\" (x is "
     "one of [\"q\", \"p\"]))"},
    {"p if { some x in [\"q\", \"p\"]; data.a[x] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[x] refers to data.a.p if x is \"p\" (x is "
     "one of [\"q\", \"p\"]))"},
    {"p contains x if { some x in input; data.a[x] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[x] refers to data.a.p if x is \"p\" (x "
     "comes from input))"},
    {"p[x] := 1 if { x := input.a[_]; y := data.a[x] }",
     "2:1 rule data.a.p[x] may be recursive: data.a.p[x] -> data.a.p[x] (data.a[x] refers to data.a.p[x] if x is "
     "\"p\" (x comes from input.a))"},
    {"p if { f(\"q\") }\nf(x) if { data.a[x] }",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.f -> data.a.p (data.a[x] in data.a.f refers to "
     "data.a.p if x is \"p\" (x is an argument of data.a.f))\n"
     "3:1 rule data.a.f may be recursive: data.a.f -> data.a.f (data.a[x] refers to data.a.f if x is \"f\" (x is an "
     "argument of data.a.f))"},
    {"p if { data.a[q] }\nq := \"r\"",
     "2:1 rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[data.a.q] refers to data.a.p if data.a.q "
     "is \"p\" (rule values aren't known at compile time))"},
    {"p if { x := {\"q\"} ; data.a[x] }",
     ""},
    {"p if { xs := [1, 2, 3, 4, 5, 6]; data.a[xs[_]] }",
     ""},
    {"p.q if { x := input.x; data.a[x][x] }",
     "2:1 rule data.a.p.q may be recursive: data.a.p.q -> data.a.p.q (data.a[x][x] could refer to data.a.p.q)"},
    {"p if { every x in [\"q\"] { data.a[x] } }",
     "2:1 rule data.a.p is recursive: data.a.p -> data.a.p"},
};

TEST_CASE("what a reference can name is narrowed to what its variables can hold", "[recursion]") {
  for (const Policy& policy : kPolicies) {
    INFO(policy.rules);
    Compiled compiled = compile({{"a.rego", std::string("package a\n") + policy.rules}}, {});
    std::string messages;
    for (const Diagnostic& d : compiled.diagnostics) {
      Position at = compiled.sources.position(d.span.file, d.span.begin);
      messages += (messages.empty() ? "" : "\n") + std::to_string(at.row) + ":" + std::to_string(at.column) + " " + d.message;
    }
    CHECK(messages == policy.messages);
  }
}

// The number of references that one is narrowed to is limited, so that a long list costs no more than a short one.
TEST_CASE("a variable with many values is not narrowed", "[recursion]") {
  auto messages = [](int count) {
    std::string list = "\"q0\"";
    for (int i = 1; i < count; ++i) list += ", \"q" + std::to_string(i) + "\"";
    std::string text = "package a\np if { some x in [" + list + "]; data.a[x] }";
    return compile({{"a.rego", text}}, {}).diagnostics;
  };
  CHECK(messages(64).empty());
  REQUIRE(messages(65).size() == 1);
  CHECK(messages(65)[0].message ==
        "rule data.a.p may be recursive: data.a.p -> data.a.p (data.a[x] could refer to data.a.p)");
}

}  // namespace
}  // namespace writ::lang
