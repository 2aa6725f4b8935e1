#include "engine/base/diagnostic.h"

#include <catch2/catch.hpp>

namespace writ {
namespace {

Diagnostic diagnostic(std::string message, uint32_t begin, uint32_t end, uint32_t file = 0) {
  Diagnostic result;
  result.id = "REGO0999";
  result.opa_code = "rego_parse_error";
  result.message = std::move(message);
  result.span = {file, begin, end};
  return result;
}

}  // namespace

TEST_CASE("columns count characters, rows line feeds", "[diagnostic]") {
  SourceMap sources;
  sources.add("a", "x\n\t\"\u00e9\u20ac\" y\n");
  CHECK(sources.position(0, 0).row == 1);
  CHECK(sources.position(0, 2).row == 2);
  CHECK(sources.position(0, 2).column == 1);
  CHECK(sources.position(0, 3).column == 2);
  CHECK(sources.position(0, 11).column == 7);  // the y: a tab, two quotes, two characters of more bytes, a blank
  CHECK(sources.position(0, 13).row == 3);
  CHECK(sources.position(0, 13).column == 1);
  CHECK(sources.line(0, 5) == "\t\"\u00e9\u20ac\" y");
}

TEST_CASE("diagnostics are sorted by file, place and code", "[diagnostic]") {
  std::vector<Diagnostic> list{diagnostic("d", 1, 2, 1), diagnostic("c", 5, 6), diagnostic("b", 3, 4),
                               diagnostic("a", 3, 9)};
  list[2].opa_code = "rego_type_error";
  list.push_back(diagnostic("e", 0, 0));
  list.back().span = Span::nowhere();
  SourceMap sources;
  sources.add("a.rego", "");
  sources.add("b.rego", "");
  sort_diagnostics(list, sources);
  std::string order;
  for (const Diagnostic& d : list) order += d.message;
  CHECK(order == "abcde");
}

TEST_CASE("OPA's text", "[diagnostic]") {
  SourceMap sources;
  sources.add("a.rego", "package p\n\tx y\n");
  sources.add("", "q r");
  CHECK(render_opa({diagnostic("wrong", 11, 12)}, sources) == "1 error occurred: a.rego:2: rego_parse_error: wrong");
  CHECK(render_opa({diagnostic("wrong", 11, 12), diagnostic("too", 2, 3, 1)}, sources) ==
        "2 errors occurred:\na.rego:2: rego_parse_error: wrong\n1:3: rego_parse_error: too");
  Diagnostic shown = diagnostic("wrong", 13, 14);
  shown.shows_line = true;
  CHECK(render_opa({shown}, sources) == "1 error occurred: a.rego:2: rego_parse_error: wrong\n\tx y\n\t  ^");
  // At the end of the text OPA points at the last character that is not white space.
  shown.span = {0, 15, 15};
  CHECK(render_opa({shown}, sources) == "1 error occurred: a.rego:3: rego_parse_error: wrong\n\tx y\n\t  ^");
  CHECK(render_opa({}, sources) == "no error(s)");
  // What has no place is shown without one.
  shown.span = Span::nowhere();
  shown.shows_line = false;
  CHECK(render_opa({shown}, sources) == "1 error occurred: rego_parse_error: wrong");
  CHECK(render_json({shown}, sources).find("location") == std::string::npos);
  CHECK(render_human({shown}, sources, false).find("-->") == std::string::npos);
}

TEST_CASE("an empty text has no line to show", "[diagnostic]") {
  SourceMap sources;
  sources.add("a.rego", "");
  Diagnostic shown = diagnostic("empty module", 0, 0);
  shown.shows_line = true;
  CHECK(render_opa({shown}, sources) == "1 error occurred: a.rego:1: rego_parse_error: empty module\n\t\n\t^");
  CHECK(render_human({shown}, sources, false).find("a.rego:1:1") != std::string::npos);
}

TEST_CASE("JSON as OPA writes it", "[diagnostic]") {
  SourceMap sources;
  sources.add("a.rego", "p := <\"\n");
  Diagnostic shown = diagnostic("a \"b\" <c>\n\x01", 5, 6);
  shown.help = "try";
  shown.shows_line = true;
  CHECK(render_json({shown}, sources) == R"({
  "errors": [
    {
      "message": "a \"b\" \u003cc\u003e\n\u0001",
      "code": "rego_parse_error",
      "location": {
        "file": "a.rego",
        "row": 1,
        "col": 6
      },
      "details": {
        "id": "REGO0999",
        "help": "try",
        "line": "p := \u003c\"",
        "idx": 5
      }
    }
  ]
})");
  CHECK(render_json({}, sources) == "{\n  \"errors\": []\n}");
}

TEST_CASE("the form for people", "[diagnostic]") {
  SourceMap sources;
  sources.add("authz.rego", "package p\n\nallow if {\n\tsome role in xs\n\n\tgrants[rol]\n}\n");
  const std::string& text = sources.file(0).text;
  auto rol = static_cast<uint32_t>(text.find("rol]"));
  auto role = static_cast<uint32_t>(text.find("role"));
  Diagnostic d = diagnostic("var rol is unsafe", rol, rol + 3);
  d.labels.push_back({{0, role, role + 4}, "`role` gets its values here"});
  d.help = "a similar name is in scope";
  CHECK(render_human({d}, sources, false) == R"(error[REGO0999]: var rol is unsafe
 --> authz.rego:6:9
  |
4 |     some role in xs
  |          ---- `role` gets its values here
...
6 |     grants[rol]
  |            ^^^
  |
  = help: a similar name is in scope
  = note: OPA code rego_parse_error; `writ explain REGO0999`
)");
}

TEST_CASE("labels on one line share it, labels elsewhere name their file", "[diagnostic]") {
  SourceMap sources;
  sources.add("a.rego", "x := x\n");
  sources.add("b.rego", "y\n");
  Diagnostic d = diagnostic("m", 0, 1);
  d.opa_code = "";
  d.labels = {{{1, 0, 1}, "there"}, {{0, 5, 6}, "here"}};
  CHECK(render_human({d}, sources, false) == R"(error[REGO0999]: m
 --> a.rego:1:1
  |
1 | x := x
  | ^
  |      - here
 ::: b.rego:1:1
1 | y
  | - there
  |
)");
}

TEST_CASE("lines of a message are lines of the report, and cannot be taken for others of it", "[diagnostic]") {
  SourceMap sources;
  sources.add("a.rego", "x := x\n");
  Diagnostic d = diagnostic("m:\n  line 1: y\nerror: z", 0, 1);
  d.opa_code = "";
  CHECK(render_human({d}, sources, false) == R"(error[REGO0999]: m:
      line 1: y
    error: z
 --> a.rego:1:1
  |
1 | x := x
  | ^
  |
)");
}

TEST_CASE("carets count what a terminal shows", "[diagnostic]") {
  SourceMap sources;
  sources.add("a.rego", "\t\"\u4e2d\u6587e\u0301\" x");
  auto begin = static_cast<uint32_t>(sources.file(0).text.find(" x") + 1);
  std::string text = render_human({diagnostic("m", begin, begin + 1)}, sources, false);
  CHECK(text.find("  |     " + std::string(8, ' ') + "^\n") != std::string::npos);
}

TEST_CASE("of a long line the part around the place is shown", "[diagnostic]") {
  SourceMap sources;
  std::string filler;
  for (int i = 0; i < 5000; ++i) filler += "\u00e9";
  sources.add("a.rego", filler + "HERE" + filler);
  auto begin = static_cast<uint32_t>(filler.size());
  std::string text = render_human({diagnostic("m", begin, begin + 4)}, sources, false);
  CHECK(text.size() < 1000);
  CHECK(text.find("1 | ...\u00e9") != std::string::npos);
  CHECK(text.find("\u00e9HERE\u00e9") != std::string::npos);
  CHECK(text.find("\u00e9...\n") != std::string::npos);
  CHECK(text.find("  | " + std::string(3 + 60, ' ') + "^^^^\n") != std::string::npos);
}

TEST_CASE("a span over several lines is underlined to the end of its first", "[diagnostic]") {
  SourceMap sources;
  sources.add("a.rego", "ab cd\nef\n");
  CHECK(render_human({diagnostic("m", 3, 8)}, sources, false).find("  |    ^^\n") != std::string::npos);
}

TEST_CASE("nothing in a message or a line can drive the terminal", "[diagnostic]") {
  SourceMap sources;
  sources.add("a\x1b.rego", "x \x1b[31m \u202E\n");
  std::string text = render_human({diagnostic("m \x1b[2J \x7f", 0, 1)}, sources, false);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\u202E") == std::string::npos);
  CHECK(text.find('\x7f') == std::string::npos);
}

TEST_CASE("colour only on request, and always reset", "[diagnostic]") {
  SourceMap sources;
  sources.add("a.rego", "x\n");
  std::string plain = render_human({diagnostic("m", 0, 1)}, sources, false);
  std::string colour = render_human({diagnostic("m", 0, 1)}, sources, true);
  CHECK(plain.find("\x1b[") == std::string::npos);
  std::string stripped;
  size_t on = 0, off = 0;
  for (size_t i = 0; i < colour.size(); ++i) {
    if (colour[i] != '\x1b') {
      stripped += colour[i];
      continue;
    }
    size_t end = colour.find('m', i);
    ++(colour.substr(i, end - i) == "\x1b[0" ? off : on);
    i = end;
  }
  CHECK(stripped == plain);
  CHECK(on > 0);
  CHECK(on == off);
}

}  // namespace writ
