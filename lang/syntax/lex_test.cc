#include "lang/syntax/lex.h"

#include <catch2/catch.hpp>

namespace writ::lang {
namespace {

struct Lexed {
  explicit Lexed(std::string text) {
    uint32_t file = sources.add("test.rego", std::move(text));
    list = lex(sources, file);
  }
  // Every token as "name:text", parted by blanks.
  std::string outline() const {
    std::string out;
    for (const Token& token : list.tokens) {
      if (!out.empty()) out += ' ';
      out += token_name(token.kind);
      std::string_view text = sources.text({0, token.begin, token.end});
      if (!text.empty() && text != token_name(token.kind)) out.append("<").append(text).append(">");
    }
    return out;
  }
  std::string only_message() const {
    return list.errors.size() == 1 ? list.errors[0].diagnostic.message : "not one message";
  }

  SourceMap sources;
  TokenList list;
};

}  // namespace

TEST_CASE("words, keywords and digits of other scripts", "[lex]") {
  CHECK(Lexed("package p1 _ in every x\xD9\xA1").outline() ==
        "package identifier<p1> identifier<_> in every identifier<x\xD9\xA1> eof");
  CHECK(keyword_kind("contains") == TokenKind::kContains);
  CHECK(keyword_kind("contain") == TokenKind::kIdentifier);
  CHECK(keyword_kind("") == TokenKind::kIdentifier);
  CHECK(keyword_kind("plus") == TokenKind::kIdentifier);
  CHECK(is_keyword(TokenKind::kPackage));
  CHECK(is_keyword(TokenKind::kLogicalOr));
  CHECK_FALSE(is_keyword(TokenKind::kOr));
}

TEST_CASE("operators take as many characters as they can", "[lex]") {
  CHECK(Lexed(":= : == = != >= > <= < | & + - * / % ; . ,").outline() ==
        "assign<:=> : equal<==> eq<=> neq<!=> gte<>=> gt<>> lte<<=> lt<<> or<|> and<&> plus<+> minus<-> mul<*> div</> "
        "rem<%> ; . , eof");
}

TEST_CASE("numbers", "[lex]") {
  CHECK(Lexed("0 12 1.5 1e3 1.5E-3 007").outline() ==
        "number<0> number<12> number<1.5> number<1e3> number<1.5E-3> number<007> eof");
  CHECK(Lexed("1.").only_message() == "expected fraction");
  CHECK(Lexed("1e").only_message() == "expected exponent");
  CHECK(Lexed("1e+").only_message() == "expected exponent");
  CHECK(Lexed("0a2b").only_message() == "illegal number format");
  CHECK(Lexed("0a2b").outline() == "illegal<0a2b> eof");
}

TEST_CASE("strings end at their quote, not at an escaped one", "[lex]") {
  CHECK(Lexed(R"("a\"b" `c\`)").outline() == R"(string<"a\"b"> string<`c\`> eof)");
  CHECK(Lexed("`a\nb`").outline() == "string<`a\nb`> eof");
}

TEST_CASE("broken strings are reported where they begin and reading goes on", "[lex]") {
  Lexed lexed("\"abc\nx");
  CHECK(lexed.only_message() == "non-terminated string");
  CHECK(lexed.list.errors[0].diagnostic.span.begin == 0);
  CHECK(lexed.outline() == "illegal<\"abc> identifier<x> eof");
  CHECK(lexed.list.tokens[1].newline_before);
  CHECK(Lexed("`abc").only_message() == "non-terminated string");
  CHECK(Lexed(R"("a\qb")").only_message() == "illegal escape sequence");
  CHECK(Lexed(R"("a\q\w")").list.errors.size() == 2);
  CHECK(Lexed("\"\\").list.errors.size() == 2);  // and it does not end
}

TEST_CASE("template strings come in parts", "[lex]") {
  CHECK(Lexed(R"($"a")").outline() == R"(template-string-end<$"a"> eof)");
  CHECK(Lexed(R"($"a{x}b")").outline() ==
        R"(template-string-part<$"a{> identifier<x> } template-string-end<b"> eof)");
  CHECK(Lexed("$`a\n{x}b`").outline() ==
        "raw-template-string-part<$`a\n{> identifier<x> } raw-template-string-end<b`> eof");
  // Braces inside the expression, an escaped brace in the text, a template in a template.
  CHECK(Lexed(R"($"{{1}}\{")").outline() ==
        R"(template-string-part<$"{> { number<1> } } template-string-end<\{"> eof)");
  CHECK(Lexed(R"($"{$"{x}"}")").outline() ==
        R"(template-string-part<$"{> template-string-part<$"{> identifier<x> } template-string-end<"> } )"
        R"(template-string-end<"> eof)");
  CHECK(Lexed("$\"a {x").list.errors.empty());  // for the parser to find
  CHECK(Lexed("$\"a {x}\n").only_message() == "non-terminated string");
  CHECK(Lexed("$x").only_message() == "illegal $ character");
}

TEST_CASE("comments are listed apart, carriage returns trimmed", "[lex]") {
  Lexed lexed("x # one\r\n#two\n##");
  REQUIRE(lexed.list.comments.size() == 3);
  CHECK(lexed.list.comments[0].text == " one");
  CHECK(lexed.list.comments[1].text == "two");
  CHECK(lexed.list.comments[1].span.begin == 9);
  CHECK(lexed.list.comments[2].text == "#");
  CHECK(lexed.outline() == "identifier<x> eof");
}

TEST_CASE("characters that no policy may hold", "[lex]") {
  CHECK(Lexed(std::string("x\0y", 3)).only_message() == "illegal null character");
  CHECK(Lexed("# \xFF").only_message() == "illegal utf-8 character");
  CHECK(Lexed("\"\xC3\"").only_message() == "illegal utf-8 character");
  CHECK(Lexed("\xEF\xBB\xBFx").list.errors.empty());
  CHECK(Lexed("\xEF\xBB\xBFx").outline() == "identifier<x> eof");
  CHECK(Lexed("x \xEF\xBB\xBF").only_message() == "illegal byte-order mark");
  CHECK(Lexed("x ! y").only_message() == "illegal ! character");
  // Characters without a meaning are left to the parser.
  CHECK(Lexed("x ? \xC3\xA9").list.errors.empty());
  CHECK(Lexed("x ? \xC3\xA9").outline() == "identifier<x> illegal<?> illegal<\xC3\xA9> eof");
}

TEST_CASE("each of the nine bidirectional controls is refused wherever it is", "[lex]") {
  const char* controls[] = {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"};
  for (std::string control : controls) {
    for (std::string text : {"x " + control, "# " + control, "\"" + control + "\"", "`" + control + "`"}) {
      Lexed lexed(text);
      REQUIRE(lexed.list.errors.size() == 1);
      CHECK(lexed.list.errors[0].diagnostic.id == "REGO0104");
    }
  }
  CHECK(Lexed("\"\u202E\"").only_message() == "illegal bidirectional control character U+202E");
  CHECK(Lexed("\"\u2066\"").only_message() == "illegal bidirectional control character U+2066");
  CHECK(Lexed("\"\u200F\u2065\u206A\"").list.errors.empty());
}

TEST_CASE("unescaping strings", "[lex]") {
  auto unescape = [](std::string_view inner, bool is_template = false) {
    std::string value;
    return unescape_string(inner, is_template, value) ? value : "malformed";
  };
  CHECK(unescape(R"(a\"\\\/\b\f\n\r\tz)") == "a\"\\/\b\f\n\r\tz");
  CHECK(unescape(R"(\u0041\u00e9\u20AC)") == "A\u00e9\u20ac");
  CHECK(unescape(R"(\ud83d\ude00)") == "\U0001F600");
  CHECK(unescape(R"(\ud83d)") == "\uFFFD");
  CHECK(unescape(R"(\ud83dx)") == "\uFFFDx");
  CHECK(unescape(R"(\ud83d\u0041)") == "\uFFFD" "A");
  CHECK(unescape(R"(\ude00\ud83d)") == "\uFFFD\uFFFD");
  CHECK(unescape(R"(\u12)") == "malformed");
  CHECK(unescape(R"(\u12G4)") == "malformed");
  CHECK(unescape("a\tb") == "a\tb");
  CHECK(unescape("a\tb\\n") == "malformed");
  CHECK(unescape(R"(\{x)", true) == "{x");
  CHECK(unescape("\t\\{", true) == "\t{");
  CHECK(unescape(R"(\u0000)") == std::string(1, '\0'));
}

TEST_CASE("whether a line ended before a token", "[lex]") {
  Lexed lexed("a b # c\nd");
  CHECK_FALSE(lexed.list.tokens[1].newline_before);
  CHECK(lexed.list.tokens[2].newline_before);
  CHECK_FALSE(lexed.list.tokens[3].newline_before);
}

}  // namespace writ::lang
