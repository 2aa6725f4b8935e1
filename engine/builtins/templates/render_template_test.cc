#include <catch2/catch.hpp>

#include <string>

#include "engine/builtins/call_support.h"

namespace writ {
namespace {

using test::run;

struct Row {
  std::string call;
  std::string answer;
};

std::string render(const std::string& arguments) { return run("strings.render_template", "[" + arguments + "]"); }

std::string fails(const std::string& text) { return "eval_builtin_error: strings.render_template: template: template:" + text; }

TEST_CASE("templates are filled as Go fills them", "[templates]") {
  const Row rows[] = {
      {R"("{{.a}} {{.b.c}}", {"a": "x", "b": {"c": 1}})", R"("x 1")"},
      {R"("{{.missing}} {{.a.b.c}} {{.n}}", {"a": {}, "n": null})", R"("<undefined> <undefined> <undefined>")"},
      {R"("{{.}}", {"b": [1, null, "x", true], "a": {"k": 1.50}})", R"("map[a:map[k:1.50] b:[1 <nil> x true]]")"},
      {R"("a {{- 1 -}}  b{{/* c */}}c", {})", R"("a1bc")"},
      {R"("{{range $i, $x := .l}}{{if $i}},{{end}}{{$x}}{{else}}none{{end}}", {"l": ["a", "b"]})", R"("a,b")"},
      {R"("{{range .m}}{{.}}{{end}} {{range 3}}{{.}}{{end}}", {"m": {"b": 2, "a": 1}})", R"("12 012")"},
      {R"("{{range .l}}{{if eq . \"b\"}}{{continue}}{{end}}{{if eq . \"d\"}}{{break}}{{end}}{{.}}{{end}}",)"
       R"( {"l": ["a", "b", "c", "d", "e"]})",
       R"("ac")"},
      {R"("{{with .x}}a{{else with .y}}{{.}}{{end}}", {"y": "b"})", R"("b")"},
      {R"("{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .a}}{{block \"b\" .a}}[{{.}}]{{end}}", {"a": 1})", R"("<1>[1]")"},
      {R"("{{$x := 1}}{{if true}}{{$x = 2}}{{$y := 3}}{{end}}{{$x}}", {})", R"("2")"},
      {R"("{{html .a}} {{js .a}} {{urlquery .a}}", {"a": "<a b='c'>"})",
       R"("&lt;a b=&#39;c&#39;&gt; \\u003Ca b\\u003D\\'c\\'\\u003E %3Ca+b%3D%27c%27%3E")"},
      {R"("{{index .l 1}} {{index .m \"k\"}} {{slice .s 1 3}} {{len .l}} {{index .s 0}}",)"
       R"( {"l": [1, 2], "m": {"k": 3}, "s": "hello"})",
       R"("2 3 el 2 104")"},
      {R"("{{printf \"%d|%5s|%-4v|%q|%T|%t\" 42 .s .n .n .n true}}", {"s": "x", "n": 7})",
       R"("42|    x|7   |\"7\"|json.Number|true")"},
      {R"("{{print 1 2 \"a\" 3 nil}}{{println .x}}", {"x": null})", R"("1 2a3 <nil><nil>\n")"},
      {R"("{{and 1 0}} {{or 0 \"x\"}} {{not nil}} {{eq 1 2 1}} {{ne \"a\" \"b\"}} {{lt 1.5 2.5}} {{ge \"b\" \"a\"}}", {})",
       R"("0 x true true true true true")"},
      {R"("{{0x1F}} {{'a'}} {{1e3}} {{1_000}} {{1.5}} {{0b11}} {{1+2i}} {{1e21}}", {})",
       R"("31 97 1000 1000 1.5 3 (1+2i) 1e+21")"},
      {R"("{{.n | printf \"%s-%s\" \"a\"}}", {"n": 1})", R"("a-1")"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.call);
    CHECK(render(row.call) == row.answer);
  }
}

TEST_CASE("numbers of a policy are texts to a template", "[templates]") {
  CHECK(render(R"("{{len .n}} {{if .n}}yes{{end}} {{lt .n .m}}", {"n": 10, "m": 9})") == R"("2 yes true")");
  CHECK(render(R"("{{eq .n 1}}", {"n": 1})") ==
        fails(R"(1:2: executing "template" at <eq .n 1>: error calling eq: incompatible types for comparison: )"
              "json.Number and int"));
  CHECK(render(R"("{{printf \"%d\" .n}}", {"n": 1})") == R"_("%!d(json.Number=1)")_");
}

TEST_CASE("errors of templates are Go's", "[templates]") {
  const Row rows[] = {
      {R"("{{.a", {})", fails("1: unclosed action")},
      {R"("x\n{{if .a}}", {})", fails("2: unexpected EOF")},
      {R"("{{foo}}", {})", fails(R"(1: function "foo" not defined)")},
      {R"("{{$x}}", {})", fails(R"(1: undefined variable "$x")")},
      {R"("{{end}}", {})", fails("1: unexpected {{end}}")},
      {R"("{{break}}", {})", fails("1: {{break}} outside {{range}}")},
      {R"("{{1 | 2}}", {})", fails("1: non executable command in pipeline stage 2")},
      {R"("{{.a.b}}", {"a": "x"})", fails(R"(1:4: executing "template" at <.a.b>: can't evaluate field b in type interface {})")},
      {R"("{{.a.b}}", {"a": null})", fails(R"(1:4: executing "template" at <.a.b>: nil pointer evaluating interface {}.b)")},
      {R"("{{index .l 5}}", {"l": []})",
       fails(R"(1:2: executing "template" at <index .l 5>: error calling index: index out of range: 5)")},
      {R"("{{template \"x\"}}", {})", fails(R"(1:11: executing "template" at <{{template "x"}}>: template "x" not defined)")},
      {R"("{{range .s}}{{end}}", {"s": "x"})",
       fails(R"(1:8: executing "template" at <.s>: range can't iterate over x)")},
      {R"("{{len 3}}", {})", fails(R"(1:2: executing "template" at <len 3>: error calling len: len of type int)")},
      {R"("{{call .f}}", {"f": 1})",
       fails(R"(1:2: executing "template" at <call .f>: error calling call: non-function .f of type json.Number)")},
  };
  for (const Row& row : rows) {
    CAPTURE(row.call);
    CHECK(render(row.call) == row.answer);
  }
}

TEST_CASE("what text of Rego is no JSON cannot be a variable", "[templates]") {
  CHECK(render(R"("", {"a": {"$set": [1]}})") ==
        "eval_builtin_error: strings.render_template: invalid character '1' looking for beginning of object key string");
  CHECK(render(R"("", {"a": {"$set": []}})") ==
        "eval_builtin_error: strings.render_template: invalid character 's' looking for beginning of value");
  CHECK(render(R"("", {"a": {"$pairs": [[1, 2]]}})") ==
        "eval_builtin_error: strings.render_template: invalid character '1' looking for beginning of object key string");
  CHECK(render(R"("", {"a": "\u0001"})") ==
        "eval_builtin_error: strings.render_template: invalid character 'x' in string escape code");
}

std::string repeated(std::string_view part, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part;
  return text;
}

TEST_CASE("templates have limits", "[templates]") {
  auto ends = [](const std::string& text) { return run("strings.render_template", "[\"" + text + "\", {}]", 100'000); };
  CHECK(ends(R"({{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}})") == "E_DEPTH");
  CHECK(ends(R"({{define \"x\"}}{{range 9}}{{template \"x\"}}{{end}}{{end}}{{template \"x\"}})") == "E_DEPTH");
  CHECK(ends("{{range 1000000000000}}{{end}}") == "E_FUEL");
  CHECK(ends("{{range 1000}}{{range 1000}}x{{end}}{{end}}") == "E_FUEL");
  CHECK(ends("{{range 12000}}{{end}}") == "E_FUEL");
  CHECK(ends("{{range 9000}}{{end}}") == "\"\"");
  CHECK(ends(R"({{$s := \"aaaaaaaa\"}}{{range 60}}{{$s = print $s $s}}{{end}})") == "E_FUEL");
  CHECK(ends(R"({{range 100}}{{printf \"%1000000d\" 1}}{{end}})") == "E_FUEL");
  CHECK(ends(repeated("{{if 1}}", 600)) == "E_DEPTH");
  CHECK(ends("{{" + repeated("(", 600)) == "E_DEPTH");
  CHECK(ends(repeated("{{if 1}}", 200) + "x" + repeated("{{end}}", 200)) == R"("x")");
}

TEST_CASE("a template costs the same whether it was parsed before or not", "[templates]") {
  test::Bench bench;
  const std::string arguments = R"(["{{range .l}}{{.}}{{end}}", {"l": [1, 2, 3]}])";
  CHECK(bench.run("strings.render_template", arguments) == R"("123")");
  uint64_t first = bench.services.used;
  bench.services.patterns().begin();
  CHECK(bench.run("strings.render_template", arguments) == R"("123")");
  CHECK(bench.services.used == 2 * first);
}

}  // namespace
}  // namespace writ
