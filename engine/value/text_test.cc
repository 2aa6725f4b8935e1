#include "engine/value/text.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/order.h"

using namespace writ;
using namespace std::string_literals;

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted_go(out, text);
  return out;
}

std::string cj1(const Value& value, uint64_t limit = UINT64_MAX) {
  std::string out;
  append_cj1(out, value, limit);
  return out;
}

std::string rv1(const Value& value) {
  std::string out;
  append_rv1(out, value);
  return out;
}

ErrorCode code_of_cj1(const Value& value, uint64_t limit = UINT64_MAX) {
  try {
    cj1(value, limit);
    return ErrorCode::kNone;
  } catch (const Failure& failure) {
    return failure.error().code;
  }
}

struct Maker {
  Arena arena;
  Value set(std::vector<Value> elements) { return make_set(arena, elements); }
  Value array(std::vector<Value> elements) { return make_array(arena, elements); }
  Value object(std::vector<Entry> entries) { return make_object(arena, entries); }
  Value json(std::string_view text) { return read_json(text, arena, {}, NumberText::kKept); }
  Value nested(uint32_t depth) {
    Value value = Value::array(nullptr, 0);
    for (uint32_t i = 1; i < depth; ++i) value = array({value});
    return value;
  }
};

Value text(std::string_view chars) { return Value::string(chars); }

}  // namespace

TEST_CASE("strings are quoted as Go quotes them") {
  CHECK(quoted("") == R"("")");
  CHECK(quoted("a\"b\\c/'<&>") == R"("a\"b\\c/'<&>")");
  CHECK(quoted("\a\b\f\n\r\t\v") == R"("\a\b\f\n\r\t\v")");
  CHECK(quoted("\0\x01\x1f\x7f"s) == R"("\x00\x01\x1f\x7f")");
  CHECK(quoted("é€😀") == "\"é€😀\"");
  CHECK(quoted("\u00a0\u00ad\u2028\u200b\u3000\ue000\ufffe") == R"("\u00a0\u00ad\u2028\u200b\u3000\ue000\ufffe")");
  CHECK(quoted("\xEF\xBF\xBD") == "\"\xEF\xBF\xBD\"");  // the replacement character itself is printable
  CHECK(quoted("a\xCC\x81") == "\"a\xCC\x81\"");
  CHECK(quoted("\U000e0001\U0010ffff") == R"("\U000e0001\U0010ffff")");
  CHECK(quoted("\xff\x80 \xe2\x82 \xed\xa0\x80") == R"("\xff\x80 \xe2\x82 \xed\xa0\x80")");
}

TEST_CASE("values as Rego writes them") {
  Maker make;
  CHECK(to_rego(Value::null()) == "null");
  CHECK(to_rego(Value::of(true)) == "true");
  CHECK(to_rego(Value::of(false)) == "false");
  CHECK(to_rego(Value::of(-12)) == "-12");
  CHECK(to_rego(make.json("1.50")) == "1.50");
  CHECK(to_rego(text("a\nb")) == R"("a\nb")");
  CHECK(to_rego(make.array({})) == "[]");
  CHECK(to_rego(make.object({})) == "{}");
  CHECK(to_rego(make.set({})) == "set()");
  CHECK(to_rego(make.set({text("x"), Value::of(2), Value::of(1), Value::null()})) == R"({null, 1, 2, "x"})");
  CHECK(to_rego(make.json(R"({"b": [1, {"c": null}], "a": "<"})")) == R"({"a": "<", "b": [1, {"c": null}]})");
  CHECK(to_rego(make.object({{make.array({Value::of(1)}), make.set({make.set({})})}})) == "{[1]: {set()}}");
}

TEST_CASE("values as JSON, as OPA prints them") {
  Maker make;
  CHECK(to_json(make.json(R"("\b\f\n\r\t\u0001\u007f<>&\u2028\u2029\"\\\/é")")) ==
        R"("\b\f\n\r\t\u0001)"
        "\x7F"
        R"(\u003c\u003e\u0026\u2028\u2029\"\\/é")");
  CHECK(to_json(text("<&>"), {JsonEscape::kText}) == R"("<&>")");
  CHECK(to_json(text("\xff\x00z"s)) == R"("\ufffd\u0000z")");
  CHECK(to_json(make.set({Value::of(2), Value::of(1)})) == "[1,2]");
  CHECK(to_json(make.json("[1.0, 1e2, -0]")) == "[1.0,1e2,-0]");
  // Keys that are not strings become their JSON text, which may move them.
  CHECK(to_json(make.object({{make.array({text("<")}), Value::of(1)}, {Value::of(1), Value::of(2)}})) ==
        R"({"1":2,"[\"\\u003c\"]":1})");
  CHECK(to_json(make.object({{Value::of(10), Value::of(1)}, {Value::of(9), Value::of(2)}, {text("a"), Value::of(3)}}))
        == R"({"10":1,"9":2,"a":3})");
  CHECK(to_json(make.object({{make.object({{text("a"), make.set({Value::of(1)})}}), Value::null()}})) ==
        R"({"{\"a\":[1]}":null})");
  // Of two keys with the same text the one that comes later in Rego's order stays.
  CHECK(to_json(make.object({{Value::of(1), Value::of(2)}, {text("1"), Value::of(3)}})) == R"({"1":3})");
}

TEST_CASE("indented JSON") {
  Maker make;
  Value value = make.json(R"({"a":[],"b":{},"c":[1,{"x":[]}]})");
  CHECK(to_json(value, {.indent = "  ", .prefix = "@"}) ==
        "{\n@  \"a\": [],\n@  \"b\": {},\n@  \"c\": [\n@    1,\n@    {\n@      \"x\": []\n@    }\n@  ]\n@}");
  CHECK(to_json(value, {.indent = "\t"}) == "{\n\t\"a\": [],\n\t\"b\": {},\n\t\"c\": [\n\t\t1,\n\t\t{\n"
                                            "\t\t\t\"x\": []\n\t\t}\n\t]\n}");
  CHECK(to_json(make.json("[]"), {.indent = "  "}) == "[]");
  CHECK(to_json(make.object({{Value::of(1), Value::of(2)}, {make.array({Value::of(1), Value::of(2)}), Value::of(0)}}),
                {.indent = " "}) == "{\n \"1\": 2,\n \"[1,2]\": 0\n}");
}

TEST_CASE("the canonical form of a result") {
  Maker make;
  CHECK(cj1(make.json(R"({"b":1.0,"a":[1e2,"\u000b\/\u007f"]})")) == "{\"a\":[100,\"\\u000b/\x7F\"],\"b\":1}");
  CHECK(cj1(make.set({text("b"), text("a"), Value::of(3)})) == R"([3,"a","b"])");
  CHECK(cj1(make.object({{Value::of(10), Value::of(1)}, {Value::of(9), Value::of(2)}})) == R"({"10":1,"9":2})");
  CHECK(cj1(make.object({{make.json("1.50"), Value::of(1)}})) == R"({"1.5":1})");
  CHECK(cj1(make.object({{make.set({Value::of(1)}), Value::of(1)}})) == R"({"[1]":1})");
  CHECK(cj1(make.object({{make.object({{Value::of(1), text("\n")}}), Value::of(1)}})) ==
        R"({"{\"1\":\"\\n\"}":1})");
  CHECK(code_of_cj1(make.object({{Value::of(1), Value::of(2)}, {text("1"), Value::of(3)}})) ==
        ErrorCode::E_KEY_COLLISION);
  Value one = Value::of(1);
  CHECK(code_of_cj1(make.object({{make.set({one}), Value::of(2)}, {make.array({one}), Value::of(3)}})) ==
        ErrorCode::E_KEY_COLLISION);
  CHECK(code_of_cj1(Value::undefined()) == ErrorCode::E_INTERNAL);
  CHECK(cj1(text("a\xFF" "b")) == "\"a\xEF\xBF\xBD" "b\"");
}

TEST_CASE("the canonical form has a limit of size") {
  Maker make;
  Value value = make.json(R"({"a":"bcd"})");
  CHECK(cj1(value, 11).size() == 11);
  CHECK(code_of_cj1(value, 10) == ErrorCode::E_OUTPUT);
  CHECK(code_of_cj1(Value::null(), 3) == ErrorCode::E_OUTPUT);
  CHECK(code_of_cj1(Value::null(), 4) == ErrorCode::kNone);
  // What is in front of it does not count.
  std::string out = "0123456789";
  append_cj1(out, value, 11);
  CHECK(out.size() == 21);
  // A value that shares its parts is small in memory and huge in text.
  Value doubled = make.array({Value::of(1), Value::of(1)});
  for (int i = 0; i < 60; ++i) doubled = make.array({doubled, doubled});
  CHECK(code_of_cj1(doubled, 1000) == ErrorCode::E_OUTPUT);
  CHECK(code_of_cj1(make.object({{doubled, Value::of(1)}}), 1000) == ErrorCode::E_OUTPUT);
}

TEST_CASE("other texts have a limit if one is given") {
  Maker make;
  Value doubled = make.array({text("x"), text("y")});
  std::string out;
  CHECK_NOTHROW(append_json(out, doubled, {}, 9));
  CHECK_NOTHROW(append_rego(out, doubled, 10));
  CHECK_THROWS_AS(append_json(out, doubled, {}, 4), Failure);
  CHECK_THROWS_AS(append_rego(out, doubled, 5), Failure);
  for (int i = 0; i < 60; ++i) doubled = make.array({doubled, doubled});
  CHECK_THROWS_AS(append_json(out, doubled, {}, 1000), Failure);
  CHECK_THROWS_AS(append_json(out, make.object({{doubled, doubled}}), {}, 1000), Failure);
  CHECK_THROWS_AS(append_rego(out, doubled, 1000), Failure);
}

TEST_CASE("canonical order is not Rego's order") {
  Maker make;
  Value object = make.object(
      {{text("\U0001F600"), Value::of(1)}, {text("\uE000"), Value::of(2)}, {text("z"), Value::of(3)}});
  CHECK(to_json(object) == "{\"z\":3,\"\uE000\":2,\"\U0001F600\":1}");
  CHECK(cj1(object) == "{\"z\":3,\"\U0001F600\":1,\"\uE000\":2}");
  CHECK(compare_utf16("\uE000", "\U0001F600") > 0);
  CHECK(compare(text("\uE000"), text("\U0001F600")) < 0);
  CHECK(compare_utf16("\uD7FF", "\U00010000") < 0);
  CHECK(compare_utf16("\uFFFF", "\U00010000") > 0);
  CHECK(compare_utf16("\uE000", "\uFFFF") < 0);
  CHECK(compare_utf16("\U00010000", "\U0010FFFF") < 0);
  CHECK(compare_utf16("a\uE000", "a\U0001F600") > 0);
  CHECK(compare_utf16("", "") == 0);
  CHECK(compare_utf16("a", "ab") < 0);
  CHECK(compare_utf16("ab", "a") > 0);
  CHECK(compare_utf16("b", "ab") > 0);
  CHECK(compare_utf16("\x7f", "\u0080") < 0);
}

TEST_CASE("keys compare by UTF-16 units") {
  auto units = [](uint32_t code) {
    if (code < 0x10000) return std::u16string(1, static_cast<char16_t>(code));
    code -= 0x10000;
    return std::u16string{static_cast<char16_t>(0xD800 + (code >> 10)), static_cast<char16_t>(0xDC00 + (code & 0x3FF))};
  };
  auto bytes = [](uint32_t code) {
    std::string out;
    if (code < 0x80) return std::string(1, static_cast<char>(code));
    if (code < 0x800) return std::string{static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
    if (code < 0x10000) {
      return std::string{static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
                         static_cast<char>(0x80 | (code & 63))};
    }
    return std::string{static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 63)),
                       static_cast<char>(0x80 | (code >> 6 & 63)), static_cast<char>(0x80 | (code & 63))};
  };
  const uint32_t codes[] = {0x0,    0x7F,   0x80,    0x7FF,   0x800,   0xCFFF,  0xD7FF,  0xE000,
                            0xEFFF, 0xF000, 0xFFFF,  0x10000, 0x1F600, 0x3FFFF, 0x40000, 0x10FFFF};
  for (uint32_t a : codes) {
    for (uint32_t b : codes) {
      CAPTURE(a, b);
      int expected = units(a).compare(units(b));
      int got = compare_utf16(bytes(a) + "x", bytes(b) + "x");
      CHECK((expected < 0) == (got < 0));
      CHECK((expected > 0) == (got > 0));
    }
  }
}

TEST_CASE("the faithful form of host values is injective") {
  Maker make;
  CHECK(rv1(make.set({Value::of(2), Value::of(1)})) == R"({"$set":[1,2]})");
  CHECK(rv1(make.array({Value::of(1), Value::of(2)})) == "[1,2]");
  CHECK(rv1(make.object({{Value::of(1), text("a")}})) == R"({"$obj":[[1,"a"]]})");
  CHECK(rv1(make.json(R"({"$set":[1,2]})")) == R"({"$obj":[["$set",[1,2]]]})");
  CHECK(rv1(make.json(R"({"$obj":[]})")) == R"({"$obj":[["$obj",[]]]})");
  CHECK(rv1(make.json(R"({"$":1})")) == R"({"$obj":[["$",1]]})");
  CHECK(rv1(make.json(R"({"$a":1,"b":1.0})")) == R"({"$a":1,"b":1})");
  CHECK(rv1(make.json(R"({"a$":1})")) == R"({"a$":1})");
  CHECK(rv1(make.object({{make.set({}), make.set({})}, {text("k"), Value::null()}})) ==
        R"({"$obj":[["k",null],[{"$set":[]},{"$set":[]}]]})");
  CHECK(rv1(make.object({{Value::of(1), Value::of(2)}, {text("1"), Value::of(3)}})) == R"({"$obj":[[1,2],["1",3]]})");
}

TEST_CASE("a value is exact for other canonical readers if all its numbers are") {
  Maker make;
  CHECK(is_jcs_exact(make.json(R"({"a":[1,2.5,"9007199254740993"],"b":null})")));
  CHECK_FALSE(is_jcs_exact(make.json(R"({"a":[1,{"b":9007199254740993}]})")));
  CHECK_FALSE(is_jcs_exact(make.set({make.json("0.33333333333333333334")})));
}

TEST_CASE("nesting that no text can hold") {
  Maker make;
  Value deepest = make.nested(kMaxValueDepth);
  Value deeper = make.array({deepest});
  CHECK(to_rego(deepest) == std::string(kMaxValueDepth, '[') + std::string(kMaxValueDepth, ']'));
  CHECK(to_json(deepest).size() == 2 * kMaxValueDepth);
  CHECK(cj1(deepest).size() == 2 * kMaxValueDepth);
  CHECK(is_jcs_exact(deepest));
  CHECK_THROWS_AS(to_rego(deeper), Failure);
  CHECK_THROWS_AS(to_json(deeper), Failure);
  CHECK(code_of_cj1(deeper) == ErrorCode::E_DEPTH);
  CHECK_THROWS_AS(rv1(deeper), Failure);
  CHECK_THROWS_AS(is_jcs_exact(deeper), Failure);
  // Keys count too, and how often they stand in one another has a limit of its own.
  Value key = Value::of(1);
  for (uint32_t i = 0; i < kMaxKeyNesting; ++i) key = make.object({{key, Value::null()}});
  CHECK(to_json(key).size() == cj1(key).size());
  key = make.object({{key, Value::null()}});
  CHECK(code_of_cj1(key) == ErrorCode::E_DEPTH);
  CHECK_THROWS_AS(to_json(key), Failure);
  CHECK(rv1(key).starts_with("{\"$obj\":[[{\"$obj\":[["));
  CHECK(code_of_cj1(make.object({{deeper, Value::null()}})) == ErrorCode::E_DEPTH);
  CHECK_THROWS_AS(to_json(make.object({{deeper, Value::null()}})), Failure);
}
