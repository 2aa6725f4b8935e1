#include "engine/base/json_writer.h"

#include <catch2/catch.hpp>

using namespace writ;

namespace {

std::string literal(std::string_view text, JsonEscape escape) {
  std::string out;
  append_json_string(out, text, escape);
  return out;
}

}  // namespace

TEST_CASE("strings are escaped as the format requires") {
  std::string_view controls("\"\\\b\f\n\r\t\x01\x1f\x7f", 10);
  for (JsonEscape escape : {JsonEscape::kCanonical, JsonEscape::kText, JsonEscape::kHtml}) {
    CHECK(literal("", escape) == R"("")");
    CHECK(literal(controls, escape) == "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
    CHECK(literal("grün €", escape) == "\"grün €\"");
  }
  CHECK(literal("<&>", JsonEscape::kCanonical) == R"("<&>")");
  CHECK(literal("<&>", JsonEscape::kText) == R"("<&>")");
  CHECK(literal("<&>", JsonEscape::kHtml) == R"("\u003c\u0026\u003e")");
  CHECK(literal("a\xe2\x80\xa8" "b", JsonEscape::kCanonical) == "\"a\xe2\x80\xa8" "b\"");
  CHECK(literal("a\xe2\x80\xa8\xe2\x80\xa9" "b", JsonEscape::kText) == R"("a\u2028\u2029b")");
  CHECK(literal("a\xff\xe2\x82", JsonEscape::kText) == R"("a\ufffd\ufffd\ufffd")");
}

TEST_CASE("a writer puts commas where they are due") {
  std::string out = "head ";
  JsonWriter json(out);
  json.begin_object().member("a", "x").member("b", uint64_t{18446744073709551615u}).member("c", true);
  json.key("d").begin_array().string("1").number(2).quoted_number(3).boolean(false).null().raw("[4]").end_array();
  json.key("e").begin_object().end_object().key("f").begin_array().end_array();
  json.key("g").begin_array().begin_array().end_array().begin_object().end_object().end_array();
  json.raw_members("").raw_members(R"("h":1,"i":2)");
  json.key("j").raw() += "3";
  json.end_object();
  CHECK(out ==
        R"(head {"a":"x","b":18446744073709551615,"c":true,"d":["1",2,"3",false,null,[4]],"e":{},"f":[],)"
        R"("g":[[],{}],"h":1,"i":2,"j":3})");
}

TEST_CASE("keys are escaped like strings") {
  std::string out;
  JsonWriter(out, {JsonEscape::kHtml}).begin_object().member("<\n", "").end_object();
  CHECK(out == R"({"\u003c\n":""})");
}

TEST_CASE("a writer indents lines") {
  std::string out;
  JsonWriter json(out, {JsonEscape::kCanonical, "  ", "# "});
  json.begin_object().member("a", 1u).key("b").begin_array().number(2).begin_object().end_object().end_array();
  json.key("c").begin_array().end_array().end_object();
  CHECK(out == "{\n#   \"a\": 1,\n#   \"b\": [\n#     2,\n#     {}\n#   ],\n#   \"c\": []\n# }");
}

TEST_CASE("decimals are read as they are written") {
  CHECK(read_decimal("0") == 0u);
  CHECK(read_decimal("18446744073709551615") == UINT64_MAX);
  for (std::string_view text : {"", "01", "-1", "1.0", "18446744073709551616"}) CHECK(!read_decimal(text));
  std::string out;
  append_decimal(out, 0);
  append_decimal_padded(out, 7, 3);
  CHECK(out == "0007");
}

TEST_CASE("the nesting of a text counts no brackets in strings") {
  CHECK(nesting_of("1") == 0);
  CHECK(nesting_of(R"({"[":["\"["],"b":[[]]})") == 3);
}
