#include "engine/value/build.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "engine/value/json.h"
#include "engine/value/order.h"
#include "engine/value/stable_sort.h"
#include "engine/value/text.h"

using namespace writ;

namespace {

Value number(Arena& arena, const char* text) { return read_json(text, arena, {}, NumberText::kKept); }

Value text(std::string_view chars) { return Value::string(chars); }

}  // namespace

TEST_CASE("the stable sort sorts stably, with any scratch") {
  struct Item {
    int key;
    int position;
  };
  std::mt19937 random(3);
  for (size_t size : {0, 1, 2, 11, 12, 13, 24, 25, 100, 1000, 5000}) {
    for (size_t scratch_size : {size_t{1}, size_t{7}, size_t{32}, size / 2 + 1}) {
      std::vector<Item> items;
      for (size_t i = 0; i < size; ++i) {
        items.push_back({static_cast<int>(random() % (size / 3 + 1)), static_cast<int>(i)});
      }
      std::vector<Item> expected = items;
      auto before = [](const Item& a, const Item& b) { return a.key < b.key; };
      std::stable_sort(expected.begin(), expected.end(), before);
      std::vector<Item> scratch(scratch_size);
      sort_stably(items.data(), size, SortScratch<Item>{scratch.data(), scratch_size}, before);
      bool same = std::equal(items.begin(), items.end(), expected.begin(), [](const Item& a, const Item& b) {
        return a.key == b.key && a.position == b.position;
      });
      CAPTURE(size, scratch_size);
      CHECK(same);
    }
  }
}

TEST_CASE("a set keeps the first of equal elements") {
  Arena arena;
  Value one = number(arena, "1.0");
  Value set = make_set(arena, std::vector<Value>{Value::of(2), one, Value::of(1), number(arena, "1e0"), Value::of(2)});
  CHECK(to_rego(set) == "{1.0, 2}");
  SetBuilder builder(arena);
  for (int round = 0; round < 100; ++round) {
    for (const char* digit : {"7.0", "3.0", "5.0"}) builder.add(number(arena, digit));
    for (int i = 0; i < 10; ++i) builder.add(Value::of(i));
  }
  CHECK(to_rego(builder.finish()) == "{0, 1, 2, 3.0, 4, 5.0, 6, 7.0, 8, 9}");
  std::vector<Value> values = {Value::of(3), one, Value::of(3), Value::of(1)};
  CHECK(sort_set(values.data(), 4) == 2);
  CHECK(to_rego(values[0]) == "1.0");
}

TEST_CASE("sets of every size") {
  std::mt19937 random(5);
  for (uint32_t size : {0u, 1u, 2u, 8u, 9u, 16u, 31u, 63u, 64u, 65u, 66u, 500u, 3000u}) {
    Arena arena;
    std::vector<Value> values;
    for (uint32_t i = 0; i < size; ++i) values.push_back(Value::of(static_cast<int64_t>(i)));
    std::shuffle(values.begin(), values.end(), random);
    SetBuilder builder(arena);
    for (const Value& value : values) builder.add(value);
    for (const Value& value : values) builder.add(value);
    Value set = builder.finish();
    CAPTURE(size);
    REQUIRE(set.size == size);
    for (uint32_t i = 0; i < size; ++i) CHECK(set.elements[i].integer == i);
    CHECK(equal(set, make_set(arena, values)));
    CHECK(sort_set(values.data(), size) == size);
  }
}

TEST_CASE("a set of many equals needs little memory") {
  Arena arena;
  SetBuilder builder(arena);
  for (int i = 0; i < 100000; ++i) builder.add(Value::of(i % 10));
  CHECK(builder.finish().size == 10);
  CHECK(arena.used() < 4096);
}

TEST_CASE("equal keys of an object") {
  Arena arena;
  Value one = number(arena, "1.0");
  std::vector<Entry> entries = {{one, text("first")}, {text("x"), Value::null()}, {Value::of(1), text("last")}};
  CHECK(to_rego(make_object(arena, entries)) == R"({1.0: "last", "x": null})");
  auto build = [&](ObjectBuilder::OnClash on_clash, const std::vector<Entry>& members) {
    ObjectBuilder builder(arena, on_clash);
    for (const Entry& member : members) builder.insert(member.key, member.value);
    return builder.finish();
  };
  CHECK(to_rego(build(ObjectBuilder::OnClash::kLastWins, entries)) == R"({1.0: "last", "x": null})");
  CHECK(to_rego(build(ObjectBuilder::OnClash::kFirstWins, entries)) == R"({1.0: "first", "x": null})");
  CHECK_FALSE(build(ObjectBuilder::OnClash::kReport, entries).is_defined());
  entries[2].value = text("first");
  CHECK(to_rego(build(ObjectBuilder::OnClash::kReport, entries)) == R"({1.0: "first", "x": null})");
}

TEST_CASE("a clash is remembered however many members follow") {
  Arena arena;
  for (bool clash : {false, true}) {
    ObjectBuilder last(arena);
    ObjectBuilder report(arena, ObjectBuilder::OnClash::kReport);
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 500; ++i) {
        Value value = clash && i == 77 && round == 1 ? Value::of(-1) : Value::of(i);
        last.insert(Value::of(i), value);
        report.insert(Value::of(i), value);
      }
    }
    Value object = last.finish();
    REQUIRE(object.size == 500);
    CHECK(object_find(object, Value::of(77))->integer == 77);
    CHECK(report.finish().is_defined() == !clash);
  }
}

TEST_CASE("builders may be given their own elements") {
  Arena arena;
  ArrayBuilder builder(arena);
  builder.append(Value::of(1));
  for (int i = 0; i < 100; ++i) builder.append(builder.finish().elements[0]);
  Value array = builder.finish();
  CHECK(array.size == 101);
  CHECK(std::all_of(array.items().begin(), array.items().end(), [](const Value& v) { return v.integer == 1; }));
}

TEST_CASE("object_with replaces or adds one member") {
  Arena arena;
  Value object = read_json(R"({"a":1,"c":3})", arena);
  CHECK(to_json(object_with(arena, object, text("b"), Value::of(2))) == R"({"a":1,"b":2,"c":3})");
  CHECK(to_json(object_with(arena, object, text("0"), Value::of(2))) == R"({"0":2,"a":1,"c":3})");
  CHECK(to_json(object_with(arena, object, text("d"), Value::of(2))) == R"({"a":1,"c":3,"d":2})");
  CHECK(to_json(object_with(arena, object, text("a"), Value::of(2))) == R"({"a":2,"c":3})");
  CHECK(to_json(object_with(arena, object, text("c"), Value::of(2))) == R"({"a":1,"c":2})");
  CHECK(to_json(object_with(arena, Value::undefined(), text("c"), Value::of(2))) == R"({"c":2})");
  CHECK(to_json(object_with(arena, Value::of(5), text("c"), Value::of(2))) == R"({"c":2})");
  CHECK(to_json(object) == R"({"a":1,"c":3})");
}

TEST_CASE("a deep copy points nowhere else and may be indexed") {
  std::string source =
      R"({"text":"a string","big":1234567890123456789012,"list":[1,[2,{"x":null}]],"empty":{},"none":[])";
  for (int i = 0; i < 40; ++i) source += ",\"key" + std::to_string(i) + "\":" + std::to_string(i);
  source += "}";
  Arena target;
  Value plain;
  Value indexed;
  std::string expected;
  {
    Arena arena;
    Value value = read_json(source, arena);
    std::vector<Value> elements;
    for (int i = 0; i < 20; ++i) elements.push_back(i % 2 ? Value::of(i) : make_string(arena, std::to_string(i)));
    value = make_array(arena, std::vector<Value>{value, make_set(arena, elements)});
    expected = to_rego(value);
    plain = deep_copy(target, value, false);
    indexed = deep_copy(target, value, true);
    CHECK(equal(plain, value));
    CHECK(equal(indexed, value));
    CHECK(equal(deep_copy(target, indexed, false), value));
  }
  CHECK(to_rego(plain) == expected);
  CHECK(to_rego(indexed) == expected);
  CHECK(hash(plain) == hash(indexed));
  CHECK(plain.elements[0].form == Value::kPlain);
  CHECK(indexed.elements[0].form == Value::kIndexed);
  CHECK(indexed.elements[1].form == Value::kIndexed);
  CHECK(deep_copy(target, indexed, false).elements[0].form == Value::kPlain);
  for (const Value& copy : {plain, indexed}) {
    Value object = copy.elements[0];
    Value set = copy.elements[1];
    for (int i = 0; i < 40; ++i) {
      std::string key = "key" + std::to_string(i);
      REQUIRE(object_find(object, key) != nullptr);
      CHECK(object_find(object, key)->integer == i);
      CHECK(object_find(object, text(key)) == object_find(object, key));
    }
    CHECK(object_find(object, "key40") == nullptr);
    CHECK(object_find(object, Value::of(1)) == nullptr);
    for (int i = 0; i < 20; ++i) {
      std::string digits = std::to_string(i);
      CHECK((set_find(set, Value::of(i)) != nullptr) == (i % 2 == 1));
      CHECK((set_find(set, text(digits)) != nullptr) == (i % 2 == 0));
    }
    Arena other;
    CHECK(set_find(set, number(other, "7.0")) != nullptr);
  }
}
