#include "engine/value/value.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/order.h"

using namespace writ;

namespace {

Value kept(Arena& arena, std::string_view text) { return read_json(text, arena, {}, NumberText::kKept); }

}  // namespace

TEST_CASE("names of kinds") {
  CHECK(kind_name(Kind::kUndefined) == "undefined");
  CHECK(kind_name(Kind::kNull) == "null");
  CHECK(kind_name(Kind::kBoolean) == "boolean");
  CHECK(kind_name(Kind::kNumber) == "number");
  CHECK(kind_name(Kind::kString) == "string");
  CHECK(kind_name(Kind::kArray) == "array");
  CHECK(kind_name(Kind::kObject) == "object");
  CHECK(kind_name(Kind::kSet) == "set");
  CHECK(kind_name(Kind::kDocument) == "object");
}

TEST_CASE("what an array takes as an index") {
  Arena arena;
  Value array = read_json("[10, 11, 12]", arena);
  struct Row {
    const char* index;
    int found;  // 0: nothing
  };
  const Row rows[] = {
      {"0", 10},   {"2", 12},     {"3", 0},   {"-1", 0},     {"1.0", 11}, {"1.000", 11},
      {"1e0", 0},  {"10e-1", 0},  {"1.5", 0}, {"-0", 10},    {"-0.0", 10}, {"0.0", 10},
      {"-1.0", 0}, {"1E0", 0},    {"1.01", 0}, {"4294967297", 0}, {"18446744073709551616", 0},
      {"1.00000000000000000", 11},   // 19 characters
      {"1.000000000000000000", 0},   // OPA reads no longer ones
      {"-0.00000000000000000", 10},
  };
  for (const Row& row : rows) {
    CAPTURE(row.index);
    const Value* found = array_find(array, kept(arena, row.index));
    CHECK((found == nullptr ? 0 : found->integer) == row.found);
    CHECK(find(array, kept(arena, row.index)) == found);
  }
  CHECK(array_find(array, Value::string("0")) == nullptr);
  CHECK(array_find(array, Value::null()) == nullptr);
  CHECK(array_find(Value::string("abc"), Value::of(0)) == nullptr);
}

TEST_CASE("members of objects and sets of every size and kind of key") {
  for (uint32_t size : {0u, 1u, 7u, 8u, 9u, 10u, 33u, 200u}) {
    for (bool index : {false, true}) {
      Arena arena;
      std::vector<Value> keys;
      for (uint32_t i = 0; i < size; ++i) {
        Value digits = make_string(arena, std::to_string(i));
        keys.push_back(i % 3 == 0   ? Value::of(static_cast<int64_t>(i))
                       : i % 3 == 1 ? digits
                                    : make_array(arena, std::vector<Value>{digits}));
      }
      std::vector<Entry> entries;
      for (const Value& key : keys) entries.push_back({key, Value::of(static_cast<int64_t>(entries.size()))});
      Value object = deep_copy(arena, make_object(arena, entries), index);
      Value set = deep_copy(arena, make_set(arena, keys), index);
      CAPTURE(size, index);
      CHECK((object.form == Value::kIndexed) == (index && size > 8));
      for (uint32_t i = 0; i < size; ++i) {
        const Value* member = find(object, keys[i]);
        REQUIRE(member != nullptr);
        CHECK(member->integer == i);
        const Value* element = find(set, keys[i]);
        REQUIRE(element != nullptr);
        CHECK(equal(*element, keys[i]));
      }
      for (const Value& other : {Value::null(), Value::of(1), Value::of(-3), Value::string("0"), Value::string(""),
                                 Value::string("x"), Value::of(true), make_array(arena, {})}) {
        CHECK(find(object, other) == nullptr);
        CHECK(find(set, other) == nullptr);
      }
      CHECK(object_find(object, "0") == nullptr);
      CHECK((object_find(object, "1") != nullptr) == (size > 1));
    }
  }
  CHECK(object_find(Value::null(), "a") == nullptr);
  CHECK(set_find(Value::null(), Value::null()) == nullptr);
}
