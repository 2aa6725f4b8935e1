#include "engine/value/json.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/value/json_oracle_test.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/text.h"
#include "engine/value/test_vectors.h"

using namespace writ;
using namespace std::string_literals;

namespace {

// The error of reading `text`, code kNone if there is none.
Error error_of(std::string_view text, const JsonLimits& limits = {}) {
  JsonReader reader;
  Arena arena;
  try {
    reader.read(text, arena, limits);
    return {};
  } catch (const Failure& failure) {
    return failure.error();
  }
}

std::string code_of(std::string_view text, const JsonLimits& limits = {}) {
  return std::string(error_code_name(error_of(text, limits).code));
}

std::string canonical_of(std::string_view text) {
  JsonReader reader;
  Arena arena;
  std::string out;
  append_cj1(out, reader.read(text, arena, {}).value);
  return out;
}

bool is_canonical(std::string_view text) {
  JsonReader reader;
  Arena arena;
  return reader.read(text, arena, {}).canonical;
}

std::string nested(size_t depth, bool objects) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += objects ? "{\"a\":" : "[";
  if (objects) text += "1";
  for (size_t i = 0; i < depth; ++i) text += objects ? "}" : "]";
  return text;
}

const char* const kSample =
    R"({ "user": {"name": "al\u0069ce", "roles": ["admin", "dev\n"], "age": 42},
  "amount": -12.50, "big": 123456789012345678901234567890, "small": 1e-7, "flags": [true, false, null],
  "é😀": {}, "empty": [], "\ud83d\ude00": "\"\\\/\b\f\n\r\t", "nested": [[[{"x": [[]]}]]] })";

}  // namespace

TEST_CASE("the document of the canonical form's specification") {
  std::string source(evidence::vector_text("document/source"));
  std::string expected = evidence::vector_bytes("document/cj1");
  CHECK(expected.size() == 89);
  CHECK(canonical_of(source) == expected);
  CHECK(canonical_of(expected) == expected);
  CHECK(is_canonical(expected));
  CHECK_FALSE(is_canonical(source));
  Arena arena;
  CHECK_FALSE(is_jcs_exact(read_json(source, arena)));
}

TEST_CASE("numbers are read into their canonical text") {
  struct Row {
    std::string_view literal;
    std::string_view canonical;
    bool jcs_exact;
  };
  std::vector<Row> rows = {
      {"999999999999999999", "999999999999999999", false},
      {"-999999999999999999", "-999999999999999999", false},
      {"9223372036854775807", "9223372036854775807", false},
      {"-9223372036854775808", "-9223372036854775808", false},
      {"9223372036854775808", "9223372036854775808", false},
      {"-0.5", "-0.5", true},
      {"0.00000123", "0.00000123", true},
      {"0.000000123", "1.23e-7", true},
      {"123456789012345678901.5", "123456789012345678901.5", false},
      {"1234567890123456789012.5", "1.2345678901234567890125e+21", false},
  };
  for (const Value& row : evidence::vector_at("numbers").items()) {
    rows.push_back({evidence::vector_text(row, "literal"), evidence::vector_text(row, "cj1"),
                    evidence::vector_at(row, "jcs_exact").is_true()});
  }
  for (const Row& row : rows) {
    CAPTURE(row.literal);
    Arena arena;
    JsonReader reader;
    JsonDocument document = reader.read(row.literal, arena, {});
    std::string text;
    append_cj1(text, document.value);
    CHECK(text == row.canonical);
    CHECK(document.canonical == (row.canonical == row.literal));
    CHECK(is_jcs_exact(document.value) == row.jcs_exact);
    // What Rego can see is the text of the value, not the literal [S-2.2]. Integers of up to 21 digits are plain.
    CHECK(to_json(document.value) == row.canonical);
    CHECK(canonical_of("[" + std::string(row.literal) + " ]") == "[" + std::string(row.canonical) + "]");
  }
}

TEST_CASE("texts that are not acceptable") {
  struct Row {
    std::string text;
    const char* code;
    uint64_t offset;
  };
  const Row rows[] = {
      // Numbers within [S-2.8].
      {"1e6145", "E_NUM_RANGE", 0},
      {"9.99e-6144", "E_NUM_RANGE", 0},
      {"[1,1e1000000]", "E_NUM_RANGE", 3},
      {"1e99999999999999999999", "E_NUM_RANGE", 0},
      {"01", "E_JSON_NUMBER", 1},
      {"-01", "E_JSON_NUMBER", 2},
      {"00", "E_JSON_NUMBER", 1},
      {"1.", "E_JSON_NUMBER", 2},
      {"[1.]", "E_JSON_NUMBER", 3},
      {"1e", "E_JSON_NUMBER", 2},
      {"1e+", "E_JSON_NUMBER", 3},
      {"1E-,", "E_JSON_NUMBER", 3},
      {".5", "E_JSON_NUMBER", 0},
      {"-.5", "E_JSON_NUMBER", 1},
      {"+1", "E_JSON_NUMBER", 0},
      {"-", "E_JSON_NUMBER", 1},
      {"[-]", "E_JSON_NUMBER", 2},
      {"--1", "E_JSON_NUMBER", 1},
      {"0x10", "E_JSON_NUMBER", 1},
      {"1_000", "E_JSON_NUMBER", 1},
      {"1.2.3", "E_JSON_NUMBER", 3},
      {"1e5e5", "E_JSON_NUMBER", 3},
      {"1-2", "E_JSON_NUMBER", 1},
      {"[0e+-1]", "E_JSON_NUMBER", 4},
      {"-Infinity", "E_JSON_NUMBER", 1},
      {"1a", "E_JSON_NUMBER", 1},
      // Duplicate names after unescaping [S-16.3].
      {R"({"a":1,"a":1})", "E_DUP_KEY", 7},
      {R"({"a":1,"\u0061":2})", "E_DUP_KEY", 7},
      {R"({"":1,"":2})", "E_DUP_KEY", 6},
      {R"({"a\n":1,"b":2,"a\u000A":2})", "E_DUP_KEY", 15},
      {R"([{"abcdefgh1":1,"abcdefgh2":1,"abcdefgh1":2}])", "E_DUP_KEY", 30},
      {R"({"x":{"a":1,"b":2,"a":3},"x":1})", "E_DUP_KEY", 18},
      // UTF-8 and surrogates [S-16.3].
      {"\"\\ud800\"", "E_UTF8", 1},
      {"\"\\udc00\"", "E_UTF8", 1},
      {"\"ab\\udfff\\ud800\"", "E_UTF8", 3},
      {"\"\\ud800\\ud800\"", "E_UTF8", 1},
      {"\"\\ud800x\"", "E_UTF8", 1},
      {"\"\\ud800\\n\"", "E_UTF8", 1},
      {"\"\\ud800\\u0041\"", "E_UTF8", 1},
      {"{\"\\ud800\":1}", "E_UTF8", 2},
      {"\"\xFF\"", "E_UTF8", 1},
      {"\"a\xC0\x80\"", "E_UTF8", 2},
      {"\"\xED\xA0\x80\"", "E_UTF8", 1},
      {"\xC0\x80", "E_UTF8", 0},
      {"\xED\xA0\x80", "E_UTF8", 0},
      {"\"\xE2\x82\"", "E_UTF8", 1},
      {"\"\xF4\x90\x80\x80\"", "E_UTF8", 1},
      {"\"\xF0\x80\x80\x80\"", "E_UTF8", 1},
      {"\"\x80\"", "E_UTF8", 1},
      {"[1,\xFF]", "E_UTF8", 3},
      {"\xEF\xBB\xBF\x31", "E_JSON_BOM", 0},
      {"\xEF\xBB\xBF", "E_JSON_BOM", 0},
      // Structure [S-16.3].
      {"", "E_JSON_SYNTAX", 0},
      {" \n", "E_JSON_SYNTAX", 2},
      {"1 2", "E_JSON_SYNTAX", 2},
      {"{} {}", "E_JSON_SYNTAX", 3},
      {"[]]", "E_JSON_SYNTAX", 2},
      {"[1,]", "E_JSON_SYNTAX", 3},
      {"[,1]", "E_JSON_SYNTAX", 1},
      {"[1,,2]", "E_JSON_SYNTAX", 3},
      {"[1 2]", "E_JSON_SYNTAX", 3},
      {"[1:2]", "E_JSON_SYNTAX", 2},
      {"[", "E_JSON_SYNTAX", 1},
      {"]", "E_JSON_SYNTAX", 0},
      {"[1", "E_JSON_SYNTAX", 2},
      {"[1}", "E_JSON_SYNTAX", 2},
      {"{", "E_JSON_SYNTAX", 1},
      {"{]", "E_JSON_SYNTAX", 1},
      {"{\"a\"", "E_JSON_SYNTAX", 4},
      {"{\"a\"}", "E_JSON_SYNTAX", 4},
      {"{\"a\":", "E_JSON_SYNTAX", 5},
      {"{\"a\":}", "E_JSON_SYNTAX", 5},
      {"{\"a\":1", "E_JSON_SYNTAX", 6},
      {"{\"a\":1]", "E_JSON_SYNTAX", 6},
      {"{\"a\":1,}", "E_JSON_SYNTAX", 7},
      {"{\"a\" 1}", "E_JSON_SYNTAX", 5},
      {"{\"a\",1}", "E_JSON_SYNTAX", 4},
      {"{a:1}", "E_JSON_SYNTAX", 1},
      {"{1:1}", "E_JSON_SYNTAX", 1},
      {"{null:1}", "E_JSON_SYNTAX", 1},
      {"{,}", "E_JSON_SYNTAX", 1},
      {"{[]:1}", "E_JSON_SYNTAX", 1},
      {"{\"a\":1 \"b\":2}", "E_JSON_SYNTAX", 7},
      {"{\"a\"::1}", "E_JSON_SYNTAX", 5},
      {"{'a':1}", "E_JSON_SYNTAX", 1},
      {"NaN", "E_JSON_SYNTAX", 0},
      {"nul", "E_JSON_SYNTAX", 0},
      {"nulll", "E_JSON_SYNTAX", 0},
      {"True", "E_JSON_SYNTAX", 0},
      {"tru", "E_JSON_SYNTAX", 0},
      {"true1", "E_JSON_SYNTAX", 0},
      {"[truefalse]", "E_JSON_SYNTAX", 1},
      {"true\"\"", "E_JSON_SYNTAX", 4},
      {"1\"\"", "E_JSON_SYNTAX", 1},
      {"\"a\"\"b\"", "E_JSON_SYNTAX", 3},
      {"\"a\"b", "E_JSON_SYNTAX", 3},
      {"\"a\"1", "E_JSON_SYNTAX", 3},
      {"[\"a\"b\"c\"]", "E_JSON_SYNTAX", 4},
      {"{\"a\"\"b\":1}", "E_JSON_SYNTAX", 4},
      {"\\", "E_JSON_SYNTAX", 0},
      {"[\\\"a\"]", "E_JSON_SYNTAX", 1},
      {"\"a\"\\\"b\"", "E_JSON_SYNTAX", 3},
      {"// x\n1", "E_JSON_SYNTAX", 0},
      {"1 /* x */", "E_JSON_SYNTAX", 2},
      {"1\f", "E_JSON_SYNTAX", 1},
      {"\v1", "E_JSON_SYNTAX", 0},
      {"1\0"s, "E_JSON_SYNTAX", 1},
      {"\0"s, "E_JSON_SYNTAX", 0},
      {"[1\xC2\xA0]", "E_JSON_SYNTAX", 2},
      {"\xE2\x80\xA8[]", "E_JSON_SYNTAX", 0},
      {"[*]", "E_JSON_SYNTAX", 1},
      // Strings.
      {"\"a\x01\"", "E_JSON_SYNTAX", 2},
      {"\"a\n\"", "E_JSON_SYNTAX", 2},
      {"\"\t\"", "E_JSON_SYNTAX", 1},
      {"\"\0\""s, "E_JSON_SYNTAX", 1},
      {"\"a", "E_JSON_SYNTAX", 2},
      {"\"", "E_JSON_SYNTAX", 1},
      {"[\"a]", "E_JSON_SYNTAX", 4},
      {"\"a\\", "E_JSON_SYNTAX", 2},
      {"\"a\\\"", "E_JSON_SYNTAX", 4},
      {"\"\\x41\"", "E_JSON_SYNTAX", 1},
      {"\"\\'\"", "E_JSON_SYNTAX", 1},
      {"\"\\a\"", "E_JSON_SYNTAX", 1},
      {"\"\\0\"", "E_JSON_SYNTAX", 1},
      {"\"\\U0041\"", "E_JSON_SYNTAX", 1},
      {"\"\\u\"", "E_JSON_SYNTAX", 1},
      {"\"\\u004\"", "E_JSON_SYNTAX", 1},
      {"\"\\u00g0\"", "E_JSON_SYNTAX", 1},
      {"\"\\u-041\"", "E_JSON_SYNTAX", 1},
      {"\"\\\xC3\xA9\"", "E_JSON_SYNTAX", 1},
      {"\"\\\n\"", "E_JSON_SYNTAX", 1},
      // The first fault counts.
      {"[1,] \xFF", "E_JSON_SYNTAX", 3},
      {"[\"\xFF\", 01, \"", "E_UTF8", 2},
      {"{\"a\":01,\"a\":1}", "E_JSON_NUMBER", 6},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    Error error = error_of(row.text);
    CHECK(error_code_name(error.code) == row.code);
    CHECK(error.offset == row.offset);
    Arena arena;
    CHECK_FALSE(SlowJson(row.text, arena, {}).read().has_value());
    CHECK_THROWS_AS(read_json(row.text, arena), Failure);
  }
}

TEST_CASE("texts that are acceptable") {
  struct Row {
    std::string text;
    std::string canonical;
  };
  const Row rows[] = {
      {"null", "null"},
      {" true ", "true"},
      {"\t\r\n false\n", "false"},
      {"\"\"", "\"\""},
      {"[]", "[]"},
      {"[ ]", "[]"},
      {"{}", "{}"},
      {"{ }", "{}"},
      {"[[],{},[{}]]", "[[],{},[{}]]"},
      {" [ 1 , 2 ] ", "[1,2]"},
      {"[1\n]", "[1]"},
      {"[1\t,\r2]", "[1,2]"},
      {"{\"\":0}", "{\"\":0}"},
      {"{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}"},
      {"{\"a\":{\"a\":{\"a\":1}}}", "{\"a\":{\"a\":{\"a\":1}}}"},
      {"{\"ab\":1,\"a\":2,\"a\\u0000\":3,\"\":4}", "{\"\":4,\"a\":2,\"a\\u0000\":3,\"ab\":1}"},
      {R"({"abcdefghi":1,"abcdefgh":2,"abcdefghh":3})", R"({"abcdefgh":2,"abcdefghh":3,"abcdefghi":1})"},
      {"\"\\u0000\"", "\"\\u0000\""},
      {"\"\\u001F\"", "\"\\u001f\""},
      {"\"\\u007f\x7F\"", "\"\x7F\x7F\""},
      {"\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"", "\"\\b\\f\\n\\r\\t\\\"\\\\/\""},
      {"\"\\u0008\\u000c\\u000A\\u000d\\u0009\\u0022\\u005C\"", "\"\\b\\f\\n\\r\\t\\\"\\\\\""},
      {"\"\\uD83D\\uDE00\"", "\"\xF0\x9F\x98\x80\""},
      {"\"\\udBFF\\udFFF\"", "\"\xF4\x8F\xBF\xBF\""},
      {"\"\\ud7ff\\ue000\\uFFFF\\u07ff\\u0800\"", "\"\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xDF\xBF\xE0\xA0\x80\""},
      {"\"\xEF\xBB\xBF\"", "\"\xEF\xBB\xBF\""},
      {"\"\xE2\x80\xA8\"", "\"\xE2\x80\xA8\""},
      {"\"\\\\u0061\"", "\"\\\\u0061\""},
      {"\"\\\\\\\"\"", "\"\\\\\\\"\""},
      {"\"[{:,}]\"", "\"[{:,}]\""},
      {"-1", "-1"},
      {"[0,-0,1e0]", "[0,0,1]"},
      {"[1E+2,1e-2]", "[100,0.01]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(canonical_of(row.text) == row.canonical);
    CHECK(is_canonical(row.text) == (row.text == row.canonical));
    CHECK(is_canonical(row.canonical));
    JsonReader reader;
    CHECK(compare_readers(reader, row.text, {}) == "");
  }
}

TEST_CASE("canonical texts are recognised by the order of their keys") {
  CHECK(is_canonical(R"({"a":1,"b":{"c":2,"d":3}})"));
  CHECK_FALSE(is_canonical(R"({"a":1,"b":{"d":2,"c":3}})"));
  CHECK_FALSE(is_canonical(R"({"b":1,"a":2})"));
  // Supplementary code points come before U+E000 in UTF-16, after it in bytes.
  CHECK(is_canonical("{\"\xF0\x9F\x98\x80\":1,\"\xEE\x80\x80\":2}"));
  CHECK_FALSE(is_canonical("{\"\xEE\x80\x80\":2,\"\xF0\x9F\x98\x80\":1}"));
  CHECK_FALSE(is_canonical(" 1"));
  CHECK_FALSE(is_canonical("1\n"));
  CHECK_FALSE(is_canonical("[1 ]"));
  CHECK_FALSE(is_canonical("[ ]"));
  CHECK_FALSE(is_canonical("{ }"));
  CHECK_FALSE(is_canonical("{\"a\" :1}"));
  CHECK_FALSE(is_canonical("{\"a\": 1}"));
  CHECK_FALSE(is_canonical("\"\\/\""));
  CHECK_FALSE(is_canonical("\"\\u0041\""));
  CHECK_FALSE(is_canonical("\"\\u001F\""));
  CHECK_FALSE(is_canonical("\"\\u0008\""));
  CHECK(is_canonical("\"\\u000b\\u001f\\b\""));
  CHECK_FALSE(is_canonical("[-0]"));
  CHECK_FALSE(is_canonical("[1.50]"));
}

TEST_CASE("every truncation of a document is rejected") {
  std::string sample = kSample;
  REQUIRE(code_of(sample).empty());
  for (size_t size = 0; size < sample.size(); ++size) {
    CAPTURE(size);
    std::string code = code_of(sample.substr(0, size));
    CHECK((code == "E_JSON_SYNTAX" || code == "E_UTF8" || code == "E_JSON_NUMBER"));
    CHECK(error_of(sample.substr(0, size)).offset <= size);
  }
}

TEST_CASE("nesting up to the limit") {
  for (bool objects : {false, true}) {
    CHECK(code_of(nested(511, objects)).empty());
    CHECK(code_of(nested(512, objects)).empty());
    CHECK(code_of(nested(513, objects)) == "E_DEPTH");
    CHECK(code_of(nested(100000, objects)) == "E_DEPTH");
    CHECK(code_of(nested(3, objects), {.depth = 3}).empty());
    CHECK(code_of(nested(4, objects), {.depth = 3}) == "E_DEPTH");
    CHECK(code_of(nested(100000, objects), {.depth = 100000}).empty());
  }
  CHECK(code_of("[]", {.depth = 0}) == "E_DEPTH");
  CHECK(code_of("1", {.depth = 0}).empty());
  CHECK(code_of("[[],[],[[]]]", {.depth = 3}).empty());
  CHECK(error_of("[[],[],[[]]]", {.depth = 2}).offset == 8);
  // Brackets that are never closed are a matter of depth first.
  CHECK(code_of(std::string(600, '[')) == "E_DEPTH");
  CHECK(code_of(std::string(512, '[')) == "E_JSON_SYNTAX");
}

TEST_CASE("size up to the limit") {
  std::string text = "\"" + std::string(98, 'x') + "\"";
  CHECK(code_of(text, {.bytes = 101}).empty());
  CHECK(code_of(text, {.bytes = 100}).empty());
  CHECK(code_of(text, {.bytes = 99}) == "E_SIZE");
  CHECK(code_of("\xFF" + text, {.bytes = 99}) == "E_SIZE");  // nothing of it is read
  std::string input(4u << 20, ' ');
  input[0] = '1';
  CHECK(code_of(input).empty());
  CHECK(code_of(input + " ") == "E_SIZE");
}

TEST_CASE("an error says where and what was expected") {
  Error error = error_of("{\n  \"a\": 1,\n  \"b\" 2\n}");
  CHECK(error.row == 3);
  CHECK(error.column == 7);
  CHECK(error.offset == 18);
  CHECK(error.detail == "expected `:` after a member name, found `2`");
  CHECK(error_of("{\"a\":1").detail == "expected `,` or `}` after a member, found the end of the document");
  CHECK(error_of("[1;2]").detail == "expected `,` or `]` after an element, found `;`");
  CHECK(error_of("[1,]").detail == "expected a value after `,`, found `]`");
  CHECK(error_of("{,}").detail == "expected a member name or `}`, found `,`");
  CHECK(error_of("{\"a\":1,}").detail == "expected a member name, found `}`");
  CHECK(error_of("{\"a\":1,\"a\":2}").detail == "the object already has a member \"a\"");
  CHECK(error_of("\"\\ud800\"").detail == "the surrogate U+D800 has no partner");
  CHECK(error_of("\"\x01\"").detail == "a string cannot hold U+0001 unescaped");
  CHECK(error_of("[\"abc").detail == "the string that starts at offset 1 is not closed");
  CHECK(error_of("1 x").detail == "expected nothing after the value, found `x`");
  CHECK(error_of("01").detail == "a number has no leading zeros");
  CHECK(error_of("1.x").detail == "expected a digit after the point of a number, found `x`");
  CHECK(error_of("\"\xFF\"").detail == "byte FF is not UTF-8 here");
  CHECK(error_of("[[1]]", {.depth = 1}).detail == "the limit for nesting is 1");
}

TEST_CASE("a reader reads documents of any size one after another") {
  JsonReader reader;
  Arena arena;
  for (size_t size : {1, 10, 100000, 3, 1000, 300000, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025}) {
    std::string text = "[";
    while (text.size() < size) text += "\"abc\\n\",12,";
    text += "null]";
    arena.reset();
    Value value = reader.read(text, arena, {}).value;
    REQUIRE(value.is_array());
    CHECK(value.items().back().kind == Kind::kNull);
    std::string canonical;
    append_cj1(canonical, value);
    CHECK(canonical == text);
  }
}

TEST_CASE("a string may end anywhere in a block") {
  JsonReader reader;
  for (size_t size = 0; size < 200; ++size) {
    std::string text = "[\"" + std::string(size, 'a') + "\",\"" + std::string(size, 'b') + "\\n" +
                       std::string(size, 'c') + "\"]";
    CAPTURE(size);
    CHECK(compare_readers(reader, text, {}) == "");
    Arena arena;
    Value value = reader.read(text, arena, {}).value;
    CHECK(value.items()[0].text() == std::string(size, 'a'));
    CHECK(value.items()[1].text() == std::string(size, 'b') + "\n" + std::string(size, 'c'));
  }
}

TEST_CASE("objects of every size are sorted and searched") {
  std::mt19937 random(7);
  JsonReader reader;
  for (size_t size = 1; size < 100; ++size) {
    std::vector<std::string> names;
    for (size_t i = 0; i < size; ++i) names.push_back("key-with-prefix-" + std::to_string(i * i));
    std::shuffle(names.begin(), names.end(), random);
    std::string text = "{";
    for (const std::string& name : names) text += (text.size() > 1 ? ",\"" : "\"") + name + "\":\"" + name + "\"";
    Arena arena;
    std::string whole = text + "}";
    Value value = reader.read(whole, arena, {}).value;
    REQUIRE(value.size == size);
    for (const std::string& name : names) {
      const Value* member = object_find(value, name);
      REQUIRE(member != nullptr);
      CHECK(member->text() == name);
    }
    CHECK(object_find(value, "key-with-prefix-") == nullptr);
    CHECK(compare_readers(reader, whole, {}) == "");
    CHECK(code_of(text + ",\"" + names[random() % size] + "\":1}") == "E_DUP_KEY");
  }
}

TEST_CASE("read_json keeps the texts of numbers on request") {
  Arena arena;
  JsonLimits limits;
  CHECK(to_json(read_json("[1.50, 1e2, -0, 10]", arena, limits, NumberText::kKept)) == "[1.50,1e2,-0,10]");
  CHECK(to_json(read_json("[1.50, 1e2, -0, 10]", arena, limits)) == "[1.5,100,0,10]");
}

TEST_CASE("what read_json returns does not need the text") {
  Arena arena;
  auto text = std::make_unique<std::string>(R"({"name": "a string that is long enough", "n": 12.75})");
  Value value = read_json(*text, arena);
  std::fill(text->begin(), text->end(), 'x');
  text.reset();
  CHECK(to_json(value) == R"({"n":12.75,"name":"a string that is long enough"})");
}

TEST_CASE("a full arena is a failure of memory, not of the document") {
  JsonReader reader;
  Arena arena(1 << 12);
  std::string text = "[0";
  for (int i = 0; i < 10000; ++i) text += ",1";
  text += "]";
  try {
    reader.read(text, arena, {});
    FAIL("read");
  } catch (const Failure& failure) {
    CHECK(failure.error().code == ErrorCode::E_MEMORY);
  }
}

// --- Path slots ------------------------------------------------------------------------------------------------------

TEST_CASE("path slots are filled while reading") {
  PathTrie trie;
  uint32_t name = trie.add({"user", "name"});
  uint32_t user = trie.add({"user"});
  uint32_t missing = trie.add({"user", "missing"});
  uint32_t deep = trie.add({"a", "b", "c"});
  uint32_t escaped = trie.add({"k\n"});
  uint32_t array = trie.add({"list"});
  uint32_t inside_array = trie.add({"list", "x"});
  CHECK(trie.add({"user", "name"}) == name);
  CHECK(trie.slot_count() == 7);
  std::vector<Value> slots(trie.slot_count());
  JsonReader reader;
  Arena arena;
  Value document = reader
                       .read(R"({"list":[{"x":1}],"k\u000a":true,"user":{"id":1,"name":"al"},"a":{"b":{"c":[3]}},)"
                             R"("z":{"user":{"name":"not this"}}})",
                             arena, {}, &trie, slots.data())
                       .value;
  CHECK(to_json(slots[name]) == "\"al\"");
  CHECK(to_json(slots[user]) == R"({"id":1,"name":"al"})");
  CHECK_FALSE(slots[missing].is_defined());
  CHECK(to_json(slots[deep]) == "[3]");
  CHECK(slots[escaped].is_true());
  CHECK(to_json(slots[array]) == R"([{"x":1}])");
  CHECK_FALSE(slots[inside_array].is_defined());
  // Slots share the document's values: nothing is copied.
  CHECK(slots[user].entries == object_find(document, "user")->entries);
  // The next document starts afresh.
  reader.read("{\"user\":7}", arena, {}, &trie, slots.data());
  CHECK(to_json(slots[user]) == "7");
  CHECK_FALSE(slots[name].is_defined());
}

TEST_CASE("the empty path is the whole document") {
  PathTrie trie;
  uint32_t whole = trie.add({});
  uint32_t a = trie.add({"a"});
  std::vector<Value> slots(2);
  JsonReader reader;
  Arena arena;
  reader.read(" 42 ", arena, {}, &trie, slots.data());
  CHECK(to_json(slots[whole]) == "42");
  CHECK_FALSE(slots[a].is_defined());
  reader.read(R"({"a":{}})", arena, {}, &trie, slots.data());
  CHECK(to_json(slots[whole]) == R"({"a":{}})");
  CHECK(to_json(slots[a]) == "{}");
  reader.read("[]", arena, {}, &trie, slots.data());
  CHECK(to_json(slots[whole]) == "[]");
}

namespace {

// Random documents and texts over a small alphabet, so that paths are hit and names repeat.
struct Generator {
  std::mt19937 random;
  const std::vector<std::string> names = {"a", "b", "cc", "dd", "\\u0061a", "e\\n", "", "longer-than-eight",
                                          "longer-than-nine", "\xF0\x9F\x98\x80", "\xEE\x80\x80", "k"};
  uint32_t below(uint32_t n) { return random() % n; }

  std::string space() { return below(6) == 0 ? " " : ""; }

  std::string value(int depth) {
    switch (below(depth > 0 ? 9 : 6)) {
      case 0: return std::vector<std::string>{"null", "true", "false"}[below(3)];
      case 1: return std::to_string(static_cast<int32_t>(random()));
      case 2: return std::vector<std::string>{"1.5", "-0", "1e3", "0.0010", "12345678901234567890", "2.50"}[below(6)];
      case 3:
      case 4: return "\"" + names[below(static_cast<uint32_t>(names.size()))] + "\"";
      case 5: return below(2) ? "[]" : "{}";
      case 6: {
        std::string text = "[" + space();
        for (uint32_t i = 0, n = below(4); i <= n; ++i) text += (i ? "," : "") + value(depth - 1) + space();
        return text + "]";
      }
      default: {
        std::vector<std::string> keys = names;
        std::shuffle(keys.begin(), keys.end(), random);
        std::string text = "{";
        for (uint32_t i = 0, n = below(8); i <= n; ++i) {
          text += (i ? "," : "") + space() + "\"" + keys[i] + "\"" + space() + ":" + value(depth - 1);
        }
        return text + "}";
      }
    }
  }
};

std::vector<std::vector<std::string>> some_paths(Generator& generator) {
  const std::vector<std::string> keys = {"a", "b", "cc", "dd", "aa", "e\n", "", "longer-than-eight", "k", "no"};
  std::vector<std::vector<std::string>> paths;
  for (uint32_t i = 0, n = generator.below(30); i < n; ++i) {
    std::vector<std::string> path;
    for (uint32_t k = 0, length = generator.below(4); k < length; ++k) path.push_back(keys[generator.below(10)]);
    paths.push_back(path);
  }
  return paths;
}

}  // namespace

TEST_CASE("slots of random documents are what the finished document says") {
  Generator generator{std::mt19937(42)};
  JsonReader reader;
  Arena arena;
  for (int round = 0; round < 3000; ++round) {
    PathTrie trie;
    for (const auto& path : some_paths(generator)) trie.add(path);
    std::string text = generator.value(4);
    CAPTURE(text);
    arena.reset();
    std::vector<Value> slots(trie.slot_count());
    std::vector<Value> expected(trie.slot_count());
    Value document = reader.read(text, arena, {}, &trie, slots.data()).value;
    trie.resolve(document, expected.data());
    for (uint32_t i = 0; i < trie.slot_count(); ++i) {
      REQUIRE(slots[i].kind == expected[i].kind);
      if (slots[i].is_defined()) REQUIRE(equal(slots[i], expected[i]));
    }
    REQUIRE(compare_readers(reader, text, {}) == "");
  }
}

TEST_CASE("the reader and its oracle agree about damaged documents") {
  Generator generator{std::mt19937(99)};
  const std::string bytes = "\"\\[]{}:, \n\x01u0eE.-+1tfn\xC3\xA9\xF0\xED\xA0\x80/d8";
  JsonReader reader;
  for (int round = 0; round < 20000; ++round) {
    std::string text = generator.value(3);
    for (uint32_t i = 0, n = 1 + generator.below(3); i < n; ++i) {
      size_t at = generator.below(static_cast<uint32_t>(text.size() + 1));
      char byte = bytes[generator.below(static_cast<uint32_t>(bytes.size()))];
      uint32_t what = generator.below(3);
      if (what == 0 && at < text.size()) text.erase(at, 1);
      if (what == 1 && at < text.size()) text[at] = byte;
      if (what == 2) text.insert(at, 1, byte);
    }
    CAPTURE(text);
    REQUIRE(compare_readers(reader, text, {.depth = 5}) == "");
  }
}
