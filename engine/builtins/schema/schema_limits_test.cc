// Schemas and documents made to hurt: each ends with an answer or with a limit.
#include <string>

#include "engine/base/meter.h"
#include "engine/builtins/call_support.h"
#include "engine/builtins/schema/schema.h"
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Bench;
using test::kPlentyOfFuel;
using test::run;

std::string repeated(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; i++) out.append(text);
  return out;
}

// Both arguments as JSON texts, so that nothing else reads them.
std::string match(std::string_view document, std::string_view schema, uint64_t fuel = test::kFuel) {
  std::string arguments;
  JsonWriter json(arguments);
  json.begin_array().string(document).string(schema).end_array();
  return run("json.match_schema", arguments, fuel);
}

TEST_CASE("a schema that is nothing but itself ends", "[schema]") {
  CHECK(match("1", R"({"$ref":"#"})") == "E_DEPTH");
  CHECK(match("1", R"({"allOf":[{"$ref":"#"}]})") == "E_DEPTH");
  CHECK(match("1", R"({"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}})") ==
        "E_DEPTH");
  CHECK(run("json.verify_schema", R"(["{\"$ref\":\"#\"}"])") == "[true, null]");
}

TEST_CASE("schemas that multiply run out of fuel", "[schema]") {
  std::string definitions = R"("d40":{"type":"string"})";
  for (int i = 0; i < 40; i++) {
    std::string next = R"({"$ref":"#/definitions/d)" + std::to_string(i + 1) + "\"}";
    definitions += ",\"d" + std::to_string(i) + "\":{\"allOf\":[" + next + "," + next + "]}";
  }
  CHECK(match("1", R"({"$ref":"#/definitions/d0","definitions":{)" + definitions + "}}") == "E_FUEL");
}

TEST_CASE("schemas and chains of references nested too deeply are refused", "[schema]") {
  CHECK(match("1", repeated(R"({"not":)", 300) + "{}" + repeated("}", 300)).starts_with("[true"));
  CHECK(match("1", repeated(R"({"not":)", 600) + "{}" + repeated("}", 600)) == "E_DEPTH");
  auto chain = [](int size) {
    std::string definitions;
    for (int i = 0; i < size; i++) {
      definitions += "\"d" + std::to_string(i) + R"(":{"$ref":"#/definitions/d)" + std::to_string(i + 1) + "\"},";
    }
    return R"({"$ref":"#/definitions/d0","definitions":{)" + definitions + "\"d" + std::to_string(size) + "\":{}}}";
  };
  CHECK(match("1", chain(500)) == "[true, []]");
  CHECK(match("1", chain(5000)) == "E_DEPTH");
}

TEST_CASE("a document as deep as documents may be is checked", "[schema]") {
  std::string schema = R"({"properties":{"a":{"$ref":"#"}},"additionalProperties":false})";
  CHECK(match(repeated(R"({"a":)", 500) + "1" + repeated("}", 500), schema) == "[true, []]");
}

TEST_CASE("large keywords are paid for", "[schema]") {
  std::string numbers = "1";
  for (int i = 2; i < 20'000; i++) numbers += "," + std::to_string(i);
  CHECK(match("7", "{\"enum\":[" + numbers + "]}") == "[true, []]");
  CHECK(match("7", "{\"enum\":[" + numbers + "]}", 10'000) == "E_FUEL");
  CHECK(match("[" + numbers + "]", R"({"uniqueItems":true})") == "[true, []]");
  CHECK(match("[" + numbers + "]", R"({"uniqueItems":true})", 20'000) == "E_FUEL");
  CHECK(match("\"a\"", R"~({"pattern":"(((a{1000}){1000}){1000})"})~") ==
        "eval_builtin_error: json.match_schema: pattern must be a valid regex");
  CHECK(match("1e6000", R"({"multipleOf":3e-6000})").starts_with("[false"));
  // A bound with many digits behind the point, written into each complaint.
  std::string ones = "[1" + repeated(",1", 99) + "]";
  CHECK(match(ones, R"({"items":{"maximum":1e-900}})", 10'000'000).starts_with("[false"));
  CHECK(match(ones, R"({"items":{"maximum":1e-900}})", 4'000'000) == "E_FUEL");
  Meter meter;
  meter.begin(50'000);
  Meter::Scope scope(&meter);
  CHECK(match("\"a\"", R"~({"pattern":"[\\pL]{100}"})~") == "E_FUEL");
}

TEST_CASE("a schema costs the same whether it was compiled before or not", "[schema]") {
  Bench bench;
  constexpr std::string_view kArguments = R"([{"a":"x"},{"properties":{"a":{"pattern":"^x+$","enum":["x","y"]}},"required":["a"]}])";
  auto cost = [&] {
    Meter meter;
    meter.begin(kPlentyOfFuel);
    Meter::Scope scope(&meter);
    bench.services.patterns().begin();
    uint64_t before = bench.services.used;
    CHECK(bench.run("json.match_schema", kArguments) == "[true, []]");
    return meter.used() + bench.services.used - before;
  };
  uint64_t first = cost();
  CHECK(first > 500);
  CHECK(cost() == first);
}

TEST_CASE("other layers read schemas as trees", "[schema]") {
  Bill bill;
  std::string fault;
  auto schema = Schema::compile(R"~({"properties":{"b":{"$ref":"#/definitions/x"},
                                                   "a":{"type":["string","null"],"pattern":"(?=x)"}},
                                    "definitions":{"x":{"items":{"type":"integer"}}}})~",
                                Schema::Patterns::kIgnored, bill, &fault);
  REQUIRE(schema != nullptr);
  const SubSchema& root = schema->root();
  REQUIRE(root.properties.size() == 2);
  CHECK(root.properties[0].first == "a");
  CHECK(root.property("a")->types.text() == "[string,null]");
  const SubSchema& reference = *root.property("b");
  CHECK(reference.reference == "#/definitions/x");
  REQUIRE(reference.target != nullptr);
  CHECK(reference.target->items_is_single);
  CHECK(reference.target->items[0]->types.contains(SchemaType::kInteger));
  CHECK(Schema::compile(R"~({"pattern":"(?=x)"})~", Schema::Patterns::kChecked, bill, &fault) == nullptr);
  CHECK(fault == "pattern must be a valid regex");
}

}  // namespace
}  // namespace writ
